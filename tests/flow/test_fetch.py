"""Asking politely, over real connections to loopback."""

from __future__ import annotations

import asyncio
import base64
import gzip
import random
import shutil
import socket
import ssl
import subprocess
import threading
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from aggregator.errors import Undecodable, Unreachable
from aggregator.models import FetchResult, Hop, Validators
from aggregator.net.fetch import HttpFetcher, Limits
from aggregator.net.gate import HostGate
from aggregator.net.room import Room
from aggregator.protocols import Hold

from .loopback import Answer, head, loopback, redirect, response

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SHORT = Limits(connect=2, read=2, total=5)
LOCAL = ("127.0.0.1", "::1")


@asynccontextmanager
async def fetching(
    *,
    allow_private: Sequence[str] = LOCAL,
    limits: Limits = SHORT,
    **options: Any,
) -> AsyncIterator[HttpFetcher]:
    fetcher = HttpFetcher(
        version="1.2",
        contact="desk@example.org",
        allow_private=allow_private,
        pause=timedelta(0),
        clock=lambda: NOW,
        limits=limits,
        **options,
    )
    try:
        yield fetcher
    finally:
        await fetcher.aclose()


async def get(
    fetcher: HttpFetcher,
    url: str,
    *,
    validators: Validators | None = None,
    headers: Mapping[str, str] | None = None,
) -> FetchResult:
    return await fetcher.feed(url, validators=validators or Validators(), headers=headers or {})


async def get_one(answer: Answer, **options: Any) -> FetchResult:
    async with loopback({"/": answer}) as server, fetching(**options) as fetcher:
        return await get(fetcher, server.url())


# ── what is sent ──────────────────────────────────────────────────────────────────────────────────


async def test_a_request_says_who_asks_and_no_more() -> None:
    async with loopback({"/feed": response(200)}) as server, fetching() as fetcher:
        await get(
            fetcher,
            server.url("/feed"),
            validators=Validators('W/"33a-5f"', "Mon, 23 Nov 2026 08:00:00 GMT"),
            headers={"X-Token": "s3cret"},
        )
        accept_encoding = server.headers()["accept-encoding"]
    assert server.requests == [
        (
            "GET /feed HTTP/1.1\r\n"
            f"Host: 127.0.0.1:{server.port}\r\n"
            "Accept: application/atom+xml, application/rss+xml, application/feed+json, "
            "application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, "
            "application/json;q=0.7, text/html;q=0.5, */*;q=0.3\r\n"
            "User-Agent: aggregator/1.2 (+desk@example.org)\r\n"
            f"Accept-Encoding: {accept_encoding}\r\n"
            'If-None-Match: W/"33a-5f"\r\n'
            "If-Modified-Since: Mon, 23 Nov 2026 08:00:00 GMT\r\n"
            "X-Token: s3cret\r\n\r\n"
        ).encode()
    ]
    assert accept_encoding.startswith("gzip, deflate")


async def test_a_page_is_asked_for_as_a_page() -> None:
    async with loopback({"/a": response(200)}) as server, fetching() as fetcher:
        await fetcher.page(server.url("/a"), headers={})
    assert server.paths == ["/robots.txt", "/a"]
    assert server.headers()["accept"].startswith("text/html")
    assert set(server.headers()) == {"host", "accept", "user-agent", "accept-encoding"}


@pytest.mark.parametrize(
    "path",
    [
        "/feed?",
        "/a//b/../c/./d",
        "/%2F%2f%41%7e%zz%",
        "/a?sig=A%2BB%2F==&x=a+b&y=%20&z[]=1|2",
        "/a?redirect=http://e.org/?a=b&c=d",
        "/a;b=c,d@e:f!$&'()*",
        '/"<>`{}^\\|',
    ],
)
async def test_the_path_is_sent_as_it_was_given(path: str) -> None:
    routes = {path: response(200, b"ok"), "/from": redirect(path)}
    async with loopback(routes) as server, fetching() as fetcher:
        result = await get(fetcher, server.url(path))
        redirected = await get(fetcher, server.url("/from"))
    assert server.paths == [path, "/from", path]
    assert result.final_url == redirected.final_url == server.url(path)


async def test_other_scripts_are_sent_as_utf_8() -> None:
    async with loopback({}) as server, fetching() as fetcher:
        await get(fetcher, server.url("/خبر é"))
    assert server.paths == ["/%D8%AE%D8%A8%D8%B1%20%C3%A9"]


