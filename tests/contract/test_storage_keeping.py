"""Retention, copies of the store, and what is told of a store that is not whole."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from samples import (
    LEASE,
    NOW,
    alert,
    claim_feed,
    commit,
    failed,
    fingerprint,
    index_all,
    match,
    new,
    outcome,
    poll,
    read,
    seen,
)

from aggregator import retention
from aggregator.errors import StorageError
from aggregator.models import Delivery, Feed, Link, ParsedEntry
from aggregator.protocols import Storage
from aggregator.settings.plain import Retention
from storage import open_storage

DAY = timedelta(days=1)
YEAR = 365 * DAY


def nothing(*_: int) -> None:
    """Nobody looks at the progress."""


def full(storage: Storage) -> int:
    """One article with all that can belong to one; returns its id."""
    poll(storage, new("other", content="words"), new("old", keys=["guid", "link"], content="words"))
    read(storage, fingerprint=fingerprint("other"))
    entry = read(
        storage,
        matches=(match(),),
        alerts=(alert(entry_id=2, story=2),),
        fingerprint=fingerprint("old"),
        copies=(Link(1, "same_text", 1.0, True),),
    )
    index_all(storage)
    commit(storage, storage.claim_alerts(NOW, 1, LEASE)[0], Delivery("delivered", NOW))
    return entry


# retention


def test_an_article_whose_time_is_over_is_gone_from_everything_people_ask(storage: Storage) -> None:
    entry = full(storage)
    assert storage.prunable(NOW + DAY, NOW, NOW) == (2, 0, 0)
    assert storage.prune_articles(NOW + DAY, 9) == 2
    assert storage.prunable(NOW + DAY, NOW, NOW) == (0, 0, 0)
    assert storage.prune_articles(NOW + DAY, 9) == 0
    assert storage.items() == []
    assert storage.item(entry) is None
    assert storage.matches(entry) == ()
    assert storage.revisions(entry) == ()
    assert storage.evidence(entry) is None
    assert storage.copies(entry) == storage.copies(1) == []
    assert list(storage.search(None, 1)) == list(storage.search('"words"', 1)) == []


def test_what_it_is_known_by_and_what_was_told_of_it_stay(storage: Storage) -> None:
    entry = full(storage)
    known, alerts = storage.known_entries(1, ["guid"]), storage.alerts()
    copied = storage.known_texts(fingerprint("old"), NOW - DAY, 0)
    storage.prune_articles(NOW + DAY, 9)
    assert storage.known_entries(1, ["guid"]) == known
    assert known[0].id == entry
    assert storage.alerts() == alerts
    assert storage.told_under(entry) == entry
    # A copy of it that comes now is not told again.
    assert storage.known_texts(fingerprint("old"), NOW - DAY, 0) == copied != []
    assert storage.prune_fingerprints(NOW + DAY, 9) == 2
    assert storage.known_texts(fingerprint("old"), NOW - DAY, 0) == []


def test_it_goes_by_batches_oldest_first_and_no_further_than_its_time(storage: Storage) -> None:
    for days in range(4):
        poll(storage, new(f"day {days}"), at=NOW + days * DAY)
        read(storage, at=NOW + days * DAY)
    assert storage.prune_articles(NOW + 3 * DAY, 2) == 2
    assert [item.title for item in storage.items()] == ["day 2", "day 3"]
    assert storage.prune_articles(NOW + 3 * DAY, 2) == 1
    assert storage.prune_articles(NOW + 3 * DAY, 2) == 0
    assert [item.title for item in storage.items(limit=1)] == ["day 3"]


def test_what_is_still_to_be_read_stays(storage: Storage) -> None:
    poll(storage, new())
    assert storage.prune_articles(NOW + DAY, 9) == 0
    assert len(storage.items()) == 1


def edit(storage: Storage, entry: int) -> None:
    storage.make_due(NOW + YEAR)
    due = claim_feed(storage, NOW + YEAR)
    edited = seen(entry, edited=ParsedEntry(title="edited"), words="new words")
    storage.commit_polls([outcome(due, at=NOW + YEAR, seen=(edited,))])
    read(storage, at=NOW + YEAR, matches=(match("Quetta"),))


def test_an_old_article_that_was_edited_of_late_stays(storage: Storage) -> None:
    [entry] = poll(storage, new())
    read(storage)
    edit(storage, entry)
    assert storage.prune_articles(NOW + DAY, 9) == 0
    assert [item.title for item in storage.items()] == ["edited"]
    assert storage.prune_articles(NOW + YEAR + DAY, 9) == 1


def test_one_that_is_gone_comes_back_when_its_words_change(storage: Storage) -> None:
    [entry] = poll(storage, new())
    read(storage)
    storage.prune_articles(NOW + DAY, 9)
    edit(storage, entry)
    [item] = storage.items()
    assert (item.id, item.title, item.watches) == (entry, "edited", ("Quetta",))
    assert storage.unindexed(1, 9) == [item]


def test_what_is_gone_is_not_offered_to_the_index_under_other_folding_rules(
    storage: Storage,
) -> None:
    full(storage)
    storage.prune_articles(NOW + DAY, 9)
    assert storage.unindexed(2, 9) == []


# the ledger


def test_polls_go_oldest_first_and_those_since_the_last_success_stay(storage: Storage) -> None:
    for day in range(4):
        poll(storage, new(f"day {day}"), at=NOW + day * DAY)
    for day in range(4, 7):
        storage.make_due(NOW + day * DAY)
        due = claim_feed(storage, NOW + day * DAY)
        storage.commit_polls([failed(due, NOW + day * DAY)])
    health, histories = storage.feeds(), storage.feed_histories(NOW + 9 * DAY)

    assert storage.prunable(NOW, NOW, NOW + 2 * DAY) == (0, 0, 2)
    assert storage.prune_polls(NOW + 2 * DAY, 1) == 1
    assert [one.at for one in storage.polls()] == [NOW + day * DAY for day in range(1, 7)]
    assert storage.prune_polls(NOW + YEAR, 99) == 2
    assert storage.prune_polls(NOW + YEAR, 99) == 0
    assert [one.at for one in storage.polls()] == [NOW + day * DAY for day in range(3, 7)]

    # What people are told of the feed is what they were told before.
    assert storage.feeds() == health
    later = storage.feed_histories(NOW + 9 * DAY)
    assert [one.failing_since for one in later.values()] == [NOW + 4 * DAY]
    assert [one.failing_since for one in histories.values()] == [NOW + 4 * DAY]


def test_polls_stay_while_health_needs_them_whatever_is_asked(storage: Storage) -> None:
    for day in range(12):
        poll(storage, new(f"day {day}"), at=NOW + day * DAY)
    dict(retention.prune(storage, Retention(polls=DAY), NOW + 11 * DAY))
    assert [one.at for one in storage.polls()] == [NOW + day * DAY for day in range(3, 12)]


def test_of_a_feed_that_was_never_read_all_polls_stay(storage: Storage) -> None:
    storage.sync_feeds([Feed(url="https://never.example/feed")], NOW)
    storage.commit_polls([failed(claim_feed(storage))])
    assert storage.prunable(NOW, NOW, NOW + YEAR) == (0, 0, 0)
    assert storage.prune_polls(NOW + YEAR, 9) == 0
    assert len(storage.polls()) == 1


# the file


def test_room_that_holds_nothing_is_given_back_in_steps(durable_url: str) -> None:
    path = Path(durable_url.removeprefix("sqlite:///"))
    with closing(open_storage(durable_url)) as storage:
        assert (storage.free_bytes(), storage.give_back(9)) == (0, 0)
        for number in range(40):
            poll(storage, new(f"entry {number}", content="words " * 3_000))
            read(storage)
        storage.prune_articles(NOW + DAY, 99)
        free = storage.free_bytes()
        assert free > 400_000
        assert storage.give_back(3) == 3
        assert storage.free_bytes() < free
        while storage.give_back(3):
            pass
        assert storage.free_bytes() == 0
        assert storage.faults() == []
        assert len(storage.known_entries(1, ["entry 7"])) == 1
    assert path.stat().st_size < 800_000


def test_a_file_that_gives_nothing_back_does_once_it_is_compact(durable_url: str) -> None:
    path = Path(durable_url.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(path)) as file:
        # As versions before made it.
        file.execute("PRAGMA auto_vacuum = NONE")
        file.execute("PRAGMA journal_mode = WAL")
    with closing(open_storage(durable_url)) as storage:
        poll(storage, new("old", content="words " * 100_000))
        read(storage)
        storage.prune_articles(NOW + DAY, 99)
        assert storage.free_bytes() > 500_000
        assert storage.give_back(9) == 0
        large = storage.vitals(NOW).bytes

        storage.compact()
        assert storage.free_bytes() == 0
        assert path.stat().st_size == storage.vitals(NOW).bytes < large / 2
        assert storage.faults() == []

        poll(storage, new("new", content="words " * 100_000))
        read(storage)
        storage.prune_articles(NOW + DAY, 99)
        assert storage.give_back(9) == 9


# copies


def test_a_backup_holds_what_the_store_holds_and_is_one_file(
    storage: Storage, tmp_path: Path
) -> None:
    full(storage)
    target, told = tmp_path / "backup" / "b.db", []
    target.parent.mkdir()
    rows = storage.backup(target, lambda done, total: told.append((done, total)))
    assert rows == storage.row_counts()
    assert rows["entries"] == rows["articles"] == 2
    assert told[-1][0] == told[-1][1] > 0
    with closing(sqlite3.connect(target)) as file:
        assert file.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert list(target.parent.iterdir()) == [target]
    with closing(open_storage(f"sqlite:///{target}")) as restored:
        assert restored.row_counts() == rows
        assert restored.items() == storage.items()
        assert restored.alerts() == storage.alerts()
        assert restored.feeds() == storage.feeds()
        assert list(restored.search('"full"', 1)) == list(storage.search('"full"', 1)) != []


# what is wrong


def test_a_store_that_is_whole_has_no_faults(storage: Storage) -> None:
    full(storage)
    assert storage.faults() == []
    storage.prune_articles(NOW + DAY, 1)
    assert storage.faults() == []


def test_a_forgotten_index_is_made_anew(storage: Storage) -> None:
    full(storage)
    storage.prune_articles(NOW + DAY, 1)
    storage.forget_index()
    assert storage.faults() == []
    assert len(storage.unindexed(1, 9)) == 1
    index_all(storage)
    assert len(list(storage.search('"full"', 1))) == 1


#: What is done to the file behind the store's back, what is said of it, and by what it is mended.
FAULTS: list[Any] = [
    pytest.param(
        "DELETE FROM feed_texts WHERE entry_id = 1",
        "1 entries without the feed's text",
        "put a backup",
        id="texts",
    ),
    pytest.param(
        "DELETE FROM entries WHERE id = 1",
        "1 rows of articles name no entries",
        "put a backup",
        id="references",
    ),
    pytest.param(
        "DELETE FROM entries WHERE id = 1",
        "keys of entries that are not there",
        "put a backup",
        id="keys",
    ),
    pytest.param(
        "DELETE FROM items_fts WHERE rowid = 1",
        "1 entries that the full-text index lacks",
        "--reindex",
        id="not indexed",
    ),
    pytest.param(
        "INSERT INTO items_fts (rowid, title, text) VALUES (99, 'a', 'b')",
        "1 rows of the full-text index without an entry",
        "--reindex",
        id="indexed in vain",
    ),
    pytest.param(
        "UPDATE items_fts_content SET c1 = 'other words than those that it was indexed by'",
        "the full-text index names",
        "--reindex",
        id="other words",
    ),
    pytest.param(
        "DELETE FROM items_fts_data WHERE id > 10",
        "the full-text index is damaged",
        "--reindex",
        id="index damaged",
    ),
]


@pytest.mark.parametrize(("done", "what", "mend"), FAULTS)
def test_a_store_that_is_not_whole_says_what_and_how_to_mend_it(
    durable_url: str, done: str, what: str, mend: str
) -> None:
    path = durable_url.removeprefix("sqlite:///")
    with closing(open_storage(durable_url)) as storage:
        full(storage)
        with closing(sqlite3.connect(path)) as file, file:
            file.execute(done)
    with closing(open_storage(durable_url, readonly=True)) as storage:
        faults = storage.faults()
    [fault] = [fault for fault in faults if what in fault.what]
    assert mend in fault.mend
    if mend == "--reindex":
        with closing(open_storage(durable_url, existing=True)) as storage:
            storage.forget_index()
            assert storage.faults() == []


def test_an_existing_store_is_never_made(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="does not exist yet"):
        open_storage(f"sqlite:///{tmp_path}/none.db", existing=True)
    assert list(tmp_path.iterdir()) == []
