"""Queries the parser reads or refuses in a minute: `python bench/fuzz_language.py [COUNT]`.

Made-up queries, half of them broken.  Each is read into a tree that prints and parses to itself, or
refused with a place inside it; anything else stops the run with the query.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter

from aggregator.errors import WatchError
from aggregator.watching.language import fts_expression, parse, show

PIECES = [
    *"Iran Oman Москва حزب 真主党 Baloch* Ira* * =IS =São ? . ' - é".split(),
    *"AND OR NOT EXCEPT WITH NEAR/8 NEAR/s NEAR BEFORE/2 NEAR/x NEAR/0 and".split(),
    *"COUNT/3( COUNT/2 ANY/2( ANY/9( ( ) ( ) , ,".split(),
    *"title:( lead: text:( exact:( headline: source:x lang:en tag: url:/a/ url:/(/ author:".split(),
    *['"Islamic State"', '="Da\'esh"', '"', "“x y”", "„", 'צה"ל', '"Stat*"', '""'],
    *['@isis -"Islamic state"', "@isis -ISIS", "-IS", '-"', "@preset/jundallah", "@preset/x"],
    *["@isis", "@none", "@", "# note\n", "\n", "\u200b", "\x00", "\U0001f1ee", "\ud800"],
]
GROUPS = {"isis": ["ISIS", "=IS", "Islamic State", "Balo*"]}
OPERATORS = [" AND ", " OR ", " NEAR/3 ", " AND NOT "]


def query(rng: random.Random) -> str:
    count = rng.randint(0, 12)
    if rng.random() < 0.5:
        return rng.choice(OPERATORS).join(rng.choice(PIECES) for _ in range(count))
    return rng.choice(("", " ")).join(rng.choice(PIECES) for _ in range(count))


def check(text: str) -> str:
    try:
        expr = parse(text, GROUPS)
    except WatchError as error:
        lines = text.split("\n")
        inside = (
            1 <= error.line <= len(lines) and 1 <= error.column <= len(lines[error.line - 1]) + 1
        )
        return "refused" if inside else f"no such place: {error}"
    fts_expression(expr)
    return "read" if parse(show(expr)) == expr else f"prints as another: {show(expr)}"


def main(count: int) -> int:
    rng = random.Random(7)
    answers = Counter[str]()
    start = time.perf_counter()
    for _ in range(count):
        text = query(rng)
        try:
            answer = check(text)
        except Exception:
            print(f"raised: {text!r}")
            raise
        if answer not in {"read", "refused"}:
            print(f"{text!r}: {answer}")
            return 1
        answers[answer] += 1
    print(f"{count:,} queries in {time.perf_counter() - start:.1f} s: {dict(answers)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
