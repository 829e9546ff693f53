"""Where a host sets its articles: what its other pages say of the elements of a page.

An element is known by its tag and names and by those of the two elements around it.  On one page
the model may take a box for text, or a part of the text for a box; on several pages of a host its
errors differ, and what it said of the same element there mends them.  A host has several templates
and changes them: of an element that no other page has nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from math import exp, log
from statistics import fmean
from struct import iter_unpack, pack

from aggregator.reading.blocks import Node, Page

#: An element and so many around it, less one, tell it from others.
_LEVELS = 3
#: So many elements of a page are remembered, those with the most words: real pages have some 40.
_MOST = 200
_STEPS = 255
#: What many pages say is believed so many times as much as what the page itself says; what one
#: says half as much as many.  Measured: docs/why/reading.md.
_BELIEVED = 1.5
#: Nothing is surer than this: the model stops its sum there.
_SUREST = 0.92
#: An element's digest, and in 255 steps how likely what stands in it is the article's.
_FORMAT = "<QB"


@dataclass(frozen=True, slots=True)
class Places:
    """For each element that other pages of a host have, by its digest, what they say of it: what
    to add to the log-odds that something in it is the article's."""

    said: Mapping[int, float] = field(default_factory=dict)


NOWHERE = Places()


def places_of(page: Page) -> list[int]:
    """For each block the digest of the element that it stands in."""
    digests: dict[int, int] = {}
    for node in {block.node for block in page.blocks}:
        around = (_called(page.nodes[each]) for each in islice(page.above(node), _LEVELS))
        digest = blake2b(" < ".join(around).encode("utf-8", "surrogatepass"), digest_size=8)
        digests[node] = int.from_bytes(digest.digest(), "little")
    return [digests[block.node] for block in page.blocks]


def tally(places: Sequence[int], likely: Sequence[float], sizes: Sequence[int]) -> bytes:
    """What one page says of its elements, to be kept: `likely` as the model said it of each block,
    whatever the host's other pages say, so that no error feeds itself; `sizes` in words."""
    words: dict[int, int] = {}
    likely_words: dict[int, float] = {}
    for place, value, size in zip(places, likely, sizes, strict=True):
        words[place] = words.get(place, 0) + size + 1
        likely_words[place] = likely_words.get(place, 0.0) + value * (size + 1)
    largest = sorted(words, key=lambda place: words[place], reverse=True)[:_MOST]
    return b"".join(
        pack(_FORMAT, place, round(_STEPS * likely_words[place] / words[place]))
        for place in largest
    )


def learn(tallies: Iterable[bytes]) -> Places:
    """From the tallies of other articles' pages."""
    told: dict[int, list[float]] = {}
    for each in tallies:
        for place, steps in iter_unpack(_FORMAT, each):
            told.setdefault(place, []).append(steps / _STEPS)
    return Places(
        {
            place: _BELIEVED * len(shares) / (len(shares) + 1) * _log_odds(fmean(shares))
            for place, shares in told.items()
        }
    )


def weighed(likely: Sequence[float], places: Sequence[int], host: Places) -> list[float]:
    """How likely each block is the article's, when the host's other pages are heard too."""
    return [
        _likelihood(_log_odds(value) + host.said[place]) if place in host.said else value
        for value, place in zip(likely, places, strict=True)
    ]


def _log_odds(likely: float) -> float:
    likely = min(_SUREST, max(1 - _SUREST, likely))
    return log(likely / (1 - likely))


def _likelihood(log_odds: float) -> float:
    return 1 / (1 + exp(-log_odds))


def _called(node: Node) -> str:
    return f"{node.tag} {_names(node.name)}"


@lru_cache(maxsize=4096)
def _names(name: str) -> str:
    """Without those that hold a digit: they number the articles of a host."""
    words = (word for word in name.lower().split() if not any(map(str.isdigit, word)))
    return " ".join(sorted(words))
