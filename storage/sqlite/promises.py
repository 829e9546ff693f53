"""Rows of the outbox: written with what caused them, and read back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from sqlite_utils import Database

from aggregator.models import Alert
from storage import codec


def write_alerts(db: Database, alerts: Iterable[Alert]) -> None:
    """Add to the outbox what is not in it yet: one key is one promise.

    A promise that died is made anew when there is reason to: nobody was told.
    """
    db.conn.executemany(
        """
        INSERT INTO outbox (
            key, kind, person, channel, watch, story, entry_id, severity, content, created_at,
            due_at, fence, attempts, state, reason, delivered_at, sequence, put_off, within
        ) VALUES (
            :key, :kind, :person, :channel, :watch, :story, :entry_id, :severity, :content,
            :created_at, :due_at, :fence, :attempts, :state, :reason, :delivered_at, :sequence,
            :put_off, :within
        )
        ON CONFLICT (key) DO UPDATE SET
            entry_id = excluded.entry_id,
            severity = excluded.severity,
            content = excluded.content,
            created_at = excluded.created_at,
            due_at = excluded.due_at,
            attempts = 0,
            state = excluded.state,
            reason = excluded.reason,
            put_off = excluded.put_off,
            within = NULL
        WHERE outbox.state = 'dead'
        """,
        [
            {
                "key": alert.key,
                "kind": alert.kind,
                "person": alert.person,
                "channel": alert.channel,
                "watch": alert.watch,
                "story": alert.story,
                "entry_id": alert.entry_id,
                "severity": alert.severity,
                "content": codec.content(alert.content),
                "created_at": codec.time(alert.created_at),
                "due_at": codec.time(alert.due_at),
                "fence": alert.fence,
                "attempts": alert.attempts,
                "state": alert.state,
                "reason": alert.reason,
                "delivered_at": codec.time_or_none(alert.delivered_at),
                "sequence": alert.sequence,
                "put_off": alert.put_off,
                "within": alert.within,
            }
            for alert in alerts
        ],
    )


def refresh_alerts(db: Database, alerts: Iterable[Alert]) -> None:
    """Write what they say now: only of those that nobody ever claimed, whose fence is still 0."""
    db.conn.executemany(
        """
        UPDATE outbox SET content = :content
        WHERE key = :key AND state = 'pending' AND fence = 0
        """,
        [{"key": alert.key, "content": codec.content(alert.content)} for alert in alerts],
    )


def alert_of(row: sqlite3.Row) -> Alert:
    return Alert(
        key=row["key"],
        kind=row["kind"],
        person=row["person"],
        channel=row["channel"],
        content=codec.content_of(row["content"]),
        created_at=codec.moment(row["created_at"]),
        due_at=codec.moment(row["due_at"]),
        watch=row["watch"],
        story=row["story"],
        entry_id=row["entry_id"],
        severity=row["severity"],
        state=row["state"],
        reason=row["reason"],
        attempts=row["attempts"],
        fence=row["fence"],
        delivered_at=codec.moment_or_none(row["delivered_at"]),
        sequence=row["sequence"],
        put_off=row["put_off"],
        within=row["within"],
    )
