"""Which feeds are polled, and which of them is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from aggregator.models import (
    DueFeed,
    Feed,
    Validators,
)
from storage import codec
from storage.sqlite.session import Session


class Feeds:
    """Who is polled, and who claims it."""

    _session: Session

    def sync_feeds(self, feeds: Sequence[Feed], now: datetime) -> None:
        rows = [
            {
                "url": feed.url,
                "name": codec.text_or_none(feed.name or None),
                "tags": codec.strings(feed.tags),
                "now": codec.time(now),
            }
            for feed in feeds
        ]
        with self._session.writing() as db:
            db.execute("UPDATE feeds SET active = 0 WHERE active")
            db.conn.executemany(
                """
                INSERT INTO feeds (url, configured_name, tags, due_at)
                VALUES (:url, :name, :tags, :now)
                ON CONFLICT (url) DO UPDATE SET
                    configured_name = excluded.configured_name, tags = excluded.tags, active = 1
                """,
                rows,
            )

    def polled_feeds(self) -> Mapping[str, str]:
        with self._session.reading() as db:
            rows = db.execute("SELECT url, habits FROM feeds WHERE active").fetchall()
        return {row["url"]: row["habits"] for row in rows}

    def rename_feed(self, old: str, new: str) -> None:
        # The validators are those of the old address.
        with self._session.writing() as db:
            db.execute(
                """
                UPDATE feeds SET url = :new, etag = NULL, last_modified = NULL
                WHERE url = :old AND NOT EXISTS (SELECT 1 FROM feeds WHERE url = :new)
                """,
                {"old": old, "new": new},
            )

    def release_claims(self) -> None:
        # The fence rises too: whoever held the claim is not to commit any more.
        with self._session.writing() as db:
            db.execute(
                """
                UPDATE feeds SET claimed_until = NULL, fence = fence + 1
                WHERE claimed_until IS NOT NULL
                """
            )
            db.execute(
                """
                UPDATE entries SET claimed_until = NULL, fence = fence + 1
                WHERE claimed_until IS NOT NULL
                """
            )
            db.execute(
                """
                UPDATE outbox SET claimed_until = NULL, fence = fence + 1
                WHERE claimed_until IS NOT NULL
                """
            )

    def make_due(self, now: datetime) -> None:
        with self._session.writing() as db:
            db.execute(
                "UPDATE feeds SET due_at = :now WHERE active AND due_at > :now",
                {"now": codec.time(now)},
            )

    def claim_feeds(self, now: datetime, limit: int, lease: timedelta) -> list[DueFeed]:
        with self._session.writing() as db:
            rows = db.execute(
                """
                UPDATE feeds SET fence = fence + 1, claimed_until = :until
                WHERE id IN (
                    SELECT id FROM feeds
                    WHERE active AND due_at <= :now
                        AND (claimed_until IS NULL OR claimed_until <= :now)
                    ORDER BY due_at, id
                    LIMIT :limit
                )
                RETURNING
                    id, url, name, fence, etag, last_modified, failures, first_success, habits,
                    due_at
                """,
                {"now": codec.time(now), "until": codec.time(now + lease), "limit": limit},
            ).fetchall()
        return [
            DueFeed(
                id=row["id"],
                url=row["url"],
                name=row["name"],
                fence=row["fence"],
                validators=Validators(row["etag"], row["last_modified"]),
                failures=row["failures"],
                first_success=codec.moment_or_none(row["first_success"]),
                habits=row["habits"],
            )
            for row in sorted(rows, key=lambda row: (row["due_at"], row["id"]))
        ]
