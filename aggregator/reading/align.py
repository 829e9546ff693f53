"""Which words of a page an extractor's text is made of.

A text is found again in its page by alignment, not by containment: each word is used once and in
order, so that a teaser does not count as the paragraph it repeats.  Rare runs of words are anchors
(patience diff); between anchors rarer runs are looked for in ever shorter form.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

#: Lengths of the runs that serve as anchors, in words.
_RUNS = (6, 3, 1)


def matched(page: Sequence[str], text: Sequence[str]) -> bytearray:
    """For each word of the page, 1 where the text has it."""
    flags = bytearray(len(page))
    _match(page, text, (0, len(page), 0, len(text)), 0, flags)
    return flags


Span = tuple[int, int, int, int]


def _match(
    page: Sequence[str], text: Sequence[str], span: Span, level: int, flags: bytearray
) -> None:
    """Flags what matches within a span; recursion goes at most as deep as there are runs."""
    start, end, low, high = span
    while start < end and low < high and page[start] == text[low]:
        flags[start] = 1
        start, low = start + 1, low + 1
    while start < end and low < high and page[end - 1] == text[high - 1]:
        end, high = end - 1, high - 1
        flags[end] = 1
    if start == end or low == high or level == len(_RUNS):
        return
    run = _RUNS[level]
    anchors = _anchors(page, text, (start, end, low, high), run)
    for at, there in [*anchors, (end, high)]:
        if at < start or there < low:
            continue  # inside what the last anchor grew to
        # Grow backwards here; the next gap's own beginning grows forwards.
        before, where = at, there
        while before > start and where > low and page[before - 1] == text[where - 1]:
            before, where = before - 1, where - 1
            flags[before] = 1
        _match(page, text, (start, before, low, where), level + 1, flags)
        while at < end and there < high and page[at] == text[there]:
            flags[at] = 1
            at, there = at + 1, there + 1
        start, low = at, there


def _anchors(
    page: Sequence[str], text: Sequence[str], span: Span, run: int
) -> list[tuple[int, int]]:
    """Positions of runs that stand once in each, as the longest chain that rises in both."""
    start, end, low, high = span
    here, there = _unique(page, start, end, run), _unique(text, low, high, run)
    pairs = sorted(
        (at, there[key]) for key, at in here.items() if at >= 0 and there.get(key, -1) >= 0
    )
    return _rising(pairs)


def _unique(words: Sequence[str], start: int, end: int, run: int) -> dict[object, int]:
    """Run → its position, or -1 where it stands twice."""
    positions: dict[object, int] = {}
    if run == 1:
        keys: Sequence[object] = words[start:end]
    else:
        keys = list(zip(*(words[start + shift : end] for shift in range(run)), strict=False))
    for at, key in enumerate(keys, start):
        positions[key] = -1 if key in positions else at
    return positions


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Longest subsequence of pairs, sorted by the first, whose seconds rise."""
    tails: list[int] = []
    holders: list[int] = []
    before = [-1] * len(pairs)
    for index, (_, there) in enumerate(pairs):
        place = bisect_left(tails, there)
        if place:
            before[index] = holders[place - 1]
        tails[place : place + 1] = [there]
        holders[place : place + 1] = [index]
    chain, index = [], holders[-1] if holders else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]
