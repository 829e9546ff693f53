"""What operators are told of a feed: that something began, never that it goes on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from aggregator.polling.habits import Habits

#: What comes back sooner than this is the same affair.
SAME_AFFAIR = timedelta(days=7)


def tell(habits: Habits, affairs: Iterable[str], now: datetime) -> tuple[Habits, tuple[str, ...]]:
    """`affairs` are codes, some with a detail, of what stands now; returns those not told yet."""
    standing = dict.fromkeys(affairs, now)
    told = {code: at for code, at in habits.told.items() if now - at < SAME_AFFAIR}
    news = tuple(code for code in standing if code not in told)
    return replace(habits, told=told | standing), news


def over(habits: Habits, affair: str) -> Habits:
    """It ended for sure: should it come back, it is told again."""
    told = {code: at for code, at in habits.told.items() if code != affair}
    return replace(habits, told=told)