@pytest.mark.parametrize(
    "etag",
    ['"abc"', 'W/"abc"', "abc", '"a, b"', '"a\\"b"', '""', '"caf\u00c3\u00a9"', '"a"  ;gzip'],
)
async def test_validators_return_byte_for_byte(etag: str) -> None:
    modified = "Mon, 23 Nov 2026 08:00:00 +0000 (somewhere)"
    answer = response(200, etag=etag, last_modified=modified)
    async with loopback({"/": answer}) as server, fetching() as fetcher:
        first = await get(fetcher, server.url())
        await get(
            fetcher,
            server.url(),
            validators=Validators(first.headers["etag"], first.headers["last-modified"]),
        )
    assert f"\r\nIf-None-Match: {etag}\r\n".encode("latin-1") in server.requests[1]
    assert server.headers()["if-modified-since"] == modified


@pytest.mark.parametrize(
    "etag",
    [
        pytest.param('"caf\xe9"', id="bytes that are not utf-8"),
        pytest.param('"a"\r\nX: y', id="a line break"),
        pytest.param('"خبر"', id="never came from a header"),
        pytest.param("", id="empty"),
    ],
)
async def test_a_validator_that_cannot_be_sent_is_left_out(etag: str) -> None:
    async with loopback({"/": response(200)}) as server, fetching() as fetcher:
        result = await get(fetcher, server.url(), validators=Validators(etag, None))
    assert result.reason == "ok"
    assert "if-none-match" not in server.headers()


async def test_cookies_are_not_returned_and_nobody_is_told_where_we_come_from() -> None:
    routes = {
        "/": response(302, location="/b", set_cookie="sid=1; Path=/"),
        "/b": response(200, set_cookie="sid=2; Path=/"),
    }
    async with loopback(routes) as server, fetching(lookup=answers("127.0.0.1")) as fetcher:
        await get(fetcher, server.url(host="news.example"))
        await get(fetcher, server.url(host="news.example"))
    assert server.paths == ["/", "/b", "/", "/b"]
    for number in range(4):
        assert not {"cookie", "referer", "origin"} & set(server.headers(number))


async def test_own_headers_replace_ours() -> None:
    async with loopback({"/": response(200)}) as server, fetching() as fetcher:
        await get(fetcher, server.url(), headers={"user-agent": "known to them", "Cookie": "a=b"})
    assert server.headers()["user-agent"] == "known to them"
    assert server.requests[0].lower().count(b"user-agent") == 1
    assert server.headers()["cookie"] == "a=b"


@pytest.mark.parametrize("headers", [{"X": "a\r\nY: b"}, {"X Y": "a"}, {"X\r\nY": "a"}, {"": "a"}])
async def test_own_headers_that_cannot_be_sent_are_named(headers: dict[str, str]) -> None:
    async with loopback({"/": response(200)}) as server, fetching() as fetcher:
        result = await get(fetcher, server.url(), headers=headers)
    assert result.reason == "bad_request"
    assert server.connections == 0


# ── redirects ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_followed_and_written_down(status: int) -> None:
    routes = {"/": redirect("/b", status), "/b": response(200, b"here")}
    async with loopback(routes) as server, fetching() as fetcher:
        result = await get(fetcher, server.url(), validators=Validators('"a"', None))
    assert (result.status, result.body, result.reason) == (200, b"here", "ok")
    assert result.hops == (Hop(status, server.url("/b")),)
    assert result.final_url == server.url("/b")
    assert result.url == server.url()
    assert server.headers()["if-none-match"] == '"a"'


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(response(300, b"choose", location="/b"), id="300"),
        pytest.param(response(302, b"choose"), id="no location"),
        pytest.param(response(304, etag='"x"'), id="304 to an unconditional request"),
        pytest.param(response(305, b"choose", location="/b"), id="use proxy"),
    ],
)
async def test_other_answers_between_are_data(answer: bytes) -> None:
    async with loopback({"/": answer}) as server, fetching() as fetcher:
        result = await get(fetcher, server.url())
    assert result.error is None
    assert server.paths == ["/"]
    assert result.body in (b"choose", b"")


async def test_five_hops_are_followed_and_no_more() -> None:
    routes = {f"/{number}": redirect(f"/{number + 1}") for number in range(10)}
    async with loopback(routes | {"/5": response(200, b"ok")}) as server, fetching() as fetcher:
        assert (await get(fetcher, server.url("/0"))).body == b"ok"
    async with loopback(routes) as server, fetching() as fetcher:
        result = await get(fetcher, server.url("/0"))
    assert result.reason == "too_many_redirects"
    assert result.status == 302
    assert server.paths == ["/0", "/1", "/2", "/3", "/4", "/5"]
    assert len(result.hops) == 5


