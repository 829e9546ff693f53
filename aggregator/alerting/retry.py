"""When an alert whose channel failed is tried again, and when it is given up."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from aggregator.alerting.view import line
from aggregator.models import Alert, Delivery

SHORTEST = timedelta(seconds=5)
LONGEST = timedelta(days=1)
GIVE_UP_AFTER = timedelta(days=4)
#: Never given up before this many attempts: after days of downtime the clock alone proves nothing.
FEWEST_ATTEMPTS = 12
#: Of what the other side said, in code points.
LONGEST_DETAIL = 200
#: The reason of an attempt of which nobody knows whether it arrived.
UNCONFIRMED = "unconfirmed"


def next_try(attempts: int, first_at: datetime, now: datetime, key: str) -> datetime | None:
    """When to try again after a failure; None: not again.

    `attempts` were made before the one that failed just now, the first of them at or after
    `first_at`.  The ceiling doubles from twice `SHORTEST` up to `LONGEST`; the delay lies anywhere
    between `SHORTEST` and the ceiling, so that alerts that failed together do not come back
    together.  The same arguments give the same answer: chance is a hash of key and attempt.
    """
    if now - first_at >= GIVE_UP_AFTER and attempts + 1 >= FEWEST_ATTEMPTS:
        return None
    # The exponent is bounded because a timedelta is.
    ceiling = min(LONGEST, SHORTEST * (1 << min(attempts + 1, 30)))
    return now + SHORTEST + (ceiling - SHORTEST) * _fraction(f"{key}/{attempts}")


def delivered(now: datetime, receipt: str = "") -> Delivery:
    return Delivery("delivered", now, "ok", line(receipt, LONGEST_DETAIL))


def failed(
    alert: Alert, now: datetime, reason: str, detail: str = "", pause: timedelta | None = None
) -> Delivery:
    """To be tried again, until it has been tried for long enough.

    `pause` is how long the other side asks to be left alone: nothing is sent to it before then.
    An attempt that failed leaves the fate of an unconfirmed one before it as unknown as it was.
    """
    if alert.reason == UNCONFIRMED != reason:
        reason, detail = UNCONFIRMED, f"then {reason}: {detail}".removesuffix(": ")
    retry_at = next_try(alert.attempts, alert.created_at, now, alert.key)
    rest_until = now + pause if pause else None
    said = line(detail, LONGEST_DETAIL)
    if retry_at is None:
        return Delivery("dead", now, reason, said, rest_until=rest_until)
    return Delivery("retry", now, reason, said, max(retry_at, rest_until or retry_at), rest_until)


def refused(now: datetime, reason: str, detail: str = "", *, suspends: bool = False) -> Delivery:
    """For good: trying again would be answered in the same way."""
    return Delivery("dead", now, reason, line(detail, LONGEST_DETAIL), suspends=suspends)


def _fraction(seed: str) -> float:
    """A number in [0, 1), evenly spread over seeds."""
    digest = hashlib.sha256(seed.encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48
