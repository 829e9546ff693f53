"""Which words of a page an extractor's text is made of.

A text is found again in its page by alignment, not by containment: each word is used once and in
order, so that a teaser does not count as the paragraph it repeats.  Rare runs of words are anchors
(patience diff); between anchors rarer runs are looked for in ever shorter form.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence

#: Lengths of the runs that serve as anchors, in words, and the longest gap of the page in which
#: runs of that length are looked for: a single word in a wide gap is found by chance.
_RUNS = ((6, 1 << 30), (3, 2000), (1, 200))
#: A text of whose words fewer than this share are found was not found by what stands once.
_ENOUGH = 0.9
#: How often a page may hold the same run and still be asked which of them is meant.
_COPIES = 4

#: [start, end) in the page, [low, high) in the text.
Span = tuple[int, int, int, int]
#: Places in the page and in the text, both rising.
Pairs = list[tuple[int, int]]


class Alignment:
    """The words of a page, ready to be compared with many texts."""

    def __init__(self, page: Sequence[str]) -> None:
        self._page = page
        self._once = _once(page, 0, len(page), _RUNS[0][0])

    def matched(self, text: Sequence[str]) -> bytearray:
        """For each word of the page, 1 where the text has it."""
        flags = self._flags(text, _anchors(self._once, _once(text, 0, len(text), _RUNS[0][0])))
        if sum(flags) < _ENOUGH * len(text):
            # A page that holds its article twice has no runs that stand once.
            again = self._flags(text, _anchors_among_copies(self._page, text, _RUNS[0][0]))
            if sum(again) > sum(flags):
                return again
        return flags

    def _flags(self, text: Sequence[str], anchors: Pairs) -> bytearray:
        flags = bytearray(len(self._page))
        self._fill(text, (0, len(self._page), 0, len(text)), 0, anchors, flags)
        return flags

    def _fill(
        self,
        text: Sequence[str],
        span: Span,
        level: int,
        anchors: Pairs,
        flags: bytearray,
    ) -> None:
        """Flags anchors and what they grow to; looks into the gaps between them."""
        page = self._page
        start, end, low, high = span
        for at, there in [*anchors, (end, high)]:
            if at < start or there < low:
                continue  # inside what the last anchor grew to
            before, where = at, there
            while before > start and where > low and page[before - 1] == text[where - 1]:
                before, where = before - 1, where - 1
                flags[before] = 1
            self._gap(text, (start, before, low, where), level + 1, flags)
            while at < end and there < high and page[at] == text[there]:
                flags[at] = 1
                at, there = at + 1, there + 1
            start, low = at, there

    def _gap(self, text: Sequence[str], span: Span, level: int, flags: bytearray) -> None:
        """Looks for shorter runs; the recursion goes as deep as there are lengths."""
        start, end, low, high = span
        if start == end or low == high or level == len(_RUNS):
            return
        run, widest = _RUNS[level]
        if end - start > widest:
            return
        here, there = _once(self._page, start, end, run), _once(text, low, high, run)
        self._fill(text, span, level, _anchors(here, there), flags)


def _anchors(here: Mapping[object, int], there: Mapping[object, int]) -> Pairs:
    """Places of runs that stand once in both, as the longest chain rising in both."""
    return _rising([(here[key], at) for key, at in there.items() if key in here])


def _anchors_among_copies(page: Sequence[str], text: Sequence[str], run: int) -> Pairs:
    """The same for runs of which both have a few."""
    here, there = _places(page, run), _places(text, run)
    return _rising(
        [
            (at, places[0])
            for key, places in there.items()
            if len(places) <= _COPIES and len(here.get(key, ())) <= _COPIES
            # Of several places in the page a rising chain takes one: they are offered falling.
            for at in reversed(here.get(key, ()))
        ]
    )


def _once(words: Sequence[str], start: int, end: int, run: int) -> Mapping[object, int]:
    """Where the runs stand that stand once, in order."""
    keys = _runs(words[start:end], run)
    places = dict(zip(keys, range(start, end), strict=False))
    if len(places) < len(keys):
        for key in [key for key, count in Counter(keys).items() if count > 1]:
            del places[key]
    return places


def _places(words: Sequence[str], run: int) -> Mapping[object, Sequence[int]]:
    places: dict[object, list[int]] = {}
    for at, key in enumerate(_runs(words, run)):
        places.setdefault(key, []).append(at)
    return places


def _runs(words: Sequence[str], run: int) -> Sequence[object]:
    shifted = (words[shift:] for shift in range(run))
    return words if run == 1 else list(zip(*shifted, strict=False))


def _rising(pairs: Pairs) -> Pairs:
    """Longest chain of pairs, given by rising seconds, whose firsts rise as well."""
    tails: list[int] = []
    holders: list[int] = []
    before = [-1] * len(pairs)
    for index, (at, _) in enumerate(pairs):
        place = bisect_left(tails, at)
        if place:
            before[index] = holders[place - 1]
        if place == len(tails):
            tails.append(at)
            holders.append(index)
        else:
            tails[place], holders[place] = at, index
    chain, index = [], holders[-1] if holders else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]
