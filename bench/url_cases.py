"""How many of a file of URL pairs are told right: `python bench/url_cases.py PAIRS.jsonl`.

A line is {"id", "a", "b", "same", "why"}: do these two URLs name one document?
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from aggregator.net.urls import canonical_key


def main(path: Path) -> int:
    pairs = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    wrong = [
        pair
        for pair in pairs
        if (canonical_key(pair["a"]) == canonical_key(pair["b"])) is not pair["same"]
    ]
    for pair in wrong:
        print(f"{pair['id']}: {pair['why']}", canonical_key(pair["a"]), canonical_key(pair["b"]))
    print(f"{len(pairs) - len(wrong)} of {len(pairs)} pairs")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
