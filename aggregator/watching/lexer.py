"""Cut a query into lexemes, each with its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NoReturn, cast

from aggregator.errors import WatchError

#: `word` Baloch* · `phrase` "…" · `group` @x · `without` -x, -"…" · `field` title: ·
#: `value` what follows `source:` · `operator` AND, NEAR/8 …
LexemeKind = Literal[
    "word", "phrase", "group", "without", "field", "value", "operator", "(", ")", ",", "end"
]

_CLOSING = {'"': '"', "“": "“”", "”": "”", "„": "“”", "‟": "”", "«": "»", "»": "«»"}
_QUOTES = "".join(_CLOSING)
# The typewriter's quotation mark between Hebrew letters is a gershayim.
_GERSHAYIM = '(?<=[א-ת])"(?=[א-ת])'
_WORD = rf"(?:[^\s(),{_QUOTES}]|{_GERSHAYIM})+"
_QUOTE = re.compile(f"[{_QUOTES}]")
_LEXEME = re.compile(
    rf"""
      (?P<nothing>\s+|\#[^\n]*)
    | (?P<sign>[(),])
    | (?P<before>-?=?)(?P<quote>[{_QUOTES}])
    | (?P<operator>AND|OR|NOT|EXCEPT|WITH|NEAR|BEFORE|COUNT|ANY)
      (?:/(?P<argument>[^\s(),{_QUOTES}]*))?(?![^\s(),{_QUOTES}])
    | (?P<field>[A-Za-z_]+):
    | @(?P<group>[^\s(),{_QUOTES}]*)
    | -=?(?P<without>\w(?:{_WORD})?)
    | (?P<word>{_WORD})
    """,
    re.VERBOSE,
)
_VALUE = re.compile(rf"(?P<value>/(?:\\.|[^/\\\n])+/(?=[\s),]|$)|{_WORD})")


@dataclass(frozen=True, slots=True)
class Lexeme:
    kind: LexemeKind
    #: Bare: a phrase without its quotation marks, a field without its colon, a name that is taken
    #: out without its dash.
    text: str
    #: Its place in the source, in code points.
    at: int
    #: Behind a `=`.
    exact: bool = False
    #: Of an operator, what follows its slash; None: no slash.
    argument: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A query as it was written."""

    text: str

    def failing(self, at: int) -> Callable[[str, str], NoReturn]:
        """Raises what it is told: what is wrong at this place, and the mend."""

        def fail(problem: str, mend: str) -> NoReturn:
            raise self.error(problem, at, mend)

        return fail

    def error(self, problem: str, at: int, mend: str = "") -> WatchError:
        before = self.text[:at]
        return WatchError(
            problem,
            source=self.text,
            line=before.count("\n") + 1,
            column=at - before.rfind("\n"),
            mend=mend,
        )


def unquoted(text: str) -> str:
    """Without quotation marks, a space between two words."""
    return " ".join(_QUOTE.sub(" ", text).split())


def lexemes(source: Source, valued: frozenset[str]) -> list[Lexeme]:
    """All of the source, an `end` last.  Behind a field of `valued` stands a value, not a term.

    Raises WatchError where a quotation mark is not closed.
    """
    text = source.text
    found: list[Lexeme] = []
    at = 0
    while at < len(text):
        wants_value = bool(found) and found[-1].kind == "field" and found[-1].text in valued
        if wants_value and (value := _VALUE.match(text, at)):
            found.append(Lexeme("value", value["value"], at))
            at = value.end()
            continue
        # Every character has its place in the pattern: there is a match.
        match = cast("re.Match[str]", _LEXEME.match(text, at))
        if match["quote"]:
            lexeme, at = _quoted(source, match)
            found.append(lexeme)
            continue
        at = match.end()
        if lexeme_here := _lexeme(match):
            found.append(lexeme_here)
    found.append(Lexeme("end", "", len(text)))
    return found


def _lexeme(match: re.Match[str]) -> Lexeme | None:
    at = match.start()
    if sign := match["sign"]:
        kind: LexemeKind = "(" if sign == "(" else ")" if sign == ")" else ","
        return Lexeme(kind, sign, at)
    if match["operator"]:
        return Lexeme("operator", match["operator"], at, argument=match["argument"])
    if match["field"]:
        return Lexeme("field", match["field"], at)
    if match["group"] is not None:
        return Lexeme("group", match["group"], at)
    if name := match["without"]:
        return Lexeme("without", name, at)
    if word := match["word"]:
        return Lexeme("word", word.removeprefix("="), at, exact=word.startswith("="))
    return None


def _quoted(source: Source, match: re.Match[str]) -> tuple[Lexeme, int]:
    opening, start = match["quote"], match.end()
    end = re.compile(f"(?!{_GERSHAYIM})[{_CLOSING[opening]}]").search(source.text, start)
    if end is None:
        raise source.error(
            "the quotation mark is not closed", match.start("quote"), f"write {opening} at its end"
        )
    text, before = source.text[start : end.start()], match["before"]
    kind: LexemeKind = "without" if before.startswith("-") else "phrase"
    return Lexeme(kind, text, match.start(), exact=before == "="), end.end()
