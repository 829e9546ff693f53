"""When an alert is tried again, and when it is given up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.alerting.retry import (
    FEWEST_ATTEMPTS,
    GIVE_UP_AFTER,
    LONGEST,
    SHORTEST,
    delivered,
    failed,
    next_try,
    refused,
)
from aggregator.models import Alert, Excerpt, Notice

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NOTICE = Notice("w", "low", "t", "o", "", 1, NOW, Excerpt(""), (), "full")
ALERT = Alert("key", "match", "amina", "email", NOTICE, NOW, NOW)


@given(attempts=st.integers(0, 10_000), key=st.uuids().map(str))
def test_the_delay_is_between_the_shortest_and_a_ceiling_that_doubles(
    attempts: int, key: str
) -> None:
    retry_at = next_try(attempts, NOW, NOW, key)
    assert retry_at is not None
    ceiling = LONGEST if attempts > 20 else min(LONGEST, SHORTEST * 2 ** (attempts + 1))
    assert SHORTEST <= retry_at - NOW <= ceiling


def test_alerts_that_failed_together_do_not_come_back_together() -> None:
    tries = [next_try(8, NOW, NOW, f"key {n}") for n in range(1000)]
    ceiling = SHORTEST * 2**9
    first_tenth = sum(at is not None and at - NOW < ceiling / 10 for at in tries)
    assert len(set(tries)) == 1000
    assert 70 < first_tenth < 130


def test_chance_is_the_same_each_time() -> None:
    assert next_try(3, NOW, NOW, "key") == next_try(3, NOW, NOW, "key")
    assert next_try(3, NOW, NOW, "key") != next_try(4, NOW, NOW, "key")


def test_it_is_tried_for_four_days_and_then_given_up() -> None:
    for n in range(200):
        now, attempts = NOW, 0
        while retry_at := next_try(attempts, NOW, now, f"key {n}"):
            now, attempts = retry_at, attempts + 1
        assert GIVE_UP_AFTER <= now - NOW < GIVE_UP_AFTER + LONGEST
        assert attempts + 1 >= FEWEST_ATTEMPTS


def test_days_of_downtime_alone_give_nothing_up() -> None:
    later = NOW + timedelta(days=30)
    assert next_try(0, NOW, later, "key") is not None
    assert next_try(FEWEST_ATTEMPTS - 2, NOW, later, "key") is not None
    assert next_try(FEWEST_ATTEMPTS - 1, NOW, later, "key") is None


@pytest.mark.parametrize(
    ("attempts", "now", "state"),
    [
        pytest.param(0, NOW, "retry", id="the first"),
        pytest.param(30, NOW + GIVE_UP_AFTER, "dead", id="the last"),
    ],
)
def test_failed(attempts: int, now: datetime, state: str) -> None:
    delivery = failed(replace(ALERT, attempts=attempts), now, "timeout", "no\nanswer " * 100)
    assert (delivery.state, delivery.at, delivery.reason) == (state, now, "timeout")
    assert (delivery.retry_at is None) == (state == "dead")
    assert delivery.detail.startswith("no answer no answer")
    assert len(delivery.detail) == 200


def test_refused_and_delivered_are_final() -> None:
    assert refused(NOW, "smtp_550").retry_at is None
    assert refused(NOW, "smtp_550").state == "dead"
    assert delivered(NOW, "queued as 12").detail == "queued as 12"
