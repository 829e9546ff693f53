"""httpx's transport interface on aiohttp's connections, behind the guard.

httpx's own pool costs many times aiohttp's CPU with a hundred connections.  The bridge is our own
because it must send a URL's path untouched, refuse addresses, and tell a refused connection from an
expired certificate; errors.py has a class for each, and they are what this transport raises.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from aggregator.errors import FetchError, Forbidden, TimedOut, Unreachable
from aggregator.net.guard import Guard, RefusedAddress

#: (host, port) → what getaddrinfo answers; raises OSError.  Blocks: it is called in a thread.
Lookup = Callable[[str, int], Sequence[Any]]

#: Longer than the usual pause, so that the pages of a site share a connection and its handshake;
#: short, because most feeds are the only request to their host for half an hour.
_KEEP_ALIVE = 3.0
_DNS_CACHE = 60
#: Names that do not resolve hold a thread for as long as the system's resolver tries.
_DNS_THREADS = 16
#: A server's whole header is at most the product.
_HEADER_LINE = 16_384
_HEADER_LINES = 256
_SLICE = 65_536


def look_up(host: str, port: int) -> Sequence[Any]:
    """The system's resolver: hosts file, search domains and all."""
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


class GuardedTransport(httpx.AsyncBaseTransport):
    """Sends requests to addresses that the guard lets through.

    Raises FetchError for all that goes wrong on the way.  No cookies, no proxies, no redirects, no
    decompression, no headers but the request's.  `extensions["target"]` is sent in place of the
    URL's path and query.  Time-outs are in seconds; `extensions["timeout"]` overrides them.
    """

    def __init__(
        self, guard: Guard, *, connect: float, read: float, lookup: Lookup = look_up
    ) -> None:
        self._guard = guard
        self._connect = connect
        self._read = read
        self._lookup = lookup
        # Made when first needed: sessions belong to the running loop, and the context costs 20 ms.
        self._guarded: aiohttp.ClientSession | None = None
        self._trusted: aiohttp.ClientSession | None = None
        self._tls: ssl.SSLContext | None = None
        self._threads = ThreadPoolExecutor(_DNS_THREADS, thread_name_prefix="dns")

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        with _wrapped_errors():
            response = await self._send(request)
        return httpx.Response(
            response.status,
            headers=response.raw_headers,
            stream=_Body(response),
            request=request,
        )

    async def _send(self, request: httpx.Request) -> aiohttp.ClientResponse:
        timeout = request.extensions.get("timeout", {})
        content = await request.aread()
        while True:
            reused: list[bool] = []
            try:
                return await self._session(request.url.host).request(
                    request.method,
                    _untouched(request),
                    headers=[
                        (name.decode(), value.decode()) for name, value in request.headers.raw
                    ],
                    data=content or None,
                    allow_redirects=False,
                    timeout=aiohttp.ClientTimeout(
                        sock_connect=timeout.get("connect", self._connect),
                        sock_read=timeout.get("read", self._read),
                    ),
                    trace_request_ctx=reused,
                )
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
                # A connection kept open may be closed by the server just as it is used again.
                # Only then, and only where it changes nothing, the question is repeated (RFC 9112
                # §9.3.1).
                if not reused or request.method not in ("GET", "HEAD"):
                    raise

    async def aclose(self) -> None:
        for session in (self._guarded, self._trusted):
            if session is not None:
                await session.close()
        self._guarded = self._trusted = None
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _session(self, host: str) -> aiohttp.ClientSession:
        if self._guard.names(host):
            if self._trusted is None:
                self._trusted = self._new_session(None)
            return self._trusted
        if self._guarded is None:
            self._guarded = self._new_session(self._guard)
        return self._guarded

    def _new_session(self, guard: Guard | None) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            ssl=self._tls_context(),
            resolver=_Resolver(self._lookup, self._threads, guard),
            socket_factory=guard.socket if guard is not None else None,
            # A request that waited for a free connection would spend its own deadline.
            limit=0,
            keepalive_timeout=_KEEP_ALIVE,
            ttl_dns_cache=_DNS_CACHE,
        )
        connector._factory = partial(_HeadFirst, loop=asyncio.get_running_loop())  # type: ignore[assignment]
        session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent", "Content-Type"),
            trust_env=False,
            max_line_size=_HEADER_LINE,
            max_field_size=_HEADER_LINE,
            max_headers=_HEADER_LINES,
            trace_configs=[_notes_reuse()],
        )
        # aiohttp asks a second time wherever a server hangs up, on a new connection too.
        session._retry_connection = False
        return session

    def _tls_context(self) -> ssl.SSLContext:
        if self._tls is None:
            # Honours SSL_CERT_FILE, for operators with a certificate authority of their own.
            self._tls = httpx.create_ssl_context()
            self._tls.set_alpn_protocols(["http/1.1"])
        return self._tls


