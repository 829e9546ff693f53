"""What keeping house asks of storage."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Protocol

from aggregator.models import Fault, Member, Placement
from aggregator.protocols.time import Advance


class Keeping(Protocol):
    """Putting together anew, forgetting, backing up, examining."""

    def prune_pages(self, before: datetime, limit: int) -> int:
        """Forget up to `limit` pages that were last put away before then; returns how many.
        Entries, articles and digests of pages stay."""

    def members_since(self, since: datetime) -> list[Member]:
        """Articles first seen since then, in order of time; no copies."""

    def last_look(self) -> datetime | None:
        """When the second look was taken last, as `note_look` was told; None: never."""

    def note_look(self, at: datetime) -> None: ...

    def move(self, placements: Mapping[int, Placement]) -> None:
        """Put these entries where they belong by a second look; their copies go along."""

    def merge(self, story: int, into: int, score: float, at: datetime) -> bool:
        """Make one story of two; False where one of them was merged before.  Whoever asks for
        either, or of what is in it, is told `into`; what was told of stays where it is."""

    def prune_fingerprints(self, before: datetime, limit: int) -> int:
        """Forget what up to `limit` texts first seen before then are known by; returns how many.
        What was found to be a copy stays one."""

    def prune_articles(self, before: datetime, limit: int) -> int:
        """Forget all of up to `limit` entries that came and last changed before then, but what they
        are known by; returns how many.  Not what is still to be read.  Alerts stay.  An edit brings
        an entry back."""

    def prune_polls(self, before: datetime, limit: int) -> int:
        """Forget up to `limit` polls before then; returns how many.  Those since a feed's last
        success stay, which tell how it fares."""

    def prunable(
        self, articles: datetime, pages: datetime, polls: datetime
    ) -> tuple[int, int, int]:
        """How many articles, pages and polls would go that are older than that."""

    def give_back(self, limit: int) -> int:
        """Give up to `limit` blocks of the file that hold nothing back to the disk; returns how
        many.  Beside whoever is writing, who waits no longer than for any other step."""

    def free_bytes(self) -> int:
        """How much of the file holds nothing: it is used again, or given back."""

    def compact(self) -> None:
        """Write the file anew, without room that holds nothing.  It takes a while, in which nobody
        else can write."""

    def backup(self, target: Path, advance: Advance) -> Mapping[str, int]:
        """Put everything as it is now into one file, beside whoever is writing; returns its rows by
        table.  What is at `target` is replaced at the end, by a copy that was read again and
        compared; on failure it is as it was."""

    def row_counts(self) -> Mapping[str, int]:
        """Rows by table."""

    def faults(self) -> list[Fault]:
        """What is damaged, or does not agree."""

    def forget_index(self) -> None:
        """Empty the full-text index; everything is unindexed then."""
