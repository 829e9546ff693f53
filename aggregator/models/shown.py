"""What storage answers when people ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from aggregator.models.article import Match, Quality
from aggregator.models.fetching import Hop
from aggregator.models.polling import Poll


@dataclass(frozen=True, slots=True)
class Item:
    """A stored entry with its article, as lists and pages show it."""

    id: int
    feed: str
    title: str
    #: As claimed, like `published`.
    url: str
    published: datetime | None
    first_seen: datetime
    authors: tuple[str, ...]
    language: str | None
    summary: str
    text: str
    quality: Quality
    #: Why it has this quality.
    reason: str
    story: int
    watches: tuple[str, ...]
    #: The feed's, as configured.
    tags: tuple[str, ...] = ()
    #: As the page claims, like the two addresses.
    modified: datetime | None = None
    canonical_url: str = ""
    image_url: str = ""
    words: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where an article's words came from, so that others can check them."""

    #: As claimed.
    url: str
    final_url: str
    hops: tuple[Hop, ...]
    status: int | None
    #: Hex digest of the page's bytes, decompressed; "" without a page.
    sha256: str
    fetched_at: datetime | None
    quality: Quality
    reason: str
    method: str
    #: With versions.
    extractor: str
    #: When the page was put away last; None: it is not kept, or no longer.
    kept_at: datetime | None = None
    #: As of the article.
    certainty: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Revision:
    """The words of an item as they once stood, or as they stand now."""

    #: When other words took their place; None: they stand.
    at: datetime | None
    title: str
    summary: str
    text: str
    #: Whether `text` is the page's; otherwise it is the feed's.
    of_page: bool
    #: What the watches found in these words.
    matches: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedHistory:
    """What the last weeks of a feed were like."""

    #: Of each day with news, the longest time without that ended on it; oldest first.
    gaps: tuple[timedelta, ...] = ()
    #: Entries first seen on each of the last days (UTC), today last.
    per_day: tuple[int, ...] = ()
    last_news: datetime | None = None
    #: Of the newest pages, the share that gave a whole article; None: no page was asked for.
    full_share: float | None = None
    #: How long the newest answers took, the newest first.
    ms: tuple[int, ...] = ()
    #: The first poll since it was read last; those that were told to wait count too.
    failing_since: datetime | None = None
    #: When the ledger last said `gap`.
    last_gap: datetime | None = None


@dataclass(frozen=True, slots=True)
class FeedState:
    """How a feed fares, in a word and a code for why."""

    state: Literal["ok", "unread", "slow", "silent", "failing", "blocked", "gone", "gap"]
    reason: str


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """A configured feed and how it fares."""

    url: str
    name: str
    due_at: datetime
    failures: int
    entries: int
    last_poll: Poll | None = None
    last_success: datetime | None = None


@dataclass(frozen=True, slots=True)
class Vitals:
    """How the store as a whole fares."""

    #: The feed that waits longest for its poll; None: none is due.
    feed_due_at: datetime | None
    #: Alerts that are to be sent, and since when the first of them is due.
    pending: int
    alert_due_at: datetime | None
    #: When the last digest was made.
    digest_at: datetime | None
    #: What the database takes on disk, its log not counted.
    bytes: int
