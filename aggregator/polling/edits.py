"""The same names, other words: which things of a document are edits of known entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aggregator.models import KnownEntry
from aggregator.polling import names
from aggregator.polling.things import Found, Names, Owners, Thing, candidates
from aggregator.polling.wording import Wording, is_next, words

#: The share of common words from which two texts under one name are one, rewritten.
_ALIKE = 0.55
#: The same where names are worth little: under the same title, and under another.
_TOUCHED = 0.75
_UNTOUCHED = 0.9
#: So many things rewritten at once, and most of the document: a feed that renders anew.
_RENDERED_ANEW = 3


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


def edits(items: Sequence[Thing], found: Found, owners: Owners, worth: Names) -> Found:
    """Beside `found`, the known entries of other words that things were found to be."""
    if worth.policy == "content":
        return {}
    claimed = {known.id for known in found.values()}
    pairs = [
        (at, item, known)
        for at, item in enumerate(items)
        if at not in found and not worth.decisive(item.keys)
        for known in candidates(item, owners)
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
    items: Sequence[Thing],
    found: Found,
    pairs: Sequence[tuple[int, Thing, KnownEntry]],
    worth: Names,
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
    item: Thing, known: KnownEntry, worth: Names, scene: _Scene
) -> tuple[int, float] | None:
    """How surely these words are an edit of the known ones, the lower the surer; None: not."""
    guid = "unknown" if scene.guids_moved else worth.guids(item.keys, known.keys)
    place = "unknown" if scene.places_moved else names.compare_places(item.keys, known.keys)
    own_guid, own_place = (
        worth.own_guid(item.keys, known.keys),
        worth.own_place(item.keys, known.keys),
    )
    mine, other = Wording.of(words(item.entry)), Wording.of(known.words)
    # Of a page that shows the last bulletin only, the next one is no edit, be it ever so alike.
    if scene.alone and is_next(item.entry, other):
        return None
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
