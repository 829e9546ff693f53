"""The proof in the article's own words: the sentence around a mention, and what matched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from aggregator.models import Document, Excerpt, FieldName, TermHit
from aggregator.text.sentences import sentence_around

#: A sentence longer than this is shortened around its mentions; in code points.
LONGEST = 320
#: The title comes last because every message shows it anyway.
_FIELDS: Mapping[FieldName, int] = {"text": 0, "summary": 1, "title": 2}


def excerpt(document: Document, hits: Sequence[TermHit]) -> Excerpt:
    """The sentence that proves most, with every mention in it marked.

    Body and summary go before the title, then the sentence with the most distinct terms, then the
    body before the summary, then the first.  Without hits: nothing.
    """
    sentences = {_sentence(document, hit) for hit in hits}
    if not sentences:
        return Excerpt("")

    def rank(place: tuple[FieldName, int, int]) -> tuple[bool, int, int, int]:
        field, start, _ = place
        terms = {hit.term for hit in _inside(hits, *place)}
        return field == "title", -len(terms), _FIELDS[field], start

    field, start, end = best = min(sentences, key=rank)
    spans = _merged((hit.start - start, hit.end - start) for hit in _inside(hits, *best))
    return _shortened(_one_line(_text(document, field)[start:end]), spans)


def names(hits: Iterable[TermHit]) -> tuple[str, ...]:
    """What matched, as the text writes it: each spelling once, in order of appearance."""
    found: dict[str, str] = {}
    for hit in hits:
        found.setdefault(hit.text.casefold(), _one_line(hit.text))
    return tuple(found.values())


def _sentence(document: Document, hit: TermHit) -> tuple[FieldName, int, int]:
    start, end = sentence_around(_text(document, hit.field), hit.start, hit.end)
    return hit.field, start, end


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


def _shortened(text: str, spans: tuple[tuple[int, int], ...]) -> Excerpt:
    """Around the first mention, cut between words; the rest becomes an ellipsis."""
    if len(text) <= LONGEST:
        return Excerpt(text, spans)
    middle = sum(spans[0]) // 2
    start = max(0, min(middle - LONGEST // 2, len(text) - LONGEST))
    end = start + LONGEST
    start = 0 if start == 0 else _next_word(text, start, spans[0][0])
    end = len(text) if end == len(text) else _last_word(text, end, spans[0][1])
    before, after = "… " if start else "", " …" if end < len(text) else ""
    shift = len(before) - start
    kept = tuple((s + shift, e + shift) for s, e in spans if start <= s and e <= end)
    return Excerpt(f"{before}{text[start:end]}{after}", kept)


def _next_word(text: str, start: int, before: int) -> int:
    """Where the first whole word from `start` on begins; `start` if none does by `before`."""
    space = text.find(" ", start, before)
    return start if space < 0 else space + 1


def _last_word(text: str, end: int, after: int) -> int:
    """Where the last whole word up to `end` ends; `end` if none does after `after`."""
    space = text.rfind(" ", after, end)
    return end if space < 0 else space
