"""What is put off, and the messages that it goes in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlite_utils import Database

from aggregator.models import Alert, Delivery
from storage import codec
from storage.sqlite.promises import alert_of, write_alerts
from storage.sqlite.session import Session, json_array


class Summaries:
    """Quiet hours and caps, as far as storage knows of them."""

    _session: Session

    def put_off(self, now: datetime) -> list[Alert]:
        with self._session.reading() as db:
            rows = db.execute(
                """
                SELECT * FROM outbox
                WHERE state = 'pending' AND put_off <> '' AND within IS NULL AND due_at <= :now
                ORDER BY due_at, id
                """,
                {"now": codec.time(now)},
            ).fetchall()
        return [alert_of(row) for row in rows]

    def commit_summaries(
        self, summaries: Mapping[str, Sequence[str]], alerts: Sequence[Alert]
    ) -> None:
        with self._session.writing() as db:
            write_alerts(db, alerts)
            for summary, keys in summaries.items():
                db.execute(
                    """
                    UPDATE outbox SET within = :summary, fence = fence + 1
                    WHERE key IN (SELECT value FROM json_each(:keys))
                    """,
                    {"summary": summary, "keys": json_array(keys)},
                )

    def full_until(
        self, person: str, channel: str, cap: int, window: timedelta, now: datetime
    ) -> datetime | None:
        values = {"person": person, "channel": channel, "now": codec.time(now)}
        with self._session.reading() as db:
            waiting = db.execute(
                """
                SELECT max(due_at) AS until FROM outbox
                WHERE person = :person AND channel = :channel AND due_at > :now
                    AND put_off = 'cap' AND state = 'pending'
                """,
                values,
            ).fetchone()
            if waiting["until"]:
                return codec.moment(waiting["until"])
            oldest = db.execute(
                """
                SELECT due_at FROM outbox
                WHERE person = :person AND channel = :channel AND due_at > :since
                    AND put_off = '' AND kind IN ('match', 'summary')
                    AND state IN ('pending', 'delivered')
                ORDER BY due_at DESC
                LIMIT 1 OFFSET :others
                """,
                {**values, "since": codec.time(now - window), "others": cap - 1},
            ).fetchone()
        return codec.moment(oldest["due_at"]) + window if oldest else None


def share_fate(db: Database, summary: str, delivery: Delivery) -> None:
    """What went in one message was delivered with it, or not."""
    db.execute(
        """
        UPDATE outbox SET
            state = :state,
            reason = :reason,
            attempts = attempts + 1,
            delivered_at = CASE :state WHEN 'delivered' THEN :at END
        WHERE within = :summary AND state <> 'delivered'
        """,
        {
            "summary": summary,
            "state": delivery.state,
            "reason": codec.text(delivery.reason),
            "at": codec.time(delivery.at),
        },
    )


def part_summaries(db: Database, person: str, channel: str, now: datetime) -> None:
    """What went in messages that nobody has under way goes by itself again: each may have gone over
    another channel as well, or not."""
    db.execute(
        """
        UPDATE outbox SET state = 'pending', reason = put_off, within = NULL
        WHERE state <> 'delivered' AND within IN (
            SELECT key FROM outbox
            WHERE kind = 'summary' AND state = 'pending'
                AND person = :person AND channel = :channel
                AND (claimed_until IS NULL OR claimed_until <= :now)
        )
        """,
        {"person": person, "channel": channel, "now": codec.time(now)},
    )
