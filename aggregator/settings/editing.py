"""Edits of the operators' file that leave every byte they are not about as it was.

A writer of YAML would lay the whole file out anew; here an item is put between two places of the
text, or the text between two places is taken out.  The new text is then read: it must hold the old
data and the one change, and be right by every rule of the file.  Otherwise nothing is written.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from aggregator.errors import EditError, SettingsError
from aggregator.settings import feeds_yaml
from aggregator.settings.loading import load

#: What needs no quotes in either style of YAML, and reads as a word to any reader of it.
_PLAIN = re.compile(r"[^\W\d_][\w-]*(?: [\w-]+)*")
_WORDS_OF_YAML = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


def add_items(
    path: Path, key: str, items: Sequence[Mapping[str, Any] | str], environ: Mapping[str, str]
) -> None:
    """Put these at the end of the list under this key of the file, which may lack it.

    Raises SettingsError where the file is wrong, or would be with them, and EditError where it is
    laid out in a way that cannot be edited by rule; then it is as it was.
    """
    text = _Text.of(path)
    data = feeds_yaml.parse(path).data
    if data.get(key):
        edited = text.with_items(text.list_of(key), items)
    else:
        edited = text.with_list(key, items)
    expected = {**data, key: [*data.get(key, []), *map(_as_read, items)]}
    _write(path, text, edited, expected, environ)


def remove_item(path: Path, key: str, index: int, environ: Mapping[str, str]) -> None:
    """Take this item out of the list under this key.  Raises as `add_items` does, and EditError for
    the last one."""
    text = _Text.of(path)
    data = feeds_yaml.parse(path).data
    rest = [item for number, item in enumerate(data[key]) if number != index]
    if not rest:
        raise EditError(f"{path.name}: it is the last under {key}: (add another first)")
    edited = text.without(text.list_of(key), index)
    _write(path, text, edited, {**data, key: rest}, environ)


# ── where things stand ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Sequence:
    """A list in the text."""

    #: In brackets, not under dashes.
    flow: bool
    #: Offsets of each item: [start, end).
    items: tuple[tuple[int, int], ...]
    #: Of the dashes.
    column: int


@dataclass(frozen=True, slots=True)
class _Text:
    """The file as text, its byte order mark and its line ends kept."""

    source: str
    name: str
    bom: bool
    newline: str

    @classmethod
    def of(cls, path: Path) -> _Text:
        source = feeds_yaml.parse(path).source
        bom = path.read_bytes().startswith(b"\xef\xbb\xbf")
        return cls(source, path.name, bom, "\r\n" if "\r\n" in source else "\n")

    def encoded(self, edited: str) -> bytes:
        return edited.encode("utf-8-sig" if self.bom else "utf-8")

    def list_of(self, key: str) -> _Sequence:
        """The list under this key at the top of the file."""
        found = _top_level(self.source).get(key)
        if found is None:
            raise EditError(f"{self.name}: {key}: is no list of its own (edit it by hand)")
        return found

    def with_items(self, spot: _Sequence, items: Sequence[Mapping[str, Any] | str]) -> str:
        if spot.flow:
            before = self.source[: spot.items[-1][1]]
            added = "".join(f", {_flow(item)}" for item in items)
            return before + added + self.source[len(before) :]
        at = self._line_end(spot.items[-1][1])
        added = self._block(items, spot.column)
        if self.source[:at].endswith(("\n", "\r")):
            return self.source[:at] + added + self.source[at:]
        return self.source[:at] + self.newline + added.rstrip("\r\n") + self.source[at:]

    def with_list(self, key: str, items: Sequence[Mapping[str, Any] | str]) -> str:
        """The key may stand there with nothing or `[]` after it; otherwise it goes to the end."""
        added = self._block(items, 2)
        empty = re.search(
            rf"^({re.escape(key)}:)(?:[ \t]*\[[ \t]*\])?([ \t]*(?:#[^\r\n]*)?)(\r?\n|\Z)",
            self.source,
            re.MULTILINE,
        )
        if empty:
            head = empty[1] + empty[2] + (empty[3] or self.newline)
            return self.source[: empty.start()] + head + added + self.source[empty.end() :]
        gap = "" if not self.source or self.source.endswith("\n") else self.newline
        return f"{self.source}{gap}{self.newline}{key}:{self.newline}{added}"

    def without(self, spot: _Sequence, index: int) -> str:
        start, end = spot.items[index]
        if not spot.flow:
            return self.source[: self._line_start(start)] + self.source[self._line_end(end) :]
        if index + 1 < len(spot.items):
            return self.source[:start] + self.source[spot.items[index + 1][0] :]
        return self.source[: spot.items[index - 1][1]] + self.source[end:]

    def _block(self, items: Sequence[Mapping[str, Any] | str], column: int) -> str:
        lines = (line for item in items for line in _block_lines(item))
        return "".join(f"{' ' * column}{line}{self.newline}" for line in lines)

    def _line_start(self, offset: int) -> int:
        return self.source.rfind("\n", 0, offset) + 1

    def _line_end(self, offset: int) -> int:
        """Past the line break; a comment behind an item belongs to it."""
        end = self.source.find("\n", offset)
        return len(self.source) if end < 0 else end + 1


def _top_level(source: str) -> dict[str, _Sequence]:
    """The lists that stand under the keys of the file's one mapping."""
    events = iter(YAML(typ="safe", pure=True).parse(source))
    found: dict[str, _Sequence] = {}
    next(event for event in events if isinstance(event, MappingStartEvent))
    for key in events:
        if not isinstance(key, ScalarEvent):
            break
        value = next(events)
        if isinstance(value, SequenceStartEvent):
            found[key.value] = _sequence(value, events, source)
        else:
            _end_of(value, events, source)
    return found


