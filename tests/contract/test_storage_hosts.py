"""What is remembered of a host's pages, and of the readings of a feed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from samples import DAWN, LEASE, MINUTE, NOW, TOLO, claim_entry, new, poll, read, reading

from aggregator.models import Article, HostPage, PastReading
from aggregator.protocols import Storage

HOUR = timedelta(hours=1)
FETCHED = Article(
    title="t", text="x", quality="full", reason="extracted", method="trafilatura", fetched_at=NOW
)


def said(entry_id: int, host: str = "dawn.example") -> HostPage:
    return HostPage(
        host, entry_id, b"u" * 8, b"t\0" * 4, b"\xff" * 8, bytes(range(16)), b"\xfe" * 9
    )


def test_pages_are_remembered_by_host_with_the_reading(storage: Storage) -> None:
    for name in "abc":
        poll(storage, new(name))
    one = read(storage, host_page=said(1))
    two = read(storage, host_page=said(2))
    three = read(storage, host_page=said(3, "tolo.example"))
    assert (one, two, three) == (1, 2, 3)
    assert storage.host_pages("dawn.example") == [said(1), said(2)]
    assert storage.host_pages("tolo.example") == [said(3, "tolo.example")]
    assert storage.host_pages("meduza.example") == []


def test_a_page_read_again_takes_the_place_of_the_former(storage: Storage) -> None:
    poll(storage, new())
    read(storage, host_page=said(1), due_at=NOW)
    read(storage, host_page=replace(said(1), text=b"another."))
    assert storage.host_pages("dawn.example") == [replace(said(1), text=b"another.")]


def test_a_lost_claim_leaves_nothing_to_remember(storage: Storage) -> None:
    poll(storage, new())
    due = claim_entry(storage)
    assert not storage.commit_reading(
        replace(reading(due), fence=due.fence - 1, host_page=said(due.id), again=(due.id,))
    )
    assert storage.host_pages("dawn.example") == []


def test_of_a_host_the_newest_two_hundred_are_remembered(storage: Storage) -> None:
    poll(storage, *(new(str(n)) for n in range(205)))
    for number in range(1, 206):
        read(storage, host_page=said(number))
    kept = [page.entry_id for page in storage.host_pages("dawn.example")]
    assert kept == list(range(6, 206))


@pytest.mark.parametrize(
    ("former", "is_due"),
    [
        pytest.param(FETCHED, True, id="its page was taken for an article"),
        pytest.param(replace(FETCHED, method="feed"), False, id="the feed's text stands for it"),
        pytest.param(replace(FETCHED, text="", method=""), False, id="it has no text"),
    ],
)
def test_what_was_taken_for_an_article_is_due_again(
    storage: Storage, former: Article, is_due: bool
) -> None:
    poll(storage, new("a"), new("b"))
    first = read(storage, article=former)
    second = read(storage, article=replace(FETCHED, fetched_at=NOW + HOUR), again=(first,))
    assert storage.claim_entries(NOW + HOUR - MINUTE, 9, LEASE) == []
    due = storage.claim_entries(NOW + HOUR, 9, LEASE)
    assert [entry.id for entry in due] == ([first] if is_due else [])
    assert second != first


def test_past_readings_are_those_of_one_feeds_pages_oldest_first(storage: Storage) -> None:
    poll(storage, new("a", link="https://dawn.example/a"), new("b"))
    poll(storage, new("elsewhere"), feed=TOLO)
    poll(storage, new("c"), new("unread"), feed=DAWN, at=NOW + MINUTE)
    made = [
        FETCHED,
        replace(FETCHED, fetched_at=None),
        FETCHED,
        replace(FETCHED, quality="none", reason="http_404"),
    ]
    for article in made:
        read(storage, article=article, at=NOW + MINUTE)
    feed_id = storage.claim_entries(NOW + MINUTE, 1, LEASE)[0].feed_id
    past = [
        PastReading(1, "full", "extracted", "https://dawn.example/a"),
        PastReading(4, "none", "http_404"),
    ]
    assert storage.past_readings(feed_id, 9) == past
    assert storage.past_readings(feed_id, 1) == past[1:]
    assert storage.past_readings(404, 9) == []
