"""What articles were read from: the evidence of each, and the pages themselves for a while."""

from __future__ import annotations

import sqlite3
import zlib
from datetime import datetime

from sqlite_utils import Database

from aggregator.models import Article, DueEntry, Evidence, KnownReading
from storage import codec
from storage.sqlite.session import Session
from storage.sqlite.stories import ROOT


class Pages:
    """The evidence: what was fetched, and by whom it was read."""

    _session: Session

    def evidence(self, entry_id: int) -> Evidence | None:
        with self._session.reading() as db:
            row = db.execute(
                """
                SELECT
                    entries.url, articles.final_url, articles.hops, articles.status,
                    articles.sha256, articles.fetched_at, articles.quality, articles.reason,
                    articles.method, articles.certainty, articles.note, articles.extractor,
                    pages.kept_at
                FROM articles
                JOIN entries ON entries.id = articles.entry_id
                LEFT JOIN pages ON pages.sha256 = articles.sha256
                WHERE articles.entry_id = :id
                """,
                {"id": entry_id},
            ).fetchone()
        return None if row is None else _evidence(row)

    def known_reading(self, url_key: str, since: datetime, entry: DueEntry) -> KnownReading | None:
        with self._session.reading() as db:
            row = db.execute(
                f"""
                SELECT articles.*, {ROOT} AS story, feed_texts.summary, feed_texts.content
                FROM articles
                JOIN entries ON entries.id = articles.entry_id
                JOIN feed_texts ON feed_texts.entry_id = articles.entry_id
                WHERE articles.url_key = :key AND articles.fetched_at >= :since
                    AND articles.quality = 'full' AND articles.method NOT IN ('', 'feed')
                    AND entries.feed_id <> :feed
                    AND NOT EXISTS (
                        SELECT 1 FROM articles
                        WHERE entry_id = :entry AND fetched_at IS NOT NULL
                    )
                ORDER BY articles.fetched_at DESC, articles.entry_id
                LIMIT 1
                """,  # noqa: S608  a constant of this folder
                {
                    "key": codec.text(url_key),
                    "since": codec.time(since),
                    "feed": entry.feed_id,
                    "entry": entry.id,
                },
            ).fetchone()
        if row is None:
            return None
        return KnownReading(
            row["entry_id"], row["story"], _article(row), row["summary"], row["content"]
        )

    def page(self, sha256: str) -> bytes | None:
        with self._session.reading() as db:
            row = db.execute(
                "SELECT body FROM pages WHERE sha256 = :sha256", {"sha256": sha256}
            ).fetchone()
        return None if row is None else zlib.decompress(row["body"])

    def prune_pages(self, before: datetime, limit: int) -> int:
        with self._session.writing() as db:
            pruned = db.execute(
                """
                DELETE FROM pages WHERE sha256 IN (
                    SELECT sha256 FROM pages WHERE kept_at < :before ORDER BY kept_at LIMIT :limit
                )
                """,
                {"before": codec.time(before), "limit": limit},
            )
        return pruned.rowcount


def keep_page(db: Database, sha256: str, compressed: bytes, at: datetime) -> None:
    """Put a page away, or note that it was seen again."""
    seen = db.execute(
        "UPDATE pages SET kept_at = max(kept_at, :at) WHERE sha256 = :sha256",
        {"sha256": sha256, "at": codec.time(at)},
    )
    if seen.rowcount == 0:
        db.execute(
            "INSERT INTO pages (sha256, body, kept_at) VALUES (:sha256, :body, :at)",
            {"sha256": sha256, "body": compressed, "at": codec.time(at)},
        )


def _evidence(row: sqlite3.Row) -> Evidence:
    return Evidence(
        url=row["url"],
        final_url=row["final_url"],
        hops=codec.hop_tuple(row["hops"]),
        status=row["status"],
        sha256=row["sha256"],
        fetched_at=codec.moment_or_none(row["fetched_at"]),
        quality=row["quality"],
        reason=row["reason"],
        method=row["method"],
        extractor=row["extractor"],
        kept_at=codec.moment_or_none(row["kept_at"]),
        certainty=row["certainty"],
        note=row["note"],
    )


def _article(row: sqlite3.Row) -> Article:
    return Article(
        title=row["title"],
        text=row["text"],
        authors=codec.string_tuple(row["authors"]),
        published=codec.moment_or_none(row["published"]),
        modified=codec.moment_or_none(row["modified"]),
        language=row["language"],
        canonical_url=row["canonical_url"],
        image_url=row["image_url"],
        words=row["words"],
        quality=row["quality"],
        reason=row["reason"],
        method=row["method"],
        certainty=row["certainty"],
        note=row["note"],
        final_url=row["final_url"],
        sha256=row["sha256"],
        fetched_at=codec.moment_or_none(row["fetched_at"]),
        status=row["status"],
        hops=codec.hop_tuple(row["hops"]),
        extractor=row["extractor"],
    )
