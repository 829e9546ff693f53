"""The proof in the article's own words: the sentences around a mention, and what matched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from aggregator.models import Document, Excerpt, FieldName, TermHit
from aggregator.text import folded_words
from aggregator.text.scripts import DENSE
from aggregator.text.sentences import sentence_around

#: A sentence longer than this is shortened around a mention; in code points.
LONGEST = 320
#: What two sentences may have together in a message that is read on a phone.
BRIEF = 200
#: A shorter sentence is shown with the one beside it; a sign of Chinese or Japanese counts twice.
SHORT = 100
#: In less room than this no second sentence is begun.
_LEAST_ROOM = 60
#: Mentions looked at; a page can repeat a name without end.
MOST = 200
#: The title comes last because every message shows it anyway.
_FIELDS: Mapping[FieldName, int] = {"text": 0, "summary": 1, "title": 2}

#: Stands between two sentences where something is left out.
_GAP = " … "

_POSSESSIVE = re.compile(r"(?<=\w)['’ʼ]s?$")
_DENSE = re.compile(f"[{DENSE}]")


class _Place(NamedTuple):
    """A sentence, or a piece of a long one."""

    field: FieldName
    start: int
    end: int


def excerpt(
    document: Document,
    hits: Sequence[TermHit],
    proof: Sequence[TermHit] = (),
    both: int = LONGEST,
) -> Excerpt:
    """The sentence that proves most, with every mention in it marked, and where there is room a
    second one: together they have at most `both` code points.

    What says no more than the title comes last, then goes the sentence with the most distinct
    terms, then the body before the summary, then the first.  With `proof`, one that holds one of
    those hits.  The second one names other terms; or stands beside the first, where that is short.
    Without hits: nothing.
    """
    hits = hits[:MOST]
    sentences = {_sentence(document, hit, LONGEST) for hit in proof[:MOST] or hits}
    if not sentences:
        return Excerpt("")
    first = min(sentences, key=lambda place: _rank(document, hits, place))
    room = both - (first.end - first.start) - len(_GAP)
    second = _second(document, hits, first, room) if room >= _LEAST_ROOM else None
    return _shown(document, hits, first, second)


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


# ── which sentences ───────────────────────────────────────────────────────────────────────────────


def _rank(
    document: Document,
    hits: Sequence[TermHit],
    place: _Place,
    shown: frozenset[str] = frozenset(),
) -> tuple[bool, int, int, int]:
    """The best has the lowest."""
    new = _terms(hits, place) - shown
    return _says_title(document, place), -len(new), _FIELDS[place.field], place.start


def _second(document: Document, hits: Sequence[TermHit], first: _Place, room: int) -> _Place | None:
    shown = _terms(hits, first)
    others = {_sentence(document, hit, room) for hit in hits if hit.term not in shown}
    found = [place for place in others if _adds(document, place, first)]
    if found:
        return min(found, key=lambda place: _rank(document, hits, place, shown))
    if _width(_text(document, first.field)[first.start : first.end]) >= SHORT:
        return None
    beside = (_whole_sentence(document, *position) for position in _beside(document, first))
    fits = (place for place in beside if place.end - place.start <= room)
    return next((place for place in fits if _adds(document, place, first)), None)


def _beside(document: Document, first: _Place) -> Iterable[tuple[FieldName, int]]:
    """Where the next sentence of its paragraph is, and the one before; of a title, the lead, also
    where a text repeats it as its first line."""
    if first.field == "title":
        yield "text", 0
        yield "summary", 0
        return
    text = _text(document, first.field)
    after = first.end + len(text[first.end :]) - len(text[first.end :].lstrip())
    goes_on = "\n\n" not in text[first.end : after] or _says_title(document, first)
    if after < len(text) and goes_on:
        yield first.field, after
    before = first.start
    while before and not text[before - 1].isalnum():
        before -= 1
    if before and "\n\n" not in text[before : first.start]:
        yield first.field, before - 1


def _sentence(document: Document, hit: TermHit, limit: int) -> _Place:
    around = sentence_around(_text(document, hit.field), hit.start, hit.end, limit)
    return _Place(hit.field, *around)


def _whole_sentence(document: Document, field: FieldName, at: int) -> _Place:
    """Of one without end, the first of it."""
    return _Place(field, *sentence_around(_text(document, field), at, at, 2 * LONGEST))


def _adds(document: Document, place: _Place, first: _Place) -> bool:
    """Does it say what neither the title nor the first sentence says?"""
    apart = place.field != first.field or place.end <= first.start or first.end <= place.start
    return apart and not _says_title(document, place)


def _says_title(document: Document, place: _Place) -> bool:
    if place.field == "title":
        return True
    sentence = _text(document, place.field)[place.start : place.end]
    return folded_words(sentence) == folded_words(document.title)


def _terms(hits: Iterable[TermHit], place: _Place) -> frozenset[str]:
    return frozenset(hit.term for hit in _inside(hits, place))


def _inside(hits: Iterable[TermHit], place: _Place) -> list[TermHit]:
    field, start, end = place
    return [hit for hit in hits if hit.field == field and start <= hit.start and hit.end <= end]


def _text(document: Document, field: FieldName) -> str:
    return {"title": document.title, "summary": document.summary, "text": document.text}[field]


def _width(text: str) -> int:
    return len(text) + len(_DENSE.findall(text))


# ── how they are shown ────────────────────────────────────────────────────────────────────────────


def _shown(
    document: Document, hits: Sequence[TermHit], first: _Place, second: _Place | None
) -> Excerpt:
    places = [first] if second is None else [first, second]
    if second and second.field == first.field:
        places.sort()
    text, goes_on = "", False
    spans: list[tuple[int, int]] = []
    last: _Place | None = None
    for place in places:
        words = _text(document, place.field)
        between = words[last.end : place.start] if last and last.field == place.field else _GAP
        is_begun, is_cut = _goes_beyond(words, hits, place)
        if last is None:
            text = "… " if is_begun else ""
        else:
            # Where no space parts two sentences, none is put in.
            joint = " " if "\n" in between else between
            text += _GAP if goes_on or is_begun or between.strip() else joint
        shift = len(text) - place.start
        spans += [(hit.start + shift, hit.end + shift) for hit in _inside(hits, place)]
        text += words[place.start : place.end]
        last, goes_on = place, is_cut
    return Excerpt(_one_line(text) + " …" * goes_on, _merged(spans))


def _goes_beyond(text: str, hits: Iterable[TermHit], place: _Place) -> tuple[bool, bool]:
    """Whether words of its sentence stand before it, and behind it."""
    inside = _inside(hits, place)
    at = (inside[0].start, inside[0].end) if inside else (place.start, place.start)
    start, end = sentence_around(text, *at, 2 * LONGEST)
    return _has_words(text[start : place.start]), _has_words(text[place.end : end])


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, text))


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
