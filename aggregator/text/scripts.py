"""Which characters make words: the sets behind the tokenizer and the folding.

Sets are written as the inside of a regular expression's brackets.  Within the Basic Multilingual
Plane they hold characters, beyond it whole blocks: `re` tests the former with one look at a bitmap.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

#: Scripts that put no space between words: a character (with its marks) is a token.
#: Thai, Lao, Myanmar, Khmer, hiragana, Han.
DENSE = (
    "\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46"
    "\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd-\u0ec6\u0edc-\u0edf"
    "\u1000-\u102a\u103f\u1050-\u1055\u105a-\u105d\u1061\u1065\u1066\u106e-\u1070\u1075-\u1081\u108e"
    "\u1780-\u17b3\u17d7\u17dc"
    "\u3041-\u3096\u309d-\u309f"
    "\u3005-\u3007\u3021-\u3029\u3038-\u303c\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
#: A run of katakana stays whole.
KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
#: Marks that stand on kana, beside those of `MARKS`.
VOICING = "\u3099\u309a\uff9e\uff9f"
#: Signs that stack the next consonant under this one: Myanmar and Khmer.
STACKING = "\u1039\u17d2"
#: Never seen, and never part of a word's letters: soft hyphen, joiner, zero-width space, byte order
#: mark, directional marks, variation selectors.  ZWNJ is not here: it parts words.
IGNORED = (
    "\u00ad\u034f\u061c\u180b-\u180e\u200b\u200d-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufe00-\ufe0f\ufeff"
)
#: All that is typed for an apostrophe or a geresh; between letters it joins.
APOSTROPHES = "'’‘ʼʻʾʿ`´′＇\u05f3"
#: Raised digits, which are powers or point to footnotes.
RAISED = "\u00b2\u00b3\u00b9\u2070\u2074-\u2079"
#: Beyond the Basic Multilingual Plane: the blocks of alphabets and of mathematical letters.
_ASTRAL = "\U00010000-\U0001afff\U0001b170-\U0001cfff\U0001d400-\U0001d7ff\U0001e000-\U0001eeff"

#: Where marks stand in the Basic Multilingual Plane; looking only there saves time at each start.
_MARKED = (range(0x300, 0x3100), range(0xA600, 0xAC00), range(0xFB00, 0xFE30))


def _ranges(points: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Runs of consecutive numbers, as first and last."""
    first = last = -1
    for point in points:
        if point != last + 1:
            if first >= 0:
                yield first, last
            first = point
        last = point
    if first >= 0:
        yield first, last


def _inside(ranges: Iterable[tuple[int, int]]) -> str:
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


def _marks() -> str:
    ignored = re.compile(f"[{IGNORED}]")
    return _inside(
        _ranges(
            point
            for block in _MARKED
            for point in block
            if unicodedata.category(chr(point)).startswith("M") and not ignored.match(chr(point))
        )
    )


def _letters() -> str:
    plane = "".join(map(chr, range(0x10000)))
    # Same length, so that places in it remain code points.
    plane = re.sub(f"[{DENSE}{KATAKANA}{VOICING}{RAISED}_]", " ", plane)
    return _inside((run.start(), run.end() - 1) for run in re.finditer(r"\w+", plane))


#: Combining marks (Unicode categories Mn, Mc, Me) of the Basic Multilingual Plane.
MARKS = _marks()
#: Letters and digits (L and N), none raised, of the scripts that are neither dense nor katakana.
LETTERS = _letters() + _ASTRAL
