"""The operators' file as plain data, with the place of every key and value.

YAML 1.2 is read from the parser's events, and every scalar stays the text it was written as: `off`,
`no`, `22:00`, `07:00` and `2024` arrive as an operator sees them; the settings say what they mean.
A key with nothing after it counts as not written.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from aggregator.errors import Mistake, SettingsError
from aggregator.settings.broken_yaml import place, why_broken
from aggregator.settings.environment import expand, parse_env
from aggregator.text.printable import printable

#: Where something stands in the data: `("feeds", 7, "every")`.
Loc = tuple[str | int, ...]

#: What the program can need is far below; a file beyond is a mistake or an attack.
MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 16
MAX_VALUES = 500_000

_VALUES = (ScalarEvent, SequenceStartEvent, MappingStartEvent, AliasEvent)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_UNCLEAN = ("holds a control character", "remove it")
_CORE_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool"))


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


def read(path: Path, environ: Mapping[str, str]) -> Document:
    """The file with its `${…}` replaced.  Raises SettingsError when it cannot be read as YAML; what
    is wrong with single values is left in `mistakes`."""
    document = parse(path)
    variables = {**_env_file(path.parent / ".env", document), **environ}
    _substitute(document, variables)
    return document


def parse(path: Path) -> Document:
    """The file as it is written, `${…}` and all.  Raises SettingsError as `read` does."""
    return _Reader(Document(path.name, _text(path))).read()


def key_path(loc: Loc) -> str:
    """`feeds[7].every`; `file` for the whole."""
    parts = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc)
    return parts.lstrip(".") or "file"


# ── bytes to text ─────────────────────────────────────────────────────────────────────────────────


def _text(path: Path) -> str:
    return _decoded(_bytes(path), path.name)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            body = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        _fail(str(path), (0, 0), "file", "does not exist", "name another with --config")
    except IsADirectoryError:
        _fail(str(path), (0, 0), "file", "is a folder", "name the file in it with --config")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        _fail(str(path), (0, 0), "file", f"cannot be read: {reason}")
    if len(body) > MAX_BYTES:
        _fail(path.name, (1, 1), "file", "is larger than 2 MB", "name the settings with --config")
    return body


def _decoded(body: bytes, name: str) -> str:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        _fail(name, (1, 1), "file", "is in UTF-16", "save it as UTF-8")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        good = error.object[: error.start].decode("utf-8", "replace")
        _fail(name, place(good, len(good)), "file", "is not in UTF-8", "save it as UTF-8")


#: What the parser is known to raise, beside its own errors, on text that is no YAML.
_ODD = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)


def _fail(name: str, at: tuple[int, int], key: str, problem: str, mend: str = "") -> NoReturn:
    raise SettingsError((Mistake(name, *at, key, printable(problem), printable(mend)),))


# ── text to data ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Node:
    """A value as the events give it: a text, or nodes (of a mapping: key and value in turn)."""

    event: Any
    text: str | None = None
    children: tuple[_Node, ...] = ()

    @property
    def at(self) -> tuple[int, int]:
        return self.event.start_mark.line + 1, self.event.start_mark.column + 1

    @property
    def is_empty(self) -> bool:
        return isinstance(self.event, ScalarEvent) and self.text is None


class _Reader:
    """Makes the data of one document out of the parser's events."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.anchors: dict[str, _Node] = {}
        self.values = 0

    def read(self) -> Document:
        try:
            root = self._root(self._events())
        except RecursionError:
            self._fail((1, 1), "is nested too deep", "indent less")
        if root is None or root.is_empty:
            self._fail((1, 1), "is empty", "write feeds: and an address under it")
        data = self._value(root, ())
        if not isinstance(data, dict):
            self._fail(root.at, "holds no keys at its top", "begin with feeds:")
        self.document.data = data
        return self.document

    def _fail(self, at: tuple[int, int], problem: str, mend: str) -> NoReturn:
        _fail(self.document.name, at, "file", problem, mend)

    def _events(self) -> Iterator[Event]:
        # The parser is the border: whatever it raises on odd input is a mistake in the file.
        try:
            yield from YAML(typ="safe", pure=True).parse(self.document.source)
        except MarkedYAMLError as error:
            _fail(self.document.name, *why_broken(error, self.document.source))
        except YAMLError as error:
            offset = getattr(error, "position", 0)
            at = place(self.document.source, offset if isinstance(offset, int) else 0)
            _fail(self.document.name, at, "yaml", "a control character stands here", "remove it")
        except _ODD:
            _fail(self.document.name, (1, 1), "yaml", "cannot be read as YAML")

    def _root(self, events: Iterator[Event]) -> _Node | None:
        root: _Node | None = None
        for event in events:
            if isinstance(event, _VALUES):
                root = self._node(event, events, 0)
            elif isinstance(event, DocumentStartEvent) and root is not None:
                self._fail(_Node(event).at, "a second document begins here", "remove the line ---")
        return root

    def _node(self, event: Any, events: Iterator[Event], depth: int) -> _Node:
        if depth > MAX_DEPTH:
            self._fail(_Node(event).at, "is nested too deep", "indent less")
        if isinstance(event, AliasEvent):
            return self._aliased(event)
        if isinstance(event, ScalarEvent):
            plain = event.style is None and event.tag is None
            node = _Node(event, None if plain and event.value in _NULLS else event.value)
        else:
            node = _Node(event, children=tuple(self._children(events, depth)))
        if node.event.anchor:
            self.anchors[node.event.anchor] = node
        return node

    def _aliased(self, event: Any) -> _Node:
        if event.anchor not in self.anchors:
            problem = f"*{event.anchor} refers to nothing"
            self._fail(_Node(event).at, problem, "put a text that begins with * in quotes")
        return self.anchors[event.anchor]

    def _children(self, events: Iterator[Event], depth: int) -> Iterator[_Node]:
        for event in events:
            if not isinstance(event, _VALUES):
                return
            yield self._node(event, events, depth + 1)

    def _value(self, node: _Node, loc: Loc, key: _Node | None = None) -> Any:
        self.values += 1
        if self.values > MAX_VALUES or len(loc) > MAX_DEPTH:
            self._fail(node.at, "is too large with its aliases written out", "use no * aliases")
        self.document.spots[loc] = Spot(
            value=key.at if key and node.is_empty else node.at,
            key=key.at if key else None,
            start=node.event.start_mark.index,
            end=node.event.end_mark.index,
            style=getattr(node.event, "style", None),
        )
        self._check_tag(node, loc)
        if isinstance(node.event, ScalarEvent):
            self._check_text(node.text, loc)
            return node.text
        if isinstance(node.event, SequenceStartEvent):
            return [self._value(item, (*loc, i)) for i, item in enumerate(node.children)]
        return self._mapping(node, loc)

    def _mapping(self, node: _Node, loc: Loc) -> dict[str, Any]:
        data: dict[str, Any] = {}
        seen: dict[str, _Node] = {}
        for key, value in zip(node.children[::2], node.children[1::2], strict=True):
            name = key.event.value if isinstance(key.event, ScalarEvent) else None
            if name is None:
                self._add(key.at, loc, "a key must be a word", "write key: value")
            elif name == "<<" and key.event.style is None:
                self._add(
                    key.at,
                    (*loc, name),
                    "keys cannot be merged in",
                    "repeat them; what every feed shares goes under defaults:",
                )
            elif name in seen:
                line = seen[name].at[0]
                self._add(key.at, (*loc, name), f"stands twice, first on line {line}", "keep one")
            else:
                seen[name] = key
                found = self._value(value, (*loc, name), key)
                if found is not None:
                    data[name] = found
        return data

    def _check_tag(self, node: _Node, loc: Loc) -> None:
        tag = getattr(node.event, "tag", None)
        if tag is not None and str(tag) not in _CORE_TAGS:
            short = str(tag).replace("tag:yaml.org,2002:", "!!")
            self._add(node.at, loc, f"the tag {short} is not read", "remove it")

    def _check_text(self, text: str | None, loc: Loc) -> None:
        if text is not None and not _is_clean(text):
            self.document.mistakes.append(self.document.mistake(loc, *_UNCLEAN))

    def _add(self, at: tuple[int, int], loc: Loc, problem: str, mend: str) -> None:
        self.document.mistakes.append(self.document.mistake_at(at, loc, problem, mend))


