"""Which entries of a document are new, which were edited, and which are known.

An entry is judged by several keys together: its guid as given, where it leads, its words.  Claimed
dates have no say.  The order of judging:

    1. the same words, and no name of worth that speaks against it       known
    2. the same words under other names: the feed renamed what it has    known
    3. the same names, and words that are an edit of the known ones      updated
    4. everything else                                                   new

What stands side by side in one document is told apart there.  What is known and stands in the
document cannot be the former self of something else in it.  In doubt nothing new is lost.

Storage lets a key name one entry of a feed, the first that had it: `owners`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from aggregator.models import KnownEntry, NewEntry, ParsedEntry, SeenEntry
from aggregator.polling import names, wording
from aggregator.polling.names import Answer, keys, keys_of, words_key
from aggregator.polling.trust import Trust, learn
from aggregator.polling.wording import Wording, words

__all__ = ["Judgement", "Policy", "Trust", "judge", "keys", "keys_of", "words", "words_key"]

Policy = Literal["auto", "guid", "link", "content"]
Owners = Mapping[str, KnownEntry]
#: The known entries that things of the document were found to be, by the place of the thing.
Found = dict[int, KnownEntry]

#: The share of common words from which two texts under one name are one, rewritten.
_ALIKE = 0.55
#: In a document that says one thing very often, doubles are looked for among the first of them:
#: to compare each with each would take hours for a document of a megabyte.
_MOST_ALIKE = 16
#: The same where names are worth little: under the same title, and under another.
_TOUCHED = 0.75
_UNTOUCHED = 0.9
#: So many things rewritten at once, and most of the document: a feed that renders anew.
_RENDERED_ANEW = 3


@dataclass(frozen=True, slots=True)
class Judgement:
    """A document, judged: entries = new + updated + known."""

    new: tuple[NewEntry, ...]
    #: Known entries with new keys to remember, or new words.
    seen: tuple[SeenEntry, ...]
    updated: int
    #: Doubles of another entry of the document included.
    known: int
    trust: Trust
    #: A code when trust was lost: `guids_distrusted`, `links_distrusted`; else "".
    changed: str = ""


@dataclass(frozen=True, slots=True)
class _Item:
    """One thing of the document: an entry, and the names of its doubles beside it."""

    entry: ParsedEntry
    keys: frozenset[str]
    digest: str


@dataclass(frozen=True, slots=True)
class _Names:
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


def judge(
    entries: Sequence[ParsedEntry],
    known: Sequence[KnownEntry],
    trust: Trust,
    policy: Policy = "auto",
    again: Sequence[str] = (),
) -> Judgement:
    """Tell new, edited and known entries apart; never raises.

    `known` are the stored entries that any key of these entries names.  `again` are the digests of
    entries that stand in the document as they stood in the last one: they are known, and are here
    because the others are told apart from them.  `policy` is the operator's:
    with `guid` or `link` that key decides alone where an entry has one, with `content` the words.
    Entries that hold nothing (no guid, no place, no words) count as known.
    """
    owners = {key: entry for entry in known for key in entry.keys}
    keyed = [(entry, held) for entry in entries if (held := keys(entry))]
    shared = _shared(held for _, held in keyed)
    chosen = policy != "auto"
    worth = _Names(policy, trust.guid or chosen, trust.link or chosen, shared)
    items = _items(keyed, worth)
    own = range(len(items))
    met = _met_again(again, owners)
    items += [_Item(ParsedEntry(), entry.keys, digest) for digest, entry in met]

    found = dict(zip(range(len(own), len(items)), (entry for _, entry in met), strict=True))
    found |= _with_same_words(items[: len(own)], owners, worth)
    found |= _renamed(items, found, owners, worth)
    found |= _edited(items, found, owners, worth)

    learnt = trust if chosen else learn(trust, [item.keys for item in items], found, owners)
    new = _new(items, found, owners, worth)
    found = {at: entry for at, entry in found.items() if at in own}
    seen, updated = _seen(items, found, owners, replace(worth, guid=learnt.guid or chosen))
    return Judgement(
        new=new,
        seen=seen,
        updated=updated,
        known=len(entries) + len(again) - len(new) - updated,
        trust=learnt,
        changed=learnt.lost_since(trust),
    )


# ── side by side in the document ──────────────────────────────────────────────────────────────────


def _shared(held: Iterable[frozenset[str]]) -> frozenset[str]:
    """The guids and places under which the document says several things."""
    said: dict[str, set[str]] = {}
    for each in held:
        for name in names.of_kind("guid", each) | names.places(each):
            said.setdefault(name, set()).add(_digest(each))
    return frozenset(name for name, digests in said.items() if len(digests) > 1)


def _digest(held: frozenset[str]) -> str:
    return "".join(names.of_kind("words", held)).removeprefix("words:")


def _items(keyed: Iterable[tuple[ParsedEntry, frozenset[str]]], worth: _Names) -> list[_Item]:
    """The things of a document, in its order; doubles lend their names to the first."""
    items: list[_Item] = []
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
            items.append(_Item(entry, held, digest))
    return items


def _met_again(again: Iterable[str], owners: Owners) -> list[tuple[str, KnownEntry]]:
    """The known entries of these digests, each once."""
    met = ((digest, owners.get(words_key(digest))) for digest in dict.fromkeys(again))
    return [(digest, entry) for digest, entry in met if entry is not None]


# ── 1. the same words ─────────────────────────────────────────────────────────────────────────────


def _with_same_words(items: Sequence[_Item], owners: Owners, worth: _Names) -> Found:
    found = {}
    for at, item in enumerate(items):
        fits = [known for known in _candidates(item, owners) if _is_known(item, known, worth)]
        if fits:
            found[at] = min(fits, key=lambda known: _distance(item, known))
    return found


def _candidates(item: _Item, owners: Owners) -> list[KnownEntry]:
    """The known entries that any of its keys names, the oldest first."""
    named = {owners[key].id: owners[key] for key in item.keys if key in owners}
    return [named[entry_id] for entry_id in sorted(named)]


def _is_known(item: _Item, known: KnownEntry, worth: _Names) -> bool:
    if decisive := worth.decisive(item.keys):
        return not decisive.isdisjoint(known.keys)
    if not _says_the_same(item, known):
        return False
    return worth.policy == "content" or worth.agree(item.keys, known.keys)


def _says_the_same(item: _Item, known: KnownEntry) -> bool:
    """Has it the words of the known one, as last seen or before?"""
    said_before = bool(item.digest) and f"words:{item.digest}" in known.keys
    return said_before or Wording.of(known.words).digest == item.digest


def _distance(item: _Item, known: KnownEntry) -> tuple[bool, int, int]:
    """Nearest first: the words last seen, then most names in common, then the elder."""
    other_words = Wording.of(known.words).digest != item.digest
    return other_words, -len(item.keys & known.keys), known.id


# ── 2. the same words under other names ───────────────────────────────────────────────────────────


def _renamed(items: Sequence[_Item], found: Found, owners: Owners, worth: _Names) -> Found:
    claimed = {known.id for known in found.values()}
    counts = Counter(item.digest for item in items)
    candidates = {
        at: owners[key]
        for at, item in enumerate(items)
        # Where others stand beside it with the same words, words do not tell.
        if at not in found
        and counts[item.digest] == 1
        and not worth.decisive(item.keys)
        and (key := f"words:{item.digest}") in owners
        and owners[key].id not in claimed
    }
    if len(candidates) > 1 and not _any_name_held(items, found, worth):
        return candidates
    return {at: known for at, known in candidates.items() if _is_renamed(items[at], known, worth)}


def _is_renamed(item: _Item, known: KnownEntry, worth: _Names) -> bool:
    """A long text, and one name only changed: with both it is another thing, repeated."""
    place = names.compare_places(item.keys, known.keys)
    both = worth.guids(item.keys, known.keys) == "differs" and place == "differs"
    return not both and wording.is_long(item.entry)


def _any_name_held(items: Sequence[_Item], found: Found, worth: _Names) -> bool:
    return any(
        worth.own_guid(items[at].keys, known.keys) or worth.own_place(items[at].keys, known.keys)
        for at, known in found.items()
    )


# ── 3. the same names, other words ────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Scene:
    """What the rest of the document tells of one thing in it."""

    #: Guids, or places, of the known things changed, and not one stayed.
    guids_moved: bool
    places_moved: bool
    #: Most of the document has its old names and other words.
    rendered_anew: bool
    #: There is nothing beside it: it may be a page whose one thing is exchanged.
    alone: bool


def _edited(items: Sequence[_Item], found: Found, owners: Owners, worth: _Names) -> Found:
    if worth.policy == "content":
        return {}
    claimed = {known.id for known in found.values()}
    pairs = [
        (at, item, known)
        for at, item in enumerate(items)
        if at not in found and not worth.decisive(item.keys)
        for known in _candidates(item, owners)
        if known.id not in claimed
    ]
    scene = _scene(items, found, pairs, worth)
    scored = [
        (score, known.id, at, known)
        for at, item, known in pairs
        if (score := _edit_score(item, known, worth, scene)) is not None
    ]
    edited: Found = {}
    for _, _, at, known in sorted(scored, key=lambda each: each[:3]):
        if at not in edited and known.id not in claimed:
            edited[at] = known
            claimed.add(known.id)
    return edited


def _scene(
    items: Sequence[_Item],
    found: Found,
    pairs: Sequence[tuple[int, _Item, KnownEntry]],
    worth: _Names,
) -> _Scene:
    guids = {names.compare("guid", items[at].keys, known.keys) for at, known in found.items()}
    places = {names.compare_places(items[at].keys, known.keys) for at, known in found.items()}
    kept = sum(
        worth.own_guid(item.keys, known.keys) and worth.own_place(item.keys, known.keys)
        for _, item, known in pairs
    )
    return _Scene(
        guids_moved="differs" in guids and "same" not in guids,
        places_moved="differs" in places and "same" not in places,
        rendered_anew=kept >= _RENDERED_ANEW and 2 * kept > len(items),
        alone=len(items) == 1,
    )


def _edit_score(
    item: _Item, known: KnownEntry, worth: _Names, scene: _Scene
) -> tuple[int, float] | None:
    """How surely these words are an edit of the known ones, the lower the surer; None: not."""
    guid = "unknown" if scene.guids_moved else worth.guids(item.keys, known.keys)
    place = "unknown" if scene.places_moved else names.compare_places(item.keys, known.keys)
    own_guid, own_place = (
        worth.own_guid(item.keys, known.keys),
        worth.own_place(item.keys, known.keys),
    )
    mine, other = Wording.of(words(item.entry)), Wording.of(known.words)
    text = mine.text_likeness(other)
    like = mine.title_likeness(other) if text is None else text

    if own_guid and own_place:
        fits = scene.rendered_anew or _is_rewritten(mine, other, alone=scene.alone)
        return (0, -like) if fits else None
    if own_guid and place == "differs":
        fits = mine.quotes_title(other) or _is_text_alike(mine, other, _ALIKE)
        return (2, -like) if fits else None
    if own_guid or (own_place and guid != "differs"):
        return (1, -like) if _is_rewritten(mine, other, alone=scene.alone) else None
    if place == "differs" or (guid == "differs" and not own_place):
        return None
    # Another guid and another title: the next report on a page of reports, be it ever so alike.
    if guid == "differs" and not mine.same_title(other):
        return None
    return (3, -like) if _is_touched(mine, other) else None


def _is_rewritten(mine: Wording, other: Wording, *, alone: bool) -> bool:
    """Under one name: are these words of one thing?"""
    if mine.quotes_title(other) or _is_text_alike(mine, other, _ALIKE):
        return True
    # Where nothing stands beside it, bulletins may follow each other under one name and title.
    if alone:
        return False
    no_text = mine.text_likeness(other) is None
    return mine.same_title(other) or (no_text and mine.title_likeness(other) >= _ALIKE)


def _is_touched(mine: Wording, other: Wording) -> bool:
    """A few words of the text changed, or the title alone."""
    return _is_text_alike(mine, other, _TOUCHED if mine.same_title(other) else _UNTOUCHED)


def _is_text_alike(mine: Wording, other: Wording, share: float) -> bool:
    likeness = mine.text_likeness(other)
    return likeness is not None and likeness >= share


# ── what is to be written ─────────────────────────────────────────────────────────────────────────


def _new(
    items: Sequence[_Item], found: Found, owners: Owners, worth: _Names
) -> tuple[NewEntry, ...]:
    given = Counter(key for item in items for key in item.keys)
    return tuple(
        NewEntry(item.entry, _to_keep(item, None, given, owners, worth), words(item.entry))
        for at, item in enumerate(items)
        if at not in found
    )


def _seen(
    items: Sequence[_Item], found: Found, owners: Owners, worth: _Names
) -> tuple[tuple[SeenEntry, ...], int]:
    """The known entries with something to write, and how many of them were edited."""
    given = Counter(key for item in items for key in item.keys)
    met: dict[int, list[_Item]] = {}
    for at in sorted(found):
        met.setdefault(found[at].id, []).append(items[at])
    by_id = {known.id: known for known in found.values()}
    seen = []
    for entry_id, doubles in met.items():
        known = by_id[entry_id]
        kept = (_to_keep(item, known, given, owners, worth) for item in doubles)
        fresh = frozenset(key for each in kept for key in each if key not in owners)
        last = Wording.of(known.words).digest
        if any(item.digest == last for item in doubles):
            seen.append(SeenEntry(entry_id, fresh))
        else:
            edited = doubles[0].entry
            seen.append(SeenEntry(entry_id, fresh, edited, words(edited)))
    changed = tuple(each for each in seen if each.keys or each.edited is not None)
    return changed, sum(each.edited is not None for each in seen)


def _to_keep(
    item: _Item, known: KnownEntry | None, given: Mapping[str, int], owners: Owners, worth: _Names
) -> frozenset[str]:
    """The keys worth remembering: they are kept for ever, and most entries need few."""
    guid, place = names.of_kind("guid", item.keys), names.places(item.keys)
    telling = guid | place | names.of_kind("words", item.keys)
    clash = any(given[key] > 1 or owners.get(key, known) is not known for key in telling)
    unsure = clash or not (guid and place and worth.guid and worth.link)
    spare = frozenset[str]()
    if not clash:
        spare |= names.of_kind("whole", item.keys)
    if not unsure:
        spare |= names.of_kind("title", item.keys) | names.of_kind("text", item.keys)
    # Guids that change with every document would be remembered for ever, for nothing.
    if known is not None and not worth.guid:
        spare |= guid | names.of_kind("whole", item.keys)
    return item.keys - spare
