"""What the last weeks of a feed were like."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from samples import DAWN, MINUTE, NOW, TOLO, alert, claim_feed, failed, new, outcome, poll, read

from aggregator.models import Article, FeedHistory, FeedState
from aggregator.protocols import Storage

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def history(storage: Storage) -> FeedHistory:
    return storage.feed_histories(NOW)[DAWN.url]


def test_a_feed_without_polls_has_no_history(storage: Storage) -> None:
    storage.sync_feeds([DAWN], NOW)
    assert history(storage) == FeedHistory(per_day=(0,) * 14)


def test_the_longest_silence_of_each_day_is_told(storage: Storage) -> None:
    # At 20:00 of three days; on the last also an hour and then ten minutes later.
    for number, at in enumerate((NOW - 3 * DAY, NOW - 2 * DAY, NOW, NOW + HOUR, NOW + 70 * MINUTE)):
        poll(storage, new(str(number)), at=at)
    found = storage.feed_histories(NOW + 2 * HOUR)[DAWN.url]
    assert found.gaps == (DAY, 2 * DAY)
    assert found.per_day == (*(0,) * 10, 1, 1, 0, 3)
    assert found.last_news == NOW + 70 * MINUTE


def test_what_is_older_than_four_weeks_is_over(storage: Storage) -> None:
    for number, at in enumerate((NOW - 40 * DAY, NOW - 30 * DAY, NOW - DAY)):
        poll(storage, new(str(number)), at=at)
    assert history(storage).gaps == ()


def test_who_is_silent_for_long_is_so_by_the_habit_of_before(storage: Storage) -> None:
    for day in range(6):
        poll(storage, new(str(day)), at=NOW - day * DAY)
    for later in (NOW, NOW + 365 * DAY):
        found = storage.feed_histories(later)[DAWN.url]
        assert (found.gaps, found.last_news) == ((DAY,) * 5, NOW)


def test_failures_and_gaps_are_told_with_their_times(storage: Storage) -> None:
    storage.sync_feeds([DAWN, TOLO], NOW)
    storage.commit_polls([outcome(claim_feed(storage), new("a"), at=NOW - DAY, due_at=NOW)])
    for minutes in (2, 1):
        at = NOW - minutes * MINUTE
        storage.make_due(at)
        dues = storage.claim_feeds(at, 9, MINUTE / 2)
        storage.commit_polls([failed(due, at) for due in dues if due.url == DAWN.url])
    assert history(storage).failing_since == NOW - 2 * MINUTE
    assert storage.feed_histories(NOW)[TOLO.url].failing_since is None


def test_that_a_feed_was_not_read_is_told_also_where_it_did_not_fail(storage: Storage) -> None:
    poll(storage, new("a"), at=NOW - 2 * DAY)
    storage.make_due(NOW - DAY)
    due = claim_feed(storage, NOW - DAY)
    waits = replace(failed(due, NOW - DAY, status=429), failures=0)
    storage.commit_polls([waits])
    assert history(storage).failing_since == NOW - DAY
    poll(storage, at=NOW - HOUR)
    assert history(storage).failing_since is None


def test_the_share_of_whole_articles_is_of_the_pages_that_were_asked_for(storage: Storage) -> None:
    poll(storage, new("a"), new("b"), new("c"))
    for quality, fetched_at in (("full", NOW), ("partial", NOW), ("summary", None)):
        article = Article("A", "text", quality=quality, fetched_at=fetched_at)  # type: ignore[arg-type]
        read(storage, article=article)
    assert history(storage).full_share == 0.5


def test_states_are_written_with_what_tells_of_them(storage: Storage) -> None:
    storage.sync_feeds([DAWN, TOLO], NOW)
    assert storage.feed_states() == {}
    failing = FeedState("failing", "http_500")
    storage.commit_states({DAWN.url: failing}, [alert("told")])
    storage.commit_states({DAWN.url: failing}, [alert("told")])
    assert storage.feed_states() == {DAWN.url: failing}
    assert [one.key for one in storage.alerts()] == ["told"]


def test_what_a_poll_tells_is_written_with_it(storage: Storage) -> None:
    storage.sync_feeds([DAWN], NOW)
    due = claim_feed(storage)
    storage.commit_polls([outcome(due, alerts=(alert("gone"),))])
    storage.commit_polls([outcome(due, alerts=(alert("late"),))])
    assert [one.key for one in storage.alerts()] == ["gone"]
