"""Publishers on loopback that follow a script by a clock, and remember how they were asked."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import cache

from aiohttp import web

#: 127.0.0.2 is somebody else's domain.
HOSTS = ("127.0.0.1", "127.0.0.2")


@dataclass(frozen=True)
class Asked:
    """One request."""

    at: datetime
    host: str
    #: Path and query as sent.
    target: str
    #: Names in lower case, values byte for byte.
    headers: Mapping[str, bytes]

    @property
    def conditions(self) -> tuple[str | None, str | None]:
        """If-None-Match and If-Modified-Since."""
        tag, since = self.headers.get("if-none-match"), self.headers.get("if-modified-since")
        return tag and tag.decode("latin-1"), since and since.decode("latin-1")  # type: ignore[return-value]


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


#: What a publisher answers.
Script = Callable[[Asked], Reply]


@dataclass
class Street:
    """Publishers side by side; the first part of the path names one."""

    clock: Callable[[], datetime]
    scripts: dict[str, Script] = field(default_factory=dict)
    log: list[tuple[Asked, Reply]] = field(default_factory=list)
    ports: dict[str, int] = field(default_factory=dict)

    def url(self, target: str, host: str = HOSTS[0]) -> str:
        return f"http://{host}:{self.ports[host]}{target}"

    def of(self, name: str) -> list[tuple[Asked, Reply]]:
        """What one publisher was asked, and answered."""
        return [(asked, reply) for asked, reply in self.log if _owner(asked.target) == name]

    async def answer(self, request: web.BaseRequest) -> web.Response:
        asked = Asked(
            at=self.clock(),
            host=request.host.partition(":")[0],
            target=request.raw_path,
            headers={name.decode("latin-1").lower(): value for name, value in request.raw_headers},
        )
        script = self.scripts.get(_owner(asked.target))
        reply = script(asked) if script else Reply(404)
        self.log.append((asked, reply))
        tempting = {"Set-Cookie": "id=7; Path=/", "Date": format_datetime(asked.at, usegmt=True)}
        return web.Response(
            status=reply.status, body=reply.body, headers={**tempting, **reply.headers}
        )


def _owner(target: str) -> str:
    return target.partition("?")[0].split("/")[1]


@asynccontextmanager
async def street(clock: Callable[[], datetime]) -> AsyncIterator[Street]:
    here = Street(clock)
    runner = web.ServerRunner(web.Server(here.answer))
    await runner.setup()
    try:
        for host in HOSTS:
            site = web.TCPSite(runner, host, 0)
            await site.start()
            here.ports[host] = runner.addresses[-1][1]
        yield here
    finally:
        await runner.cleanup()


@dataclass(frozen=True)
class Desk:
    """Publishes at certain times; its feed holds the newest `window` entries."""

    name: str
    times: Sequence[datetime]
    window: int = 20
    ttl: int = 0
    dated: bool = True

    def published(self, at: datetime) -> int:
        return sum(time <= at for time in self.times)

    def __call__(self, asked: Asked) -> Reply:
        """A good server: 304 where both validators are those it would give."""
        given = self.validators(asked.at)
        if asked.conditions == (given["ETag"], given["Last-Modified"]):
            return Reply(304)
        return Reply(200, self.document(asked.at), given)

    def validators(self, at: datetime) -> dict[str, str]:
        """Odd ones: only byte for byte they are these."""
        count = self.published(at)
        changed = self.times[count - 1]
        return {
            "ETag": f'W/"{self.name}, {count} "quoted""',
            "Last-Modified": f"{changed:%A, %d-%b-%y %H:%M} uhr",
        }

    def document(self, at: datetime) -> bytes:
        count = self.published(at)
        numbers = range(count - 1, max(count - 1 - self.window, -1), -1)
        ttl = f"<ttl>{self.ttl}</ttl>" if self.ttl else ""
        items = "".join(map(self._item, numbers))
        return (
            f'<rss version="2.0"><channel><title>{self.name}</title>'
            f"<link>http://127.0.0.1/</link>{ttl}{items}</channel></rss>"
        ).encode()

    def _item(self, number: int) -> str:
        words = prose(f"{self.name} {number}")
        date = format_datetime(self.times[number]) if self.dated else ""
        return (
            f"<item><guid isPermaLink='false'>{self.name}-{number}</guid>"
            f"<title>{words[:40]}</title><description>Harbour: {words}</description>"
            f"<link>/{self.name}/{number}</link>"
            + (f"<pubDate>{date}</pubDate></item>" if date else "</item>")
        )


@cache
def prose(seed: str) -> str:
    """Forty words that no other seed gives."""
    chance = random.Random(seed)
    return " ".join("".join(chance.choices("abdegiklmnoprstu", k=7)) for _ in range(40))


def every(gap: timedelta, start: datetime, end: datetime) -> list[datetime]:
    times = []
    while start < end:
        times.append(start)
        start += gap
    return times
