"""Texts that say the same: how candidates are found, and which were taken for copies."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlite_utils import Database

from aggregator.models import Fingerprint, KnownText, Link
from storage import codec
from storage.sqlite.session import Session, json_array
from storage.sqlite.stories import ROOT, forget_words


class Copies:
    """The fingerprints of articles, and the links between copies."""

    _session: Session

    def known_texts(
        self, fingerprint: Fingerprint, since: datetime, entry_id: int
    ) -> list[KnownText]:
        with self._session.reading() as db:
            rows = db.execute(
                f"""
                SELECT
                    entries.id, {ROOT} AS story, entries.first_seen, fingerprints.version,
                    fingerprints.text_hash, fingerprints.bands, fingerprints.runs,
                    fingerprints.numbers, fingerprints.names
                FROM (
                    SELECT DISTINCT entry_id FROM bands
                    WHERE key IN (SELECT value FROM json_each(:keys)) AND entry_id <> :entry
                ) AS found
                CROSS JOIN fingerprints ON fingerprints.entry_id = found.entry_id
                CROSS JOIN entries ON entries.id = found.entry_id
                WHERE fingerprints.version = :version AND entries.first_seen >= :since
                """,  # noqa: S608  a constant of this folder
                {
                    "keys": json_array(fingerprint.bands),
                    "entry": entry_id,
                    "version": fingerprint.version,
                    "since": codec.time(since),
                },
            ).fetchall()
        # Sorted here: SQLite would carry the hashes of every text through its sorting.
        return [
            KnownText(row["id"], row["story"], codec.moment(row["first_seen"]), _fingerprint(row))
            for row in sorted(rows, key=lambda row: (row["first_seen"], row["id"]))
        ]

    def copies(self, entry_id: int) -> list[Link]:
        with self._session.reading() as db:
            rows = db.execute(
                """
                SELECT other, reason, score, nothing_new FROM copies WHERE entry_id = :id
                UNION
                SELECT entry_id, reason, score, nothing_new FROM copies WHERE other = :id
                ORDER BY 1
                """,
                {"id": entry_id},
            ).fetchall()
        return [Link(row[0], row[1], row[2], bool(row[3])) for row in rows]

    def copy_pairs(self, entry_ids: Collection[int]) -> list[tuple[int, int]]:
        with self._session.reading() as db:
            rows = db.execute(
                """
                WITH asked (id) AS (SELECT value FROM json_each(:ids))
                SELECT entry_id, other FROM copies
                WHERE entry_id IN (SELECT id FROM asked) AND other IN (SELECT id FROM asked)
                ORDER BY entry_id, other
                """,
                {"ids": json_array(entry_ids)},
            ).fetchall()
        return [(row["entry_id"], row["other"]) for row in rows]

    def prune_fingerprints(self, before: datetime, limit: int) -> int:
        with self._session.writing() as db:
            rows = db.execute(
                """
                SELECT known.entry_id
                FROM (SELECT entry_id FROM fingerprints UNION SELECT entry_id FROM vectors) AS known
                JOIN entries ON entries.id = known.entry_id
                WHERE entries.first_seen < :before
                ORDER BY entries.first_seen
                LIMIT :limit
                """,
                {"before": codec.time(before), "limit": limit},
            ).fetchall()
            for row in rows:
                forget_fingerprint(db, row["entry_id"])
                forget_words(db, row["entry_id"])
        return len(rows)


def keep_fingerprint(
    db: Database, entry_id: int, fingerprint: Fingerprint | None, copies: Sequence[Link]
) -> None:
    """Write what the entry's text is known by and whose copy it is, in place of what was."""
    forget_fingerprint(db, entry_id)
    forget_copies(db, entry_id)
    db.conn.executemany(
        """
        INSERT INTO copies (entry_id, other, reason, score, nothing_new)
        VALUES (:entry, :other, :reason, :score, :nothing_new)
        """,
        [
            {
                "entry": entry_id,
                "other": link.other,
                "reason": link.reason,
                "score": link.score,
                "nothing_new": link.nothing_new,
            }
            for link in copies
        ],
    )
    if fingerprint is None:
        return
    db.execute(
        """
        INSERT INTO fingerprints (entry_id, version, text_hash, bands, runs, numbers, names)
        VALUES (:entry, :version, :text_hash, :bands, :runs, :numbers, :names)
        """,
        {
            "entry": entry_id,
            "version": fingerprint.version,
            "text_hash": fingerprint.text_hash,
            "bands": codec.wide_numbers(fingerprint.bands),
            "runs": codec.narrow_numbers(fingerprint.runs),
            "numbers": codec.strings(sorted(fingerprint.numbers)),
            "names": codec.narrow_numbers(fingerprint.names),
        },
    )
    db.conn.executemany(
        "INSERT OR IGNORE INTO bands (key, entry_id) VALUES (?, ?)",
        [(key, entry_id) for key in fingerprint.bands],
    )


def forget_copies(db: Database, entry_id: int) -> None:
    """Cut every link of this entry."""
    # Two statements, each with its index.
    db.execute("DELETE FROM copies WHERE entry_id = :id", {"id": entry_id})
    db.execute("DELETE FROM copies WHERE other = :id", {"id": entry_id})


def forget_fingerprint(db: Database, entry_id: int) -> None:
    kept = db.execute(
        "DELETE FROM fingerprints WHERE entry_id = :id RETURNING bands", {"id": entry_id}
    ).fetchall()
    # Its own keys find the rows: an index for that alone would be as large as the table.
    db.conn.executemany(
        "DELETE FROM bands WHERE key = ? AND entry_id = ?",
        [(key, entry_id) for row in kept for key in codec.wide_number_tuple(row["bands"])],
    )


def _fingerprint(row: sqlite3.Row) -> Fingerprint:
    return Fingerprint(
        version=row["version"],
        text_hash=row["text_hash"],
        bands=codec.wide_number_tuple(row["bands"]),
        runs=frozenset(codec.narrow_number_tuple(row["runs"])),
        numbers=frozenset(codec.string_tuple(row["numbers"])),
        names=frozenset(codec.narrow_number_tuple(row["names"])),
    )
