"""The things of one document, told apart side by side, and what their names are worth there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from aggregator.models import KnownEntry, ParsedEntry
from aggregator.polling import names
from aggregator.polling.names import Answer

Policy = Literal["auto", "guid", "link", "content"]
Owners = Mapping[str, KnownEntry]
#: The known entries that things of the document were found to be, by the place of the thing.
Found = dict[int, KnownEntry]

#: In a document that says one thing very often, doubles are looked for among the first of them:
#: to compare each with each would take hours for a document of a megabyte.
_MOST_ALIKE = 16


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing of the document: an entry, and the names of its doubles beside it."""

    entry: ParsedEntry
    keys: frozenset[str]
    digest: str


@dataclass(frozen=True, slots=True)
class Names:
    """What names are worth while one document is judged."""

    policy: Policy
    guid: bool
    link: bool
    #: Keys that several things have: they name none of them.
    shared: frozenset[str]

    def decisive(self, held: frozenset[str]) -> frozenset[str]:
        """The keys that decide alone, by the operator's wish."""
        if self.policy in ("guid", "link"):
            return names.of_kind(self.policy, held)
        return frozenset()

    def guids(self, one: frozenset[str], two: frozenset[str]) -> Answer:
        return names.compare("guid", one, two) if self.guid else "unknown"

    def own_guid(self, one: frozenset[str], two: frozenset[str]) -> bool:
        """Have they a guid in common that nothing else has?"""
        return self.guid and not names.of_kind("guid", one & two) <= self.shared

    def own_place(self, one: frozenset[str], two: frozenset[str]) -> bool:
        """Do they lead to a place that nothing else leads to?"""
        same = names.compare_places(one, two) == "same"
        return self.link and same and not names.places(one & two) <= self.shared

    def agree(self, one: frozenset[str], two: frozenset[str]) -> bool:
        """Do names let what says the same be one thing?"""
        if names.of_kind("whole", one) & two:
            return True
        if self.own_guid(one, two) or self.own_place(one, two):
            return True
        return "differs" not in (self.guids(one, two), names.compare_places(one, two))


def shared_names(held: Iterable[frozenset[str]]) -> frozenset[str]:
    """The guids and places under which the document says several things."""
    said: dict[str, set[str]] = {}
    for each in held:
        for name in names.of_kind("guid", each) | names.places(each):
            said.setdefault(name, set()).add(_digest(each))
    return frozenset(name for name, digests in said.items() if len(digests) > 1)


def _digest(held: frozenset[str]) -> str:
    return "".join(names.of_kind("words", held)).removeprefix("words:")


def things(keyed: Iterable[tuple[ParsedEntry, frozenset[str]]], worth: Names) -> list[Thing]:
    """The things of a document, in its order; doubles lend their names to the first."""
    items: list[Thing] = []
    alike: dict[str, list[int]] = {}
    for entry, held in keyed:
        decisive, digest = worth.decisive(held), _digest(held)
        places = alike.setdefault(min(decisive, default=digest), [])
        for at in places[:_MOST_ALIKE]:
            if decisive or worth.policy == "content" or worth.agree(held, items[at].keys):
                lent = held if digest == items[at].digest else decisive
                items[at] = replace(items[at], keys=items[at].keys | lent)
                break
        else:
            places.append(len(items))
            items.append(Thing(entry, held, digest))
    return items


def candidates(item: Thing, owners: Owners) -> list[KnownEntry]:
    """The known entries that any of its keys names, the oldest first."""
    named = {owners[key].id: owners[key] for key in item.keys if key in owners}
    return [named[entry_id] for entry_id in sorted(named)]
