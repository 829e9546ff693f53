"""Cut a text into words.  The original is cut, never a changed copy: spans always point into it.

Letters, digits and combining marks run together.  Invisible characters are ignored, inner
apostrophes and gershayim join, dotted initials (`B.L.A.`) are one word; everything else parts.
A raised number is of a word as a power only (m², km², 10⁶): behind a name it points to a footnote.
Scripts without spaces give a word a character.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate

from aggregator.text.scripts import (
    APOSTROPHES,
    DENSE,
    IGNORED,
    KATAKANA,
    LETTERS,
    MARKS,
    RAISED,
    STACKING,
    VOICING,
)

_RUN = f"[{LETTERS}{MARKS}]"
_LETTER = rf"(?:(?!\d){_RUN})"
# Behind a digit or a lone letter, but that of `B.L.A` or `Iran's`; behind two letters a square.
_POWER = rf"""
    (?: (?<!{_LETTER}{{2}}) (?<!{_LETTER}[{APOSTROPHES}."\u05f4]{_LETTER}) (?<!\.)
      | (?<={_LETTER}{{2}}) (?<!{_LETTER}{{3}}) (?=[²³](?![{RAISED}])) )
    [{RAISED}]+
"""
# What may stand inside a word and is no letter.  The lookahead lets most words pass with one test.
_INNER = rf"""
    (?=[{IGNORED}{APOSTROPHES}{RAISED}."\u05f4])
    (?: [{IGNORED}]+ (?={_RUN})
      | [{APOSTROPHES}] [{IGNORED}]* (?=[{LETTERS}])
      # Initials: a lone letter, a dot, a lone letter.
      | (?: (?<=[^\W\d_]) (?<![^\W_]{{2}}) \. (?![{RAISED}]) [^\W\d_] (?![{LETTERS}]) )+
        (?: \. (?![{LETTERS}]) )?
      # Gershayim; what else is typed for them only where it can be nothing else.
      | (?<=[א-ת]) (?: \u05f4 (?=[א-ת]) | (?: " | [{APOSTROPHES}]{{2}} ) (?= [א-ת] (?![א-ת"]) ) )
      | {_POWER}
    )
"""
_SPACED = rf"[{LETTERS}] {_RUN}*+ (?: {_INNER} {_RUN}*+ )*+"
_KANA = rf"(?![{VOICING}]) [{KATAKANA}] [{KATAKANA}{VOICING}]*"
# Thai and Lao SARA AM may be typed as one code point or two, the second of which is a letter.
_CLUSTER = rf"""
    [{DENSE}]
    (?: [{IGNORED}]*
        (?: [{STACKING}][{DENSE}]
          | \u0e4d[\u0e48-\u0e4b]*\u0e32 | \u0ecd[\u0ec8-\u0ecb]*\u0eb2
          | [{MARKS}\u0e33\u0eb3] ) )*
"""
_WORD = re.compile(f"({_SPACED})", re.VERBOSE)
_ANY_WORD = re.compile(f"({_SPACED} | {_KANA} | {_CLUSTER})", re.VERBOSE)
_UNSPACED = re.compile(f"[{DENSE}{KATAKANA}]")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text, and where it stands: `text == original[start:end]`."""

    text: str
    start: int
    end: int


def cut(text: str) -> list[str]:
    """Gap, word, gap, word, …, gap: words at odd places, and joined they are the text again."""
    # Most texts do not need the slower pattern: no letter is left in their gaps.
    parts = _WORD.split(text)
    if not text.isascii() and _UNSPACED.search("".join(parts[::2])):
        return _ANY_WORD.split(text)
    return parts


def offsets(parts: list[str]) -> list[int]:
    """Where each part begins, and the end: word k of `cut` is [offsets[2k+1], offsets[2k+2])."""
    return list(accumulate(map(len, parts), initial=0))


def tokenize(text: str) -> list[Token]:
    """The words of a text in order."""
    parts = cut(text)
    at = offsets(parts)
    return [Token(parts[place], at[place], at[place + 1]) for place in range(1, len(parts), 2)]
