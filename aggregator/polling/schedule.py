"""When to ask a feed again, for what, and at which address.  Due times live in storage.

own pace          from the feed's rhythm, between `every` and a day
asked for         Cache-Control, Expires (RFC 9111 §5), ttl, skipHours, skipDays, sy:updatePeriod
told to wait      Retry-After (net/retry.py)
back-off          by the kind of failure, never beyond a day, never abandoned
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from aggregator.models import DueFeed, FetchResult, PublisherPace, Validators
from aggregator.net.retry import http_date, retry_after
from aggregator.polling.habits import Habits

DAY = timedelta(days=1)
#: A feed that brings news every ten hours is asked every hour.
POLLS_BETWEEN_NEWS = 10
#: Servers that ask to be left alone for longer than this were not configured by a thinking person.
ABSURD = timedelta(days=31)
#: Nobody is asked again sooner than this, also where `every` is none at all.
SHORTEST = timedelta(seconds=1)
#: Nobody is asked again sooner than this after a failure.
FIRST_RETRY = timedelta(minutes=1)
#: After so long nothing but 304, the validators themselves are in question.
UNCHANGED_TOO_LONG = timedelta(days=14)
#: Of the interval; spread over feeds by their URL, so that they do not march in step.
JITTER = 0.1

#: `temporary`: it will pass.  `soft`: it answers, but not with a feed.  `hard`: somebody must act.
Failure = Literal["temporary", "soft", "hard"]
_GROWTH: Mapping[Failure, float] = {"temporary": 1.5, "soft": 2.0, "hard": 4.0}

_HARD_REASONS = frozenset(
    {"bad_url", "bad_scheme", "bad_request", "private_address", "redirect_loop"}
)
#: `s-maxage` is for caches that many share: it is often far longer, and not meant for us.
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?([0-9]{1,12})", re.IGNORECASE)


# ── before the poll ───────────────────────────────────────────────────────────────────────────────


def address(due: DueFeed) -> str:
    """Where to ask: the configured URL, or the one the feed has moved to for good.

    While that one fails every third try goes to the configured one: either may be the dead one.
    """
    habits = Habits.of(due)
    if not habits.address or habits.address_failures % 3 == 2:
        return due.url
    return habits.address


def validators_to_send(due: DueFeed, now: datetime) -> Validators:
    """None of them when they are in question, or stand for what another address gave."""
    habits = Habits.of(due)
    elsewhere = bool(habits.address) and address(due) != habits.address
    if elsewhere or habits.validators_distrusted or is_probe(habits, now):
        return Validators()
    return due.validators


def is_probe(habits: Habits, now: datetime) -> bool:
    """Whether it is time for one unconditional request."""
    since = habits.unchanged_since
    return since is not None and now - since >= UNCHANGED_TOO_LONG


# ── after the poll ────────────────────────────────────────────────────────────────────────────────


def next_poll(
    url: str, habits: Habits, every: timedelta, result: FetchResult, now: datetime
) -> datetime:
    """After a poll that succeeded."""
    interval = max(SHORTEST, own_pace(habits, every, now), asked_for(result, habits.pace))
    return _outside_skipped(now + with_jitter(interval, url), habits.pace)


def next_try(
    url: str,
    habits: Habits,
    every: timedelta,
    result: FetchResult,
    reason: str,
    failures: int,
    now: datetime,
) -> datetime:
    """After a poll that failed, the `failures`-th in a row; those told to wait do not count.

    What the last document asked for does not hold here: it could not be renewed.
    """
    wait = told_to_wait(result, now)
    if wait is None:
        kind = kind_of_failure(result.status, reason)
        interval = DAY if result.status == 410 else back_off(url, kind, failures, every)
    else:
        interval = with_jitter(max(wait, every), url)
    return _outside_skipped(now + interval, habits.pace)


def own_pace(habits: Habits, every: timedelta, now: datetime) -> timedelta:
    """A tenth of the time between news, as measured or as it stretches now.

    News that arrives while nobody asks waits on average for half of this: a twentieth of the
    rhythm.  What has been silent for long is asked ever more rarely.
    """
    if habits.missed_some:
        return every
    waits = [wait for wait in (habits.rhythm, habits.silence(now)) if wait is not None]
    pace = max(waits, default=timedelta(0)) / POLLS_BETWEEN_NEWS
    return max(every, min(pace, DAY))


def asked_for(result: FetchResult, pace: PublisherPace) -> timedelta:
    """How long server and publisher ask to be left alone; at most a day each, nothing absurd."""
    wishes = (_fresh_for(result), pace.ttl)
    return max((min(wish, DAY) for wish in wishes if wish and wish < ABSURD), default=timedelta(0))


def told_to_wait(result: FetchResult, now: datetime) -> timedelta | None:
    """What the server asks for, but not too soon; None: it asks for nothing."""
    wait = retry_after(result, now)
    return None if wait is None else max(FIRST_RETRY, wait)


def kind_of_failure(status: int | None, reason: str) -> Failure:
    if reason in _HARD_REASONS:
        return "hard"
    if status is None or status == 429 or status in (408, 425) or status >= 500:
        return "temporary"
    return "hard" if status in (401, 403, 404, 410, 451) else "soft"


def back_off(url: str, kind: Failure, failures: int, every: timedelta) -> timedelta:
    """The wait after the `failures`-th failure in a row; grows with it, and ends at a day."""
    # Beyond 64 the power is far past a day for every kind.
    growth = _GROWTH[kind] ** min(failures - 1, 64)
    seconds = min(max(every, FIRST_RETRY).total_seconds() * growth, DAY.total_seconds())
    return with_jitter(timedelta(seconds=seconds), url)


def with_jitter(interval: timedelta, url: str) -> timedelta:
    """Up to a tenth longer, always the same for one URL; never stretched beyond a day."""
    digest = hashlib.blake2b(url.encode("utf-8", "surrogatepass"), digest_size=4).digest()
    longer = interval * (1 + JITTER * int.from_bytes(digest, "big") / 2**32)
    return max(interval, min(longer, DAY))


def _fresh_for(result: FetchResult) -> timedelta | None:
    """The freshness lifetime of the answer (RFC 9111 §4.2.1)."""
    control = result.headers.get("cache-control", "")
    if "no-cache" in control.lower() or "no-store" in control.lower():
        return None
    if found := _MAX_AGE.search(control):
        return timedelta(seconds=min(int(found[1]), 10**9))
    expires = http_date(result.headers.get("expires", ""))
    if expires is None:
        return None
    sent = http_date(result.headers.get("date", "")) or result.fetched_at
    return expires - sent if expires > sent else None


def _outside_skipped(due: datetime, pace: PublisherPace) -> datetime:
    """The first moment from `due` on at which the publisher wants to be asked; a day later at most.

    Skipping every hour or every day is a mistake, not a wish.
    """
    hours = pace.skip_hours if len(pace.skip_hours) < 24 else frozenset[int]()
    days = pace.skip_days if len(pace.skip_days) < 7 else frozenset[int]()
    latest = due + DAY
    while (due.hour in hours or due.weekday() in days) and due < latest:
        due = min(due.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1), latest)
    return due
