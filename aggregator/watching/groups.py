"""What a term, an entry of a list, a `@group` and a `@preset/name` stand for.

entry  = term | names                                    a phrase needs no quotation marks here
names  = @group { -name } | @preset/name { -name }       without these names
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NoReturn

from aggregator.errors import WatchError
from aggregator.text import cut, fold, folded_words
from aggregator.watching.lexer import Lexeme, Source, lexemes, unquoted
from aggregator.watching.presets import preset
from aggregator.watching.tree import Except, Expr, Or, Term, With, any_of, counted_terms

Groups = Mapping[str, Sequence[str]]
#: Told what is wrong and the mend, it raises.
Fail = Callable[[str, str], NoReturn]

#: Letters that a prefix must have.
PREFIX_LETTERS = 4
#: What the names of presets begin with.
PRESET = "preset/"
_GERSHAYIM = re.compile('(?<=[א-ת])"(?=[א-ת])')


def term(written: str, exact: bool, fail: Fail) -> Term:
    """A word or a phrase, without its `=`."""
    text = unquoted(_GERSHAYIM.sub("״", written))
    body = text.removesuffix("*")
    prefix = body != text
    if not text:
        fail("the term is empty", "write a name, or take it out")
    if "*" in body:
        fail("* stands at the end of a word only", f"write {body.replace('*', '')}*")
    words = [fold(word) for word in cut(body)[1::2]]
    if not any(words):
        fail(f"{text} has no letters", "write a word")
    if not prefix:
        return Term(text, "exact" if exact else "word")
    if exact:
        fail("= and * exclude each other", f"write ={body} or {body}*")
    if cut(body)[-1]:
        fail("* stands right behind a letter only", f"write {' '.join(cut(body)[1::2])}*")
    if len(words[-1]) < PREFIX_LETTERS:
        fail(
            f"{text} has fewer than {PREFIX_LETTERS} letters before the *",
            "write more letters, or the words that are meant",
        )
    return Term(body, "prefix")


def entry(written: str, groups: Groups, inside: tuple[str, ...] = ()) -> Expr:
    """`inside` are the groups whose entries are being read.  Raises WatchError."""
    source = Source(written)
    text = written.strip()
    if text.startswith("@"):
        return _names_of_entry(source, groups, inside)
    fail = source.failing(len(written) - len(written.lstrip()))
    return term(text.removeprefix("="), text.startswith("="), fail)


def _names_of_entry(source: Source, groups: Groups, inside: tuple[str, ...]) -> Expr:
    group, *rest = lexemes(source, frozenset())
    without = [lexeme for lexeme in rest if lexeme.kind == "without"]
    other = rest[len(without)]
    if other.kind != "end":
        problem = f"@{group.text} is one entry, and {other.text} another"
        source.failing(other.at)(problem, "make it an entry of its own, or write a query")
    return names(group, without, source, groups, inside)


def names(
    group: Lexeme,
    without: Sequence[Lexeme],
    source: Source,
    groups: Groups,
    inside: tuple[str, ...] = (),
) -> Expr:
    """What a group's names are in a query, but those taken out of it.  Raises WatchError."""
    fail = source.failing(group.at)
    if group.text in inside:
        fail(f"the group @{group.text} holds itself", "take it out of its own list")
    if group.text.startswith(PRESET):
        expr = _preset(group.text, inside, fail)
    else:
        expr = _group(group.text, groups, inside, fail)
    for lexeme in without:
        expr = _taken_out(expr, group.text, lexeme.text, source.failing(lexeme.at))
    return expr


def _group(name: str, groups: Groups, inside: tuple[str, ...], fail: Fail) -> Expr:
    if name not in groups:
        near = difflib.get_close_matches(name, groups, n=1)
        fail(f"there is no group @{name}", f"did you mean @{near[0]}?" if near else _known(groups))
    if not groups[name]:
        fail(f"the group @{name} is empty", "give it a name")
    return _alternatives(groups[name], groups, (*inside, name), fail)


def _known(groups: Groups) -> str:
    return f"there are: {', '.join(f'@{name}' for name in groups)}" if groups else "write its names"


def _preset(name: str, inside: tuple[str, ...], fail: Fail) -> Expr:
    def alternatives(entries: Sequence[str]) -> Expr:
        return _alternatives(entries, {}, (*inside, name), fail)

    try:
        found = preset(name.removeprefix(PRESET))
    except WatchError as error:
        fail(error.problem, error.mend)
    parts = [alternatives((text,)) for text in found.named("strong")]
    if weak := found.named("weak"):
        parts.append(With(alternatives(weak), alternatives(found.context)))
    expr = any_of(tuple(parts))
    return Except(expr, alternatives(found.excepted)) if found.excepted else expr


def _alternatives(
    entries: Sequence[str], groups: Groups, inside: tuple[str, ...], fail: Fail
) -> Expr:
    try:
        return any_of(tuple(entry(text, groups, inside) for text in entries))
    except WatchError as error:
        fail(f"in the group @{inside[-1]}: {error.problem}", error.mend)


# ── taking names out ──────────────────────────────────────────────────────────────────────────────


def _taken_out(expr: Expr, group: str, name: str, fail: Fail) -> Expr:
    known = {folded_words(one.text): one.text for one in counted_terms(expr)}
    unwanted = folded_words(name)
    if unwanted not in known:
        near = difflib.get_close_matches(unwanted, known, n=1)
        mend = f'did you mean -"{known[near[0]]}"?' if near else "take it out, or mend its spelling"
        fail(f"@{group} has no name {name}", mend)
    left = _without(expr, unwanted)
    if left is None:
        fail(f"nothing is left of @{group}", "leave a name in it")
    return left


def _without(expr: Expr, unwanted: str) -> Expr | None:
    """None where nothing is left."""
    if isinstance(expr, Term):
        return None if folded_words(expr.text) == unwanted else expr
    if isinstance(expr, Or):
        parts = [left for part in expr.parts if (left := _without(part, unwanted))]
        return any_of(tuple(parts)) if parts else None
    if isinstance(expr, Except | With):
        part = _without(expr.part, unwanted)
        return part and replace(expr, part=part)
    return expr
