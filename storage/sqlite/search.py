"""The full-text index: what it holds, what it does not hold yet, and what it finds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aggregator.models import FoldedItem, Item
from storage import codec
from storage.sqlite.items import items_of
from storage.sqlite.session import Session

#: Items read from the file at a time while a search runs.
PAGE = 100


class Search:
    """The searchers' part of storage."""

    _session: Session

    def unindexed(self, version: int, limit: int) -> list[Item]:
        with self._session.writing() as db:
            # Marked as in hand: words that change before `index` comes make the mark 0 again, and
            # then the index that would be written is old.
            rows = db.execute(
                """
                UPDATE entries SET indexed = -:version
                WHERE id IN (
                    SELECT id FROM entries WHERE NOT pruned AND indexed < :version
                    UNION ALL
                    SELECT id FROM entries WHERE NOT pruned AND indexed > :version
                    LIMIT :limit
                )
                RETURNING id
                """,
                {"version": version, "limit": limit},
            ).fetchall()
            return items_of(db, sorted(row["id"] for row in rows))

    def index(self, items: Sequence[FoldedItem], version: int) -> None:
        with self._session.writing() as db:
            current = [
                item
                for item in items
                if db.execute(
                    "UPDATE entries SET indexed = :version WHERE id = :id AND indexed = -:version",
                    {"id": item.id, "version": version},
                ).rowcount
            ]
            db.conn.executemany(
                "INSERT OR REPLACE INTO items_fts (rowid, title, text) VALUES (:id, :title, :text)",
                [
                    {"id": item.id, "title": codec.text(item.title), "text": codec.text(item.text)}
                    for item in current
                ],
            )

    def search(self, fts: str | None, version: int) -> Iterator[Item]:
        found = self._everything() if fts is None else self._candidates(fts, version)
        # By pages: whoever reads slowly keeps no transaction open.
        for start in range(0, len(found), PAGE):
            ids = found[start : start + PAGE]
            with self._session.reading() as db:
                items = items_of(db, ids)
            yield from items

    def _everything(self) -> list[int]:
        with self._session.reading() as db:
            rows = db.execute(
                "SELECT id FROM entries WHERE NOT pruned ORDER BY first_seen DESC, id DESC"
            ).fetchall()
        return [row["id"] for row in rows]

    def _candidates(self, fts: str, version: int) -> list[int]:
        with self._session.reading() as db:
            rows = db.execute(
                """
                -- CROSS and INDEXED BY: from the few to their entries.  Left alone, SQLite reads
                -- all entries in order of time to save itself a sort.
                SELECT entries.id, entries.first_seen
                FROM items_fts
                CROSS JOIN entries ON entries.id = items_fts.rowid
                WHERE items_fts MATCH :fts AND entries.indexed = :version
                UNION ALL
                SELECT id, first_seen FROM entries INDEXED BY entries_by_index
                WHERE NOT pruned AND indexed < :version
                UNION ALL
                SELECT id, first_seen FROM entries INDEXED BY entries_by_index
                WHERE NOT pruned AND indexed > :version
                ORDER BY first_seen DESC, id DESC
                """,
                {"fts": codec.text(fts), "version": version},
            ).fetchall()
        return [row["id"] for row in rows]
