"""How fast a channel may be sent to: a token bucket, as the time at which it would be full."""

from __future__ import annotations


class Bucket:
    """`burst` messages may start together, `per_second` in the long run; time is in seconds."""

    def __init__(self, per_second: float, burst: int) -> None:
        self._interval = 1 / per_second
        self._tolerance = (burst - 1) * self._interval
        #: When all tokens would be back.
        self._full_at = float("-inf")

    def take(self, now: float) -> float:
        """Takes the next token; returns how long to wait until it is there."""
        wait = max(0.0, self._full_at - self._tolerance - now)
        self._full_at = max(self._full_at, now) + self._interval
        return wait
