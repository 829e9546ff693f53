"""Which texts mention a term, script by script: tables of texts that do (+) and do not (-).

A file a language.  Invisible characters and lone accents are written \\uXXXX.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.models import Document
from aggregator.watching.engine import find
from aggregator.watching.explain import explain
from aggregator.watching.language import fts_expression, parse_term
from tests.unit.test_watching_engine import index_of

TABLES = Path(__file__).parents[1] / "data" / "mentions"


def cases() -> Iterator[object]:
    for path in sorted(TABLES.glob("*.txt")):
        term = ""
        for line in map(unescaped, path.read_text(encoding="utf-8").splitlines()):
            if not line.startswith("  "):
                term = line
                continue
            sign, text = line[2], line[4:]
            values = (path.stem, term, text, sign == "+")
            yield pytest.param(*values, id=f"{path.stem} {term} {sign} {text}")


def unescaped(line: str) -> str:
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), line)


@pytest.mark.parametrize(("language", "term", "text", "is_mention"), list(cases()))
def test_a_mention(language: str, term: str, text: str, is_mention: bool) -> None:
    expr, document = parse_term(term), Document(title=text, lang=language)
    hits = find(expr, document)
    assert (hits is not None) is is_mention
    assert all(text[hit.start : hit.end] == hit.text for hit in hits or ())
    assert explain(expr, document).hits == (hits or ())


@pytest.mark.parametrize(("language", "term", "text", "is_mention"), list(cases()))
def test_a_search_proposes_what_is_a_mention(
    language: str, term: str, text: str, is_mention: bool
) -> None:
    index = index_of(Document(title=text, lang=language))
    fts = fts_expression(parse_term(term))
    proposed = index.execute("SELECT 1 FROM items WHERE items MATCH ?", (fts,)).fetchone()
    index.close()
    assert proposed or not is_mention
