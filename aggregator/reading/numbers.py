"""The numbers of a text, however they are written."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Set

from aggregator.reading.words import WORD

_NUMBER = re.compile(r"\d+(?:[.,'’\u066b\u066c\u00a0\u202f]\d+)*")
#: English reports write small numbers out, and those are the ones that edits correct.
_WRITTEN_OUT = {
    name: str(number)
    for number, name in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen twenty".split()
    )
} | {name: f"{tens}0" for tens, name in enumerate("thirty forty fifty sixty".split(), start=3)}

_GROUPING = re.compile(r"[,'’\u066c\u00a0\u202f](?=\d{3}(?!\d))")


def numbers(text: str) -> Counter[str]:
    """How often each number stands in the text.

    >>> numbers("Twelve of 1,200 died; of ١٬٢٠٠, officials say.")
    Counter({'1200': 2, '12': 1})
    """
    found = Counter(map(_plain_number, _NUMBER.findall(text)))
    words = Counter(WORD.findall(text.lower()))
    for word in _WRITTEN_OUT.keys() & words:
        found[_WRITTEN_OUT[word]] += words[word]
    return found


def distinct_numbers(text: str, words: Set[str]) -> frozenset[str]:
    """Each number of the text once; `words` are its folded words.

    >>> sorted(distinct_numbers("Twelve of 1,200 died; of ١٬٢٠٠, it says.", {"twelve", "of"}))
    ['12', '1200']
    """
    written_out = map(_WRITTEN_OUT.__getitem__, _WRITTEN_OUT.keys() & words)
    return frozenset((*map(_plain_number, _NUMBER.findall(text)), *written_out))


def _plain_number(written: str) -> str:
    """In ASCII digits and without grouping: `١٬٢٠٠` and `1,200` are `1200`."""
    ungrouped = _GROUPING.sub("", written)
    return "".join(
        str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in ungrouped
    )
