"""The SQLite schema, step by step.  A released step is never edited: append a new one.

    feeds ─┬─ ledger                one row a poll                                view `polls`
           └─ entries ─┬─ entry_keys    all it was ever known by, kept for ever
                       ├─ feed_texts    what the feed says                        ┐
                       ├─ articles      what its page says, and where from        ├ view `items`
                       ├─ matches       the watches it fired, with the proof      ┘
                       ├─ revisions     what people read before an edit
                       ├─ fingerprints  by what copies of it are found ── bands
                       ├─ copies        which other entries say the same
                       ├─ placements    why it is in its story
                       ├─ vectors       its telling words ── telling_words
                       ├─ items_fts     its folded words
                       └─ outbox ── deliveries                                    view `alerts`
    digests            one row a person and local date
    pages              what articles were read from, by digest; for a while
    merges             stories that turned out to be one
    word_counts        in how many articles a word stands
    host_pages         what a host's newest pages said, as digests

Rows that change often are narrow: SQLite writes a row anew whole, so texts stand in tables of their
own.  Times are ISO 8601 text in UTC, lists and proofs are JSON.
"""

from __future__ import annotations

import string
from collections.abc import Callable

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

#: With it in a file's header, `file` and we know the file for ours ("aggr").
APPLICATION_ID = 0x61676772

NAME = "aggregator"


def migrations() -> Migrations:
    """All steps, in order."""
    registry = Migrations(NAME)
    for step in STEPS:
        registry()(step)
    return registry


def create_feeds(db: Database) -> None:
    db.execute(
        """
        CREATE TABLE feeds (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            url TEXT NOT NULL UNIQUE,
            configured_name TEXT,
            title TEXT,
            name TEXT NOT NULL GENERATED ALWAYS AS (coalesce(configured_name, title, url)) VIRTUAL,
            tags TEXT NOT NULL DEFAULT '[]',
            -- 0: no longer in feeds.yaml; polled no more.
            active INTEGER NOT NULL DEFAULT 1,
            due_at TEXT NOT NULL,
            claimed_until TEXT,
            fence INTEGER NOT NULL DEFAULT 0,
            failures INTEGER NOT NULL DEFAULT 0,
            etag TEXT,
            last_modified TEXT,
            first_success TEXT,
            last_success TEXT,
            habits TEXT NOT NULL DEFAULT '{}'
        )
        """
    )
    db.execute("CREATE INDEX feeds_due ON feeds (due_at) WHERE active")
    # What the poll station remembers of a feed's last document; read and written only when there
    # is another one.
    db.execute(
        """
        CREATE TABLE documents (
            feed_id INTEGER PRIMARY KEY REFERENCES feeds (id),
            memory TEXT NOT NULL
        )
        """
    )
    db.execute(
        """
        CREATE TABLE ledger (
            id INTEGER PRIMARY KEY,
            feed_id INTEGER NOT NULL REFERENCES feeds (id),
            at TEXT NOT NULL,
            status INTEGER NOT NULL,
            reason TEXT NOT NULL,
            seen INTEGER NOT NULL,
            new INTEGER NOT NULL,
            updated INTEGER NOT NULL,
            known INTEGER NOT NULL,
            rejected INTEGER NOT NULL,
            ms INTEGER NOT NULL
        )
        """
    )
    db.execute("CREATE INDEX ledger_by_time ON ledger (at)")
    db.execute("CREATE INDEX ledger_by_feed ON ledger (feed_id, at)")


