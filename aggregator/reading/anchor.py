"""The feed's own words of an entry, against which its page is held."""

from __future__ import annotations

from dataclasses import dataclass

from aggregator.reading.words import telling_words

#: Fewer telling words than this share none with a page by chance.
_FEWEST = 4
#: Characters of a summary that are looked at.
_SUMMARY = 1000


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a page must speak of."""

    title: str = ""
    summary: str = ""


NO_ANCHOR = Anchor()


def is_unrelated(text: str, anchor: Anchor) -> bool:
    """Does a text share not one telling word with the feed's own?

    So speaks the page that stands where an article was: the home page, a wall, "not found".
    """
    told = telling_words(f"{anchor.title}\n{anchor.summary[:_SUMMARY]}")
    return len(told) >= _FEWEST and told.isdisjoint(telling_words(text))
