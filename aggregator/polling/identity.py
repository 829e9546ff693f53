"""Which entries of a document are new, which were edited, and which are known.

    keys, keys_of   all that an entry, or a document, may be known by
    judge           what is known and what came in → new, edited, known, and what the feed taught

An entry is judged by several keys together: its guid as given, where it leads, its words.  Claimed
dates have no say.  The order of judging:

    1. the same words, and nothing of worth that speaks against it       known
    2. the same words under other names: the feed renamed what it has    known
    3. the same names, and words that are an edit of the known ones      updated
    4. everything else                                                   new

What stands side by side in one document is told apart there, and an entry of the document answers
for one known entry: what is claimed cannot be the former self of another.  In doubt nothing new is
lost.  Storage lets a key name one entry of a feed, the first that had it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urldefrag

from aggregator.models import KnownEntry, NewEntry, ParsedEntry, ParsedFeed, SeenEntry
from aggregator.net.urls import canonical_key
from aggregator.polling import wording
from aggregator.polling.wording import Wording, words

__all__ = ["Judgement", "Policy", "Trust", "judge", "keys", "keys_of", "words"]

Policy = Literal["auto", "guid", "link", "content"]
Answer = Literal["same", "differs", "unknown"]

#: Longer values, and those with control characters, are kept as their hash.
_LONGEST = 64
#: So many strikes end the trust; documents without one win it back, one by one.
_DISTRUSTED = 2
_MOST_STRIKES = 8
#: So many words, equal one by one, are no accident.
_LONG_TEXT = 16
#: The share of common words from which two texts under one name are one, rewritten.
_ALIKE = 0.55
#: The same where the name is worth little, with the same title, and with another.
_TOUCHED = 0.75
_UNTOUCHED = 0.9


@dataclass(frozen=True, slots=True)
class Trust:
    """What the guids and the links of one feed are worth, learnt document by document."""

    guid_strikes: int = 0
    link_strikes: int = 0

    @property
    def guid(self) -> bool:
        return self.guid_strikes < _DISTRUSTED

    @property
    def link(self) -> bool:
        return self.link_strikes < _DISTRUSTED


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


# ── keys ──────────────────────────────────────────────────────────────────────────────────────────


def keys(entry: ParsedEntry) -> frozenset[str]:
    """All that it may be known by; empty for an entry without guid, link and words.

    `guid:` as given, `link:` by `canonical_key`, `anchor:` the place on its page, `enclosure:`
    where there is no link, `title:` title and place together, `words:` the digest of its wording.
    """
    return frozenset(_keys(entry))


def keys_of(feed: ParsedFeed) -> frozenset[str]:
    """The keys of all entries of a document."""
    return frozenset().union(*map(keys, feed.entries))


def _keys(entry: ParsedEntry) -> Iterator[str]:
    guid = (entry.guid or "").strip()
    if guid:
        yield _key("guid", guid)
    place = ""
    if entry.link and entry.link.strip():
        place = canonical_key(entry.link)
        yield _key("link", place)
        if (fragment := urldefrag(entry.link).fragment) and not place.endswith(fragment):
            yield _key("anchor", f"{place}#{fragment}")
    elif entry.enclosures:
        place = canonical_key(entry.enclosures[0])
        yield _key("enclosure", place)
    if title := wording.title_words(entry):
        yield "title:" + wording.short(f"{place}\n{title}")
    if digest := wording.digest(entry):
        yield "words:" + digest


def _key(kind: str, value: str) -> str:
    plain = len(value) <= _LONGEST and value.isprintable()
    return f"{kind}:{value if plain else '#' + wording.short(value)}"


def _of_kind(kind: str, held: Iterable[str]) -> frozenset[str]:
    return frozenset(key for key in held if key.startswith(kind + ":"))


# ── judging ───────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Item:
    """One thing of the document: an entry, and its doubles beside it."""

    entry: ParsedEntry
    keys: frozenset[str]

    @property
    def digest(self) -> str:
        return "".join(key.removeprefix("words:") for key in _of_kind("words", self.keys))


@dataclass(frozen=True, slots=True)
class _Views:
    """What a feed's names are worth while one document is judged."""

    policy: Policy
    guid: bool
    link: bool
    #: Guids and links that several things share: they name none of them.
    shared: frozenset[str] = frozenset()
    #: The only thing of its document: under one guid and link it may be a page with changing words.
    alone: bool = False

    def guid_of(self, one: frozenset[str], two: frozenset[str]) -> Answer:
        return _compare("guid", one, two) if self.guid else "unknown"

    def place_of(self, one: frozenset[str], two: frozenset[str]) -> Answer:
        """Do they lead to one place?  A link compares with links, an enclosure with enclosures."""
        link = _compare("link", one, two)
        if link == "same" and _compare("anchor", one, two) == "differs":
            return "differs"
        return link if link != "unknown" else _compare("enclosure", one, two)

    def own_guid(self, one: frozenset[str], two: frozenset[str]) -> bool:
        """One guid that nothing else has."""
        return self.guid and bool(_of_kind("guid", one & two) - self.shared)

    def own_place(self, one: frozenset[str], two: frozenset[str]) -> bool:
        """One place that nothing else leads to."""
        places = _of_kind("link", one & two) | _of_kind("enclosure", one & two)
        return self.link and bool(places - self.shared)


