"""One request at a time to a host, and a pause between two; whoever came first goes first."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Lane:
    """The queue before one host.  asyncio.Lock is fair, and forgets waiters that were cancelled."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    #: Inside or waiting.
    users: int = 0
    free_at: float = 0.0


class HostGate:
    """Gives turns, each key its own queue.

    `pause` is in seconds and counts from the end of one turn to the start of the next.
    """

    def __init__(
        self,
        pause: float,
        *,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._pause = pause
        self._now = now
        self._sleep = sleep
        self._busy: dict[Hashable, _Lane] = {}
        #: Lanes that nobody uses but whose pause may not be over, in the order they were left.
        self._resting: dict[Hashable, _Lane] = {}

    def __len__(self) -> int:
        """How many hosts are remembered."""
        return len(self._busy) + len(self._resting)

    @asynccontextmanager
    async def turn(self, key: Hashable, *, pause: bool = True) -> AsyncIterator[None]:
        """Waits for the turn, holds it while the block runs; without `pause` the next may follow
        at once."""
        lane = self._enter(key)
        try:
            async with lane.lock:
                rest = lane.free_at - self._now()
                if rest > 0:
                    await self._sleep(rest)
                try:
                    yield
                finally:
                    lane.free_at = self._now() + (self._pause if pause else 0.0)
        finally:
            self._leave(key, lane)

    def _enter(self, key: Hashable) -> _Lane:
        self._forget_rested()
        lane = self._busy.get(key) or self._resting.pop(key, None) or _Lane()
        self._busy[key] = lane
        lane.users += 1
        return lane

    def _leave(self, key: Hashable, lane: _Lane) -> None:
        lane.users -= 1
        if not lane.users:
            del self._busy[key]
            self._resting[key] = lane

    def _forget_rested(self) -> None:
        now = self._now()
        while self._resting:
            key, lane = next(iter(self._resting.items()))
            if lane.free_at > now:
                return
            del self._resting[key]
