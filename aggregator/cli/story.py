"""Why an item is, or is not, in a story, said to people and to programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aggregator.alerting.words import counted, listed
from aggregator.cli.output import iso, short
from aggregator.models import CopyReason, Item, Link, Placement, PlaceReason, StoryRows
from aggregator.protocols import Storage
from aggregator.reading.stories import most_central, spread

_PLACES: Mapping[PlaceReason, str] = {
    "copy": "in this story as a copy of {nearest}",
    "same_event": "in this story: it tells of the same event as {nearest} (nearness {score})",
    "told": "kept in the story it was told under; its nearest is {nearest} (nearness {score})",
    "too_far": "a story of its own: the nearest, {nearest}, is too far (nearness {score})",
    "too_short": "a story of its own: too few words to tell; its nearest is {nearest}",
    "other_numbers": "a story of its own: {nearest} is told in the same form, of other numbers or"
    " names",
    "alone": "a story of its own: nothing near it was seen",
    "later": "in this story by a second look: {nearest} tells of the same event (nearness {score})",
    "apart": "a story of its own by a second look: it was nearer to nothing that came since",
}
_COPIES: Mapping[CopyReason, str] = {
    "same_words": "the same words",
    "contained": "{share} of the shorter text stands in the longer",
    "same_url": "it is the same page",
    "same_numbers": "{share} of the shorter text stands in the longer, with its numbers",
    "reworded": "single words are others ({share} of the runs of three are left), and the names and"
    " numbers are the same",
}


@dataclass(frozen=True, slots=True)
class Explained:
    """All that is known of an item's story."""

    item: Item
    placement: Placement | None
    copies: tuple[Link, ...]
    story: StoryRows
    headline: str
    #: As of the story's Spread.
    independent: int

    @property
    def placed_in(self) -> int:
        """Its story when it was placed, which may have been merged into another since."""
        return self.placement.story if self.placement else self.item.story


def explained(item: Item, storage: Storage) -> Explained:
    story = storage.story(item.story)
    assert story is not None  # noqa: S101  the item is in it
    central = storage.item(most_central(story.members) or item.id) or item
    return Explained(
        item=item,
        placement=storage.placement(item.id),
        copies=tuple(storage.copies(item.id)),
        story=story,
        headline=central.title,
        independent=spread(storage.coverage(item.story)).independent,
    )


def story_lines(known: Explained, titles: Mapping[int, str]) -> Iterable[str]:
    """`titles` are those of the items that are named."""
    story = known.story
    yield f"story {story.id}: {known.headline}"
    outlets = counted(len(story.outlets), "outlet")
    yield (
        f"  {counted(known.independent, 'independent text')}, {outlets}: "
        f"{listed(story.outlets, at_most=12)}"
    )
    yield f"  first seen {short(story.first_seen)}" + "".join(
        f" · {name} {', '.join(values)}"
        for name, values in (("languages", story.languages), ("watches", story.watches))
        if values
    )
    if known.placed_in != story.id:
        yield f"  story {known.placed_in} was merged into it; what was told of stays where it was"
    yield f"item {known.item.id}: {_why(known.placement, titles)}"
    for link in known.copies:
        why = _COPIES[link.reason].format(share=f"{link.score:.0%}")
        held = "; who was told of one is not told of the other" if link.nothing_new else ""
        yield f"  copy of {_named(link.other, titles)}: {why}{held}"
    yield "its articles:"
    for entry in story.entries:
        yield f"  {_named(entry, titles)}"


def _why(placement: Placement | None, titles: Mapping[int, str]) -> str:
    if placement is None:
        return "not read yet"
    nearest = "" if placement.nearest is None else _named(placement.nearest, titles)
    return _PLACES[placement.reason].format(nearest=nearest, score=f"{placement.score:.2f}")


def _named(entry: int, titles: Mapping[int, str]) -> str:
    return f"{entry} {titles[entry]}" if titles.get(entry) else str(entry)


def named_in(known: Explained) -> set[int]:
    """The items that `story_lines` names."""
    nearest = known.placement.nearest if known.placement else None
    return {
        *known.story.entries,
        *(link.other for link in known.copies),
        *([] if nearest is None else [nearest]),
    }


def story_record(known: Explained) -> dict[str, Any]:
    place, story = known.placement, known.story
    return {
        "id": known.item.id,
        "story": known.item.story,
        "reason": place.reason if place else None,
        "score": place.score if place else None,
        "nearest": place.nearest if place else None,
        "placed_in": known.placed_in,
        "merged_into": story.id if known.placed_in != story.id else None,
        "copies": [
            {
                "id": link.other,
                "reason": link.reason,
                "score": link.score,
                "nothing_new": link.nothing_new,
            }
            for link in known.copies
        ],
        "headline": known.headline,
        "first_seen": iso(story.first_seen),
        "outlets": list(story.outlets),
        "independent_texts": known.independent,
        "languages": list(story.languages),
        "watches": list(story.watches),
        "items": list(story.entries),
    }
