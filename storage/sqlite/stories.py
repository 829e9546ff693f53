"""Stories: what is near a new article, why each article is where it is, and which were merged."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from sys import intern

from sqlite_utils import Database

from aggregator.models import (
    Coverage,
    Member,
    Placement,
    ReadOutcome,
    StoryRows,
    Vector,
    WordCounts,
)
from storage import codec
from storage.sqlite.session import Session, json_array

#: Stories looked at for one article, and articles of each: those that share most, and the newest.
MOST_STORIES = 12
MOST_MEMBERS = 30
#: An article is found by so many of its words.
FOUND_BY = 20


def root(story: str) -> str:
    """SQL for the story that the one in this column is now: itself, or what it was merged into.
    Rows keep the number they were told under; whoever asks is told this one."""
    into = f"SELECT merged_into FROM merges WHERE merges.story = {story}"  # noqa: S608  ours
    return f"coalesce(({into}), {story})"


ROOT = root("entries.story")
#: `:story` with all that were merged with it.
FAMILY = f"""
    SELECT {root(":story")}
    UNION
    SELECT story FROM merges
    WHERE merged_into = {root(":story")}
"""  # noqa: S608  nothing of a user's


class Stories:
    """Articles by their telling words, and the stories that they make."""

    _session: Session

    def word_counts(self, language: str | None, words: Iterable[str]) -> WordCounts:
        with self._session.reading() as db:
            rows = db.execute(
                """
                SELECT word, articles FROM word_counts
                WHERE language = :language
                    AND word IN (SELECT value FROM json_each(:words) UNION ALL SELECT '')
                """,
                {"language": codec.text(language or ""), "words": codec.strings(words)},
            ).fetchall()
        counts = {row["word"]: row["articles"] for row in rows}
        return WordCounts(counts.pop("", 0), counts)

    def near(self, words: Sequence[str], since: datetime, entry_id: int) -> list[Member]:
        with self._session.reading() as db:
            stories = db.execute(
                f"""
                SELECT {ROOT} AS root
                FROM telling_words
                JOIN entries ON entries.id = telling_words.entry_id
                WHERE word IN (SELECT value FROM json_each(:words))
                    AND entries.id <> :entry AND entries.first_seen >= :since
                GROUP BY root
                ORDER BY count(DISTINCT word) DESC, root DESC
                LIMIT :most
                """,  # noqa: S608  no text of a user's: a constant of this module
                {
                    "words": codec.strings(words),
                    "entry": entry_id,
                    "since": codec.time(since),
                    "most": MOST_STORIES,
                },
            ).fetchall()
            return [
                member
                for row in stories
                for member in _members(db, row["root"], since, MOST_MEMBERS)
                if member.entry_id != entry_id
            ]

    def members_since(self, since: datetime) -> list[Member]:
        with self._session.reading() as db:
            rows = db.execute(
                f"""
                SELECT
                    entries.id, {ROOT} AS root, entries.first_seen, vectors.words,
                    EXISTS (
                        SELECT 1 FROM outbox WHERE outbox.story = entries.story AND kind = 'match'
                    )
                    OR EXISTS (
                        SELECT 1 FROM merges WHERE entries.story IN (story, merged_into)
                    ) AS settled,
                    CASE reason WHEN 'other_numbers' THEN nearest END AS apart_from
                FROM entries
                JOIN vectors ON vectors.entry_id = entries.id
                LEFT JOIN placements ON placements.entry_id = entries.id
                WHERE entries.first_seen >= :since
                ORDER BY entries.first_seen, entries.id
                """,  # noqa: S608  a constant of this module
                {"since": codec.time(since)},
            ).fetchall()
        return [_looked_at(row) for row in rows]

    def last_look(self) -> datetime | None:
        with self._session.reading() as db:
            row = db.execute("SELECT at FROM looks").fetchone()
        return codec.moment(row["at"]) if row else None

    def note_look(self, at: datetime) -> None:
        with self._session.writing() as db:
            db.execute(
                """
                INSERT INTO looks (id, at) VALUES (1, :at)
                ON CONFLICT (id) DO UPDATE SET at = excluded.at
                """,
                {"at": codec.time(at)},
            )

    def move(self, placements: Mapping[int, Placement]) -> None:
        with self._session.writing() as db:
            for entry_id, placement in placements.items():
                _keep_reason(db, entry_id, placement)
                db.execute(
                    """
                    WITH RECURSIVE moved (id) AS (
                        SELECT :entry
                        UNION
                        SELECT copies.entry_id FROM moved
                        JOIN copies ON copies.other = moved.id
                        JOIN placements ON placements.entry_id = copies.entry_id
                        WHERE placements.reason = 'copy' AND placements.nearest = moved.id
                    )
                    UPDATE entries SET story = :story WHERE id IN (SELECT id FROM moved)
                    """,
                    {"entry": entry_id, "story": placement.story},
                )

    def merge(self, story: int, into: int, score: float, at: datetime) -> bool:
        values = {"story": story, "into": into, "score": score, "at": codec.time(at)}
        with self._session.writing() as db:
            merged = db.execute(
                "SELECT 1 FROM merges WHERE story IN (:story, :into)", values
            ).fetchone()
            if merged or story == into:
                return False
            db.execute("UPDATE merges SET merged_into = :into WHERE merged_into = :story", values)
            db.execute(
                """
                INSERT INTO merges (story, merged_into, score, at)
                VALUES (:story, :into, :score, :at)
                """,
                values,
            )
        return True

    def coverage(self, story: int) -> Coverage:
        with self._session.reading() as db:
            rows = db.execute(
                f"""
                SELECT entries.id, feeds.name AS feed
                FROM entries
                JOIN feeds ON feeds.id = entries.feed_id
                WHERE entries.story IN ({FAMILY})
                ORDER BY entries.first_seen, entries.id
                """,  # noqa: S608  a constant of this module
                {"story": story},
            ).fetchall()
            return Coverage(
                told_by=tuple((row["id"], row["feed"]) for row in rows),
                copies=_copies_among(db, [row["id"] for row in rows]),
            )

    def story(self, story: int) -> StoryRows | None:
        with self._session.reading() as db:
            rows = db.execute(
                f"""
                SELECT entries.id, {ROOT} AS root, entries.first_seen, feeds.name AS feed,
                    coalesce(articles.language, feed_texts.language) AS language
                FROM entries
                JOIN feeds ON feeds.id = entries.feed_id
                JOIN feed_texts ON feed_texts.entry_id = entries.id
                LEFT JOIN articles ON articles.entry_id = entries.id
                WHERE entries.story IN ({FAMILY})
                ORDER BY entries.first_seen, entries.id
                """,  # noqa: S608  constants of this module
                {"story": story},
            ).fetchall()
            return _story_rows(db, rows) if rows else None

    def placement(self, entry_id: int) -> Placement | None:
        with self._session.reading() as db:
            row = db.execute(
                """
                SELECT entries.story, nearest, reason, score FROM placements
                JOIN entries ON entries.id = placements.entry_id
                WHERE entry_id = :id
                """,
                {"id": entry_id},
            ).fetchone()
        return None if row is None else Placement(*row)


def keep_placement(db: Database, outcome: ReadOutcome) -> None:
    """Write why the entry is in its story, and by which words others find it."""
    entry = {"id": outcome.entry_id}
    if outcome.placement is not None:
        _keep_reason(db, outcome.entry_id, outcome.placement)
    counted = forget_words(db, outcome.entry_id)
    if not outcome.words:
        return
    db.execute(
        "INSERT INTO vectors (entry_id, words) VALUES (:id, :words)",
        entry | {"words": json.dumps(outcome.words, ensure_ascii=False)},
    )
    db.conn.executemany(
        "INSERT INTO telling_words (word, entry_id) VALUES (?, ?)",
        [(word, outcome.entry_id) for word in list(outcome.words)[:FOUND_BY]],
    )
    if not counted:
        _count(db, outcome.article.language, outcome.all_words)


def _keep_reason(db: Database, entry_id: int, placement: Placement) -> None:
    db.execute(
        """
        INSERT OR REPLACE INTO placements (entry_id, nearest, reason, score)
        VALUES (:id, :nearest, :reason, :score)
        """,
        {
            "id": entry_id,
            "nearest": placement.nearest,
            "reason": placement.reason,
            "score": placement.score,
        },
    )


def forget_words(db: Database, entry_id: int) -> bool:
    """Whether there were any."""
    entry = {"id": entry_id}
    forgotten = db.execute("DELETE FROM vectors WHERE entry_id = :id", entry).rowcount
    if forgotten:
        db.execute("DELETE FROM telling_words WHERE entry_id = :id", entry)
    return bool(forgotten)


def _count(db: Database, language: str | None, words: Iterable[str]) -> None:
    db.conn.executemany(
        """
        INSERT INTO word_counts (language, word, articles) VALUES (?, ?, 1)
        ON CONFLICT (language, word) DO UPDATE SET articles = articles + 1
        """,
        [(codec.text(language or ""), codec.text(word)) for word in ("", *words)],
    )


def _members(db: Database, story: int, since: datetime, most: int) -> list[Member]:
    rows = db.execute(
        f"""
        SELECT entries.id, {ROOT} AS root, entries.first_seen, vectors.words
        FROM entries
        JOIN vectors ON vectors.entry_id = entries.id
        WHERE entries.story IN ({FAMILY}) AND entries.first_seen >= :since
        ORDER BY entries.first_seen DESC, entries.id DESC
        LIMIT :most
        """,  # noqa: S608  constants of this module
        {"story": story, "since": codec.time(since), "most": most},
    ).fetchall()
    return [_member(row) for row in rows]


def _member(row: sqlite3.Row) -> Member:
    words: Vector = json.loads(row["words"])
    return Member(row["id"], row["root"], codec.moment(row["first_seen"]), words)


def _looked_at(row: sqlite3.Row) -> Member:
    member = _member(row)
    # One string a word: the vectors of some days are in memory together.
    words = {intern(word): weight for word, weight in member.words.items()}
    return replace(member, words=words, settled=bool(row["settled"]), apart_from=row["apart_from"])


def _story_rows(db: Database, rows: Sequence[sqlite3.Row]) -> StoryRows:
    ids = {"ids": json_array(row["id"] for row in rows)}
    watches = db.execute(
        """
        SELECT DISTINCT watch FROM matches
        WHERE entry_id IN (SELECT value FROM json_each(:ids))
        ORDER BY watch
        """,
        ids,
    ).fetchall()
    root = rows[0]["root"]
    members = _members(db, root, codec.moment(rows[0]["first_seen"]), len(rows))
    return StoryRows(
        id=root,
        entries=tuple(row["id"] for row in rows),
        first_seen=codec.moment(rows[0]["first_seen"]),
        outlets=tuple(dict.fromkeys(row["feed"] for row in rows)),
        languages=tuple(dict.fromkeys(row["language"] for row in rows if row["language"])),
        watches=tuple(row["watch"] for row in watches),
        copies=_copies_among(db, [row["id"] for row in rows]),
        members=tuple(reversed(members)),
    )


def _copies_among(db: Database, entry_ids: Sequence[int]) -> tuple[tuple[int, int], ...]:
    rows = db.execute(
        """
        SELECT entry_id, other FROM copies
        WHERE entry_id IN (SELECT value FROM json_each(:ids))
        """,
        {"ids": json_array(entry_ids)},
    )
    return tuple((row["entry_id"], row["other"]) for row in rows)
