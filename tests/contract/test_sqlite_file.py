"""What only a file of SQLite promises: it survives, it is shared, it fails clearly."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from samples import (
    DAWN,
    LEASE,
    MINUTE,
    NOW,
    TOLO,
    alert,
    claim_entry,
    claim_feed,
    commit,
    digest,
    fingerprint,
    index_all,
    match,
    new,
    outcome,
    poll,
    read,
    reading,
    seen,
)

from aggregator.errors import StorageBusy, StorageError, StorageFull
from aggregator.models import Delivery, DigestRun, FoldedItem, ParsedEntry
from aggregator.protocols import Storage
from storage import database_path, open_storage
from storage.sqlite import SqliteStorage, open_sqlite
from storage.sqlite.session import open_session


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@contextmanager
def opened(path: Path, *, patience: timedelta = timedelta(0)) -> Iterator[SqliteStorage]:
    session = open_session(path, patience=patience)
    session.migrate()
    with closing(SqliteStorage(session)) as storage:
        yield storage


def contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with closing(sqlite3.connect(path)) as connection:
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {name: list(connection.execute(f"SELECT * FROM {name}")) for name in names}  # noqa: S608


# URLs


@pytest.mark.parametrize(
    ("url", "path"),
    [
        pytest.param("sqlite:///data/aggregator.db", "data/aggregator.db", id="relative"),
        pytest.param("sqlite:////var/lib/a.db", "/var/lib/a.db", id="absolute"),
        pytest.param("sqlite:///a b%20?c#d.db", "a b%20?c#d.db", id="taken as it is written"),
        pytest.param("sqlite://", None, id="in memory"),
        pytest.param("sqlite:///:memory:", None, id="in memory, as others write it"),
    ],
)
def test_the_file_that_a_url_names(url: str, path: str | None) -> None:
    assert database_path(url) == (None if path is None else Path(path))


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        pytest.param("postgresql://db/news", "not in this version", id="later"),
        pytest.param("mysql://db/news", "not in this version", id="unknown"),
        pytest.param("data/aggregator.db", "write sqlite:///", id="a bare path"),
        pytest.param("sqlite://data/a.db", "write sqlite:///data/a.db", id="two slashes"),
    ],
)
def test_a_url_that_names_no_store_says_what_to_write(url: str, problem: str) -> None:
    with pytest.raises(StorageError, match=problem):
        open_storage(url)


def test_odd_characters_in_a_path_are_part_of_it(tmp_path: Path) -> None:
    path = tmp_path / "a b%20?mode=ro#d" / "s.db"
    open_sqlite(path).close()
    assert path.exists()


# opened again


def test_everything_is_there_when_it_is_opened_again(durable_url: str) -> None:
    def look(storage: Storage) -> list[object]:
        return [
            storage.feeds(),
            storage.polls(),
            storage.items(),
            storage.alerts(),
            storage.matches(1),
            storage.story_alerts(1),
            storage.coverage(1),
            storage.known_texts(fingerprint("wire"), NOW, 0),
            storage.copies(1),
            storage.last_digest("amina"),
            storage.known_entries(1, ["Attack in Quetta"]),
            list(storage.search('"full"', 1)),
        ]

    with closing(open_storage(durable_url)) as storage:
        poll(storage, new(), new("second"))
        read(
            storage,
            matches=(match(),),
            alerts=(alert(), alert("k2")),
            fingerprint=fingerprint("wire"),
        )
        commit(storage, storage.claim_alerts(NOW, 1, LEASE)[0], Delivery("delivered", NOW))
        storage.commit_digest(DigestRun("amina", NOW.date(), NOW, NOW), [])
        index_all(storage)
        before = look(storage)
    with closing(open_storage(durable_url)) as storage:
        assert look(storage) == before
        poll(storage, new("third"), at=NOW + MINUTE)
        assert [item.id for item in storage.items()] == [1, 2, 3]


def test_claims_of_a_dead_process_stand_until_released(durable_url: str) -> None:
    with closing(open_storage(durable_url)) as storage:
        storage.sync_feeds([DAWN], NOW)
        claim_feed(storage)
    with closing(open_storage(durable_url)) as storage:
        assert storage.claim_feeds(NOW, 1, LEASE) == []
        storage.release_claims()
        assert claim_feed(storage).url == DAWN.url


def test_nothing_is_written_into_a_file_that_was_moved_away(tmp_path: Path) -> None:
    path, away = tmp_path / "store.db", tmp_path / "away.db"
    with closing(open_storage(f"sqlite:///{path}")) as storage:
        storage.sync_feeds([DAWN], NOW)
        path.rename(away)
        with pytest.raises(StorageError, match="was moved away or replaced while it is in use"):
            storage.sync_feeds([TOLO], NOW)
        path.touch()
        with pytest.raises(StorageError, match="was moved away or replaced while it is in use"):
            storage.sync_feeds([TOLO], NOW)
        away.rename(path)
        storage.sync_feeds([TOLO], NOW)
        assert claim_feed(storage).url == TOLO.url


# killed


def work(storage: Storage) -> Iterator[None]:
    """A day of a monitor, in single commits."""
    storage.sync_feeds([DAWN, TOLO], NOW)
    yield
    dues = storage.claim_feeds(NOW, 2, LEASE)
    yield
    storage.commit_polls([outcome(due, new("a"), new("b", keys=["b", "b2"])) for due in dues])
    yield
    entry = claim_entry(storage)
    yield
    storage.commit_early(reading(entry, matches=(match(),), alerts=(alert(),)))
    yield
    storage.commit_reading(
        reading(entry, matches=(match(), match("Q")), alerts=(alert(), alert("k2")))
    )
    yield
    items = storage.unindexed(1, 9)
    yield
    storage.index([FoldedItem(item.id, item.title, item.text) for item in items], 1)
    yield
    (promise, *_) = storage.claim_alerts(NOW, 1, LEASE)
    yield
    commit(storage, promise, Delivery("retry", NOW, "smtp_451", retry_at=NOW + MINUTE))
    yield
    storage.commit_digest(
        DigestRun("amina", NOW.date(), NOW, NOW), [alert("d", kind="digest", content=digest())]
    )
    yield
    storage.make_due(NOW + MINUTE)
    yield
    due = claim_feed(storage, NOW + 60 * MINUTE)
    yield
    edited = ParsedEntry(title="a, edited")
    storage.commit_polls([outcome(due, new("c"), seen=(seen(1, "a2", edited=edited),))])
    yield


def killed_at(statement: int, path: Path) -> bool:
    """Work in a child that is killed before that statement; False if it ended its day."""
    child = os.fork()
    if child == 0:
        try:
            storage = open_sqlite(path)
            # A kill is no power cut: what the system was given, it keeps.
            storage._session.db.conn.execute("PRAGMA synchronous = OFF")
            left = iter(range(statement))

            def kill(_: str) -> None:
                if next(left, None) is None:
                    os.kill(os.getpid(), signal.SIGKILL)

            storage._session.db.conn.set_trace_callback(kill)
            for _ in work(storage):
                pass
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def test_killed_between_any_two_statements_nothing_is_half_written(tmp_path: Path) -> None:
    empty, whole = tmp_path / "empty.db", tmp_path / "whole.db"
    open_sqlite(empty).close()
    copyfile(empty, whole)
    with opened(whole) as storage:
        states = [contents(whole), *(contents(whole) for _ in work(storage))]
    reached = set()
    statement = 0
    while killed_at(statement, path := copyfile(empty, tmp_path / f"{statement}.db")):
        with closing(open_sqlite(path)):
            after = contents(path)
        assert after in states, statement
        reached.add(states.index(after))
        statement += 1
    assert statement > 3 * len(states)
    assert len(reached) >= len(states) - 1


# the disk is full


def test_a_full_disk_is_said_and_nothing_is_half_written(path: Path) -> None:
    with opened(path) as storage:
        poll(storage, new("before"))
        before = contents(path)
        connection = storage._session.db.conn
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 4}")
        storage.make_due(NOW)
        due = claim_feed(storage)
        claimed = contents(path)
        large = [new(f"large {number}", content="words " * 2000) for number in range(9)]
        with pytest.raises(StorageFull, match=r"store\.db: the disk is full"):
            storage.commit_polls([outcome(due, *large)])
        assert contents(path) == claimed
        assert claimed["entries"] == before["entries"]
        connection.execute("PRAGMA max_page_count = 1000000")
        assert storage.commit_polls([outcome(due, *large)]) == frozenset()
        assert len(storage.items()) == 10


# several at once


def test_a_database_that_another_process_writes_to_is_busy(path: Path) -> None:
    with opened(path) as storage, closing(sqlite3.connect(path)) as other:
        poll(storage, new())
        due = claim_entry(storage)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageBusy, match="another process is writing"):
            storage.commit_reading(reading(due))
        assert storage.items()[0].reason == "unread"
        other.execute("ROLLBACK")
        assert storage.commit_reading(reading(due))


def test_writers_beside_each_other_wait_their_turn(path: Path) -> None:
    feeds = 40
    with opened(path) as storage:
        storage.sync_feeds(
            [type(DAWN)(url=f"https://{number}.example/") for number in range(feeds)], NOW
        )
    failures: list[Exception] = []
    claimed: list[int] = []

    def monitor() -> None:
        try:
            with opened(path, patience=timedelta(seconds=30)) as storage:
                while dues := storage.claim_feeds(NOW, 1, LEASE):
                    claimed.append(dues[0].id)
                    storage.known_entries(dues[0].id, ["a"])
                    assert storage.commit_polls([outcome(dues[0], new("a"))]) == frozenset()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=monitor) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(claimed) == list(range(1, feeds + 1))


def test_a_write_waits_where_an_upgraded_read_would_fail_at_once(path: Path) -> None:
    # The other writer commits while ours waits: a snapshot taken before it would be of no use.
    with (
        opened(path, patience=timedelta(seconds=30)) as storage,
        closing(sqlite3.connect(path, check_same_thread=False)) as other,
    ):
        storage.sync_feeds([DAWN], NOW)
        due = claim_feed(storage)
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE feeds SET habits = 'other'")
        release = threading.Timer(0.05, other.commit)
        release.start()
        assert storage.commit_polls([outcome(due, new())]) == frozenset()
        release.join()


def create_together(path: Path, processes: int) -> list[int]:
    """Each of them creates the file, if it is the first; returns their exit statuses."""
    children = []
    for _ in range(processes):
        child = os.fork()
        if child == 0:
            status = 1
            try:
                with opened(path, patience=timedelta(seconds=30)) as storage:
                    storage.sync_feeds([DAWN], NOW)
                status = 0
            finally:
                os._exit(status)
        children.append(child)
    return [os.waitpid(child, 0)[1] for child in children]


def test_processes_that_create_one_file_together_all_get_it(tmp_path: Path) -> None:
    for number in range(12):
        path = tmp_path / f"{number}.db"
        assert create_together(path, 4) == [0, 0, 0, 0]
        with opened(path) as storage:
            assert [health.name for health in storage.feeds()] == ["Dawn"]


def test_a_file_that_another_process_fills_meanwhile_is_not_taken_for_a_stranger(
    path: Path,
) -> None:
    with closing(sqlite3.connect(path)) as empty:
        empty.execute("PRAGMA journal_mode = WAL")
    session, other = open_session(path), open_session(path)
    asked: list[str] = []

    def fill(statement: str) -> None:
        if "type = 'table'" in statement:
            asked.append(statement)
        if len(asked) == 2:  # "any migrations?" is answered; "any tables?" is not
            session.db.conn.set_trace_callback(None)
            other.migrate()

    session.db.conn.set_trace_callback(fill)
    session.migrate()
    with closing(other), closing(SqliteStorage(session)) as storage:
        assert storage.feeds() == []


def test_a_reader_beside_a_monitor_sees_what_is_committed_and_writes_nothing(path: Path) -> None:
    url = f"sqlite:///{path}"
    with opened(path) as monitor:
        poll(monitor, new("first"))
        with closing(open_storage(url, readonly=True)) as reader:
            assert [item.title for item in reader.items()] == ["first"]
            poll(monitor, new("second"), at=NOW + MINUTE)
            assert [item.title for item in reader.items()] == ["first", "second"]
            with pytest.raises(StorageError, match="may not be written to"):
                reader.make_due(NOW)
    with closing(open_storage(url, readonly=True)) as reader:
        assert len(reader.items()) == 2


def test_a_search_by_a_reader_holds_up_no_writer(path: Path) -> None:
    with opened(path) as monitor:
        poll(monitor, *(new(str(number)) for number in range(150)))
        with closing(open_storage(f"sqlite:///{path}", readonly=True)) as reader:
            search = reader.search(None, 1)
            next(search)
            poll(monitor, new("meanwhile"), at=NOW + MINUTE)
            (busy, _, _) = monitor._session.db.conn.execute(
                "PRAGMA wal_checkpoint(TRUNCATE)"
            ).fetchone()
            assert busy == 0
            assert len(list(search)) == 149


# not our file


def foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")


def newer(path: Path) -> None:
    open_sqlite(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            """
            INSERT INTO _sqlite_migrations (migration_set, name, applied_at)
            VALUES ('aggregator', 'add_tomorrow', '2030-01-01')
            """
        )
        connection.commit()


def damaged(path: Path) -> None:
    with opened(path) as storage:
        poll(storage, *(new(str(number), content="words " * 900) for number in range(50)))
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096 * 8)


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        pytest.param(
            lambda path: path.write_text("feeds:\n" * 999), "is not a database", id="text"
        ),
        pytest.param(foreign, "is another program's database", id="another program's"),
        pytest.param(newer, "written by a newer version", id="a newer version's"),
        pytest.param(damaged, "is damaged", id="damaged"),
        pytest.param(lambda path: path.mkdir(), "cannot be", id="a folder"),
    ],
)
@pytest.mark.parametrize("readonly", [False, True], ids=["to write", "to read"])
def test_a_file_that_is_no_store_of_ours_says_so(
    path: Path, make: Callable[[Path], object], problem: str, readonly: bool
) -> None:
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    with (
        pytest.raises(StorageError, match=problem),
        closing(open_storage(f"sqlite:///{path}", readonly=readonly)) as storage,
    ):
        storage.items()
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_ctrl_c_ends_a_long_question(path: Path) -> None:
    def pressed(*_: object) -> None:
        raise KeyboardInterrupt

    with opened(path) as storage:
        before = signal.signal(signal.SIGALRM, pressed)
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.1)
            with pytest.raises(KeyboardInterrupt), storage._session.reading() as db:
                db.execute(
                    """
                    WITH RECURSIVE numbers (n) AS (
                        SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1000000000
                    )
                    SELECT count(*) FROM numbers
                    """
                ).fetchone()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
        assert storage.items() == []


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="file"):
        open_storage(f"sqlite:///{tmp_path}/file/store.db")


def test_a_folder_is_made_where_there_is_none(tmp_path: Path) -> None:
    open_storage(f"sqlite:///{tmp_path}/a/b/store.db").close()
    assert (tmp_path / "a/b/store.db").exists()


def test_a_reader_makes_no_file(path: Path) -> None:
    with pytest.raises(StorageError, match="does not exist yet"):
        open_storage(f"sqlite:///{path}", readonly=True)
    assert not path.exists()


def test_a_reader_does_not_migrate(path: Path) -> None:
    with opened(path) as storage:
        storage._session.db.execute(
            "DELETE FROM _sqlite_migrations WHERE name = 'create_readable_views'"
        )
    with pytest.raises(StorageError, match="written by an older version"):
        open_storage(f"sqlite:///{path}", readonly=True)


def test_a_migration_that_fails_leaves_the_schema_as_it_was(path: Path) -> None:
    with opened(path) as storage:
        db = storage._session.db
        db.execute("DELETE FROM _sqlite_migrations WHERE name LIKE 'create_%'")
        db.execute(
            """
            INSERT INTO _sqlite_migrations (migration_set, name, applied_at)
            VALUES ('aggregator', 'create_feeds', '2026-01-01')
            """
        )
        db.execute("DROP VIEW items")
    before = contents(path)
    with pytest.raises(StorageError, match="already exists"):
        open_sqlite(path)
    assert contents(path) == before


def test_after_close_every_use_is_a_storage_error(path: Path) -> None:
    storage = open_sqlite(path)
    storage.close()
    with pytest.raises(StorageError):
        storage.items()


# read by people


def test_tables_and_views_read_well_in_a_shell(path: Path) -> None:
    with opened(path) as storage:
        poll(storage, new("عنوان", link="https://dawn.example/1", authors=("A. Baloch", "AFP")))
        read(storage, matches=(match("J"), match("Q")), alerts=(alert(),))
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        (item,) = connection.execute("SELECT * FROM items").fetchall()
        (promise,) = connection.execute("SELECT * FROM alerts").fetchall()
        (line,) = connection.execute("SELECT * FROM polls").fetchall()
    assert dict(item) == {
        "id": 1,
        "feed": "Dawn",
        "title": "عنوان",
        "url": "https://dawn.example/1",
        "published": None,
        "first_seen": "2026-11-23T20:00:00.000000+00:00",
        "language": None,
        "quality": "full",
        "reason": "extracted",
        "watches": "J, Q",
        "story": 1,
        "authors": "A. Baloch, AFP",
        "summary": "",
        "text": "The full text.",
    }
    assert (promise["person"], promise["state"], promise["title"], promise["outlet"]) == (
        "amina",
        "pending",
        "Attack in Quetta",
        "Dawn",
    )
    assert (line["feed"], line["at"], line["status"], line["new"]) == (
        "Dawn",
        "2026-11-23T20:00:00.000000+00:00",
        200,
        1,
    )


def test_the_views_tell_one_story_of_those_that_were_merged(path: Path) -> None:
    with opened(path) as storage:
        older, newer = poll(storage, new("a"), new("b"))
        for entry in (older, newer):
            read(storage, alerts=(alert(f"k{entry}", entry_id=entry, story=entry),))
        storage.merge(newer, older, 0.7, NOW)
    with closing(sqlite3.connect(path)) as connection:
        items = connection.execute("SELECT story FROM items").fetchall()
        alerts = connection.execute("SELECT story FROM alerts").fetchall()
    assert items == alerts == [(older,), (older,)]


def test_an_edit_loses_nothing(path: Path) -> None:
    with opened(path) as storage:
        (entry,) = poll(storage, new("before", summary="old summary", content="old content"))
        read(storage, "old page", due_at=NOW + MINUTE)
        read(storage, "new page", at=NOW + MINUTE)
        due = claim_feed(storage, NOW + 60 * MINUTE)
        edited = ParsedEntry(title="after")
        storage.commit_polls([outcome(due, seen=(seen(entry, edited=edited),))])
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            "SELECT kind, title, summary, text, feed_content FROM revisions"
        ).fetchall()
    assert rows == [
        ("page", "before", "old summary", "old page", "old content"),
        ("feed", "before", "old summary", "new page", "old content"),
    ]


def test_every_attempt_leaves_a_receipt(path: Path) -> None:
    with opened(path) as storage:
        poll(storage, new())
        read(storage, alerts=(alert(),))
        for delivery in (
            Delivery("retry", NOW, "smtp_451", "try later", retry_at=NOW),
            Delivery("delivered", NOW, "ok", "250 queued as 7"),
        ):
            commit(storage, storage.claim_alerts(NOW, 1, LEASE)[0], delivery)
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT alert_id, state, reason, detail FROM deliveries")
        assert rows.fetchall() == [
            (1, "retry", "smtp_451", "try later"),
            (1, "delivered", "ok", "250 queued as 7"),
        ]


def test_a_committed_alert_survives_a_power_cut(path: Path) -> None:
    with opened(path) as storage:
        db = storage._session.db
        assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert db.execute("PRAGMA synchronous").fetchone()[0] == 2
        assert db.execute("PRAGMA foreign_keys").fetchone()[0] == 1


@pytest.mark.parametrize(
    ("promised", "waits"),
    [
        pytest.param({}, False, id="nothing is promised"),
        pytest.param({"alerts": (alert(),)}, True, id="an alert is promised"),
        pytest.param({"refreshed": (alert(),)}, True, id="an alert says more"),
    ],
)
def test_a_reading_waits_for_the_disk_where_it_promises(
    path: Path, promised: dict[str, Any], waits: bool
) -> None:
    """A power cut may undo the others: their entries are due then, and read again."""
    with opened(path) as storage:
        poll(storage, new())
        due = claim_entry(storage)
        statements: list[str] = []
        storage._session.db.conn.set_trace_callback(statements.append)
        assert storage.commit_reading(reading(due, **promised))
        storage.claim_entries(NOW, 1, LEASE)
    level = "2"
    commits = []
    for statement in statements:
        if statement.startswith("PRAGMA synchronous ="):
            level = statement.split()[-1]
        if statement == "COMMIT":
            commits.append(level)
    assert commits == ["2" if waits else "NORMAL", "2"]


def test_of_a_pruned_entry_only_what_it_is_known_by_and_its_alerts_are_left(path: Path) -> None:
    """Whatever tables there are: a new one that refers to entries must be thought of."""
    kept = {"entries", "entry_keys", "outbox"}
    with opened(path) as storage:
        poll(storage, new("first", content="words"), new("second", content="words"))
        for _ in range(2):
            read(storage, matches=(match(),), alerts=(alert(),), fingerprint=fingerprint("a"))
        index_all(storage)
        assert storage.prune_articles(NOW + 24 * 60 * MINUTE, 9) == 2
        # By these its copies are found, for a time of their own.
        assert storage.prune_fingerprints(NOW + 24 * 60 * MINUTE, 9) == 2
    with closing(sqlite3.connect(path)) as file:
        for (table,) in file.execute("SELECT name FROM sqlite_schema WHERE type = 'table'"):
            columns = {row[1] for row in file.execute(f"PRAGMA table_info({table})")}
            if "entry_id" in columns and table not in kept:
                (rows,) = file.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
                assert rows == 0, table
        assert file.execute("SELECT count(*) FROM items_fts").fetchone() == (0,)
