"""Alerts and digests: promises, and what became of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlite_utils import Database

from aggregator.models import Alert, AlertState, Delivery, Sending, Trouble
from storage import codec
from storage.sqlite.promises import alert_of, write_alerts
from storage.sqlite.session import Session, json_array
from storage.sqlite.stories import FAMILY, root
from storage.sqlite.summaries import part_summaries, share_fate


class Outbox:
    """The send station's part of storage."""

    _session: Session

    def claim_alerts(
        self,
        now: datetime,
        limit: int,
        lease: timedelta,
        channel: str | None = None,
        but: Collection[str] = (),
    ) -> list[Alert]:
        whose = _OF_ANYBODY if channel is None else _OF_ONE_CHANNEL
        return self._claim(whose, now, limit, lease, but, {"channel": channel})

    def claim_orphans(
        self,
        now: datetime,
        limit: int,
        lease: timedelta,
        channels: Collection[str],
        but: Collection[str] = (),
    ) -> list[Alert]:
        gone = {"channels": json_array(channels)}
        return self._claim(_OF_NO_CHANNEL, now, limit, lease, but, gone)

    def without_channel(self, channels: Collection[str]) -> list[tuple[str, str]]:
        with self._session.reading() as db:
            # Asked at every look: each half has its index, of what is pending alone.
            rows = db.execute(
                f"""
                SELECT person, channel FROM outbox
                WHERE state = 'pending' AND put_off = '' AND {_OF_NO_CHANNEL}
                UNION
                SELECT person, channel FROM outbox
                WHERE state = 'pending' AND put_off <> '' AND within IS NULL AND {_OF_NO_CHANNEL}
                ORDER BY person, channel
                """,  # noqa: S608 - the condition is one of ours
                {"channels": json_array(channels)},
            ).fetchall()
        return [(row["person"], row["channel"]) for row in rows]

    def move_alerts(self, person: str, channel: str, to: str, now: datetime) -> int:
        values = {"person": person, "channel": channel, "to": to, "now": codec.time(now)}
        with self._session.writing() as db:
            part_summaries(db, person, channel, now)
            # What was promised over both at once has the same moment, and is about the same.
            return db.execute(
                """
                UPDATE outbox SET
                    channel = :to,
                    attempts = 0,
                    reason = put_off,
                    due_at = CASE put_off WHEN '' THEN min(due_at, :now) ELSE due_at END
                WHERE state = 'pending' AND person = :person AND channel = :channel
                    AND kind <> 'summary' AND within IS NULL
                    AND (claimed_until IS NULL OR claimed_until <= :now)
                    AND NOT EXISTS (
                        SELECT 1 FROM outbox AS other
                        WHERE other.person = :person AND other.channel = :to
                            AND other.kind = outbox.kind
                            AND other.created_at = outbox.created_at
                            AND other.watch = outbox.watch
                            AND other.story IS outbox.story
                            AND other.sequence = outbox.sequence
                            AND (outbox.kind = 'match' OR other.content = outbox.content)
                    )
                """,
                values,
            ).rowcount

    def _claim(
        self,
        whose: str,
        now: datetime,
        limit: int,
        lease: timedelta,
        but: Collection[str],
        values: Mapping[str, str | None],
    ) -> list[Alert]:
        """`whose` is one of the conditions below."""
        with self._session.writing() as db:
            rows = db.execute(
                f"""
                UPDATE outbox SET fence = fence + 1, claimed_until = :until
                WHERE id IN (
                    SELECT id FROM outbox
                    WHERE state = 'pending' AND put_off = '' AND due_at <= :now AND {whose}
                        AND (claimed_until IS NULL OR claimed_until <= :now)
                        AND key NOT IN (SELECT value FROM json_each(:but))
                    ORDER BY due_at, id
                    LIMIT :limit
                )
                RETURNING *
                """,  # noqa: S608 - the condition is one of ours
                {
                    "now": codec.time(now),
                    "until": codec.time(now + lease),
                    "limit": limit,
                    "but": json_array(but),
                    **values,
                },
            ).fetchall()
        return [alert_of(row) for row in sorted(rows, key=lambda row: (row["due_at"], row["id"]))]

    def give_back_alert(self, alert: Alert) -> None:
        # The fence stays: whoever claims it next raises it.
        with self._session.writing() as db:
            db.execute(
                """
                UPDATE outbox SET claimed_until = NULL
                WHERE key = :key AND fence = :fence AND state = 'pending'
                """,
                {"key": alert.key, "fence": alert.fence},
            )

    def commit_alerts(self, alerts: Sequence[Alert]) -> None:
        with self._session.writing() as db:
            write_alerts(db, alerts)

    def commit_sendings(self, sendings: Sequence[Sending]) -> frozenset[str]:
        with self._session.writing() as db:
            return frozenset(
                sending.alert.key for sending in sendings if not self._write_sending(db, sending)
            )

    def _write_sending(self, db: Database, sending: Sending) -> bool:
        alert = sending.alert
        row = db.execute(
            "SELECT id FROM outbox WHERE key = :key AND fence = :fence AND state = 'pending'",
            {"key": alert.key, "fence": alert.fence},
        ).fetchone()
        if row is None:
            return False
        self._write_delivery(db, row["id"], sending.delivery)
        if alert.kind == "summary" and sending.delivery.state != "retry":
            share_fate(db, alert.key, sending.delivery)
        if self._write_troubles(db, sending):
            write_alerts(db, sending.tells)
        return True

    def _write_troubles(self, db: Database, sending: Sending) -> bool:
        """True if one began or ended: of attempts that run side by side, the first says so."""
        changed = 0
        if sending.ended:
            changed += db.execute(
                "DELETE FROM troubles WHERE channel = :channel AND address = :address",
                {"channel": sending.ended.channel, "address": sending.ended.address},
            ).rowcount
        if sending.begun:
            changed += db.execute(
                """
                INSERT INTO troubles (channel, address, since, reason, suspended)
                VALUES (:channel, :address, :since, :reason, :suspended)
                ON CONFLICT (channel, address) DO UPDATE SET suspended = 1
                WHERE excluded.suspended > troubles.suspended
                """,
                {
                    "channel": sending.begun.channel,
                    "address": sending.begun.address,
                    "since": codec.time(sending.begun.since),
                    "reason": sending.begun.reason,
                    "suspended": sending.begun.suspended,
                },
            ).rowcount
        return changed > 0

    def _write_delivery(self, db: Database, alert_id: int, delivery: Delivery) -> None:
        values = {
            "id": alert_id,
            "at": codec.time(delivery.at),
            "result": delivery.state,
            "state": "pending" if delivery.state == "retry" else delivery.state,
            "reason": codec.text(delivery.reason),
            "detail": codec.text(delivery.detail),
            "retry_at": codec.time_or_none(delivery.retry_at),
        }
        db.execute(
            """
            UPDATE outbox SET
                fence = fence + 1,
                claimed_until = NULL,
                attempts = attempts + 1,
                state = :state,
                reason = :reason,
                due_at = CASE :state WHEN 'pending' THEN coalesce(:retry_at, :at) ELSE due_at END,
                delivered_at = CASE :state WHEN 'delivered' THEN :at END
            WHERE id = :id
            """,
            values,
        )
        db.execute(
            """
            INSERT INTO deliveries (alert_id, at, state, reason, detail)
            VALUES (:id, :at, :result, :reason, :detail)
            """,
            values,
        )

    def trouble(self, channel: str, address: str) -> Trouble | None:
        with self._session.reading() as db:
            row = db.execute(
                "SELECT * FROM troubles WHERE channel = :channel AND address = :address",
                {"channel": channel, "address": address},
            ).fetchone()
        if row is None:
            return None
        return Trouble(
            channel=row["channel"],
            address=row["address"],
            since=codec.moment(row["since"]),
            reason=row["reason"],
            suspended=bool(row["suspended"]),
        )

    def send_again(
        self, keys: Collection[str], addresses: Collection[tuple[str, str]], now: datetime
    ) -> int:
        with self._session.writing() as db:
            db.conn.executemany(
                """
                UPDATE troubles SET suspended = 0
                WHERE channel = :channel AND address = :address
                """,
                [{"channel": channel, "address": address} for channel, address in addresses],
            )
            return db.execute(
                """
                UPDATE outbox SET
                    state = 'pending',
                    reason = CASE state WHEN 'delivered' THEN '' ELSE reason END,
                    attempts = 0,
                    due_at = :now,
                    claimed_until = NULL,
                    fence = fence + 1,
                    delivered_at = NULL,
                    -- Alone, where the message that it went in is not named too.
                    put_off = '',
                    within = NULL
                WHERE key IN (SELECT value FROM json_each(:keys))
                    AND channel <> '' AND state <> 'pending'
                    AND (within IS NULL OR within NOT IN (SELECT value FROM json_each(:keys)))
                """,
                {"keys": json_array(keys), "now": codec.time(now)},
            ).rowcount

    def story_alerts(self, story: int) -> list[Alert]:
        # Held: nobody was told.  Dead: nobody was told either, nor is about to be; should the
        # person have another channel by now, the story's next article reaches them there.
        with self._session.reading() as db:
            rows = db.execute(
                f"""
                {_SHOWN}
                WHERE story IN ({FAMILY}) AND kind = 'match' AND state IN ('pending', 'delivered')
                ORDER BY sequence, id
                """,
                {"story": story},
            ).fetchall()
        return [_shown(row) for row in rows]

    def entry_alerts(self, entry_id: int) -> list[Alert]:
        with self._session.reading() as db:
            rows = db.execute(
                f"{_SHOWN} WHERE entry_id = :entry ORDER BY id", {"entry": entry_id}
            ).fetchall()
        return [_shown(row) for row in rows]

    def alerts(
        self,
        *,
        person: str | None = None,
        state: AlertState | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = None,
    ) -> list[Alert]:
        with self._session.reading() as db:
            rows = db.execute(
                f"""
                {_SHOWN}
                WHERE created_at >= :since AND created_at < :until
                    AND (:person IS NULL OR person = :person)
                    AND (:state IS NULL OR state = :state)
                ORDER BY created_at DESC, id DESC
                LIMIT :limit
                """,
                {
                    "person": person,
                    "state": state,
                    "since": codec.time_or_none(since) or codec.EVER,
                    "until": codec.time_or_none(until) or codec.NEVER,
                    "limit": -1 if limit is None else limit,
                },
            ).fetchall()
        return [_shown(row) for row in reversed(rows)]


#: Alerts as whoever asks is told of them.
_SHOWN = f"SELECT *, {root('outbox.story')} AS root FROM outbox"  # noqa: S608  nothing of a user's


def _shown(row: sqlite3.Row) -> Alert:
    return replace(alert_of(row), story=row["root"])


#: Whose alerts a claim is for.
_OF_ANYBODY = "TRUE"
_OF_ONE_CHANNEL = "channel = :channel"
_OF_NO_CHANNEL = "channel NOT IN (SELECT value FROM json_each(:channels))"
