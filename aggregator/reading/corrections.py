"""What an edit takes back of what people were told.

Precision first: a live page changes all the time, and its new posts are no corrections of its old
ones.  Beside a notice that says so, only a small edit counts.
"""

from __future__ import annotations

import re

from aggregator.models import Correction, Revision
from aggregator.reading.numbers import numbers
from aggregator.reading.revisions import Change, Paragraph, change
from aggregator.text import folded_words
from aggregator.text.corrections import is_notice
from aggregator.text.sentences import sentences

#: Of the words that were read, so many may go and so many may come: more is another text.
_MOST_GONE, _MOST_NEW = 1 / 3, 1 / 2
#: An overlap of fewer says nothing.
_FEWEST_WORDS = 4
#: Longer sentences are looked at in pieces; in code points.
_LONGEST = 800
_CLOCK_TIME = re.compile(r"\b\d{1,2}:\d{2}(?::\d{2})?\b")


def correction(before: Revision, after: Revision, watch: str, told: str) -> Correction | None:
    """What became of words of which a person was told by this excerpt, for this watch."""
    edit = change(before, after)
    if edit is None:
        return None
    is_small = _is_small(edit, before)
    gone = {term.term: None for term in edit.terms if (term.op, term.watch) == ("gone", watch)}
    corrected = _notice_came(edit, before) or (is_small and _told_numbers_changed(edit, told))
    made = Correction(corrected, tuple(gone) if is_small else ())
    return made if made != Correction() else None


def _is_small(edit: Change, before: Revision) -> bool:
    read = _count(f"{before.title} {before.summary} {before.text}")
    pieces = [piece for paragraph in edit.paragraphs for piece in paragraph.pieces]
    gone = sum(_count(piece.text) for piece in pieces if piece.op == "gone")
    new = sum(_count(piece.text) for piece in pieces if piece.op == "new")
    return gone <= _MOST_GONE * read and new <= _MOST_NEW * read


def _count(text: str) -> int:
    return len(folded_words(text).split())


def _notice_came(edit: Change, before: Revision) -> bool:
    known = _bounded(f"{before.summary}\n{before.text}")
    # Feeds write all in one paragraph.
    found = (
        paragraph.after[start:end]
        for paragraph in edit.paragraphs
        if paragraph.field != "title"
        for start, end in sentences(paragraph.after, _LONGEST)
    )
    return any(is_notice(one) and _bounded(one) not in known for one in found)


def _told_numbers_changed(edit: Change, told: str) -> bool:
    parts = [_bounded(part) for part in told.split("…") if part.strip()]
    for paragraph in edit.paragraphs:
        for start, end in sentences(paragraph.before, _LONGEST):
            sentence = paragraph.before[start:end]
            if any(_overlap(_bounded(sentence), part) for part in parts):
                old, new = _numbers(sentence), _numbers(_became(paragraph, start, end))
                if old - new and new - old:
                    return True
    return False


def _overlap(sentence: str, part: str) -> bool:
    """Is one a piece of the other, and not of a word or two?"""
    short, long = sorted((sentence, part), key=len)
    return short in long and len(short.split()) >= _FEWEST_WORDS


def _became(paragraph: Paragraph, start: int, end: int) -> str:
    """What stands now where that span of its former words stood."""
    at, now = 0, ""
    for piece in paragraph.pieces:
        if piece.op == "new":
            now += piece.text if start < at <= end or start == at == 0 else ""
            continue
        if piece.op == "same":
            now += piece.text[max(0, start - at) : max(0, end - at)]
        at += len(piece.text)
    return now


def _numbers(text: str) -> frozenset[str]:
    return frozenset(numbers(_CLOCK_TIME.sub(" ", text)))


def _bounded(text: str) -> str:
    return f" {folded_words(text)} "
