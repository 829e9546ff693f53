"""Copies found among articles that arrive one by one, and what that costs.

    pip install datasketch
    python bench/dedup.py [--arrivals 50000] [--readings 5000] [--texts TEXTS.jsonl]

Edits of the kinds that newsrooms make are planted among generated texts, or among TEXTS (a
line `{id, text}` a text): precision, recall and F1 of the links from each edit to its original.
Reports of one form with other numbers, or with other names, must hold nothing back.

Then ARRIVALS articles, a quarter of them copies, arrive one by one, three times over:

- the dedup step: fingerprint, candidates from the store, exact check, and fingerprint, bands and
  links written in a transaction of their own, as a reading that promises no alert is written;
- datasketch's LSH, in memory: signature, candidates, insertion; nothing is kept or checked;
- READINGS of them as the product reads them: the dedup step's questions, then the story step
  (words, their counts, what is near, where it belongs), then all of the reading in one transaction:
  text, fingerprint, place, words, the queue for the index.

Memory is what the process has at that moment, the bench and its imports included; disk is what the
tables of the copies take.  Milliseconds; the bar is for wall time.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import quantiles

from planted import Newsroom, Words, texts_of

from aggregator.models import (
    Article,
    Feed,
    Fingerprint,
    KnownText,
    NewEntry,
    ParsedEntry,
    Poll,
    PollOutcome,
    ReadOutcome,
    Validators,
)
from aggregator.reading import stories
from aggregator.reading.fingerprint import copies_of, fingerprint, likenesses, same_form
from storage.sqlite import SqliteStorage
from storage.sqlite.copies import keep_fingerprint
from storage.sqlite.session import Session, open_session

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
SINCE = NOW - timedelta(days=14)
LEASE = timedelta(minutes=5)
BATCH = 500
SHOWN_EACH = 10_000

#: Seconds of wall clock and of CPU.
Times = tuple[float, float]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--arrivals", type=int, default=50_000)
    arguments.add_argument("--readings", type=int, default=5_000)
    arguments.add_argument("--texts", type=Path)
    given = arguments.parse_args()
    newsroom = Newsroom(7)
    planted(
        newsroom,
        texts_of(given.texts) if given.texts else [newsroom.report(150, 600) for _ in range(500)],
    )
    templates("numbers", [newsroom.form() for _ in range(200)])
    templates("names", [newsroom.named_form() for _ in range(200)])
    show_disk()
    dedup_step(Newsroom(8).arrivals(given.arrivals))
    datasketch(Newsroom(8).arrivals(given.arrivals))
    readings(Newsroom(8).arrivals(given.readings))


# ── planted edits ─────────────────────────────────────────────────────────────────────────────────


class Shelf:
    """Fingerprints by their bands, in memory."""

    def __init__(self) -> None:
        self.texts: list[Fingerprint] = []
        self.bands: dict[int, list[int]] = {}

    def add(self, text: Fingerprint) -> None:
        for key in text.bands:
            self.bands.setdefault(key, []).append(len(self.texts))
        self.texts.append(text)

    def known(self, text: Fingerprint) -> list[KnownText]:
        found = {number for key in text.bands for number in self.bands.get(key, ())}
        return [KnownText(number, 0, NOW, self.texts[number]) for number in sorted(found)]


def planted(newsroom: Newsroom, texts: Sequence[Words]) -> None:
    """Texts that are copies of each other to begin with are taken out: nobody planted those."""
    shelf, kept = Shelf(), []
    for words in texts:
        text = fingerprint(" ".join(words))
        if text and not copies_of(likenesses(text, shelf.known(text))):
            shelf.add(text)
            kept.append(words)
    edits = newsroom.edits() | newsroom.single_words()
    print(f"{len(kept)} texts, {len(edits)} edits of each")
    hits = others = total = 0
    for name, edit in edits.items():
        found = [linked(shelf, edit(words)) for words in kept]
        right = sum(number in links for number, links in enumerate(found))
        print(f"  {name:22}{right / len(kept):7.3f}")
        hits, total = hits + right, total + len(kept)
        others += sum(len(links - {number}) for number, links in enumerate(found))
    precision, recall = hits / (hits + others), hits / total
    f1 = 2 * precision * recall / (precision + recall)
    print(f"precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}")


def linked(shelf: Shelf, words: Words) -> set[int]:
    text = fingerprint(" ".join(words))
    return (
        {link.other for link in copies_of(likenesses(text, shelf.known(text)))} if text else set()
    )


def templates(others: str, reports: Sequence[str]) -> None:
    """Reports of one form, each with numbers or names of its own."""
    shelf, copies, held = Shelf(), 0, 0
    for report in reports:
        text = fingerprint(report)
        assert text is not None
        links = copies_of(likenesses(text, shelf.known(text)))
        copies += bool(links)
        held += any(link.nothing_new for link in links)
        shelf.add(text)
    print(
        f"{len(reports)} reports of one form, of other {others}: {copies} taken for copies, "
        f"{held} held back"
    )


# ── what it costs ─────────────────────────────────────────────────────────────────────────────────


def show_disk() -> None:
    """What a commit waits for where it waits for the disk."""
    took = []
    with tempfile.TemporaryFile() as file:
        for _ in range(100):
            file.write(bytes(4096))
            file.flush()
            start = now()
            os.fdatasync(file.fileno())
            took.append(since(start))
    print(f"a sync of this disk: {percentiles(wall for wall, _ in took)}")


def dedup_step(texts: Iterator[str]) -> None:
    print("dedup step, a transaction each")
    with store() as (session, storage):
        took = []
        while batch := list(islice(texts, BATCH)):
            ids = polled(session, storage, len(batch))
            for entry_id, text in zip(ids, batch, strict=True):
                start = now()
                known_by = fingerprint(text)
                known = storage.known_texts(known_by, SINCE, entry_id) if known_by else []
                copies = copies_of(likenesses(known_by, known))
                with session.writing(redone_if_lost=True) as db:
                    keep_fingerprint(db, entry_id, known_by, copies)
                took.append(since(start))
            if len(took) % SHOWN_EACH == 0:
                disk = copies_bytes(session) / len(took)
                show(took, f", {disk:.0f} bytes an article")
        show_all(took)


def datasketch(texts: Iterator[str]) -> None:
    try:
        from datasketch import MinHash, MinHashLSH
    except ImportError:
        print("datasketch is not installed: no peer")
        return
    print("datasketch, in memory")
    index = MinHashLSH(num_perm=64, params=(32, 2))
    took = []
    for number, text in enumerate(texts):
        start = now()
        words = text.lower().split()
        signed = MinHash(num_perm=64)
        signed.update_batch(
            [" ".join(run).encode() for run in zip(words, words[1:], words[2:], strict=False)]
        )
        index.query(signed)
        index.insert(number, signed)
        took.append(since(start))
        if len(took) % SHOWN_EACH == 0:
            show(took)
    show_all(took)


def readings(texts: Iterator[str]) -> None:
    print("readings, a transaction each")
    parts: dict[str, list[Times]] = {"dedup": [], "story": [], "commit": [], "all": []}
    with store() as (session, storage):
        while batch := list(islice(texts, BATCH)):
            ids = polled(session, storage, len(batch))
            text_of = dict(zip(ids, batch, strict=True))
            while entries := storage.claim_entries(NOW, 10, LEASE):
                for entry in entries:
                    read(storage, entry.id, entry.fence, text_of[entry.id], parts)
    for name, took in parts.items():
        show_all(took, f"  {name:7}")


def read(
    storage: SqliteStorage, entry_id: int, fence: int, text: str, parts: dict[str, list[Times]]
) -> None:
    first = start = now()

    def part(name: str) -> None:
        nonlocal start
        parts[name].append(since(start))
        start = now()

    known_by = fingerprint(text)
    known = storage.known_texts(known_by, SINCE, entry_id) if known_by else []
    alike = likenesses(known_by, known)
    copies = copies_of(alike)
    part("dedup")
    twins = same_form(alike)
    weights = stories.terms("", text)
    all_words = stories.single_words(weights)
    counts = storage.word_counts("en", all_words)
    words = stories.vector(weights, counts)
    near = storage.near(stories.telling(words), NOW - stories.WINDOW, entry_id)
    enough = stories.near_enough(counts)
    placement = stories.place(entry_id, words, copies, known, twins, near, NOW, enough)
    part("story")
    storage.commit_reading(
        ReadOutcome(
            entry_id,
            fence,
            Article("", text, language="en"),
            placement.story,
            fingerprint=known_by,
            copies=copies,
            placement=placement,
            words={} if placement.reason == "copy" else words,
            all_words=all_words,
            at=NOW,
        )
    )
    part("commit")
    parts["all"].append(since(first))


# ── the store ─────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def store() -> Iterator[tuple[Session, SqliteStorage]]:
    with tempfile.TemporaryDirectory() as folder:
        session = open_session(Path(folder) / "ours.db")
        session.migrate()
        storage = SqliteStorage(session)
        storage.sync_feeds([Feed("https://outlet.example/feed")], NOW)
        try:
            yield session, storage
        finally:
            storage.close()


def polled(session: Session, storage: SqliteStorage, count: int) -> list[int]:
    """The ids of so many new entries."""
    storage.make_due(NOW)
    (due,) = storage.claim_feeds(NOW, 1, LEASE)
    names = [f"{due.fence}/{number}" for number in range(count)]
    new = tuple(NewEntry(ParsedEntry(title=name), frozenset([name]), name) for name in names)
    poll = Poll(due.name, NOW, 200, "ok", count, count)
    storage.commit_polls(
        [PollOutcome(due.id, due.fence, poll, NOW + LEASE, 0, Validators(), new=new)]
    )
    rows = session.db.execute("SELECT id FROM entries ORDER BY id DESC LIMIT ?", [count])
    return sorted(row["id"] for row in rows)


def copies_bytes(session: Session) -> int:
    """What the tables of the copies take in the file."""
    rows = session.db.execute(
        """
        SELECT sum(pgsize) FROM dbstat
        WHERE name IN ('bands', 'fingerprints', 'copies', 'copies_by_other')
        """
    )
    return int(rows.fetchone()[0])


# ── figures ───────────────────────────────────────────────────────────────────────────────────────


def now() -> Times:
    return time.perf_counter(), time.process_time()


def since(start: Times) -> Times:
    wall, cpu = now()
    return wall - start[0], cpu - start[1]


def memory() -> float:
    """MB that the process has now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def show(took: Sequence[Times], more: str = "") -> None:
    """The last SHOWN_EACH of them."""
    figures = both(took[-SHOWN_EACH:])
    print(f"  to {len(took):6}: {figures}; {memory():.0f} MB{more}", flush=True)


def show_all(took: Sequence[Times], name: str = "  all") -> None:
    print(f"{name} {len(took)}: {both(took)}", flush=True)


def both(took: Iterable[Times]) -> str:
    wall, cpu = (percentiles(column) for column in zip(*took, strict=True))
    return f"wall {wall}, CPU {cpu}"


def percentiles(seconds: Iterable[float]) -> str:
    cuts = quantiles(seconds, n=100)
    return f"p50 {cuts[49] * 1000:.2f} p99 {cuts[98] * 1000:.2f}"


if __name__ == "__main__":
    main()
