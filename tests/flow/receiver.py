"""A program that takes webhooks on loopback, and answers as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

#: Answers nobody until it is let go.
HANG = 0


@dataclass(frozen=True, slots=True)
class Received:
    """One request, as it came."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Receiver:
    """Answers every request with `status` and `headers`."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str = "thank you"
    received: list[Received] = field(default_factory=list)
    origin: str = ""
    at_once: int = 0
    most_at_once: int = 0
    _let_go: asyncio.Event = field(default_factory=asyncio.Event)

    def let_go(self, status: int = 200) -> None:
        """Answer whoever hangs, and everybody from now on."""
        self.status = status
        self._let_go.set()

    async def answer(self, request: web.Request) -> web.Response:
        self.received.append(Received(request.path, request.headers, await request.read()))
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        try:
            if self.status == HANG:
                await self._let_go.wait()
            await asyncio.sleep(0)
        finally:
            self.at_once -= 1
        return web.Response(status=self.status, headers=self.headers, text=self.text)


@asynccontextmanager
async def receiving(
    status: int = 200, text: str = "thank you", **headers: str
) -> AsyncIterator[Receiver]:
    """`retry_after="7"` becomes `Retry-After: 7`."""
    receiver = Receiver(
        status, {name.replace("_", "-").title(): value for name, value in headers.items()}, text
    )
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receiver.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield receiver
    finally:
        await runner.cleanup()
