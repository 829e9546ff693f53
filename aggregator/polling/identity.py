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

from aggregator.models import KnownEntry, NewEntry, ParsedEntry, SeenEntry
from aggregator.polling import names, wording
from aggregator.polling.edits import edits
from aggregator.polling.names import keys, keys_of, words_key
from aggregator.polling.things import (
    Found,
    Names,
    Owners,
    Policy,
    Thing,
    candidates,
    shared_names,
    things,
)
from aggregator.polling.trust import Trust, learn
from aggregator.polling.wording import Wording, words

__all__ = ["Judgement", "Policy", "Trust", "judge", "keys", "keys_of", "words", "words_key"]


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
    shared = shared_names(held for _, held in keyed)
    chosen = policy != "auto"
    worth = Names(policy, trust.guid or chosen, trust.link or chosen, shared)
    items = things(keyed, worth)
    own = range(len(items))
    met = _met_again(again, owners)
    items += [Thing(ParsedEntry(), entry.keys, digest) for digest, entry in met]

    found = dict(zip(range(len(own), len(items)), (entry for _, entry in met), strict=True))
    found |= _with_same_words(items[: len(own)], owners, worth)
    found |= _renamed(items, found, owners, worth)
    found |= edits(items, found, owners, worth)

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


def _met_again(again: Iterable[str], owners: Owners) -> list[tuple[str, KnownEntry]]:
    """The known entries of these digests, each once."""
    met = ((digest, owners.get(words_key(digest))) for digest in dict.fromkeys(again))
    return [(digest, entry) for digest, entry in met if entry is not None]


# ── 1. the same words ─────────────────────────────────────────────────────────────────────────────


def _with_same_words(items: Sequence[Thing], owners: Owners, worth: Names) -> Found:
    found = {}
    for at, item in enumerate(items):
        fits = [known for known in candidates(item, owners) if _is_known(item, known, worth)]
        if fits:
            found[at] = min(fits, key=lambda known: _distance(item, known))
    return found


def _is_known(item: Thing, known: KnownEntry, worth: Names) -> bool:
    if decisive := worth.decisive(item.keys):
        return not decisive.isdisjoint(known.keys)
    if not _says_the_same(item, known):
        return False
    return worth.policy == "content" or worth.agree(item.keys, known.keys)


def _says_the_same(item: Thing, known: KnownEntry) -> bool:
    """Has it the words of the known one, as last seen or before?"""
    said_before = bool(item.digest) and f"words:{item.digest}" in known.keys
    return said_before or Wording.of(known.words).digest == item.digest


def _distance(item: Thing, known: KnownEntry) -> tuple[bool, int, int]:
    """Nearest first: the words last seen, then most names in common, then the elder."""
    other_words = Wording.of(known.words).digest != item.digest
    return other_words, -len(item.keys & known.keys), known.id


# ── 2. the same words under other names ───────────────────────────────────────────────────────────


def _renamed(items: Sequence[Thing], found: Found, owners: Owners, worth: Names) -> Found:
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


def _is_renamed(item: Thing, known: KnownEntry, worth: Names) -> bool:
    """A long text, and one name only changed: with both it is another thing, repeated."""
    place = names.compare_places(item.keys, known.keys)
    both = worth.guids(item.keys, known.keys) == "differs" and place == "differs"
    return not both and wording.is_long(item.entry)


def _any_name_held(items: Sequence[Thing], found: Found, worth: Names) -> bool:
    return any(
        worth.own_guid(items[at].keys, known.keys) or worth.own_place(items[at].keys, known.keys)
        for at, known in found.items()
    )


# ── what is to be written ─────────────────────────────────────────────────────────────────────────


def _new(
    items: Sequence[Thing], found: Found, owners: Owners, worth: Names
) -> tuple[NewEntry, ...]:
    given = Counter(key for item in items for key in item.keys)
    return tuple(
        NewEntry(item.entry, _to_keep(item, None, given, owners, worth), words(item.entry))
        for at, item in enumerate(items)
        if at not in found
    )


def _seen(
    items: Sequence[Thing], found: Found, owners: Owners, worth: Names
) -> tuple[tuple[SeenEntry, ...], int]:
    """The known entries with something to write, and how many of them were edited."""
    given = Counter(key for item in items for key in item.keys)
    met: dict[int, list[Thing]] = {}
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
    item: Thing, known: KnownEntry | None, given: Mapping[str, int], owners: Owners, worth: Names
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
