"""What the poll station has learnt of one feed and its server; kept as JSON beside the feed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from pydantic import TypeAdapter, ValidationError

from aggregator.models import DueFeed, PublisherPace
from aggregator.polling.identity import Trust

#: As many polls with news as the rhythm is measured over.
REMEMBERED = 12


@dataclass(frozen=True, slots=True)
class Habits:
    """All times are of polls, by our own clock: claimed dates teach nothing."""

    trust: Trust = Trust()
    #: When polls brought news, the oldest first; the first poll of a feed is no news.
    news_at: tuple[datetime, ...] = ()
    #: How many entries the polls of `news_at` brought.
    news: tuple[int, ...] = ()
    #: When its first document was read.
    began_at: datetime | None = None
    last_read_at: datetime | None = None
    #: How many entries its document has; 0: not known.
    window: int = 0
    #: The date that every entry claims; None: they claim several, or none.
    one_date: datetime | None = None
    #: The last whole document had not one entry that was known: some may have come and gone.
    missed_some: bool = False
    #: The first of an unbroken row of 304s.
    unchanged_since: datetime | None = None
    #: It answered 304 while it had news.
    validators_distrusted: bool = False
    #: New entries in a row that were too old to alert anybody.
    too_old: int = 0
    #: As its last document asked.
    pace: PublisherPace = PublisherPace()
    #: Where 301 or 308 leads, and since when; "": nowhere.
    moving_to: str = ""
    moving_since: datetime | None = None
    #: The address it has moved to for good; "": the configured one.
    address: str = ""
    #: Polls in a row that failed since that address was adopted.
    address_failures: int = 0
    #: What operators were told of, and when it last stood.
    told: Mapping[str, datetime] = field(default_factory=dict)

    @staticmethod
    def of(due: DueFeed) -> Habits:
        return Habits.from_json(due.habits)

    @staticmethod
    def from_json(written: str) -> Habits:
        """What was learnt; nothing where it cannot be read, which costs only learning it again."""
        try:
            return _adapter().validate_json(written)
        except ValidationError:
            return Habits()

    def to_json(self) -> str:
        """Only what differs from a feed of which nothing is known."""
        return _adapter().dump_json(self, exclude_defaults=True).decode()

    @property
    def rhythm(self) -> timedelta | None:
        """The mean time between polls that brought news, of late or ever, whichever is shorter: a
        feed that wakes up is heard at once.  None: too little is known."""
        if len(self.news_at) < 3:
            return None
        of_late, ever = self.news_at[-3:], self.news_at
        return min((times[-1] - times[0]) / (len(times) - 1) for times in (of_late, ever))

    def silence(self, now: datetime) -> timedelta | None:
        """How long there was no news; None before the first document."""
        last = self.news_at[-1] if self.news_at else self.began_at
        return now - last if last else None

    def expected_news(self, now: datetime) -> float:
        """How many entries its rhythm lets expect since the last document."""
        if self.began_at is None or self.last_read_at is None:
            return 0.0
        # What is forgotten is forgotten with its time.
        full = len(self.news_at) == REMEMBERED
        since, news = (self.news_at[0], self.news[1:]) if full else (self.began_at, self.news)
        measured = (self.last_read_at - since) / timedelta(seconds=1)
        rate = sum(news) / measured if measured > 0 else 0.0
        return rate * ((now - self.last_read_at) / timedelta(seconds=1))


@cache
def _adapter() -> TypeAdapter[Habits]:
    return TypeAdapter(Habits)
