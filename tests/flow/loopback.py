"""A server on loopback that answers with scripted bytes and remembers what it was asked."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

#: Bytes to be sent before the connection is closed, or what sends them.
Answer = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Loopback:
    """By path; an unknown one is answered with 404."""

    routes: Mapping[str, Answer]
    port: int = 0
    #: Heads of requests, byte for byte.
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    #: Requests under way, and the most there ever were.
    under_way: int = 0
    most_under_way: int = 0
    #: Set by the first request.
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        return [head.split(b" ")[1].decode("latin-1") for head in self.requests]

    def headers(self, number: int = -1) -> dict[str, str]:
        """Of a request; names in lower case."""
        lines = self.requests[number].decode("latin-1").split("\r\n")[1:-2]
        return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                self.requests.append(await reader.readuntil(b"\r\n\r\n"))
                self.asked.set()
                self.under_way += 1
                self.most_under_way = max(self.most_under_way, self.under_way)
                try:
                    if not await self._answer(writer):
                        return
                finally:
                    self.under_way -= 1
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client left
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _answer(self, writer: asyncio.StreamWriter) -> bool:
        """True where the connection stays open."""
        answer = self.routes.get(self.paths[-1], response(404))
        if not isinstance(answer, bytes):
            await answer(writer)
            return False
        writer.write(answer)
        await writer.drain()
        return b"\r\nConnection: keep-alive\r\n" in answer


@asynccontextmanager
async def loopback(
    routes: Mapping[str, Answer],
    host: str = "127.0.0.1",
    ssl_context: ssl.SSLContext | None = None,
) -> AsyncIterator[Loopback]:
    server = Loopback(routes)
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        # Ending a server cancels those it still serves; asyncio would log that as an error.
        with suppress(asyncio.CancelledError):
            await server.serve(reader, writer)

    listener = await asyncio.start_server(serve, host, 0, ssl=ssl_context)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await listener.wait_closed()


def response(status: int = 200, body: bytes = b"", **headers: str) -> bytes:
    """A whole answer; `content_type="x"` becomes `Content-Type: x`."""
    return head(status, content_length=str(len(body)), **headers) + body


def head(status: int = 200, **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Status"]
    lines += [f"{name.replace('_', '-').title()}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def redirect(location: str, status: int = 302) -> bytes:
    return response(status, location=location)
