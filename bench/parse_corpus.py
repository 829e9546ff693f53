"""Entries read from a directory of feeds, beside those that feedparser itself reads.

    python bench/parse_corpus.py DIR…

Prints each document that is refused, or of which an entry is not accounted for, though feedparser
finds entries in it, and the CPU of both.  An entry that holds nothing is rejected as `empty`.
"""

from __future__ import annotations

import io
import sys
import time
import warnings
from pathlib import Path

import feedparser

from aggregator.polling.parse import parse

URL = "https://feeds.example/feed"


def main(directories: list[str]) -> int:
    files = [
        path for name in directories for path in sorted(Path(name).rglob("*")) if path.is_file()
    ]
    refused = lost = hollow = 0
    ours = theirs = 0.0
    for path in files:
        body = path.read_bytes()
        start = time.process_time()
        feed = parse(body, URL)
        ours += time.process_time() - start
        start = time.process_time()
        expected = _feedparser_entries(body)
        theirs += time.process_time() - start
        found = len(feed.entries)
        if expected and feed.error is not None:
            refused += 1
            print(f"refused  {path.name}: {expected} entries, {feed.error}")
        elif found + len(feed.rejected) < expected:
            lost += 1
            print(f"lost     {path.name}: {found} of {expected}, rejected {feed.rejected[:3]}")
        hollow += feed.rejected.count("empty")
    print(
        f"{len(files)} documents: {refused} refused, {lost} with entries unaccounted for, "
        f"{hollow} empty entries; {ours:.1f} s CPU, feedparser {theirs:.1f} s, "
        f"ratio {theirs / max(ours, 0.001):.2f}"
    )
    return 1 if refused or lost else 0


def _feedparser_entries(body: bytes) -> int:
    try:
        return len(feedparser.parse(io.BytesIO(body)).entries)
    except Exception:  # what feedparser cannot read, nobody has to
        return 0


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(main(sys.argv[1:] or ["tests/data"]))
