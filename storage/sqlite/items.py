"""What people ask for: items, feeds and their health, the ledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from sqlite_utils import Database

from aggregator.models import FeedHealth, Item, Match, Poll, Vitals
from storage import codec
from storage.sqlite.revisions import matches_of
from storage.sqlite.session import Session, json_array
from storage.sqlite.stories import ROOT


class Items:
    """The readers' part of storage."""

    _session: Session

    def feeds(self) -> list[FeedHealth]:
        with self._session.reading() as db:
            rows = db.execute(
                """
                SELECT
                    feeds.url, feeds.name, feeds.due_at, feeds.failures, feeds.last_success,
                    (SELECT count(*) FROM entries WHERE feed_id = feeds.id) AS entries,
                    ledger.at, ledger.status, ledger.reason, ledger.seen, ledger.new,
                    ledger.updated, ledger.known, ledger.rejected, ledger.ms
                FROM feeds
                LEFT JOIN ledger ON ledger.id = (
                    SELECT id FROM ledger WHERE feed_id = feeds.id ORDER BY at DESC, id DESC LIMIT 1
                )
                WHERE feeds.active
                ORDER BY feeds.id
                """
            ).fetchall()
        return [_health(row) for row in rows]

    def polls(
        self, *, feed: str | None = None, since: datetime | None = None, limit: int | None = None
    ) -> list[Poll]:
        with self._session.reading() as db:
            rows = db.execute(
                """
                SELECT
                    feeds.name, ledger.at, ledger.status, ledger.reason, ledger.seen, ledger.new,
                    ledger.updated, ledger.known, ledger.rejected, ledger.ms
                FROM ledger
                JOIN feeds ON feeds.id = ledger.feed_id
                WHERE ledger.at >= :since AND (:feed IS NULL OR :feed IN (feeds.name, feeds.url))
                ORDER BY ledger.at DESC, ledger.id DESC
                LIMIT :limit
                """,
                {
                    "feed": feed,
                    "since": codec.time_or_none(since) or codec.EVER,
                    "limit": -1 if limit is None else limit,
                },
            ).fetchall()
        return [_poll(row) for row in reversed(rows)]

    def items(
        self,
        *,
        watch: str | None = None,
        feed: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = None,
    ) -> list[Item]:
        with self._session.reading() as db:
            rows = db.execute(
                """
                SELECT entries.id
                FROM entries
                JOIN feeds ON feeds.id = entries.feed_id
                WHERE NOT entries.pruned
                    AND entries.first_seen >= :since AND entries.first_seen < :until
                    AND (:feed IS NULL OR :feed IN (feeds.name, feeds.url))
                    AND (
                        :watch IS NULL
                        OR entries.id IN (SELECT entry_id FROM matches WHERE watch = :watch)
                    )
                ORDER BY entries.first_seen DESC, entries.id DESC
                LIMIT :limit
                """,
                {
                    "watch": watch,
                    "feed": feed,
                    "since": codec.time_or_none(since) or codec.EVER,
                    "until": codec.time_or_none(until) or codec.NEVER,
                    "limit": -1 if limit is None else limit,
                },
            ).fetchall()
            return items_of(db, [row["id"] for row in reversed(rows)])

    def item(self, entry_id: int) -> Item | None:
        with self._session.reading() as db:
            found = items_of(db, [entry_id])
        return found[0] if found else None

    def matches(self, entry_id: int) -> tuple[Match, ...]:
        with self._session.reading() as db:
            return matches_of(db, entry_id)

    def newly_matched(
        self, since: datetime, until: datetime
    ) -> list[tuple[Item, tuple[Match, ...]]]:
        with self._session.reading() as db:
            rows = db.execute(
                """
                SELECT matches.entry_id, matches.watch
                FROM matches
                JOIN entries ON entries.id = matches.entry_id
                WHERE matches.since >= :since AND matches.since < :until
                ORDER BY entries.first_seen, entries.id, matches.position
                """,
                {"since": codec.time(since), "until": codec.time(until)},
            ).fetchall()
            watches: dict[int, set[str]] = {}
            for row in rows:
                watches.setdefault(row["entry_id"], set()).add(row["watch"])
            return [
                (item, tuple(m for m in matches_of(db, item.id) if m.watch in watches[item.id]))
                for item in items_of(db, list(watches))
            ]

    def vitals(self, now: datetime) -> Vitals:
        with self._session.reading() as db:
            row = db.execute(
                """
                SELECT
                    (
                        SELECT min(due_at) FROM feeds WHERE active AND due_at <= :now
                    ) AS feed_due_at,
                    (SELECT count(*) FROM outbox WHERE state = 'pending') AS pending,
                    (SELECT min(due_at) FROM outbox WHERE state = 'pending') AS alert_due_at,
                    (SELECT max(covers_until) FROM digests) AS digest_at,
                    (SELECT page_count FROM pragma_page_count)
                        * (SELECT page_size FROM pragma_page_size) AS bytes
                """,
                {"now": codec.time(now)},
            ).fetchone()
        return Vitals(
            feed_due_at=codec.moment_or_none(row["feed_due_at"]),
            pending=row["pending"],
            alert_due_at=codec.moment_or_none(row["alert_due_at"]),
            digest_at=codec.moment_or_none(row["digest_at"]),
            bytes=row["bytes"],
        )


