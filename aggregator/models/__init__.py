"""What flows down the line; the name says how far a thing has come.

    Feed ▶ DueFeed ▶ FetchResult ▶ ParsedFeed ▶ PollOutcome
    DueEntry ▶ FetchResult ▶ Article ▶ Match ▶ Alert ▶ ReadOutcome
    Alert ▶ Delivery

All are frozen.  Times are aware and in UTC unless a name says `local`; spans count code points.
"""

from aggregator.models.alerting import (
    Alert,
    AlertState,
    Change,
    Delivery,
    Digest,
    DigestRun,
    Excerpt,
    LocalDate,
    News,
    Notice,
    Pace,
    PutOff,
    Sending,
    Summary,
    Trouble,
)
from aggregator.models.article import Article, Document, FieldName, Match, Quality, Rule, TermHit
from aggregator.models.configured import (
    UTC_ZONE,
    ArticleRule,
    Feed,
    Person,
    QuietHours,
    Severity,
    Watch,
)
from aggregator.models.fetching import FetchResult, Hop, Validators
from aggregator.models.keeping import Fault, Upgrade
from aggregator.models.polling import (
    DueFeed,
    KnownEntry,
    NewEntry,
    ParsedEntry,
    ParsedFeed,
    Poll,
    PollOutcome,
    PublisherPace,
    SeenEntry,
)
from aggregator.models.reading import DueEntry, FoldedItem, HostPage, PastReading, ReadOutcome
from aggregator.models.shown import (
    Evidence,
    FeedHealth,
    FeedHistory,
    FeedState,
    Item,
    Revision,
    Vitals,
)
from aggregator.models.story import CopyReason, Fingerprint, KnownText, Likeness, Link

__all__ = [
    "UTC_ZONE",
    "Alert",
    "AlertState",
    "Article",
    "ArticleRule",
    "Change",
    "CopyReason",
    "Delivery",
    "Digest",
    "DigestRun",
    "Document",
    "DueEntry",
    "DueFeed",
    "Evidence",
    "Excerpt",
    "Fault",
    "Feed",
    "FeedHealth",
    "FeedHistory",
    "FeedState",
    "FetchResult",
    "FieldName",
    "Fingerprint",
    "FoldedItem",
    "Hop",
    "HostPage",
    "Item",
    "KnownEntry",
    "KnownText",
    "Likeness",
    "Link",
    "LocalDate",
    "Match",
    "NewEntry",
    "News",
    "Notice",
    "Pace",
    "ParsedEntry",
    "ParsedFeed",
    "PastReading",
    "Person",
    "Poll",
    "PollOutcome",
    "PublisherPace",
    "PutOff",
    "Quality",
    "QuietHours",
    "ReadOutcome",
    "Revision",
    "Rule",
    "SeenEntry",
    "Sending",
    "Severity",
    "Summary",
    "TermHit",
    "Trouble",
    "Upgrade",
    "Validators",
    "Vitals",
    "Watch",
]
