"""The second look: which articles of the last days belong together, now that all are there.

An article is placed when it arrives, beside those that came before it, and an unlucky order joins
what is two and parts what is one.  Here the nearest articles and groups are joined first, by the
mean nearness of their articles (average linkage: Sokal and Michener 1958).  What somebody was told
of, or what began earlier, stays together; all else may go elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import combinations, count

from aggregator.models import Member, Merge, Placement, Regrouping, Vector, WordCounts
from aggregator.reading import stories
from aggregator.reading.stories import FEWEST_WORDS, TELLING_WORDS, added, by_story, dot, heaviest

#: Mean nearness of the articles of two groups.  Tuned on half of the topics of `bench/stories.py`.
NEAR_ENOUGH = 0.24
#: Groups are looked at together when they share so many telling words, those of many groups aside.
_SHARED_WORDS, _MOST_HOLDERS = 2, 100


@dataclass(frozen=True, slots=True)
class _Group:
    members: tuple[Member, ...]
    #: The sum of their words.
    words: Vector

    @property
    def entries(self) -> frozenset[int]:
        return frozenset(member.entry_id for member in self.members)

    @property
    def apart(self) -> frozenset[int]:
        return frozenset(member.apart_from for member in self.members if member.apart_from)


def second_look(members: Sequence[Member], near_enough: float = NEAR_ENOUGH) -> Regrouping:
    """What is to be written, so that each article stands with those it is nearest to."""
    moved: dict[int, Placement] = {}
    merged: list[Merge] = []
    settled = _settled(members)
    threshold = stories.near_enough(WordCounts(len(members), {}), near_enough)
    for group in _joined(_units(members, settled), threshold):
        oldest_first = sorted(group.members, key=lambda m: (m.first_seen, m.entry_id))
        held = {one[0].story: _group(one) for one in by_story(oldest_first)}
        kept = [story for story in held if story in settled]
        target = kept[0] if kept else _owned(group.members)
        merged += [Merge(other, target, _linkage(held[other], held[target])) for other in kept[1:]]
        moved |= {
            member.entry_id: _placement(member, target, group)
            for story, loose in held.items()
            if story != target and story not in settled
            for member in loose.members
        }
    return Regrouping(moved, tuple(merged))


def _settled(members: Sequence[Member]) -> frozenset[int]:
    """The stories that stay together: marked so, or begun before the time that is looked at.  So
    do reports of a series, or the reason why they are apart would be lost."""
    begun = {member.story for member in members if member.entry_id == member.story}
    return frozenset(
        m.story for m in members if m.settled or m.apart_from is not None or m.story not in begun
    )


def _units(members: Sequence[Member], settled: frozenset[int]) -> list[_Group]:
    together = [_group(story) for story in by_story(members) if story[0].story in settled]
    return together + [_group([member]) for member in members if member.story not in settled]


def _group(members: Sequence[Member]) -> _Group:
    return _Group(tuple(members), added(member.words for member in members))


def _owned(members: Sequence[Member]) -> int:
    """The id of a story of its own: of the first entry that began one, else of the first."""
    first = min(members, key=lambda m: (m.entry_id != m.story, m.first_seen, m.entry_id))
    return first.entry_id


def _placement(member: Member, story: int, group: _Group) -> Placement:
    others = [other for other in group.members if other.entry_id != member.entry_id]
    if member.entry_id == story or not others:
        return Placement(story, None, "apart", 0.0)
    score, nearest = max((dot(member.words, other.words), -other.entry_id) for other in others)
    return Placement(story, -nearest, "later", round(score, 3))


# ── average linkage ───────────────────────────────────────────────────────────────────────────────


def _joined(units: Sequence[_Group], near_enough: float) -> list[_Group]:
    """The groups when no two are near enough any more; the nearest were joined first."""
    groups, number = dict(enumerate(units)), count(len(units))
    beside = _beside(units)
    near = [
        (-_linkage(groups[one], groups[other]), one, other)
        for one, others in beside.items()
        for other in others
        if one < other
    ]
    heapify(near)
    while near:
        score, one, other = heappop(near)
        if -score < near_enough:
            break
        if one not in groups or other not in groups or _are_apart(groups[one], groups[other]):
            continue
        new, both = next(number), (groups.pop(one), groups.pop(other))
        around = (beside.pop(one) | beside.pop(other)) & groups.keys()
        groups[new] = _joint(*both)
        beside[new] = around
        for third in around:
            beside[third].add(new)
            heappush(near, (-_linkage(groups[new], groups[third]), third, new))
    return list(groups.values())


def _joint(one: _Group, other: _Group) -> _Group:
    return _Group(one.members + other.members, added((one.words, other.words)))


def _linkage(one: _Group, other: _Group) -> float:
    """The mean nearness of an article of one to an article of the other."""
    pairs = len(one.members) * len(other.members)
    return round(dot(one.words, other.words) / pairs, 4)


def _are_apart(one: _Group, other: _Group) -> bool:
    """Does one hold the next report of a series that the other holds?"""
    return bool(one.apart & other.entries or other.apart & one.entries)


def _beside(groups: Sequence[_Group]) -> dict[int, set[int]]:
    """For each the groups that are looked at beside it: all pairs would be too many."""
    holders: dict[str, list[int]] = {}
    for number, group in enumerate(groups):
        if len(group.words) >= FEWEST_WORDS:
            for word in heaviest(group.words)[:TELLING_WORDS]:
                holders.setdefault(word, []).append(number)
    shared = Counter(
        pair
        for numbers in holders.values()
        if len(numbers) <= _MOST_HOLDERS
        for pair in combinations(numbers, 2)
    )
    beside: dict[int, set[int]] = {number: set() for number in range(len(groups))}
    for (one, other), words in shared.items():
        if words >= _SHARED_WORDS:
            beside[one].add(other)
            beside[other].add(one)
    return beside
