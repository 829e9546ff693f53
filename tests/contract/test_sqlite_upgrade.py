"""A file that an older version wrote: upgraded, with nothing lost and a copy kept."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from aggregator.errors import StorageError, StorageFull
from aggregator.models import Upgrade
from storage import open_storage, upgrade
from storage.migrations.sqlite import NAME, STEPS
from storage.sqlite.session import open_session
from storage.sqlite.upgrade import upgrade as upgrade_session

#: The first version had these steps; each later one added to them.
EARLIEST = 6
ROWS = (Path(__file__).parents[1] / "data/earliest_store.sql").read_text()

TABLES = (
    "feeds documents ledger entries entry_keys feed_texts revisions articles matches outbox "
    "deliveries digests items_fts"
).split()


def written_by(version: int, path: Path) -> None:
    """The earliest version's data, as the version with so many steps had it."""
    with closing(sqlite3.connect(path)) as connection:
        db = Database(connection, execute_plugins=False)
        _apply(db, EARLIEST)
        connection.executescript(ROWS)
        _apply(db, version)
        connection.commit()


def _apply(db: Database, version: int) -> None:
    registry = Migrations(NAME)
    for step in STEPS[:version]:
        registry()(step)
    registry.apply(db)


def contents(path: Path) -> dict[str, list[dict[str, object]]]:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return {
            table: [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]  # noqa: S608
            for table in TABLES
        }


def nothing(*_: int) -> None:
    """Nobody looks at the progress."""


@pytest.mark.parametrize("version", range(EARLIEST, len(STEPS)))
def test_every_earlier_version_is_upgraded_and_loses_nothing(tmp_path: Path, version: int) -> None:
    path = tmp_path / "store.db"
    written_by(version, path)
    before = contents(path)
    assert all(before.values())

    done = upgrade(f"sqlite:///{path}", nothing)

    assert done.steps == tuple(step.__name__ for step in STEPS[version:])
    assert done.copy == tmp_path / f"store.db.schema-{version}"
    assert contents(done.copy) == before
    after = contents(path)
    for table, rows in before.items():
        kept = [
            # The one column that a step took away, for texts' fingerprints have come in its place.
            {column: row[column] for column in old if column != "text_hash"}
            for old, row in zip(rows, after[table], strict=True)
        ]
        assert kept == [{c: v for c, v in row.items() if c != "text_hash"} for row in rows], table

    with closing(open_storage(f"sqlite:///{path}", readonly=True)) as storage:
        first, second = storage.items()
        assert (first.title, first.text, first.watches) == (
            "Attack in Quetta",
            "Four words of text",
            ("Quetta",),
        )
        assert second.text == "The feed's text"
        assert first.words == 4
        assert storage.faults() == []
        assert [one.title for one in storage.search('"quetta"', 1)] == ["Second", first.title]


def test_a_store_of_this_version_is_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    open_storage(url).close()
    assert upgrade(url, nothing) == Upgrade()
    assert [path.name for path in tmp_path.iterdir()] == ["store.db"]


def test_a_monitor_that_starts_upgrades_and_keeps_a_copy_too(tmp_path: Path) -> None:
    written_by(EARLIEST, tmp_path / "store.db")
    open_storage(f"sqlite:///{tmp_path}/store.db").close()
    assert {path.name for path in tmp_path.iterdir()} == {"store.db", "store.db.schema-6"}


@pytest.mark.parametrize("how", ["readonly", "existing"])
def test_a_command_beside_a_monitor_upgrades_nothing(tmp_path: Path, how: str) -> None:
    path = tmp_path / "store.db"
    written_by(EARLIEST, path)
    before = path.read_bytes()
    with pytest.raises(StorageError, match=r"older version.*storage migrate"):
        open_storage(f"sqlite:///{path}", **{how: True})
    assert path.read_bytes() == before


def test_without_room_for_the_copy_nothing_is_upgraded(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    written_by(EARLIEST, path)
    before = contents(path)

    def full(*_: int) -> None:
        raise StorageFull

    with closing(open_session(path, existing=True)) as session, pytest.raises(StorageFull):
        upgrade_session(session, full)
    assert contents(path) == before
    assert [found.name for found in tmp_path.iterdir()] == ["store.db"]
