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
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import httpx

from aggregator.errors import FetchError, RedirectError, TimedOut, Unreachable
from aggregator.models import FetchResult, Hop, Validators
from aggregator.net import inflate, target
from aggregator.net.body import Collector
from aggregator.net.gate import HostGate
from aggregator.net.guard import Guard
from aggregator.net.headers import conditions, first_of, own_headers, received, user_agent
from aggregator.net.robots import Robots
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
        errand = _Errand(_ACCEPT_FEED, self._limits.body, conditions=conditions(validators))
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
        private = own_headers(here, own)
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
            journey.headers = received(response)
            if response.status_code in _REDIRECTS and "location" in response.headers:
                return first_of(response, b"location")
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
            collector = Collector(errand.body, cut=errand.cut)
            try:
                await collector.read(response, journey.room_for)
            except FetchError as error:
                # What came before the end is kept: a feed without its tail still has its head.
                if error.reason == "truncated":
                    journey.body = collector.body
                raise
        else:
            collector = Collector(self._limits.error_body, cut=True)
            # The status says what went wrong; a failure to read its page would add nothing.
            with suppress(FetchError):
                await collector.read(response, journey.room_for)
        journey.body = collector.body
