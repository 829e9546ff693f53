"""How often a publisher asks to be read.

`ttl`, `skipHours` and `skipDays` are of RSS 2.0, `sy:update…` of the syndication module of RSS 1.0.
"""

from __future__ import annotations

import re
from datetime import timedelta

from aggregator.models import PublisherPace

_ELEMENT = re.compile(
    r"<(?:[\w-]+:)?(ttl|updatePeriod|updateFrequency|hour|day)\b[^>]*>\s*([\w-]{1,20})\s*</",
    re.IGNORECASE,
)
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def publisher_pace(envelope: str) -> PublisherPace:
    """What the part of a feed before its entries says; the nonsensical is left out."""
    if "ttl" not in envelope and "skip" not in envelope and "update" not in envelope:
        return PublisherPace()
    found: dict[str, list[str]] = {}
    for name, value in _ELEMENT.findall(envelope):
        found.setdefault(name.lower(), []).append(value.lower())
    spans = filter(None, (_ttl(found), _update_span(found)))
    return PublisherPace(
        ttl=max(spans, default=None),
        # RSS 0.91 counts the hours from 1 to 24.
        skip_hours=frozenset(
            int(hour) % 24 for hour in found.get("hour", ()) if hour.isdecimal() and int(hour) <= 24
        ),
        skip_days=frozenset(_DAYS.index(day) for day in found.get("day", ()) if day in _DAYS),
    )


def _ttl(found: dict[str, list[str]]) -> timedelta | None:
    minutes = found.get("ttl", [""])[0]
    if not minutes.isdecimal() or not 0 < len(minutes) < 9 or not int(minutes):
        return None
    return timedelta(minutes=int(minutes))


def _update_span(found: dict[str, list[str]]) -> timedelta | None:
    period = _PERIODS.get(found.get("updateperiod", [""])[0])
    if period is None:
        return None
    frequency = found.get("updatefrequency", ["1"])[0]
    times = int(frequency) if frequency.isdecimal() and len(frequency) < 6 else 1
    return period / max(times, 1)
