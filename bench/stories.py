"""Stories told apart, on texts of known stories that arrive one by one.

    python bench/stories.py DATA.jsonl [--orders 4]

DATA has a line `{id, topic, story, text}` a text; the first line of a text is its headline.  They
arrive in several random orders, all within a minute, through the storage of the product.  Prints
B³ (Bagga and Baldwin 1998) and the adjusted Rand index for each half of the topics, with the
threshold that is best on the other half and with the one that is set, as they arrive and after the
hourly second look; the peer is a plain streaming TF-IDF, tuned in the same way.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import mean

from aggregator.models import (
    Article,
    Feed,
    Member,
    NewEntry,
    ParsedEntry,
    Placement,
    Poll,
    PollOutcome,
    ReadOutcome,
    Validators,
)
from aggregator.reading import second_look as look
from aggregator.reading import stories
from aggregator.reading.fingerprint import copies_of, fingerprint, likenesses, same_form
from aggregator.text import folded_words
from storage import open_storage

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
LEASE = timedelta(minutes=5)
OURS = [0.22, 0.24, 0.26, 0.28, 0.3]
LOOK = [0.2, 0.22, 0.24, 0.26, 0.28]
PEER = [0.08, 0.1, 0.12, 0.14, 0.16, 0.18, 0.2, 0.22, 0.24, 0.26]


@dataclass(frozen=True)
class Text:
    id: str
    topic: str
    story: str
    text: str


@dataclass(frozen=True)
class Score:
    f: float
    precision: float
    recall: float
    rand: float


#: Which cluster each text is in.
Clusters = Mapping[str, object]
#: By threshold, one of each order of arrival.
Runs = Mapping[float, Sequence[Clusters]]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--orders", type=int, default=4)
    given = arguments.parse_args()
    texts = read(given.data)
    orders = [shuffled(texts, seed) for seed in range(given.orders)]
    topics = sorted({text.topic for text in texts})
    halves = (set(topics[::2]), set(topics[1::2]))
    print(f"{len(texts)} texts, {len(topics)} topics, {given.orders} orders")
    print(f"{'':22}{'threshold':>10}{'B3 F':>7}{'P':>7}{'R':>7}{'ARI':>7}")
    looks = [looked_at(order, LOOK) for order in orders]
    methods: Sequence[tuple[str, Runs, float | None]] = (
        (
            "as they arrive",
            {at: [ours(one, at) for one in orders] for at in OURS},
            stories.NEAR_ENOUGH,
        ),
        ("second look", {at: [one[at] for one in looks] for at in LOOK}, look.NEAR_ENOUGH),
        ("TF-IDF", {at: [plain(one, at) for one in orders] for at in PEER}, None),
    )
    for name, runs, as_set in methods:
        for tuned, shown in ((0, 1), (1, 0)):
            best = max(runs, key=lambda at: over(texts, runs[at], halves[tuned]).f)
            show(f"{name}, half {'AB'[shown]}", best, over(texts, runs[best], halves[shown]))
        if as_set is not None:
            show(f"{name}, as set", as_set, over(texts, runs[as_set], set(topics)))
            print(f"links across topics: {sum(across(texts, one) for one in runs[as_set])}")


def read(path: Path) -> list[Text]:
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = (json.loads(line) for line in lines if line.strip())
    return [Text(str(row["id"]), str(row["topic"]), str(row["story"]), row["text"]) for row in rows]


def shuffled(texts: Sequence[Text], seed: int) -> list[Text]:
    order = list(texts)
    random.Random(seed).shuffle(order)
    return order


# ── the methods ───────────────────────────────────────────────────────────────────────────────────


def ours(texts: Sequence[Text], threshold: float) -> Clusters:
    """As they arrive."""
    placed, _ = arrive(texts, threshold)
    return {text: placement.story for text, placement in placed.items()}


def arrive(
    texts: Sequence[Text], threshold: float
) -> tuple[Mapping[str, Placement], Sequence[Member]]:
    """Each text through the whole step, a transaction each; and what the second look is shown."""
    feed = Feed("https://outlet.example/feed")
    placed: dict[str, Placement] = {}
    with closing(open_storage("sqlite://")) as storage:
        storage.sync_feeds([feed], NOW)
        (due,) = storage.claim_feeds(NOW, 1, LEASE)
        new = tuple(
            NewEntry(ParsedEntry(title=text.id), frozenset([text.id]), text.id) for text in texts
        )
        poll = Poll(due.name, NOW, 200, "ok", len(new), len(new))
        storage.commit_polls(
            [PollOutcome(due.id, due.fence, poll, NOW + LEASE, 0, Validators(), new=new)]
        )
        by_id = {text.id: text for text in texts}
        while entries := storage.claim_entries(NOW, 1, LEASE):
            (entry,) = entries
            text = by_id[entry.title]
            title, _, body = text.text.partition("\n")
            known_by = fingerprint(body)
            since = NOW - stories.WINDOW
            known = storage.known_texts(known_by, since, entry.id) if known_by else []
            alike = likenesses(known_by, known)
            copies, twins = copies_of(alike), same_form(alike)
            weights = stories.terms(title, body)
            all_words = stories.single_words(weights)
            counts = storage.word_counts("en", all_words)
            words = stories.vector(weights, counts)
            near = storage.near(stories.telling(words), since, entry.id)
            enough = stories.near_enough(counts, threshold)
            placement = stories.place(entry.id, words, copies, known, twins, near, NOW, enough)
            placed[text.id] = placement
            storage.commit_reading(
                ReadOutcome(
                    entry.id,
                    entry.fence,
                    Article(title, body, language="en"),
                    placement.story,
                    fingerprint=known_by,
                    copies=copies,
                    placement=placement,
                    words={} if placement.reason == "copy" else words,
                    all_words=all_words,
                    at=NOW,
                )
            )
        return placed, storage.members_since(NOW)


def looked_at(texts: Sequence[Text], thresholds: Iterable[float]) -> Mapping[float, Clusters]:
    """By the threshold of the second look that follows."""
    placed, members = arrive(texts, stories.NEAR_ENOUGH)
    entries = {entry: text.id for entry, text in enumerate(texts, start=1)}
    found: dict[float, Clusters] = {}
    for threshold in thresholds:
        moved = look.second_look(members, threshold).moved
        found[threshold] = {
            text: story_of(entry, placed, moved, entries) for entry, text in entries.items()
        }
    return found


def story_of(
    entry: int,
    placed: Mapping[str, Placement],
    moved: Mapping[int, Placement],
    texts: Mapping[int, str],
) -> int:
    """Copies go where their original goes."""
    placement = moved.get(entry) or placed[texts[entry]]
    if placement.reason == "copy" and placement.nearest is not None:
        return story_of(placement.nearest, placed, moved, texts)
    return placement.story


def plain(texts: Sequence[Text], threshold: float) -> Clusters:
    """TF-IDF of folded words, cosine to the centroid."""
    frequencies: Counter[str] = Counter()
    sums: list[dict[str, float]] = []
    placed: dict[str, object] = {}
    for number, text in enumerate(texts, start=1):
        counts = Counter(folded_words(text.text).split())
        frequencies.update(counts.keys())
        vector = unit(
            {
                word: (1 + math.log(count)) * math.log((number + 1) / frequencies[word])
                for word, count in counts.items()
            }
        )
        near = [dot(vector, total) / length(total) for total in sums]
        best = max(range(len(near)), key=near.__getitem__, default=-1)
        if best < 0 or near[best] < threshold:
            best = len(sums)
            sums.append({})
        for word, weight in vector.items():
            sums[best][word] = sums[best].get(word, 0.0) + weight
        placed[text.id] = best
    return placed


def unit(weights: Mapping[str, float]) -> dict[str, float]:
    size = length(weights)
    return {word: weight / size for word, weight in weights.items()}


def length(weights: Mapping[str, float]) -> float:
    return math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0


def dot(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return sum(weight * other.get(word, 0.0) for word, weight in one.items())


# ── the measures ──────────────────────────────────────────────────────────────────────────────────


def over(texts: Sequence[Text], runs: Iterable[Clusters], topics: set[str]) -> Score:
    """The mean over the orders, of the texts of these topics."""
    truth = {text.id: text.story for text in texts if text.topic in topics}
    scores = [(*b_cubed(truth, run), adjusted_rand(truth, run)) for run in runs]
    f, precision, recall, rand = (mean(column) for column in zip(*scores, strict=True))
    return Score(f, precision, recall, rand)


def b_cubed(truth: Clusters, found: Clusters) -> tuple[float, float, float]:
    both = Counter((truth[text], found[text]) for text in truth)
    ours, theirs = Counter(found[text] for text in truth), Counter(truth.values())
    precision = mean(both[truth[text], found[text]] / ours[found[text]] for text in truth)
    recall = mean(both[truth[text], found[text]] / theirs[truth[text]] for text in truth)
    return 2 * precision * recall / (precision + recall), precision, recall


def adjusted_rand(truth: Clusters, found: Clusters) -> float:
    both = Counter((truth[text], found[text]) for text in truth)
    rows, columns = Counter(truth.values()), Counter(found[text] for text in truth)
    together = sum(math.comb(count, 2) for count in both.values())
    row_pairs = sum(math.comb(count, 2) for count in rows.values())
    column_pairs = sum(math.comb(count, 2) for count in columns.values())
    expected = row_pairs * column_pairs / (math.comb(len(truth), 2) or 1)
    most = (row_pairs + column_pairs) / 2
    return (together - expected) / (most - expected) if most != expected else 1.0


def across(texts: Sequence[Text], found: Clusters) -> int:
    """Stories that hold texts of more than one topic."""
    topics: dict[object, set[str]] = defaultdict(set)
    for text in texts:
        topics[found[text.id]].add(text.topic)
    return sum(len(held) > 1 for held in topics.values())


def show(name: str, threshold: float, score: Score) -> None:
    figures = (score.f, score.precision, score.recall, score.rand)
    print(f"{name:22}{threshold:>10}" + "".join(f"{figure:>7.3f}" for figure in figures))


if __name__ == "__main__":
    main()