def _compare(kind: str, one: frozenset[str], two: frozenset[str]) -> Answer:
    mine, other = _of_kind(kind, one), _of_kind(kind, two)
    if not mine or not other:
        return "unknown"
    return "differs" if mine.isdisjoint(other) else "same"


def judge(
    entries: Sequence[ParsedEntry],
    known: Sequence[KnownEntry],
    trust: Trust,
    policy: Policy = "auto",
) -> Judgement:
    """Tell new, edited and known entries apart; never raises.

    `known` are the stored entries that any key of these entries names.  `policy` is the operator's:
    `guid` or `link` alone decide where an entry has one, `content` counts other words as new.
    """
    items = _items(entries, policy)
    owners = {key: entry for entry in known for key in entry.keys}
    views = _views(items, trust, policy)
    found = _exact(items, owners, views)
    views = replace(views, shared=views.shared | _held_by_others(items, found, owners))
    found |= _renamed(items, found, owners, views)
    if policy != "content":
        found |= _edited(items, found, owners, views)
    learnt = _learn(items, found, owners, trust) if policy == "auto" else trust
    new = tuple(
        NewEntry(item.entry, item.keys, words(item.entry))
        for at, item in enumerate(items)
        if at not in found
    )
    seen, updated = _seen(items, found, owners, learnt)
    return Judgement(
        new=new,
        seen=seen,
        updated=updated,
        known=len(entries) - len(new) - updated,
        trust=learnt,
        changed=_lost(trust, learnt),
    )


def _views(items: Sequence[_Item], trust: Trust, policy: Policy) -> _Views:
    counts = Counter(key for item in items for key in item.keys)
    shared = frozenset(
        key for key, count in counts.items() if count > 1 and not key.startswith("words:")
    )
    always = policy != "auto"
    return _Views(policy, trust.guid or always, trust.link or always, shared, len(items) == 1)


# ── doubles within the document ───────────────────────────────────────────────────────────────────


def _items(entries: Iterable[ParsedEntry], policy: Policy) -> list[_Item]:
    """The things of a document: entries with the same words stay apart only by their names."""
    items: list[_Item] = []
    by_name: dict[str, list[int]] = {}
    for entry in entries:
        held = keys(entry)
        name = _name(held, policy)
        for at in by_name.get(name, ()):
            if name.partition(":")[0] != "words" or _is_double(held, items[at].keys, policy):
                items[at] = replace(items[at], keys=_united(items[at].keys, held))
                break
        else:
            by_name.setdefault(name, []).append(len(items))
            items.append(_Item(entry, held))
    return items


def _name(held: frozenset[str], policy: Policy) -> str:
    """The key by which doubles are looked for."""
    if policy in ("guid", "link") and (names := _of_kind(policy, held)):
        return min(names)
    return min(_of_kind("words", held) or held, default="words:")


def _is_double(one: frozenset[str], two: frozenset[str], policy: Policy) -> bool:
    if policy == "content":
        return True
    guid = _compare("guid", one, two)
    link = _compare("link", one, two)
    if link == "same" and guid != "same":
        return _compare("anchor", one, two) != "differs"
    if "same" in (guid, link):
        return True
    return "differs" not in (guid, link, _compare("enclosure", one, two))


def _united(one: frozenset[str], two: frozenset[str]) -> frozenset[str]:
    """The names of both, the words of the first."""
    return one | {key for key in two if not key.startswith("words:")}


# ── 1. the same words ─────────────────────────────────────────────────────────────────────────────


def _exact(
    items: Sequence[_Item], owners: dict[str, KnownEntry], views: _Views
) -> dict[int, KnownEntry]:
    found = {}
    for at, item in enumerate(items):
        fits = [known for known in _named(item, owners) if _is_known(item, known, views)]
        if fits:
            found[at] = min(fits, key=lambda known: _distance(item, known))
    return found


def _named(item: _Item, owners: dict[str, KnownEntry]) -> list[KnownEntry]:
    """The known entries that any of its keys names."""
    named = {owners[key].id: owners[key] for key in item.keys if key in owners}
    return [named[entry_id] for entry_id in sorted(named)]


