"""A body, gathered from the wire within bounds."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

import httpx

from aggregator.errors import TooLarge
from aggregator.net import inflate

#: A body may grow in inflating by this much without being asked how it does so …
_INNOCENT = 2_000_000
#: … and beyond it by this factor.  Text shrinks to a twentieth, templates to a hundredth.
_MAX_GROWTH = 250
#: Bytes taken from the wire at once, so that growth is seen before it happened.
_SIP = 4_096
#: Bytes inflated before other tasks get their turn.
_TURN = 1_000_000


class Collector:
    """Gathers a body, inflated, up to `limit` bytes; a longer one is refused, or with `cut` cut."""

    def __init__(self, limit: int, *, cut: bool) -> None:
        self._limit = limit
        self._cut = cut
        self._pieces: list[bytes] = []
        self._size = 0
        self._received = 0

    @property
    def body(self) -> bytes:
        return b"".join(self._pieces)

    async def read(
        self, response: httpx.Response, room_for: Callable[[int], Awaitable[None]]
    ) -> None:
        """Raises TooLarge, Undecodable, Unreachable, TimedOut."""
        self._refuse_announced(response.headers.get("content-length", ""))
        inflater = inflate.Inflater(inflate.codings(response.headers.get("content-encoding", "")))
        since_turn = 0
        async for chunk in cast("httpx.AsyncByteStream", response.stream):
            for start in range(0, len(chunk), _SIP):
                sip = chunk[start : start + _SIP]
                self._received += len(sip)
                for piece in inflater.pieces(sip):
                    if not self._take(piece):
                        return
                    await room_for(self._size)
                    since_turn += len(piece)
                    if since_turn > _TURN:
                        since_turn = 0
                        await asyncio.sleep(0)
        inflater.finish()

    def _refuse_announced(self, content_length: str) -> None:
        if not self._cut and content_length.isdecimal() and int(content_length) > self._limit:
            raise self._too_large()

    def _take(self, piece: bytes) -> bool:
        """Keeps it; False where no more is wanted."""
        room = self._limit - self._size
        self._size += len(piece)
        if self._size <= self._limit and not self._beyond_belief():
            self._pieces.append(piece)
            return True
        if not self._cut:
            self._pieces.clear()
            raise self._too_large()
        self._pieces.append(piece[: max(room, 0)])
        return False

    def _beyond_belief(self) -> bool:
        """A bomb is seen by its growth, long before it fills what an honest body may fill."""
        grown = self._size > _INNOCENT and self._size > _MAX_GROWTH * self._received
        return grown or self._received > self._limit + _INNOCENT

    def _too_large(self) -> TooLarge:
        return TooLarge(f"the body is larger than {self._limit:,} bytes, or inflates without end")