@pytest.mark.parametrize(
    "routes",
    [
        pytest.param({"/": redirect("/")}, id="to itself"),
        pytest.param({"/": redirect("")}, id="to nowhere"),
        pytest.param({"/": redirect("#top")}, id="to its top"),
        pytest.param({"/": redirect("/b"), "/b": redirect("/")}, id="and back"),
    ],
)
async def test_loops_are_seen(routes: dict[str, Answer]) -> None:
    async with loopback(routes) as server, fetching() as fetcher:
        result = await get(fetcher, server.url())
    assert result.reason == "redirect_loop"
    assert len(server.requests) == len(routes)


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        pytest.param("ftp://127.0.0.1/", "bad_scheme", id="ftp"),
        pytest.param("file:///etc/passwd", "bad_scheme", id="file"),
        pytest.param("http://[", "bad_url", id="nonsense"),
        pytest.param("http://10.0.0.1/", "private_address", id="private"),
        pytest.param("http://169.254.169.254/latest/", "private_address", id="metadata"),
        pytest.param("http://[::ffff:169.254.169.254]/", "private_address", id="mapped metadata"),
        pytest.param("http://0xa9fea9fe/", "private_address", id="metadata as a number"),
    ],
)
async def test_a_redirect_to_where_nobody_may_go(location: str, reason: str) -> None:
    result = await get_one(redirect(location))
    assert result.reason == reason


async def test_secrets_stay_with_their_origin() -> None:
    async with loopback({"/there": response(200)}) as other:
        routes = {
            "/": redirect("/same"),
            "/same": redirect(other.url("/there")),
            "/back": response(200, b"back"),
        }
        async with loopback(routes) as server, fetching() as fetcher:
            other.routes = {"/there": redirect(server.url("/back"))}
            url = server.url().replace("http://", "http://amina:pass@")
            result = await get(fetcher, url, headers={"X-Token": "s3cret"})
    basic = "Basic " + base64.b64encode(b"amina:pass").decode()
    for number in (0, 1):
        assert server.headers(number)["x-token"] == "s3cret"
        assert server.headers(number)["authorization"] == basic
    for sent in (other.headers(0), server.headers(2)):
        assert "x-token" not in sent
        assert "authorization" not in sent
    assert result.body == b"back"
    assert "pass" not in result.final_url + repr(result.hops)


# ── what comes back ───────────────────────────────────────────────────────────────────────────────


async def test_an_answer_comes_back_whole() -> None:
    result = await get_one(
        head(200, content_length="5", etag='W/"a"', vary="A", x_odd="caf\xe9").replace(
            b"Vary: A", b"Vary: A\r\nvary: B"
        )
        + b"hello"
    )
    assert (result.status, result.body, result.error) == (200, b"hello", None)
    assert result.headers["etag"] == 'W/"a"'
    assert result.headers["vary"] == "A, B"
    assert result.headers["x-odd"] == "caf\xe9"
    assert result.fetched_at == NOW


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        pytest.param("gzip", gzip.compress(b"hello"), id="gzip"),
        pytest.param("deflate", zlib.compress(b"hello"), id="deflate"),
        pytest.param("gzip, gzip", gzip.compress(gzip.compress(b"hello")), id="twice"),
        pytest.param("identity", b"hello", id="identity"),
    ],
)
async def test_bodies_are_inflated(coding: str, packed: bytes) -> None:
    assert (await get_one(response(200, packed, content_encoding=coding))).body == b"hello"


@pytest.mark.parametrize("framing", ["length", "chunks", "close"])
async def test_large_bodies_come_whole(framing: str) -> None:
    body = bytes(range(256)) * 40_000

    async def answer(writer: asyncio.StreamWriter) -> None:
        if framing == "length":
            writer.write(head(200, content_length=str(len(body))) + body)
        elif framing == "chunks":
            writer.write(head(200, transfer_encoding="chunked"))
            for start in range(0, len(body), 100_000):
                piece = body[start : start + 100_000]
                writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            writer.write(b"0\r\n\r\n")
        else:
            writer.write(head(200) + body)
        await writer.drain()

    result = await get_one(answer)
    assert result.error is None
    assert result.body == body


async def test_a_page_that_says_no_is_kept_but_cut() -> None:
    result = await get_one(response(403, b"<title>Just a moment</title>" + b"x" * 200_000))
    assert (result.reason, result.status, len(result.body)) == ("http_403", 403, 64_000)
    assert result.body.startswith(b"<title>Just a moment")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(head(503, content_length="100") + b"half", id="cut"),
        pytest.param(
            response(503, b"half", content_encoding="br, gzip, deflate"), id="not inflating"
        ),
    ],
)
async def test_the_status_is_told_though_its_page_is_broken(answer: bytes) -> None:
    assert (await get_one(answer)).reason == "http_503"


