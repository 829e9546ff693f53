"""How many feeds in odd encodings and date forms are read right: `decoding_cases.py CASES.jsonl`.

A line is {"id", "feed_base64", "content_type", "expect_titles", "expect_published", "why"}.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from aggregator.polling.parse import parse


def complaints(case: Mapping[str, Any]) -> Iterator[str]:
    feed = parse(
        base64.b64decode(case["feed_base64"]), "https://e.org/feed", case.get("content_type") or ""
    )
    titles = [entry.title for entry in feed.entries]
    if titles != case["expect_titles"]:
        yield f"titles {titles}, expected {case['expect_titles']}"
    expected = [date and datetime.fromisoformat(date) for date in case["expect_published"]]
    published = [entry.published for entry in feed.entries]
    if published != expected:
        yield f"dates {published}, expected {expected}"


def main(path: Path) -> int:
    cases = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    failed = 0
    for case in cases:
        found = list(complaints(case))
        failed += bool(found)
        if found:
            print(f"{case['id']}: {case['why']}", *found, sep="\n    ")
    print(f"{len(cases) - failed} of {len(cases)} feeds")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
