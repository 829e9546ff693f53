"""The one door to the outside: feeds and pages, asked for politely and read within bounds.

A failure is a FetchResult whose error carries one of these reasons, the codes of the ledger:

| reason | class | means |
|---|---|---|
| `dns` | Unreachable | the name does not resolve |
| `refused` | Unreachable | nobody listens at that address and port |
| `tls` | Unreachable | no secure connection: certificate, protocol |
| `unreachable` | Unreachable | the network failed, or the server hung up |
| `timeout` | TimedOut | connecting, reading, or all of it took too long |
| `truncated` | Unreachable, Undecodable | the answer ends too soon; `body` is what came of it |
| `protocol_error` | Unreachable | what came is not HTTP |
| `too_large` | TooLarge | more than the cap, or inflated beyond belief |
| `undecodable` | Undecodable | not what its Content-Encoding says |
| `private_address` | Forbidden | the guard refuses where it leads |
| `bad_scheme` | Forbidden | neither http nor https |
| `robots` | Forbidden | robots.txt disallows this page |
| `robots_unreachable` | Forbidden | robots.txt could not be had: left alone for now |
| `redirect_loop` | RedirectError | a redirect leads to where it came from |
| `too_many_redirects` | RedirectError | more than five |
| `bad_url` | FetchError | no URL that can be asked for |
| `bad_request` | FetchError | the feed's own headers cannot be sent |

A status is no failure here: 404 and 503 come back as they are, with the first 64 KB of their body.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast

import httpx

from aggregator.errors import FetchError, RedirectError, TimedOut, TooLarge, Unreachable
from aggregator.models import FetchResult, Hop, Validators
from aggregator.net import inflate, target
from aggregator.net.gate import HostGate
from aggregator.net.guard import Guard
from aggregator.net.robots import PRODUCT, Robots
from aggregator.net.target import Target
from aggregator.net.transport import GuardedTransport, Lookup, look_up
from aggregator.protocols import Clock, Hold

_REDIRECTS = frozenset((301, 302, 303, 307, 308))

_ACCEPT_FEED = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, text/html;q=0.5, */*;q=0.3"
)
_ACCEPT_PAGE = "text/html, application/xhtml+xml, application/xml;q=0.8, */*;q=0.5"
_ACCEPT_ROBOTS = "text/plain, */*;q=0.5"

#: A body may grow in inflating by this much without being asked how it does so …
_INNOCENT = 2_000_000
#: … and beyond it by this factor.  Text shrinks to a twentieth, templates to a hundredth.
_MAX_GROWTH = 250
#: RFC 9110 §5.6.2 and §5.5.
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]*")
#: Bytes taken from the wire at once, so that growth is seen before it happened.
_SIP = 4_096
#: Bytes inflated before other tasks get their turn.
_TURN = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How much time and space one answer may take; seconds and bytes."""

    connect: float = 10.0
    #: Between two pieces of an answer.
    read: float = 20.0
    #: All requests of one fetch together, redirects included; waiting for a turn does not count.
    total: float = 60.0
    #: Decompressed.
    body: int = 15_000_000
    #: Of an answer that is not 2xx, this much is kept.
    error_body: int = 64_000
    #: RFC 9309 §2.5 asks for at least 500 KiB.
    robots: int = 512_000
    redirects: int = 5
    #: Requests under way at once, over all hosts.
    requests: int = 100


@dataclass(frozen=True, slots=True)
class _Errand:
    """What is asked for, and how."""

    accept: str
    #: Of a 2xx answer.
    body: int
    #: A longer body is cut, not refused.
    cut: bool = False
    obeys_robots: bool = False
    #: Sent on every hop.
    conditions: tuple[tuple[bytes, bytes], ...] = ()


@dataclass(slots=True)
class _Journey:
    """How far a fetch has come; what is told of it when it fails."""

    url: str
    final_url: str
    hops: list[Hop] = field(default_factory=list)
    seconds: float = 0.0
    #: Of the last answer; 0: none came.
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    #: Room for a large body; None: nothing else is in flight.
    hold: Hold | None = None
    #: Of the request under way.
    deadline: asyncio.Timeout = field(default_factory=lambda: asyncio.timeout(None))

    async def room_for(self, size: int) -> None:
        """Waits until a body may have this size; the wait is no time of the server's."""
        if self.hold is None or self.hold.has_room_for(size):
            return
        ends, began = self.deadline.when(), time.monotonic()
        self.deadline.reschedule(None)
        await self.hold.enlarge()
        waited = time.monotonic() - began
        self.seconds -= waited
        self.deadline.reschedule(None if ends is None else ends + waited)