# ── bounds ────────────────────────────────────────────────────────────────────────────────────────

SMALL = Limits(connect=2, read=2, total=5, body=100_000)


async def _endless(writer: asyncio.StreamWriter) -> None:
    writer.write(head(200))
    while True:
        writer.write(b"x" * 10_000)
        await writer.drain()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(response(200, b"x" * 100_001), id="too long"),
        pytest.param(head(200, content_length="100001"), id="announced"),
        pytest.param(_endless, id="endless"),
        pytest.param(
            response(200, gzip.compress(b"x" * 100_001), content_encoding="gzip"),
            id="when inflated",
        ),
    ],
)
async def test_too_large(answer: Answer) -> None:
    result = await get_one(answer, limits=SMALL)
    assert (result.reason, result.body) == ("too_large", b"")


async def test_as_large_as_may_be() -> None:
    packed = gzip.compress(b"x" * 100_000)
    answer = response(200, packed, content_encoding="gzip")
    assert len((await get_one(answer, limits=SMALL)).body) == 100_000


@pytest.mark.parametrize("megabytes", [10, 200])
async def test_a_bomb_takes_no_memory(megabytes: int) -> None:
    packer = zlib.compressobj(wbits=31)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(megabytes)) + packer.flush()
    answer = response(200, bomb, content_encoding="gzip")
    async with loopback({"/": answer}) as server, fetching() as fetcher:
        await get(fetcher, server.url("/warm"))
        tracemalloc.start()
        try:
            result = await get(fetcher, server.url())
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert result.reason == "too_large"
    assert peak < 4_000_000


async def test_honest_text_may_be_large() -> None:
    text = "".join(
        f"<item><title>Story {number}</title></item>" for number in range(200_000)
    ).encode()
    result = await get_one(response(200, gzip.compress(text), content_encoding="gzip"))
    assert result.body == text


async def test_inflating_lets_others_run() -> None:
    packed = gzip.compress(random.Random(7).randbytes(2_500_000).hex().encode())

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=OnePiece(packed))

    turns = 0
    async with fetching(transport=httpx.MockTransport(answer)) as fetcher:
        fetch = asyncio.create_task(get(fetcher, "http://127.0.0.1/"))
        while not fetch.done():
            await asyncio.sleep(0)
            turns += 1
    assert len(fetch.result().body) == 5_000_000
    assert turns > 4


class OnePiece(httpx.AsyncByteStream):
    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body


async def _drip(writer: asyncio.StreamWriter) -> None:
    writer.write(head(200))
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def _drip_head(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X: y\r\n")
        await writer.drain()
        await asyncio.sleep(0.02)


async def _silence(writer: asyncio.StreamWriter) -> None:  # noqa: ARG001
    await asyncio.Event().wait()


async def _half(writer: asyncio.StreamWriter) -> None:
    writer.write(head(200, content_length="10") + b"half")
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("answer", "limits"),
    [
        pytest.param(_drip, Limits(total=0.3), id="drips its body"),
        pytest.param(_drip_head, Limits(total=0.3), id="drips its head"),
        pytest.param(_silence, Limits(read=0.2), id="says nothing"),
        pytest.param(_half, Limits(read=0.2), id="stops half way"),
    ],
)
async def test_who_takes_too_long_is_left(answer: Answer, limits: Limits) -> None:
    result = await get_one(answer, limits=limits)
    assert result.reason == "timeout"
    assert result.ms >= 150


async def test_the_deadline_covers_all_hops() -> None:
    async def slowly(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.15)
        writer.write(redirect(f"/{len(server.requests)}"))

    routes = {"/": slowly, "/1": slowly, "/2": slowly, "/3": response(200)}
    async with loopback(routes) as server, fetching(limits=Limits(total=0.4)) as fetcher:
        result = await get(fetcher, server.url())
    assert result.reason == "timeout"
    assert result.status is None
    assert result.hops
    assert "/3" not in server.paths


# ── broken answers ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        pytest.param(head(200, content_length="100") + b"abc", b"abc", id="length"),
        pytest.param(
            head(200, transfer_encoding="chunked") + b"10\r\nabc", b"abc", id="within a chunk"
        ),
        pytest.param(
            head(200, transfer_encoding="chunked") + b"3\r\nabc\r\n",
            b"abc",
            id="last chunk missing",
        ),
    ],
)
async def test_a_cut_answer_is_truncated_and_kept(answer: bytes, body: bytes) -> None:
    result = await get_one(answer)
    assert isinstance(result.error, Unreachable)
    assert (result.reason, result.status, result.body) == ("truncated", 200, body)


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "in two parts"])
async def test_of_a_body_longer_than_announced_what_was_announced_is_kept(at_once: bool) -> None:
    answer = head(200, content_length="3") + b"abc</rss>"
    result = await get_one(answer if at_once else in_two_parts(answer))
    assert (result.reason, result.status, result.body) == ("ok", 200, b"abc")