def create_entries(db: Database) -> None:
    db.execute(
        """
        CREATE TABLE entries (
            -- Never used again, so that an old alert cannot point at a new entry.
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            feed_id INTEGER NOT NULL REFERENCES feeds (id),
            guid TEXT,
            url TEXT NOT NULL,
            published TEXT,
            first_seen TEXT NOT NULL,
            -- Hash of title and text as last seen in the feed.
            words TEXT NOT NULL,
            -- Why its alerts are held back.
            hold TEXT,
            -- When it is to be read; NULL: it is read.
            due_at TEXT,
            claimed_until TEXT,
            fence INTEGER NOT NULL DEFAULT 0,
            attempts INTEGER NOT NULL DEFAULT 0,
            -- 0: no watch was held against its present words.
            matched INTEGER NOT NULL DEFAULT 0,
            story INTEGER NOT NULL,
            -- The folding rules it is indexed under; 0: it is not; below 0: a batch has it in hand.
            indexed INTEGER NOT NULL DEFAULT 0
        )
        """
    )
    db.execute("CREATE INDEX entries_due ON entries (due_at) WHERE due_at IS NOT NULL")
    db.execute(
        "CREATE INDEX entries_claimed ON entries (claimed_until) WHERE claimed_until IS NOT NULL"
    )
    db.execute("CREATE INDEX entries_unmatched ON entries (due_at) WHERE NOT matched")
    db.execute("CREATE INDEX entries_by_time ON entries (first_seen)")
    db.execute("CREATE INDEX entries_by_feed ON entries (feed_id, first_seen)")
    db.execute("CREATE INDEX entries_by_story ON entries (story)")
    db.execute("CREATE INDEX entries_by_index ON entries (indexed)")
    # No reference to entries: a pruned entry must still be known.
    db.execute(
        """
        CREATE TABLE entry_keys (
            feed_id INTEGER NOT NULL,
            key TEXT NOT NULL,
            entry_id INTEGER NOT NULL,
            PRIMARY KEY (feed_id, key)
        ) WITHOUT ROWID
        """
    )
    db.execute("CREATE INDEX entry_keys_by_entry ON entry_keys (entry_id)")
    db.execute(
        """
        CREATE TABLE feed_texts (
            entry_id INTEGER PRIMARY KEY REFERENCES entries (id) ON DELETE CASCADE,
            title TEXT NOT NULL,
            summary TEXT NOT NULL,
            content TEXT NOT NULL,
            authors TEXT NOT NULL,
            language TEXT,
            tags TEXT NOT NULL,
            enclosures TEXT NOT NULL
        )
        """
    )
    db.execute(
        """
        CREATE TABLE revisions (
            id INTEGER PRIMARY KEY,
            entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
            -- Whose words changed: `feed` or `page`.
            kind TEXT NOT NULL,
            -- When the words below were replaced; NULL: no page came with the new ones.
            at TEXT,
            title TEXT NOT NULL,
            summary TEXT NOT NULL,
            text TEXT NOT NULL,
            quality TEXT
        )
        """
    )
    db.execute("CREATE INDEX revisions_by_entry ON revisions (entry_id)")


def create_articles(db: Database) -> None:
    db.execute(
        """
        CREATE TABLE articles (
            entry_id INTEGER PRIMARY KEY REFERENCES entries (id) ON DELETE CASCADE,
            title TEXT NOT NULL,
            text TEXT NOT NULL,
            authors TEXT NOT NULL,
            published TEXT,
            language TEXT,
            quality TEXT NOT NULL,
            reason TEXT NOT NULL,
            method TEXT NOT NULL,
            final_url TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            fetched_at TEXT,
            text_hash TEXT NOT NULL
        )
        """
    )
    db.execute("CREATE INDEX articles_by_hash ON articles (text_hash) WHERE text_hash <> ''")
    db.execute(
        """
        CREATE TABLE matches (
            entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            watch TEXT NOT NULL,
            severity TEXT NOT NULL,
            terms TEXT NOT NULL,
            PRIMARY KEY (entry_id, position)
        ) WITHOUT ROWID
        """
    )
    db.execute("CREATE INDEX matches_by_watch ON matches (watch, entry_id)")


