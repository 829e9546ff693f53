"""When an alert whose channel failed is tried again."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

SHORTEST = timedelta(seconds=5)
LONGEST = timedelta(days=1)
GIVE_UP_AFTER = timedelta(days=4)
#: Never given up before this many attempts: after days of downtime the clock alone proves nothing.
FEWEST_ATTEMPTS = 12


def next_try(attempts: int, first_at: datetime, now: datetime, key: str) -> datetime | None:
    """When to try again after a failure; None: the alert is dead.

    `attempts` were made before the one that failed just now, the first of them at or after
    `first_at`.  The ceiling doubles from twice `SHORTEST` to `LONGEST`; the delay lies anywhere
    between `SHORTEST` and the ceiling, so that alerts that failed together do not come back
    together.  The same arguments give the same answer: chance is a hash of key and attempt.
    """
    if now - first_at >= GIVE_UP_AFTER and attempts + 1 >= FEWEST_ATTEMPTS:
        return None
    # The exponent is bounded because a timedelta is.
    ceiling = min(LONGEST, SHORTEST * 2 ** min(attempts + 1, 30))
    return now + SHORTEST + (ceiling - SHORTEST) * _fraction(f"{key}/{attempts}")


def _fraction(seed: str) -> float:
    """A number in [0, 1), evenly spread over seeds."""
    digest = hashlib.sha256(seed.encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48
