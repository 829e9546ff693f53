"""Is the file whole, and does what it says in one place agree with what it says in another?"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator

from sqlite_utils import Database

from aggregator.models import Fault
from storage.migrations.sqlite import create_full_text_index
from storage.sqlite.session import Session

RESTORE = "stop the monitor and put a backup in the file's place"
REINDEX = "python run.py storage check --reindex"
#: What parts words in the index: its tokenizer takes every other character for a letter.
_GAP = re.compile(r"[\x00-\x20\x7f]+")
#: A damaged file may have thousands.
_MOST = 20

#: What must not be found, the question that finds it, and the mend.
_RULES = (
    (
        "entries without the feed's text",
        """
        SELECT count(*) FROM entries
        WHERE NOT pruned AND id NOT IN (SELECT entry_id FROM feed_texts)
        """,
        RESTORE,
    ),
    (
        "keys of entries that are not there",
        "SELECT count(*) FROM entry_keys WHERE entry_id NOT IN (SELECT id FROM entries)",
        RESTORE,
    ),
    (
        "entries that the full-text index lacks",
        """
        SELECT count(*) FROM entries
        WHERE NOT pruned AND indexed > 0 AND id NOT IN (SELECT rowid FROM items_fts)
        """,
        REINDEX,
    ),
    (
        "rows of the full-text index without an entry",
        """
        SELECT count(*) FROM items_fts
        WHERE rowid NOT IN (SELECT id FROM entries WHERE NOT pruned)
        """,
        REINDEX,
    ),
)


class Integrity:
    """Examining the store, and writing its index anew."""

    _session: Session

    def faults(self) -> list[Fault]:
        with self._session.reading() as db:
            # Where the file itself is damaged, what it says elsewhere is not to be trusted.
            return list(_damage(db)) or [*_dangling(db), *_broken_rules(db), *_index_words(db)]

    def forget_index(self) -> None:
        with self._session.writing() as db:
            db.execute("DROP TABLE items_fts")
            create_full_text_index(db)
            db.execute("UPDATE entries SET indexed = 0 WHERE NOT pruned")


def _damage(db: Database) -> Iterator[Fault]:
    for (message,) in db.execute(f"PRAGMA integrity_check({_MOST})"):
        if message != "ok":
            yield Fault(f"damaged: {message}", RESTORE)


def _dangling(db: Database) -> Iterator[Fault]:
    rows = db.execute(
        """
        SELECT "table", parent, count(*) AS number FROM pragma_foreign_key_check
        GROUP BY "table", parent
        """
    )
    for row in rows:
        yield Fault(f"{row['number']} rows of {row['table']} name no {row['parent']}", RESTORE)


def _broken_rules(db: Database) -> Iterator[Fault]:
    for what, question, mend in _RULES:
        (number,) = db.execute(question).fetchone()
        if number:
            yield Fault(f"{number} {what}", mend)


def _index_words(db: Database) -> Iterator[Fault]:
    """The index must name as many words as its rows have."""
    # FTS5's own check is an INSERT, and would keep a running monitor from writing meanwhile.
    db.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, items_fts, row)"
    )
    try:
        (named,) = db.execute("SELECT coalesce(sum(cnt), 0) FROM temp.vocabulary").fetchone()
        texts = db.execute("SELECT title, text FROM items_fts")
        there = sum(sum(map(bool, _GAP.split(text))) for row in texts for text in row)
    except sqlite3.DatabaseError as error:
        yield Fault(f"the full-text index is damaged: {error}", REINDEX)
    else:
        if named != there:
            yield Fault(f"the full-text index names {named} words of {there}", REINDEX)