def create_outbox(db: Database) -> None:
    # No reference to entries: what was promised outlives the article.
    db.execute(
        """
        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            key TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            person TEXT NOT NULL,
            channel TEXT NOT NULL,
            watch TEXT NOT NULL,
            story INTEGER,
            entry_id INTEGER,
            severity TEXT NOT NULL,
            content TEXT NOT NULL,
            created_at TEXT NOT NULL,
            due_at TEXT NOT NULL,
            claimed_until TEXT,
            fence INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            state TEXT NOT NULL,
            reason TEXT NOT NULL,
            delivered_at TEXT
        )
        """
    )
    db.execute("CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'pending'")
    db.execute("CREATE INDEX outbox_by_story ON outbox (story)")
    db.execute("CREATE INDEX outbox_by_entry ON outbox (entry_id)")
    db.execute("CREATE INDEX outbox_by_time ON outbox (created_at)")
    db.execute(
        """
        CREATE TABLE deliveries (
            id INTEGER PRIMARY KEY,
            alert_id INTEGER NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
            at TEXT NOT NULL,
            state TEXT NOT NULL,
            reason TEXT NOT NULL,
            detail TEXT NOT NULL
        )
        """
    )
    db.execute("CREATE INDEX deliveries_by_alert ON deliveries (alert_id)")
    db.execute(
        """
        CREATE TABLE digests (
            person TEXT NOT NULL,
            date TEXT NOT NULL,
            covers_from TEXT NOT NULL,
            covers_until TEXT NOT NULL,
            PRIMARY KEY (person, date)
        ) WITHOUT ROWID
        """
    )


def create_full_text_index(db: Database) -> None:
    # What is indexed is folded already, tokens parted by spaces.  The `ascii` tokenizer takes
    # every character beyond ASCII for a letter; with ASCII's own signs added only spaces part, so
    # that one folded token is one token here in every script.  Nobody ranks: no column sizes.
    signs = string.punctuation.replace("'", "''").replace('"', '""')
    db.execute(
        f"""
        CREATE VIRTUAL TABLE items_fts USING fts5 (
            title, text, columnsize = 0, tokenize = "ascii tokenchars '{signs}'"
        )
        """
    )


def create_readable_views(db: Database) -> None:
    db.execute(
        """
        CREATE VIEW items AS
        SELECT
            entries.id,
            feeds.name AS feed,
            coalesce(nullif(articles.title, ''), feed_texts.title) AS title,
            entries.url,
            entries.published,
            entries.first_seen,
            coalesce(articles.language, feed_texts.language) AS language,
            coalesce(articles.quality, 'none') AS quality,
            coalesce(articles.reason, 'unread') AS reason,
            (
                SELECT group_concat(watch, ', ') FROM matches WHERE entry_id = entries.id
            ) AS watches,
            entries.story,
            (
                SELECT group_concat(value, ', ')
                FROM json_each(coalesce(nullif(articles.authors, '[]'), feed_texts.authors))
            ) AS authors,
            feed_texts.summary,
            coalesce(articles.text, feed_texts.content) AS text
        FROM entries
        JOIN feeds ON feeds.id = entries.feed_id
        JOIN feed_texts ON feed_texts.entry_id = entries.id
        LEFT JOIN articles ON articles.entry_id = entries.id
        """
    )
    db.execute(
        """
        CREATE VIEW alerts AS
        SELECT
            id,
            created_at,
            kind,
            person,
            watch,
            severity,
            state,
            reason,
            channel,
            content ->> '$.title' AS title,
            content ->> '$.outlet' AS outlet,
            content ->> '$.url' AS url,
            entry_id AS item,
            story,
            due_at,
            attempts,
            delivered_at,
            key
        FROM outbox
        """
    )
    db.execute(
        """
        CREATE VIEW polls AS
        SELECT
            ledger.id,
            feeds.name AS feed,
            ledger.at,
            ledger.status,
            ledger.reason,
            ledger.seen,
            ledger.new,
            ledger.updated,
            ledger.known,
            ledger.rejected,
            ledger.ms
        FROM ledger
        JOIN feeds ON feeds.id = ledger.feed_id
        """
    )


def create_pages(db: Database) -> None:
    # One copy of equal pages, found by the digest that each article carries.
    db.execute(
        """
        CREATE TABLE pages (
            sha256 TEXT PRIMARY KEY,
            -- Compressed with zlib.
            body BLOB NOT NULL,
            -- When it was put away last.
            kept_at TEXT NOT NULL
        )
        """
    )
    db.execute("CREATE INDEX pages_by_time ON pages (kept_at)")
    db.execute("ALTER TABLE articles ADD COLUMN status INTEGER")
    db.execute("ALTER TABLE articles ADD COLUMN hops TEXT NOT NULL DEFAULT '[]'")
    db.execute("ALTER TABLE articles ADD COLUMN extractor TEXT NOT NULL DEFAULT ''")


