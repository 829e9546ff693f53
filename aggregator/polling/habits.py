"""What the poll station has learnt of one feed and its server; kept as JSON beside the feed."""

from __future__ import annotations

from dataclasses import dataclass
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
    #: The last document had not one entry that was known: some may have come and gone.
    missed_some: bool = False
    #: The first of an unbroken row of 304s.
    unchanged_since: datetime | None = None
    #: It answered 304 while it had news.
    validators_distrusted: bool = False
    #: As its last document asked.
    pace: PublisherPace = PublisherPace()
    #: Where 301 or 308 leads, and since when; "": nowhere.
    moving_to: str = ""
    moving_since: datetime | None = None
    #: The address it has moved to for good; "": the configured one.
    address: str = ""
    #: Polls in a row that failed at that address.
    address_failures: int = 0

    @staticmethod
    def of(due: DueFeed) -> Habits:
        """What was learnt; nothing where it cannot be read, which costs only learning it again."""
        try:
            return _adapter().validate_json(due.habits)
        except ValidationError:
            return Habits()

    def to_json(self) -> str:
        """Only what differs from a feed of which nothing is known."""
        return _adapter().dump_json(self, exclude_defaults=True).decode()

    @property
    def mean_gap(self) -> timedelta | None:
        """Between polls that brought news; None: too little is known."""
        if len(self.news_at) < 3:
            return None
        return (self.news_at[-1] - self.news_at[0]) / (len(self.news_at) - 1)

    def silence(self, now: datetime) -> timedelta | None:
        """How long there was no news; None before the first document."""
        last = self.news_at[-1] if self.news_at else self.began_at
        return now - last if last else None

    def expected_news(self, now: datetime) -> float:
        """How many entries its rhythm lets expect since the last document."""
        if len(self.news_at) < 3 or self.last_read_at is None:
            return 0.0
        span = (self.news_at[-1] - self.news_at[0]).total_seconds()
        rate = sum(self.news[1:]) / span if span > 0 else 0.0
        return rate * (now - self.last_read_at).total_seconds()


@cache
def _adapter() -> TypeAdapter[Habits]:
    return TypeAdapter(Habits)
