"""What readings ask of storage."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from aggregator.models import (
    Alert,
    Coverage,
    DueEntry,
    Fingerprint,
    HostPage,
    KnownReading,
    KnownText,
    Member,
    PastReading,
    ReadOutcome,
    WordCounts,
)


class Reading(Protocol):
    """Entries, and what their pages said."""

    def claim_entries(self, now: datetime, limit: int, lease: timedelta) -> list[DueEntry]:
        """Up to `limit` entries due for reading, longest due first, and no more than ten of one
        feed at once."""

    def put_off_entry(self, entry: DueEntry, until: datetime) -> bool:
        """Give back a claim whose reading failed, until then; False if the claim was lost."""

    def unmatched_entries(
        self, before: datetime, limit: int, but: Collection[int] = ()
    ) -> list[DueEntry]:
        """Entries that no watch has been held against, claimed or not: those whose words came
        before then and those that were put off, without the ids of `but`."""

    def commit_early(self, outcome: ReadOutcome) -> bool:
        """Write what the feed's own text gave, its reading still to come; False if the entry was
        matched, claimed or edited meanwhile."""

    def commit_reading(self, outcome: ReadOutcome) -> bool:
        """Write a reading; False if the claim was lost."""

    def known_reading(self, url_key: str, since: datetime, entry: DueEntry) -> KnownReading | None:
        """What an entry of another feed, with that key, got from its page since then: the newest
        whole text, of equals the first entry's.  None where `entry` has its own page."""

    def host_pages(self, host: str) -> list[HostPage]:
        """What the pages of the host's newest entries said, oldest entry first."""

    def past_readings(self, feed_id: int, limit: int) -> list[PastReading]:
        """How the newest entries of a feed whose page was asked for were read, oldest first."""

    def known_texts(
        self, fingerprint: Fingerprint, since: datetime, entry_id: int
    ) -> list[KnownText]:
        """Texts of other entries first seen since then that share a band with this one, in order of
        time."""

    def word_counts(self, language: str | None, words: Iterable[str]) -> WordCounts:
        """In how many articles of that language these words stand."""

    def near(self, words: Sequence[str], since: datetime, entry_id: int) -> list[Member]:
        """Articles, first seen since then, of the stories that share most of these words; not the
        entry itself, and no copies."""

    def story_alerts(self, story: int) -> list[Alert]:
        """Who was told of this story, or of one merged with it, or is about to be; in order of
        sequence."""

    def told_under(self, entry_id: int) -> int | None:
        """The story under which somebody was told of this entry, or is about to be."""

    def coverage(self, story: int) -> Coverage:
        """Who carries this story, or one merged with it, and which texts of it say the same."""
