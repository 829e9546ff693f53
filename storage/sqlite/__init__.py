"""SQLite: the embedded default.  One writer at a time, readers beside it (WAL)."""

from __future__ import annotations

from pathlib import Path

from aggregator.errors import StorageError
from storage.sqlite.copies import Copies
from storage.sqlite.digests import Digests
from storage.sqlite.entries import Entries
from storage.sqlite.feeds import Feeds
from storage.sqlite.histories import Histories
from storage.sqlite.hosts import Hosts
from storage.sqlite.items import Items
from storage.sqlite.outbox import Outbox
from storage.sqlite.pages import Pages
from storage.sqlite.revisions import Revisions
from storage.sqlite.search import Search
from storage.sqlite.session import Session, open_session
from storage.sqlite.summaries import Summaries
from storage.sqlite.watches import Watches


class SqliteStorage(
    Feeds,
    Entries,
    Copies,
    Hosts,
    Outbox,
    Summaries,
    Digests,
    Search,
    Items,
    Revisions,
    Pages,
    Watches,
    Histories,
):
    """The Storage Protocol on one connection.  Each method is one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def close(self) -> None:
        self._session.close()


def open_sqlite(path: Path | None, *, readonly: bool = False) -> SqliteStorage:
    """The database at `path`, or in memory; migrated unless `readonly`.  Raises StorageError."""
    session = open_session(path, readonly=readonly)
    try:
        if readonly and path is not None:
            session.require_current()
        else:
            session.migrate()
    except StorageError:
        session.close()
        raise
    return SqliteStorage(session)