async def test_a_cut_stream_is_truncated_and_kept() -> None:
    text = b"".join(b"<item>%d</item>" % number for number in range(10_000))
    cut = gzip.compress(text)[:-1_000]
    result = await get_one(response(200, cut, content_encoding="gzip"))
    assert isinstance(result.error, Undecodable)
    assert result.reason == "truncated"
    assert text.startswith(result.body)
    assert len(result.body) > 1_000


async def test_what_does_not_inflate_is_undecodable() -> None:
    broken = gzip.compress(b"".join(b"%d" % number for number in range(999)))[:20] + b"\xff" * 50
    result = await get_one(response(200, broken, content_encoding="gzip"))
    assert (result.reason, result.status, result.body) == ("undecodable", 200, b"")


def in_two_parts(answer: bytes) -> Answer:
    async def send(writer: asyncio.StreamWriter) -> None:
        top, end, rest = answer.partition(b"\r\n\r\n")
        writer.write(top + end)
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.write(rest)
        await asyncio.Event().wait()

    return send


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"\x16\x03\x01\x00\x02hello\r\n\r\n", id="no http"),
        pytest.param(b"ICY 200 OK\r\n\r\n", id="shoutcast"),
        pytest.param(b"HTTP/1.1 abc OK\r\n\r\n", id="no status"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\nabc", id="length"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
            id="two lengths",
        ),
        pytest.param(head(200, x="y" * 100_000), id="huge line"),
        pytest.param(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5_000 + b"\r\n", id="many lines"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: a\x00b\r\n\r\n", id="zero byte"),
        pytest.param(head(200, transfer_encoding="chunked") + b"zz\r\nabc\r\n", id="chunk"),
        pytest.param(
            in_two_parts(head(200, transfer_encoding="chunked") + b"zz\r\nabc\r\n"),
            id="later chunk",
        ),
        pytest.param(
            in_two_parts(head(200, transfer_encoding="chunked") + b"3\r\nabcdef\r\n"),
            id="overlong chunk",
        ),
    ],
)
async def test_what_is_not_http(answer: Answer) -> None:
    result = await get_one(answer)
    assert result.reason == "protocol_error"
    assert "\n" not in str(result.error)
    assert len(str(result.error)) < 300


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"HTTP/1.1 200 OK\nContent-Length: 3\n\nabc", id="bare line feeds"),
        pytest.param(b"HTTP/1.1 200\r\nContent-Length: 3\r\n\r\nabc", id="no reason phrase"),
        pytest.param(b"HTTP/1.0 200 OK\r\n\r\nabc", id="http 1.0"),
        pytest.param(
            b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
            id="early hints",
        ),
        pytest.param(
            head(200, set_cookie="\x80=;;;==; Expires=never", content_length="3") + b"abc",
            id="odd cookie",
        ),
        pytest.param(head(200, content_type=";;\xff", content_length="3") + b"abc", id="odd type"),
        pytest.param(head(200, x="y" * 12_000, content_length="3") + b"abc", id="long line"),
    ],
)
async def test_what_is_odd_but_readable(answer: bytes) -> None:
    result = await get_one(answer)
    assert (result.reason, result.body) == ("ok", b"abc")


async def test_who_hangs_up_is_not_asked_again() -> None:
    async with loopback({"/": b""}) as server, fetching() as fetcher:
        result = await get(fetcher, server.url())
    assert result.reason == "unreachable"
    assert len(server.requests) == 1


async def test_nobody_listens() -> None:
    async with loopback({}) as server:
        pass
    async with fetching() as fetcher:
        assert (await get(fetcher, server.url())).reason == "refused"


