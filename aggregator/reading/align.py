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
#: A text of whose words fewer than this share are found was not found by what stands once.
_ENOUGH = 0.9
#: How often a page may hold the same run and still be asked which of them is meant.
_COPIES = 4


def matched(page: Sequence[str], text: Sequence[str]) -> bytearray:
    """For each word of the page, 1 where the text has it."""
    flags = bytearray(len(page))
    _match(page, text, (0, len(page), 0, len(text)), 0, flags)
    if sum(flags) < _ENOUGH * len(text):
        # A page that holds its article twice has no runs that stand once: take the first of each.
        again = bytearray(len(page))
        _match(page, text, (0, len(page), 0, len(text)), 0, again, repeats=True)
        if sum(again) > sum(flags):
            return again
    return flags


Span = tuple[int, int, int, int]


def _match(
    page: Sequence[str],
    text: Sequence[str],
    span: Span,
    level: int,
    flags: bytearray,
    *,
    repeats: bool = False,
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
    anchors = _anchors(page, text, (start, end, low, high), _RUNS[level], repeats)
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
    page: Sequence[str], text: Sequence[str], span: Span, run: int, repeats: bool
) -> list[tuple[int, int]]:
    """Positions of runs that both have, as the longest chain that rises in both.

    Without `repeats` only runs that stand once in each count.
    """
    start, end, low, high = span
    here, there = _positions(page, start, end, run), _positions(text, low, high, run)
    most = _COPIES if repeats else 1
    pairs = [
        (at, places[0])
        for key, places in there.items()
        if len(places) <= most and key in here and len(here[key]) <= most
        # Of several places in the page a rising chain takes one: they are offered falling.
        for at in reversed(here[key])
    ]
    return _rising(pairs)


def _positions(words: Sequence[str], start: int, end: int, run: int) -> dict[object, list[int]]:
    positions: dict[object, list[int]] = {}
    if run == 1:
        keys: Sequence[object] = words[start:end]
    else:
        keys = list(zip(*(words[start + shift : end] for shift in range(run)), strict=False))
    for at, key in enumerate(keys, start):
        positions.setdefault(key, []).append(at)
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
