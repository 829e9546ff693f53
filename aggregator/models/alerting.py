"""What people are told, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from aggregator.models.article import Quality
from aggregator.models.configured import Severity

AlertKind = Literal["match", "summary", "digest", "change"]
AlertState = Literal["pending", "delivered", "held", "dead"]
#: Until when an alert was put off: the end of quiet hours, or until the hour's cap has room again.
PutOff = Literal["quiet", "cap"]

#: `date` under a name that a field called `date` does not hide from readers of annotations.
LocalDate = date


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A sentence of an article, or two, with the spans in it to be marked."""

    text: str
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class News:
    """What is new of a story since a person was last told of it."""

    outlets: int = 0
    independent: int = 0
    #: Terms of the watch that did not stand in it before.
    terms: tuple[str, ...] = ()
    corrected: bool = False
    #: Terms of the watch that the article no longer names.
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """What an article takes back of what a person was told of it."""

    #: It says so, or gives other numbers in the sentence that was told.
    corrected: bool = False
    #: Terms of the watch that it no longer names.
    gone: tuple[str, ...] = ()


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
    #: As of the story's Spread: the text of this article is one of them.
    independent: int = 0
    #: Terms of the watch that matched, as the watch writes them.
    watch_terms: tuple[str, ...] = ()
    #: Of an update.
    news: News | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """Alerts that were put off, told in one message."""

    reason: PutOff
    #: How many there are.
    count: int
    #: The gravest, then the newest of them.
    notices: tuple[Notice, ...]


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
    #: (feed, when it last had news) of those that are silent for longer than is their habit.
    silent: tuple[tuple[str, datetime], ...] = ()
    #: Feeds of which some entries may have come and gone between two polls.
    gaps: tuple[str, ...] = ()
    #: By watch, the stories of each of the last seven days, the oldest first.
    week: tuple[tuple[str, tuple[int, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """Something the operators answer for went wrong, or works again: told once, as it happens."""

    #: What happened, a code: `unreached`, `address_refused`, `reached` …
    code: str
    #: What it happened to: the name of a channel, a feed.
    subject: str
    at: datetime
    #: More of it; at most a line.
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """A promise to tell one person of one thing over one channel: a row of the outbox.

    A held alert has no channel; its reason says why nobody was told.
    """

    #: UUIDv5 of (person, watch, story, sequence, channel): receivers drop repeats by it.
    key: str
    kind: AlertKind
    person: str
    channel: str
    content: Notice | Summary | Digest | Change
    created_at: datetime
    due_at: datetime
    watch: str = ""
    #: Claimed, the one that it is told under; shown, what that was merged into.
    story: int | None = None
    entry_id: int | None = None
    severity: Severity = "normal"
    state: AlertState = "pending"
    reason: str = ""
    attempts: int = 0
    fence: int = 0
    delivered_at: datetime | None = None
    #: 0, then one more for each update of the story.
    sequence: int = 0
    #: It goes with others in one message, for this reason; "": by itself.
    put_off: PutOff | Literal[""] = ""
    #: The key of that message, and then its fate.
    within: str | None = None


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
    #: The channel asks that nothing at all be sent before then.
    rest_until: datetime | None = None
    #: With `dead`: the address takes nothing any more.
    suspends: bool = False


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a channel is sent to."""

    #: Messages under way at once.
    places: int
    #: Messages that may start in a second, in the long run; so many may start together.
    per_second: float
    burst: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """An address that a channel does not reach, since when, and why."""

    channel: str
    address: str
    since: datetime
    #: A code, as of a Delivery.
    reason: str
    #: The address said so itself: nothing is sent to it until somebody asks for it.
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class Sending:
    """What became of one attempt, and all that is written with it."""

    alert: Alert
    delivery: Delivery
    #: It begins with this attempt.
    begun: Trouble | None = None
    #: It ends with this attempt.
    ended: Trouble | None = None
    #: Written if the trouble was news.
    tells: tuple[Alert, ...] = ()


@dataclass(frozen=True, slots=True)
class DigestRun:
    """A digest that was made: unique by person and date."""

    person: str
    date: LocalDate
    start: datetime
    end: datetime
