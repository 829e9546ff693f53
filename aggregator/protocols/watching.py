"""What matching and searching ask of storage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from aggregator.models import FoldedItem, Item, Match


class Watching(Protocol):
    """The watches as they were, and the words to be found."""

    def watch_digests(self) -> Mapping[str, str]:
        """By name, what the last `keep_watches` said."""

    def keep_watches(self, digests: Mapping[str, str]) -> None:
        """These are the watches now, each with a digest of what it looks for."""

    def rename_watch(self, old: str, new: str) -> None:
        """What was found and told under the old name stands under the new one from now on."""

    def add_matches(self, found: Sequence[tuple[int, Match]]) -> int:
        """Write matches (entry, match) as if found when the entry was first seen; returns how many.
        Left out: those of entries still to be matched, and of watches that matched them before."""

    def matched_stories(self, since: datetime, until: datetime) -> list[tuple[str, int, datetime]]:
        """(watch, story, when) of what first matched in [since, until), earliest first."""

    def gaps(self, since: datetime, until: datetime) -> tuple[str, ...]:
        """Names of the feeds that had a poll with a gap in [since, until)."""

    def unindexed(self, version: int, limit: int) -> list[Item]:
        """Items that the index does not hold, or holds under older folding rules."""

    def index(self, items: Sequence[FoldedItem], version: int) -> None:
        """Put these into the index, in place of what it holds of them."""

    def search(self, fts: str | None, version: int) -> Iterator[Item]:
        """Candidates, newest first: those the index finds (an FTS5 expression over folded words;
        None: all), and every item not indexed under this version."""
