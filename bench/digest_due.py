"""When a digest is due, in every zone, around every change of its clock in three years.

Against an oracle that reads the wall clock minute by minute: the first instant of every minute of
the day on each of the seven days around each change, and then a monitor that is up and down at
random, for which windows must follow each other without gap or overlap, one for a date at most.
Zones whose clocks changed alike are counted once.
"""

from __future__ import annotations

import argparse
import random
import time
from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo, available_timezones

from aggregator.alerting.digest import LATEST, due
from aggregator.alerting.wallclock import first_instant
from aggregator.models import DigestRun, Person

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
AROUND = 3


def changes(zone: ZoneInfo, first: int, years: int) -> tuple[tuple[datetime, timedelta], ...]:
    """(the first whole hour after it, the offset from then on)."""
    hours = (datetime(first, 1, 1, tzinfo=UTC) + n * HOUR for n in range(years * 366 * 24))
    offsets = ((hour, hour.astimezone(zone).utcoffset() or timedelta(0)) for hour in hours)
    return tuple(after for before, after in pairwise(offsets) if before[1] != after[1])


class WallClock:
    """What the clocks of a zone show at each minute around a change."""

    def __init__(self, zone: ZoneInfo, change: datetime) -> None:
        start = change - (AROUND + 1) * DAY
        count = (2 * AROUND + 3) * 24 * 60
        self.minutes = [start + n * MINUTE for n in range(count)]
        shown = [minute.astimezone(zone).replace(tzinfo=None) for minute in self.minutes]
        self.dates = sorted({wall.date() for wall in shown})[1:-1]
        self._furthest = list(accumulate(shown, max))

    def first(self, wall: datetime) -> datetime:
        return self.minutes[bisect_left(self._furthest, wall)]


def wrong_instants(zone: ZoneInfo, clock: WallClock) -> Iterator[str]:
    for day in clock.dates:
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a wall clock's
        for minute in range(24 * 60):
            wall = midnight + minute * MINUTE
            if first_instant(zone, day, wall.time()) != clock.first(wall):
                yield f"{zone}: {wall}"


def wrong_windows(zone: ZoneInfo, clock: WallClock, chance: random.Random) -> Iterator[str]:
    at = (datetime(2000, 1, 1) + chance.randrange(24 * 60) * MINUTE).time()  # noqa: DTZ001
    person = Person("amina", timezone=zone, digest=at)
    last: DigestRun | None = None
    minutes = clock.minutes[::17]
    while minutes:
        awake, asleep = chance.randrange(1, 200), chance.randrange(0, 120)
        for now in minutes[:awake]:
            run = due(person, last, now)
            if run is None:
                continue
            follows = last is None or (run.start == last.end and run.date > last.date)
            if not (follows and run.start < run.end <= now <= run.end + LATEST):
                yield f"{zone} at {at}: {last} then {run}"
            last = run
        minutes = minutes[awake + asleep :]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=2024)
    parser.add_argument("--years", type=int, default=3)
    arguments = parser.parse_args()
    kinds: dict[object, str] = {}
    for name in sorted(available_timezones()):
        kinds.setdefault(changes(ZoneInfo(name), arguments.first, arguments.years), name)
    chance = random.Random(1)
    began, instants, wrong = time.process_time(), 0, []
    for found, name in kinds.items():
        zone = ZoneInfo(name)
        for change, _ in found:  # type: ignore[attr-defined]
            clock = WallClock(zone, change)
            instants += len(clock.dates) * 24 * 60
            wrong += wrong_instants(zone, clock)
            for _ in range(5):
                wrong += wrong_windows(zone, clock, chance)
    seconds = time.process_time() - began
    kinds_of = f"{len(available_timezones())} zones, {len(kinds)} kinds of them"
    print(f"{kinds_of}, {instants:,} instants: {len(wrong)} wrong; {seconds:.0f} s CPU")
    for one in wrong[:20]:
        print(" ", one)


if __name__ == "__main__":
    main()
