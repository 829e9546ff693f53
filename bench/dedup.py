"""Copies found among articles that arrive one by one, and what that costs.

    pip install datasketch
    python bench/dedup.py [--arrivals 50000] [--texts TEXTS.jsonl]

Edits of the kinds that newsrooms make are planted among generated texts, or among TEXTS (a
line `{id, text}` a text): precision, recall and F1 of the links from each edit to its original.
Reports of one form with other numbers must hold nothing back.  Then ARRIVALS articles, a quarter of
them copies, go through the whole step, one transaction each; datasketch's LSH, in memory, gets the
same.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from statistics import quantiles

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
from aggregator.protocols import Storage
from aggregator.reading.fingerprint import copies_of, fingerprint
from storage import open_storage

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
LEASE = timedelta(minutes=5)
BATCH = 500

#: Seconds of wall clock and of CPU.
Times = tuple[float, float]

_random = random.Random(7)
_words = ["".join(_random.choices("abcdefghijklmnoprstuvwz", k=n % 8 + 2)) for n in range(30_000)]
_weights = list(accumulate(1 / rank for rank in range(1, len(_words) + 1)))


def prose(words: int) -> list[str]:
    """With a number now and then, as reports have."""
    chosen = _random.choices(_words, cum_weights=_weights, k=words)
    return [str(_random.randint(2, 900)) if _random.random() < 0.03 else word for word in chosen]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--arrivals", type=int, default=50_000)
    arguments.add_argument("--texts", type=Path)
    given = arguments.parse_args()
    planted(originals(given.texts))
    templates(200)
    made = [" ".join(text) for text in arrivals(given.arrivals)]
    ours(made)
    datasketch(made)


# ── planted edits ─────────────────────────────────────────────────────────────────────────────────


def originals(path: Path | None) -> list[list[str]]:
    if path is None:
        return [prose(_random.randint(150, 600)) for _ in range(500)]
    lines = path.read_text(encoding="utf-8").splitlines()
    texts = (json.loads(line)["text"].split() for line in lines if line.strip())
    return [text for text in texts if len(text) >= 130]


def changed(words: list[str], share: float) -> list[str]:
    """In phrases of five.  Numbers stay: with others it would be another report."""
    text = list(words)
    for start in _random.sample(range(0, len(text), 5), round(len(text) * share / 5)):
        for at in range(start, min(start + 5, len(text))):
            if not text[at].isdigit():
                text[at] = _random.choice(_words)
    return text


def inserted(words: list[str], share: float) -> list[str]:
    at = _random.randrange(len(words))
    return [*words[:at], *prose(round(len(words) * share)), *words[at:]]


EDITS: dict[str, Callable[[list[str]], list[str]]] = {
    "reformatted": lambda words: [word.upper() + "," for word in words],
    "dateline and footer": lambda words: ["KABUL,", "(Wire)", *words, *prose(25)],
    "new lead": lambda words: prose(30) + words[30:],
    "30 % inserted": lambda words: inserted(words, 0.3),
    "paragraphs on top": lambda words: prose(80) + words,
    "5 % changed": lambda words: changed(words, 0.05),
    "10 % changed": lambda words: changed(words, 0.1),
    "20 % changed": lambda words: changed(words, 0.2),
    "cut to half": lambda words: words[: len(words) // 2],
    "cut to a third": lambda words: words[: len(words) // 3],
}


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


def planted(texts: Sequence[list[str]]) -> None:
    """Texts that are copies of each other to begin with are taken out: nobody planted those."""
    shelf, kept = Shelf(), []
    for words in texts:
        text = fingerprint(" ".join(words))
        if text and not copies_of(text, shelf.known(text)):
            shelf.add(text)
            kept.append(words)
    print(f"{len(kept)} texts, {len(EDITS)} edits of each")
    hits = others = total = 0
    for name, edit in EDITS.items():
        found = [linked(shelf, edit(words)) for words in kept]
        right = sum(number in links for number, links in enumerate(found))
        print(f"  {name:22}{right / len(kept):7.3f}")
        hits, total = hits + right, total + len(kept)
        others += sum(len(links - {number}) for number, links in enumerate(found))
    precision, recall = hits / (hits + others), hits / total
    f1 = 2 * precision * recall / (precision + recall)
    print(f"precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}")


def linked(shelf: Shelf, words: Sequence[str]) -> set[int]:
    text = fingerprint(" ".join(words))
    return {link.other for link in copies_of(text, shelf.known(text))} if text else set()


def templates(count: int) -> None:
    """Reports of one form, each with numbers of its own."""
    shelf, held = Shelf(), 0
    for _ in range(count):
        numbers = (_random.randint(2, 9_999) for _ in range(14))
        text = fingerprint(
            "The authority said that {} people were killed and {} hurt in {} incidents in the week "
            "to day {}. In the north {} houses were destroyed, in the south {}. Police held {} "
            "people and seized {} rifles, {} mines and {} kilograms of explosives. The index "
            "closed at {}, up {} points, and the exchange bought at {} and sold at {}. The "
            "figures cannot be checked independently and may change.".format(*numbers)
        )
        assert text is not None
        held += any(link.nothing_new for link in copies_of(text, shelf.known(text)))
        shelf.add(text)
    print(f"{held} of {count} reports of one form held back")


# ── the whole step ────────────────────────────────────────────────────────────────────────────────


def arrivals(count: int) -> Iterator[list[str]]:
    """Three quarters new texts, a quarter edits of one of the last thousand."""
    recent: list[list[str]] = []
    edits = list(EDITS.values())
    for _ in range(count):
        if recent and _random.random() < 0.25:
            yield _random.choice(edits)(_random.choice(recent))
        else:
            recent = [*recent[-999:], prose(_random.randint(100, 500))]
            yield recent[-1]


def ours(texts: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ours.db"
        with closing(open_storage(f"sqlite:///{path}")) as storage:
            storage.sync_feeds([Feed("https://outlet.example/feed")], NOW)
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            took = [
                seconds
                for start in range(0, len(texts), BATCH)
                for seconds in batch(storage, texts[start : start + BATCH])
            ]
            size = table_bytes(path)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
        show("ours, a transaction each", took)
        print(f"  memory +{grown:.0f} MB; {size / len(texts):.0f} bytes an article for copies")


def table_bytes(path: Path) -> int:
    """What the tables of the copies take in the file."""
    with closing(open_storage(f"sqlite:///{path}")) as storage:
        rows = storage._session.db.execute(  # type: ignore[attr-defined]
            """
            SELECT sum(pgsize) FROM dbstat
            WHERE name IN ('bands', 'fingerprints', 'copies', 'copies_by_other')
            """
        )
        return int(rows.fetchone()[0])


def now() -> Times:
    return time.perf_counter(), time.process_time()


def since(start: Times) -> Times:
    wall, cpu = now()
    return wall - start[0], cpu - start[1]


def batch(storage: Storage, texts: Sequence[str]) -> Iterator[Times]:
    """Polls these into the store, then reads them; the seconds of each step."""
    storage.make_due(NOW)
    (due,) = storage.claim_feeds(NOW, 1, LEASE)
    names = [f"{due.fence}/{number}" for number in range(len(texts))]
    new = tuple(NewEntry(ParsedEntry(title=name), frozenset([name]), name) for name in names)
    poll = Poll(due.name, NOW, 200, "ok", len(new), len(new))
    storage.commit_polls(
        [PollOutcome(due.id, due.fence, poll, NOW + LEASE, 0, Validators(), new=new)]
    )
    text_of = dict(zip(names, texts, strict=True))
    while entries := storage.claim_entries(NOW, 10, LEASE):
        for entry in entries:
            text = text_of[entry.title]
            start = now()
            known_by = fingerprint(text)
            known = storage.known_texts(known_by, NOW, entry.id) if known_by else []
            copies = copies_of(known_by, known) if known_by else ()
            outcome = ReadOutcome(
                entry.id,
                entry.fence,
                Article("", text),
                known[0].story if copies else entry.id,
                fingerprint=known_by,
                copies=copies,
            )
            storage.commit_reading(outcome)
            yield since(start)


def datasketch(texts: Sequence[str]) -> None:
    try:
        from datasketch import MinHash, MinHashLSH
    except ImportError:
        print("datasketch is not installed: no peer")
        return
    index = MinHashLSH(num_perm=64, params=(32, 2))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
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
    show("datasketch, in memory", took)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
    print(f"  memory +{grown:.0f} MB beyond ours; candidates only, nothing is kept or checked")


def show(name: str, times: Sequence[Times]) -> None:
    wall, cpu = (quantiles(column, n=100) for column in zip(*times, strict=True))
    print(f"{name}, {len(times)} texts")
    for what, cuts in (("wall", wall), ("CPU", cpu)):
        print(f"  {what:5} p50 {cuts[49] * 1000:.2f} ms, p99 {cuts[98] * 1000:.2f} ms")


if __name__ == "__main__":
    main()
