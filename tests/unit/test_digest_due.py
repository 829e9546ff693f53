"""When a digest is due, against a wall clock that is read minute by minute."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

import pytest

from aggregator.alerting.digest import FIRST_WINDOW, LATEST, due, run_for
from aggregator.alerting.wallclock import date_shows, first_instant
from aggregator.models import DigestRun, Person

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

#: Gaps and overlaps at midnight, before it, after it; of half an hour, of two hours; dates skipped.
ZONES = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Asuncion",
    "America/Havana",
    "America/New_York",
    "America/Nuuk",
    "America/Santiago",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Karachi",
    "Asia/Tehran",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Pacific/Apia",
    "Pacific/Chatham",
]
#: Until 2010 St John's put its clocks back one minute after midnight; in 2011 Samoa skipped a date.
YEARS = (2010, 2011, 2022)
TIMES = [time(0), time(0, 1), time(0, 30), time(1), time(2, 30), time(3), time(7), time(23, 30)]


class WallClock:
    """What the clocks of a zone show at each minute from `start` on."""

    def __init__(self, zone: ZoneInfo, start: datetime, days: int) -> None:
        self.minutes = [start + n * MINUTE for n in range(days * 24 * 60)]
        shown = [minute.astimezone(zone).replace(tzinfo=None) for minute in self.minutes]
        self.dates = sorted({wall.date() for wall in shown})
        self._furthest = list(accumulate(shown, max))

    def first(self, day: date, at: time) -> datetime:
        """The first minute that shows that date and time, or later."""
        return self.minutes[bisect_left(self._furthest, datetime.combine(day, at))]


def changes(zone: ZoneInfo, year: int) -> Iterator[datetime]:
    hours = [datetime(year, 1, 1, tzinfo=UTC) + n * HOUR for n in range(366 * 24)]
    for before, after in pairwise(hours):
        if before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            yield after


@cache
def clocks(name: str) -> list[WallClock]:
    """A week around each change, and an ordinary one."""
    zone = ZoneInfo(name)
    at = [change for year in YEARS for change in changes(zone, year)]
    return [
        WallClock(zone, moment - 4 * DAY, 8)
        for moment in [datetime(2024, 2, 7, 5, tzinfo=UTC), *at]
    ]


def amina(zone: str, at: time = time(7)) -> Person:
    return Person("amina", "amina@example.org", ZoneInfo(zone), digest=at)


def run_on(day: int, start: datetime, end: datetime) -> DigestRun:
    return DigestRun("amina", date(2026, 11, day), start, end)


@pytest.mark.parametrize("zone", ZONES)
def test_first_instant_is_what_a_wall_clock_shows(zone: str) -> None:
    for clock in clocks(zone):
        for day in clock.dates[1:-1]:
            for at in TIMES:
                assert first_instant(ZoneInfo(zone), day, at) == clock.first(day, at)


@pytest.mark.parametrize("zone", ZONES)
def test_a_date_shows_if_some_minute_shows_it(zone: str) -> None:
    for clock in clocks(zone):
        day = clock.dates[0]
        while day < clock.dates[-1]:
            assert date_shows(ZoneInfo(zone), day) == (day in clock.dates)
            day += DAY


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("at", TIMES, ids=str)
def test_one_for_each_date_at_the_minute_the_clock_first_shows(zone: str, at: time) -> None:
    person = amina(zone, at)
    for clock in clocks(zone):
        made = _ticked(person, clock.minutes[::45], DigestRun("amina", date.min, *[MONDAY_7] * 2))
        expected = [(day, clock.first(day, at)) for day in clock.dates[2:-1]]
        found = [(run.date, run.end) for _, run in made]
        assert all(now - run.end < 45 * MINUTE for now, run in made[1:])
        assert [pair for pair in found if pair in expected] == expected
        assert len(found) == len({run.date for _, run in made})


@pytest.mark.parametrize("zone", ZONES)
def test_downtime_loses_no_time_and_repeats_none(zone: str) -> None:
    chance = random.Random(zone)
    for clock in clocks(zone):
        at = chance.choice(TIMES)
        person = amina(zone, at)
        up = _with_downtime(clock.minutes[::30], chance)
        made = _ticked(person, up, None)
        assert made
        for (_, before), (_, after) in pairwise(made):
            assert after.start == before.end
            assert after.date > before.date
        # The clock does not reach back to the cut-off that the very first may be late for.
        for now, run in made[1:]:
            assert run.start < run.end == clock.first(run.date, at) <= now <= run.end + LATEST


def _ticked(
    person: Person, ticks: list[datetime], last: DigestRun | None
) -> list[tuple[datetime, DigestRun]]:
    if last is not None:
        last = replace(last, start=ticks[0] - HOUR, end=ticks[0] - MINUTE)
    made: list[tuple[datetime, DigestRun]] = []
    for now in ticks:
        if run := due(person, last, now):
            made.append((now, run))
            last = run
    return made


def _with_downtime(ticks: list[datetime], chance: random.Random) -> list[datetime]:
    up: list[datetime] = []
    while ticks:
        awake, asleep = chance.randrange(1, 100), chance.randrange(0, 70)
        up += ticks[:awake]
        ticks = ticks[awake + asleep :]
    return up


MONDAY_7 = datetime(2026, 11, 23, 2, tzinfo=UTC)  # 07:00 in Karachi
YESTERDAY = run_on(22, MONDAY_7 - 2 * DAY, MONDAY_7 - DAY)
TODAY = run_on(23, MONDAY_7 - DAY, MONDAY_7)


@pytest.mark.parametrize(
    ("last", "now", "expected"),
    [
        pytest.param(YESTERDAY, MONDAY_7 - MINUTE, None, id="a minute before: not yet"),
        pytest.param(YESTERDAY, MONDAY_7, TODAY, id="on the minute"),
        pytest.param(YESTERDAY, MONDAY_7 + LATEST, TODAY, id="late: up to twelve hours"),
        pytest.param(YESTERDAY, MONDAY_7 + LATEST + MINUTE, None, id="later: folded into the next"),
        pytest.param(TODAY, MONDAY_7 + HOUR, None, id="made already"),
        pytest.param(None, MONDAY_7, TODAY, id="the first covers a day"),
        pytest.param(
            run_on(20, MONDAY_7 - 4 * DAY, MONDAY_7 - 3 * DAY),
            MONDAY_7,
            run_on(23, MONDAY_7 - 3 * DAY, MONDAY_7),
            id="after three days down: covers them all",
        ),
        pytest.param(
            run_on(23, MONDAY_7 - DAY, MONDAY_7 + HOUR),
            MONDAY_7 + 2 * HOUR,
            None,
            id="zone changed eastwards: never two for one date",
        ),
        pytest.param(
            run_on(23, MONDAY_7 - DAY, MONDAY_7 - HOUR),
            MONDAY_7,
            None,
            id="zone changed westwards: never two for one date",
        ),
        pytest.param(
            run_on(22, MONDAY_7 - DAY, MONDAY_7 + HOUR),
            MONDAY_7 + 2 * HOUR,
            None,
            id="zone changed: the last window ended after this cut-off",
        ),
        pytest.param(
            run_on(22, MONDAY_7 - DAY, MONDAY_7 + HOUR),
            MONDAY_7 + DAY,
            run_on(24, MONDAY_7 + HOUR, MONDAY_7 + DAY),
            id="zone changed: the next one covers the rest",
        ),
        pytest.param(
            run_on(22, MONDAY_7 - 2 * DAY, MONDAY_7 - 15 * HOUR),
            MONDAY_7,
            run_on(23, MONDAY_7 - 15 * HOUR, MONDAY_7),
            id="zone changed: a shorter window, none lost",
        ),
    ],
)
def test_due(last: DigestRun | None, now: datetime, expected: DigestRun | None) -> None:
    assert due(amina("Asia/Karachi"), last, now) == expected


def test_no_digest_is_due_for_who_wants_none() -> None:
    assert due(replace(amina("UTC"), digest=None), None, MONDAY_7) is None


@pytest.mark.parametrize(
    ("day", "last", "now", "expected"),
    [
        pytest.param(None, YESTERDAY, MONDAY_7, TODAY, id="the one that is due"),
        pytest.param(
            None,
            TODAY,
            MONDAY_7 + HOUR,
            run_on(24, MONDAY_7, MONDAY_7 + DAY),
            id="the one that comes next",
        ),
        pytest.param(
            None,
            YESTERDAY,
            MONDAY_7 + 13 * HOUR,
            run_on(24, MONDAY_7 - DAY, MONDAY_7 + DAY),
            id="the one that takes up a missed one",
        ),
        pytest.param(
            None,
            run_on(23, MONDAY_7 - DAY, MONDAY_7 - HOUR),
            MONDAY_7 - MINUTE,
            run_on(24, MONDAY_7 - HOUR, MONDAY_7 + DAY),
            id="not a second one for a date",
        ),
        pytest.param(
            None,
            None,
            MONDAY_7 + 13 * HOUR,
            run_on(24, MONDAY_7, MONDAY_7 + DAY),
            id="the first",
        ),
        pytest.param(
            date(2026, 11, 21),
            TODAY,
            MONDAY_7 + HOUR,
            run_on(21, MONDAY_7 - 3 * DAY, MONDAY_7 - 2 * DAY),
            id="a past one",
        ),
        pytest.param(
            date(2026, 11, 23),
            TODAY,
            MONDAY_7 + HOUR,
            run_on(23, MONDAY_7 - DAY, MONDAY_7),
            id="today's once more",
        ),
    ],
)
def test_run_for(
    day: date | None, last: DigestRun | None, now: datetime, expected: DigestRun
) -> None:
    assert run_for(amina("Asia/Karachi"), day, last, now) == expected


def test_a_digest_can_be_previewed_for_who_gets_none() -> None:
    person = replace(amina("UTC"), digest=None)
    run = run_for(person, None, None, MONDAY_7)
    assert run.end == datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert run.end - run.start == FIRST_WINDOW
