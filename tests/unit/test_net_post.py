"""What is known of a message once its receiver has begun to answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx

from aggregator.net.post import HttpPoster


class Hesitant(httpx.AsyncByteStream):
    """The beginning of an answer, and nothing behind it."""

    def __init__(self) -> None:
        self.hesitates = asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"thank"
        self.hesitates.set()
        await asyncio.Event().wait()


class Transport:
    """Has the answer already."""

    def __init__(self, stream: httpx.AsyncByteStream) -> None:
        self.stream = stream

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        del request
        return httpx.Response(200, stream=self.stream)

    async def aclose(self) -> None: ...


async def test_who_stops_in_the_middle_of_an_answer_knows_its_status() -> None:
    answer = Hesitant()
    poster = HttpPoster(version="1", contact="", allow_private=[])
    await poster.aclose()
    poster._transport = Transport(answer)  # type: ignore[assignment]
    posting = asyncio.create_task(poster.post("http://desk.example/", b"", {}))
    await answer.hesitates.wait()
    posting.cancel()
    found = await posting
    assert (found.status, found.body) == (200, b"thank")