def _sequence(opening: SequenceStartEvent, events: Iterator[Any], source: str) -> _Sequence:
    items: list[tuple[int, int]] = []
    for event in events:
        if isinstance(event, SequenceEndEvent):
            break
        items.append((event.start_mark.index, _end_of(event, events, source)))
    return _Sequence(bool(opening.flow_style), tuple(items), opening.start_mark.column)


def _end_of(event: Any, events: Iterator[Any], source: str) -> int:
    """Read this value to its end; returns the offset behind its last character."""
    end = int(event.end_mark.index)
    if isinstance(event, ScalarEvent | AliasEvent):
        # For the parser a text under | or > ends where the next thing begins.
        return len(source[:end].rstrip()) if event.style in ("|", ">") else end
    for inner in events:
        if isinstance(inner, SequenceEndEvent | MappingEndEvent):
            return int(inner.end_mark.index) if event.flow_style else end
        end = _end_of(inner, events, source)
    return end


# ── items as text ─────────────────────────────────────────────────────────────────────────────────


def _block_lines(item: Mapping[str, Any] | str) -> Iterator[str]:
    if isinstance(item, str):
        yield f"- {_block_scalar(item)}"
        return
    for number, (key, value) in enumerate(item.items()):
        shown = _block_scalar(value) if isinstance(value, str) else _flow(value)
        yield f"{'  ' if number else '- '}{_scalar(key)}: {shown}"


def _block_scalar(text: str) -> str:
    """An address needs no quotes outside of brackets."""
    plain = re.fullmatch(r"https?://[^\s#'\"{}\[\],&*!|>%@`]+(?<!:)", text)
    return text if plain else _scalar(text)


def _flow(value: Any) -> str:
    if isinstance(value, str):
        return _scalar(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    return "[" + ", ".join(map(_flow, value)) + "]"


def _scalar(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS_OF_YAML:
        return text
    if re.fullmatch(r"[0-9]+[smhd]", text):
        return text
    # JSON's strings are YAML's double-quoted ones.
    return json.dumps(text, ensure_ascii=False)


def _as_read(item: Any) -> Any:
    """As the reader gives it back: everything is a text, a dict or a list."""
    if isinstance(item, Mapping):
        return {key: _as_read(value) for key, value in item.items()}
    return item if isinstance(item, str) else [_as_read(value) for value in item]


# ── writing ───────────────────────────────────────────────────────────────────────────────────────


def _write(
    path: Path, text: _Text, edited: str, expected: Mapping[str, Any], environ: Mapping[str, str]
) -> None:
    target = path.resolve()
    # Beside the file, where the same .env is found.
    try:
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        problem = f"nothing can be written beside it: {error.strerror}"
        raise EditError(f"{path.name}: {problem} (see to the rights of its folder)") from error
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encoded(edited))
            file.flush()
            os.fsync(file.fileno())
        if not _holds(draft, expected):
            raise EditError(f"{path.name}: is laid out in a way of its own (edit it by hand)")
        _refuse_mistakes(draft, path.name, environ)
        if path.read_bytes() != text.encoded(text.source):
            raise EditError(f"{path.name}: was changed by somebody else meanwhile (try again)")
        draft.chmod(target.stat().st_mode & 0o7777)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _holds(draft: Path, expected: Mapping[str, Any]) -> bool:
    try:
        return feeds_yaml.parse(draft).data == expected
    except SettingsError:
        return False


def _refuse_mistakes(draft: Path, name: str, environ: Mapping[str, str]) -> None:
    try:
        load(draft, environ)
    except SettingsError as error:
        raise SettingsError(
            tuple(replace(mistake, file=name) for mistake in error.mistakes)
        ) from None
