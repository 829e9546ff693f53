"""One connection to SQLite: how it is opened, its transactions, and its errors made ours."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlite_utils import Database

from aggregator.errors import StorageBusy, StorageError, StorageFull
from storage.migrations.sqlite import APPLICATION_ID, STEPS, migrations

#: `UPDATE … RETURNING` came with 3.35, `->>` with 3.38.
OLDEST = (3, 38, 0)
#: How long to wait for another process that is writing.
PATIENCE = timedelta(seconds=10)
_PAUSE_MS = 10
#: Steps of SQLite's machine, of which it takes tens of millions a second.
_BETWEEN_LOOKS = 1_000_000


class Session:
    """A connection whose every use is one transaction and raises StorageError only."""

    def __init__(self, db: Database, path: Path | None) -> None:
        self.db = db
        #: None: in memory.
        self.path = path
        self.name = "memory" if path is None else str(path)
        self._file: tuple[int, int] | None = None

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """One snapshot for all that is read in it."""
        with self._own_errors(), self.db.atomic():
            yield self.db

    @contextmanager
    def writing(self, *, redone_if_lost: bool = False) -> Iterator[Database]:
        """All that is written in it, or nothing; on the disk when it returns.

        What is `redone_if_lost` does not wait for the disk.  A power cut may undo it, whole, as
        long as nothing was written after it that did wait: the log is one, and synced as one.
        """
        with self._own_errors(), self._synced(not redone_if_lost), self.db.atomic():
            self._require_in_place()
            # atomic() begins DEFERRED.  Were the first statement to read, its snapshot might be old
            # by the first write, and SQLite then gives up at once instead of waiting.  A write of
            # nothing as the first statement waits for its turn, as BEGIN IMMEDIATE does.
            self.db.execute("DELETE FROM feeds WHERE FALSE")
            yield self.db

    def _require_in_place(self) -> None:
        """What is written into a file that was moved away is lost to all who open its path next."""
        if self.path is None:
            return
        found = _identity(self.path)
        self._file = self._file or found
        if found != self._file:
            raise StorageError(
                f"{self.name}: was moved away or replaced while it is in use"
                " (put it back, or stop what uses it and start that again)"
            )

    @contextmanager
    def _synced(self, synced: bool) -> Iterator[None]:
        if synced:
            yield
            return
        (usual,) = self.db.execute("PRAGMA synchronous").fetchone()
        self.db.execute("PRAGMA synchronous = NORMAL")
        try:
            yield
        finally:
            self.db.execute(f"PRAGMA synchronous = {usual}")

    @contextmanager
    def alone(self) -> Iterator[Database]:
        """Outside any transaction, for what moves the file's own pages about."""
        with self._own_errors():
            yield self.db

    def close(self) -> None:
        with self._own_errors():
            self.db.close()

    def migrate(self) -> None:
        """Bring the schema up to this version.  Raises StorageError for a file that is not ours,
        and for one that a newer version wrote."""
        with self._own_errors():
            pending = self.pending()
            if len(pending) == len(STEPS):
                # So that room can be given back: of a file that is being made, and no other.
                self.db.execute("PRAGMA auto_vacuum = INCREMENTAL")
            self._switch_to_wal()
            if not pending:
                return
            with self.db.atomic():
                # The first statement writes, so that of two processes one migrates and one waits.
                self.db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                migrations().apply(self.db)

    def _switch_to_wal(self) -> None:
        """For the life of the file; nothing happens where it is done already."""
        (patience,) = self.db.execute("PRAGMA busy_timeout").fetchone()
        # For this SQLite does not wait: it gives up at once when another process looks at the file.
        for _ in range(patience // _PAUSE_MS):
            try:
                self.db.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise
                time.sleep(_PAUSE_MS / 1000)
            else:
                return
        self.db.execute("PRAGMA journal_mode = WAL")

    def require_current(self) -> None:
        """Raises StorageError when the schema is not of this version."""
        with self._own_errors():
            if self.pending():
                raise StorageError(
                    f"{self.name}: written by an older version"
                    " (stop the monitor, then: python run.py storage migrate)"
                )

    def applied(self) -> set[str]:
        """The names of the migrations that the file has been through."""
        with self._own_errors():
            return {step.name for step in migrations().applied(self.db)}

    def pending(self) -> tuple[str, ...]:
        """The names of those that it lacks, in order.  Raises as `migrate` does."""
        # One snapshot: another process may be creating the tables between the two questions.
        with self._own_errors(), self.db.atomic():
            applied = self.applied()
            tables = self.db.table_names()
        if not applied and tables:
            raise StorageError(f"{self.name}: is another program's database")
        unknown = applied - {step.__name__ for step in STEPS}
        if unknown:
            raise StorageError(
                f"{self.name}: written by a newer version (install that one, or restore a backup)"
            )
        return tuple(step.__name__ for step in STEPS if step.__name__ not in applied)

    @contextmanager
    def _own_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise own_error(error, self.name) from error


def open_session(
    path: Path | None,
    *,
    readonly: bool = False,
    existing: bool = False,
    patience: timedelta = PATIENCE,
) -> Session:
    """Connect to the file at `path` (None: to memory), created if need be and neither `readonly`
    nor `existing`.  Raises StorageError."""
    if sqlite3.sqlite_version_info < OLDEST:
        raise StorageError(f"SQLite {sqlite3.sqlite_version} is too old (3.38 or newer is needed)")
    name = "memory" if path is None else str(path)
    if path is not None and not path.exists():
        if readonly or existing:
            raise StorageError(f"{path}: does not exist yet (start the monitor once)")
        _make_folder(path.parent)
    try:
        return Session(_connect(path, readonly, patience), path)
    except sqlite3.Error as error:
        raise own_error(error, name) from error


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{folder}: {error.strerror}") from error


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file stands there; None: none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _connect(path: Path | None, readonly: bool, patience: timedelta) -> Database:
    connection = sqlite3.connect(
        ":memory:"
        if path is None
        else f"{path.absolute().as_uri()}?mode={'ro' if readonly else 'rwc'}",
        uri=True,
        timeout=patience.total_seconds(),
        # No transactions but those we begin.
        isolation_level=None,
        # One thread at a time uses it, and not always the one that opened it.
        check_same_thread=False,
    )
    connection.row_factory = sqlite3.Row
    # In between, Python looks whether somebody pressed Ctrl-C, and SQLite gives up.
    connection.set_progress_handler(lambda: 0, _BETWEEN_LOOKS)
    try:
        if not readonly:
            # A commit that a power cut could undo would send its alerts twice.
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA journal_size_limit = 67108864")
            # 32 MB of log before it is brought into the file.  An article touches a hundred pages
            # all over its indexes: at the usual 4 MB every tenth waited for that.
            connection.execute("PRAGMA wal_autocheckpoint = 8192")
        connection.execute("PRAGMA cache_size = -16384")
        return Database(connection, execute_plugins=False)
    except sqlite3.Error:
        connection.close()
        raise


def own_error(error: sqlite3.Error, name: str) -> StorageError:
    """Ours for SQLite's, saying what happened to which file and what to do."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_INTERRUPT:
        raise KeyboardInterrupt from error
    if code == sqlite3.SQLITE_FULL:
        return StorageFull(f"{name}: the disk is full (make room; nothing was half-written)")
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StorageBusy(f"{name}: another process is writing to it (try again)")
    if code == sqlite3.SQLITE_NOTADB:
        return StorageError(f"{name}: is not a database (move it away, or restore a backup)")
    if code == sqlite3.SQLITE_CORRUPT:
        return StorageError(f"{name}: is damaged (restore a backup; {error})")
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return StorageError(f"{name}: may not be written to (check who owns it and its folder)")
    if code == sqlite3.SQLITE_CANTOPEN:
        return StorageError(f"{name}: cannot be opened (check who owns it and its folder)")
    if code == sqlite3.SQLITE_IOERR:
        return StorageError(f"{name}: cannot be read or written ({error}; check the disk)")
    return StorageError(f"{name}: {error}")


def json_array(values: Iterable[int] | Iterable[str]) -> str:
    """For `IN (SELECT value FROM json_each(:values))`, which takes any number of values."""
    return json.dumps(list(values))
