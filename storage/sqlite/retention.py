"""Articles whose time is over: everything of them goes but what they are known by."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from storage import codec
from storage.sqlite.copies import forget_copies
from storage.sqlite.session import Session

#: What came or changed since then stays, and what is still to be read or matched.  By id, which
#: rises with time, from the oldest that is kept: what went long ago is not looked at.
_OVER = """
    SELECT entries.id
    FROM feed_texts
    CROSS JOIN entries ON entries.id = feed_texts.entry_id
    LEFT JOIN articles ON articles.entry_id = entries.id
    WHERE feed_texts.entry_id <= (
            SELECT id FROM entries WHERE first_seen < :before ORDER BY first_seen DESC, id DESC
        )
        AND entries.first_seen < :before
        AND entries.due_at IS NULL
        AND entries.matched
        AND coalesce(articles.fetched_at, '') < :before
        AND NOT EXISTS (SELECT 1 FROM revisions WHERE entry_id = entries.id AND at >= :before)
        AND NOT EXISTS (SELECT 1 FROM matches WHERE entry_id = entries.id AND since >= :before)
    ORDER BY feed_texts.entry_id
"""

#: Since its last success a feed's polls tell how it fares, however long ago that was.
_OLD_POLLS = """
    SELECT ledger.id
    FROM ledger
    JOIN feeds ON feeds.id = ledger.feed_id
    WHERE ledger.at < :before AND ledger.at < feeds.last_success
    ORDER BY ledger.at
"""


class Retention:
    """What is forgotten, and what would be."""

    _session: Session

    def prunable(
        self, articles: datetime, pages: datetime, polls: datetime
    ) -> tuple[int, int, int]:
        with self._session.reading() as db:
            over = db.execute(
                f"SELECT count(*) FROM ({_OVER})",  # noqa: S608  nothing of a user's in it
                {"before": codec.time(articles)},
            )
            old = db.execute(
                "SELECT count(*) FROM pages WHERE kept_at < :before", {"before": codec.time(pages)}
            )
            asked = db.execute(
                f"SELECT count(*) FROM ({_OLD_POLLS})",  # noqa: S608  nothing of a user's in it
                {"before": codec.time(polls)},
            )
            return over.fetchone()[0], old.fetchone()[0], asked.fetchone()[0]

    def prune_articles(self, before: datetime, limit: int) -> int:
        with self._session.writing() as db:
            over = db.execute(
                f"{_OVER} LIMIT :limit", {"before": codec.time(before), "limit": limit}
            ).fetchall()
            for row in over:
                _forget(db, row["id"])
        return len(over)

    def prune_polls(self, before: datetime, limit: int) -> int:
        with self._session.writing() as db:
            pruned = db.execute(
                f"DELETE FROM ledger WHERE id IN ({_OLD_POLLS} LIMIT :limit)",  # noqa: S608  as above
                {"before": codec.time(before), "limit": limit},
            )
        return pruned.rowcount


def _forget(db: Database, entry_id: int) -> None:
    """The row in `entries` stays, with its keys and the hash of its words: its feed may show it
    again, and it must be known then for what it was.  So do alerts, which have words of their own,
    and for its own time what copies and the story are found by: neither is to be told again.
    """
    forget_copies(db, entry_id)
    for statement in (
        "DELETE FROM placements WHERE entry_id = :id",
        "DELETE FROM matches WHERE entry_id = :id",
        "DELETE FROM revisions WHERE entry_id = :id",
        "DELETE FROM articles WHERE entry_id = :id",
        "DELETE FROM feed_texts WHERE entry_id = :id",
        "DELETE FROM items_fts WHERE rowid = :id",
        "UPDATE entries SET pruned = 1 WHERE id = :id",
    ):
        db.execute(statement, {"id": entry_id})