# ── ${NAME} ───────────────────────────────────────────────────────────────────────────────────────


def _env_file(path: Path, document: Document) -> dict[str, str]:
    try:
        text = _text(path)
    except SettingsError as error:
        if path.exists():
            document.mistakes.extend(error.mistakes)
        return {}
    variables, mistakes = parse_env(text, path.name)
    document.mistakes.extend(mistakes)
    return variables


def _substitute(document: Document, variables: Mapping[str, str]) -> None:
    for loc in list(document.spots):
        value = _at(document.data, loc)
        if not isinstance(value, str) or "${" not in value:
            continue
        expansion = expand(value, variables)
        document.mistakes.extend(
            document.mistake(loc, problem, mend) for problem, mend in expansion.problems
        )
        if expansion.problems:
            document.unset.add(loc)
        if expansion.private:
            document.private[loc] = value
        _put(document.data, loc, expansion.text)
        if not _is_clean(expansion.text):
            document.mistakes.append(document.mistake(loc, *_UNCLEAN))


def _at(data: Any, loc: Loc) -> Any:
    for part in loc:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _put(data: Any, loc: Loc, value: str) -> None:
    """A key whose variable is set to nothing counts as not written."""
    for part in loc[:-1]:
        data = data[part]
    if not value and isinstance(data, dict):
        del data[loc[-1]]
    else:
        data[loc[-1]] = value


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