def items_of(db: Database, ids: Sequence[int]) -> list[Item]:
    """These items, in this order; those that are gone are left out."""
    rows = db.execute(
        f"""
        SELECT
            entries.id,
            feeds.name AS feed,
            feeds.tags,
            coalesce(nullif(articles.title, ''), feed_texts.title) AS title,
            entries.url,
            coalesce(entries.published, articles.published) AS published,
            entries.first_seen,
            coalesce(nullif(articles.authors, '[]'), feed_texts.authors) AS authors,
            coalesce(articles.language, feed_texts.language) AS language,
            feed_texts.summary,
            coalesce(articles.text, feed_texts.content) AS text,
            coalesce(articles.words, 0) AS words,
            coalesce(articles.modified, feed_texts.modified) AS modified,
            coalesce(articles.canonical_url, '') AS canonical_url,
            coalesce(articles.image_url, '') AS image_url,
            coalesce(articles.quality, 'none') AS quality,
            coalesce(articles.reason, 'unread') AS reason,
            {ROOT} AS story,
            (
                SELECT json_group_array(watch)
                FROM (SELECT watch FROM matches WHERE entry_id = entries.id ORDER BY position)
            ) AS watches
        FROM entries
        JOIN feeds ON feeds.id = entries.feed_id
        JOIN feed_texts ON feed_texts.entry_id = entries.id
        LEFT JOIN articles ON articles.entry_id = entries.id
        WHERE entries.id IN (SELECT value FROM json_each(:ids))
        """,  # noqa: S608  a constant of this folder
        {"ids": json_array(ids)},
    )
    found = {row["id"]: _item(row) for row in rows}
    return [found[entry_id] for entry_id in ids if entry_id in found]


def _item(row: sqlite3.Row) -> Item:
    return Item(
        id=row["id"],
        feed=row["feed"],
        title=row["title"],
        url=row["url"],
        published=codec.moment_or_none(row["published"]),
        first_seen=codec.moment(row["first_seen"]),
        authors=codec.string_tuple(row["authors"]),
        language=row["language"],
        summary=row["summary"],
        text=row["text"],
        quality=row["quality"],
        reason=row["reason"],
        story=row["story"],
        watches=codec.string_tuple(row["watches"]),
        tags=codec.string_tuple(row["tags"]),
        modified=codec.moment_or_none(row["modified"]),
        canonical_url=row["canonical_url"],
        image_url=row["image_url"],
        words=row["words"],
    )


def _poll(row: sqlite3.Row) -> Poll:
    return Poll(
        feed=row["name"],
        at=codec.moment(row["at"]),
        status=row["status"],
        reason=row["reason"],
        seen=row["seen"],
        new=row["new"],
        updated=row["updated"],
        known=row["known"],
        rejected=row["rejected"],
        ms=row["ms"],
    )


def _health(row: sqlite3.Row) -> FeedHealth:
    return FeedHealth(
        url=row["url"],
        name=row["name"],
        due_at=codec.moment(row["due_at"]),
        failures=row["failures"],
        entries=row["entries"],
        last_poll=None if row["at"] is None else _poll(row),
        last_success=codec.moment_or_none(row["last_success"]),
    )
