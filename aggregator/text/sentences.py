"""Where a sentence ends, in any script: for excerpts, `NEAR/s`, and phrases that must not run on.

A boundary is told from the gap between two words as `cut` gives it, and from those two words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from aggregator.text.fold import fold
from aggregator.text.tokens import cut, offsets

#: Characters of text a sentence may have when it is shown.
LIMIT = 400

_PARAGRAPH = re.compile(r"\n[^\S\n]*\n")
#: They end a sentence wherever they stand.  Latin, Greek, Arabic, Urdu, Devanagari,
#: Chinese, Armenian, Ethiopic, Myanmar, Khmer.
_TERMINAL = re.compile(
    "[!?\u037e\u061f\u06d4\u0964\u0965\u203c-\u2049\u3002\uff01\uff0e\uff1f\uff61\u0589\u1362\u1367\u104b\u17d4]"
)
#: A full stop ends one only before a space: 3.5, example.org.
_FULL_STOP = re.compile(r"\.(?=\S*\s)")
_ELLIPSIS = re.compile(r"\.\.|…")
#: What parts two names in one sentence.
_COMMA = re.compile(
    "[,;:…\u00b7\u060c\u061b\u3001\uff0c\uff1b\uff1a\ufe50\ufe51\uff64\u055d\u1363-\u1366\u104a]"
)
#: Common words before a full stop that ends nothing.
_ABBREVIATIONS = frozenset(
    """
    adm approx brig capt cmdr col corp dept dist dr etc ft gen gov hon hr inc jr lt ltd maj mme mr
    mrs ms mt mts nr pres prof rep rev sen sgt sr sra st ste supt univ vs
    bzw ca doc dra esq gosp nam sn tj tzv
    г гг гр им ул акад проф ген обл стр тыс млн
    """.split()
)

#: Words before a full stop that ends nothing where a number follows.
_NUMBERED = frozenset(
    "no nos art sec vol fig pp jan feb mar apr jun jul aug sep sept oct nov dec".split()
)


def is_abbreviation(word: str) -> bool:
    """Is a full stop behind this word part of it: an initial, or a common abbreviation?"""
    initial = len(word) == 1 and not word.islower()
    return initial or word.endswith(".") or fold(word) in _ABBREVIATIONS


def ends_sentence(before: str, gap: str, after: str) -> bool:
    """Does a sentence end between two neighbouring words of a text?"""
    if gap.isspace() and "\n" not in gap:
        return False
    if _PARAGRAPH.search(gap) or _TERMINAL.search(gap):
        return True
    if not _FULL_STOP.search(gap) or is_abbreviation(before):
        return False
    # A sentence seldom goes on in lower case; a number behind "No." or "Jan." belongs to it.
    return not after[:1].islower() and not (after[:1].isdigit() and fold(before) in _NUMBERED)


def breaks_phrase(before: str, gap: str) -> bool:
    """Is there a comma, a full stop or an empty line between two neighbouring words?"""
    # Urdu spells acronyms with its full stop between the letters' names.
    if gap == "\u06d4":
        return False
    if _COMMA.search(gap) or _TERMINAL.search(gap) or _PARAGRAPH.search(gap):
        return True
    if _ELLIPSIS.search(gap):
        return True
    return bool(_FULL_STOP.search(gap)) and not is_abbreviation(before)


def sentence_around(text: str, start: int, end: int, limit: int = LIMIT) -> tuple[int, int]:
    """The sentence that holds the span, without the space around it.

    Of one longer than `limit` code points, a piece of it around the span, cut at borders of words.
    The span itself is never cut.
    """
    room = max(0, limit - (end - start))
    left = max(0, start - room - _WORD)
    parts = cut(text[left : end + room + _WORD])
    at = [left + place for place in offsets(parts)]
    first, last = _sentence(parts, at, start, end)
    if last - first <= limit:
        return first, last
    first = max(first, start - room // 2)
    last = min(last, max(end, first + limit))
    first = max(first, min(start, last - limit))
    starts, ends = at[1::2], at[2::2]
    # A piece begins with the first word that begins in it, and ends with the last that ends in it.
    return (
        min(start, next((place for place in starts if place >= first), start)),
        max(end, next((place for place in reversed(ends) if place <= last), end)),
    )


def sentences(text: str, limit: int = LIMIT) -> Iterator[tuple[int, int]]:
    """From the beginning of each to that of the next; of longer ones, pieces of about `limit` code
    points."""
    parts = cut(text)
    at, start = offsets(parts), 0
    for gap in range(2, len(parts) - 1, 2):
        following = at[gap + 1] - len(_opening(parts[gap]))
        is_end = ends_sentence(parts[gap - 1], parts[gap], parts[gap + 1])
        if following > start and (is_end or following - start >= limit):
            yield start, following
            start = following
    if start < len(text):
        yield start, len(text)


#: Room for the word that the border of what is looked at cuts.
_WORD = 64


def _sentence(parts: list[str], at: list[int], start: int, end: int) -> tuple[int, int]:
    """The borders of the sentence, or of all that was cut where it holds none."""
    first, last = at[0] + _leading(parts[0]), at[-1] - _trailing(parts[-1])
    for gap in range(2, len(parts) - 1, 2):
        if not ends_sentence(parts[gap - 1], parts[gap], parts[gap + 1]):
            continue
        if at[gap] <= start:
            first = at[gap + 1] - len(_opening(parts[gap]))
        elif at[gap] >= end:
            return first, at[gap + 1] - len(_opening(parts[gap])) - _trailing(
                parts[gap].removesuffix(_opening(parts[gap]))
            )
    return first, last


def _opening(gap: str) -> str:
    """What of a gap between two sentences belongs to the second: a quotation mark, a bracket."""
    return "" if gap[-1:].isspace() or not any(map(str.isspace, gap)) else gap.split()[-1]


def _leading(gap: str) -> int:
    return len(gap) - len(gap.lstrip())


def _trailing(gap: str) -> int:
    return len(gap) - len(gap.rstrip())
