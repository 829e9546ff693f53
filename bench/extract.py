"""The text of saved pages, beside trafilatura's: F1, precision, recall, exact pages, CPU a page.

    python bench/extract.py --pages DIR

DIR as in `bench/pages.py`.  The difference of F1 is given with the interval that holds 95 % of it
when the pages are drawn again (paired bootstrap).  The pages of a set that the model was trained on
(`bench/train_extractor.py`) flatter it: its own figures come from hosts it had not seen.
"""

from __future__ import annotations

import argparse
import logging
import random
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import trafilatura
from pages import SavedPage, Score, load, score, summarise

from aggregator.reading.extract import extract_text

_ROUNDS = 1000


def ours(page: SavedPage) -> str:
    return extract_text(page.html, page.url)


def peer(page: SavedPage) -> str:
    return trafilatura.extract(page.html, url=page.url, include_comments=False) or ""


def run(
    extractor: Callable[[SavedPage], str], pages: Sequence[SavedPage]
) -> tuple[list[Score], list[float]]:
    """Scores, and milliseconds of CPU."""
    scores, times = [], []
    for page in pages:
        began = time.process_time()
        text = extractor(page)
        times.append(1000 * (time.process_time() - began))
        scores.append(score(page.body, text))
    return scores, times


def line(name: str, scores: Sequence[Score], times: Sequence[float]) -> str:
    total = summarise(scores)
    p95 = sorted(times)[min(len(times) - 1, int(0.95 * len(times)))]
    return (
        f"{name:12} F1 {total.f1:.4f}  precision {total.precision:.4f}  "
        f"recall {total.recall:.4f}  exact {total.exact:.3f}  "
        f"CPU ms median {statistics.median(times):.1f} p95 {p95:.1f}"
    )


def difference(one: Sequence[Score], other: Sequence[Score]) -> tuple[float, float]:
    """The 95 % interval of the difference of F1."""
    draw = random.Random(1)
    places = range(len(one))
    values = []
    for _ in range(_ROUNDS):
        drawn = draw.choices(places, k=len(one))
        first, second = ([scores[at] for at in drawn] for scores in (one, other))
        values.append(summarise(first).f1 - summarise(second).f1)
    values.sort()
    return values[int(0.025 * _ROUNDS)], values[int(0.975 * _ROUNDS)]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pages", type=Path, help="a directory of saved pages")
    options = parser.parse_args()
    if options.pages is None:
        print("no saved pages: name their directory with --pages DIR")
        return 0
    logging.disable(logging.CRITICAL)
    pages = load(options.pages)
    ours(pages[0])  # what is loaded once is no page's cost
    peer(pages[0])
    our_scores, our_times = run(ours, pages)
    peer_scores, peer_times = run(peer, pages)
    low, high = difference(our_scores, peer_scores)
    gain = summarise(our_scores).f1 - summarise(peer_scores).f1
    cost = statistics.median(our_times) / statistics.median(peer_times)
    print(f"{len(pages)} pages of {len({page.host for page in pages})} hosts")
    print(line("this", our_scores, our_times))
    print(line("trafilatura", peer_scores, peer_times))
    print(f"F1 {gain:+.4f} [{low:+.4f}, {high:+.4f}]  CPU x{cost:.2f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
