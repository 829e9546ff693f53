"""What a wall clock shows, and when: local dates and times of day made into instants.

Zones move their clocks.  In a spring gap a time of day never shows; in an autumn overlap it shows
twice; now and then a zone skips a whole date.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from aggregator.models import QuietHours

DAY = timedelta(days=1)


def first_instant(zone: ZoneInfo, day: date, at: time) -> datetime:
    """The first instant, in UTC, at which the wall clock shows that date and time or later.

    In a gap that is the gap's end, in an overlap the first of the two.
    """
    wall = datetime.combine(day, at.replace(tzinfo=None, fold=0))
    # Of a time that shows twice, fold 0 is the first; of one that never shows, fold 0 lies after
    # the gap and fold 1 before it (PEP 495).
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    if _wall(instant, zone) == wall:
        return instant
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return _gap_end(zone, before, instant)


def date_shows(zone: ZoneInfo, day: date) -> bool:
    """False for a date that the zone skipped, as Samoa did 30 December 2011."""
    return _wall(first_instant(zone, day, time()), zone).date() == day


def quiet_until(quiet: QuietHours | None, zone: ZoneInfo, at: datetime) -> datetime | None:
    """The end of the quiet hours that `at` falls into; None when it falls into none."""
    if quiet is None:
        return None
    today = at.astimezone(zone).date()
    over_midnight = quiet.end <= quiet.start
    # Tomorrow's hours can have begun already: a clock put back over midnight shows today again.
    for day in (today - DAY, today, today + DAY):
        start = first_instant(zone, day, quiet.start)
        end = first_instant(zone, day + DAY if over_midnight else day, quiet.end)
        if start <= at < end:
            return end
    return None


def _wall(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def _gap_end(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The instant between the two at which the clocks were put forward, to the second."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
