"""The room that the database takes on the disk."""

from __future__ import annotations

from storage.sqlite.session import Session


class Space:
    """What is forgotten leaves pages of the file empty: they are used again, or given back."""

    _session: Session

    def free_bytes(self) -> int:
        with self._session.reading() as db:
            (free,) = db.execute(
                """
                SELECT freelist_count * page_size FROM pragma_freelist_count, pragma_page_size
                """
            ).fetchone()
        return int(free)

    def give_back(self, limit: int) -> int:
        # Of a file that was made by a version before this nothing is given back: see `compact`.
        with self._session.alone() as db:
            (before,) = db.execute("PRAGMA freelist_count").fetchone()
            # It goes on a page a step; of a statement without columns execute() takes one step.
            db.conn.executescript(f"PRAGMA incremental_vacuum({limit:d})")
            (after,) = db.execute("PRAGMA freelist_count").fetchone()
        return int(before - after)

    def compact(self) -> None:
        with self._session.alone() as db:
            # Takes effect with VACUUM, where the file was made without it.
            db.execute("PRAGMA auto_vacuum = INCREMENTAL")
            db.execute("VACUUM")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
