"""Which parts of a watch can hold for no article, because another part of it takes them out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from aggregator.models import Document
from aggregator.text import folded_words
from aggregator.watching.engine import find
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


@dataclass(frozen=True, slots=True)
class _Taken:
    """What takes out the articles, and what the mentions, of the part looked at."""

    articles: tuple[Expr, ...] = ()
    mentions: tuple[Expr, ...] = ()


def is_dead(expr: Expr) -> bool:
    """Whether it can hold for no article.  Where that is not plain, False."""
    return _is_dead(expr, _Taken())


def folded(term: Term) -> Term:
    """The same of terms that find the same mentions."""
    return term if term.kind == "exact" else replace(term, text=folded_words(term.text))


def _is_dead(expr: Expr, taken: _Taken) -> bool:
    match expr:
        case Term():
            return _is_taken(expr, taken)
        case Or(parts):
            return all(_is_dead(part, taken) for part in parts)
        case Distinct(least, parts):
            return sum(not _is_dead(part, taken) for part in parts) < least
        case And(parts):
            unwanted = tuple(part.part for part in parts if isinstance(part, Not))
            taken = replace(taken, articles=taken.articles + unwanted)
            return any(_is_dead(part, taken) for part in parts)
        case Near(left, right):
            return _is_dead(left, taken) or _is_dead(right, taken)
        case With(part, context):
            return _is_dead(part, taken) or _is_dead(context, replace(taken, mentions=()))
        case Except(part, exceptions):
            return _is_dead(part, replace(taken, mentions=(*taken.mentions, exceptions)))
        case Scope(_, part) | Count(_, part):
            return _is_dead(part, taken)
        case Not() | Field():
            return False


def _is_taken(term: Term, taken: _Taken) -> bool:
    """Whether the term alone, however it is written, is as good as not there."""
    seen: Expr = term
    for exceptions in taken.mentions:
        seen = Except(seen, exceptions)
    wanted = And((seen, *(Not(part) for part in taken.articles)))
    texts = [Document(title=text) for text in _spellings(term)]
    mentions = [text for text in texts if find(term, text) is not None]
    return bool(mentions) and all(find(wanted, text) is None for text in mentions)


def _spellings(term: Term) -> Iterator[str]:
    if term.kind == "exact":
        yield term.text
    else:
        # What takes out one word, or one way to write it, does not take out the others.
        end = "xx" if term.kind == "prefix" else ""
        yield from (term.text.lower() + end, term.text.upper() + end)