async def test_what_speaks_no_tls() -> None:
    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example.org\r\n")
        writer.close()

    listener = await asyncio.start_server(greet, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    async with listener, fetching() as fetcher:
        result = await get(fetcher, f"https://127.0.0.1:{port}/")
    assert result.reason == "tls"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for news.example that nobody has signed but itself."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("makes its certificate with openssl")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    subject = ["-subj", "/CN=news.example", "-addext", "subjectAltName=DNS:news.example"]
    made = subprocess.run(  # noqa: S603 - our own words
        [
            openssl,
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
            *subject,
            "-keyout",
            path,
            "-out",
            path.with_suffix(".crt"),
        ],
        capture_output=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    return path


@pytest.mark.parametrize(
    ("host", "trusted", "reason"),
    [
        pytest.param("news.example", True, "ok", id="trusted"),
        pytest.param("news.example", False, "tls", id="signed by nobody we know"),
        pytest.param("other.example", True, "tls", id="of another host"),
    ],
)
async def test_certificates_are_checked(
    host: str, trusted: bool, reason: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if trusted:
        # As operators name a certificate authority of their own.
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.with_suffix(".crt"), certificate)
    async with (
        loopback({"/": response(200, b"safe")}, ssl_context=context) as server,
        fetching(lookup=answers("127.0.0.1")) as fetcher,
    ):
        result = await get(fetcher, server.url(host=host).replace("http:", "https:"))
    assert result.reason == reason
    assert len(server.requests) == (reason == "ok")


# ── names and the guard ───────────────────────────────────────────────────────────────────────────


def answers(*addresses: str) -> Callable[[str, int], list[Any]]:
    """A resolver that gives every name these addresses."""

    def look_up(_: str, port: int) -> list[Any]:
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
            if ":" in address
            else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in addresses
        ]

    return look_up


def no_answer(_: str, __: int) -> list[Any]:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


async def test_a_name_server_that_says_nothing() -> None:
    answered = threading.Event()

    def lookup(_: str, __: int) -> list[Any]:
        answered.wait(10)
        return []

    async with fetching(lookup=lookup, limits=Limits(total=0.2)) as fetcher:
        result = await get(fetcher, "http://slow.example/")
        assert result.reason == "timeout"
    answered.set()


async def test_a_name_without_addresses() -> None:
    async with fetching(lookup=answers()) as fetcher:
        assert (await get(fetcher, "http://none.example/")).reason == "dns"


async def test_a_name_that_does_not_resolve() -> None:
    async with fetching(lookup=no_answer) as fetcher:
        assert (await get(fetcher, "http://gone.example/")).reason == "dns"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.0.0.1.",
        "１２７。０。０。１",
        "0.0.0.0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::]",
        "localhost",
    ],
)
@pytest.mark.parametrize("page", [False, True], ids=["feed", "page"])
async def test_this_machine_is_not_asked(host: str, page: bool) -> None:
    async with loopback({"/": response(200)}) as server, fetching(allow_private=()) as fetcher:
        url = server.url(host=host)
        result = await (fetcher.page(url, headers={}) if page else get(fetcher, url))
    assert result.reason == "private_address"
    assert result.status is None
    assert server.connections == 0


@pytest.mark.parametrize(
    ("allowed", "addresses", "reason"),
    [
        pytest.param(["127.0.0.1"], ["127.0.0.1"], "ok", id="good answer"),
        pytest.param([], ["127.0.0.1"], "private_address", id="bad answer"),
        pytest.param(
            ["127.0.0.1"], ["127.0.0.1", "10.0.0.1"], "private_address", id="good and bad"
        ),
        pytest.param(
            ["127.0.0.1"], ["10.0.0.1", "127.0.0.1"], "private_address", id="bad and good"
        ),
        pytest.param(
            ["127.0.0.1"], ["127.0.0.1", "fd00::1"], "private_address", id="bad in the other family"
        ),
        pytest.param(["127.0.0.1"], ["::ffff:127.0.0.1"], "ok", id="good answer, mapped"),
        pytest.param(
            ["127.0.0.0/30"], ["127.0.0.3", "127.0.0.1"], "ok", id="first one does not listen"
        ),
        pytest.param(["news.example"], ["127.0.0.1"], "ok", id="opened by name"),
        pytest.param(
            ["news.example"],
            ["127.0.0.1", "10.0.0.1"],
            "ok",
            id="opened by name, whatever it answers",
        ),
        pytest.param(["other.example"], ["127.0.0.1"], "private_address", id="another name"),
    ],
)
async def test_every_answer_of_a_name_counts(
    allowed: list[str], addresses: list[str], reason: str
) -> None:
    lookup = answers(*addresses)
    async with (
        loopback({"/": response(200)}) as server,
        fetching(allow_private=allowed, lookup=lookup) as fetcher,
    ):
        result = await get(fetcher, server.url(host="news.example"))
    assert result.reason == reason
    assert server.connections == (1 if reason == "ok" else 0)


async def test_a_name_opened_opens_no_address() -> None:
    async with (
        loopback({"/": response(200)}) as server,
        fetching(allow_private=["news.example"], lookup=answers("127.0.0.1")) as fetcher,
    ):
        said = [
            (await get(fetcher, server.url(host=host))).reason
            for host in ("news.example", "127.0.0.1", "other.example", "news.example")
        ]
    assert said == ["ok", "private_address", "private_address", "ok"]


