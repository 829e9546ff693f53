"""How much memory the bodies in flight may take together: small ones are free, and of the large
ones only a few are read at once.

    async with room.hold() as hold:
        result = await fetcher.feed(..., hold=hold)
        ...                             # what is done with the body, while it is still in memory

A body takes one place, once, when it outgrows what is free: whoever has a place comes to an end
without another, so nobody waits in a circle.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

#: Bytes.  Of feeds as they are, one in ten is larger.
SMALL = 256_000
LARGE_AT_ONCE = 3


class Hold:
    """What one piece of work holds of the room."""

    def __init__(self, places: asyncio.Semaphore, small: int) -> None:
        self._places = places
        self._small = small
        self._large = False

    def has_room_for(self, size: int) -> bool:
        return self._large or size <= self._small

    async def enlarge(self) -> None:
        """Waits for a place; the body may be as large as a body may be then."""
        await self._places.acquire()
        self._large = True

    def end(self) -> None:
        if self._large:
            self._places.release()


class Room:
    def __init__(self, small: int = SMALL, large_at_once: int = LARGE_AT_ONCE) -> None:
        self._places = asyncio.Semaphore(large_at_once)
        self._small = small

    @asynccontextmanager
    async def hold(self) -> AsyncIterator[Hold]:
        hold = Hold(self._places, self._small)
        try:
            yield hold
        finally:
            hold.end()
