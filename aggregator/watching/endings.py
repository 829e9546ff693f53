"""What a folded word may become in a language, and which endings a form of it may have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from aggregator.watching import suffixes
from aggregator.watching.ending_tables import TABLES


class Paradigm(NamedTuple):
    """A stem, and the endings that make it another form of the same name."""

    stem: str
    endings: frozenset[str]
    #: False: not to be trusted alone; good within a phrase.
    alone: bool = True
    #: In small letters it is the same name.
    small: bool = False


class Rule(NamedTuple):
    """A line of a table."""

    end: re.Pattern[str]
    taken: str
    endings: frozenset[str]
    mark: str


@cache
def rules(language: str) -> tuple[Rule, ...]:
    """Compiled where a watch first needs the language: most need few of them."""
    if language not in TABLES:
        return ()
    return tuple(map(_rule, filter(None, map(str.strip, TABLES[language].lines.splitlines()))))


def _rule(line: str) -> Rule:
    mark = line[0] if line[0] in "+~!" else ""
    end, taken, *endings = line.removeprefix(mark).split()
    return Rule(
        re.compile(f"(?:{end})$"),
        taken[1:],
        frozenset("" if ending == "_" else ending for ending in endings),
        mark,
    )


#: Of four letters only these are trusted with an s: Kurd, Hutu, Shia, but not Hama, Mali.
_FIRM = re.compile("[^aeio]$|hia$|.{5}")
_PLURAL = frozenset({"s"})
#: Names whose paradigms are remembered: a text has many forms of few names.
REMEMBERED = 1 << 15


@lru_cache(maxsize=REMEMBERED)
def paradigms(word: str, language: str) -> tuple[Paradigm, ...]:
    """What a folded word may become in a language; none if there is no rule for it."""
    if language in suffixes.FITTING:
        fitting = suffixes.FITTING[language](word)
        return (Paradigm(word, fitting),) if fitting else ()
    if language not in TABLES or len(word) < TABLES[language].letters:
        return ()
    trusted = len(word) >= TABLES[language].alone
    firm = bool(_FIRM.search(word))
    return tuple(
        Paradigm(
            word.removesuffix(rule.taken),
            rule.endings,
            alone=trusted
            and rule.mark != "~"
            and (firm or rule.mark == "!" or not rule.endings & _PLURAL),
            small=rule.mark == "+",
        )
        for rule in rules(language)
        if rule.end.search(word)
    )


#: An ending of a form, and all that it may stand for in the name itself.
Ending = tuple[str, tuple[str, ...]]


@cache
def endings(language: str) -> Mapping[str, tuple[Ending, ...]]:
    """Every ending that a form may have, by its last letter; under "" the one that is nothing."""
    found: dict[str, dict[str, None]] = {}
    for ending in suffixes.ALL.get(language, ()):
        found[ending] = {"": None}
    for rule in rules(language):
        for ending in rule.endings:
            found.setdefault(ending, {})[rule.taken] = None
    by_last: dict[str, list[Ending]] = {}
    for ending, taken in found.items():
        by_last.setdefault(ending[-1:], []).append((ending, tuple(taken)))
    return {last: tuple(group) for last, group in by_last.items()}
