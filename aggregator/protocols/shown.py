"""What people ask of storage."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from aggregator.models import (
    Alert,
    AlertState,
    Evidence,
    FeedHealth,
    FeedHistory,
    FeedState,
    Item,
    Link,
    Match,
    Placement,
    Poll,
    Revision,
    StoryRows,
    Vitals,
)


class Shown(Protocol):
    """What is there, and how it fares."""

    def feeds(self) -> list[FeedHealth]: ...

    def feed_histories(self, now: datetime) -> Mapping[str, FeedHistory]:
        """What the four weeks before now were like, by the URLs of the feeds that are polled; the
        gaps are those of the four weeks before the last news."""

    def feed_states(self) -> Mapping[str, FeedState]:
        """By the URLs of feeds, what the last `commit_states` said."""

    def commit_states(self, states: Mapping[str, FeedState], told: Sequence[Alert]) -> None:
        """Write how the sources fare now, and what tells of it."""

    def polls(
        self, *, feed: str | None = None, since: datetime | None = None, limit: int | None = None
    ) -> list[Poll]:
        """The ledger, oldest first; with `limit`, the newest ones."""

    def items(
        self,
        *,
        watch: str | None = None,
        feed: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = None,
    ) -> list[Item]:
        """By first-seen time, oldest first; with `limit`, the newest ones.  [since, until)."""

    def item(self, entry_id: int) -> Item | None: ...

    def matches(self, entry_id: int) -> tuple[Match, ...]: ...

    def newly_matched(
        self, since: datetime, until: datetime
    ) -> list[tuple[Item, tuple[Match, ...]]]:
        """Items with the watches that first matched them in [since, until): an edit, or a page that
        came late, may name what was not named before.  By first-seen time, oldest first."""

    def revisions(self, entry_id: int) -> tuple[Revision, ...]:
        """All that an item ever said, oldest first; the last is what it says now.  Neighbours may
        differ in layout only."""

    def evidence(self, entry_id: int) -> Evidence | None:
        """Where an article came from; None before its first reading."""

    def copies(self, entry_id: int) -> list[Link]:
        """The entries whose text says the same, whichever came first."""

    def placement(self, entry_id: int) -> Placement | None:
        """Why it was placed where it was; None before its first reading."""

    def story(self, story: int) -> StoryRows | None:
        """What there is of a story, with all that was merged into it."""

    def copy_pairs(self, entry_ids: Collection[int]) -> list[tuple[int, int]]:
        """Of these entries, those that say the same."""

    def page(self, sha256: str) -> bytes | None:
        """The bytes with this digest, where they are kept."""

    def alerts(
        self,
        *,
        person: str | None = None,
        state: AlertState | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = None,
    ) -> list[Alert]:
        """The outbox by creation time, oldest first; with `limit`, the newest ones."""

    def vitals(self, now: datetime) -> Vitals:
        """How the store as a whole fares now."""
