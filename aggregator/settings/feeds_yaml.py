"""The operators' file as plain data, with the place of every key and value.

YAML 1.2 is read from the parser's events, and every scalar stays the text it was written as: `off`,
`no`, `22:00`, `07:00` and `2024` arrive as an operator sees them; the settings say what they mean.
A key with nothing after it counts as not written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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

from aggregator.settings.broken_yaml import place, why_broken
from aggregator.settings.document import Document, Loc, Spot
from aggregator.settings.environment import substitute
from aggregator.settings.file_text import fail, text_of

#: What the program can need is far below; a file beyond is a mistake or an attack.
MAX_DEPTH = 16
MAX_VALUES = 500_000

_VALUES = (ScalarEvent, SequenceStartEvent, MappingStartEvent, AliasEvent)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
#: A key that holds its value: `{every:2h}`.
_TWO_WORDS = re.compile(r"([a-z_]+):\S.*")
_COLON = re.compile(r"\s*:")
_CORE_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool"))
#: What the parser is known to raise, beside its own errors, on text that is no YAML.
_ODD = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)


def read(path: Path, environ: Mapping[str, str]) -> Document:
    """The file with its `${…}` replaced.  Raises SettingsError when it cannot be read as YAML; what
    is wrong with single values is left in `mistakes`."""
    document = parse(path)
    substitute(document, path, environ)
    return document


def parse(path: Path) -> Document:
    """The file as it is written, `${…}` and all.  Raises SettingsError as `read` does."""
    return _Reader(Document(path.name, text_of(path))).read()


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
        fail(self.document.name, at, "file", problem, mend)

    def _events(self) -> Iterator[Event]:
        # The parser is the border: whatever it raises on odd input is a mistake in the file.
        try:
            yield from YAML(typ="safe", pure=True).parse(self.document.source)
        except MarkedYAMLError as error:
            fail(self.document.name, *why_broken(error, self.document.source))
        except YAMLError as error:
            offset = getattr(error, "position", 0)
            at = place(self.document.source, offset if isinstance(offset, int) else 0)
            fail(self.document.name, at, "yaml", "a control character stands here", "remove it")
        except _ODD:
            fail(self.document.name, (1, 1), "yaml", "cannot be read as YAML")

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
                elif not self._has_colon(key):
                    self._add(key.at, loc, *_without_colon(name))
        return data

    def _has_colon(self, key: _Node) -> bool:
        """Within { } a key may stand without one: `{every:2h}` is a key, and nothing behind it."""
        return bool(_COLON.match(self.document.source, key.event.end_mark.index))

    def _check_tag(self, node: _Node, loc: Loc) -> None:
        tag = getattr(node.event, "tag", None)
        if tag is not None and str(tag) not in _CORE_TAGS:
            short = str(tag).replace("tag:yaml.org,2002:", "!!")
            self._add(node.at, loc, f"the tag {short} is not read", "remove it")

    def _check_text(self, text: str | None, loc: Loc) -> None:
        if text is not None:
            self.document.check_text(text, loc)

    def _add(self, at: tuple[int, int], loc: Loc, problem: str, mend: str) -> None:
        self.document.mistakes.append(self.document.mistake_at(at, loc, problem, mend))


def _without_colon(key: str) -> tuple[str, str]:
    """The problem and the mend of a key that no colon follows."""
    if parts := _TWO_WORDS.fullmatch(key):
        return "a space is missing behind the colon", f"write {parts[1]}: …"
    return "a key without its colon", "write key: value"
