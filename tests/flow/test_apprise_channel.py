"""The chat channel against a real server, over the library's own plugins."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from aggregator.alerting.channels.apprise import WHOLE, Channel, Options
from aggregator.alerting.parts import parts
from aggregator.models import Alert, Digest, Excerpt, Notice, Person
from tests.around import around
from tests.flow.receiver import HANG, Receiver, receiving
from tests.hostile import TEXTS

NOW = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
AMINA = Person("amina")
NOTICE = Notice(
    "Jundallah", "high", "A pledge", "Courier", "", 7, NOW, Excerpt("It spoke."), (), "full"
)
ALERT = Alert("key", "match", "amina", "chat", NOTICE, NOW, NOW)
#: The library's plugin for Mattermost takes 4,000 characters and no title.
TOKEN = "a" * 24
MOST = 4000


def chat(receiver: Receiver) -> Channel:
    port = receiver.origin.rpartition(":")[2]
    url = f"mmost://127.0.0.1:{port}/{TOKEN}"
    return Channel(Options.model_validate({"url": url}), around(Path(), NOW))


def texts(receiver: Receiver) -> list[str]:
    return [json.loads(request.body)["text"] for request in receiver.received]


async def test_an_alert_arrives() -> None:
    async with receiving() as receiver:
        delivery = await chat(receiver).send(ALERT, AMINA)
    assert delivery.state == "delivered"
    [text] = texts(receiver)
    assert text.startswith("[Jundallah, high] A pledge")
    assert "> It spoke." in text


LONG = replace(
    ALERT,
    kind="digest",
    content=Digest(
        "amina",
        date(2026, 11, 23),
        NOW,
        NOW,
        tuple(replace(NOTICE, title=f"Story {n:03} {'word ' * 40}", item=n) for n in range(40)),
        feeds_read=14,
    ),
)


def hasty(receiver: Receiver) -> Channel:
    """The library would wait 5.5 seconds between two parts."""
    channel = chat(receiver)
    channel._service.request_rate_per_sec = 0
    return channel


async def test_a_long_digest_is_parted_between_its_stories() -> None:
    async with receiving() as receiver:
        delivery = await hasty(receiver).send(LONG, AMINA)
    assert (delivery.state, delivery.detail) == ("delivered", f"{len(receiver.received)} parts")
    assert len(receiver.received) > 2
    assert all(len(text) <= MOST for text in texts(receiver))
    assert all(text.startswith("- Story") for text in texts(receiver)[1:])
    for number in range(40):
        assert sum(f"Story {number:03} " in text for text in texts(receiver)) == 1


async def test_what_was_taken_of_a_long_message_is_not_sent_again() -> None:
    async with receiving() as receiver:
        channel = hasty(receiver)
        hand_in = channel._hand_in

        async def third_refused(key: str, title: str, text: str) -> bool:
            receiver.status = 500 if len(receiver.received) == 2 else 200
            return await hand_in(key, title, text)

        channel._hand_in = third_refused  # type: ignore[method-assign]
        first = await channel.send(LONG, AMINA)
        second = await channel.send(replace(LONG, attempts=1), AMINA)
        assert (first.state, second.state) == ("retry", "delivered")
        came = texts(receiver)
        assert came[2] == came[3]
        assert len(set(came)) == len(came) - 1
        # Sent again by hand it is whole.
        await channel.send(LONG, AMINA)
        assert texts(receiver)[len(came) :] == [*came[:3], *came[4:]]


async def test_a_part_that_is_still_being_sent_is_waited_for_and_not_sent_again() -> None:
    async with receiving(HANG) as receiver:
        channel = chat(receiver)
        channel._whole = 0.2
        first = await channel.send(ALERT, AMINA)
        assert (first.state, first.reason) == ("retry", "timeout")
        channel._whole = WHOLE
        receiver.let_go()
        again = await channel.send(replace(ALERT, attempts=1), AMINA)
    assert again.state == "delivered"
    assert len(receiver.received) == 1


async def test_a_slow_service_is_given_more_time_than_the_library_gives_it() -> None:
    async with receiving() as receiver:
        channel = chat(receiver)
    assert 10 < channel._service.request_timeout[1] < WHOLE


async def test_a_service_that_refuses_is_tried_again() -> None:
    async with receiving(500) as receiver:
        delivery = await chat(receiver).send(ALERT, AMINA)
    assert (delivery.state, delivery.reason) == ("retry", "chat_refused")
    assert TOKEN not in repr(delivery)


@pytest.mark.parametrize("title", TEXTS)
async def test_a_hostile_title_is_one_line(title: str) -> None:
    async with receiving() as receiver:
        await chat(receiver).send(replace(ALERT, content=replace(NOTICE, title=title)), AMINA)
        await chat(receiver).send(ALERT, AMINA)
    hostile, plain = texts(receiver)
    assert hostile.count("\n") == plain.count("\n")


@pytest.mark.parametrize("url", ["", "nonsense", "https://", "unknown://host"])
def test_an_address_of_no_service(url: str) -> None:
    with pytest.raises(ValidationError, match="no address of a chat service"):
        Options.model_validate({"url": url})


@given(st.text("ab \n", max_size=200), st.integers(1, 40))
def test_parts_are_short_and_lose_no_word(text: str, longest: int) -> None:
    made = parts(text, longest)
    assert all(0 < len(part) <= longest for part in made)
    assert "".join("".join(made).split()) == "".join(text.split())