class _Resolver(AbstractResolver):
    """Looks names up in threads of its own, so that dead names keep no other work waiting.

    One bad answer refuses the name: else the connection's choice among them would be a lottery.
    """

    def __init__(self, lookup: Lookup, threads: ThreadPoolExecutor, guard: Guard | None) -> None:
        self._lookup = lookup
        self._threads = threads
        self._guard = guard

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        answers = await loop.run_in_executor(self._threads, self._lookup, host, port)
        if not answers:
            raise OSError("the name has no address")
        for *_, place in answers:
            if self._guard is not None:
                self._guard.check(place[0])
        return [
            ResolveResult(
                hostname=host,
                host=place[0],
                port=place[1],
                family=answered,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for answered, _, protocol, _, place in answers
            if family in (socket.AF_UNSPEC, answered)
        ]

    async def close(self) -> None:
        """The threads belong to the transport."""


class _HeadFirst(ResponseHandler):
    """Keeps of a body that is longer than announced what was announced, as browsers do.

    aiohttp reads on after a body's end, and forgets an answer that came in one piece with what is
    no other answer.
    """

    def data_received(self, data: bytes) -> None:
        head, end, rest = data.partition(b"\r\n\r\n") if self._payload is None else (data, b"", b"")
        super().data_received(head + end)
        if rest:
            super().data_received(rest)


def _notes_reuse() -> aiohttp.TraceConfig:
    """Adds to the list that is a request's context when its connection was used before."""

    async def note(_: aiohttp.ClientSession, context: Any, __: object) -> None:
        context.trace_request_ctx.append(True)

    config = aiohttp.TraceConfig()
    config.on_connection_reuseconn.append(note)
    return config


class _Body(httpx.AsyncByteStream):
    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _wrapped_errors(in_body=True), _woken_by_nonsense(self._response):
            async for piece in self._response.content.iter_chunked(_SLICE):
                yield piece

    async def aclose(self) -> None:
        """What was not read to its end closes its connection."""
        self._response.release()


@contextmanager
def _woken_by_nonsense(response: aiohttp.ClientResponse) -> Iterator[None]:
    """aiohttp closes a connection on which a chunk cannot be read, but tells only whoever asks for
    the next answer; whoever waits for the rest of this one would wait for its deadline."""
    protocol = response.connection.protocol if response.connection is not None else None
    if protocol is None:
        yield
        return

    def tell_reader(_: object = None) -> None:
        ended = response.content.is_eof()
        if isinstance(protocol.exception(), HttpProcessingError) and not ended:
            response.content.set_exception(_Nonsense(str(protocol.exception())))

    closed = protocol.closed
    if closed is None:
        tell_reader()
        yield
        return
    closed.add_done_callback(tell_reader)
    try:
        yield
    finally:
        closed.remove_done_callback(tell_reader)


class _Nonsense(aiohttp.ClientPayloadError):
    """The body is not framed as HTTP frames it."""


def _untouched(request: httpx.Request) -> URL:
    """yarl quotes and tidies whatever it parses; what it is handed as a path it sends as it is."""
    target = request.extensions.get("target", request.url.raw_path)
    return URL.build(
        scheme=request.url.scheme,
        authority=request.url.netloc.decode("ascii"),
        path=target.decode("ascii"),
        encoded=True,
    )


@contextmanager
def _wrapped_errors(*, in_body: bool = False) -> Iterator[None]:
    try:
        yield
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise (_body_error(error) if in_body else _answer_error(error)) from error


def _answer_error(error: Exception) -> FetchError:
    """No answer came: which of the many ways was it?"""
    cause = getattr(error, "os_error", error)
    if isinstance(cause, RefusedAddress):
        return Forbidden(str(cause), reason="private_address")
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return Unreachable(f"the name does not resolve: {_said(cause)}", reason="dns")
    if isinstance(error, aiohttp.ClientSSLError) or isinstance(cause, ssl.SSLError):
        return Unreachable(f"no secure connection: {_said(cause)}", reason="tls")
    if isinstance(error, TimeoutError):
        return TimedOut(_said(error))
    if isinstance(cause, ConnectionRefusedError):
        return Unreachable("the host refuses connections", reason="refused")
    if isinstance(error, aiohttp.ClientResponseError):
        return Unreachable(
            f"the answer is no HTTP: {_said(error.message)}", reason="protocol_error"
        )
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return Unreachable("the server hung up without an answer")
    if isinstance(error, aiohttp.ClientConnectionError | OSError):
        return Unreachable(f"the connection broke: {_said(cause)}")
    if isinstance(error, aiohttp.InvalidURL):
        return FetchError("the URL cannot be fetched", reason="bad_url")
    if isinstance(error, aiohttp.ClientError):
        return Unreachable(_said(error), reason="protocol_error")
    return FetchError(f"the request cannot be sent: {error}", reason="bad_request")


def _body_error(error: Exception) -> FetchError:
    """An answer began: was it cut, or is it nonsense?"""
    if isinstance(error, TimeoutError):
        return TimedOut(_said(error))
    if isinstance(error, _Nonsense):
        return Unreachable(f"the answer is no HTTP: {_said(error)}", reason="protocol_error")
    return Unreachable(f"the answer ends too soon: {_said(error)}", reason="truncated")


def _said(error: BaseException | str) -> str:
    """At most a line."""
    return " ".join(str(error).split())[:200] or type(error).__name__
