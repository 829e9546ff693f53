"""Entries on their way through reading: what is due, what was read, and the stories they join."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlite_utils import Database

from aggregator.models import Article, DueEntry, Match, ReadOutcome
from storage import codec
from storage.sqlite.copies import keep_fingerprint
from storage.sqlite.hosts import keep_host_page
from storage.sqlite.pages import keep_page
from storage.sqlite.promises import refresh_alerts, write_alerts
from storage.sqlite.revisions import keep_reread
from storage.sqlite.session import Session, json_array
from storage.sqlite.stories import keep_placement

#: So many entries of one feed are read at once: its host is asked one page at a time, and what
#: waits for it must not keep the pages of others waiting.
OF_ONE_FEED = 10
#: Among so many of those that wait longest, places are shared out.
WINDOW = 2_000


class Entries:
    """The read station's part of storage."""

    _session: Session

    def claim_entries(self, now: datetime, limit: int, lease: timedelta) -> list[DueEntry]:
        with self._session.writing() as db:
            claimed = db.execute(
                """
                UPDATE entries SET fence = fence + 1, claimed_until = :until
                WHERE id IN (
                    WITH under_way AS (
                        SELECT feed_id, count(*) AS claimed FROM entries
                        WHERE claimed_until > :now
                        GROUP BY feed_id
                    ),
                    waiting AS (
                        SELECT id, feed_id, due_at FROM entries
                        WHERE due_at <= :now AND (claimed_until IS NULL OR claimed_until <= :now)
                        ORDER BY due_at, id
                        LIMIT :window
                    ),
                    placed AS (
                        SELECT waiting.id, waiting.due_at, coalesce(under_way.claimed, 0)
                            + row_number() OVER (
                                PARTITION BY waiting.feed_id ORDER BY waiting.due_at, waiting.id
                            ) AS place
                        FROM waiting
                        LEFT JOIN under_way USING (feed_id)
                    )
                    SELECT id FROM placed
                    WHERE place <= :of_one_feed
                    ORDER BY due_at, id
                    LIMIT :limit
                )
                RETURNING id
                """,
                {
                    "now": codec.time(now),
                    "until": codec.time(now + lease),
                    "limit": limit,
                    "window": WINDOW,
                    "of_one_feed": OF_ONE_FEED,
                },
            ).fetchall()
            return _due_entries(db, claimed)

    def put_off_entry(self, entry: DueEntry, until: datetime) -> bool:
        with self._session.writing() as db:
            put_off = db.execute(
                """
                UPDATE entries SET
                    due_at = :until,
                    claimed_until = NULL,
                    fence = fence + 1,
                    attempts = attempts + 1
                WHERE id = :id AND fence = :fence
                """,
                {"id": entry.id, "fence": entry.fence, "until": codec.time(until)},
            )
        return put_off.rowcount == 1

    def unmatched_entries(
        self, before: datetime, limit: int, but: Collection[int] = ()
    ) -> list[DueEntry]:
        with self._session.reading() as db:
            # What is unmatched is due since its words came, by its first poll or by an edit; but
            # with attempts it was put off.
            unmatched = db.execute(
                """
                SELECT id FROM entries
                WHERE NOT matched AND (due_at < :before OR attempts > 0)
                    AND id NOT IN (SELECT value FROM json_each(:but))
                ORDER BY due_at, id
                LIMIT :limit
                """,
                {"before": codec.time(before), "limit": limit, "but": json_array(but)},
            ).fetchall()
            return _due_entries(db, unmatched)

    def commit_early(self, outcome: ReadOutcome) -> bool:
        entry_id = outcome.entry_id
        with self._session.writing() as db:
            marked = db.execute(
                """
                UPDATE entries SET matched = 1, story = :story
                WHERE id = :id AND fence = :fence AND NOT matched
                """,
                {"id": entry_id, "fence": outcome.fence, "story": outcome.story},
            )
            if marked.rowcount == 0:
                return False
            if not _has_article(db, entry_id):
                _write_article(db, outcome)
            # An edited entry has matches from its page, which is still to be read again.
            held = db.execute(
                "SELECT watch FROM matches WHERE entry_id = :id", {"id": entry_id}
            ).fetchall()
            watches = {row["watch"] for row in held}
            new = [match for match in outcome.matches if match.watch not in watches]
            _write_matches(db, outcome, new, first=len(held))
            write_alerts(db, outcome.alerts)
            refresh_alerts(db, outcome.refreshed)
        return True

    def commit_reading(self, outcome: ReadOutcome) -> bool:
        # Without its reading an entry is due, and read again.  What is promised is on the disk.
        promises = outcome.alerts or outcome.refreshed
        with self._session.writing(redone_if_lost=not promises) as db:
            reworded = _is_reworded(db, outcome.entry_id, outcome.article)
            read = db.execute(
                """
                UPDATE entries SET
                    story = :story,
                    due_at = :due_at,
                    claimed_until = NULL,
                    fence = fence + 1,
                    attempts = attempts + 1,
                    matched = 1,
                    indexed = CASE WHEN :reworded THEN 0 ELSE indexed END
                WHERE id = :id AND fence = :fence
                """,
                {
                    "id": outcome.entry_id,
                    "fence": outcome.fence,
                    "story": outcome.story,
                    "due_at": codec.time_or_none(outcome.due_at),
                    "reworded": reworded,
                },
            )
            if read.rowcount == 0:
                return False
            if reworded:
                keep_reread(db, outcome.entry_id, outcome.article)
            _write_article(db, outcome)
            _write_page(db, outcome)
            _replace_matches(db, outcome)
            write_alerts(db, outcome.alerts)
            refresh_alerts(db, outcome.refreshed)
            if outcome.host_page is not None:
                keep_host_page(db, outcome.host_page)
            _read_again(db, outcome)
        return True

    def told_under(self, entry_id: int) -> int | None:
        with self._session.reading() as db:
            row = db.execute(
                """
                SELECT story FROM outbox
                WHERE entry_id = :entry AND kind = 'match' AND state IN ('pending', 'delivered')
                ORDER BY id
                LIMIT 1
                """,
                {"entry": entry_id},
            ).fetchone()
        return None if row is None else int(row["story"])