def _has_words(item: _Item, known: KnownEntry) -> bool:
    """Has it the words of the known one, as last seen or before?"""
    if not item.digest:
        return known.words.startswith(".")
    return f"words:{item.digest}" in known.keys or Wording.of(known.words).digest == item.digest


def _is_known(item: _Item, known: KnownEntry, views: _Views) -> bool:
    decides = _deciding(item, views)
    if decides:
        return bool(_of_kind(decides, item.keys) & known.keys)
    if not _has_words(item, known):
        return False
    if views.policy == "content":
        return True
    guid = views.guid_of(item.keys, known.keys)
    place = views.place_of(item.keys, known.keys)
    return "same" in (guid, place) or "differs" not in (guid, place)


def _deciding(item: _Item, views: _Views) -> str:
    """The kind of key that decides alone by the operator's wish; "" where none does."""
    alone = views.policy in ("guid", "link") and _of_kind(views.policy, item.keys)
    return views.policy if alone else ""


def _distance(item: _Item, known: KnownEntry) -> tuple[bool, int, int]:
    """Nearest first: the words last seen, then most names in common, then the elder."""
    other_words = Wording.of(known.words).digest != item.digest
    return other_words, -len(item.keys & known.keys), known.id


def _held_by_others(
    items: Sequence[_Item], found: dict[int, KnownEntry], owners: dict[str, KnownEntry]
) -> frozenset[str]:
    """Names of known things that name another: several things have had them."""
    return frozenset(
        key
        for at, known in found.items()
        for key in items[at].keys
        if key in owners and owners[key].id != known.id
    )


# ── 2. the same words under other names ───────────────────────────────────────────────────────────


def _renamed(
    items: Sequence[_Item],
    found: dict[int, KnownEntry],
    owners: dict[str, KnownEntry],
    views: _Views,
) -> dict[int, KnownEntry]:
    if views.policy in ("guid", "link"):
        return {}
    claimed = {known.id for known in found.values()}
    counts = Counter(item.digest for item in items)
    candidates: dict[int, KnownEntry] = {}
    for at, item in enumerate(items):
        known = owners.get(f"words:{item.digest}")
        # Where others stand beside it with the same words, words do not tell.
        if at in found or known is None or known.id in claimed or counts[item.digest] > 1:
            continue
        candidates[at] = known
    if len(candidates) > 1 and not _any_name_held(items, found, views):
        return candidates
    return {
        at: known
        for at, known in candidates.items()
        if wording.text_length(items[at].entry) >= _LONG_TEXT
        and not _all_renamed(items[at], known, views)
    }


def _all_renamed(item: _Item, known: KnownEntry, views: _Views) -> bool:
    """Did guid and place change at once?  That is another thing, until the whole feed does so."""
    guid = views.guid_of(item.keys, known.keys)
    return guid == "differs" and views.place_of(item.keys, known.keys) == "differs"


def _any_name_held(items: Sequence[_Item], found: dict[int, KnownEntry], views: _Views) -> bool:
    return any(
        views.own_guid(items[at].keys, known.keys) or views.own_place(items[at].keys, known.keys)
        for at, known in found.items()
    )


# ── 3. the same names, other words ────────────────────────────────────────────────────────────────


def _edited(
    items: Sequence[_Item],
    found: dict[int, KnownEntry],
    owners: dict[str, KnownEntry],
    views: _Views,
) -> dict[int, KnownEntry]:
    claimed = {known.id for known in found.values()}
    moved = _guids_moved(items, found)
    scored = [
        (*score, known.id, at, known)
        for at, item in enumerate(items)
        if at not in found and not _deciding(item, views)
        for known in _named(item, owners)
        if known.id not in claimed and (score := _edit_score(item, known, views, moved=moved))
    ]
    scored.sort(key=lambda each: each[:4])
    edited: dict[int, KnownEntry] = {}
    for *_, at, known in scored:
        if at not in edited and known.id not in claimed:
            edited[at] = known
            claimed.add(known.id)
    return edited


def _guids_moved(items: Sequence[_Item], found: dict[int, KnownEntry]) -> bool:
    """Did the guids of what is known change, and not one stay?"""
    answers = [_compare("guid", items[at].keys, known.keys) for at, known in found.items()]
    return "differs" in answers and "same" not in answers