class HttpFetcher:
    """Fetches feeds and pages; see `protocols.Fetcher`.

    `allow_private` opens hosts, addresses and CIDR ranges that the guard would refuse; between two
    requests to them there is no pause.  `transport` and `lookup` are seams for tests.
    """

    def __init__(
        self,
        *,
        version: str,
        contact: str,
        allow_private: Sequence[str],
        pause: timedelta,
        clock: Clock,
        limits: Limits = Limits(),
        transport: httpx.AsyncBaseTransport | None = None,
        lookup: Lookup = look_up,
        gate: HostGate | None = None,
    ) -> None:
        self._clock = clock
        self._limits = limits
        self._guard = Guard(allow_private)
        self._gate = HostGate(pause.total_seconds()) if gate is None else gate
        self._slots = asyncio.Semaphore(limits.requests)
        self._transport = transport or GuardedTransport(
            self._guard, connect=limits.connect, read=limits.read, lookup=lookup
        )
        self._robots = Robots(self._robots_txt, clock)
        self._standing = (
            (b"User-Agent", user_agent(version, contact).encode("ascii", "ignore")),
            (b"Accept-Encoding", inflate.accept_encoding().encode("ascii")),
        )

    async def feed(
        self,
        url: str,
        *,
        validators: Validators,
        headers: Mapping[str, str],
        hold: Hold | None = None,
    ) -> FetchResult:
        """A conditional GET.  `headers` go to the URL's own origin only."""
        errand = _Errand(_ACCEPT_FEED, self._limits.body, conditions=_conditions(validators))
        return await self._fetch(url, errand, headers, hold)

    async def page(
        self, url: str, *, headers: Mapping[str, str], hold: Hold | None = None
    ) -> FetchResult:
        """A GET that obeys the robots.txt of every site it passes."""
        errand = _Errand(_ACCEPT_PAGE, self._limits.body, obeys_robots=True)
        return await self._fetch(url, errand, headers, hold)

    async def aclose(self) -> None:
        await self._transport.aclose()

    async def _robots_txt(self, url: str) -> FetchResult:
        return await self._fetch(url, _Errand(_ACCEPT_ROBOTS, self._limits.robots, cut=True), {})

    async def _fetch(
        self, url: str, errand: _Errand, own: Mapping[str, str], hold: Hold | None = None
    ) -> FetchResult:
        journey = _Journey(url, url, hold=hold)
        error = None
        try:
            await self._travel(journey, errand, own)
        except FetchError as failure:
            error = failure
        return FetchResult(
            url=url,
            final_url=journey.final_url,
            fetched_at=self._clock(),
            status=journey.status or None,
            headers=journey.headers,
            body=journey.body,
            hops=tuple(journey.hops),
            ms=round(journey.seconds * 1000),
            error=error,
        )

    async def _travel(self, journey: _Journey, errand: _Errand, own: Mapping[str, str]) -> None:
        """Follows redirects by hand, so that every hop is guarded, paused for and written down."""
        here = target.parse(journey.url)
        private = _own_headers(here, own)
        been = {here.url}
        while True:
            journey.final_url = here.url
            if errand.obeys_robots:
                await self._robots.check(here)
            location = await self._ask(here, journey, errand, private)
            if location is None:
                return
            there = target.follow(here, location)
            if there.url in been:
                raise RedirectError("the redirects lead in a circle", reason="redirect_loop")
            if len(journey.hops) == self._limits.redirects:
                raise RedirectError("too many redirects", reason="too_many_redirects")
            journey.hops.append(Hop(journey.status, there.url))
            been.add(there.url)
            if there.origin != here.origin:
                # Secrets of one site do not go to another, nor back by another's word.
                private = ()
            here = there

    async def _ask(
        self,
        here: Target,
        journey: _Journey,
        errand: _Errand,
        private: Sequence[tuple[bytes, bytes]],
    ) -> str | None:
        """One request in its turn; returns where it is redirected to."""
        pause = not self._guard.trusts(here.host)
        async with self._gate.turn((here.host, here.port), pause=pause), self._slots:
            return await self._within_deadline(here, journey, errand, private)

    async def _within_deadline(
        self,
        here: Target,
        journey: _Journey,
        errand: _Errand,
        private: Sequence[tuple[bytes, bytes]],
    ) -> str | None:
        journey.status, journey.headers, journey.body = 0, {}, b""
        started = time.monotonic()
        try:
            async with asyncio.timeout(self._limits.total - journey.seconds) as journey.deadline:
                return await self._exchange(here, journey, errand, private)
        except TimeoutError:
            raise TimedOut(f"it took more than {self._limits.total:g} s in all") from None
        finally:
            journey.seconds += time.monotonic() - started

    async def _exchange(
        self,
        here: Target,
        journey: _Journey,
        errand: _Errand,
        private: Sequence[tuple[bytes, bytes]],
    ) -> str | None:
        response = await self._transport.handle_async_request(self._request(here, errand, private))
        try:
            if not 100 <= response.status_code <= 599:
                raise Unreachable(
                    f"the status {response.status_code} is none", reason="protocol_error"
                )
            journey.status = response.status_code
            journey.headers = _headers(response)
            if response.status_code in _REDIRECTS and "location" in response.headers:
                return _first(response, b"location")
            await self._read(response, journey, errand)
            return None
        finally:
            await response.aclose()

    def _request(
        self, here: Target, errand: _Errand, private: Sequence[tuple[bytes, bytes]]
    ) -> httpx.Request:
        ours = ((b"Accept", errand.accept.encode("ascii")), *self._standing, *errand.conditions)
        replaced = {name.lower() for name, _ in private}
        return httpx.Request(
            "GET",
            here.url,
            headers=[*(header for header in ours if header[0].lower() not in replaced), *private],
            extensions={"target": here.path.encode("ascii")},
        )

    async def _read(self, response: httpx.Response, journey: _Journey, errand: _Errand) -> None:
        if 200 <= response.status_code < 300:
            collector = _Collector(errand.body, cut=errand.cut)
            try:
                await collector.read(response, journey.room_for)
            except FetchError as error:
                # What came before the end is kept: a feed without its tail still has its head.
                if error.reason == "truncated":
                    journey.body = collector.body
                raise
        else:
            collector = _Collector(self._limits.error_body, cut=True)
            # The status says what went wrong; a failure to read its page would add nothing.
            with suppress(FetchError):
                await collector.read(response, journey.room_for)
        journey.body = collector.body


