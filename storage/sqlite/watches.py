"""The watches last held against the store, and what a changed one is found to have missed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aggregator.models import Match
from storage import codec
from storage.sqlite.session import Session


class Watches:
    """What is remembered of the watches themselves."""

    _session: Session

    def watch_digests(self) -> Mapping[str, str]:
        with self._session.reading() as db:
            rows = db.execute("SELECT name, digest FROM watches").fetchall()
        return {row["name"]: row["digest"] for row in rows}

    def keep_watches(self, digests: Mapping[str, str]) -> None:
        with self._session.writing() as db:
            db.execute("DELETE FROM watches")
            db.conn.executemany(
                "INSERT INTO watches (name, digest) VALUES (?, ?)",
                [(codec.text(name), digest) for name, digest in digests.items()],
            )

    def rename_watch(self, old: str, new: str) -> None:
        names = {"old": codec.text(old), "new": codec.text(new)}
        with self._session.writing() as db:
            db.execute("UPDATE matches SET watch = :new WHERE watch = :old", names)
            # Whoever was told under the old name must not be told again under the new one.
            db.execute("UPDATE outbox SET watch = :new WHERE watch = :old", names)
            db.execute("UPDATE OR REPLACE watches SET name = :new WHERE name = :old", names)

    def add_matches(self, found: Sequence[tuple[int, Match]]) -> int:
        with self._session.writing() as db:
            return sum(
                db.execute(
                    """
                    INSERT INTO matches (entry_id, position, watch, severity, terms, since)
                    SELECT
                        id,
                        (
                            SELECT coalesce(max(position) + 1, 0)
                            FROM matches WHERE entry_id = entries.id
                        ),
                        :watch, :severity, :terms, first_seen
                    FROM entries
                    WHERE id = :id AND matched AND NOT EXISTS (
                        SELECT 1 FROM matches WHERE entry_id = entries.id AND watch = :watch
                    )
                    """,
                    {
                        "id": entry_id,
                        "watch": codec.text(match.watch),
                        "severity": match.severity,
                        "terms": codec.hits(match.terms),
                    },
                ).rowcount
                for entry_id, match in found
            )
