"""What an edit changed: a diff that people can read, and the kind of the change.

Text is compared by paragraphs, and paragraphs that resemble each other by words.  Where only layout
differs nothing changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Literal

from aggregator.models import FieldName, Revision
from aggregator.reading.numbers import numbers
from aggregator.text import folded_words
from aggregator.text.scripts import DENSE, MARKS

#: A watched term came or went, the title changed, a number became another one; else `words`.
Kind = Literal["term_appeared", "term_gone", "headline", "numbers", "words"]

#: One word with what follows it; in scripts without spaces, one character with its marks.
_UNIT = re.compile(rf"[{DENSE}][{MARKS}]*\s*|[^\s{DENSE}]+\s*")

#: Paragraphs with less in common than this are different paragraphs.
_ALIKE = 0.5
#: Comparing takes time with the product of both sizes; beyond these, what differs is shown whole.
_MOST_WORD_PAIRS = 1_000_000
_MOST_PARAGRAPH_PAIRS = 400


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that stayed, went or came."""

    op: Literal["same", "gone", "new"]
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph that changed, was taken out or was put in."""

    field: FieldName
    pieces: tuple[Piece, ...]

    @property
    def before(self) -> str:
        return "".join(piece.text for piece in self.pieces if piece.op != "new")

    @property
    def after(self) -> str:
        return "".join(piece.text for piece in self.pieces if piece.op != "gone")


@dataclass(frozen=True, slots=True)
class WatchedTerm:
    """A term of a watch that an edit brought or took."""

    op: Literal["gone", "new"]
    watch: str
    #: As the watch writes it, and as the article did.
    term: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """An edit."""

    at: datetime | None
    #: Never empty; what weighs most stands first.
    kinds: tuple[Kind, ...]
    paragraphs: tuple[Paragraph, ...]
    terms: tuple[WatchedTerm, ...] = ()


def changes(revisions: Sequence[Revision]) -> tuple[Change, ...]:
    """The edits between an item's revisions, oldest first."""
    found = (change(before, after) for before, after in pairwise(revisions))
    return tuple(edit for edit in found if edit is not None)


def change(before: Revision, after: Revision) -> Change | None:
    """What became of these words; None: at most their layout changed."""
    texts = _comparable(before, after)
    paragraphs = tuple(
        Paragraph(field, pieces) for field, old, new in texts for pieces in diff(old, new)
    )
    if not paragraphs:
        return None
    terms = _watched_terms(before, after, texts)
    return Change(before.at, _kinds(terms, paragraphs), paragraphs, terms)


def diff(before: str, after: str) -> Iterator[tuple[Piece, ...]]:
    """The paragraphs that differ, in order."""
    if before.split() == after.split():
        return
    old, new = _paragraphs(before), _paragraphs(after)
    for op, i1, i2, j1, j2 in SequenceMatcher(None, old, new).get_opcodes():
        if op != "equal":
            yield from _paired(old[i1:i2], new[j1:j2])


# ── what can be compared ──────────────────────────────────────────────────────────────────────────


def _comparable(before: Revision, after: Revision) -> list[tuple[FieldName, str, str]]:
    """(field, old, new) of what both have: a page's text is no edit of the feed's."""
    texts: list[tuple[FieldName, str, str]] = [
        ("title", before.title, after.title),
        ("summary", before.summary, after.summary),
    ]
    old, new = _body(before), _body(after)
    repeats = (old, new) == (before.summary, after.summary)
    if before.of_page == after.of_page and old and new and not repeats:
        texts.append(("text", old, new))
    return texts


def _body(words: Revision) -> str:
    return words.text if words.of_page else words.text or words.summary


# ── the diff ──────────────────────────────────────────────────────────────────────────────────────


def _paragraphs(text: str) -> list[str]:
    return [" ".join(lines.split()) for lines in text.split("\n\n") if lines.strip()]