def _edit_score(
    item: _Item, known: KnownEntry, views: _Views, *, moved: bool
) -> tuple[int, float] | None:
    """How surely these words are an edit of the known ones, the lower the surer; None: not."""
    guid = "unknown" if moved else views.guid_of(item.keys, known.keys)
    place = views.place_of(item.keys, known.keys)
    own_guid = views.own_guid(item.keys, known.keys)
    own_place = place == "same" and views.own_place(item.keys, known.keys)
    mine, other = Wording.of(words(item.entry)), Wording.of(known.words)
    text = mine.text_likeness(other)
    like = mine.title_likeness(other) if text is None else text
    if own_guid and place != "differs":
        fits = _is_edit(mine, other, alone=views.alone)
        return (0 if own_place else 1, -like) if fits else None
    if own_guid:
        return (2, -like) if _is_close(mine, other, _ALIKE) else None
    if own_place and guid != "differs":
        return (3, -like) if _is_edit(mine, other, alone=views.alone) else None
    if place == "differs" or (guid == "differs" and not own_place):
        return None
    return (4, -like) if _is_touch(mine, other) else None


def _is_edit(mine: Wording, other: Wording, *, alone: bool) -> bool:
    """Under one name: are these words of one thing?"""
    if mine.quotes_title(other):
        return True
    text = mine.text_likeness(other)
    if text is not None and text >= _ALIKE:
        return True
    # A page with changing words looks like a thing that was rewritten: with nothing beside it in
    # the document, only what it says can tell.
    if alone:
        return False
    return mine.same_title(other) or (text is None and mine.title_likeness(other) >= _ALIKE)


def _is_close(mine: Wording, other: Wording, share: float) -> bool:
    text = mine.text_likeness(other)
    return text is not None and text >= share


def _is_touch(mine: Wording, other: Wording) -> bool:
    """A few words of the text changed, or the title alone."""
    return _is_close(mine, other, _TOUCHED if mine.same_title(other) else _UNTOUCHED)


# ── what is to be written, and what was learnt ────────────────────────────────────────────────────


def _seen(
    items: Sequence[_Item],
    found: dict[int, KnownEntry],
    owners: dict[str, KnownEntry],
    trust: Trust,
) -> tuple[tuple[SeenEntry, ...], int]:
    """The known entries with something to write, and how many of them were edited."""
    met: dict[int, list[_Item]] = {}
    for at in sorted(found):
        met.setdefault(found[at].id, []).append(items[at])
    by_id = {known.id: known for known in found.values()}
    seen = [_met(by_id[entry_id], doubles, owners, trust) for entry_id, doubles in met.items()]
    changed = tuple(each for each in seen if each.keys or each.edited is not None)
    return changed, sum(each.edited is not None for each in seen)


def _met(
    known: KnownEntry, doubles: Sequence[_Item], owners: dict[str, KnownEntry], trust: Trust
) -> SeenEntry:
    # A key that names an entry goes on naming that one.  Guids that change with every document
    # would be remembered for ever, for nothing.
    fresh = frozenset(
        key
        for item in doubles
        for key in item.keys
        if key not in owners and (trust.guid or not key.startswith("guid:"))
    )
    last = Wording.of(known.words).digest
    if any(item.digest == last for item in doubles):
        return SeenEntry(known.id, fresh)
    edited = doubles[0].entry
    return SeenEntry(known.id, fresh, edited, words(edited))


def _learn(
    items: Sequence[_Item],
    found: dict[int, KnownEntry],
    owners: dict[str, KnownEntry],
    trust: Trust,
) -> Trust:
    return Trust(
        guid_strikes=_struck(trust.guid_strikes, "guid", items, found, owners),
        link_strikes=_struck(trust.link_strikes, "link", items, found, owners),
    )


def _struck(
    strikes: int,
    kind: str,
    items: Sequence[_Item],
    found: dict[int, KnownEntry],
    owners: dict[str, KnownEntry],
) -> int:
    """The strikes against guids or links, after this document."""
    named = [names for item in items if (names := _of_kind(kind, item.keys))]
    counts = Counter(name for names in named for name in names)
    repeated = sum(any(counts[name] > 1 for name in names) for names in named)
    reused = sum(
        name in owners and owners[name].id != (found[at].id if at in found else None)
        for at, item in enumerate(items)
        for name in _of_kind(kind, item.keys)
    )
    answers = Counter(_compare(kind, items[at].keys, known.keys) for at, known in found.items())
    if 2 * repeated > len(named) or 2 * reused > len(named):
        strikes += _DISTRUSTED
    elif repeated or reused or (answers["differs"] > 1 and not answers["same"]):
        strikes += 1
    elif answers["same"]:
        strikes -= 1
    return min(max(strikes, 0), _MOST_STRIKES)


def _lost(before: Trust, after: Trust) -> str:
    if before.guid and not after.guid:
        return "guids_distrusted"
    return "links_distrusted" if before.link and not after.link else ""
