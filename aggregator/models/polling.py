"""A due feed, what its document holds, and everything that its poll writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from aggregator.errors import ParseError
from aggregator.models.alerting import Alert
from aggregator.models.fetching import Validators


@dataclass(frozen=True, slots=True)
class DueFeed:
    """A feed claimed for one poll, with what is remembered of it."""

    id: int
    url: str
    #: What people call it: the configured name, else its own title, else its URL.
    name: str
    fence: int
    validators: Validators = Validators()
    #: Polls that failed since the last that did not.
    failures: int = 0
    #: None before the first poll that could be read: that poll is the feed's baseline.
    first_success: datetime | None = None
    #: What the poll station has learnt of this feed and its server; JSON, opaque to storage.
    habits: str = "{}"


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """One item as the feed gave it, cleaned to text, before its page is seen.

    Texts are plain: paragraphs parted by an empty line, no markup.
    """

    #: As given, untouched; None where the feed has none.
    guid: str | None = None
    #: Absolute http(s) URL of the article, as claimed.
    link: str | None = None
    title: str = ""
    summary: str = ""
    #: The feed's own full text where it carries one.
    content: str = ""
    authors: tuple[str, ...] = ()
    #: As claimed; never trusted, only shown.
    published: datetime | None = None
    modified: datetime | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    enclosures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PublisherPace:
    """How often one asks to be read (RSS `ttl`, `skipHours`, `skipDays`; `sy:update…`)."""

    ttl: timedelta | None = None
    #: UTC hours 0–23 and weekdays 0 (Monday)–6.
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A document, read.  `rejected` are reasons, one for each item that could not be kept."""

    format: str = ""
    title: str = ""
    #: The site's page, absolute.
    link: str | None = None
    language: str | None = None
    entries: tuple[ParsedEntry, ...] = ()
    rejected: tuple[str, ...] = ()
    pace: PublisherPace = PublisherPace()
    #: Set when nothing could be read; then there are no entries.
    error: ParseError | None = None


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """What is remembered of a stored entry: all it was ever known by, and its words last seen."""

    id: int
    keys: frozenset[str]
    #: Hash of title and text as last seen; another one means an edit.
    words: str


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry of this feed that was not known by any of its keys."""

    entry: ParsedEntry
    keys: frozenset[str]
    words: str
    #: Why its alerts are held back (`first_poll`, `too_old`, `flood`); None: they are not.
    hold: str | None = None


@dataclass(frozen=True, slots=True)
class SeenEntry:
    """A known entry met again: with new keys to remember, and its new words if it was edited."""

    id: int
    keys: frozenset[str]
    #: None: the words are as before.
    edited: ParsedEntry | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Poll:
    """A line of the ledger; seen = new + updated + known + rejected."""

    feed: str
    at: datetime
    #: 0: no HTTP answer came.
    status: int
    reason: str
    seen: int = 0
    new: int = 0
    updated: int = 0
    known: int = 0
    rejected: int = 0
    ms: int = 0


@dataclass(frozen=True, slots=True)
class PollOutcome:
    """Everything that one poll writes."""

    feed_id: int
    fence: int
    poll: Poll
    due_at: datetime
    failures: int
    validators: Validators
    habits: str = "{}"
    #: What to remember of the document, opaque to storage; None: as before.
    document: str | None = None
    #: The feed's own title and language; None: unknown as yet, or unchanged.
    title: str | None = None
    new: tuple[NewEntry, ...] = ()
    #: Only those with something to write: new keys, or new words.
    seen: tuple[SeenEntry, ...] = ()
    #: What began with this poll and an operator must hear of: `gone`, `gap`, `moving HOST` …
    tells: tuple[str, ...] = ()
    #: What tells the operators of it.
    alerts: tuple[Alert, ...] = ()
