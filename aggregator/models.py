"""What flows down the line; the name says how far a thing has come.

    Feed ▶ DueFeed ▶ FetchResult ▶ ParsedFeed ▶ PollOutcome
    DueEntry ▶ FetchResult ▶ Article ▶ Match ▶ Alert ▶ ReadOutcome
    Alert ▶ Delivery

All are frozen.  Times are aware and in UTC unless a name says `local`; spans count code points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from aggregator.errors import FetchError, ParseError

Severity = Literal["low", "normal", "high"]
Quality = Literal["full", "partial", "summary", "blocked", "none"]
FieldName = Literal["title", "summary", "text"]
AlertState = Literal["pending", "delivered", "held", "dead"]

UTC_ZONE = ZoneInfo("UTC")
#: `date` under a name that a field called `date` does not hide from readers of annotations.
LocalDate = date


# ── what the operators ask for: plain values that settings.py makes of feeds.yaml ─────────────────


@dataclass(frozen=True, slots=True)
class ArticleRule:
    """Where a site's article stands, when the general extractor errs; CSS selectors."""

    select: str | None = None
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A source, as the operators configured it."""

    url: str
    name: str | None = None
    tags: tuple[str, ...] = ()
    every: timedelta = timedelta(minutes=30)
    full_text: bool = True
    alert_on_first_poll: bool = False
    alert_max_age: timedelta = timedelta(days=2)
    language: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    article: ArticleRule = ArticleRule()
    identity: Literal["auto", "guid", "link", "content"] = "auto"


@dataclass(frozen=True, slots=True)
class Watch:
    """What the analysts want to hear of.  `any` and `query` are joined by OR."""

    name: str
    any: tuple[str, ...] = ()
    query: str = ""
    #: Terms that count only when one of their context terms stands somewhere in the article.
    weak: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: A mention inside one of these phrases does not count.
    excepted: tuple[str, ...] = ()
    #: An article with one of these does not match at all.
    unwanted: tuple[str, ...] = ()
    severity: Severity = "normal"
    where: Literal["title", "lead", "anywhere"] = "anywhere"
    forms: Literal["auto", "exact"] = "auto"
    #: Language codes, feed names or tags; empty: all.
    languages: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local wall-clock times; may run over midnight."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Person:
    """An analyst: what they are told of, over what, and when."""

    name: str
    email: str = ""
    timezone: ZoneInfo = UTC_ZONE
    #: None: every watch.
    watches: tuple[str, ...] | None = None
    #: Names of channels; empty: the digest only.
    alerts: tuple[str, ...] = ("email",)
    #: Local time of the digest; None: no digest.
    digest: time | None = None
    quiet: QuietHours | None = None

    def hears_of(self, watch: str) -> bool:
        return self.watches is None or watch in self.watches


# ── poll ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Validators:
    """ETag and Last-Modified byte for byte as the server sent them (RFC 9110 §13)."""

    etag: str | None = None
    last_modified: str | None = None


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
class Hop:
    """One redirect: the status that asked for it and where it led."""

    status: int
    url: str


@dataclass(frozen=True, slots=True)
class FetchResult:
    """What came back for one URL, after redirects; a failure is data."""

    url: str
    final_url: str
    fetched_at: datetime
    #: None: no HTTP answer came.
    status: int | None = None
    #: Names in lower case; of several lines of one name, joined with a comma.
    headers: Mapping[str, str] = field(default_factory=dict)
    #: Decompressed.
    body: bytes = b""
    hops: tuple[Hop, ...] = ()
    ms: int = 0
    error: FetchError | None = None

    @property
    def reason(self) -> str:
        """The ledger's code: `ok`, `not_modified`, `http_404`, or the error's."""
        if self.error is not None:
            return self.error.reason
        if self.status == 304:
            return "not_modified"
        if self.status is not None and 200 <= self.status < 300:
            return "ok"
        return f"http_{self.status}"


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


# ── read ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class DueEntry:
    """A stored entry claimed for reading, with the feed's own text."""

    id: int
    feed_id: int
    feed_url: str
    #: The feed's name.
    feed: str
    fence: int
    first_seen: datetime
    #: The article's URL as claimed; "" where the feed gave none.
    url: str = ""
    title: str = ""
    summary: str = ""
    content: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    hold: str | None = None
    #: Times its page was asked for.
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Article:
    """The clean text behind an entry, and where it came from."""

    title: str
    #: Paragraphs in order, parted by an empty line.
    text: str
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    language: str | None = None
    quality: Quality = "none"
    #: Why it has this quality, a code: `extracted`, `feed_text`, `http_403`, `robots` …
    reason: str = ""
    #: Whose choice the text is: `blocks`, `trafilatura`, `json-ld`, `select`, `feed`.
    method: str = ""
    final_url: str = ""
    #: Hex digest of the page's bytes as received; "" without a page.
    sha256: str = ""
    fetched_at: datetime | None = None
    #: The page's HTTP status; None: no page was asked for, or no answer came.
    status: int | None = None
    #: How the page was reached from the article's URL.
    hops: tuple[Hop, ...] = ()
    #: What read the page, with versions; "" where nothing did.
    extractor: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """What a watch is held against.  The fields are text, never HTML."""

    title: str = ""
    summary: str = ""
    text: str = ""
    lang: str | None = None
    #: Name and tags of the feed; `feeds:` of a watch chooses by them.
    source: str = ""
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class TermHit:
    """One mention: the term as the watch writes it, and the slice it was found in."""

    term: str
    text: str
    field: FieldName
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Match:
    """A watch that fired on a document, with its proof."""

    watch: str
    terms: tuple[TermHit, ...]
    severity: Severity = "normal"


