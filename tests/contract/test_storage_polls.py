"""Feeds: what is due, who polls it, and what a poll writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from samples import (
    DAWN,
    LEASE,
    MEDUZA,
    MINUTE,
    NOW,
    TOLO,
    claim_entry,
    claim_feed,
    failed,
    index_all,
    match,
    new,
    outcome,
    poll,
    read,
    reading,
    seen,
)

from aggregator.models import Feed, ParsedEntry, Poll, Validators
from aggregator.protocols import Storage

SECOND = timedelta(seconds=1)


# which feeds


def test_a_new_feed_is_due_at_once_and_knows_nothing(storage: Storage) -> None:
    storage.sync_feeds([Feed(url="https://a.example/feed")], NOW)
    due = claim_feed(storage)
    assert (due.url, due.name) == ("https://a.example/feed", "https://a.example/feed")
    assert (due.validators, due.failures, due.first_success, due.habits) == (
        Validators(),
        0,
        None,
        "{}",
    )


def test_a_feed_goes_on_under_another_url_without_the_validators_of_the_old_one(
    storage: Storage,
) -> None:
    poll(storage, new("kept"), feed=DAWN)
    poll(storage, feed=TOLO)
    storage.make_due(NOW)
    known = [due for due in storage.claim_feeds(NOW, 9, LEASE) if due.url == DAWN.url]
    storage.commit_polls([outcome(known[0], validators=Validators("e", "m"), habits="{1}")])
    storage.release_claims()
    storage.rename_feed(DAWN.url, TOLO.url)  # which is another one
    assert storage.polled_feeds() == {DAWN.url: "{1}", TOLO.url: "{}"}
    storage.rename_feed(DAWN.url, MEDUZA.url)
    storage.sync_feeds([replace(DAWN, url=MEDUZA.url)], NOW)
    assert storage.polled_feeds() == {MEDUZA.url: "{1}"}
    due = claim_feed(storage, NOW + 60 * MINUTE)
    assert (due.url, due.validators, due.first_success) == (MEDUZA.url, Validators(), NOW)
    assert [item.feed for item in storage.items()] == ["Dawn"]


def test_a_feed_that_is_named_no_more_is_polled_no_more_but_keeps_its_entries(
    storage: Storage,
) -> None:
    poll(storage, new("kept"), feed=DAWN)
    storage.sync_feeds([TOLO], NOW)
    storage.make_due(NOW)
    assert [due.url for due in storage.claim_feeds(NOW, 9, LEASE)] == [TOLO.url]
    assert [health.name for health in storage.feeds()] == ["Tolo"]
    assert [(item.feed, item.title) for item in storage.items()] == [("Dawn", "kept")]


def test_a_feed_that_comes_back_remembers_its_state(storage: Storage) -> None:
    poll(storage, new("kept"), feed=DAWN)
    storage.sync_feeds([], NOW)
    storage.sync_feeds([DAWN], NOW + MINUTE)
    assert storage.claim_feeds(NOW + MINUTE, 9, LEASE) == []
    due = claim_feed(storage, NOW + 30 * MINUTE)
    assert due.first_success == NOW
    assert len(storage.known_entries(due.id, ["kept"])) == 1


def test_syncing_again_changes_no_due_time(storage: Storage) -> None:
    poll(storage, feed=DAWN)
    before = storage.feeds()
    storage.sync_feeds([DAWN], NOW + MINUTE)
    assert storage.feeds() == before


@pytest.mark.parametrize(
    ("configured", "own", "called"),
    [
        pytest.param("Dawn", "DAWN.COM - Home", "Dawn", id="as the operators call it"),
        pytest.param(None, "DAWN.COM - Home", "DAWN.COM - Home", id="else its own title"),
        pytest.param(None, "", "https://dawn.example/feed", id="an empty title is none"),
        pytest.param(None, None, "https://dawn.example/feed", id="else its URL"),
    ],
)
def test_what_a_feed_is_called(
    storage: Storage, configured: str | None, own: str | None, called: str
) -> None:
    storage.sync_feeds([replace(DAWN, name=configured)], NOW)
    storage.commit_polls([outcome(claim_feed(storage), new(), title=own)])
    assert storage.feeds()[0].name == called
    assert storage.items()[0].feed == called
    assert storage.polls()[0].feed == called
    assert claim_entry(storage).feed == called
    assert claim_feed(storage, NOW + 60 * MINUTE).name == called


def test_a_title_once_learnt_stays_when_a_poll_does_not_say_it(storage: Storage) -> None:
    storage.sync_feeds([replace(DAWN, name=None)], NOW)
    storage.commit_polls([outcome(claim_feed(storage), title="DAWN.COM")])
    storage.commit_polls([outcome(claim_feed(storage, NOW + 60 * MINUTE), title=None)])
    assert storage.feeds()[0].name == "DAWN.COM"


# claims


def test_a_claim_is_exclusive_until_its_lease_ends(storage: Storage) -> None:
    storage.sync_feeds([DAWN], NOW)
    first = claim_feed(storage)
    assert storage.claim_feeds(NOW, 9, LEASE) == []
    assert storage.claim_feeds(NOW + LEASE - SECOND, 9, LEASE) == []
    second = claim_feed(storage, NOW + LEASE)
    assert second.fence > first.fence


def test_the_longest_due_are_claimed_first_and_no_more_than_asked(storage: Storage) -> None:
    for minutes, feed in [(2, TOLO), (3, MEDUZA), (1, DAWN)]:
        poll(storage, feed=feed, at=NOW + minutes * MINUTE)
    for due in storage.claim_feeds(NOW + 60 * MINUTE, 9, LEASE):
        at = {DAWN.url: 1, TOLO.url: 2, MEDUZA.url: 3}[due.url] * MINUTE + NOW
        storage.commit_polls([outcome(due, due_at=at)])
    claimed = storage.claim_feeds(NOW + 60 * MINUTE, 2, LEASE)
    assert [due.url for due in claimed] == [DAWN.url, TOLO.url]
    assert [due.url for due in storage.claim_feeds(NOW + 60 * MINUTE, 2, LEASE)] == [MEDUZA.url]


def test_what_is_not_due_yet_is_not_claimed(storage: Storage) -> None:
    storage.sync_feeds([DAWN], NOW)
    storage.commit_polls([outcome(claim_feed(storage), due_at=NOW + MINUTE)])
    assert storage.claim_feeds(NOW + MINUTE - SECOND, 9, LEASE) == []
    assert len(storage.claim_feeds(NOW + MINUTE, 9, LEASE)) == 1


def test_released_claims_are_due_again_and_their_holders_come_too_late(storage: Storage) -> None:
    poll(storage, new())
    storage.make_due(NOW)
    feed, entry = claim_feed(storage), claim_entry(storage)
    storage.release_claims()
    assert storage.commit_polls([outcome(feed, new("late"))]) == {feed.id}
    assert not storage.commit_reading(reading(entry))
    assert claim_feed(storage).id == feed.id
    assert claim_entry(storage).id == entry.id


def test_make_due_overrides_a_back_off(storage: Storage) -> None:
    storage.sync_feeds([DAWN], NOW)
    storage.commit_polls([replace(failed(claim_feed(storage)), due_at=NOW + timedelta(days=1))])
    storage.make_due(NOW + MINUTE)
    assert claim_feed(storage, NOW + MINUTE).failures == 1


# what a poll writes


def test_a_poll_writes_the_state_of_its_feed(storage: Storage) -> None:
    storage.sync_feeds([DAWN], NOW)
    validators = Validators('W/"ärgerlich"', "Mon, 23 Nov 2026 19:59:59 GMT ")
    storage.commit_polls(
        [outcome(claim_feed(storage), validators=validators, habits='{"rhythm": 3}', failures=2)]
    )
    due = claim_feed(storage, NOW + 60 * MINUTE)
    assert (due.validators, due.habits, due.failures) == (validators, '{"rhythm": 3}', 2)


def test_validators_are_replaced_even_by_nothing(storage: Storage) -> None:
    storage.sync_feeds([DAWN], NOW)
    storage.commit_polls([outcome(claim_feed(storage), validators=Validators('"1"', "yesterday"))])
    storage.commit_polls([outcome(claim_feed(storage, NOW + 60 * MINUTE), at=NOW + 60 * MINUTE)])
    assert claim_feed(storage, NOW + 120 * MINUTE).validators == Validators()


@pytest.mark.parametrize(
    ("status", "failures", "seen", "baseline", "success"),
    [
        pytest.param(200, 0, 9, True, True, id="read"),
        pytest.param(304, 0, 0, False, True, id="unchanged: alive, but nothing was seen"),
        pytest.param(200, 0, 0, True, True, id="read, and empty"),
        pytest.param(200, 1, 9, True, False, id="cut short: else it would be held for ever"),
        pytest.param(200, 1, 2, False, False, id="cut short, and no item could be kept"),
        pytest.param(200, 1, 0, False, False, id="no feed"),
        pytest.param(429, 0, 0, False, False, id="told to wait, which is no failure"),
        pytest.param(500, 1, 0, False, False, id="server error"),
        pytest.param(0, 1, 0, False, False, id="no answer"),
    ],
)
def test_which_poll_is_a_baseline_and_which_a_success(
    storage: Storage, status: int, failures: int, seen: int, baseline: bool, success: bool
) -> None:
    storage.sync_feeds([DAWN], NOW)
    due = claim_feed(storage)
    storage.commit_polls(
        [
            outcome(
                due, poll=Poll(due.name, NOW, status, "code", seen, rejected=2), failures=failures
            )
        ]
    )
    assert (claim_feed(storage, NOW + 60 * MINUTE).first_success == NOW) is baseline
    assert (storage.feeds()[0].last_success == NOW) is success


def test_the_first_success_is_never_forgotten_and_the_last_moves(storage: Storage) -> None:
    poll(storage, at=NOW)
    poll(storage, at=NOW + MINUTE)
    storage.make_due(NOW + 2 * MINUTE)
    storage.commit_polls([failed(claim_feed(storage, NOW + 2 * MINUTE), NOW + 2 * MINUTE)])
    assert claim_feed(storage, NOW + 60 * MINUTE).first_success == NOW
    assert storage.feeds()[0].last_success == NOW + MINUTE


def test_a_new_entry_is_kept_as_the_feed_gave_it(storage: Storage) -> None:
    entry = ParsedEntry(
        guid="tag:dawn,1",
        link="https://dawn.example/1",
        title="حمله در کویته",
        summary="A summary.",
        content="First.\n\nSecond.",
        authors=("Amina Baloch", "AFP"),
        published=NOW - MINUTE,
        language="fa",
        tags=("conflict",),
        enclosures=("https://dawn.example/1.mp3",),
    )
    storage.sync_feeds([replace(DAWN, tags=("pk", "wire"))], NOW)
    storage.commit_polls(
        [outcome(claim_feed(storage), replace(new(), entry=entry, hold="first_poll"))]
    )
    due = claim_entry(storage)
    assert (due.feed_url, due.feed, due.first_seen, due.url) == (
        DAWN.url,
        "Dawn",
        NOW,
        "https://dawn.example/1",
    )
    assert (due.title, due.summary, due.content) == (
        "حمله در کویته",
        "A summary.",
        "First.\n\nSecond.",
    )
    assert (due.authors, due.published, due.language) == (
        ("Amina Baloch", "AFP"),
        NOW - MINUTE,
        "fa",
    )
    assert (due.tags, due.hold, due.attempts) == (("pk", "wire"), "first_poll", 0)
    item = storage.item(due.id)
    assert item is not None
    assert (item.title, item.summary, item.text) == (due.title, due.summary, due.content)
    assert (item.quality, item.reason, item.watches) == ("none", "unread", ())
    assert (item.authors, item.published, item.language) == (
        due.authors,
        due.published,
        due.language,
    )
    assert (item.tags, item.story) == (("pk", "wire"), due.id)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("half a pair: \ud83d", id="a lone surrogate"),
        pytest.param("before\0after", id="NUL"),
    ],
)
def test_what_no_database_takes_is_replaced_and_still_known(storage: Storage, text: str) -> None:
    storage.sync_feeds([DAWN], NOW)
    due = claim_feed(storage)
    storage.commit_polls([outcome(due, new(text, guid=text, summary=text, authors=(text,)))])
    (item,) = storage.items()
    assert (
        item.title
        == item.summary
        == item.authors[0]
        == text.replace("\ud83d", "�").replace("\0", "�")
    )
    assert len(storage.known_entries(due.id, [text])) == 1


def test_a_late_commit_is_refused_and_nothing_of_it_written_but_the_rest_is(
    storage: Storage,
) -> None:
    storage.sync_feeds([DAWN, TOLO], NOW)
    dawn, tolo = storage.claim_feeds(NOW, 2, LEASE)
    later = {due.url: due for due in storage.claim_feeds(NOW + LEASE, 2, LEASE)}
    late = storage.commit_polls(
        [outcome(dawn, new("late")), outcome(later[TOLO.url], new("on time"))]
    )
    assert late == {dawn.id}
    assert [item.title for item in storage.items()] == ["on time"]
    assert [line.feed for line in storage.polls()] == ["Tolo"]
    assert storage.commit_polls([outcome(later[DAWN.url], new("its turn"))]) == frozenset()
    assert tolo.id not in late


def test_one_claim_is_one_commit(storage: Storage) -> None:
    storage.sync_feeds([DAWN], NOW)
    due = claim_feed(storage)
    assert storage.commit_polls([outcome(due, new("once")), outcome(due, new("twice"))]) == {due.id}
    assert storage.commit_polls([outcome(due, new("thrice"))]) == {due.id}
    assert [item.title for item in storage.items()] == ["once"]


def test_no_outcomes_write_nothing(storage: Storage) -> None:
    assert storage.commit_polls([]) == frozenset()


# identities


def test_an_entry_is_known_by_any_of_its_keys_and_with_all_of_them(storage: Storage) -> None:
    (one, two) = poll(storage, new("a", keys=["g1", "l1"]), new("b", keys=["g2"]))
    feed = claim_feed(storage, NOW + 60 * MINUTE).id
    (known,) = storage.known_entries(feed, ["l1", "unheard of"])
    assert (known.id, known.keys, known.words) == (one, {"g1", "l1"}, "'a'")
    assert {known.id for known in storage.known_entries(feed, ["g1", "g2"])} == {one, two}
    assert storage.known_entries(feed, []) == []
    assert storage.known_entries(feed, ["nothing"]) == []


def test_keys_are_known_within_their_feed_only(storage: Storage) -> None:
    poll(storage, new("a", keys=["1"]), feed=DAWN)
    poll(storage, new("b", keys=["1"]), feed=TOLO)
    assert [item.title for item in storage.items()] == ["a", "b"]
    for due in storage.claim_feeds(NOW + 60 * MINUTE, 2, LEASE):
        assert len(storage.known_entries(due.id, ["1"])) == 1


def test_thousands_of_keys_are_asked_at_once(storage: Storage) -> None:
    keys = [f"https://dawn.example/{number}" for number in range(40_000)]
    poll(storage, new("a", keys=keys[-2:]))
    (known,) = storage.known_entries(claim_feed(storage, NOW + 60 * MINUTE).id, keys)
    assert known.keys == set(keys[-2:])


def test_an_entry_met_again_gains_its_new_keys(storage: Storage) -> None:
    (entry,) = poll(storage, new("a", keys=["g1"]))
    due = claim_feed(storage, NOW + 60 * MINUTE)
    storage.commit_polls([outcome(due, seen=(seen(entry, "g1", "l1"),))])
    (known,) = storage.known_entries(due.id, ["l1"])
    assert known.keys == {"g1", "l1"}


def test_an_entry_whose_key_names_another_is_kept_without_it(storage: Storage) -> None:
    first, second, third = poll(
        storage, new("a", keys=["g", "la"]), new("b", keys=["g", "lb"]), new("c", keys=["g"])
    )
    feed = claim_feed(storage, NOW + 60 * MINUTE).id
    known = {known.id: known.keys for known in storage.known_entries(feed, ["g", "la", "lb"])}
    assert known == {first: {"g", "la"}, second: {"lb"}}
    assert storage.item(third) is not None


# edits


def edit(storage: Storage, entry: int, title: str) -> None:
    due = claim_feed(storage, NOW + 60 * MINUTE)
    edited = ParsedEntry(title=title, summary="new summary", content="new content")
    change = seen(entry, title, edited=edited, words=ascii(title))
    storage.commit_polls([outcome(due, at=NOW + 60 * MINUTE, seen=(change,))])


def test_an_edited_entry_is_due_again_with_its_new_words(storage: Storage) -> None:
    (entry,) = poll(storage, new("before", link="https://dawn.example/1"))
    read(storage)
    assert storage.claim_entries(NOW + 30 * MINUTE, 9, LEASE) == []
    edit(storage, entry, "after")
    due = claim_entry(storage, NOW + 60 * MINUTE)
    assert (due.id, due.title, due.summary, due.content) == (
        entry,
        "after",
        "new summary",
        "new content",
    )
    assert (due.url, due.first_seen, due.attempts) == ("https://dawn.example/1", NOW, 0)
    (known,) = storage.known_entries(due.feed_id, ["before"])
    assert (known.keys, known.words) == ({"before", "after"}, "'after'")


def test_an_edited_entry_is_to_be_matched_and_indexed_anew(storage: Storage) -> None:
    (entry,) = poll(storage, new("before"))
    read(storage)
    index_all(storage)
    edit(storage, entry, "after")
    assert [due.id for due in storage.unmatched_entries(NOW + 61 * MINUTE, 9)] == [entry]
    assert [item.id for item in storage.unindexed(1, 9)] == [entry]


def test_a_reading_of_the_words_before_an_edit_comes_too_late(storage: Storage) -> None:
    (entry,) = poll(storage, new("before"))
    due = claim_entry(storage)
    edit(storage, entry, "after")
    assert not storage.commit_reading(reading(due))
    assert claim_entry(storage, NOW + 60 * MINUTE).title == "after"


def test_an_edit_forgets_no_match_before_its_page_is_read(storage: Storage) -> None:
    (entry,) = poll(storage, new("before"))
    read(storage, matches=(match("Quetta"),))
    edit(storage, entry, "after")
    due = claim_entry(storage, NOW + 60 * MINUTE)
    assert storage.commit_early(reading(due, matches=(match("Quetta"), match("Jundallah"))))
    assert [found.watch for found in storage.matches(entry)] == ["Quetta", "Jundallah"]


# the ledger


def test_the_ledger_accounts_for_every_poll(storage: Storage) -> None:
    storage.sync_feeds([DAWN], NOW)
    due = claim_feed(storage)
    line = Poll("Dawn", NOW, 200, "ok", seen=10, new=4, updated=3, known=2, rejected=1, ms=112)
    storage.commit_polls([outcome(due, poll=line)])
    assert storage.polls() == [line]
    (health,) = storage.feeds()
    assert (health.url, health.name, health.last_poll) == (DAWN.url, "Dawn", line)
    assert (health.due_at, health.failures) == (NOW + 30 * MINUTE, 0)


def test_the_ledger_is_oldest_first_and_a_limit_keeps_the_newest(storage: Storage) -> None:
    for minutes, feed in [(2, DAWN), (1, TOLO), (3, DAWN)]:
        poll(storage, feed=feed, at=NOW + minutes * MINUTE)

    def times(**asked: object) -> list[int]:
        return [(line.at - NOW) // MINUTE for line in storage.polls(**asked)]  # type: ignore[arg-type]

    assert times() == [1, 2, 3]
    assert times(limit=2) == [2, 3]
    assert times(limit=0) == []
    assert times(since=NOW + 2 * MINUTE) == [2, 3]
    assert times(feed="Dawn") == [2, 3]
    assert times(feed=TOLO.url) == [1]
    assert times(feed="Nobody") == []


def test_a_feed_counts_its_entries_and_shows_its_last_poll(storage: Storage) -> None:
    poll(storage, new("a"), new("b"), feed=DAWN)
    poll(storage, new("c"), feed=DAWN, at=NOW + MINUTE)
    storage.sync_feeds([DAWN, TOLO], NOW)
    dawn, tolo = storage.feeds()
    assert dawn.entries == 3
    assert dawn.last_poll is not None
    assert dawn.last_poll.at == NOW + MINUTE
    assert (tolo.entries, tolo.last_poll, tolo.last_success) == (0, None, None)


# the document


def test_what_is_remembered_of_a_document_stays_until_there_is_another(storage: Storage) -> None:
    poll(storage, new())
    for minutes, given, kept in (
        (60, None, ""),
        (120, "one", "one"),
        (180, None, "one"),
        (240, "", ""),
    ):
        at = NOW + minutes * MINUTE
        due = claim_feed(storage, at)
        storage.commit_polls([outcome(due, at=at, document=given)])
        assert storage.document(due.id) == kept
