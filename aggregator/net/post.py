"""Handing bytes to another machine: one request, guarded as every other, no redirect followed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import cast

import httpx

from aggregator.errors import TimedOut
from aggregator.net import target
from aggregator.net.fetch import user_agent
from aggregator.net.guard import Guard
from aggregator.net.target import Target
from aggregator.net.transport import GuardedTransport, Lookup, look_up
from aggregator.protocols import Answer

#: For one request from the name's look-up to the answer's end, in seconds.
WHOLE = 20.0
#: Of an answer, this much is read; a longer one costs its connection.
_ANSWER = 16_384


class HttpPoster:
    """Posts; see `protocols.Poster`.  `allow_private` is as of the fetcher."""

    def __init__(
        self,
        *,
        version: str,
        contact: str,
        allow_private: Sequence[str],
        whole: float = WHOLE,
        lookup: Lookup = look_up,
    ) -> None:
        self._whole = whole
        self._transport = GuardedTransport(
            Guard(allow_private), connect=whole, read=whole, lookup=lookup
        )
        self._user_agent = user_agent(version, contact)

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        here = target.parse(url)
        try:
            async with asyncio.timeout(self._whole):
                return await self._exchange(self._request(here, body, headers))
        except TimeoutError:
            raise TimedOut(f"it took more than {self._whole:g} s in all") from None

    async def aclose(self) -> None:
        await self._transport.aclose()

    def _request(self, here: Target, body: bytes, headers: Mapping[str, str]) -> httpx.Request:
        credentials = here.basic_auth()
        own = {"Authorization": credentials} if credentials else {}
        return httpx.Request(
            "POST",
            here.url,
            headers={"User-Agent": self._user_agent, "Accept": "*/*", **own, **headers},
            content=body,
            extensions={"target": here.path.encode("ascii")},
        )

    async def _exchange(self, request: httpx.Request) -> Answer:
        response = await self._transport.handle_async_request(request)
        try:
            body = b""
            async for piece in cast("httpx.AsyncByteStream", response.stream):
                body += piece
                if len(body) > _ANSWER:
                    break
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, headers, body[:_ANSWER])
        finally:
            await response.aclose()
