"""Spans of time as they are written in feeds.yaml and after `--since`: `30s`, `15m`, `2h`, `1d`."""

from __future__ import annotations

import re
from datetime import timedelta

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DURATION = re.compile(r"([0-9]{1,9})([smhd])")
_LONGEST = timedelta(days=36_525)


def parse_duration(value: str) -> timedelta:
    """`30s`, `15m`, `2h`, `1d`; `0s` too.  Raises ValueError."""
    found = _DURATION.fullmatch(value.strip())
    if found is None:
        raise ValueError(f"{value!r} is not a duration")
    duration = timedelta(**{UNITS[found[2]]: int(found[1])})
    if duration > _LONGEST:
        raise ValueError(f"{value!r} is longer than a hundred years")
    return duration


def duration_text(value: timedelta) -> str:
    """The shortest of the forms that `parse_duration` reads."""
    seconds = int(value.total_seconds())
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
