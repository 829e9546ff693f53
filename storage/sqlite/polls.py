"""What polls bring: entries that are new, edited or met again, and a line in the ledger."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlite_utils import Database

from aggregator.models import (
    KnownEntry,
    NewEntry,
    ParsedEntry,
    Poll,
    PollOutcome,
    SeenEntry,
)
from storage import codec
from storage.sqlite.promises import write_alerts
from storage.sqlite.revisions import keep_edited
from storage.sqlite.session import Session, json_array


class Polls:
    """What a poll is compared with, and what it brings."""

    _session: Session

    def known_entries(self, feed_id: int, keys: Collection[str]) -> list[KnownEntry]:
        with self._session.reading() as db:
            rows = db.execute(
                """
                SELECT entries.id, entries.words, entry_keys.key
                FROM entries
                JOIN entry_keys ON entry_keys.entry_id = entries.id
                WHERE entries.id IN (
                    SELECT entry_id FROM entry_keys
                    WHERE feed_id = :feed AND key IN (SELECT value FROM json_each(:keys))
                )
                ORDER BY entries.id
                """,
                {"feed": feed_id, "keys": codec.strings(keys)},
            ).fetchall()
        words: dict[int, str] = {}
        known: dict[int, set[str]] = {}
        for entry_id, entry_words, key in rows:
            words[entry_id] = entry_words
            known.setdefault(entry_id, set()).add(key)
        return [
            KnownEntry(entry_id, frozenset(held), words[entry_id])
            for entry_id, held in known.items()
        ]

    def document(self, feed_id: int) -> str:
        with self._session.reading() as db:
            row = db.execute(
                "SELECT memory FROM documents WHERE feed_id = :feed", {"feed": feed_id}
            ).fetchone()
        return "" if row is None else str(row["memory"])

    def commit_polls(self, outcomes: Sequence[PollOutcome]) -> frozenset[int]:
        with self._session.writing() as db:
            on_time, late = _by_fence(db, outcomes)
            _write_feeds(db, on_time)
            _write_documents(db, on_time)
            _write_ledger(db, on_time)
            _write_new(db, on_time)
            _write_seen(db, on_time)
            write_alerts(db, [alert for outcome in on_time for alert in outcome.alerts])
        return late


def _by_fence(
    db: Database, outcomes: Sequence[PollOutcome]
) -> tuple[list[PollOutcome], frozenset[int]]:
    """Those whose claim stands, and the feeds of those whose claim was lost."""
    rows = db.execute(
        "SELECT id, fence FROM feeds WHERE id IN (SELECT value FROM json_each(:ids))",
        {"ids": json_array(outcome.feed_id for outcome in outcomes)},
    )
    fences: dict[int, int] = {row["id"]: row["fence"] for row in rows}
    on_time: list[PollOutcome] = []
    late: set[int] = set()
    for outcome in outcomes:
        if fences.get(outcome.feed_id) == outcome.fence:
            on_time.append(outcome)
            # A doubled worker's second commit carries the same fence: one is enough.
            fences[outcome.feed_id] += 1
        else:
            late.add(outcome.feed_id)
    return on_time, frozenset(late)


def _write_feeds(db: Database, outcomes: Iterable[PollOutcome]) -> None:
    db.conn.executemany(
        """
        UPDATE feeds SET
            fence = fence + 1,
            claimed_until = NULL,
            due_at = :due_at,
            failures = :failures,
            etag = :etag,
            last_modified = :last_modified,
            habits = :habits,
            title = coalesce(:title, title),
            first_success = coalesce(first_success, :read_at),
            last_success = coalesce(:success_at, last_success)
        WHERE id = :id
        """,
        [
            {
                "id": outcome.feed_id,
                "due_at": codec.time(outcome.due_at),
                "failures": outcome.failures,
                "etag": codec.text_or_none(outcome.validators.etag),
                "last_modified": codec.text_or_none(outcome.validators.last_modified),
                "habits": codec.text(outcome.habits),
                "title": codec.text_or_none(outcome.title or None),
                "read_at": codec.time(outcome.poll.at) if _was_read(outcome) else None,
                "success_at": codec.time(outcome.poll.at) if _succeeded(outcome) else None,
            }
            for outcome in outcomes
        ],
    )


def _write_documents(db: Database, outcomes: Iterable[PollOutcome]) -> None:
    db.conn.executemany(
        """
        INSERT INTO documents (feed_id, memory) VALUES (:feed, :memory)
        ON CONFLICT (feed_id) DO UPDATE SET memory = excluded.memory
        """,
        [
            {"feed": outcome.feed_id, "memory": codec.text(outcome.document)}
            for outcome in outcomes
            if outcome.document is not None
        ],
    )


def _was_read(outcome: PollOutcome) -> bool:
    """Whether the feed's entries were seen, so that it has a baseline."""
    poll = outcome.poll
    # A 304 shows no entries.  A document that is always cut short is a failure, but were it no
    # baseline either, that feed's alerts would be held back for ever.
    return 200 <= poll.status < 300 and (outcome.failures == 0 or poll.seen > poll.rejected)


def _succeeded(outcome: PollOutcome) -> bool:
    """Whether the feed is alive and well: not so when it told us to wait, which is no failure."""
    return outcome.failures == 0 and (
        200 <= outcome.poll.status < 300 or outcome.poll.status == 304
    )


