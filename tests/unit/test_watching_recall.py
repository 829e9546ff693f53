"""How much of a name's paradigm is found in inflected languages, and how much else with it.

The tables are small and hand-made; the bars are what analysts were promised.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.models import Document
from aggregator.watching.engine import find
from aggregator.watching.language import parse_term

TABLES = Path(__file__).parents[1] / "data" / "forms"


def table(language: str) -> Iterator[tuple[str, list[str], list[str]]]:
    """A name, its forms, and words that are none."""
    for line in (TABLES / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            name, _, words = line.partition(": ")
            forms, _, others = words.partition(" ≠ ")
            yield name, spaced(forms), spaced(others)


def spaced(words: str) -> list[str]:
    return [word.replace("|", " ") for word in words.split()]


def is_found(name: str, word: str, language: str) -> bool:
    document = Document(text=f"123, {word} 456", lang=language)
    return find(parse_term(name), document) is not None


@pytest.mark.parametrize(
    ("language", "recall", "false"),
    [
        pytest.param("ru", 0.958, 0.012, id="Russian"),
        pytest.param("uk", 0.926, 0.009, id="Ukrainian"),
        pytest.param("tr", 0.889, 0.044, id="Turkish"),
        pytest.param("he", 0.983, 0.015, id="Hebrew"),
        pytest.param("de", 0.998, 0.028, id="German"),
    ],
)
def test_recall_and_false_tokens(language: str, recall: float, false: float) -> None:
    rows = list(table(language))
    forms = [(name, form) for name, forms, _ in rows for form in forms]
    missed = [pair for pair in forms if not is_found(*pair, language)]
    wrong = [
        (name, word)
        for name, _, others in rows
        for word in others
        if is_found(name, word, language)
    ]
    found = len(forms) - len(missed)
    assert found >= recall * len(forms), missed
    assert len(wrong) <= false * (found + len(wrong)), wrong
