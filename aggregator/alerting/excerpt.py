"""The proof in the article's own words: the sentence around a mention, and what matched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from aggregator.models import Document, Excerpt, FieldName, TermHit
from aggregator.text.sentences import sentence_around

#: A sentence longer than this is shortened around a mention; in code points.
LONGEST = 320
#: Mentions looked at; a page can repeat a name without end.
MOST = 200
#: The title comes last because every message shows it anyway.
_FIELDS: Mapping[FieldName, int] = {"text": 0, "summary": 1, "title": 2}

_POSSESSIVE = re.compile(r"(?<=\w)['’ʼ]s?$")


def excerpt(document: Document, hits: Sequence[TermHit], proof: Sequence[TermHit] = ()) -> Excerpt:
    """The sentence that proves most, with every mention in it marked.

    Body and summary go before the title, then the sentence with the most distinct terms, then the
    body before the summary, then the first.  With `proof`, one that holds one of those hits.
    Without hits: nothing.
    """
    hits = hits[:MOST]
    sentences = {_sentence(document, hit) for hit in proof[:MOST] or hits}
    if not sentences:
        return Excerpt("")

    def rank(place: tuple[FieldName, int, int]) -> tuple[bool, int, int, int]:
        field, start, _ = place
        terms = {hit.term for hit in _inside(hits, *place)}
        return field == "title", -len(terms), _FIELDS[field], start

    field, start, end = best = min(sentences, key=rank)
    spans = _merged((hit.start, hit.end) for hit in _inside(hits, *best))
    return _cut_out(_text(document, field), start, end, spans)


def names(hits: Iterable[TermHit]) -> tuple[str, ...]:
    """What matched, as the text writes it: each spelling once, in order of appearance.

    A name and its English possessive are one spelling, shown as the name where it stands alone.
    """
    found: dict[str, str] = {}
    for hit in hits:
        name = _one_line(hit.text)
        spelling = _POSSESSIVE.sub("", name.casefold())
        found[spelling] = min(found.get(spelling, name), name, key=len)
    return tuple(found.values())


def _sentence(document: Document, hit: TermHit) -> tuple[FieldName, int, int]:
    text = _text(document, hit.field)
    return hit.field, *sentence_around(text, hit.start, hit.end, LONGEST)


def _text(document: Document, field: FieldName) -> str:
    return {"title": document.title, "summary": document.summary, "text": document.text}[field]


def _inside(hits: Iterable[TermHit], field: FieldName, start: int, end: int) -> list[TermHit]:
    return [hit for hit in hits if hit.field == field and start <= hit.start and hit.end <= end]


def _merged(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """In order, overlaps joined."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return tuple(merged)


def _one_line(text: str) -> str:
    """The same length: spans into it stay true."""
    return "".join(" " if char.isspace() else char for char in text)


def _cut_out(text: str, start: int, end: int, spans: tuple[tuple[int, int], ...]) -> Excerpt:
    """That piece of the text; an ellipsis where its sentence goes on."""
    whole_start, whole_end = sentence_around(text, *spans[0], 2 * LONGEST)
    before, after = "… " if whole_start < start else "", " …" if end < whole_end else ""
    shift = len(before) - start
    return Excerpt(
        f"{before}{_one_line(text[start:end])}{after}",
        tuple((first + shift, last + shift) for first, last in spans),
    )
