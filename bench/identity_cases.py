"""Walk feeds over several polls, and count where new and updated entries are told otherwise.

    python bench/identity_cases.py SCENARIOS [--only ID] [--verbose]

SCENARIOS is a file of JSON lines: `id`, `why`, `steps` (each `feed`, or `feed_base64`, and
`content_type`), `expect` (each `new` and `updated`) and `final_items`.  Exits with 1 if any fails.
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aggregator.models import KnownEntry
from aggregator.polling import split
from aggregator.polling.identity import Judgement, Trust, judge, keys_of, words_key
from aggregator.polling.parse import parse

FEED_URL = "https://feed.example/feed.xml"


@dataclass
class Shelf:
    """What storage remembers of one feed: a key names one entry, the first that had it."""

    names: dict[str, int] = field(default_factory=dict)
    words: dict[int, str] = field(default_factory=dict)
    trust: Trust = field(default_factory=Trust)
    memory: split.Remembered = field(default_factory=dict)

    def poll(self, body: bytes, content_type: str, *, whole: bool) -> Judgement:
        """As the poll station does it; with `whole` nothing is left out of what is parsed."""
        part = split.unseen(body, {} if whole else self.memory)
        document = parse(part.body, FEED_URL, content_type)
        self.memory = split.memory(part, document, self.memory)
        known = self.known(keys_of(document) | frozenset(map(words_key, part.again)))
        judged = judge(document.entries, known, self.trust, "auto", part.again)
        for new in judged.new:
            entry_id = len(self.words) + 1
            self.words[entry_id] = new.words
            self._name(new.keys, entry_id)
        for seen in judged.seen:
            self._name(seen.keys, seen.id)
            if seen.edited is not None:
                self.words[seen.id] = seen.words
        self.trust = judged.trust
        return judged

    def known(self, keys: frozenset[str]) -> list[KnownEntry]:
        ids = {self.names[key] for key in keys if key in self.names}
        return [KnownEntry(each, self._keys(each), self.words[each]) for each in sorted(ids)]

    def _keys(self, entry_id: int) -> frozenset[str]:
        return frozenset(key for key, owner in self.names.items() if owner == entry_id)

    def _name(self, keys: frozenset[str], entry_id: int) -> None:
        for key in keys:
            self.names.setdefault(key, entry_id)


def body(step: Mapping[str, Any]) -> bytes:
    if "feed_base64" in step:
        return base64.b64decode(step["feed_base64"])
    return str(step["feed"]).encode()


def complaints(scenario: Mapping[str, Any], *, whole: bool, verbose: bool = False) -> Iterator[str]:
    """What this scenario expects and was told otherwise; nothing when it passes."""
    shelf = Shelf()
    for number, (step, expect) in enumerate(
        zip(scenario["steps"], scenario["expect"], strict=True)
    ):
        judged = shelf.poll(body(step), step.get("content_type", ""), whole=whole)
        if verbose:
            print(f"  {number}: {judged.known} known, {judged.trust}")
        told = {"new": len(judged.new), "updated": judged.updated}
        if told != expect:
            yield f"step {number}: told {told}, expected {expect}"
    if len(shelf.words) != scenario["final_items"]:
        yield f"{len(shelf.words)} items in the end, expected {scenario['final_items']}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenarios", type=Path)
    parser.add_argument("--only", help="the id of one scenario")
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    lines = arguments.scenarios.read_text(encoding="utf-8").splitlines()
    scenarios = [json.loads(line) for line in lines if line.strip()]
    if arguments.only:
        scenarios = [each for each in scenarios if each["id"] == arguments.only]
    failed = 0
    for scenario in scenarios:
        found = [
            f"{'whole' if whole else 'in parts'}, {complaint}"
            for whole in (True, False)
            for complaint in complaints(scenario, whole=whole, verbose=arguments.verbose)
        ]
        failed += bool(found)
        if found:
            print(f"{scenario['id']}: {scenario['why']}", *found, sep="\n    ")
    print(f"{len(scenarios) - failed} of {len(scenarios)} scenarios pass")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
