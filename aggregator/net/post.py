"""Handing bytes to another machine: one request, guarded as every other, no redirect followed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import cast

import httpx

from aggregator.errors import FetchError, TimedOut
from aggregator.net import target
from aggregator.net.guard import Guard
from aggregator.net.headers import user_agent
from aggregator.net.target import Target
from aggregator.net.transport import GuardedTransport, Lookup, look_up
from aggregator.protocols import Answer

log = logging.getLogger(__name__)

#: For one request from the name's look-up to the answer's status, in seconds.
WHOLE = 20.0
#: For what comes behind the status.
_REST = 5.0
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
                response = await self._transport.handle_async_request(
                    self._request(here, body, headers)
                )
        except TimeoutError:
            raise TimedOut(f"it took more than {self._whole:g} s in all") from None
        try:
            said = await _beginning(response)
        finally:
            await response.aclose()
        names = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, names, said)

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


async def _beginning(response: httpx.Response) -> bytes:
    """Of an answer as much as is of use, or as comes.  Its status stands, whatever becomes of the
    rest, or of the time there is for it: who has taken a message would get it again."""
    said = b""
    try:
        async with asyncio.timeout(_REST):
            async for piece in cast("httpx.AsyncByteStream", response.stream):
                said += piece
                if len(said) > _ANSWER:
                    break
    except (FetchError, TimeoutError, asyncio.CancelledError) as error:
        log.debug("answer broke off", extra={"error": repr(error)})
    return said[:_ANSWER]
