"""Read the watch language; every mistake is placed and mended.

expr   = part { AND part } | part { OR part }            mixed only with parentheses
part   = [ NOT ] near
near   = close [ ( NEAR/n | BEFORE/n | NEAR/s ) close ]
close  = atom { ( EXCEPT | WITH ) atom }
atom   = ( expr ) | term | names | COUNT/n( expr ) | ANY/n( expr { , expr } )
       | title: atom | lead: atom | text: atom | exact: atom
       | source: value | lang: value | tag: value | author: value | url: value | url:/pattern/
names  = @group { -name } | @preset/name { -name }       without these names
term   = word | "a phrase" | prefix* | =Exact | ="Exact Phrase"
"""

from __future__ import annotations

import difflib
import re
from typing import NoReturn

from aggregator.watching.groups import Groups, entry, names, term
from aggregator.watching.lexer import Lexeme, Source, lexemes, unquoted
from aggregator.watching.patterns import compiled, is_pattern
from aggregator.watching.tree import (
    FIELDS,
    SCOPES,
    And,
    Count,
    Distinct,
    Except,
    Expr,
    Field,
    FieldName,
    Near,
    Not,
    Or,
    Scope,
    ScopeName,
    With,
    children,
    show,
)

#: Parentheses within parentheses.
DEPTH = 50
_ATOM = {"(", "word", "phrase", "group", "field"}


def parse(source: str, groups: Groups | None = None) -> Expr:
    """Read a query.  Raises WatchError."""
    return _Parser(Source(source), groups or {}).whole()


def parse_term(source: str, groups: Groups | None = None) -> Expr:
    """Read one entry of a list of terms: like a term of a query, but a phrase needs no quotation
    marks.  Raises WatchError."""
    return entry(source, groups or {})


