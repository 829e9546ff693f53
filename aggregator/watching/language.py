"""The watch language as the rest of the program uses it: a watch or a query becomes a tree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from aggregator.errors import WatchError
from aggregator.models import Watch
from aggregator.text import cut
from aggregator.watching.fulltext import fts_expression
from aggregator.watching.groups import Groups
from aggregator.watching.parser import parse, parse_term
from aggregator.watching.tree import (
    FIELDS,
    KEYWORDS,
    SCOPES,
    And,
    Except,
    Expr,
    Field,
    FieldName,
    Not,
    Scope,
    ScopeName,
    Term,
    With,
    any_of,
    children,
    show,
)

__all__ = [
    "Expr",
    "Groups",
    "compile_watch",
    "fts_expression",
    "parse",
    "parse_term",
    "show",
    "warnings",
]


def compile_watch(watch: Watch, groups: Groups) -> Expr:
    """The tree that a watch's keys stand for.  Raises WatchError."""
    found = _found(watch, groups)
    if not found:
        raise WatchError("the watch looks for nothing", mend="give it any: [a name], or a query")
    expr = any_of(found)
    if watch.excepted:
        expr = Except(expr, _alternatives(watch.excepted, groups))
    if watch.where != "anywhere":
        expr = Scope(_place(watch.where), expr)
    conditions: list[Expr] = [expr]
    if watch.languages:
        conditions.append(any_of(tuple(_field("lang", code) for code in watch.languages)))
    if watch.feeds:
        conditions.append(
            any_of(tuple(_field(name, feed) for feed in watch.feeds for name in ("source", "tag")))
        )
    if watch.unwanted:
        conditions.append(Not(_alternatives(watch.unwanted, groups)))
    expr = And(tuple(conditions)) if len(conditions) > 1 else expr
    if watch.forms not in {"auto", "exact"}:
        raise WatchError(f'forms: "{watch.forms}" is unknown', mend="write auto or exact")
    return Scope("exact", expr) if watch.forms == "exact" else expr


def _found(watch: Watch, groups: Groups) -> tuple[Expr, ...]:
    """What a watch looks for, the alternatives."""
    strong = [parse_term(entry, groups) for entry in watch.any]
    weak: list[Expr] = []
    for entry, context in watch.weak.items():
        if not context:
            raise WatchError(
                f"the weak term {entry} has no context",
                source=entry,
                mend=f'write "{entry}": [a name that stands beside it]',
            )
        weak.append(With(parse_term(entry, groups), _alternatives(context, groups)))
    query = [parse(watch.query, groups)] if watch.query.strip() else []
    return (*strong, *weak, *query)


def _alternatives(entries: Sequence[str], groups: Groups) -> Expr:
    return any_of(tuple(parse_term(entry, groups) for entry in entries))


def _place(where: str) -> ScopeName:
    if where == "title":
        return "title"
    if where == "lead":
        return "lead"
    raise WatchError(f'in: "{where}" is unknown', mend="write title, lead or anywhere")


def _field(name: FieldName, value: str) -> Field:
    if not value.strip():
        key = "languages" if name == "lang" else "feeds"
        raise WatchError(f"{key}: an entry is empty", mend="write one, or take it out")
    return Field(name, " ".join(value.replace('"', "").split()))


#: What an entry of a list has of a query: an operator between words, a field before one.
_QUERY = re.compile(
    rf"\S\s+({'|'.join(sorted(KEYWORDS))})(/\w+)?\s+\S|^\s*({'|'.join((*SCOPES, *FIELDS))}):\S"
)


def warnings(expr: Expr, source: str, *, listed: bool = False) -> tuple[str, ...]:
    """What is legal in `source`, which `expr` was read from, but likely to be regretted: a sentence
    each, with what to write instead.

    The terms of a group are told of where it is defined; those of a preset were checked.
    `listed`: it is one term of a list, in which WITH cannot be written.
    """
    written = set(cut(source)[1::2])
    told = [
        f'{text} also matches "{text.lower()}" (write {_capitals_only(text, listed)})'
        for text in dict.fromkeys(_short_capitals(expr))
        if text in written
    ]
    if listed and _QUERY.search(source):
        told.append(f"{source.strip()} is one phrase here (write it under query:)")
    return tuple(told)


def _capitals_only(text: str, listed: bool) -> str:
    return f'"={text}"' if listed else f"={text} WITH (a name that stands beside it)"


def _short_capitals(expr: Expr) -> Iterator[str]:
    if isinstance(expr, With):
        yield from _short_capitals(expr.context)
    elif isinstance(expr, Term):
        if expr.kind == "word" and expr.text.isupper() and len(expr.text) <= 4:
            yield expr.text
    else:
        for child in children(expr):
            yield from _short_capitals(child)
