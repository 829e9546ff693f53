"""When an address that is not reached is news, and who hears of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from aggregator.alerting.bucket import Bucket
from aggregator.alerting.changes import tell
from aggregator.alerting.message import render
from aggregator.alerting.troubles import ATTEMPTS, sending
from aggregator.models import Alert, Change, Delivery, Excerpt, Notice, Person, Trouble

NOW = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
AMINA = Person("amina", "amina@example.net", alerts=("email", "desk"))
OPERATORS = Person("operators", "ops@example.net", watches=(), alerts=("email", "pager"))
NOTICE = Notice("w", "low", "t", "o", "", 1, NOW, Excerpt(""), (), "full")
ALERT = Alert("key", "match", "amina", "email", NOTICE, NOW, NOW)
REFUSED = Delivery("dead", NOW, "smtp_550", "no such user", suspends=True)
GIVEN_UP = Delivery("dead", NOW, "timeout")
LATER = Delivery("retry", NOW, "smtp_451", "later", NOW)
DELIVERED = Delivery("delivered", NOW)
KNOWN = Trouble("email", AMINA.email, NOW, "timeout")
SUSPENDED = replace(KNOWN, suspended=True)


@pytest.mark.parametrize(
    ("attempts", "delivery", "known", "news"),
    [
        pytest.param(0, DELIVERED, None, "", id="delivered"),
        pytest.param(0, DELIVERED, KNOWN, "reached", id="delivered again"),
        pytest.param(0, LATER, None, "", id="a first failure is none"),
        pytest.param(ATTEMPTS - 2, LATER, None, "", id="nor are several"),
        pytest.param(ATTEMPTS - 1, LATER, None, "unreached", id="too many are"),
        pytest.param(30, LATER, KNOWN, "", id="known"),
        pytest.param(30, GIVEN_UP, None, "unreached", id="given up"),
        pytest.param(30, GIVEN_UP, KNOWN, "", id="given up, known"),
        pytest.param(0, REFUSED, None, "address_refused", id="refused"),
        pytest.param(0, REFUSED, KNOWN, "address_refused", id="unreached, now refused"),
        pytest.param(0, REFUSED, SUSPENDED, "", id="refused, known"),
    ],
)
def test_what_is_news(attempts: int, delivery: Delivery, known: Trouble | None, news: str) -> None:
    alert = replace(ALERT, attempts=attempts)
    made = sending(alert, delivery, AMINA, OPERATORS, AMINA.email, known)
    codes = {told.content.code for told in made.tells if isinstance(told.content, Change)}
    assert codes == ({news} if news else set())
    assert made.begun == (
        Trouble("email", AMINA.email, NOW, delivery.reason, delivery.suspends)
        if news in ("unreached", "address_refused")
        else None
    )
    assert made.ended == (known if news == "reached" else None)


def to(made: tuple[Alert, ...]) -> set[tuple[str, str]]:
    return {(told.person, told.channel) for told in made}


def test_the_owner_hears_over_another_channel_and_the_operators_too() -> None:
    made = sending(ALERT, REFUSED, AMINA, OPERATORS, AMINA.email, None)
    assert to(made.tells) == {("amina", "desk"), ("operators", "pager")}


def test_operators_who_are_not_reached_are_told_once() -> None:
    alert = replace(ALERT, person="operators")
    made = sending(alert, REFUSED, OPERATORS, OPERATORS, OPERATORS.email, None)
    assert [(told.person, told.channel) for told in made.tells] == [("operators", "pager")]


def test_who_has_no_other_channel_is_not_told() -> None:
    alone = Person("amina", "amina@example.net")
    made = sending(ALERT, REFUSED, alone, Person("operators", alerts=()), alone.email, None)
    assert made.tells == ()
    assert made.begun


def test_one_change_is_one_promise_and_the_next_is_another() -> None:
    change = Change("unreached", "amina over email", NOW)
    first, again, next_ = (tell(change, AMINA, occasion) for occasion in ("a", "a", "b"))
    assert [told.key for told in first] == [told.key for told in again]
    assert not {told.key for told in first} & {told.key for told in next_}
    assert to(first) == {("amina", "email"), ("amina", "desk")}


def test_a_change_as_a_message() -> None:
    change = Change("address_refused", "amina over email", NOW, "smtp_550 no such user")
    [told] = tell(change, AMINA, "a", besides="desk")
    made = render(told, AMINA)
    assert made.subject == "[monitor] amina over email is refused; nothing more is sent there"
    assert made.text == (
        "amina over email is refused; nothing more is sent there\n"
        "\n"
        "smtp_550 no such user\n"
        "\n"
        "Mend the address in feeds.yaml, then: python run.py alerts retry --dead\n"
        "\n"
        "Mon 23 Nov 2026 09:05 (UTC)\n"
    )
    assert "no such user" in made.html


# ── the token bucket ──────────────────────────────────────────────────────────────────────────────


def test_a_burst_goes_at_once_and_the_rest_in_turn() -> None:
    bucket = Bucket(per_second=2, burst=3)
    assert [bucket.take(100.0) for _ in range(6)] == pytest.approx([0, 0, 0, 0.5, 1.0, 1.5])


def test_tokens_come_back_but_no_more_than_the_burst() -> None:
    bucket = Bucket(per_second=2, burst=2)
    assert [bucket.take(0.0), bucket.take(0.0), bucket.take(0.5)] == pytest.approx([0, 0, 0])
    assert [bucket.take(900.0) for _ in range(3)] == pytest.approx([0, 0, 0.5])
