"""Digests: that one was made, and what is asked for it beside its stories."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from aggregator.models import Alert, DigestRun
from storage import codec
from storage.sqlite.promises import write_alerts
from storage.sqlite.session import Session
from storage.sqlite.stories import ROOT


class Digests:
    """The digest's part of storage."""

    _session: Session

    def last_digest(self, person: str) -> DigestRun | None:
        with self._session.reading() as db:
            row = db.execute(
                """
                SELECT person, date, covers_from, covers_until FROM digests
                WHERE person = :person
                ORDER BY date DESC
                LIMIT 1
                """,
                {"person": person},
            ).fetchone()
        if row is None:
            return None
        return DigestRun(
            person=row["person"],
            date=date.fromisoformat(row["date"]),
            start=codec.moment(row["covers_from"]),
            end=codec.moment(row["covers_until"]),
        )

    def commit_digest(self, run: DigestRun, alerts: Sequence[Alert]) -> bool:
        with self._session.writing() as db:
            made = db.execute(
                """
                INSERT INTO digests (person, date, covers_from, covers_until)
                VALUES (:person, :date, :start, :end)
                ON CONFLICT (person, date) DO NOTHING
                """,
                {
                    "person": run.person,
                    "date": run.date.isoformat(),
                    "start": codec.time(run.start),
                    "end": codec.time(run.end),
                },
            )
            if made.rowcount == 0:
                return False
            write_alerts(db, alerts)
        return True

    def matched_stories(self, since: datetime, until: datetime) -> list[tuple[str, int, datetime]]:
        with self._session.reading() as db:
            rows = db.execute(
                f"""
                SELECT
                    matches.watch,
                    {ROOT} AS root,
                    min(matches.since) AS at
                FROM matches
                JOIN entries ON entries.id = matches.entry_id
                WHERE matches.since >= :since AND matches.since < :until
                GROUP BY 1, 2
                ORDER BY at, matches.watch
                """,  # noqa: S608  a constant of this folder
                {"since": codec.time(since), "until": codec.time(until)},
            ).fetchall()
        return [(row["watch"], row["root"], codec.moment(row["at"])) for row in rows]

    def gaps(self, since: datetime, until: datetime) -> tuple[str, ...]:
        with self._session.reading() as db:
            rows = db.execute(
                """
                SELECT DISTINCT feeds.name
                FROM ledger
                JOIN feeds ON feeds.id = ledger.feed_id
                WHERE ledger.reason = 'gap' AND ledger.at >= :since AND ledger.at < :until
                    AND feeds.active
                ORDER BY feeds.name
                """,
                {"since": codec.time(since), "until": codec.time(until)},
            ).fetchall()
        return tuple(row["name"] for row in rows)
