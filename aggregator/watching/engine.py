"""Hold every watch against a document; only watches with a term hit are evaluated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

from aggregator.models import Document, Match, TermHit, Watch
from aggregator.watching.evaluation import View, evaluate
from aggregator.watching.finder import Finder
from aggregator.watching.language import Groups, compile_watch
from aggregator.watching.mentions import Mention
from aggregator.watching.reading import Reading
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


class Engine:
    """All watches at once.  Building raises WatchError; matching does not."""

    def __init__(self, watches: Sequence[Watch], groups: Groups) -> None:
        self._watches = [(watch, compile_watch(watch, groups)) for watch in watches]
        self._finder = Finder(
            dict.fromkeys(term for _, expr in self._watches for term in terms(expr))
        )
        #: The watches, by number, that a term may set off; and those that need no term.
        self._waiting: dict[Term, list[int]] = defaultdict(list)
        self._always: list[int] = []
        for number, (_, expr) in enumerate(self._watches):
            needed = triggers(expr)
            if needed is None:
                self._always.append(number)
            for term in needed or ():
                self._waiting[term].append(number)

    def match(self, document: Document) -> tuple[Match, ...]:
        """The watches that hold for a document, in their order, each with every mention."""
        reading = Reading(document)
        view = View(reading, self._finder.find(reading))
        numbers = set(self._always)
        for term in view.found:
            numbers.update(self._waiting.get(term, ()))
        matches = []
        for number in sorted(numbers):
            watch, expr = self._watches[number]
            proof = evaluate(expr, view)
            if proof is not None:
                matches.append(Match(watch.name, hits_of(proof, reading), watch.severity))
        return tuple(matches)


def find(expr: Expr, document: Document) -> tuple[TermHit, ...] | None:
    """The mentions by which an expression holds for a document; None where it does not."""
    reading = Reading(document)
    proof = evaluate(expr, View(reading, _finder(expr).find(reading)))
    return None if proof is None else hits_of(proof, reading)


@lru_cache(maxsize=16)
def _finder(expr: Expr) -> Finder:
    """A search holds one expression against many documents."""
    return Finder(dict.fromkeys(terms(expr)))


def hits_of(mentions: Iterable[Mention], reading: Reading) -> tuple[TermHit, ...]:
    """In the order of the text."""
    return tuple(
        TermHit(mention.term.written, text, field, start, end, mention.rule)
        for mention in sorted(mentions, key=lambda mention: mention[:2])
        for field, start, end in (reading.slice(mention.first, mention.last),)
        for text in (getattr(reading.document, field)[start:end],)
    )


def triggers(expr: Expr) -> frozenset[Term] | None:
    """Terms of which at least one stands in every document that the expression holds for; None
    where it may hold without any."""
    match expr:
        case Term():
            return frozenset((expr,))
        case Or(parts) | Distinct(_, parts):
            every = [triggers(part) for part in parts]
            return None if None in every else frozenset().union(*filter(None, every))
        case And(parts):
            return _fewest(parts)
        case Near(left, right):
            return _fewest((left, right))
        case Except(part, _) | Count(_, part) | Scope(_, part):
            return triggers(part)
        case With(part, context):
            return _fewest((part, context))
        case Not() | Field():
            return None


def _fewest(parts: Iterable[Expr]) -> frozenset[Term] | None:
    """Any part will do: the one that sets off least."""
    return min(
        (needed for part in parts if (needed := triggers(part)) is not None),
        key=len,
        default=None,
    )
