"""A copy of everything at one moment, taken beside whoever writes, and proved to be one."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from aggregator.errors import StorageError
from aggregator.protocols import Advance
from storage.sqlite.session import Session, own_error

#: Pages of the database copied between two calls of `advance`.
STEP = 1024


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds, to be compared with another."""

    #: Rows by table, the hidden ones of the full-text index included.
    rows: Mapping[str, int]
    #: SHA-256 over every row of every table.
    digest: str


class Snapshots:
    """Copies of the store."""

    _session: Session

    def backup(self, target: Path, advance: Advance) -> Mapping[str, int]:
        return write_copy(self._session, target, advance)

    def row_counts(self) -> Mapping[str, int]:
        with self._session.reading() as db:
            return contents(db.conn, digested=False).rows


def write_copy(session: Session, target: Path, advance: Advance) -> Mapping[str, int]:
    """The database as it is now, as one file at `target`; returns its rows by table.

    Nothing stands at `target` before the copy is whole, on the disk, and holds what the original
    holds.  Raises StorageError.
    """
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        # One snapshot for the copy and for what it is compared with; writers go on beside it.
        with session.reading() as db:
            expected = contents(db.conn)
            _copy_pages(db.conn, part, advance)
        _require_equal(part, expected)
        if session.path is not None:
            shutil.copymode(session.path, part)
        part.replace(target)
        _flush_folder(target.parent)
    except OSError as error:
        raise StorageError(f"{target}: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
    return expected.rows


def contents(connection: sqlite3.Connection, *, digested: bool = True) -> Contents:
    """Of the snapshot in which the connection stands."""
    hashed = sha256()
    rows: dict[str, int] = {}
    for table in _tables(connection):
        if not digested:
            (rows[table],) = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()  # noqa: S608  our own
            continue
        hashed.update(f"{table}\n".encode())
        rows[table] = 0
        for row in connection.execute(f'SELECT * FROM "{table}"'):  # noqa: S608  our own
            hashed.update(f"{tuple(row)}\n".encode("utf-8", "surrogatepass"))
            rows[table] += 1
    return Contents(rows, hashed.hexdigest())


def _tables(connection: sqlite3.Connection) -> list[str]:
    """Those with rows of their own: a virtual table's stand in its hidden ones."""
    rows = connection.execute(
        """
        SELECT name FROM sqlite_schema
        WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL %'
        ORDER BY name
        """
    )
    return [row[0] for row in rows]


def _copy_pages(source: sqlite3.Connection, part: Path, advance: Advance) -> None:
    with _writing_to(part), closing(sqlite3.connect(part)) as copy:
        source.backup(
            copy, pages=STEP, progress=lambda _, left, total: advance(total - left, total)
        )
        # Of the original's mode (WAL) it would be three files as soon as somebody looked at it.
        copy.execute("PRAGMA journal_mode = DELETE")


def _require_equal(part: Path, expected: Contents) -> None:
    with _writing_to(part), closing(sqlite3.connect(part)) as copy:
        found = contents(copy)
    if found != expected:
        raise StorageError(f"{part}: is not what was copied (check the disk, and try again)")


@contextmanager
def _writing_to(part: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise own_error(error, str(part)) from error


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
