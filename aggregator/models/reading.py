"""A due entry, and everything that its reading writes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from aggregator.models.alerting import Alert
from aggregator.models.article import Article, Match, Quality
from aggregator.models.story import Fingerprint, Link, Placement, Vector


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
    #: As the feed claims, like `published`.
    modified: datetime | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    hold: str | None = None
    #: Times its page was asked for.
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class HostPage:
    """What the page of one entry said, as digests of eight bytes."""

    #: Where it was read, after redirects.
    host: str
    entry_id: int
    url: bytes
    #: Of the feed's headline, whatever its numbers.
    title: bytes
    #: Of all words in order, whatever their numbers.
    text: bytes
    #: Of each paragraph, end to end; zeros for those too short to tell.
    paragraphs: bytes
    #: What it says of its elements (`reading.places.tally`); b"" where it is no article's page.
    places: bytes = b""


@dataclass(frozen=True, slots=True)
class PastReading:
    """How good the article was that one entry's page gave."""

    entry_id: int
    quality: Quality
    reason: str
    #: The entry's, as claimed.
    url: str = ""


@dataclass(frozen=True, slots=True)
class ReadOutcome:
    """Everything that one reading writes."""

    entry_id: int
    fence: int
    article: Article
    #: The id of the entry that began the story; its own for a story of one.
    story: int
    #: By what copies of its text are found; None for texts too short to tell.
    fingerprint: Fingerprint | None = None
    #: Entries whose text says the same, the most alike first.
    copies: tuple[Link, ...] = ()
    #: Why it is in its story.
    placement: Placement | None = None
    #: Its telling words; empty for copies, by whose original the story is found.
    words: Vector = field(default_factory=dict)
    #: All its different words, to be counted once.
    all_words: frozenset[str] = field(default=frozenset(), repr=False)
    #: When the watches were held against it; None: when it was first seen.
    at: datetime | None = None
    matches: tuple[Match, ...] = ()
    alerts: tuple[Alert, ...] = ()
    #: Alerts nobody has begun to send, with what they say now.
    refreshed: tuple[Alert, ...] = ()
    #: When the page is to be asked for again; None: it need not.
    due_at: datetime | None = None
    #: The canonical key of the entry's URL, by which entries of other feeds find its article.
    url_key: str = ""
    #: The page whose digest the article carries, compressed with zlib; b"": there is none to keep.
    page: bytes = field(default=b"", repr=False)
    #: What the page said, to be held against other pages of its host.
    host_page: HostPage | None = None
    #: Entries that were taken for articles and are to be read again.
    again: tuple[int, ...] = ()
    #: What began with this reading and an operator must hear of: `yield_dropped`, with the host
    #: behind it where the feed leads to others too.
    tells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownReading:
    """What the entry of another feed got from the same page."""

    entry_id: int
    story: int
    article: Article
    #: What that feed itself told of it.
    summary: str = ""
    content: str = ""


@dataclass(frozen=True, slots=True)
class FoldedItem:
    """The words of an item as the search index holds them: folded tokens parted by spaces."""

    id: int
    title: str
    text: str