def add_matches_to_revisions(db: Database) -> None:
    # Whether the text is the page's, and what the watches had found in these words.
    db.execute("ALTER TABLE revisions ADD COLUMN of_page INTEGER NOT NULL DEFAULT 0")
    db.execute("ALTER TABLE revisions ADD COLUMN matches TEXT NOT NULL DEFAULT '[]'")
    # The feed's own full text, which stands behind the page's and would be lost by an edit.
    db.execute("ALTER TABLE revisions ADD COLUMN feed_content TEXT NOT NULL DEFAULT ''")


def create_host_pages(db: Database) -> None:
    # What pages of one host said, as digests: of the newest entries only, so that each host takes
    # a bounded place.  No reference to entries, for the same reason.
    db.execute(
        """
        CREATE TABLE host_pages (
            host TEXT NOT NULL,
            entry_id INTEGER NOT NULL,
            url BLOB NOT NULL,
            title BLOB NOT NULL,
            text BLOB NOT NULL,
            paragraphs BLOB NOT NULL,
            PRIMARY KEY (host, entry_id)
        ) WITHOUT ROWID
        """
    )


def add_since_to_matches(db: Database) -> None:
    # When the watch first matched the entry, which may be long after the entry was first seen.
    db.execute("ALTER TABLE matches ADD COLUMN since TEXT NOT NULL DEFAULT ''")
    db.execute(
        """
        UPDATE matches SET since = (SELECT first_seen FROM entries WHERE id = matches.entry_id)
        """
    )
    db.execute("CREATE INDEX matches_by_time ON matches (since)")


def add_metadata_to_articles(db: Database) -> None:
    # What the page claims beside its text.
    db.execute("ALTER TABLE articles ADD COLUMN modified TEXT")
    db.execute("ALTER TABLE articles ADD COLUMN canonical_url TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE articles ADD COLUMN image_url TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE articles ADD COLUMN words INTEGER NOT NULL DEFAULT 0")
    # As near as SQL comes to it; an article that is read again is counted anew.
    db.execute(
        """
        UPDATE articles SET words = length(text) - length(replace(text, ' ', '')) + 1
        WHERE text <> ''
        """
    )


def create_watches(db: Database) -> None:
    # The watches that were last held against the store: which ones are new, or have changed since?
    db.execute("CREATE TABLE watches (name TEXT PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID")


def create_copies(db: Database) -> None:
    # What texts are known by, for as long as copies of them are looked for.
    db.execute(
        """
        CREATE TABLE fingerprints (
            entry_id INTEGER PRIMARY KEY REFERENCES entries (id) ON DELETE CASCADE,
            -- Those of another version are not compared.
            version INTEGER NOT NULL,
            text_hash TEXT NOT NULL,
            -- Its keys in `bands`.
            bands BLOB NOT NULL,
            -- 32-bit hashes of its runs of words, in order of size.
            runs BLOB NOT NULL,
            numbers TEXT NOT NULL
        )
        """
    )
    db.execute(
        """
        CREATE TABLE bands (
            key INTEGER NOT NULL,
            entry_id INTEGER NOT NULL,
            PRIMARY KEY (key, entry_id)
        ) WITHOUT ROWID
        """
    )
    # Of two copies the one that was read later stands first.
    db.execute(
        """
        CREATE TABLE copies (
            entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
            other INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
            reason TEXT NOT NULL,
            -- The share of the shorter text that stands in the longer.
            score REAL NOT NULL,
            -- 1: who was told of one need not be told of the other.
            nothing_new INTEGER NOT NULL,
            PRIMARY KEY (entry_id, other)
        ) WITHOUT ROWID
        """
    )
    db.execute("CREATE INDEX copies_by_other ON copies (other)")
    db.execute("DROP INDEX articles_by_hash")
    db.execute("ALTER TABLE articles DROP COLUMN text_hash")


