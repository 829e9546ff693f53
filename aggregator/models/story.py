"""Which texts say the same, and which tell of one event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

#: `same_words`; `contained`: nearly all of the shorter text stands in the longer;
#: `same_numbers`: most of it, and most of its numbers; `reworded`: single words are others, the
#: names and numbers are not.
#: `same_url`: it is the same page.
CopyReason = Literal["same_words", "contained", "same_numbers", "reworded", "same_url"]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """By what copies of a text are found and checked."""

    #: Of the signature; what differs in it is not compared.
    version: int
    #: Hash of the folded words.
    text_hash: str
    #: MinHash bands: texts that share two are candidates.
    bands: tuple[int, ...]
    #: 32-bit hashes of its runs of words; of a long text a sample.
    runs: frozenset[int]
    #: Every number once.
    numbers: frozenset[str]
    #: 32-bit hashes of its names; none where it tells none apart.
    names: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two texts have in common, as shares of the shorter one."""

    contained: float
    numbers: float
    #: Of numbers and of names: so many there are in the text that has fewer.
    number_count: int = 0
    names: float = 1.0
    name_count: int = 0
    #: How long the shorter is beside the longer.
    length: float = 1.0
    #: The same folded words in the same order.
    same_words: bool = False


@dataclass(frozen=True, slots=True)
class KnownText:
    """A stored article that may be a copy of a new one."""

    entry_id: int
    story: int
    first_seen: datetime
    fingerprint: Fingerprint


@dataclass(frozen=True, slots=True)
class Link:
    """That an entry's text is a copy of another's, and why it is taken for one."""

    #: The other entry.
    other: int
    reason: CopyReason
    #: The share of the shorter text that stands in the longer.
    score: float
    #: Who was told of one need not be told of the other.
    nothing_new: bool


#: Telling words of an article and what they weigh, the heaviest first; the length of its single
#: words is 1.
Vector = Mapping[str, float]

#: `copy`: with the text it copies; `same_event`: near enough; `told`: kept where it was told;
#: `too_far`, `too_short`, `other_numbers`: not with its nearest; `alone`: nothing is near.
#: By a second look: `later`: with its nearest; `apart`: it begins a story of its own.
PlaceReason = Literal[
    "copy",
    "same_event",
    "told",
    "too_far",
    "too_short",
    "other_numbers",
    "alone",
    "later",
    "apart",
]


@dataclass(frozen=True, slots=True)
class WordCounts:
    """In how many articles words stand."""

    #: All articles that were counted.
    articles: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a story, by its telling words."""

    entry_id: int
    story: int
    first_seen: datetime
    words: Vector
    #: Its story stays together: somebody was told of it, or was to be, or it was merged.
    settled: bool = False
    #: The entry that says the same with other numbers: they are two events.
    apart_from: int | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """Which story an entry was placed in, and why."""

    #: It may have been merged into another since.
    story: int
    #: The entry whose nearness decided; None: there was none.
    nearest: int | None
    reason: PlaceReason
    score: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """Who carries a story, and which of its texts say the same."""

    #: (entry, name of its feed), in order of time.
    told_by: tuple[tuple[int, str], ...] = ()
    #: Pairs of entries that say the same.
    copies: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Spread:
    """How far a story has come: what every message says of it."""

    #: Names of the feeds that carry it, the first one first.
    outlets: tuple[str, ...] = ()
    #: Texts of it that are no copies of each other, of one outlet one at most; 0: not known.
    independent: int = 0


@dataclass(frozen=True, slots=True)
class Merge:
    """Two stories that have turned out to be one."""

    story: int
    into: int
    #: How near they are.
    score: float


@dataclass(frozen=True, slots=True)
class Regrouping:
    """What a second look changes."""

    #: By entry, where it belongs now; its copies go along.
    moved: Mapping[int, Placement]
    merged: tuple[Merge, ...]


@dataclass(frozen=True, slots=True)
class StoryRows:
    """What is stored of a story, in order of time."""

    #: Its number; where it was merged, that of the story it was merged into.
    id: int
    entries: tuple[int, ...]
    first_seen: datetime
    #: Names of the feeds, the first one first.
    outlets: tuple[str, ...]
    languages: tuple[str, ...]
    watches: tuple[str, ...]
    #: Pairs of entries that say the same.
    copies: tuple[tuple[int, int], ...]
    #: Of those that are not copies only.
    members: tuple[Member, ...]
