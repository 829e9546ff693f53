"""Which words of a page an extractor's text is made of.

A text is found again in its page by alignment, not by containment: each word is used once and in
order, so that a teaser does not count as the paragraph it repeats.  Rare runs of words are anchors
(patience diff); between anchors rarer runs are looked for in ever shorter form.
"""

from __future__ import annotations

from bisect import bisect_left
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
Positions = Mapping[object, Sequence[int]]


class Alignment:
    """The words of a page, ready to be compared with many texts."""

    def __init__(self, page: Sequence[str]) -> None:
        self._page = page
        self._runs = _positions(page, 0, len(page), _RUNS[0][0])

    def matched(self, text: Sequence[str]) -> bytearray:
        """For each word of the page, 1 where the text has it."""
        flags = self._matched(text, copies=1)
        if sum(flags) < _ENOUGH * len(text):
            # A page that holds its article twice has no runs that stand once.
            again = self._matched(text, copies=_COPIES)
            if sum(again) > sum(flags):
                return again
        return flags

    def _matched(self, text: Sequence[str], copies: int) -> bytearray:
        flags = bytearray(len(self._page))
        there = _positions(text, 0, len(text), _RUNS[0][0])
        anchors = _anchors(self._runs, there, copies)
        self._fill(text, (0, len(self._page), 0, len(text)), 0, anchors, flags)
        return flags

    def _fill(
        self,
        text: Sequence[str],
        span: Span,
        level: int,
        anchors: Sequence[tuple[int, int]],
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
        here, there = _positions(self._page, start, end, run), _positions(text, low, high, run)
        self._fill(text, span, level, _anchors(here, there, 1), flags)


def _anchors(here: Positions, there: Positions, copies: int) -> list[tuple[int, int]]:
    """Positions of runs that both have, at most so often, as the longest chain rising in both."""
    pairs = [
        (at, places[0])
        for key, places in there.items()
        if len(places) <= copies and len(here.get(key, ())) <= copies
        # Of several places in the page a rising chain takes one: they are offered falling.
        for at in reversed(here.get(key, ()))
    ]
    return _rising(pairs)


def _positions(words: Sequence[str], start: int, end: int, run: int) -> dict[object, list[int]]:
    positions: dict[object, list[int]] = {}
    if run == 1:
        keys: Sequence[object] = words[start:end]
    else:
        keys = list(zip(*(words[start + shift : end] for shift in range(run)), strict=False))
    for at, key in enumerate(keys, start):
        if key in positions:
            positions[key].append(at)
        else:
            positions[key] = [at]
    return positions


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Longest chain of pairs, given by rising seconds, whose firsts rise as well."""
    tails: list[int] = []
    holders: list[int] = []
    before = [-1] * len(pairs)
    for index, (at, _) in enumerate(pairs):
        place = bisect_left(tails, at)
        if place:
            before[index] = holders[place - 1]
        tails[place : place + 1] = [at]
        holders[place : place + 1] = [index]
    chain, index = [], holders[-1] if holders else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]
