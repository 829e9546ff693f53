"""What storing costs, in CPU µs, beside the same rows through the sqlite3 module alone.

    python bench/store.py [--feeds 1000]

The peer writes the rows our tables hold with `executemany`, in transactions of the same size, on a
schema without indexes: what SQLite takes when nobody asks anything of it.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import string
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aggregator.models import (
    Article,
    DueFeed,
    Feed,
    FoldedItem,
    Item,
    NewEntry,
    ParsedEntry,
    Poll,
    PollOutcome,
    ReadOutcome,
    Validators,
)
from aggregator.protocols import Storage
from aggregator.reading.fingerprint import fingerprint
from storage import open_storage

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
LEASE = timedelta(minutes=5)
BATCH = 50

_random = random.Random(7)
_words = [
    "".join(_random.choices(string.ascii_lowercase, k=_random.randint(2, 10)))
    for _ in range(30_000)
]
_weights = [1 / rank for rank in range(1, len(_words) + 1)]


def prose(words: int) -> str:
    return " ".join(_random.choices(_words, _weights, k=words))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--feeds", type=int, default=1000)
    feeds = arguments.parse_args().feeds
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(open_storage(f"sqlite:///{folder}/ours.db")) as storage,
    ):
        storage.sync_feeds([Feed(f"https://{n}.example/feed") for n in range(feeds)], NOW)
        peer = Peer(Path(folder) / "peer.db")
        print(f"{feeds} feeds, commits of {BATCH}; CPU µs each")
        print(f"{'':34}{'ours':>9}{'sqlite3':>9}{'ratio':>7}")
        polls(storage, peer, "poll, nothing new, a feed", 0, 1)
        polls(storage, peer, "poll, one new entry, a feed", 1, 2)
        polls(storage, peer, "poll, 17 new entries, a feed", 17, 3)
        readings(storage, peer, 1000)
        indexing(storage, peer)
        asking(storage)


class Peer:
    """The rows and nothing else."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = FULL")
        self.connection.execute("CREATE TABLE rows (a, b, c, d, e, f, g, h)")
        self.connection.execute("CREATE VIRTUAL TABLE fts USING fts5 (title, text)")

    def write(self, rows: Sequence[Sequence[object]], table: str = "rows") -> None:
        places = ", ".join("?" * len(rows[0]))
        self.connection.execute("BEGIN")
        self.connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608
        self.connection.execute("COMMIT")


def cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def show(what: str, ours: float, theirs: float | None, count: int) -> None:
    beside = "" if theirs is None else f"{theirs / count * 1e6:>9.0f}{ours / theirs:>6.1f}x"
    print(f"{what:34}{ours / count * 1e6:>9.0f}{beside}")


def polls(storage: Storage, peer: Peer, what: str, new: int, round_: int) -> None:
    """Claim, ask what is known, commit: the whole of a poll's storage."""
    at = NOW + timedelta(hours=round_)
    claim = known = commit = theirs = 0.0
    count = 0
    while True:
        dues: list[DueFeed] = []
        claim += cpu(lambda: dues.extend(storage.claim_feeds(at, BATCH, LEASE)))  # noqa: B023
        if not dues:
            break
        outcomes = [outcome(due, new, at) for due in dues]
        for due, made in zip(dues, outcomes, strict=True):
            keys = [key for entry in made.new for key in entry.keys]
            if keys:
                known += cpu(lambda: storage.known_entries(due.id, keys))  # noqa: B023
        commit += cpu(lambda: storage.commit_polls(outcomes))  # noqa: B023
        rows = [row for made in outcomes for row in plain_rows(made)]
        theirs += cpu(lambda: peer.write(rows))  # noqa: B023
        count += len(dues)
    show(what, claim + known + commit, theirs, count)
    parts = {"claim": claim, "known": known, "commit": commit}
    print("    " + ", ".join(f"{name} {part / count * 1e6:.0f}" for name, part in parts.items()))


def outcome(due: DueFeed, new: int, at: datetime) -> PollOutcome:
    entries = tuple(entry(due.url, number, at) for number in range(new))
    return PollOutcome(
        feed_id=due.id,
        fence=due.fence,
        poll=Poll(due.name, at, 200 if new else 304, "ok" if new else "not_modified", new, new),
        due_at=at + timedelta(minutes=30),
        failures=0,
        validators=Validators('W/"5f3c-1a2b3c4d"', "Mon, 23 Nov 2026 19:59:59 GMT"),
        habits='{"rhythm": 1800}',
        new=entries,
    )


def entry(feed: str, number: int, at: datetime) -> NewEntry:
    link = f"{feed}/{at:%H}/{number}/{prose(5).replace(' ', '-')}"
    keys = frozenset({f"guid:{link}", f"link:{link}", f"words:{number:032x}{at:%H}{hash(feed):x}"})
    parsed = ParsedEntry(
        guid=link,
        link=link,
        title=prose(9),
        summary=prose(40),
        content=prose(300),
        authors=("A. Writer",),
        published=at,
        tags=("news",),
    )
    return NewEntry(parsed, keys, f"{number:032x}")


def plain_rows(made: PollOutcome) -> list[tuple[object, ...]]:
    at = made.poll.at.isoformat()
    rows: list[tuple[object, ...]] = [
        (made.feed_id, made.due_at.isoformat(), made.failures, made.habits, None, None, None, None),
        (made.feed_id, at, made.poll.status, made.poll.reason, made.poll.seen, 0, 0, 0),
    ]
    for found in made.new:
        text = found.entry
        rows.append((made.feed_id, text.guid, text.link, at, found.words, None, None, None))
        rows.append((text.title, text.summary, text.content, "[]", "[]", "[]", None, None))
        rows.extend((made.feed_id, key, 1, None, None, None, None, None) for key in found.keys)
    return rows


def readings(storage: Storage, peer: Peer, count: int) -> None:
    at = NOW + timedelta(days=1)
    dues = storage.claim_entries(at, count, LEASE)
    made = [
        ReadOutcome(
            entry_id=due.id,
            fence=due.fence,
            article=Article(due.title, text, quality="full", reason="extracted", fetched_at=at),
            story=due.id,
            fingerprint=fingerprint(text),
        )
        for due, text in zip(dues, (prose(500) for _ in dues), strict=True)
    ]
    ours = cpu(lambda: [storage.commit_reading(one) for one in made])
    theirs = cpu(
        lambda: [
            peer.write([(one.entry_id, one.article.title, one.article.text, *[None] * 5)])
            for one in made
        ]
    )
    show("reading, a commit each", ours, theirs, count)


def indexing(storage: Storage, peer: Peer) -> None:
    ours = theirs = 0.0
    count = 0
    while True:
        items: list[Item] = []
        ours += cpu(lambda: items.extend(storage.unindexed(1, 200)))  # noqa: B023
        if not items:
            break
        count += len(items)
        folded = [FoldedItem(item.id, item.title, f"{item.summary} {item.text}") for item in items]
        ours += cpu(lambda: storage.index(folded, 1))  # noqa: B023
        rows = [(item.title, item.text) for item in folded]
        theirs += cpu(lambda: peer.write(rows, "fts"))  # noqa: B023
    show("index, batches of 200, an item", ours, theirs, count)


def asking(storage: Storage) -> None:
    words = _words[2000:2100]
    show(
        "search, the first hit of a word",
        cpu(lambda: [next(storage.search(f'"{word}"', 1), None) for word in words]),
        None,
        len(words),
    )
    show("newest 50 items", cpu(lambda: [storage.items(limit=50) for _ in range(20)]), None, 20)


if __name__ == "__main__":
    main()
