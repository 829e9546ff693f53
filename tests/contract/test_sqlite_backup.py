"""A backup of a file that somebody writes to meanwhile is one moment of it."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from samples import index_all, match, new, poll, read

from aggregator.errors import StorageError
from storage import open_storage
from storage.sqlite import open_sqlite
from storage.sqlite.snapshot import contents

BATCH = 5


def nothing(*_: int) -> None:
    """Nobody looks at the progress."""


def write(path: Path, stop: threading.Event, written: threading.Event) -> None:
    """Batches of entries, each poll in one transaction."""
    with closing(open_sqlite(path)) as storage:
        batch = 0
        while not stop.is_set():
            poll(storage, *(new(f"{batch}.{n}", content="words " * 900) for n in range(BATCH)))
            read(storage, matches=(match(),))
            index_all(storage)
            batch += 1
            if batch > 2:
                written.set()


def let_write(written: threading.Event) -> None:
    """Until a whole batch is written: the first to end may have begun before."""
    for _ in range(2):
        written.clear()
        assert written.wait(30)


def test_a_backup_during_writes_is_one_moment_and_restores(tmp_path: Path) -> None:
    path, stop, written = tmp_path / "store.db", threading.Event(), threading.Event()
    writer = threading.Thread(target=write, args=(path, stop, written))
    writer.start()
    try:
        assert written.wait(30)
        for number in range(5):
            target = tmp_path / f"backup-{number}.db"
            with closing(open_storage(f"sqlite:///{path}", readonly=True)) as storage:
                before = storage.row_counts()["entries"]
                rows = storage.backup(target, lambda *_: let_write(written))
                assert storage.row_counts()["entries"] > rows["entries"] >= before
            with closing(open_storage(f"sqlite:///{target}", readonly=True)) as restored:
                assert restored.row_counts() == rows
                assert len(restored.items()) == rows["entries"]
                assert rows["entries"] % BATCH == 0, "half a poll"
                assert restored.faults() == []
    finally:
        stop.set()
        writer.join()


def test_equal_counts_with_other_words_are_not_equal(tmp_path: Path) -> None:
    path, copy = tmp_path / "store.db", tmp_path / "copy.db"
    with closing(open_sqlite(path)) as storage:
        poll(storage, new())
        storage.backup(copy, nothing)
    with closing(sqlite3.connect(path)) as one, closing(sqlite3.connect(copy)) as other:
        assert contents(one) == contents(other)
        other.execute("UPDATE feed_texts SET title = 'Attack in Quettb'")
        assert contents(one).rows == contents(other).rows
        assert contents(one).digest != contents(other).digest


def test_a_backup_that_fails_leaves_the_one_of_yesterday(tmp_path: Path) -> None:
    path, target = tmp_path / "store.db", tmp_path / "backup.db"
    target.write_text("the backup of yesterday")
    parts: list[Path] = []

    def fail(*_: int) -> None:
        parts.extend(tmp_path.glob(".backup.db.*.part"))
        raise StorageError("the disk is gone")

    with closing(open_sqlite(path)) as storage, pytest.raises(StorageError, match="gone"):
        storage.backup(target, fail)
    assert len(parts) == 1
    assert target.read_text() == "the backup of yesterday"
    assert {found.name for found in tmp_path.iterdir()} == {"store.db", "backup.db"}


def test_a_backup_keeps_the_permissions_of_the_store(tmp_path: Path) -> None:
    path, target = tmp_path / "store.db", tmp_path / "backup.db"
    with closing(open_sqlite(path)) as storage:
        path.chmod(0o600)
        storage.backup(target, nothing)
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_folder_that_is_not_there_says_so(tmp_path: Path) -> None:
    with (
        closing(open_sqlite(tmp_path / "store.db")) as storage,
        pytest.raises(StorageError, match="cannot be opened"),
    ):
        storage.backup(tmp_path / "none" / "b.db", nothing)
