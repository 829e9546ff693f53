"""Which texts say the same, and which tell of one event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

#: `same_words`; `contained`: nearly all of the shorter text stands in the longer;
#: `same_numbers`: most of it, and most of its numbers.
CopyReason = Literal["same_words", "contained", "same_numbers"]


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


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two texts have in common, as shares of the shorter one."""

    contained: float
    numbers: float
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