@dataclass(frozen=True, slots=True)
class HostPage:
    """What the page of one entry said, as digests of eight bytes."""

    #: Where it was read, after redirects.
    host: str
    entry_id: int
    url: bytes
    #: Of the feed's headline.
    title: bytes
    #: Of all words in order.
    text: bytes
    #: Of each paragraph, end to end; zeros for those too short to tell.
    paragraphs: bytes


@dataclass(frozen=True, slots=True)
class PastReading:
    """How good the article was that one entry's page gave."""

    entry_id: int
    quality: Quality
    reason: str


@dataclass(frozen=True, slots=True)
class ReadOutcome:
    """Everything that one reading writes."""

    entry_id: int
    fence: int
    article: Article
    #: The id of the entry that began the story; its own for a story of one.
    story: int
    #: Hash of the folded words, by which exact copies are found; "" for texts too short to tell.
    text_hash: str
    #: When the watches were held against it; None: when it was first seen.
    at: datetime | None = None
    matches: tuple[Match, ...] = ()
    alerts: tuple[Alert, ...] = ()
    #: When the page is to be asked for again; None: it need not.
    due_at: datetime | None = None
    #: The page whose digest the article carries, compressed with zlib; b"": there is none to keep.
    page: bytes = field(default=b"", repr=False)
    #: What the page said, to be held against other pages of its host.
    host_page: HostPage | None = None
    #: Entries that were taken for articles and are to be read again.
    again: tuple[int, ...] = ()
    #: What began with this reading and an operator must hear of: `yield_dropped`.
    tells: tuple[str, ...] = ()


# ── send ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A sentence of an article, with the spans in it to be marked."""

    text: str
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """What an alert says of one matched article."""

    watch: str
    severity: Severity
    title: str
    #: The feed's name.
    outlet: str
    url: str
    item: int
    first_seen: datetime
    excerpt: Excerpt
    #: The names that matched, as the text writes them.
    terms: tuple[str, ...]
    quality: Quality
    published: datetime | None = None
    #: Watches beside this one that the same story matched.
    also: tuple[str, ...] = ()
    #: Names of the other outlets that carry the story, as far as known.
    outlets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """One person's day: the stories by watch, and what could not be seen."""

    person: str
    #: The local date it stands for.
    date: LocalDate
    #: The window [start, end) of first-seen times it covers.
    start: datetime
    end: datetime
    #: By watch in order of severity, then name; within a watch newest first.
    notices: tuple[Notice, ...]
    feeds_read: int
    #: (feed, reason) of every feed that fails now.
    failing: tuple[tuple[str, str], ...] = ()
    #: (reason, count) of what was held back.
    held: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Alert:
    """A promise to tell one person of one thing over one channel: a row of the outbox.

    A held alert has no channel; its reason says why nobody was told.
    """

    #: UUIDv5 of (person, watch, story, channel): receivers drop repeats by it.
    key: str
    kind: Literal["match", "digest"]
    person: str
    channel: str
    content: Notice | Digest
    created_at: datetime
    due_at: datetime
    watch: str = ""
    story: int | None = None
    entry_id: int | None = None
    severity: Severity = "normal"
    state: AlertState = "pending"
    reason: str = ""
    attempts: int = 0
    fence: int = 0
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one attempt to send an alert."""

    state: Literal["delivered", "retry", "dead"]
    at: datetime
    #: A code: `ok`, `smtp_451`, `timeout` …
    reason: str = "ok"
    #: The receipt, or what the other side said; at most a line.
    detail: str = ""
    #: With `retry`: not before.
    retry_at: datetime | None = None


# ── asked by people ───────────────────────────────────────────────────────────────────────────────


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
class FoldedItem:
    """The words of an item as the search index holds them: folded tokens parted by spaces."""

    id: int
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class DigestRun:
    """A digest that was made: unique by person and date."""

    person: str
    date: LocalDate
    start: datetime
    end: datetime