class _Collector:
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


def user_agent(version: str, contact: str) -> str:
    """Names the product and a way to write to whoever runs it."""
    comment = f" (+{contact})" if contact else ""
    return re.sub(r"[^\x20-\x7e]+", "", f"{PRODUCT}/{version}{comment}")


def _conditions(validators: Validators) -> tuple[tuple[bytes, bytes], ...]:
    """Byte for byte what the server gave; nothing where that cannot be sent."""
    given = (
        (b"If-None-Match", validators.etag),
        (b"If-Modified-Since", validators.last_modified),
    )
    return tuple(
        (name, value.encode("latin-1")) for name, value in given if value and _can_be_sent(value)
    )


def _can_be_sent(value: str) -> bool:
    """aiohttp writes UTF-8, so bytes that are none cannot be sent; an unconditional GET loses
    nothing."""
    if not _VALUE.fullmatch(value):
        return False
    try:
        value.encode("latin-1").decode()
    except UnicodeError:
        return False
    return True


def _own_headers(here: Target, own: Mapping[str, str]) -> tuple[tuple[bytes, bytes], ...]:
    """The feed's own headers, and the credentials in its URL.  Raises FetchError `bad_request`."""
    headers = dict(own)
    credentials = here.basic_auth()
    if credentials is not None and "authorization" not in map(str.lower, headers):
        headers["Authorization"] = credentials
    for name, value in headers.items():
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            # The name alone: the value may be a secret.
            raise FetchError(f"the header {name[:40]!r} cannot be sent", reason="bad_request")
    return tuple((name.encode("ascii"), value.encode()) for name, value in headers.items())


def _headers(response: httpx.Response) -> dict[str, str]:
    """latin-1 keeps every byte as one character."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in response.headers.raw:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _first(response: httpx.Response, name: bytes) -> str:
    return next(
        value.decode("latin-1") for key, value in response.headers.raw if key.lower() == name
    )
