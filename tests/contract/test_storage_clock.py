"""The clock ran ahead for a while, and what was written then must not wait until it is true."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from samples import (
    DAWN,
    LEASE,
    MINUTE,
    NOW,
    alert,
    claim_entry,
    claim_feed,
    commit,
    failed,
    new,
    outcome,
    poll,
    reading,
)

from aggregator.models import Delivery, DigestRun
from aggregator.protocols import Storage

DAY = timedelta(days=1)
AHEAD = NOW + 400 * DAY


def test_a_feed_is_asked_at_once_and_then_at_its_pace(storage: Storage) -> None:
    poll(storage, new("one"))
    poll(storage, at=AHEAD)
    assert storage.claim_feeds(NOW + DAY, 1, LEASE) == []
    assert storage.clock_went_back(NOW + DAY) == 1
    assert storage.commit_polls([outcome(claim_feed(storage, NOW + DAY), at=NOW + DAY)]) == set()
    assert storage.clock_went_back(NOW + DAY + MINUTE) == 0
    assert storage.claim_feeds(NOW + DAY + 29 * MINUTE, 1, LEASE) == []


def test_that_a_feed_fails_now_is_not_hidden_by_its_success_to_come(storage: Storage) -> None:
    poll(storage, new("one"), at=AHEAD)
    storage.clock_went_back(NOW)
    storage.commit_polls([failed(claim_feed(storage, NOW), at=NOW + MINUTE)])
    histories = storage.feed_histories(NOW + DAY)
    assert histories[DAWN.url].failing_since == NOW + MINUTE


def test_an_entry_is_read_at_once_and_then_when_it_is_due(storage: Storage) -> None:
    poll(storage, new("one"), at=AHEAD)
    assert storage.claim_entries(NOW, 1, LEASE) == []
    storage.clock_went_back(NOW)
    due = claim_entry(storage, NOW)
    later = reading(due, due_at=NOW + 10 * MINUTE)
    assert storage.commit_reading(replace(later, article=replace(later.article, fetched_at=NOW)))
    assert storage.clock_went_back(NOW + 2 * MINUTE) == 0
    assert storage.claim_entries(NOW + 9 * MINUTE, 1, LEASE) == []


def test_a_page_that_was_to_be_asked_for_again_is(storage: Storage) -> None:
    poll(storage, new("one"))
    later = reading(claim_entry(storage), due_at=AHEAD + 10 * MINUTE)
    assert storage.commit_reading(replace(later, article=replace(later.article, fetched_at=AHEAD)))
    storage.clock_went_back(NOW + MINUTE)
    assert claim_entry(storage, NOW + MINUTE).title == "one"


def test_an_alert_goes_out_at_once_and_then_by_its_back_off(storage: Storage) -> None:
    storage.commit_alerts([alert(created_at=AHEAD, due_at=AHEAD + MINUTE)])
    assert storage.claim_alerts(NOW, 1, LEASE) == []
    storage.clock_went_back(NOW)
    (due,) = storage.claim_alerts(NOW, 1, LEASE)
    assert commit(storage, due, Delivery("retry", NOW, "timeout", retry_at=NOW + 10 * MINUTE))
    assert storage.clock_went_back(NOW + MINUTE) == 0
    assert storage.claim_alerts(NOW + 9 * MINUTE, 1, LEASE) == []


def test_an_alert_whose_last_try_was_ahead_is_tried_at_once(storage: Storage) -> None:
    storage.commit_alerts([alert()])
    (due,) = storage.claim_alerts(NOW, 1, LEASE)
    assert commit(storage, due, Delivery("retry", AHEAD, "timeout", retry_at=AHEAD + MINUTE))
    assert storage.clock_went_back(NOW + MINUTE) == 1
    assert [one.key for one in storage.claim_alerts(NOW + MINUTE, 1, LEASE)] == [due.key]


def test_the_digest_after_the_next_one_covers_what_comes_from_now_on(storage: Storage) -> None:
    storage.commit_digest(DigestRun("amina", AHEAD.date(), NOW, AHEAD), [])
    storage.clock_went_back(NOW)
    last = storage.last_digest("amina")
    assert last == DigestRun("amina", (NOW + DAY).date(), NOW, NOW)


def test_what_is_in_time_stays_as_it_is(storage: Storage) -> None:
    poll(storage, new("one"))
    storage.commit_alerts([alert(due_at=NOW + DAY)])
    storage.commit_digest(DigestRun("amina", NOW.date(), NOW - DAY, NOW), [])
    assert storage.clock_went_back(NOW) == 0
    assert storage.clock_went_back(NOW - MINUTE) == 0
