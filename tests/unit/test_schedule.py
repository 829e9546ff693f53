"""When a feed is asked again: the server's wishes, the feed's rhythm, back-off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.models import DueFeed, FetchResult, PublisherPace, Validators
from aggregator.polling import schedule
from aggregator.polling.habits import Habits

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday
URL = "https://dawn.example/feed"
SECOND, MINUTE, HOUR, DAY = (
    timedelta(seconds=1),
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1),
)
EVERY = 30 * MINUTE


def answer(status: int = 200, **headers: str) -> FetchResult:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return FetchResult(url=URL, final_url=URL, fetched_at=NOW, status=status, headers=named)


def due(habits: Habits, **values: object) -> DueFeed:
    return DueFeed(id=1, url=URL, name="Dawn", fence=1, habits=habits.to_json(), **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("headers", "pace", "wait"),
    [
        pytest.param({}, PublisherPace(), 0 * HOUR, id="nothing asked"),
        pytest.param({"cache_control": "max-age=7200"}, PublisherPace(), 2 * HOUR, id="max-age"),
        pytest.param(
            {"cache_control": "public, max-age=0"}, PublisherPace(), 0 * HOUR, id="max-age of zero"
        ),
        pytest.param(
            {"cache_control": "no-cache, max-age=7200"}, PublisherPace(), 0 * HOUR, id="no-cache"
        ),
        pytest.param(
            {"cache_control": "max-age=172800"}, PublisherPace(), DAY, id="two days count as one"
        ),
        pytest.param(
            {"cache_control": "max-age=31536000"}, PublisherPace(), 0 * HOUR, id="a year is absurd"
        ),
        pytest.param(
            {"cache_control": "max-age=99999999999999"}, PublisherPace(), 0 * HOUR, id="overflow"
        ),
        pytest.param(
            {"expires": "Mon, 23 Nov 2026 12:00:00 GMT"}, PublisherPace(), 3 * HOUR, id="Expires"
        ),
        pytest.param(
            {
                "expires": "Mon, 23 Nov 2026 12:00:00 GMT",
                "date": "Mon, 23 Nov 2026 11:00:00 GMT",
            },
            PublisherPace(),
            HOUR,
            id="Expires by the server's own clock",
        ),
        pytest.param({"expires": "0"}, PublisherPace(), 0 * HOUR, id="Expires that is no date"),
        pytest.param(
            {
                "cache_control": "max-age=60",
                "expires": "Mon, 23 Nov 2026 12:00:00 GMT",
            },
            PublisherPace(),
            MINUTE,
            id="max-age goes before Expires",
        ),
        pytest.param(
            {"cache_control": "s-maxage=86400, max-age=3600"},
            PublisherPace(),
            HOUR,
            id="s-maxage is for shared caches",
        ),
        pytest.param({}, PublisherPace(ttl=2 * HOUR), 2 * HOUR, id="ttl"),
        pytest.param({}, PublisherPace(ttl=90 * DAY), 0 * HOUR, id="an absurd ttl"),
        pytest.param(
            {"cache_control": "max-age=3600"}, PublisherPace(ttl=2 * HOUR), 2 * HOUR, id="both"
        ),
    ],
)
def test_what_server_and_publisher_ask_for(
    headers: dict[str, str], pace: PublisherPace, wait: timedelta
) -> None:
    assert schedule.asked_for(answer(**headers), pace) == wait
    assert schedule.asked_for(answer(304, **headers), pace) == wait


@pytest.mark.parametrize(
    ("status", "value", "wait"),
    [
        pytest.param(429, "120", 2 * MINUTE, id="seconds"),
        pytest.param(503, "Mon, 23 Nov 2026 10:30:00 GMT", 90 * MINUTE, id="a date"),
        pytest.param(429, "999999", DAY, id="capped at a day"),
        pytest.param(429, "0", MINUTE, id="at once is too soon"),
        pytest.param(503, "Mon, 23 Nov 2026 08:00:00 GMT", MINUTE, id="a date gone by"),
        pytest.param(429, "soon", None, id="neither"),
        pytest.param(429, "", None, id="none"),
        pytest.param(500, "120", None, id="not asked by this status"),
    ],
)
def test_retry_after(status: int, value: str, wait: timedelta | None) -> None:
    assert schedule.told_to_wait(answer(status, retry_after=value), NOW) == wait


@pytest.mark.parametrize(
    ("habits", "pace"),
    [
        pytest.param(Habits(), EVERY, id="nothing known"),
        pytest.param(Habits(began_at=NOW - 2 * DAY), 4.8 * HOUR, id="silent for two days"),
        pytest.param(Habits(began_at=NOW - 90 * DAY), DAY, id="silent for long"),
        pytest.param(
            Habits(began_at=NOW - 9 * DAY, news_at=(NOW - 2 * HOUR, NOW - HOUR, NOW)),
            EVERY,
            id="news every hour",
        ),
        pytest.param(
            Habits(began_at=NOW - 9 * DAY, news_at=(NOW - 2 * DAY, NOW - DAY, NOW)),
            2.4 * HOUR,
            id="news every day",
        ),
        pytest.param(
            Habits(began_at=NOW - 90 * DAY, missed_some=True), EVERY, id="some may be missed"
        ),
    ],
)
def test_own_pace(habits: Habits, pace: timedelta) -> None:
    assert schedule.own_pace(habits, EVERY, NOW) == pace


@pytest.mark.parametrize(
    ("pace", "due_at"),
    [
        pytest.param(PublisherPace(), NOW, id="none"),
        pytest.param(
            PublisherPace(skip_hours=frozenset({9, 10})), NOW + 2 * HOUR, id="two hours skipped"
        ),
        pytest.param(
            PublisherPace(skip_days=frozenset({0})), NOW.replace(hour=0) + DAY, id="Mondays skipped"
        ),
        pytest.param(
            PublisherPace(skip_days=frozenset({0, 1, 2})), NOW + DAY, id="never more than a day"
        ),
        pytest.param(PublisherPace(skip_hours=frozenset(range(24))), NOW, id="all hours: absurd"),
        pytest.param(PublisherPace(skip_days=frozenset(range(7))), NOW, id="all days: absurd"),
    ],
)
def test_skipped_hours_and_days(pace: PublisherPace, due_at: datetime) -> None:
    habits = Habits(pace=pace)
    next_poll = schedule.next_poll(URL, habits, SECOND, answer(), NOW)
    assert next_poll.replace(second=0, microsecond=0) == due_at


def test_a_feed_that_may_be_asked_at_any_time_is_asked_at_most_every_second() -> None:
    next_poll = schedule.next_poll(URL, Habits(), timedelta(0), answer(), NOW)
    assert SECOND <= next_poll - NOW <= 1.1 * SECOND


@pytest.mark.parametrize(
    ("status", "reason", "kind"),
    [
        pytest.param(None, "timeout", "temporary", id="no answer"),
        pytest.param(500, "http_500", "temporary", id="their bug"),
        pytest.param(429, "http_429", "temporary", id="too many requests, no word for how long"),
        pytest.param(200, "not_a_feed", "soft", id="a page"),
        pytest.param(400, "http_400", "soft", id="bad request"),
        pytest.param(404, "http_404", "hard", id="not there"),
        pytest.param(None, "private_address", "hard", id="forbidden by us"),
    ],
)
def test_kinds_of_failure(status: int | None, reason: str, kind: str) -> None:
    assert schedule.kind_of_failure(status, reason) == kind


def test_a_feed_that_wakes_up_is_heard_at_once() -> None:
    slow = tuple(NOW - days * DAY for days in (90, 60, 30, 1))
    asleep = Habits(began_at=NOW - 90 * DAY, news_at=slow)
    awake = Habits(began_at=NOW - 90 * DAY, news_at=(*slow, NOW - HOUR, NOW))
    assert schedule.own_pace(asleep, EVERY, NOW) == DAY
    assert schedule.own_pace(awake, EVERY, NOW) < 2 * HOUR


@pytest.mark.parametrize(
    ("habits", "now", "expected"),
    [
        pytest.param(Habits(), NOW, 0, id="nothing known"),
        pytest.param(Habits(began_at=NOW, last_read_at=NOW), NOW + DAY, 0, id="read once"),
        pytest.param(
            Habits(began_at=NOW - 10 * DAY, last_read_at=NOW, news_at=(NOW - 5 * DAY,), news=(20,)),
            NOW + DAY,
            2,
            id="twenty in ten days",
        ),
        pytest.param(
            Habits(
                began_at=NOW - 99 * DAY,
                last_read_at=NOW,
                news_at=tuple(NOW - days * DAY for days in range(11, -1, -1)),
                news=(50, *[3] * 11),
            ),
            NOW + 2 * DAY,
            6,
            id="what was forgotten does not count",
        ),
    ],
)
def test_expected_news(habits: Habits, now: datetime, expected: float) -> None:
    assert habits.expected_news(now) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("result", "reason", "failures", "wait"),
    [
        pytest.param(answer(410), "http_410", 1, DAY, id="gone"),
        pytest.param(answer(500), "http_500", 1, EVERY, id="the first failure"),
        pytest.param(answer(503, retry_after="7200"), "http_503", 9, 2 * HOUR, id="told to wait"),
        pytest.param(answer(503, retry_after="60"), "http_503", 9, EVERY, id="never under every"),
        pytest.param(answer(404), "http_404", 99, DAY, id="never abandoned"),
    ],
)
def test_next_try(result: FetchResult, reason: str, failures: int, wait: timedelta) -> None:
    due_at = schedule.next_try(URL, Habits(), EVERY, result, reason, failures, NOW)
    assert wait <= due_at - NOW <= min(DAY, wait * 1.1)


def test_a_failed_feed_keeps_to_the_hours_it_asked_for() -> None:
    habits = Habits(pace=PublisherPace(skip_hours=frozenset({9, 10})))
    due_at = schedule.next_try(URL, habits, EVERY, answer(500), "http_500", 1, NOW)
    assert due_at == NOW + 2 * HOUR


@given(
    kind=st.sampled_from(["temporary", "soft", "hard"]),
    failures=st.integers(1, 10_000),
    every=st.timedeltas(timedelta(0), DAY),
)
def test_back_off_grows_and_ends_at_a_day(
    kind: schedule.Failure, failures: int, every: timedelta
) -> None:
    wait = schedule.back_off(URL, kind, failures, every)
    assert max(every, MINUTE) <= wait <= DAY
    assert wait <= schedule.back_off(URL, kind, failures + 1, every)


def test_the_graver_the_failure_the_longer_the_wait() -> None:
    waits = [schedule.back_off(URL, kind, 3, EVERY) for kind in ("temporary", "soft", "hard")]
    assert waits == sorted(waits)
    assert len(set(waits)) == 3


@given(st.text(), st.timedeltas(timedelta(0), 2 * DAY))
def test_jitter_is_stable_small_and_never_early(url: str, interval: timedelta) -> None:
    jittered = schedule.with_jitter(interval, url)
    assert jittered == schedule.with_jitter(interval, url)
    assert interval <= jittered <= max(interval, interval * 1.1)


def test_jitter_spreads_feeds() -> None:
    waits = {schedule.with_jitter(HOUR, f"{URL}/{number}") for number in range(100)}
    assert len(waits) == 100


def test_validators_are_sent_until_they_are_in_question() -> None:
    known = Validators('W/"a"', "Mon, 23 Nov 2026 08:00:00 GMT")
    for habits, sent in (
        (Habits(), known),
        (Habits(unchanged_since=NOW - 13 * DAY), known),
        (Habits(unchanged_since=NOW - 14 * DAY), Validators()),
        (Habits(validators_distrusted=True), Validators()),
    ):
        assert schedule.validators_to_send(due(habits, validators=known), NOW) == sent


@given(st.text())
def test_habits_that_cannot_be_read_are_learnt_again(text: str) -> None:
    broken = DueFeed(id=1, url=URL, name="Dawn", fence=1, habits=text)
    assert isinstance(Habits.of(broken), Habits)


def test_habits_survive_their_json() -> None:
    habits = Habits(
        news_at=(NOW - DAY, NOW),
        news=(3, 4),
        began_at=NOW - 9 * DAY,
        pace=PublisherPace(ttl=HOUR, skip_hours=frozenset({1, 2})),
        address="https://new.example/feed",
    )
    assert Habits.of(due(habits)) == habits
    assert Habits().to_json() == "{}"
