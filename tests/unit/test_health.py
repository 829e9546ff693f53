"""How a source fares, in a word."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aggregator.models import FeedHealth, FeedHistory, FeedState, Poll
from aggregator.polling.health import habitual_silence, judge, news

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def state(reason: str = "ok", failures: int = 0, **history: Any) -> tuple[str, str]:
    poll = Poll("Dawn", NOW - HOUR, 200, reason)
    feed = FeedHealth("https://dawn.example/", "Dawn", NOW, failures, 9, poll, NOW - DAY)
    found = judge(feed, FeedHistory(**history), NOW)
    return found.state, found.reason


NIGHTLY = (9 * HOUR,) * 20 + (12 * HOUR,)
WEEKLY = (7 * DAY, 7 * DAY, 6 * DAY, 8 * DAY, 7 * DAY)


@pytest.mark.parametrize(
    ("told", "reason", "failures", "history"),
    [
        pytest.param("ok", "ok", 0, {}, id="nothing known"),
        pytest.param("ok", "http_500", 2, {"failing_since": NOW - DAY}, id="failed twice"),
        pytest.param("ok", "http_500", 9, {"failing_since": NOW - 5 * HOUR}, id="for five hours"),
        pytest.param(
            "failing", "http_500", 3, {"failing_since": NOW - 6 * HOUR}, id="three times, six hours"
        ),
        pytest.param("blocked", "http_403", 3, {"failing_since": NOW - DAY}, id="refused"),
        pytest.param("blocked", "blocked", 3, {"failing_since": NOW - DAY}, id="a wall"),
        pytest.param(
            "ok", "http_429", 0, {"failing_since": NOW - DAY}, id="told to wait for a day"
        ),
        pytest.param(
            "blocked", "http_429", 0, {"failing_since": NOW - 2 * DAY}, id="told to wait for ever"
        ),
        pytest.param("gone", "gone", 1, {"failing_since": NOW}, id="gone, at once"),
        pytest.param("gap", "ok", 0, {"last_gap": NOW - HOUR}, id="a gap of today"),
        pytest.param("ok", "ok", 0, {"last_gap": NOW - DAY}, id="a gap of yesterday"),
        pytest.param("slow", "ok", 0, {"ms": (12_000, 11_000, 15_000)}, id="slow answers"),
        pytest.param("ok", "ok", 0, {"ms": (90_000, 100, 100)}, id="one slow answer"),
        pytest.param(
            "ok", "ok", 0, {"gaps": NIGHTLY, "last_news": NOW - 9 * HOUR}, id="an ordinary night"
        ),
        pytest.param(
            "silent", "ok", 0, {"gaps": NIGHTLY, "last_news": NOW - 15 * HOUR}, id="a day unheard"
        ),
        pytest.param(
            "ok", "ok", 0, {"gaps": WEEKLY, "last_news": NOW - 11 * DAY}, id="a weekly, a bit late"
        ),
        pytest.param(
            "silent", "ok", 0, {"gaps": WEEKLY, "last_news": NOW - 13 * DAY}, id="a weekly, unheard"
        ),
        pytest.param(
            "ok",
            "ok",
            0,
            {"gaps": (HOUR,) * 4, "last_news": NOW - DAY},
            id="too new for habits",
        ),
        pytest.param(
            "silent",
            "ok",
            0,
            {"gaps": (HOUR,) * 4, "last_news": NOW - 61 * DAY},
            id="too new for habits, and unheard",
        ),
        pytest.param("ok", "ok", 0, {"last_news": NOW - 59 * DAY}, id="a rare feed"),
    ],
)
def test_a_feed_is_judged(told: str, reason: str, failures: int, history: dict[str, Any]) -> None:
    assert state(reason, failures, **history)[0] == told


@pytest.mark.parametrize(
    ("told", "poll", "history"),
    [
        pytest.param(("unread", "not_polled"), None, {}, id="not asked yet"),
        pytest.param(("unread", "dns"), ("dns", 1), {"failing_since": NOW}, id="a wrong name"),
        pytest.param(
            ("unread", "html_page"), ("html_page", 2), {"failing_since": NOW - DAY}, id="a page"
        ),
        pytest.param(
            ("unread", "http_429"), ("http_429", 0), {"failing_since": NOW}, id="told to wait"
        ),
        pytest.param(
            ("failing", "dns"), ("dns", 3), {"failing_since": NOW - DAY}, id="for long enough"
        ),
        pytest.param(("gone", "http_410"), ("http_410", 1), {"failing_since": NOW}, id="gone"),
    ],
)
def test_a_feed_that_was_never_read_is_not_called_ok(
    told: tuple[str, str], poll: tuple[str, int] | None, history: dict[str, Any]
) -> None:
    reason, failures = poll or ("", 0)
    last = Poll("Dawn", NOW - HOUR, 0, reason) if poll else None
    feed = FeedHealth("https://dawn.example/", "Dawn", NOW, failures, 0, last)
    assert judge(feed, FeedHistory(**history), NOW) == FeedState(*told)  # type: ignore[arg-type]


def test_the_reason_is_the_polls_or_the_judgements() -> None:
    assert state("http_500", 3, failing_since=NOW - DAY) == ("failing", "http_500")
    assert state("http_500", 1) == ("ok", "http_500")
    assert state(gaps=(HOUR,) * 9, last_news=NOW - DAY) == ("silent", "no_news")


def test_a_habit_is_the_95th_percentile_by_nearest_rank() -> None:
    assert habitual_silence([HOUR * n for n in range(1, 101)]) == 95 * HOUR
    assert habitual_silence([HOUR * n for n in range(1, 6)]) == 5 * HOUR
    assert habitual_silence([HOUR] * 4) is None


def feed(name: str) -> FeedHealth:
    return FeedHealth(f"https://{name}.example/", name, NOW, 0, 1)


def states(**by_name: str) -> dict[str, FeedState]:
    return {
        f"https://{name}.example/": FeedState(state, "why")  # type: ignore[arg-type]
        for name, state in by_name.items()
    }


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        pytest.param({"a": "ok"}, {"a": "ok"}, [], id="as before"),
        pytest.param({"a": "failing"}, {"a": "failing"}, [], id="told already"),
        pytest.param({}, {"a": "ok"}, [], id="a new one that is well"),
        pytest.param({}, {"a": "silent"}, [("silent", "a", "")], id="first seen, and silent"),
        pytest.param({"a": "ok"}, {"a": "failing"}, [("failing", "a", "why")], id="begins to fail"),
        pytest.param(
            {"a": "failing"}, {"a": "blocked"}, [("blocked", "a", "why")], id="in another way"
        ),
        pytest.param({"a": "blocked"}, {"a": "ok"}, [("recovered", "a", "")], id="well again"),
        pytest.param({"a": "gone"}, {"a": "ok"}, [("recovered", "a", "")], id="back again"),
        pytest.param({"a": "unread"}, {"a": "ok"}, [], id="read for the first time"),
        pytest.param({"a": "unread"}, {"a": "failing"}, [("failing", "a", "why")], id="never read"),
        pytest.param({"a": "failing"}, {"a": "unread"}, [], id="not well, for it was never read"),
        pytest.param({"a": "ok"}, {"a": "gone"}, [], id="gone: the poll tells it"),
        pytest.param({"a": "ok"}, {"a": "gap"}, [], id="a gap: the poll tells it"),
        pytest.param(
            {"a": "ok", "b": "ok", "c": "failing"},
            {"a": "failing", "b": "failing", "c": "ok"},
            [("failing", "2 sources", "a, b"), ("recovered", "c", "")],
            id="many at once are one message",
        ),
    ],
)
def test_only_what_changes_is_told(
    before: dict[str, str], after: dict[str, str], told: list[tuple[str, str, str]]
) -> None:
    changes = news([feed(name) for name in after], states(**before), states(**after), NOW)
    assert [(change.code, change.subject, change.detail) for change in changes] == told
