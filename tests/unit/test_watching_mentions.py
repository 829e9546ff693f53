"""Which texts mention a term, script by script, and which a query holds for: tables of texts that
do (+) and do not (-).

A file a language.  In that of queries a line is title | text; ! says that a query is refused.
Invisible characters and lone accents are written \\uXXXX.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.errors import WatchError
from aggregator.models import Document
from aggregator.watching.engine import find
from aggregator.watching.explain import explain
from aggregator.watching.language import fts_expression, parse, parse_term, show
from tests.unit.test_watching_engine import index_of

DATA = Path(__file__).parents[1] / "data"
GROUPS = {
    "isis": ("ISIS", "Islamic State", "Daesh"),
    "capitals": ("Quetta", "Zahedan"),
    "places": ("Baloch*", "Quetta"),
    "is": ("=IS", "ISIL"),
}


def rows(path: Path) -> Iterator[tuple[str, str, str]]:
    """What is looked for, a sign, a text."""
    term = ""
    for line in map(unescaped, path.read_text(encoding="utf-8").splitlines()):
        if line.startswith("  "):
            yield term, line[2], line[4:]
        else:
            term = line


def cases() -> Iterator[object]:
    for path in sorted((DATA / "mentions").glob("*.txt")):
        for term, sign, text in rows(path):
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


@pytest.mark.parametrize(("query", "sign", "texts"), list(rows(DATA / "queries.txt")))
def test_a_query(query: str, sign: str, texts: str) -> None:
    if sign == "!":
        with pytest.raises(WatchError) as raised:
            parse(query, GROUPS)
        assert raised.value.mend
        return
    expr = parse(query, GROUPS)
    title, _, text = texts.partition(" | ")
    hits = find(expr, Document(title=title, text=text, lang="en"))
    assert (hits is not None) is (sign == "+")
    assert parse(show(expr)) == expr
