"""The webhook channel against a real receiver that answers as it is told."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema
import pytest
from pydantic import ValidationError
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from aggregator.alerting.channels.webhook import Channel, Options
from aggregator.alerting.payload import LONGEST, body
from aggregator.models import (
    Alert,
    Change,
    Delivery,
    Digest,
    Excerpt,
    News,
    Notice,
    Person,
    Summary,
)
from aggregator.net.post import HttpPoster
from tests.around import around
from tests.flow.receiver import HANG, Receiver, receiving
from tests.hostile import TEXTS

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
AMINA = Person("amina", "amina@example.net", ZoneInfo("Asia/Karachi"))
NOTICE = Notice(
    watch="Jundallah",
    severity="high",
    title="جندالله pledges support",
    outlet="Quetta Courier",
    url="https://courier.example/pledge",
    item=7,
    first_seen=NOW,
    excerpt=Excerpt("Then Jundullah spoke.", ((5, 14),)),
    terms=("Jundullah",),
    quality="summary",
    also=("Balochistan",),
    outlets=("Meridian Wire",),
    independent=2,
)
DIGEST = Digest(
    "amina",
    date(2026, 11, 23),
    NOW - timedelta(days=1),
    NOW,
    (NOTICE,),
    feeds_read=14,
    failing=(("Vestnik", "http_503"),),
    held=(("told", 3),),
)
CHANGE = Change("unreached", "amina over email", NOW, "smtp_451 later")
ALERT = Alert("b1c7dd0e-9d0c-5c55-8f5e-36a4a9a1e1ab", "match", "amina", "desk", NOTICE, NOW, NOW)
SECRET = "whsec_" + base64.b64encode(bytes(range(24))).decode()
OLD_SECRET = "whsec_" + base64.b64encode(bytes(range(100, 132))).decode()
SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs/reference/webhook.schema.json").read_text(encoding="utf-8")
)


@asynccontextmanager
async def hook(
    url: str, *secrets: str, private: bool = True, whole: float = 20, at: datetime = NOW
) -> AsyncIterator[Channel]:
    poster = HttpPoster(
        version="1", contact="", allow_private=["127.0.0.1"] if private else [], whole=whole
    )
    options = Options.model_validate({"url": url, "secret": list(secrets) or SECRET})
    try:
        yield Channel(options, around(Path(), at, poster))
    finally:
        await poster.aclose()


async def sent(
    receiver: Receiver, *secrets: str, alert: Alert = ALERT, at: datetime = NOW
) -> Delivery:
    async with hook(f"{receiver.origin}/hook", *secrets, at=at) as channel:
        return await channel.send(alert, AMINA)


def just_now() -> datetime:
    """Who verifies a signature takes none that is older than five minutes by their own clock."""
    return datetime.now(UTC)


# ── what arrives ──────────────────────────────────────────────────────────────────────────────────


async def test_an_alert_arrives_signed() -> None:
    async with receiving() as receiver:
        delivery = await sent(receiver, at=(now := just_now()))
    assert delivery == Delivery("delivered", now, "ok", "HTTP 200")
    [request] = receiver.received
    assert request.path == "/hook"
    assert request.headers["webhook-id"] == ALERT.key
    assert request.headers["Content-Type"] == "application/json"
    data = Webhook(SECRET).verify(request.body, dict(request.headers))
    assert data["id"] == ALERT.key
    assert data["data"]["excerpt"] == {
        "text": "Then Jundullah spoke.",
        "marks": [{"start": 5, "end": 14}],
    }
    assert (data["data"]["title"], data["data"]["independent_texts"]) == (NOTICE.title, 2)


async def test_a_signature_binds_id_time_and_body() -> None:
    async with receiving() as receiver:
        await sent(receiver, at=(now := just_now()))
    [request] = receiver.received
    forged: list[tuple[bytes, dict[str, str]]] = [
        (request.body.replace(b"Jundullah", b"Jundallah"), {}),
        (request.body, {"webhook-id": "another"}),
        (request.body, {"webhook-timestamp": str(int(now.timestamp()) - 1)}),
    ]
    lowered = {name.lower(): value for name, value in request.headers.items()}
    assert Webhook(SECRET).verify(request.body, lowered)
    for content, changed in forged:
        with pytest.raises(WebhookVerificationError):
            Webhook(SECRET).verify(content, lowered | changed)


@pytest.mark.parametrize("known", [SECRET, OLD_SECRET], ids=["new", "old"])
async def test_while_a_secret_is_changed_both_are_good(known: str) -> None:
    async with receiving() as receiver:
        await sent(receiver, SECRET, OLD_SECRET, at=just_now())
    [request] = receiver.received
    assert Webhook(known).verify(request.body, dict(request.headers))


async def test_a_repeat_has_the_same_id() -> None:
    async with receiving() as receiver:
        await sent(receiver)
        await sent(receiver, alert=replace(ALERT, attempts=3))
    assert {request.headers["webhook-id"] for request in receiver.received} == {ALERT.key}


# ── what it says ──────────────────────────────────────────────────────────────────────────────────


def alert(content: Any) -> Alert:
    kinds: dict[type, Any] = {
        Notice: "match",
        Summary: "summary",
        Digest: "digest",
        Change: "change",
    }
    return replace(ALERT, kind=kinds[type(content)], content=content)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(NOTICE, id="match"),
        pytest.param(replace(NOTICE, news=News(6, 1, ("Jundullah",))), id="update"),
        pytest.param(Summary("cap", 30, (NOTICE,) * 12), id="summary"),
        pytest.param(DIGEST, id="digest"),
        pytest.param(CHANGE, id="change"),
    ],
)
def test_the_body_is_as_documented(content: Any) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(json.loads(body(alert(content), AMINA)), SCHEMA)


def test_the_schema_refuses_what_is_not_documented() -> None:
    made = json.loads(body(ALERT, AMINA))
    for wrong in (
        made | {"type": "other"},
        made | {"data": made["data"] | {"severity": "grave"}},
        made | {"data": {name: value for name, value in made["data"].items() if name != "watch"}},
        made | {"data": made["data"] | {"new": 1}},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, SCHEMA)


@pytest.mark.parametrize("text", TEXTS)
def test_whatever_a_feed_sends_the_body_is_small_and_one_line(text: str) -> None:
    names = (text,) * 50
    hostile = replace(
        NOTICE,
        title=text,
        outlet=text,
        url=f"https://e.example/{text}",
        terms=names,
        also=names,
        outlets=names,
    )
    whole = replace(DIGEST, notices=(hostile,) * 300)
    for content in (hostile, whole, Summary("quiet", 99, (hostile,) * 12)):
        made = body(alert(content), AMINA)
        assert len(made) < LONGEST
        assert b"\n" not in made
        jsonschema.validate(json.loads(made), SCHEMA)


def test_a_digest_says_how_much_did_not_fit() -> None:
    made = json.loads(body(alert(replace(DIGEST, notices=(NOTICE,) * 300)), AMINA))["data"]
    assert made["omitted"] == 300 - len(made["stories"]) > 0
    assert len(made["stories"]) > 20


# ── what goes wrong ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [300, 301, 307, 400, 401, 404, 429, 500, 503])
async def test_what_is_not_2xx_is_tried_again(status: int) -> None:
    async with receiving() as other, receiving(status, "no", location=other.origin) as receiver:
        delivery = await sent(receiver)
    assert (delivery.state, delivery.reason, delivery.detail) == ("retry", f"http_{status}", "no")
    assert other.received == []


async def test_410_is_for_good() -> None:
    async with receiving(410, "gone") as receiver:
        delivery = await sent(receiver)
    assert delivery == Delivery("dead", NOW, "http_410", "gone", suspends=True)


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("asked", "pause"),
    [
        pytest.param("3600", HOUR, id="seconds"),
        pytest.param(format_datetime(NOW + 2 * HOUR, usegmt=True), 2 * HOUR, id="a date"),
        pytest.param("9" * 30, 24 * HOUR, id="for ever: a day"),
    ],
)
async def test_who_asks_to_be_left_alone_is(asked: str, pause: timedelta) -> None:
    async with receiving(429, retry_after=asked) as receiver:
        delivery = await sent(receiver)
    assert delivery.rest_until is not None
    assert abs(delivery.rest_until - NOW - pause) < timedelta(seconds=1)
    assert delivery.retry_at == delivery.rest_until


@pytest.mark.parametrize("asked", ["", "soon", "-5", "Thu, 99 Jan"])
async def test_nonsense_asks_for_nothing(asked: str) -> None:
    async with receiving(503, retry_after=asked) as receiver:
        delivery = await sent(receiver)
    assert (delivery.state, delivery.rest_until) == ("retry", None)


async def test_a_receiver_that_hangs() -> None:
    async with receiving(HANG) as receiver, hook(receiver.origin, whole=0.2) as channel:
        delivery = await channel.send(ALERT, AMINA)
    assert (delivery.state, delivery.reason) == ("retry", "timeout")


async def test_an_answer_without_end_is_read_no_further() -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        with suppress(ConnectionError):
            while True:
                writer.write(b"thank you " * 100)
                await writer.drain()
        writer.close()

    async with await asyncio.start_server(endless, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with hook(f"http://127.0.0.1:{port}", whole=2) as channel:
            delivery = await channel.send(ALERT, AMINA)
    assert (delivery.state, delivery.detail) == ("delivered", "HTTP 200")


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param(b"Content-Length: 1000\r\n\r\nthank you", id="is cut short"),
        pytest.param(b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", id="is nonsense"),
    ],
)
async def test_who_has_taken_it_does_not_get_it_again_because_the_answer(rest: bytes) -> None:
    async def breaking_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n" + rest)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(breaking_off, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with hook(f"http://127.0.0.1:{port}") as channel:
            delivery = await channel.send(ALERT, AMINA)
    assert (delivery.state, delivery.detail) == ("delivered", "HTTP 200")


async def test_nobody_listens() -> None:
    async with receiving() as receiver:
        pass
    delivery = await sent(receiver)
    assert (delivery.state, delivery.reason) == ("retry", "refused")


async def test_the_guard_is_as_for_feeds() -> None:
    async with receiving() as receiver, hook(receiver.origin, private=False) as channel:
        delivery = await channel.send(ALERT, AMINA)
    assert (delivery.state, delivery.reason) == ("retry", "private_address")
    assert receiver.received == []


async def test_an_endless_answer_is_not_read() -> None:
    async with receiving(text="x" * 1_000_000) as receiver:
        delivery = await sent(receiver)
    assert delivery.state == "delivered"


# ── settings ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        pytest.param({"url": "ftp://e.example", "secret": SECRET}, "http or https", id="scheme"),
        pytest.param({"url": "https://", "secret": SECRET}, "http or https", id="no host"),
        pytest.param({"url": "https://e.example"}, "required", id="no secret"),
        pytest.param({"url": "https://e.example", "secret": "pässword"}, "base64", id="words"),
        pytest.param({"url": "https://e.example", "secret": "whsec_AAAA"}, "3 bytes", id="short"),
        pytest.param({"url": "https://e.example", "secret": []}, "at least 1", id="none"),
        pytest.param(
            {"url": "https://e.example", "secret": SECRET, "uri": "x"}, "uri", id="unknown"
        ),
    ],
)
def test_wrong_options(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem) as caught:
        Options.model_validate(options)
    assert "pässword" not in str(caught.value)


def test_secrets_are_not_shown() -> None:
    options = Options.model_validate({"url": "https://e.example/s3cret", "secret": SECRET})
    channel = Channel(options, around(Path(), NOW))
    shown = f"{options} {options!r} {channel.address(AMINA)}"
    assert "s3cret" not in shown
    assert SECRET.removeprefix("whsec_") not in shown
