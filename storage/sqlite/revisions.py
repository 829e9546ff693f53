"""What items said before they were edited, and what they say now."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from sqlite_utils import Database

from aggregator.models import Article, Match, Revision
from storage import codec
from storage.sqlite.session import Session


class Revisions:
    """The words of items through time."""

    _session: Session

    def revisions(self, entry_id: int) -> tuple[Revision, ...]:
        with self._session.reading() as db:
            former = db.execute(
                """
                SELECT at, title, summary, text, of_page, matches FROM revisions
                WHERE entry_id = :id
                ORDER BY at, id
                """,
                {"id": entry_id},
            ).fetchall()
            present = _present(db, entry_id)
        if present is None:
            return ()
        return (*(_revision(row) for row in former), present)


def keep_edited(db: Database, entry_id: int, at: datetime) -> None:
    """Keep what people read until now: the feed has other words."""
    _keep(db, entry_id, "feed", at)


def keep_reread(db: Database, entry_id: int, article: Article) -> None:
    """Keep the page's words that this article replaces.

    Not where another extractor reads the same bytes, nor where the page comes at last and replaces
    the feed's text: nobody edited anything.  Nor after an edit in the feed, which kept them.
    """
    replaced = db.execute(
        """
        SELECT 1 FROM articles
        WHERE entry_id = :id AND method <> 'feed' AND text <> ''
            AND (sha256 = '' OR sha256 <> :sha256)
            AND NOT EXISTS (
                SELECT 1 FROM revisions
                WHERE revisions.entry_id = articles.entry_id
                    AND revisions.kind = 'feed'
                    AND revisions.at >= articles.fetched_at
            )
        """,
        {"id": entry_id, "sha256": article.sha256},
    ).fetchone()
    if replaced:
        _keep(db, entry_id, "page", article.fetched_at)


def _keep(db: Database, entry_id: int, kind: str, at: datetime | None) -> None:
    words = _present(db, entry_id)
    if words is None:
        return
    db.execute(
        """
        INSERT INTO revisions
            (entry_id, kind, at, title, summary, text, of_page, matches, feed_content)
        SELECT
            entry_id, :kind, :at, :title, :summary, :text, :of_page, :matches, content
        FROM feed_texts WHERE entry_id = :id
        """,
        {
            "id": entry_id,
            "kind": kind,
            "at": codec.time_or_none(at),
            "title": words.title,
            "summary": words.summary,
            "text": words.text,
            "of_page": words.of_page,
            "matches": codec.matches(words.matches),
        },
    )


def _present(db: Database, entry_id: int) -> Revision | None:
    row = db.execute(
        """
        SELECT
            NULL AS at,
            coalesce(nullif(articles.title, ''), feed_texts.title) AS title,
            feed_texts.summary,
            coalesce(articles.text, feed_texts.content) AS text,
            coalesce(articles.method, 'feed') <> 'feed' AS of_page
        FROM feed_texts
        LEFT JOIN articles ON articles.entry_id = feed_texts.entry_id
        WHERE feed_texts.entry_id = :id
        """,
        {"id": entry_id},
    ).fetchone()
    return None if row is None else _revision(row, matches_of(db, entry_id))


def matches_of(db: Database, entry_id: int) -> tuple[Match, ...]:
    rows = db.execute(
        "SELECT watch, severity, terms FROM matches WHERE entry_id = :id ORDER BY position",
        {"id": entry_id},
    )
    return tuple(
        Match(row["watch"], codec.hit_tuple(row["terms"]), row["severity"]) for row in rows
    )


def _revision(row: sqlite3.Row, matches: tuple[Match, ...] | None = None) -> Revision:
    return Revision(
        at=codec.moment_or_none(row["at"]),
        title=row["title"],
        summary=row["summary"],
        text=row["text"],
        of_page=bool(row["of_page"]),
        matches=codec.match_tuple(row["matches"]) if matches is None else matches,
    )