def create_troubles(db: Database) -> None:
    # Addresses that a channel does not reach: one message tells of each, and nothing is sent to
    # those that are suspended.
    db.execute(
        """
        CREATE TABLE troubles (
            channel TEXT NOT NULL,
            address TEXT NOT NULL,
            since TEXT NOT NULL,
            reason TEXT NOT NULL,
            suspended INTEGER NOT NULL,
            PRIMARY KEY (channel, address)
        ) WITHOUT ROWID
        """
    )
    # Each channel claims for itself: the backlog of a dead one must not be read past by the others.
    db.execute("DROP INDEX outbox_due")
    db.execute("CREATE INDEX outbox_due ON outbox (channel, due_at) WHERE state = 'pending'")


def add_states_to_feeds(db: Database) -> None:
    # How the source fared when it was last looked at: only what changes is told.
    db.execute("ALTER TABLE feeds ADD COLUMN state TEXT")
    db.execute("ALTER TABLE feeds ADD COLUMN state_reason TEXT")


def add_summaries_to_outbox(db: Database) -> None:
    db.execute("ALTER TABLE outbox ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0")
    # What is put off, for quiet hours or for the cap, goes in one message: a row of its own.
    db.execute("ALTER TABLE outbox ADD COLUMN put_off TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE outbox ADD COLUMN within TEXT")
    db.execute("DROP INDEX outbox_due")
    db.execute(
        """
        CREATE INDEX outbox_due ON outbox (channel, due_at)
        WHERE state = 'pending' AND put_off = ''
        """
    )
    db.execute(
        """
        CREATE INDEX outbox_put_off ON outbox (due_at)
        WHERE state = 'pending' AND put_off <> '' AND within IS NULL
        """
    )
    db.execute("CREATE INDEX outbox_within ON outbox (within) WHERE within IS NOT NULL")
    db.execute(
        "CREATE INDEX outbox_by_person ON outbox (person, channel, due_at) WHERE channel <> ''"
    )


def add_pruned_to_entries(db: Database) -> None:
    # 1: its time is over; it has no texts any more, and is kept for what it is known by.
    db.execute("ALTER TABLE entries ADD COLUMN pruned INTEGER NOT NULL DEFAULT 0")
    db.execute("DROP INDEX entries_by_index")
    db.execute("CREATE INDEX entries_by_index ON entries (indexed) WHERE NOT pruned")


def create_stories(db: Database) -> None:
    # Why each entry is in its story, or in none with the article nearest to it.
    db.execute(
        """
        CREATE TABLE placements (
            entry_id INTEGER PRIMARY KEY REFERENCES entries (id) ON DELETE CASCADE,
            nearest INTEGER,
            reason TEXT NOT NULL,
            score REAL NOT NULL
        )
        """
    )
    # An article's telling words with their weights, as a JSON object, the heaviest first; none for
    # copies.  The heaviest of them, by which neighbours are found.
    db.execute(
        """
        CREATE TABLE vectors (
            entry_id INTEGER PRIMARY KEY REFERENCES entries (id) ON DELETE CASCADE,
            words TEXT NOT NULL
        )
        """
    )
    db.execute(
        """
        CREATE TABLE telling_words (
            word TEXT NOT NULL,
            entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
            PRIMARY KEY (word, entry_id)
        ) WITHOUT ROWID
        """
    )
    db.execute("CREATE INDEX telling_words_by_entry ON telling_words (entry_id)")
    # In how many articles of a language a word stands; under '' how many were counted.
    db.execute(
        """
        CREATE TABLE word_counts (
            language TEXT NOT NULL,
            word TEXT NOT NULL,
            articles INTEGER NOT NULL,
            PRIMARY KEY (language, word)
        ) WITHOUT ROWID
        """
    )
    # A story that turned out to be another one.  What was told of keeps the story it was told
    # under, and a key sent under either counts as sent for both.
    db.execute(
        """
        CREATE TABLE merges (
            story INTEGER PRIMARY KEY,
            merged_into INTEGER NOT NULL,
            score REAL NOT NULL,
            at TEXT NOT NULL
        )
        """
    )
    db.execute("CREATE INDEX merges_by_root ON merges (merged_into)")