def _has_article(db: Database, entry_id: int) -> bool:
    row = db.execute("SELECT 1 FROM articles WHERE entry_id = :id", {"id": entry_id}).fetchone()
    return row is not None


def _due_entries(db: Database, chosen: Iterable[sqlite3.Row]) -> list[DueEntry]:
    """The entries of these ids, longest due first."""
    rows = db.execute(
        """
        SELECT
            entries.id, entries.feed_id, feeds.url AS feed_url, feeds.name AS feed, feeds.tags,
            entries.fence, entries.first_seen, entries.url, entries.published, entries.hold,
            entries.attempts, feed_texts.title, feed_texts.summary, feed_texts.content,
            feed_texts.authors, feed_texts.language, feed_texts.modified
        FROM entries
        JOIN feeds ON feeds.id = entries.feed_id
        JOIN feed_texts ON feed_texts.entry_id = entries.id
        WHERE entries.id IN (SELECT value FROM json_each(:ids))
        ORDER BY entries.due_at, entries.id
        """,
        {"ids": json_array(row["id"] for row in chosen)},
    )
    return [_due_entry(row) for row in rows]


def _due_entry(row: sqlite3.Row) -> DueEntry:
    return DueEntry(
        id=row["id"],
        feed_id=row["feed_id"],
        feed_url=row["feed_url"],
        feed=row["feed"],
        fence=row["fence"],
        first_seen=codec.moment(row["first_seen"]),
        url=row["url"],
        title=row["title"],
        summary=row["summary"],
        content=row["content"],
        authors=codec.string_tuple(row["authors"]),
        published=codec.moment_or_none(row["published"]),
        modified=codec.moment_or_none(row["modified"]),
        language=row["language"],
        tags=codec.string_tuple(row["tags"]),
        hold=row["hold"],
        attempts=row["attempts"],
    )


