"""What polls ask of storage."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from aggregator.models import DueFeed, Feed, KnownEntry, PollOutcome


class Polling(Protocol):
    """Feeds, and what became of them."""

    def sync_feeds(self, feeds: Sequence[Feed], now: datetime) -> None:
        """Make these the feeds that are polled.  New ones are due at once; those no longer named
        keep their entries and are polled no more."""

    def polled_feeds(self) -> Mapping[str, str]:
        """The URLs of the feeds that are polled, each with what the last poll said of `habits`."""

    def rename_feed(self, old: str, new: str) -> None:
        """The feed of one URL has another one from now on; nothing, where that is a feed too."""

    def release_claims(self) -> None:
        """Forget all leases: for the one process that holds the lock, after a crash."""

    def clock_went_back(self, now: datetime) -> int:
        """What was put off, or counts as done, by a time more than a minute after now is due now;
        returns how much that was."""

    def make_due(self, now: datetime) -> None:
        """Every configured feed is due now, whatever its back-off (`once --all`)."""

    def claim_feeds(self, now: datetime, limit: int, lease: timedelta) -> list[DueFeed]:
        """Up to `limit` due feeds that nobody has claimed, longest due first."""

    def known_entries(self, feed_id: int, keys: Collection[str]) -> list[KnownEntry]:
        """The entries of this feed that any of these keys names, each with all its keys."""

    def document(self, feed_id: int) -> str:
        """What the last PollOutcome with a `document` said of it; "" before that."""

    def commit_polls(self, outcomes: Sequence[PollOutcome]) -> frozenset[int]:
        """Write these polls, each with its entries; returns the feeds whose claim was lost."""
