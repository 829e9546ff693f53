"""The data of a file, and where each key and value of it stands."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Any

from aggregator.errors import Mistake
from aggregator.settings.broken_yaml import place
from aggregator.text.printable import printable

#: Where something stands in the data: `("feeds", 7, "every")`.
Loc = tuple[str | int, ...]

_UNCLEAN = ("holds a control character", "remove it")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value and its key stand, as (line, column) from 1; `start` and `end` are offsets."""

    value: tuple[int, int]
    key: tuple[int, int] | None = None
    start: int = 0
    end: int = 0
    #: `'`, `"`, `|`, `>`; None: plain, or no scalar.
    style: str | None = None


@dataclass(slots=True)
class Document:
    """The data of one file (dicts, lists, texts), and where each of it was found."""

    name: str
    source: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    spots: dict[Loc, Spot] = field(default_factory=dict)
    #: Values that hold something of the environment, as the file writes them.
    private: dict[Loc, str] = field(default_factory=dict)
    #: Values that lack a variable: what they are is not known.
    unset: set[Loc] = field(default_factory=set)
    mistakes: list[Mistake] = field(default_factory=list)

    def mistake(self, loc: Loc, problem: str, mend: str = "", *, at_key: bool = False) -> Mistake:
        """One about this value; it stands where the value does, or the nearest thing around it."""
        spot = self._nearest(loc)
        return self.mistake_at((at_key and spot.key) or spot.value, loc, problem, mend)

    def mistake_within(
        self, loc: Loc, line: int, column: int, problem: str, mend: str = ""
    ) -> Mistake:
        """One about what stands at this line and column of a text, spaces around it not counted."""
        return self.mistake_at(self._place_within(loc, line, column), loc, problem, mend)

    def check_text(self, text: str, loc: Loc) -> None:
        """Notes what no text of the file may hold."""
        if not _is_clean(text):
            self.mistakes.append(self.mistake(loc, *_UNCLEAN))

    def at(self, loc: Loc) -> Any:
        """What stands there; None for nothing."""
        return _at(self.data, loc)

    def written(self, loc: Loc) -> str:
        """A text as the file writes it, on one line: where it says `${NAME}`, that."""
        while loc and loc not in self.spots:
            loc = loc[:-1]
        value = self.private.get(loc, self.at(loc))
        return " ".join(value.split()) if isinstance(value, str) else ""

    def line_of(self, loc: Loc) -> int:
        return self._nearest(loc).value[0]

    def _nearest(self, loc: Loc) -> Spot:
        while loc and loc not in self.spots:
            loc = loc[:-1]
        return self.spots.get(loc, Spot((1, 1)))

    def mistake_at(self, at: tuple[int, int], loc: Loc, problem: str, mend: str) -> Mistake:
        """One about this value, at this line and column of the file."""
        if loc in self.private and (value := self.at(loc)):
            # Whoever found the problem quotes the value, and that may be a secret.
            problem = problem.replace(value.strip(), self.private[loc])
            mend = mend.replace(value.strip(), self.private[loc])
        return Mistake(
            self.name, *at, printable(key_path(loc)), printable(problem), printable(mend)
        )

    def _place_within(self, loc: Loc, line: int, column: int) -> tuple[int, int]:
        """YAML folds lines and drops indentation, but keeps every other character in order: count
        those.  Where it does not (escapes, `${…}`), the start of the value has to do."""
        spot = self._nearest(loc)
        value = self.at(loc)
        if not isinstance(value, str) or loc in self.private:
            return spot.value
        value = value.strip()
        start = spot.start
        if spot.style in ("|", ">"):
            start = self.source.find("\n", start) + 1
        elif spot.style:
            start += 1
        raw = self.source[start : spot.end - (spot.style in ("'", '"'))]
        if _squeezed(raw) != _squeezed(value):
            return spot.value
        before = len(_squeezed(value[: _offset(value, line, column)]))
        dark = [index for index, char in enumerate(raw) if not char.isspace()]
        if before >= len(dark):
            return spot.value
        return place(self.source, start + dark[before])


def key_path(loc: Loc) -> str:
    """`feeds[7].every`; `file` for the whole."""
    parts = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc)
    return parts.lstrip(".") or "file"


def _at(data: Any, loc: Loc) -> Any:
    for part in loc:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _is_clean(text: str) -> bool:
    if text.isprintable():
        return True
    return not any(
        unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t" for char in text
    )


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _offset(text: str, line: int, column: int) -> int:
    lines = text.split("\n")
    return sum(len(one) + 1 for one in lines[: line - 1]) + column - 1