def _is_reworded(db: Database, entry_id: int, article: Article) -> bool:
    """Whether people and the index have other words of this entry than these, or none."""
    row = db.execute(
        "SELECT title, text FROM articles WHERE entry_id = :id", {"id": entry_id}
    ).fetchone()
    return row is None or tuple(row) != (codec.text(article.title), codec.text(article.text))


def _write_article(db: Database, outcome: ReadOutcome) -> None:
    article = outcome.article
    db.execute(
        """
        INSERT OR REPLACE INTO articles (
            entry_id, title, text, words, authors, published, modified, language, canonical_url,
            image_url, quality, reason, method, certainty, note, final_url, hops, status, sha256,
            fetched_at, extractor, url_key
        ) VALUES (
            :id, :title, :text, :words, :authors, :published, :modified, :language, :canonical_url,
            :image_url, :quality, :reason, :method, :certainty, :note, :final_url, :hops, :status,
            :sha256, :fetched_at, :extractor, :url_key
        )
        """,
        {
            "id": outcome.entry_id,
            "title": codec.text(article.title),
            "text": codec.text(article.text),
            "authors": codec.strings(article.authors),
            "words": article.words,
            "published": codec.time_or_none(article.published),
            "modified": codec.time_or_none(article.modified),
            "language": codec.text_or_none(article.language),
            "canonical_url": codec.text(article.canonical_url),
            "image_url": codec.text(article.image_url),
            "quality": article.quality,
            "reason": article.reason,
            "method": article.method,
            "certainty": article.certainty,
            "note": article.note,
            "final_url": codec.text(article.final_url),
            "hops": codec.hops(article.hops),
            "status": article.status,
            "sha256": article.sha256,
            "fetched_at": codec.time_or_none(article.fetched_at),
            "extractor": article.extractor,
            "url_key": codec.text(outcome.url_key),
        },
    )
    keep_fingerprint(db, outcome.entry_id, outcome.fingerprint, outcome.copies)
    keep_placement(db, outcome)


def _write_page(db: Database, outcome: ReadOutcome) -> None:
    article = outcome.article
    if outcome.page and article.fetched_at is not None:
        keep_page(db, article.sha256, outcome.page, article.fetched_at)


def _read_again(db: Database, outcome: ReadOutcome) -> None:
    """Pages that have turned out to be no articles are due at once, where their text was taken."""
    if outcome.again:
        db.execute(
            """
            UPDATE entries SET due_at = :at
            WHERE id IN (SELECT value FROM json_each(:ids)) AND due_at IS NULL
                AND id IN (SELECT entry_id FROM articles WHERE method NOT IN ('', 'feed'))
            """,
            {
                "ids": json_array(outcome.again),
                "at": codec.time_or_none(outcome.article.fetched_at),
            },
        )


def _replace_matches(db: Database, outcome: ReadOutcome) -> None:
    """A watch that matched before did so since then."""
    rows = db.execute(
        "SELECT watch, since FROM matches WHERE entry_id = :id", {"id": outcome.entry_id}
    ).fetchall()
    db.execute("DELETE FROM matches WHERE entry_id = :id", {"id": outcome.entry_id})
    _write_matches(db, outcome, outcome.matches)
    db.conn.executemany(
        "UPDATE matches SET since = :since WHERE entry_id = :id AND watch = :watch",
        [{"id": outcome.entry_id, "watch": row["watch"], "since": row["since"]} for row in rows],
    )


def _write_matches(
    db: Database, outcome: ReadOutcome, matches: Sequence[Match], first: int = 0
) -> None:
    db.conn.executemany(
        """
        INSERT INTO matches (entry_id, position, watch, severity, terms, since)
        VALUES (
            :id, :position, :watch, :severity, :terms,
            coalesce(:since, (SELECT first_seen FROM entries WHERE id = :id))
        )
        """,
        [
            {
                "id": outcome.entry_id,
                "since": codec.time_or_none(outcome.at),
                "position": position,
                "watch": match.watch,
                "severity": match.severity,
                "terms": codec.hits(match.terms),
            }
            for position, match in enumerate(matches, start=first)
        ],
    )
