"""Does an expression hold for a document, and by which mentions?  A function an operator."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from aggregator.text import folded_words
from aggregator.watching.mentions import Mention, Reason
from aggregator.watching.patterns import found, is_pattern
from aggregator.watching.reading import Reading, Span
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
    children,
)

#: None: the expression does not hold.  Empty: it holds, and nothing in the text shows it.
Proof: TypeAlias = tuple[Mention, ...] | None


@dataclass(frozen=True, slots=True)
class View:
    """What an operator sees of a document: all that was found, and where it may look."""

    reading: Reading
    found: Mapping[Term, Sequence[Mention]]
    #: None: everywhere.
    places: tuple[Span, ...] | None = None
    exact: bool = False
    #: By place, the longest exception there: a mention inside does not count.
    hidden: Mapping[int, Mention] = field(default_factory=dict)

    def refusal(self, mention: Mention) -> Reason | None:
        if self.exact and mention.inflected:
            return "forms"
        exception = self.hidden.get(mention.first)
        if exception and mention.last <= exception.last:
            return "except"
        places = self.places
        if places is not None and not any(
            first <= mention.first and mention.last <= last for first, last in places
        ):
            return "place"
        return None


def inner(expr: Expr, view: View) -> tuple[tuple[Expr, View], ...]:
    """The parts of an expression, each with what it sees."""
    match expr:
        case Scope("exact", part):
            return ((part, replace(view, exact=True)),)
        case Scope(name, part):
            return ((part, replace(view, places=view.reading.place(name))),)
        case Except(part, exceptions):
            everywhere = replace(view, places=None)
            hidden = _with_hidden(view.hidden, evaluate(exceptions, everywhere) or ())
            return ((part, replace(view, hidden=hidden)), (exceptions, everywhere))
        case With(part, context):
            return ((part, view), (context, replace(view, places=None, hidden={})))
    return tuple((part, view) for part in children(expr))


def _with_hidden(
    hidden: Mapping[int, Mention], exceptions: Iterable[Mention]
) -> Mapping[int, Mention]:
    longest = dict(hidden)
    for mention in exceptions:
        for place in range(mention.first, mention.last + 1):
            if place not in longest or longest[place].last < mention.last:
                longest[place] = mention
    return longest


def evaluate(expr: Expr, view: View) -> Proof:
    return _OPERATORS[type(expr)](expr, view)


def _term(expr: Term, view: View) -> Proof:
    mentions = view.found.get(expr, ())
    return tuple(mention for mention in mentions if view.refusal(mention) is None) or None


def _or(expr: Or, view: View) -> Proof:
    return _join(proof for part in expr.parts if (proof := evaluate(part, view)) is not None)


def _and(expr: And, view: View) -> Proof:
    proofs = []
    for part in expr.parts:
        proof = evaluate(part, view)
        if proof is None:
            return None
        proofs.append(proof)
    return _join(proofs)


def _not(expr: Not, view: View) -> Proof:
    return () if evaluate(expr.part, view) is None else None


def _near(expr: Near, view: View) -> Proof:
    left, right = evaluate(expr.left, view), evaluate(expr.right, view)
    if not left or not right:
        return None
    if expr.distance is None:
        pairs = _in_one_sentence(left, right, view.reading)
    else:
        pairs = _followers(left, right, expr.distance)
        if not expr.ordered:
            pairs |= _followers(right, left, expr.distance)
    return _join([tuple(mention for mention in (*left, *right) if mention in pairs)]) or None


def _followers(before: Sequence[Mention], after: Sequence[Mention], distance: int) -> set[Mention]:
    """All in a pair whose second begins at most so many words behind the first's end."""
    firsts = sorted(mention.first for mention in after)
    lasts = sorted(mention.last for mention in before)
    return {
        mention for mention in before if _any_in(firsts, mention.last + 1, mention.last + distance)
    } | {
        mention for mention in after if _any_in(lasts, mention.first - distance, mention.first - 1)
    }


def _any_in(numbers: Sequence[int], low: int, high: int) -> bool:
    return bisect_left(numbers, low) < bisect_right(numbers, high)


def _in_one_sentence(
    left: Sequence[Mention], right: Sequence[Mention], reading: Reading
) -> set[Mention]:
    sentences: dict[int, tuple[list[Mention], list[Mention]]] = defaultdict(lambda: ([], []))
    for side, mentions in enumerate((left, right)):
        for mention in mentions:
            sentences[reading.sentence(mention.first)][side].append(mention)
    return {
        mention
        for ours, theirs in sentences.values()
        for mentions, others in ((ours, theirs), (theirs, ours))
        for mention in mentions
        if any(_apart(mention, other) for other in others)
    }


def _apart(one: Mention, other: Mention) -> bool:
    return one.last < other.first or other.last < one.first


def _count(expr: Count, view: View) -> Proof:
    proof = evaluate(expr.part, view)
    return proof if proof and _distinct_places(proof) >= expr.least else None


def _distinct_places(mentions: Sequence[Mention]) -> int:
    """How many there are, a mention inside another not counted."""
    count, reach = 0, -1
    for _, last in sorted({(mention.first, -mention.last) for mention in mentions}):
        if -last > reach:
            count, reach = count + 1, -last
    return count


def _any(expr: Distinct, view: View) -> Proof:
    proofs = [proof for part in expr.parts if (proof := evaluate(part, view)) is not None]
    return _join(proofs) if len(proofs) >= expr.least else None


def _seen_inside(expr: Scope | Except, view: View) -> Proof:
    """The part counts, by what it sees."""
    return evaluate(*inner(expr, view)[0])


def _with(expr: With, view: View) -> Proof:
    part, context = inner(expr, view)
    proof = evaluate(*part)
    return None if proof is None or evaluate(*context) is None else proof


def _join(proofs: Iterable[tuple[Mention, ...]]) -> Proof:
    """None where there is no proof at all."""
    joined: dict[Mention, None] = {}
    any_proof = False
    for proof in proofs:
        any_proof = True
        joined.update(dict.fromkeys(proof))
    return tuple(joined) if any_proof else None


# ── what is known beside the text ─────────────────────────────────────────────────────────────────


def _field(expr: Field, view: View) -> Proof:
    return () if _KNOWN[expr.name](expr.value, view) else None


def _lang(value: str, view: View) -> bool:
    """Of an article whose language is not known nobody can say that it is out of scope."""
    lang = view.reading.document.lang
    if not lang:
        return True
    lang, value = lang.lower().replace("_", "-"), value.lower().replace("_", "-")
    return lang == value or lang.startswith(f"{value}-")


def _source(value: str, view: View) -> bool:
    return view.reading.document.source.casefold() == value.casefold()


def _tag(value: str, view: View) -> bool:
    return value.casefold() in map(str.casefold, view.reading.document.tags)


def _author(value: str, view: View) -> bool:
    wanted = f" {folded_words(value)} "
    return any(wanted in f" {folded_words(author)} " for author in view.reading.document.authors)


def _url(value: str, view: View) -> bool:
    if is_pattern(value):
        return found(value, view.reading.document.url)
    return value.casefold() in view.reading.document.url.casefold()


_KNOWN: dict[str, Callable[[str, View], bool]] = {
    "source": _source,
    "lang": _lang,
    "tag": _tag,
    "author": _author,
    "url": _url,
}
_OPERATORS: dict[type, Callable[[Any, View], Proof]] = {
    Term: _term,
    Or: _or,
    And: _and,
    Not: _not,
    Near: _near,
    Count: _count,
    Distinct: _any,
    Scope: _seen_inside,
    Field: _field,
    Except: _seen_inside,
    With: _with,
}
