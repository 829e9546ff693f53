"""Are the watches and groups right?  Each term and query by itself, then the watch as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from aggregator.errors import Mistake, WatchError
from aggregator.models import Watch
from aggregator.reading.language import common_in
from aggregator.settings.document import Document, Loc
from aggregator.settings.sections import WatchSection
from aggregator.watching.dead import folded, is_dead
from aggregator.watching.groups import PRESET
from aggregator.watching.language import compile_watch, parse, parse_term, warnings
from aggregator.watching.tree import Expr, Or, Term

#: The groups, by name.
Words = Mapping[str, tuple[str, ...]]

#: What may stand behind an @ in a query.
_GROUP = re.compile(r'[^\s(),"“”„‟«»@]+')


@dataclass(frozen=True, slots=True)
class _Expression:
    """A text in the watch language: one term of a list, or a query."""

    loc: Loc
    text: str
    is_query: bool = False
    at_key: bool = False

    def parse(self, groups: Words) -> Expr:
        return parse(self.text, groups) if self.is_query else parse_term(self.text, groups)


def as_watch(section: WatchSection) -> Watch:
    return Watch(
        name=section.name,
        any=section.any,
        query=section.query or "",
        weak=dict(section.weak),
        excepted=section.excepted,
        unwanted=section.unwanted,
        severity=section.severity,
        where=section.where,
        forms=section.forms,
        languages=section.languages,
        feeds=section.feeds,
        was=section.was or "",
        backfill=section.backfill,
    )


def wrong_expressions(
    document: Document, groups: Words, watches: Mapping[int, WatchSection]
) -> Iterator[Mistake]:
    """Every term and query by itself, so that each wrong one is told; then the watch as a whole."""
    raw = document.data.get("groups")
    known = {name: (name,) for name in (raw if isinstance(raw, dict) else ())} | dict(groups)
    told = {name: list(_wrong_group(document, name, known)) for name in groups}
    # A wrong group stands for its own name: it is told of once, and not in every watch.
    usable = {name: (name,) if told.get(name) else words for name, words in known.items()}
    for mistakes in told.values():
        yield from mistakes
    for index, section in watches.items():
        yield from _wrong_watch(document, ("watches", index), section, usable)


def _wrong_group(document: Document, name: str, groups: Words) -> Iterator[Mistake]:
    if not _GROUP.fullmatch(name):
        problem = "cannot be written as @name in a watch"
        yield document.mistake(("groups", name), problem, "use one word", at_key=True)
        return
    if name.startswith(PRESET):
        problem = f"names that begin with {PRESET} are those of the program"
        yield document.mistake(("groups", name), problem, "choose another", at_key=True)
        return
    yield from _wrong(document, _of_group(name, groups[name]), groups)


def _wrong_watch(
    document: Document, loc: Loc, section: WatchSection, groups: Words
) -> Iterator[Mistake]:
    wrong = list(_wrong(document, _expressions(loc, section), groups))
    yield from wrong
    if not wrong and _has_all_terms(document, loc, section):
        try:
            compile_watch(as_watch(section), groups)
        except WatchError as error:
            yield document.mistake(loc, error.problem, error.mend)


def _of_group(name: str, words: Iterable[str]) -> Iterator[_Expression]:
    return (_Expression(("groups", name, index), word) for index, word in enumerate(words))


def _expressions(loc: Loc, section: WatchSection) -> Iterator[_Expression]:
    lists = {"any": section.any, "except": section.excepted, "not": section.unwanted}
    for key, words in lists.items():
        yield from (_Expression((*loc, key, i), word) for i, word in enumerate(words))
    for weak, context in section.weak.items():
        yield _Expression((*loc, "weak", weak), weak, at_key=True)
        yield from (_Expression((*loc, "weak", weak, i), word) for i, word in enumerate(context))
    if section.query:
        yield _Expression((*loc, "query"), section.query, is_query=True)


def _wrong(
    document: Document, expressions: Iterable[_Expression], groups: Words
) -> Iterator[Mistake]:
    for expression in expressions:
        try:
            expression.parse(groups)
        except WatchError as error:
            loc, problem, mend = expression.loc, error.problem, error.mend
            if loc in document.unset:
                continue
            if expression.at_key:
                yield document.mistake(loc, problem, mend, at_key=True)
            else:
                yield document.mistake_within(loc, error.line, error.column, problem, mend)


def _has_all_terms(document: Document, loc: Loc, section: WatchSection) -> bool:
    """Whether nothing was left out of it that a mistake told of already."""
    left_out = set(document.at(loc) or ()) - {
        field_.alias or name
        for name, field_ in WatchSection.model_fields.items()
        if name in section.model_fields_set
    }
    return not left_out & {"any", "query", "weak", "except", "not"}


def regrettable_terms(
    document: Document, groups: Words, watches: Mapping[int, WatchSection]
) -> Iterator[Mistake]:
    """Terms that match more than is likely meant, each told once, where it is written."""
    found = [one for name, words in groups.items() for one in _of_group(name, words)]
    for index, section in watches.items():
        found += _expressions(("watches", index), section)
    for expression in found:
        told = warnings(expression.parse(groups), expression.text, listed=not expression.is_query)
        for warning in told:
            yield document.mistake(expression.loc, warning, at_key=expression.at_key)


def odd_watches(
    document: Document, groups: Words, watches: Mapping[int, WatchSection]
) -> Iterator[Mistake]:
    """Watches that can never match, terms that can never be a reason, and what stands twice."""
    known: dict[Expr, int] = {}
    for index, section in watches.items():
        loc, watch = ("watches", index), as_watch(section)
        expr = compile_watch(watch, groups)
        if is_dead(expr):
            yield document.mistake(loc, f"can never match: {_taken_out(watch)}", _TAKEN_MEND)
        else:
            yield from _dead_terms(document, loc, section, groups)
        yield from _terms_twice(document, loc, section, groups)
        yield from _common_words(document, loc, watch, groups)
        if expr in known:
            line = document.line_of(("watches", known[expr]))
            problem = f"looks for the same as the watch on line {line}: its people are told twice"
            yield document.mistake(loc, problem, "keep one")
        known.setdefault(expr, index)


_TAKEN_MEND = "take the term out of one of them"


def _taken_out(watch: Watch) -> str:
    """What takes out what the watch looks for."""
    keys = [key for key, given in (("not:", watch.unwanted), ("except:", watch.excepted)) if given]
    return f"{' or '.join(keys) or 'its query'} takes out all that it looks for"


def _dead_terms(
    document: Document, loc: Loc, section: WatchSection, groups: Words
) -> Iterator[Mistake]:
    watch = as_watch(section)
    for place, alone in _reasons(loc, watch):
        if is_dead(compile_watch(alone, groups)):
            problem = f'"{place.text}" never counts: {_taken_out(watch)}'
            yield document.mistake(place.loc, problem, _TAKEN_MEND, at_key=place.at_key)


def _reasons(loc: Loc, watch: Watch) -> Iterator[tuple[_Expression, Watch]]:
    """All that the watch looks for, one by one: where it stands, and the watch with that alone."""
    none = replace(watch, any=(), weak={}, query="")
    for index, term in enumerate(watch.any):
        yield _Expression((*loc, "any", index), term), replace(none, any=(term,))
    for term, context in watch.weak.items():
        place = _Expression((*loc, "weak", term), term, at_key=True)
        yield place, replace(none, weak={term: context})
    if watch.query:
        place = _Expression((*loc, "query"), watch.query, is_query=True)
        yield place, replace(none, query=watch.query)


def _common_words(document: Document, loc: Loc, watch: Watch, groups: Words) -> Iterator[Mistake]:
    """Words that suffice alone, and stand in nearly every text."""
    for place, _ in _reasons(loc, replace(watch, weak={})):
        expr = place.parse(groups)
        for part in expr.parts if isinstance(expr, Or) else (expr,):
            # Written exactly, "IS" is a name.
            if not isinstance(part, Term) or part.kind != "word":
                continue
            if found := _told_in(watch, common_in(part.text)):
                problem = f'"{part.text}" is in nearly every text in {", ".join(found)}'
                yield document.mistake(place.loc, problem, "write a phrase, or move it to weak:")


def _told_in(watch: Watch, languages: Iterable[str]) -> tuple[str, ...]:
    return tuple(code for code in languages if not watch.languages or code in watch.languages)


def _terms_twice(
    document: Document, loc: Loc, section: WatchSection, groups: Words
) -> Iterator[Mistake]:
    seen: dict[Term, _Expression] = {}
    for place, _ in _reasons(loc, as_watch(section)):
        term = parse_term(place.text, groups) if place.loc[-1] != "query" else None
        if not isinstance(term, Term):
            continue
        first = seen.setdefault(folded(term), place)
        if first is not place:
            line = document.line_of(first.loc)
            # A key of weak: is no value that could be written as ${NAME}.
            same = document.written(first.loc) or first.text
            problem = f'"{place.text}" is the same term as "{same}" on line {line}'
            yield document.mistake(place.loc, problem, "keep one", at_key=place.at_key)
