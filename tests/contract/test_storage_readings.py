"""Entries: what is due for reading, what a reading writes, and the stories entries join."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from samples import (
    DAWN,
    LEASE,
    MINUTE,
    NOW,
    TOLO,
    alert,
    claim_entry,
    fingerprint,
    index_all,
    match,
    new,
    poll,
    read,
    reading,
)

from aggregator.models import AlertState, Article
from aggregator.protocols import Storage

SECOND = timedelta(seconds=1)


# due


def test_a_new_entry_is_due_for_reading_at_once_and_in_order(storage: Storage) -> None:
    poll(storage, new("c"), feed=TOLO, at=NOW + MINUTE)
    poll(storage, new("a"), new("b"), feed=DAWN, at=NOW)
    claimed = storage.claim_entries(NOW + MINUTE, 2, LEASE)
    assert [due.title for due in claimed] == ["a", "b"]
    assert [due.title for due in storage.claim_entries(NOW + MINUTE, 2, LEASE)] == ["c"]


def test_a_claim_is_exclusive_until_its_lease_ends(storage: Storage) -> None:
    poll(storage, new())
    first = claim_entry(storage)
    assert storage.claim_entries(NOW + LEASE - SECOND, 9, LEASE) == []
    second = claim_entry(storage, NOW + LEASE)
    assert second.fence > first.fence
    assert not storage.commit_reading(reading(first, "late"))
    assert storage.commit_reading(reading(second, "on time"))
    assert [item.text for item in storage.items()] == ["on time"]


def test_what_is_read_is_due_no_more_unless_it_is_to_be_asked_again(storage: Storage) -> None:
    poll(storage, new("once"), new("again"))
    read(storage)
    read(storage, due_at=NOW + 10 * MINUTE)
    assert storage.claim_entries(NOW + 9 * MINUTE, 9, LEASE) == []
    due = claim_entry(storage, NOW + 10 * MINUTE)
    assert (due.title, due.attempts) == ("again", 1)
    assert storage.claim_entries(NOW + timedelta(days=99), 9, LEASE)[0].title == "again"


def test_one_feed_does_not_keep_the_entries_of_others_waiting(storage: Storage) -> None:
    poll(storage, *(new(f"dawn {n}", link=f"https://dawn.example/{n}") for n in range(30)))
    poll(storage, new("tolo", link="https://tolo.example/1"), feed=TOLO)
    first = storage.claim_entries(NOW, 30, LEASE)
    assert [due.title for due in first] == [*(f"dawn {n}" for n in range(10)), "tolo"]
    assert storage.claim_entries(NOW, 30, LEASE) == []
    assert storage.commit_reading(reading(first[0]))
    assert [due.title for due in storage.claim_entries(NOW, 30, LEASE)] == ["dawn 10"]


def test_an_entry_no_watch_was_held_against_is_found_claimed_or_not(storage: Storage) -> None:
    (one, two) = poll(storage, new("a"), new("b"))
    poll(storage, new("young"), feed=TOLO, at=NOW + MINUTE)
    claim_entry(storage)
    assert [due.id for due in storage.unmatched_entries(NOW + SECOND, 9)] == [one, two]
    assert [due.id for due in storage.unmatched_entries(NOW + SECOND, 1)] == [one]
    assert storage.unmatched_entries(NOW, 9) == []


def test_what_is_put_off_is_due_then_and_matched_without_waiting(storage: Storage) -> None:
    (entry,) = poll(storage, new())
    due = claim_entry(storage)
    assert storage.put_off_entry(due, NOW + 10 * MINUTE)
    assert not storage.put_off_entry(due, NOW + 20 * MINUTE)
    assert not storage.commit_reading(reading(due, "late"))
    assert storage.claim_entries(NOW + 9 * MINUTE, 9, LEASE) == []
    assert [found.id for found in storage.unmatched_entries(NOW, 9)] == [entry]
    assert storage.unmatched_entries(NOW, 9, {entry}) == []
    again = claim_entry(storage, NOW + 10 * MINUTE)
    assert (again.id, again.attempts) == (entry, 1)
    assert storage.commit_reading(reading(again, "on time"))
    assert storage.unmatched_entries(NOW + LEASE, 9) == []


# matched early


def test_early_matches_are_written_once_and_the_reading_still_comes(storage: Storage) -> None:
    (entry,) = poll(storage, new())
    due = claim_entry(storage)
    early = reading(due, "The feed's text.", matches=(match(),), alerts=(alert(),))
    assert storage.commit_early(early)
    assert storage.matches(entry) == (match(),)
    assert [promise.key for promise in storage.alerts()] == ["k1"]
    assert storage.unmatched_entries(NOW + MINUTE, 9) == []
    assert not storage.commit_early(replace(early, alerts=(alert("k2"),)))
    assert storage.commit_reading(reading(due, matches=(match("Quetta"),)))
    assert [found.watch for found in storage.matches(entry)] == ["Quetta"]
    assert len(storage.alerts()) == 1


def test_a_reading_that_came_first_leaves_nothing_to_match_early(storage: Storage) -> None:
    poll(storage, new())
    due = claim_entry(storage)
    assert storage.commit_reading(reading(due))
    entry = due.id
    assert not storage.commit_early(reading(due, matches=(match(),), alerts=(alert(),)))
    assert storage.matches(entry) == ()
    assert storage.alerts() == []


def test_an_entry_that_does_not_exist_is_not_matched(storage: Storage) -> None:
    poll(storage, new())
    nobody = replace(reading(claim_entry(storage), alerts=(alert(),)), entry_id=404)
    assert not storage.commit_early(nobody)
    assert storage.alerts() == []


def test_an_early_match_that_looked_before_the_claim_is_refused(storage: Storage) -> None:
    """What it looked at may have been edited meanwhile; it looks again."""
    poll(storage, new())
    (before,) = storage.unmatched_entries(NOW + MINUTE, 9)
    claim_entry(storage)
    (after,) = storage.unmatched_entries(NOW + MINUTE, 9)
    assert not storage.commit_early(reading(before))
    assert storage.commit_early(reading(after))


def test_of_two_copies_matched_early_the_second_finds_the_story(storage: Storage) -> None:
    one, two = poll(storage, new("one"), new("two"))
    first, _ = storage.claim_entries(NOW, 2, LEASE)
    wire = fingerprint("wire")
    assert storage.commit_early(reading(first, story=one, fingerprint=wire))
    assert [text.story for text in storage.known_texts(wire, NOW, two)] == [one]
    item = storage.item(one)
    assert item is not None
    assert item.story == one
    assert two != one


def test_what_matched_is_found_by_when_it_first_did(storage: Storage) -> None:
    (entry,) = poll(storage, new("a"))
    again = NOW + 3 * MINUTE
    read(storage, matches=(match("Quetta"),), at=NOW, due_at=again)
    late = replace(reading(claim_entry(storage, again)), at=again)
    assert storage.commit_reading(replace(late, matches=(match("Quetta"), match("Jundallah"))))

    def watches(start: timedelta, end: timedelta) -> list[tuple[int, list[str]]]:
        found = storage.newly_matched(NOW + start, NOW + end)
        return [(item.id, [match.watch for match in matches]) for item, matches in found]

    assert watches(0 * MINUTE, MINUTE) == [(entry, ["Quetta"])]
    assert watches(MINUTE, 3 * MINUTE) == []
    assert watches(3 * MINUTE, 4 * MINUTE) == [(entry, ["Jundallah"])]


def test_a_promise_that_died_can_be_made_again(storage: Storage) -> None:
    poll(storage, new("one"), new("two"))
    read(storage, alerts=(alert(state="dead", reason="mailbox_full", attempts=3),))
    read(storage, alerts=(alert(),))
    [promise] = storage.alerts()
    assert (promise.state, promise.attempts, promise.reason) == ("pending", 0, alert().reason)
    assert [due.key for due in storage.claim_alerts(NOW + MINUTE, 9, LEASE)] == [promise.key]


# what a reading writes


def test_a_reading_writes_article_matches_and_alerts_together(storage: Storage) -> None:
    poll(storage, new("feed's title", authors=("Feed",), language="en"))
    article = Article(
        title="Page's title",
        text="First.\n\nSecond.",
        authors=("Amina Baloch",),
        published=NOW - MINUTE,
        language="ur",
        quality="partial",
        reason="paywall",
        method="trafilatura",
        final_url="https://dawn.example/1?p=2",
        sha256="ab" * 32,
        fetched_at=NOW,
    )
    entry = read(
        storage,
        article=article,
        matches=(match("B"), match("A")),
        alerts=(alert("k1"), alert("k2")),
    )
    item = storage.item(entry)
    assert item is not None
    assert (item.title, item.text, item.quality, item.reason) == (
        "Page's title",
        "First.\n\nSecond.",
        "partial",
        "paywall",
    )
    assert (item.authors, item.published, item.language) == (
        ("Amina Baloch",),
        NOW - MINUTE,
        "ur",
    )
    assert item.watches == ("B", "A")
    assert storage.matches(entry) == (match("B"), match("A"))
    assert [promise.key for promise in storage.alerts()] == ["k1", "k2"]


def test_what_a_page_says_beside_its_text_is_kept(storage: Storage) -> None:
    poll(storage, new())
    due = claim_entry(storage)
    before = storage.item(due.id)
    assert before is not None
    assert (before.modified, before.canonical_url, before.image_url) == (None, "", "")
    claims = {
        "modified": NOW - MINUTE,
        "canonical_url": "https://dawn.example/attack",
        "image_url": "https://img.example/a.jpg",
        "words": 3,
    }
    made = reading(due)
    assert storage.commit_reading(replace(made, article=replace(made.article, **claims)))
    item = storage.item(due.id)
    assert {name: getattr(item, name) for name in claims} == claims


def test_what_the_page_does_not_say_the_feed_says(storage: Storage) -> None:
    claims = {"published": NOW - 2 * MINUTE, "modified": NOW - MINUTE}
    poll(storage, new("title", authors=("Feed",), language="en", **claims))
    due = claim_entry(storage)
    assert due.modified == claims["modified"]
    assert storage.commit_reading(reading(due, article=Article(title="", text="")))
    item = storage.item(due.id)
    assert item is not None
    assert (item.title, item.text) == ("title", "")
    assert (item.authors, item.language) == (("Feed",), "en")
    assert (item.published, item.modified) == (claims["published"], claims["modified"])


def test_a_refused_reading_writes_nothing(storage: Storage) -> None:
    (entry,) = poll(storage, new())
    due = claim_entry(storage)
    late = reading(
        replace(due, fence=due.fence - 1), matches=(match(),), alerts=(alert(),), story=99
    )
    assert not storage.commit_reading(late)
    item = storage.item(entry)
    assert item is not None
    assert (item.reason, item.watches, item.story) == ("unread", (), entry)
    assert storage.alerts() == []
    assert len(storage.unmatched_entries(NOW + MINUTE, 9)) == 1


def test_one_claim_is_one_reading(storage: Storage) -> None:
    poll(storage, new())
    due = claim_entry(storage)
    assert storage.commit_reading(reading(due, "once"))
    assert not storage.commit_reading(reading(due, "twice"))
    assert storage.items()[0].text == "once"


def test_matches_of_a_page_read_again_replace_the_old_ones(storage: Storage) -> None:
    poll(storage, new())
    entry = read(storage, due_at=NOW + MINUTE, matches=(match("A"), match("B")))
    read(storage, at=NOW + MINUTE, matches=(match("C"),))
    assert [found.watch for found in storage.matches(entry)] == ["C"]


def test_one_key_is_one_promise(storage: Storage) -> None:
    poll(storage, new("a"), new("b"))
    read(storage, alerts=(alert("k"),))
    read(storage, alerts=(alert("k", person="omar"), alert("k2", person="omar")))
    assert [(promise.key, promise.person) for promise in storage.alerts()] == [
        ("k", "amina"),
        ("k2", "omar"),
    ]


# stories


def test_an_entry_begins_its_own_story_and_joins_the_one_it_is_read_into(storage: Storage) -> None:
    first, second = poll(storage, new("a"), new("b"))
    assert [item.story for item in storage.items()] == [first, second]
    read(storage)
    read(storage, story=first)
    assert [item.story for item in storage.items()] == [first, first]


@pytest.mark.parametrize(
    ("state", "counts"),
    [
        pytest.param("pending", True, id="about to be told"),
        pytest.param("delivered", True, id="told"),
        pytest.param("held", False, id="held: nobody was told"),
        pytest.param("dead", False, id="dead: nobody could be told"),
    ],
)
def test_who_was_told_of_a_story(storage: Storage, state: AlertState, counts: bool) -> None:
    poll(storage, new())
    read(storage, alerts=(alert(state=state, story=7), alert("other", story=8, person="omar")))
    entry = alert(story=7).entry_id
    assert [a.entry_id for a in storage.story_alerts(7)] == ([entry] if counts else [])


@pytest.mark.parametrize(
    ("state", "story"),
    [
        pytest.param("pending", 7, id="about to be told"),
        pytest.param("delivered", 7, id="told"),
        pytest.param("held", None, id="held: nobody was told"),
        pytest.param("dead", None, id="dead: nobody could be told"),
    ],
)
def test_an_entry_that_was_told_of_keeps_the_story_it_was_told_under(
    storage: Storage, state: AlertState, story: int | None
) -> None:
    (entry,) = poll(storage, new())
    read(storage, alerts=(alert(state=state, story=7, entry_id=entry),))
    assert storage.told_under(entry) == story
    assert storage.told_under(entry + 1) is None


def test_a_digest_tells_nobody_of_a_story(storage: Storage) -> None:
    poll(storage, new())
    read(storage, alerts=(alert(kind="digest", story=7),))
    assert storage.story_alerts(7) == []


# the index's mark


def test_reading_the_same_words_again_leaves_the_index_valid(storage: Storage) -> None:
    poll(storage, new())
    read(storage, "same", due_at=NOW + MINUTE)
    index_all(storage)
    read(storage, "same", at=NOW + MINUTE, due_at=NOW + 2 * MINUTE)
    assert storage.unindexed(1, 9) == []
    read(storage, "other", at=NOW + 2 * MINUTE)
    assert len(storage.unindexed(1, 9)) == 1
