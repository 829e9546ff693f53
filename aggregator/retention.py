"""What is kept, and for how long: batches small enough to go between two pieces of work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from aggregator.protocols import Storage
from aggregator.settings.plain import Retention

#: Health and digests look so far back into the ledger.
HEALTH_WINDOW = timedelta(days=8)
#: Copies of a text are looked for so long after it was first seen.
COPY_WINDOW = timedelta(days=14)


def kept_polls(retention: Retention) -> timedelta:
    """How long polls are kept: as the settings say, and while health and digests need them."""
    return max(retention.polls, HEALTH_WINDOW)


def prune(
    storage: Storage, retention: Retention, now: datetime, limit: int = 200
) -> Iterator[tuple[str, int]]:
    """Forget what is over, one short transaction a step; yields what went, and how many of it."""
    steps: tuple[tuple[str, Callable[[datetime, int], int], timedelta], ...] = (
        ("articles", storage.prune_articles, retention.articles),
        ("pages", storage.prune_pages, retention.pages),
        ("polls", storage.prune_polls, kept_polls(retention)),
        ("fingerprints", storage.prune_fingerprints, COPY_WINDOW),
    )
    for name, forget, kept in steps:
        while count := forget(now - kept, limit):
            yield name, count
