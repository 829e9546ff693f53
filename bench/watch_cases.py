"""How many of a file of watch cases hold: `python bench/watch_cases.py CASES.jsonl`.

A line is {"id", "area", "watch", "doc", "expect": true | false | "error", "spans"?, "groups"?}:
does this watch match this text, and is this highlighted?
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from aggregator.errors import WatchError
from aggregator.models import Document, Watch
from aggregator.watching.engine import Engine

#: Keys of feeds.yaml to fields of Watch.
NAMES = {"except": "excepted", "not": "unwanted", "in": "where"}


def watch_of(record: dict[str, Any]) -> Watch:
    values = {NAMES.get(key, key): value for key, value in record.items()}
    for key, value in values.items():
        if isinstance(value, list):
            values[key] = tuple(value)
    values["weak"] = {term: tuple(context) for term, context in values.get("weak", {}).items()}
    return Watch(**values)


def failure(case: dict[str, Any]) -> str | None:
    """What is wrong; None: nothing."""
    try:
        engine = Engine([watch_of(case["watch"])], case.get("groups", {}))
    except WatchError as error:
        return None if case["expect"] == "error" else f"error: {error}"
    if case["expect"] == "error":
        return "no error"
    matches = engine.match(Document(**case["doc"]))
    if bool(matches) != case["expect"]:
        return (
            "missed" if case["expect"] else f"false alarm: {[hit.text for hit in matches[0].terms]}"
        )
    found = {hit.text for match in matches for hit in match.terms}
    if "spans" in case and found != set(case["spans"]):
        return f"highlights {sorted(found)}, not {case['spans']}"
    return None


def main(path: str) -> int:
    total, passed = Counter[str](), Counter[str]()
    with Path(path).open(encoding="utf-8") as lines:
        for case in map(json.loads, lines):
            total[case["area"]] += 1
            if wrong := failure(case):
                print(f"{case['id']}: {wrong}; {case['why']}")
            else:
                passed[case["area"]] += 1
    for area, count in sorted(total.items()):
        print(f"{area:12} {passed[area]:4} of {count}")
    print(f"{'all':12} {passed.total():4} of {total.total()}")
    return int(passed.total() < total.total())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