def add_url_key_to_articles(db: Database) -> None:
    # The same for all URLs of one document; NULL for what was read before there were keys.
    db.execute("ALTER TABLE articles ADD COLUMN url_key TEXT")
    db.execute("CREATE INDEX articles_by_url_key ON articles (url_key)")


def add_certainty_to_articles(db: Database) -> None:
    # How sure the choice of the text is, from 0 to 1; NULL where the text is the feed's.  And what
    # is to be said of it, a code.
    db.execute("ALTER TABLE articles ADD COLUMN certainty REAL")
    db.execute("ALTER TABLE articles ADD COLUMN note TEXT NOT NULL DEFAULT ''")


def add_modified_to_feed_texts(db: Database) -> None:
    # As the feed claims.
    db.execute("ALTER TABLE feed_texts ADD COLUMN modified TEXT")


def add_names_to_fingerprints(db: Database) -> None:
    # 32-bit hashes of the names in the text, in order of size.  Without them a text is known by
    # its runs and numbers alone, as before.
    db.execute("ALTER TABLE fingerprints ADD COLUMN names BLOB NOT NULL DEFAULT x''")


def create_looks(db: Database) -> None:
    # When the second look at the stories was taken last: one row.
    db.execute("CREATE TABLE looks (id INTEGER PRIMARY KEY CHECK (id = 1), at TEXT NOT NULL)")


def add_places_to_host_pages(db: Database) -> None:
    # Without them a page says nothing of where its host sets articles.
    db.execute("ALTER TABLE host_pages ADD COLUMN places BLOB NOT NULL DEFAULT x''")


def tell_of_merged_stories_as_one(db: Database) -> None:
    # The views are for people: the number that a row was told under is nothing to them.
    for view in ("items", "alerts"):
        db.execute(f"DROP VIEW {view}")
    db.execute(
        """
        CREATE VIEW items AS
        SELECT
            entries.id,
            feeds.name AS feed,
            coalesce(nullif(articles.title, ''), feed_texts.title) AS title,
            entries.url,
            entries.published,
            entries.first_seen,
            coalesce(articles.language, feed_texts.language) AS language,
            coalesce(articles.quality, 'none') AS quality,
            coalesce(articles.reason, 'unread') AS reason,
            (
                SELECT group_concat(watch, ', ') FROM matches WHERE entry_id = entries.id
            ) AS watches,
            coalesce(
                (SELECT merged_into FROM merges WHERE merges.story = entries.story), entries.story
            ) AS story,
            (
                SELECT group_concat(value, ', ')
                FROM json_each(coalesce(nullif(articles.authors, '[]'), feed_texts.authors))
            ) AS authors,
            feed_texts.summary,
            coalesce(articles.text, feed_texts.content) AS text
        FROM entries
        JOIN feeds ON feeds.id = entries.feed_id
        JOIN feed_texts ON feed_texts.entry_id = entries.id
        LEFT JOIN articles ON articles.entry_id = entries.id
        """
    )
    db.execute(
        """
        CREATE VIEW alerts AS
        SELECT
            id,
            created_at,
            kind,
            person,
            watch,
            severity,
            state,
            reason,
            channel,
            content ->> '$.title' AS title,
            content ->> '$.outlet' AS outlet,
            content ->> '$.url' AS url,
            entry_id AS item,
            coalesce(
                (SELECT merged_into FROM merges WHERE merges.story = outbox.story), outbox.story
            ) AS story,
            due_at,
            attempts,
            delivered_at,
            key
        FROM outbox
        """
    )


STEPS: tuple[Callable[[Database], None], ...] = (
    create_feeds,
    create_entries,
    create_articles,
    create_outbox,
    create_full_text_index,
    create_readable_views,
    create_pages,
    add_matches_to_revisions,
    create_host_pages,
    add_since_to_matches,
    add_metadata_to_articles,
    create_watches,
    create_copies,
    create_troubles,
    add_states_to_feeds,
    add_summaries_to_outbox,
    add_pruned_to_entries,
    create_stories,
    add_url_key_to_articles,
    add_certainty_to_articles,
    add_modified_to_feed_texts,
    add_names_to_fingerprints,
    create_looks,
    add_places_to_host_pages,
    tell_of_merged_stories_as_one,
)
