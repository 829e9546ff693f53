"""Saved pages with known bodies, and the score of a text against the body.

A directory holds `html/<id>.html.gz` and `ground-truth.json`: `{id: {articleBody, url}}`.  The
score is that of the article extraction benchmark: overlap of the multisets of four-word shingles;
precision and recall are averaged over pages, F1 is the harmonic mean of the two averages.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from urllib.parse import urlsplit

_WORD = re.compile(r"\w+")
_SHINGLE = 4


@dataclass(frozen=True, slots=True)
class SavedPage:
    key: str
    url: str
    body: str
    html: bytes

    @property
    def host(self) -> str:
        return (urlsplit(self.url).hostname or self.key).lower().removeprefix("www.")


@dataclass(frozen=True, slots=True)
class Score:
    """Shingles in both texts, in what was returned, in what was wanted; and the same words?"""

    shared: int
    returned: int
    wanted: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Summary:
    f1: float
    precision: float
    recall: float
    exact: float


def load(folder: Path) -> list[SavedPage]:
    truth = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    return [
        SavedPage(
            key,
            entry.get("url") or "",
            entry.get("articleBody") or "",
            gzip.decompress((folder / "html" / f"{key}.html.gz").read_bytes()),
        )
        for key, entry in truth.items()
    ]


def score(wanted: str, returned: str) -> Score:
    want, got = _WORD.findall(wanted), _WORD.findall(returned)
    wanted_runs, returned_runs = _shingles(want), _shingles(got)
    shared = (wanted_runs & returned_runs).total()
    return Score(shared, returned_runs.total(), wanted_runs.total(), want == got)


def _shingles(words: Sequence[str]) -> Counter[tuple[str, ...]]:
    if len(words) <= _SHINGLE:
        return Counter([tuple(words)] if words else [])
    return Counter(zip(*(words[start:] for start in range(_SHINGLE)), strict=False))


def summarise(scores: Sequence[Score]) -> Summary:
    """Precision over the pages where anything was returned, recall over those that hold text."""
    precision = fmean([s.shared / s.returned for s in scores if s.returned] or [0.0])
    recall = fmean([s.shared / s.wanted for s in scores if s.wanted] or [0.0])
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return Summary(f1, precision, recall, fmean(s.exact for s in scores))