def _paired(old: list[str], new: list[str]) -> Iterator[tuple[Piece, ...]]:
    """Each old paragraph beside the new one that it became, if any."""
    at = 0
    for paragraph in old:
        place = (
            _counterpart(paragraph, new[at:])
            if len(old) * len(new) <= _MOST_PARAGRAPH_PAIRS
            else None
        )
        if place is None:
            yield (Piece("gone", paragraph),)
            continue
        yield from ((Piece("new", added),) for added in new[at : at + place])
        yield tuple(_word_diff(_units(paragraph), _units(new[at + place])))
        at += place + 1
    yield from ((Piece("new", added),) for added in new[at:])


def _counterpart(paragraph: str, candidates: list[str]) -> int | None:
    """The place of the candidate most like it, if one is alike."""
    likeness = [_likeness(paragraph, candidate) for candidate in candidates]
    best = max(likeness, default=0.0)
    return likeness.index(best) if best >= _ALIKE else None


def _likeness(one: str, other: str) -> float:
    first, second = _bare(_units(one)), _bare(_units(other))
    if len(first) * len(second) > _MOST_WORD_PAIRS:
        return 0.0
    matcher = SequenceMatcher(None, first, second)
    # An upper bound that is found at once spares most comparisons.
    return matcher.ratio() if matcher.quick_ratio() >= _ALIKE else 0.0


def _word_diff(old: list[str], new: list[str]) -> Iterator[Piece]:
    for op, i1, i2, j1, j2 in SequenceMatcher(None, _bare(old), _bare(new)).get_opcodes():
        if op == "equal":
            yield Piece("same", "".join(new[j1:j2]))
            continue
        if i1 < i2:
            yield Piece("gone", "".join(old[i1:i2]))
        if j1 < j2:
            yield Piece("new", "".join(new[j1:j2]))


def _units(paragraph: str) -> list[str]:
    return _UNIT.findall(paragraph)


def _bare(units: list[str]) -> list[str]:
    return [unit.strip() for unit in units]


# ── the kind ──────────────────────────────────────────────────────────────────────────────────────


def _kinds(terms: Sequence[WatchedTerm], paragraphs: Sequence[Paragraph]) -> tuple[Kind, ...]:
    signs: dict[Kind, bool] = {
        "term_appeared": any(term.op == "new" for term in terms),
        "term_gone": any(term.op == "gone" for term in terms),
        "headline": any(paragraph.field == "title" for paragraph in paragraphs),
        "numbers": any(map(_number_changed, paragraphs)),
    }
    return tuple(kind for kind, is_so in signs.items() if is_so) or ("words",)


def _watched_terms(
    before: Revision, after: Revision, texts: Sequence[tuple[FieldName, str, str]]
) -> tuple[WatchedTerm, ...]:
    came = _only_in(after, before, {field: old for field, old, _ in texts})
    went = _only_in(before, after, {field: new for field, _, new in texts})
    return (
        *(WatchedTerm("new", watch, term, text) for (watch, term), text in came.items()),
        *(WatchedTerm("gone", watch, term, text) for (watch, term), text in went.items()),
    )


def _only_in(
    one: Revision, other: Revision, words: Mapping[FieldName, str]
) -> dict[tuple[str, str], str]:
    """(watch, term) → mention, of what the watches found in `one` and `words`, the other's, lack.

    That the watches did not find it there says too little: they may have been others then.
    """
    known = {(match.watch, hit.term) for match in other.matches for hit in match.terms}
    everything = _bounded("\n".join(words.values()))
    found: dict[tuple[str, str], str] = {}
    for match in one.matches:
        for hit in match.terms:
            name = match.watch, hit.term
            if name not in known and hit.field in words and _bounded(hit.text) not in everything:
                found.setdefault(name, hit.text)
    return found


def _bounded(text: str) -> str:
    """Its words between spaces: whole ones are found in it, and no parts."""
    return f" {folded_words(text)} "


def _number_changed(paragraph: Paragraph) -> bool:
    """Whether numbers became others; one in words that were added changed nothing."""
    old, new = numbers(paragraph.before), numbers(paragraph.after)
    return bool(old - new) and bool(new - old)
