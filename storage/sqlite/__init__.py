"""SQLite: the embedded default.  One writer at a time, readers beside it (WAL)."""

from __future__ import annotations

from pathlib import Path

from aggregator.errors import StorageError
from aggregator.models import Upgrade
from aggregator.protocols import Advance
from storage.sqlite.clocks import Clocks
from storage.sqlite.copies import Copies
from storage.sqlite.digests import Digests
from storage.sqlite.entries import Entries
from storage.sqlite.feeds import Feeds
from storage.sqlite.histories import Histories
from storage.sqlite.hosts import Hosts
from storage.sqlite.integrity import Integrity
from storage.sqlite.items import Items
from storage.sqlite.outbox import Outbox
from storage.sqlite.pages import Pages
from storage.sqlite.polls import Polls
from storage.sqlite.retention import Retention
from storage.sqlite.revisions import Revisions
from storage.sqlite.search import Search
from storage.sqlite.session import Session, open_session
from storage.sqlite.snapshot import Snapshots
from storage.sqlite.space import Space
from storage.sqlite.stories import Stories
from storage.sqlite.summaries import Summaries
from storage.sqlite.upgrade import upgrade
from storage.sqlite.watches import Watches


class SqliteStorage(
    Feeds,
    Polls,
    Entries,
    Copies,
    Hosts,
    Outbox,
    Summaries,
    Stories,
    Digests,
    Search,
    Items,
    Revisions,
    Pages,
    Watches,
    Histories,
    Clocks,
    Retention,
    Space,
    Snapshots,
    Integrity,
):
    """The Storage Protocol on one connection.  Each method is one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def close(self) -> None:
        self._session.close()


def open_sqlite(
    path: Path | None, *, readonly: bool = False, existing: bool = False
) -> SqliteStorage:
    """The database at `path`, or in memory; upgraded unless it is opened `readonly`, or as the
    `existing` one of this version.  Raises StorageError."""
    session = open_session(path, readonly=readonly, existing=existing)
    try:
        if path is not None and (readonly or existing):
            session.require_current()
        else:
            upgrade(session, lambda *_: None)
    except StorageError:
        session.close()
        raise
    return SqliteStorage(session)


def upgrade_sqlite(path: Path, advance: Advance) -> Upgrade:
    """Bring the database at `path` up to this version.  Raises StorageError."""
    session = open_session(path, existing=True)
    try:
        return upgrade(session, advance)
    finally:
        session.close()
