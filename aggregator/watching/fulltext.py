"""Translate an expression for the full-text index: a query that finds all it holds for, and more.

The index holds folded words; the engine decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aggregator.text import cut, fold
from aggregator.watching.endings import paradigms
from aggregator.watching.forms import all_rules, with_proclitics
from aggregator.watching.tree import (
    And,
    Count,
    Distinct,
    Except,
    Expr,
    Field,
    Near,
    Not,
    Or,
    Scope,
    Term,
    With,
)
from aggregator.watching.trie import joinings, partings


def fts_expression(expr: Expr) -> str | None:
    """An FTS5 expression over folded words; None where it cannot narrow anything down."""
    match expr:
        case Term():
            return _term(expr)
        case Or(parts) | Distinct(_, parts):
            return _any([fts_expression(part) for part in parts])
        case And(parts):
            return _all(parts)
        case Near(left, right) | With(left, right):
            return _all((left, right))
        case Except(part, _) | Count(_, part) | Scope(_, part):
            return fts_expression(part)
        case Not() | Field():
            return None


def _term(term: Term) -> str:
    parts = cut(term.text)
    words = [fold(word) for word in parts[1::2]]
    if "" in parts[2:-1:2]:
        return _phrase(words)
    if term.kind != "word":
        return " AND ".join(f'"{word}"*' for word in words)
    spellings = [" AND ".join(map(_word, words))]
    spellings += [" AND ".join(map(_word, joined)) for joined in joinings(words)]
    if len(words) == 1:
        spellings += (_parted(half, rest) for half, rest in partings(words[0]))
    return _any(spellings) or ""


def _word(word: str) -> str:
    """Any form of a word, by what its forms begin with in one language or another."""
    beginnings = sorted(
        form for stem in {word, *_stems(word)} for form in (stem, *with_proclitics(stem))
    )
    shortest: list[str] = []
    for beginning in beginnings:
        if not shortest or not beginning.startswith(shortest[-1]):
            shortest.append(beginning)
    return _any([f'"{beginning}"*' for beginning in shortest]) or ""


def _parted(half: str, rest: str) -> str:
    """A name of one word in two; particles may stand before its first half."""
    if any(with_proclitics(half)):
        return f'({_word(half)} AND "{rest}")'
    return _phrase((half, rest))


def _stems(word: str) -> Iterable[str]:
    return (paradigm.stem for rules in all_rules(word) for paradigm in paradigms(word, rules))


def _phrase(words: Iterable[str]) -> str:
    return f'"{" ".join(words)}"'


def _any(queries: Sequence[str | None]) -> str | None:
    if None in queries or not queries:
        return None
    return queries[0] if len(queries) == 1 else f"({' OR '.join(filter(None, queries))})"


def _all(parts: Iterable[Expr]) -> str | None:
    queries = [query for part in parts if (query := fts_expression(part))]
    if not queries:
        return None
    return queries[0] if len(queries) == 1 else f"({' AND '.join(queries)})"
