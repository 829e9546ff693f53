"""What time it is by the servers that answer: a machine's own clock may be a year ahead, and what
is forgotten by it is gone for good."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from statistics import median_low

from aggregator.models import FetchResult
from aggregator.net.retry import http_date

#: Of so many answers the middle one is believed: one server whose clock is wrong has no say.
ANSWERS = 3


class Witnesses:
    """The last servers that answered, and what time they said it was."""

    def __init__(self) -> None:
        #: By each answer, the time, and how far our clock was ahead of it.
        self._answers: deque[tuple[datetime, timedelta]] = deque(maxlen=ANSWERS)

    def hear(self, result: FetchResult) -> None:
        """Its Date (RFC 9110 §6.6.1), of a failure too; nothing where there is none."""
        if date := http_date(result.headers.get("date", "")):
            self._answers.append((date, result.fetched_at - date))

    def time(self) -> datetime | None:
        """It is as late as this, or later; None: no server has told the time."""
        return median_low(date for date, _ in self._answers) if self._answers else None

    def lead(self) -> timedelta:
        """How far our clock ran ahead of theirs; nothing before enough of them have answered."""
        if len(self._answers) < ANSWERS:
            return timedelta(0)
        return median_low(lead for _, lead in self._answers)