def _write_ledger(db: Database, outcomes: Iterable[PollOutcome]) -> None:
    db.conn.executemany(
        """
        INSERT INTO ledger
            (feed_id, at, status, reason, seen, new, updated, known, rejected, ms)
        VALUES
            (:feed, :at, :status, :reason, :seen, :new, :updated, :known, :rejected, :ms)
        """,
        [_ledger_row(outcome.feed_id, outcome.poll) for outcome in outcomes],
    )


def _ledger_row(feed_id: int, poll: Poll) -> dict[str, object]:
    return {
        "feed": feed_id,
        "at": codec.time(poll.at),
        "status": poll.status,
        "reason": poll.reason,
        "seen": poll.seen,
        "new": poll.new,
        "updated": poll.updated,
        "known": poll.known,
        "rejected": poll.rejected,
        "ms": poll.ms,
    }


def _write_new(db: Database, outcomes: Iterable[PollOutcome]) -> None:
    found = [(outcome, new) for outcome in outcomes for new in outcome.new]
    if not found:
        return
    first = _next_id(db)
    numbered = [(first + number, outcome, new) for number, (outcome, new) in enumerate(found)]
    db.conn.executemany(
        """
        INSERT INTO entries
            (id, feed_id, guid, url, published, first_seen, words, hold, due_at, story)
        VALUES
            (:id, :feed, :guid, :url, :published, :at, :words, :hold, :at, :id)
        """,
        [_entry_row(entry_id, outcome, new) for entry_id, outcome, new in numbered],
    )
    db.conn.executemany(
        """
        INSERT INTO feed_texts
            (entry_id, title, summary, content, authors, language, tags, enclosures, modified)
        VALUES
            (:id, :title, :summary, :content, :authors, :language, :tags, :enclosures, :modified)
        """,
        [_text_row(entry_id, new.entry) for entry_id, _, new in numbered],
    )
    _write_keys(db, ((outcome.feed_id, entry_id, new.keys) for entry_id, outcome, new in numbered))


def _next_id(db: Database) -> int:
    """The id that AUTOINCREMENT would give next; nobody else writes within this transaction."""
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'entries'").fetchone()
    return 1 if row is None else int(row["seq"]) + 1


def _entry_row(entry_id: int, outcome: PollOutcome, new: NewEntry) -> dict[str, object]:
    entry = new.entry
    return {
        "id": entry_id,
        "feed": outcome.feed_id,
        "guid": codec.text_or_none(entry.guid),
        "url": codec.text(entry.link or ""),
        "published": codec.time_or_none(entry.published),
        "at": codec.time(outcome.poll.at),
        "words": new.words,
        "hold": new.hold,
    }


def _text_row(entry_id: int, entry: ParsedEntry) -> dict[str, object]:
    return {
        "id": entry_id,
        "title": codec.text(entry.title),
        "summary": codec.text(entry.summary),
        "content": codec.text(entry.content),
        "authors": codec.strings(entry.authors),
        "language": codec.text_or_none(entry.language),
        "tags": codec.strings(entry.tags),
        "enclosures": codec.strings(entry.enclosures),
        "modified": codec.time_or_none(entry.modified),
    }


def _write_keys(db: Database, named: Iterable[tuple[int, int, Iterable[str]]]) -> None:
    """Remember (feed, entry, keys).  A key that names an entry already goes on naming that one; the
    other entry is kept without it, for in doubt nothing new is lost."""
    db.conn.executemany(
        """
        INSERT INTO entry_keys (feed_id, key, entry_id) VALUES (:feed, :key, :entry)
        ON CONFLICT (feed_id, key) DO NOTHING
        """,
        [
            {"feed": feed_id, "key": codec.text(key), "entry": entry_id}
            for feed_id, entry_id, keys in named
            for key in keys
        ],
    )


def _write_seen(db: Database, outcomes: Iterable[PollOutcome]) -> None:
    for outcome in outcomes:
        if not outcome.seen:
            continue
        _write_keys(db, ((outcome.feed_id, seen.id, seen.keys) for seen in outcome.seen))
        for seen in outcome.seen:
            if seen.edited is not None:
                _write_edit(db, seen, seen.edited, outcome.poll.at)


def _write_edit(db: Database, seen: SeenEntry, edited: ParsedEntry, at: datetime) -> None:
    """Keep the old words as a revision, and make the entry due for reading and matching anew.

    One whose time was over is there again: it is news by now.
    """
    keep_edited(db, seen.id, at)
    db.execute(
        """
        INSERT OR REPLACE INTO feed_texts
            (entry_id, title, summary, content, authors, language, tags, enclosures, modified)
        VALUES
            (:id, :title, :summary, :content, :authors, :language, :tags, :enclosures, :modified)
        """,
        _text_row(seen.id, edited),
    )
    # The fence rises: a reading of the old words that is under way would end the new words' turn.
    db.execute(
        """
        UPDATE entries SET
            url = coalesce(:url, url),
            published = coalesce(:published, published),
            words = :words,
            due_at = :at,
            claimed_until = NULL,
            fence = fence + 1,
            attempts = 0,
            -- What held back the alerts of the old words says nothing of the new ones.
            hold = CASE WHEN matched THEN NULL ELSE hold END,
            matched = 0,
            indexed = 0,
            pruned = 0
        WHERE id = :id
        """,
        {
            "id": seen.id,
            "url": codec.text_or_none(edited.link or None),
            "published": codec.time_or_none(edited.published),
            "words": seen.words,
            "at": codec.time(at),
        },
    )
