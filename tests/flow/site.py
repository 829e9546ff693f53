"""A small site on loopback, each test with answers of its own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Self

from aiohttp import web


class Site(ABC):
    """Serves while it is entered, at `origin`; every request comes to `answer`."""

    origin = ""

    @abstractmethod
    async def answer(self, request: web.BaseRequest) -> web.Response: ...

    async def __aenter__(self) -> Self:
        self._runner = web.ServerRunner(web.Server(self.answer, access_log=None))
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.origin = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()
