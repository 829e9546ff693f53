"""Why an expression holds for a document, or does not: part by part, each with its mentions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aggregator.models import Document, TermHit
from aggregator.watching.engine import hits_of
from aggregator.watching.evaluation import View, evaluate, inner
from aggregator.watching.finder import Finder
from aggregator.watching.mentions import Mention, Reason, SetAside
from aggregator.watching.reading import STRIDE, Reading
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
    terms,
)

#: Why a mention was set aside, as a person reads it.
REASONS: Mapping[Reason, str] = {
    "capitals": "all around is in capitals, so capitals prove nothing (caps guard)",
    "small": "in small letters, or with other accents, this form is another word",
    "short": "fewer than three letters are left behind the particle",
    "doubtful": "too short a name to be trusted in this form",
    "pause": "a comma or a full stop parts its words",
    "forms": "forms: exact takes no inflected form",
    "except": "inside an exception (EXCEPT)",
    "place": "outside the place that is looked at",
}


@dataclass(frozen=True, slots=True)
class Aside:
    """A mention that does not count."""

    hit: TermHit
    reason: Reason
    #: The exception that holds it, as the text writes it.
    inside: str = ""


@dataclass(frozen=True, slots=True)
class Explained:
    """A part of an expression, and what became of it in one document."""

    expr: Expr
    holds: bool
    #: The mentions that count for it.
    hits: tuple[TermHit, ...]
    #: Those of a term that do not.
    aside: tuple[Aside, ...]
    #: What of the document decided it.
    note: str
    parts: tuple[Explained, ...]


def explain(expr: Expr, document: Document) -> Explained:
    reading = Reading(document)
    aside: list[SetAside] = []
    finder = Finder(dict.fromkeys(terms(expr)))
    view = View(reading, finder.find(reading, aside))
    by_term: dict[Term, list[SetAside]] = defaultdict(list)
    for one in aside:
        by_term[one.mention.term].append(one)
    return _explained(expr, view, by_term)


def _explained(expr: Expr, view: View, refused: Mapping[Term, Sequence[SetAside]]) -> Explained:
    proof = evaluate(expr, view)
    parts = tuple(_explained(part, seen, refused) for part, seen in inner(expr, view))
    aside: list[SetAside] = []
    if isinstance(expr, Term):
        aside = [*refused.get(expr, ()), *_refused_here(expr, view)]
    return Explained(
        expr,
        holds=proof is not None,
        hits=hits_of(proof or (), view.reading),
        aside=tuple(_shown(one, view.reading) for one in sorted(aside, key=_place)),
        note=_note(expr, view, proof is not None, parts),
        parts=parts,
    )


def _refused_here(term: Term, view: View) -> list[SetAside]:
    return [
        SetAside(mention, reason, view.hidden.get(mention.first) if reason == "except" else None)
        for mention in view.found.get(term, ())
        if (reason := view.refusal(mention))
    ]


def _place(one: SetAside) -> tuple[int, int]:
    return one.mention.first, one.mention.last


def _shown(one: SetAside, reading: Reading) -> Aside:
    inside = hits_of((one.inside,), reading)[0].text if one.inside else ""
    return Aside(hits_of((one.mention,), reading)[0], one.reason, inside)


# ── what decided a part ───────────────────────────────────────────────────────────────────────────


def _note(expr: Expr, view: View, holds: bool, parts: Sequence[Explained]) -> str:
    match expr:
        case Term():
            return "" if view.found.get(expr) else "not found"
        case And():
            return "" if holds else "not all hold"
        case Or():
            return "" if holds else "none holds"
        case Not():
            return "not found, as asked" if holds else "it is there"
        case Near():
            return _apart(expr, view)
        case Count(least, part):
            return f"{least} wanted, {_count(part, view)} found"
        case Distinct(least, _):
            return f"{least} wanted, {sum(part.holds for part in parts)} found"
        case With():
            return "" if parts[1].holds else "its context is nowhere in the article"
        case Except():
            return "" if holds or not parts[1].holds else "what is left does not suffice"
        case Scope(name, _):
            return "inflected forms do not count" if name == "exact" else f"in the {name} only"
        case Field():
            return _known(expr, view.reading.document)


def _count(part: Expr, view: View) -> int:
    """The most that COUNT can be asked for and still hold."""
    proof = evaluate(part, view) or ()
    return next(
        (least for least in range(len(proof), 0, -1) if evaluate(Count(least, part), view)), 0
    )


def _apart(near: Near, view: View) -> str:
    left, right = evaluate(near.left, view) or (), evaluate(near.right, view) or ()
    if not left or not right:
        return "one side is missing"
    if near.distance is None:
        return ""
    nearest = min(
        (
            distance
            for one in left
            for other in right
            if (distance := _distance(one, other, near.ordered)) is not None
        ),
        default=None,
    )
    if nearest is None:
        return "never in this order" if near.ordered else "never in one field"
    return f"at the nearest {nearest} apart"


def _distance(one: Mention, other: Mention, ordered: bool) -> int | None:
    if one.first // STRIDE != other.first // STRIDE:
        return None
    if other.first > one.last:
        return other.first - one.last
    return None if ordered or one.first <= other.last else one.first - other.last


def _known(field: Field, document: Document) -> str:
    match field.name:
        case "lang":
            return f"the article's language is {document.lang or 'not known: all count'}"
        case "source":
            return f"the feed is {document.source or 'not known'}"
        case "tag":
            return f"the feed's tags: {', '.join(document.tags) or 'none'}"
        case "author":
            return f"by {', '.join(document.authors) or 'nobody named'}"
        case "url":
            return f"the address is {document.url or 'not known'}"