class _Parser:
    """Recursive descent, a method a line of the grammar."""

    def __init__(self, source: Source, groups: Groups) -> None:
        self._source, self._groups = source, groups
        self._lexemes = lexemes(source, frozenset(FIELDS))
        self._place = 0
        self._depth = 0
        #: Where an EXCEPT or WITH without parentheses around it was read last.
        self._bare_close: Lexeme | None = None

    @property
    def _next(self) -> Lexeme:
        return self._lexemes[self._place]

    def _take(self) -> Lexeme:
        lexeme = self._next
        self._place = min(self._place + 1, len(self._lexemes) - 1)
        return lexeme

    def _takes(self, *operators: str) -> Lexeme | None:
        """The next lexeme if it is one of these operators, taken."""
        if self._next.kind == "operator" and self._next.text in operators:
            return self._take()
        return None

    def _fail(self, problem: str, at: Lexeme, mend: str = "") -> NoReturn:
        raise self._source.error(problem, at.at, mend)

    # the lines of the grammar, from the top

    def whole(self) -> Expr:
        if self._next.kind == "end":
            self._fail("the query is empty", self._next, "write a name")
        expr = self._expr()
        if self._next.kind == ")":
            self._fail("this parenthesis was never opened", self._next, "take it out")
        if self._next.kind == ",":
            self._fail("a comma parts the members of ANY only", self._next, "write OR or AND")
        return expr

    def _expr(self) -> Expr:
        start = self._next
        parts, closes = [self._part()], [self._bare_close]
        joiner: Lexeme | None = None
        while operator := self._takes("AND", "OR"):
            self._no_argument(operator)
            if joiner and joiner.text != operator.text:
                done = f"({f' {joiner.text} '.join(map(show, parts))})"
                self._fail(
                    "AND and OR are mixed without parentheses",
                    operator,
                    f"write {done} {operator.text} …, or put parentheses around the rest",
                )
            joiner = operator
            parts.append(self._part())
            closes.append(self._bare_close)
        self._refuse_neighbour()
        if all(isinstance(part, Not) for part in parts) or (
            joiner and joiner.text == "OR" and any(isinstance(part, Not) for part in parts)
        ):
            self._fail("NOT alone matches nearly everything", start, "write a name AND NOT …")
        if joiner is None:
            self._bare_close = closes[0]
            return parts[0]
        if joiner.text == "AND":
            self._bare_close = None
            return And(tuple(parts))
        if close := next(filter(None, closes), None):
            self._fail(
                f"OR and {close.text} are mixed without parentheses",
                close,
                f"write (… OR …) {close.text} (…), or (… {close.text} (…)) OR …",
            )
        return Or(tuple(parts))

    def _part(self) -> Expr:
        self._bare_close = None
        if not (operator := self._takes("NOT")):
            return self._near()
        self._no_argument(operator)
        if again := self._takes("NOT"):
            self._fail("NOT stands twice", again, "take both out")
        return Not(self._near())

    def _near(self) -> Expr:
        at = self._next
        left = self._close()
        if not (operator := self._takes("NEAR", "BEFORE")):
            return left
        distance = self._distance(operator)
        self._refuse_conditions(left, operator, at)
        at = self._next
        right = self._close()
        self._refuse_conditions(right, operator, at)
        if again := self._takes("NEAR", "BEFORE"):
            self._fail(
                f"{again.text} follows {operator.text} without parentheses",
                again,
                f"write ({show(Near(left, right, distance, operator.text == 'BEFORE'))}) …",
            )
        return Near(left, right, distance, ordered=operator.text == "BEFORE")

    def _close(self) -> Expr:
        expr, taken = self._atom(), 0
        while operator := self._takes("EXCEPT", "WITH"):
            self._no_argument(operator)
            taken += 1
            if self._depth + taken > DEPTH:
                self._fail("this is nested too deep", operator, "part it into several watches")
            at = self._next
            right = self._atom()
            if operator.text == "EXCEPT":
                self._refuse_conditions(expr, operator, at)
                self._refuse_conditions(right, operator, at)
                expr = Except(expr, right)
            else:
                expr = With(expr, right)
            self._bare_close = operator
        return expr

    def _atom(self) -> Expr:
        lexeme = self._take()
        match lexeme.kind:
            case "(":
                return self._parenthesis(lexeme)
            case "word" | "phrase":
                return term(lexeme.text, lexeme.exact, self._source.failing(lexeme.at))
            case "group":
                return self._names(lexeme)
            case "field":
                return self._field(lexeme)
            case "operator" if lexeme.text == "COUNT":
                return self._count(lexeme)
            case "operator" if lexeme.text == "ANY":
                return self._any(lexeme)
            case "operator":
                mend = f'write one, or "{lexeme.text}" in quotation marks if the word is meant'
                return self._fail(f"a term is missing before {lexeme.text}", lexeme, mend)
            case "without":
                return self._not_behind_a_group(lexeme)
            case "end":
                return self._fail("the query ends where a term is missing", lexeme, "write one")
            case _:
                return self._fail(f"a term is missing before {lexeme.text}", lexeme, "write one")

    # atoms

    def _parenthesis(self, opening: Lexeme) -> Expr:
        self._enter(opening)
        if self._next.kind == ")":
            self._fail("the parenthesis is empty", opening, "write a term in it, or take it out")
        expr = self._expr()
        self._closing(opening)
        self._depth -= 1
        self._bare_close = None
        return expr

    def _closing(self, opening: Lexeme) -> None:
        if self._next.kind == ",":
            self._fail("a comma parts the members of ANY only", self._next, "write OR or AND")
        if self._take().kind != ")":
            self._fail("the parenthesis is not closed", opening, "write ) at its end")

    def _names(self, group: Lexeme) -> Expr:
        without = []
        while self._next.kind == "without":
            without.append(self._take())
        return names(group, without, self._source, self._groups)

    def _count(self, lexeme: Lexeme) -> Expr:
        least = self._number(lexeme)
        opening = self._opening(lexeme)
        part = self._parenthesis(opening)
        self._refuse_conditions(part, lexeme, opening)
        return Count(least, part)

    def _any(self, lexeme: Lexeme) -> Expr:
        least = self._number(lexeme)
        opening = self._opening(lexeme)
        self._enter(opening)
        if self._next.kind == ")":
            self._fail("ANY has no members", opening, f"write ANY/{least}(one, another)")
        members = [self._expr()]
        while self._next.kind == ",":
            self._take()
            members.append(self._expr())
        self._closing(opening)
        self._depth -= 1
        self._bare_close = None
        # A single alternative, of a group above all, stands for its members.
        if len(members) == 1 and isinstance(members[0], Or):
            members = list(members[0].parts)
        members = list(dict.fromkeys(members))
        if least > len(members):
            self._fail(
                f"ANY/{least} of {len(members)} never holds",
                lexeme,
                f"write ANY/{len(members)} or more members",
            )
        return Distinct(least, tuple(members))

    def _field(self, lexeme: Lexeme) -> Expr:
        if scope := next((name for name in SCOPES if name == lexeme.text), None):
            return self._scope(scope, lexeme)
        if field := next((name for name in FIELDS if name == lexeme.text), None):
            return self._known(field, lexeme)
        names = [*SCOPES, *FIELDS]
        near = difflib.get_close_matches(lexeme.text, names, n=1)
        return self._fail(
            f"there is no field {lexeme.text}:",
            lexeme,
            f"did you mean {near[0]}:?" if near else f"there are: {': '.join(names)}:",
        )

    def _scope(self, name: ScopeName, lexeme: Lexeme) -> Expr:
        self._enter(lexeme)
        if self._next.kind not in _ATOM:
            self._fail(f"{name}: has nothing to look for", lexeme, f"write {name}:(a name)")
        part = self._atom()
        self._depth -= 1
        if name != "exact" and _names_place(part):
            self._fail(f"a field inside {name}:", lexeme, "join them with AND")
        return Scope(name, part)

    def _known(self, name: FieldName, lexeme: Lexeme) -> Expr:
        if self._next.kind not in {"value", "phrase"}:
            self._fail(f"{name}: has no value", lexeme, f"write {name}:value")
        written = self._take()
        if name == "url" and is_pattern(written.text):
            self._check_pattern(written)
            return Field(name, written.text)
        value = unquoted(written.text)
        if not value:
            self._fail(f"{name}: has no value", lexeme, f"write {name}:value")
        return Field(name, value)

    def _check_pattern(self, written: Lexeme) -> None:
        try:
            compiled(written.text[1:-1])
        except ValueError as error:
            self._fail(f"RE2 cannot read this pattern: {error}", written, "write it anew, or text")

    # what is checked in more than one place

    def _enter(self, lexeme: Lexeme) -> None:
        self._depth += 1
        if self._depth > DEPTH:
            self._fail("this is nested too deep", lexeme, "part it into several watches")

    def _no_argument(self, operator: Lexeme) -> None:
        if operator.argument is not None:
            self._fail(f"{operator.text} takes no number", operator, f"write {operator.text}")

    def _number(self, operator: Lexeme) -> int:
        argument = operator.argument or ""
        if not re.fullmatch(r"[1-9][0-9]{0,3}", argument):
            self._fail(
                f"{operator.text} needs a number from 1 to 9999",
                operator,
                f"write {operator.text}/{8 if operator.text in {'NEAR', 'BEFORE'} else 2}",
            )
        return int(argument)

    def _distance(self, operator: Lexeme) -> int | None:
        if operator.text == "NEAR" and operator.argument == "s":
            return None
        return self._number(operator)

    def _opening(self, lexeme: Lexeme) -> Lexeme:
        opening = self._take()
        if opening.kind != "(":
            self._fail(
                f"{lexeme.text} needs a parenthesis", lexeme, f"write {lexeme.text}/2(one, another)"
            )
        return opening

    def _refuse_conditions(self, expr: Expr, operator: Lexeme, at: Lexeme) -> None:
        """NEAR, COUNT and EXCEPT work on mentions: terms and their alternatives."""
        if isinstance(expr, And | Not | Field | Count | Distinct):
            self._fail(
                f"{operator.text} takes terms, and alternatives joined by OR",
                at,
                "join conditions around it with AND",
            )
        if isinstance(expr, Or | Scope):
            for child in children(expr):
                self._refuse_conditions(child, operator, at)
        elif isinstance(expr, Except | With):
            self._refuse_conditions(expr.part, operator, at)

    def _not_behind_a_group(self, lexeme: Lexeme) -> NoReturn:
        mend = f'write AND NOT "{lexeme.text}", or "-{lexeme.text}" if the dash is meant'
        self._fail("- takes a name out of a @group, right behind it", lexeme, mend)

    def _refuse_neighbour(self) -> None:
        lexeme, before = self._next, self._lexemes[self._place - 1]
        if lexeme.kind == "without":
            self._not_behind_a_group(lexeme)
        if lexeme.kind == "operator" and lexeme.text == "NOT":
            self._fail("before NOT an AND is missing", lexeme, "write AND NOT")
        starts_function = lexeme.kind == "operator" and lexeme.text in {"COUNT", "ANY"}
        if lexeme.kind not in _ATOM and not starts_function:
            return
        for word in (before, lexeme):
            if word.kind == "word" and word.text.upper() in {"AND", "OR", "NOT"}:
                self._fail(
                    f"{word.text} is a word here", word, f"write {word.text.upper()} in capitals"
                )
        if before.kind == lexeme.kind == "word":
            mend = (
                f'did you mean "{before.text} {lexeme.text}", or {before.text} AND {lexeme.text}?'
            )
        else:
            mend = "did you mean AND, or OR?"
        self._fail("two terms stand side by side", lexeme, mend)


def _names_place(expr: Expr) -> bool:
    if isinstance(expr, Field) or (isinstance(expr, Scope) and expr.name != "exact"):
        return True
    inner = (expr.part,) if isinstance(expr, With) else children(expr)
    return any(map(_names_place, inner))