async def test_a_name_is_judged_anew_when_it_changes_its_answer() -> None:
    """Between two looks at a name its answer may change; what is connected to was looked at."""
    changing = iter([answers("127.0.0.1"), *[answers("10.0.0.1")] * 9])

    def lookup(host: str, port: int) -> list[Any]:
        return next(changing)(host, port)

    async with loopback({"/": response(200)}) as server, fetching(lookup=lookup) as fetcher:
        assert (await get(fetcher, server.url(host="one.example"))).reason == "ok"
        result = await get(fetcher, server.url(host="two.example"))
    assert result.reason == "private_address"


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.skipif(not has_ipv6(), reason="no IPv6 on this machine")
async def test_ipv6() -> None:
    async with loopback({"/": response(200, b"six")}, host="::1") as server:
        async with fetching(allow_private=["::1"]) as fetcher:
            result = await get(fetcher, server.url(host="[::1]"))
        assert result.body == b"six"
        assert server.headers()["host"] == f"[::1]:{server.port}"
        async with fetching(allow_private=["127.0.0.1"]) as fetcher:
            assert (await get(fetcher, server.url(host="[::1]"))).reason == "private_address"


# ── one at a time ─────────────────────────────────────────────────────────────────────────────────


async def _promptly(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(0.01)
    writer.write(response(200, b"ok"))


class Pauses:
    """Time that passes only by sleeping, which takes none."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


async def test_a_host_is_asked_one_thing_at_a_time_with_pauses() -> None:
    pauses = Pauses()
    gate = HostGate(1.0, now=pauses, sleep=pauses.sleep)
    routes = dict.fromkeys(("/a", "/b", "/c"), _promptly)
    async with (
        loopback(routes) as server,
        fetching(lookup=answers("127.0.0.1"), gate=gate) as fetcher,
    ):
        results = await asyncio.gather(
            get(fetcher, server.url("/a", host="news.example")),
            fetcher.page(server.url("/b", host="news.example"), headers={}),
            get(fetcher, server.url("/c", host="news.example")),
        )
    assert {result.reason for result in results} == {"ok"}
    assert server.paths == ["/a", "/robots.txt", "/c", "/b"]
    assert server.most_under_way == 1
    assert pauses.slept == [1.0, 1.0, 1.0]


async def test_each_hop_waits_for_its_turn() -> None:
    pauses = Pauses()
    gate = HostGate(1.0, now=pauses, sleep=pauses.sleep)
    async with (
        loopback({"/": redirect("/b"), "/b": response(200)}) as server,
        fetching(lookup=answers("127.0.0.1"), gate=gate) as fetcher,
    ):
        result = await get(fetcher, server.url(host="news.example"))
    assert result.reason == "ok"
    assert pauses.slept == [1.0]


async def test_opened_hosts_are_asked_one_at_a_time_without_a_pause() -> None:
    pauses = Pauses()
    gate = HostGate(1.0, now=pauses, sleep=pauses.sleep)
    async with loopback({"/": _promptly}) as server, fetching(gate=gate) as fetcher:
        await asyncio.gather(*(get(fetcher, server.url()) for _ in range(5)))
    assert server.most_under_way == 1
    assert pauses.slept == []


async def test_requests_under_way_are_bounded() -> None:
    """Over all hosts: one server answers for ten names."""
    async with (
        loopback({"/": _promptly}) as server,
        fetching(
            lookup=answers("127.0.0.1"), gate=HostGate(0), limits=Limits(requests=3)
        ) as fetcher,
    ):
        urls = [server.url(host=f"host{number % 10}.example") for number in range(30)]
        results = await asyncio.gather(*(get(fetcher, url) for url in urls))
    assert {result.reason for result in results} == {"ok"}
    assert server.most_under_way == 3


async def test_waiting_for_a_turn_is_not_taking_too_long() -> None:
    # The last waits longer than any may take, and each has much more than it needs.
    limits = Limits(total=1.5, requests=1)
    async with loopback({"/": _promptly}) as server, fetching(limits=limits) as fetcher:
        results = await asyncio.gather(*(get(fetcher, server.url()) for _ in range(160)))
    assert {result.reason for result in results} == {"ok"}


async def test_a_large_body_waits_for_room_and_a_small_one_does_not() -> None:
    """The wait is no time of the server's: it is not taken for a drip."""
    routes = {"/large": response(200, b"x" * 5_000), "/small": response(200, b"x" * 500)}
    room = Room(small=1_000, large_at_once=1)
    async with (
        loopback(routes) as server,
        fetching(
            lookup=answers("127.0.0.1"), gate=HostGate(0), limits=Limits(total=1.0)
        ) as fetcher,
        AsyncExitStack() as being_parsed,
        room.hold() as waits,
        room.hold() as passes,
    ):

        async def held(path: str, hold: Hold) -> FetchResult:
            url = server.url(path, host=f"{path[1:]}.example")
            return await fetcher.feed(url, validators=Validators(), headers={}, hold=hold)

        first = await held("/large", await being_parsed.enter_async_context(room.hold()))
        second = asyncio.create_task(held("/large", waits))
        small = await held("/small", passes)
        done, _ = await asyncio.wait([second], timeout=1.2)
        assert not done
        await being_parsed.aclose()
        results = [first, small, await second]
    assert [(result.reason, len(result.body)) for result in results] == [
        ("ok", 5_000),
        ("ok", 500),
        ("ok", 5_000),
    ]
    assert results[2].ms < 300


# ── robots.txt ────────────────────────────────────────────────────────────────────────────────────

ROBOTS = response(200, b"User-agent: *\nDisallow: /private\n")


async def test_robots_txt_is_obeyed_for_pages_not_for_feeds() -> None:
    routes = {"/robots.txt": ROBOTS, "/a": response(200), "/private/a": response(200)}
    async with loopback(routes) as server, fetching() as fetcher:
        said = [
            (await fetcher.page(server.url("/a"), headers={})).reason,
            (await fetcher.page(server.url("/private/a"), headers={})).reason,
            (await get(fetcher, server.url("/private/a"))).reason,
        ]
    assert said == ["ok", "robots", "ok"]
    assert server.paths == ["/robots.txt", "/a", "/private/a"]


async def test_robots_txt_is_obeyed_by_every_hop() -> None:
    async with (
        loopback({"/robots.txt": ROBOTS, "/private": response(200)}) as other,
        loopback({"/": redirect(other.url("/private"))}) as server,
        fetching() as fetcher,
    ):
        result = await fetcher.page(server.url(), headers={})
    assert (result.reason, result.final_url) == ("robots", other.url("/private"))
    assert other.paths == ["/robots.txt"]


async def test_secrets_do_not_go_to_robots_txt_by_another_way() -> None:
    async with loopback({"/a": response(200)}) as server, fetching() as fetcher:
        await fetcher.page(server.url("/a"), headers={"X-Token": "s3cret"})
    assert "x-token" not in server.headers(0)
    assert server.headers(1)["x-token"] == "s3cret"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param(response(404), "ok", id="none"),
        pytest.param(response(503), "robots_unreachable", id="out of order"),
        pytest.param(redirect("/robots2"), "robots", id="moved"),
        pytest.param(redirect("/robots.txt"), "ok", id="loop"),
        pytest.param(
            response(200, b"\n" * 511_980 + b"User-agent: *\nDisallow: /"),
            "ok",
            id="rule beyond the cap",
        ),
        pytest.param(
            response(200, b"User-agent: *\nDisallow: /\n" + b"#" * 600_000),
            "robots",
            id="rule within the cap",
        ),
    ],
)
async def test_answers_to_robots_txt(answer: bytes, reason: str) -> None:
    routes = {"/robots.txt": answer, "/robots2": ROBOTS, "/private": response(200)}
    async with loopback(routes) as server, fetching() as fetcher:
        result = await fetcher.page(server.url("/private"), headers={})
    assert result.reason == reason


# ── giving up ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("answer", [_silence, _drip, _half, _endless], ids=lambda it: it.__name__)
async def test_cancelling_leaves_nothing_open(answer: Callable[..., Awaitable[None]]) -> None:
    gate = HostGate(0)
    limits = Limits(requests=1, body=10**9)
    async with (
        loopback({"/": answer, "/b": response(200)}) as server,
        fetching(lookup=answers("127.0.0.1"), gate=gate, limits=limits) as fetcher,
    ):
        task = asyncio.create_task(get(fetcher, server.url(host="news.example")))
        await server.asked.wait()
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        # The turn, the slot and the connection are free again.
        result = await get(fetcher, server.url("/b", host="news.example"))
        assert result.reason == "ok"
        assert server.connections == 2


async def test_a_connection_is_shared_by_requests_that_follow_at_once() -> None:
    answer = response(200, b"ok", connection="keep-alive")
    async with loopback({"/": answer}) as server, fetching() as fetcher:
        for _ in range(5):
            assert (await get(fetcher, server.url())).body == b"ok"
    assert (len(server.requests), server.connections) == (5, 1)
