"""An explanation, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.text import Text

from aggregator.cli.records import term_record
from aggregator.models import TermHit
from aggregator.text.printable import printable
from aggregator.watching.explain import REASONS, Aside, Explained
from aggregator.watching.language import show as written
from aggregator.watching.tree import And, Count, Distinct, Except, Expr, Near, Not, Or, Scope, With

#: How a mention is the term, as a person reads it.
RULES = {
    "word": "",
    "exact": "exactly as written",
    "prefix": "begins so",
    "form": "inflected",
    "proclitic": "behind a particle",
    "joined": "written in one word or in several",
}


def explanation_record(found: Explained) -> dict[str, Any]:
    return {
        "query": written(found.expr),
        "holds": found.holds,
        "note": found.note,
        "terms": [term_record(hit) | {"rule": hit.rule} for hit in found.hits],
        "set_aside": [
            term_record(one.hit) | {"reason": one.reason, "inside": one.inside or None}
            for one in found.aside
        ],
        "parts": [explanation_record(part) for part in found.parts],
    }


def explanation_lines(found: Explained, depth: int = 0, role: str = "") -> Iterator[Text]:
    """A line a part, what stands in it further in."""
    yield _line(found.holds, role + _label(found.expr), found.note, depth)
    if not found.parts:
        for hit in found.hits:
            yield _mention(hit, RULES[hit.rule], depth + 1)
        for one in found.aside:
            yield _mention(one.hit, f"set aside: {_reason(one)}", depth + 1, style="yellow")
    silent = [part for part in found.parts if _is_silent(part, found)]
    for number, part in enumerate(found.parts):
        if part not in silent:
            yield from explanation_lines(part, depth + 1, _role(found.expr, number))
    if silent:
        terms = ", ".join(written(part.expr) for part in silent)
        yield _line(False, terms, "not found", depth + 1)


def _role(around: Expr, number: int) -> str:
    """What the second part of an EXCEPT or a WITH is."""
    if number == 0:
        return ""
    return "except: " if isinstance(around, Except) else "context: " * isinstance(around, With)


def _is_silent(part: Explained, around: Explained) -> bool:
    """One of many alternatives of which nothing is to be told."""
    return (
        isinstance(around.expr, Or | Distinct)
        and not part.parts
        and not part.hits
        and not part.aside
        and part.note == "not found"
    )


def _line(holds: bool, label: str, note: str, depth: int) -> Text:
    return Text.assemble(
        "  " * depth,
        ("✓ ", "green") if holds else ("✗ ", "red"),
        printable(label),
        (f"   {printable(note)}" if note else "", "dim"),
    )


def _mention(hit: TermHit, what: str, depth: int, style: str = "") -> Text:
    place = f"{hit.field} {hit.start}–{hit.end}"
    told = f" ({what})" if what else ""
    return Text.assemble(
        "  " * depth,
        (f"{place} ", "dim"),
        (f"“{printable(hit.text)}”", "bold"),
        (told, style or "dim"),
    )


def _reason(one: Aside) -> str:
    return f"inside “{printable(one.inside)}” (EXCEPT)" if one.inside else REASONS[one.reason]


def _label(expr: Expr) -> str:
    match expr:
        case And():
            return "AND: all of these"
        case Or():
            return "OR: one of these suffices"
        case Not():
            return "NOT: must not be there"
        case Near(_, _, distance, ordered):
            word = "BEFORE" if ordered else "NEAR"
            return f"{word}/{distance or 's'}: " + (
                f"at most {distance} words apart" if distance else "in one sentence"
            )
        case Count(least, _):
            return f"COUNT/{least}: so many mentions"
        case Distinct(least, _):
            return f"ANY/{least}: so many of these"
        case Scope(name, _):
            return f"{name}:"
        case Except():
            return "EXCEPT: mentions outside the exceptions"
        case With():
            return "WITH: counts where the article has the context"
    return written(expr)
