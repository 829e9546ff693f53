"""What the guids and the links of one feed are worth, learnt document by document.

A strike is a document in which they name several things, or change while the things stay.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from aggregator.models import KnownEntry
from aggregator.polling.names import compare, of_kind

#: So many strikes end the trust; documents without one win it back, one by one.
_DISTRUSTED = 2
_MOST_STRIKES = 8


@dataclass(frozen=True, slots=True)
class Trust:
    guid_strikes: int = 0
    link_strikes: int = 0

    @property
    def guid(self) -> bool:
        return self.guid_strikes < _DISTRUSTED

    @property
    def link(self) -> bool:
        return self.link_strikes < _DISTRUSTED

    def lost_since(self, before: Trust) -> str:
        """A code when trust was lost: `guids_distrusted`, `links_distrusted`; else ""."""
        if before.guid and not self.guid:
            return "guids_distrusted"
        return "links_distrusted" if before.link and not self.link else ""


def learn(
    trust: Trust,
    items: Sequence[frozenset[str]],
    found: Mapping[int, KnownEntry],
    owners: Mapping[str, KnownEntry],
) -> Trust:
    """`items` are the keys of the things of a document, `found` the known ones among them by their
    place, `owners` whom a key names already."""
    return Trust(
        guid_strikes=_strikes(trust.guid_strikes, "guid", items, found, owners),
        link_strikes=_strikes(trust.link_strikes, "link", items, found, owners),
    )


def _strikes(
    strikes: int,
    kind: Literal["guid", "link"],
    items: Sequence[frozenset[str]],
    found: Mapping[int, KnownEntry],
    owners: Mapping[str, KnownEntry],
) -> int:
    named = {at: names for at, keys in enumerate(items) if (names := of_kind(kind, keys))}
    counts = Counter(name for names in named.values() for name in names)
    repeated = sum(any(counts[name] > 1 for name in names) for names in named.values())
    reused = sum(
        any(name in owners and owners[name] is not found.get(at) for name in names)
        for at, names in named.items()
    )
    answers = Counter(compare(kind, items[at], known.keys) for at, known in found.items())
    if 2 * max(repeated, reused) > len(named):
        strikes += _DISTRUSTED
    elif repeated or reused or (answers["differs"] > 1 and not answers["same"]):
        strikes += 1
    elif answers["same"]:
        strikes -= 1
    return min(max(strikes, 0), _MOST_STRIKES)
