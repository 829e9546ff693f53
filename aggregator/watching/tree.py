"""The expression that a watch or a search is: a tree of frozen values, and how it is written.

`show` writes a tree so that parsing it gives the same tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from aggregator.watching.patterns import is_pattern

Kind = Literal["word", "prefix", "exact"]
ScopeName = Literal["title", "lead", "text", "exact"]
FieldName = Literal["source", "lang", "tag", "author", "url"]

SCOPES: tuple[ScopeName, ...] = get_args(ScopeName)
FIELDS: tuple[FieldName, ...] = get_args(FieldName)
#: Words that mean something in a query; as terms they are quoted.
KEYWORDS = frozenset({"AND", "OR", "NOT", "EXCEPT", "WITH", "NEAR", "BEFORE", "COUNT", "ANY"})


@dataclass(frozen=True, slots=True)
class Term:
    """A word or a phrase, as the watch writes it; without its `=` or `*`."""

    text: str
    kind: Kind = "word"

    @property
    def written(self) -> str:
        """With its `=` or `*`, and without quotation marks."""
        return (
            f"={self.text}" if self.kind == "exact" else self.text + "*" * (self.kind == "prefix")
        )


@dataclass(frozen=True, slots=True)
class Or:
    """One of the parts suffices."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold, and at least one of them is no `Not`."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold.  Stands only in an `And`."""

    part: Expr


@dataclass(frozen=True, slots=True)
class Near:
    """Mentions of both sides, at most so many words apart; None: in one sentence."""

    left: Expr
    right: Expr
    distance: int | None
    #: The left one first (`BEFORE`).
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """At least so many mentions in all."""

    least: int
    part: Expr


@dataclass(frozen=True, slots=True)
class Distinct:
    """At least so many of the parts hold (`ANY`)."""

    least: int
    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """The part, looked for in one place only, or (`exact`) in no inflected form."""

    name: ScopeName
    part: Expr


@dataclass(frozen=True, slots=True)
class Field:
    """Something known of the article beside its text.  `url:/…/` is an RE2 pattern."""

    name: FieldName
    value: str


@dataclass(frozen=True, slots=True)
class Except:
    """Mentions of the part that are not inside a mention of one of the exceptions."""

    part: Expr
    exceptions: Expr


@dataclass(frozen=True, slots=True)
class With:
    """The part, where the context stands somewhere in the article."""

    part: Expr
    context: Expr


Expr: TypeAlias = Term | Or | And | Not | Near | Count | Distinct | Scope | Field | Except | With


def children(expr: Expr) -> tuple[Expr, ...]:
    match expr:
        case Or(parts) | And(parts) | Distinct(_, parts):
            return parts
        case Not(part) | Count(_, part) | Scope(_, part):
            return (part,)
        case Near(left, right) | Except(left, right) | With(left, right):
            return (left, right)
        case Term() | Field():
            return ()


def terms(expr: Expr) -> Iterator[Term]:
    """Every term in it, in the order of writing."""
    if isinstance(expr, Term):
        yield expr
    for child in children(expr):
        yield from terms(child)


def counted_terms(expr: Expr) -> Iterator[Term]:
    """Those whose mentions are a reason: not those of a `Not`, a context or an exception."""
    match expr:
        case Term():
            yield expr
        case Not():
            return
        case Except(part, _) | With(part, _):
            yield from counted_terms(part)
        case _:
            for child in children(expr):
                yield from counted_terms(child)


def any_of(parts: tuple[Expr, ...]) -> Expr:
    """Their alternative; of one part, that part."""
    return parts[0] if len(parts) == 1 else Or(parts)


# ── how it is written ─────────────────────────────────────────────────────────────────────────────

_BARE = re.compile(r"[^\s(),\"“”„‟«»#=@*:/\-][^\s(),\"“”„‟«»*:/]*")


def show(expr: Expr) -> str:
    """The expression in the watch language."""
    match expr:
        case Term():
            return _show_term(expr)
        case Or(parts):
            return " OR ".join(map(_operand, parts))
        case And(parts):
            return " AND ".join(map(_operand, parts))
        case Not(part):
            return f"NOT {_operand(part)}"
        case Near(left, right, distance, ordered):
            word = "BEFORE" if ordered else "NEAR"
            return f"{_operand(left)} {word}/{distance or 's'} {_operand(right)}"
        case Count(least, part):
            return f"COUNT/{least}({show(part)})"
        case Distinct(least, parts):
            return f"ANY/{least}({', '.join(map(show, parts))})"
        case Scope(name, part):
            return f"{name}:({show(part)})"
        case Field(name, value):
            return f"{name}:{_show_value(name, value)}"
        case Except(part, exceptions):
            return f"{_operand(part)} EXCEPT ({show(exceptions)})"
        case With(part, context):
            return f"{_operand(part)} WITH ({show(context)})"


def _operand(expr: Expr) -> str:
    if isinstance(expr, Or | And | Near | Except | With):
        return f"({show(expr)})"
    return show(expr)


def _show_term(term: Term) -> str:
    star = "*" if term.kind == "prefix" else ""
    sign = "=" if term.kind == "exact" else ""
    bare = _BARE.fullmatch(term.text) and term.text not in KEYWORDS
    return sign + (f"{term.text}{star}" if bare else f'"{term.text}{star}"')


def _show_value(name: FieldName, value: str) -> str:
    if name == "url" and is_pattern(value):
        return value
    return value if _BARE.fullmatch(value) and value not in KEYWORDS else f'"{value}"'
