"""Is feeds.yaml right?  Every section against its model, then what the sections say of each other.

All mistakes are found in one pass: what is wrong in an item is left out of it before items are
compared, and a wrong item's name still counts as known, so that one mistake is told once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from aggregator.alerting import channels as channel_files
from aggregator.alerting.channels import channel_types
from aggregator.alerting.options import ChannelOptions
from aggregator.errors import Mistake
from aggregator.settings.document import Document, Loc
from aggregator.settings.plain import OPERATORS, ChannelSettings
from aggregator.settings.sections import (
    Defaults,
    FeedSection,
    File,
    NetworkSection,
    OperatorsSection,
    PersonSection,
    RetentionSection,
    Section,
    WatchSection,
    WebSection,
)
from aggregator.settings.values import StorageUrl, Texts, nearest
from aggregator.settings.watches import wrong_expressions

M = TypeVar("M", bound=BaseModel)

#: Longer values are cut where a mistake shows them.
SHOWN = 60

#: What needs no quotes inside [ ].
_PLAIN = re.compile(r"\w[\w ,./-]*")
_EXAMPLES = {"url": "https://host/feed.xml", "name": "a name"}
_MISSING_FEEDS = "write feeds: and an address under it"


@dataclass(slots=True)
class Checked:
    """What of a document is right, by where it stands, and what is wrong with the rest."""

    defaults: Defaults = field(default_factory=Defaults)
    feeds: dict[int, FeedSection] = field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    watches: dict[int, WatchSection] = field(default_factory=dict)
    people: dict[int, PersonSection] = field(default_factory=dict)
    channels: dict[str, ChannelSettings] = field(default_factory=dict)
    operators: OperatorsSection = field(default_factory=OperatorsSection)
    storage: str = ""
    network: NetworkSection = field(default_factory=NetworkSection)
    web: WebSection = field(default_factory=WebSection)
    retention: RetentionSection = field(default_factory=RetentionSection)
    mistakes: list[Mistake] = field(default_factory=list)


def check(document: Document) -> Checked:
    """Everything in the document, and every mistake in it, in the order of the file."""
    checker = _Checker(document)
    checked = checker.sections()
    checked.mistakes = [*document.mistakes, *checker.mistakes]
    checked.mistakes += [
        *_twice(document, "feeds", "url"),
        *_twice(document, "feeds", "name"),
        *_twice(document, "watches", "name"),
        *_twice(document, "people", "name"),
        *_taken_names(document),
        *_unknown_names(document, checked),
        *wrong_expressions(document, checked.groups, checked.watches),
    ]
    checked.mistakes = sorted(set(checked.mistakes))
    return checked


# ── each section by itself ────────────────────────────────────────────────────────────────────────


class _Checker:
    """Holds each part of the data against its model, and collects what is wrong."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.data = document.data
        self.mistakes: list[Mistake] = []

    def sections(self) -> Checked:
        for key in self.data:
            if key not in File.model_fields:
                self._unknown((key,), File)
        if not self.data.get("feeds"):
            self._add(("feeds",), "there are no feeds", _MISSING_FEEDS)
        return Checked(
            defaults=self._section(Defaults, "defaults"),
            feeds=self._items(FeedSection, "feeds"),
            groups=self._groups(),
            watches=self._items(WatchSection, "watches"),
            people=self._items(PersonSection, "people"),
            channels=self._channels(),
            operators=self._section(OperatorsSection, "operators"),
            storage=self._storage(),
            network=self._section(NetworkSection, "network"),
            web=self._section(WebSection, "web"),
            retention=self._section(RetentionSection, "retention"),
        )

    def _section(self, model: type[M], key: str) -> M:
        return self._valid(model, self.data.get(key, {}), (key,)) or model()

    def _items(self, model: type[M], key: str) -> dict[int, M]:
        items = self.data.get(key, [])
        if not isinstance(items, list):
            self._add((key,), "must be a list", "begin each item with a dash and a space: - …")
            return {}
        valid = {i: self._valid(model, item, (key, i)) for i, item in enumerate(items)}
        return {i: item for i, item in valid.items() if item is not None}

    def _groups(self) -> dict[str, tuple[str, ...]]:
        groups = self.data.get("groups", {})
        if not isinstance(groups, dict):
            self._add(("groups",), "must be names with lists", "write name: [word, word]")
            return {}
        valid = {
            name: self._typed(Texts, words, ("groups", name)) for name, words in groups.items()
        }
        return {name: words for name, words in valid.items() if words is not None}

    def _channels(self) -> dict[str, ChannelSettings]:
        raw = self.data.get("channels", {})
        if not isinstance(raw, dict):
            self._add(("channels",), "must be names with options", "write email: {from: …}")
            return {}
        # These two need no entry of their own: mail goes to data/outbox, the console is there.
        named = {"email": {}, "console": {}, **raw}
        valid = {name: self._channel(name, options) for name, options in named.items()}
        return {name: channel for name, channel in valid.items() if channel is not None}

    def _channel(self, name: str, raw: Any) -> ChannelSettings | None:
        loc: Loc = ("channels", name)
        if not isinstance(raw, dict):
            self._add(loc, "must be options", "write {type: …, …}")
            return None
        type_ = raw.get("type", name)
        if not isinstance(type_, str) or type_ not in channel_types():
            self._unknown_channel(loc, type_, "type" in raw)
            return None
        model: type[ChannelOptions] = channel_files.module(type_).Options
        options = self._valid(model, {k: v for k, v in raw.items() if k != "type"}, loc)
        return ChannelSettings(type_, options) if options is not None else None

    def _unknown_channel(self, loc: Loc, type_: Any, is_given: bool) -> None:
        known = channel_types()
        if not is_given:
            self._add(loc, "has no type", f"write type: {' or '.join(known)}")
        else:
            mend = nearest(str(type_), known) or f"write {' or '.join(known)}"
            self._add((*loc, "type"), "{value} is not a channel", mend)

    def _storage(self) -> str:
        default: str = File.model_fields["storage"].default
        if "storage" not in self.data:
            return default
        return self._typed(StorageUrl, self.data["storage"], ("storage",)) or default

    def _valid(self, model: type[M], raw: Any, loc: Loc) -> M | None:
        if model is FeedSection and isinstance(raw, str):
            raw = {"url": raw}
        try:
            return model.model_validate(raw)
        except ValidationError as error:
            self._explain(error, model, loc)
            return self._rest(model, raw, error)

    def _rest(self, model: type[M], raw: Any, error: ValidationError) -> M | None:
        """The item without what is wrong in it, so that the rest can be compared with others."""
        wrong = {detail["loc"][0] for detail in error.errors() if detail["loc"]}
        try:
            right = {key: value for key, value in raw.items() if key not in wrong}
            return model.model_validate(right)
        except (AttributeError, ValidationError):
            return None

    def _typed(self, kind: Any, raw: Any, loc: Loc) -> Any:
        try:
            return TypeAdapter(kind).validate_python(raw)
        except ValidationError as error:
            self._explain(error, None, loc)
            return None

    def _explain(self, error: ValidationError, model: type[BaseModel] | None, loc: Loc) -> None:
        for detail in error.errors(include_url=False):
            path = (*loc, *(part for part in detail["loc"] if part != "[key]"))
            if detail["type"] == "extra_forbidden":
                self._unknown(path, _model_at(model, detail["loc"][:-1]))
            elif detail["type"] == "missing":
                example = "…" if loc[0] == "channels" else _EXAMPLES.get(str(path[-1]), "…")
                self._add(path, "is missing", f"write {path[-1]}: {example}")
            else:
                self._add(path, *_worded(detail))

    def _unknown(self, loc: Loc, model: type[BaseModel] | None) -> None:
        known = _keys(model)
        mend = nearest(str(loc[-1]), known) or _home(loc) or f"known here: {', '.join(known)}"
        self._add(loc, "is not a known key", mend, at_key=True)

    def _add(self, loc: Loc, problem: str, mend: str = "", *, at_key: bool = False) -> None:
        if any(loc[:length] in self.document.unset for length in range(len(loc) + 1)):
            return
        bare = self._bare(loc)
        item = bare if _PLAIN.fullmatch(bare) else f'"{bare}"'
        for name, text in (("{value}", f'"{bare}"'), ("{bare}", bare), ("{item}", item)):
            problem, mend = problem.replace(name, text), mend.replace(name, text)
        self.mistakes.append(self.document.mistake(loc, problem, mend, at_key=at_key))

    def _bare(self, loc: Loc) -> str:
        text = self.document.written(loc)
        return text if len(text) <= SHOWN else text[: SHOWN - 1].rstrip() + "…"


def _worded(detail: Any) -> tuple[str, str]:
    """The problem and the mend of what pydantic, or a type of `sections`, found."""
    if detail["type"] == "mistake":
        return detail["ctx"]["problem"], detail["ctx"]["mend"]
    if detail["input"] is None:
        return "is empty", "write something, or remove the line"
    if detail["type"] in ("model_type", "dict_type", "mapping_type", "model_attributes_type"):
        return "must be keys with values", "write key: value"
    if detail["type"] in ("list_type", "tuple_type", "set_type"):
        return "must be a list", "write [a, b]"
    if detail["type"] == "string_type":
        return "must be a text", "write it on one line"
    if detail["type"].startswith("int_"):
        return "{value} is not a whole number", "write 10"
    if detail["type"] == "greater_than":
        return f"must be more than {detail['ctx']['gt']}", "write 10"
    if detail["type"] == "less_than_equal":
        return f"must be {detail['ctx']['le']} at most", f"write {detail['ctx']['le']}"
    if detail["type"] == "literal_error":
        allowed = detail["ctx"]["expected"].replace("'", "")
        return f"{{value}} is not {allowed}", f"write {allowed}"
    message: str = detail["msg"]
    problem = message.removeprefix("Value error, ").rstrip(".")
    return problem[:1].lower() + problem[1:], ""


def _model_at(model: type[BaseModel] | None, path: Iterable[Any]) -> type[BaseModel] | None:
    for part in path:
        fields = model.model_fields if model else {}
        kind = fields[part].annotation if part in fields else None
        model = kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None
    return model


def _keys(model: type[BaseModel] | None) -> list[str]:
    if model is None:
        return []
    return [field.alias or name for name, field in model.model_fields.items()]


def _home(loc: Loc) -> str:
    """Where a key belongs that stands in the wrong section."""
    for name, field_ in File.model_fields.items():
        kind = field_.annotation
        if isinstance(kind, type) and issubclass(kind, Section) and loc[-1] in _keys(kind):
            return f"it belongs under {name}:"
    return ""


# ── what the sections say of each other ───────────────────────────────────────────────────────────


def _twice(document: Document, key: str, name: str) -> Iterator[Mistake]:
    first: dict[str, int] = {}
    for index, value in _named(document, key, name):
        if value in first:
            line = document.line_of((key, first[value], name))
            mend = "keep one" if name == "url" else "give each its own"
            yield document.mistake((key, index, name), f"stands twice, first on line {line}", mend)
        first.setdefault(value, index)


def _named(document: Document, key: str, name: str) -> Iterator[tuple[int, str]]:
    """The texts under this name in every item of a list, right or wrong; a bare feed is its URL."""
    items = document.data.get(key)
    for index, item in enumerate(items if isinstance(items, list) else ()):
        value = item.get(name) if isinstance(item, dict) else item if name == "url" else None
        if isinstance(value, str) and value.strip():
            yield index, value.strip()


def _taken_names(document: Document) -> Iterator[Mistake]:
    for index, name in _named(document, "people", "name"):
        if name == OPERATORS:
            problem = "is what those under operators: are called"
            yield document.mistake(("people", index, "name"), problem, "give another name")


def _unknown_names(document: Document, checked: Checked) -> Iterator[Mistake]:
    watches = {name for _, name in _named(document, "watches", "name")}
    feeds = {name for _, name in _named(document, "feeds", "name")} | set(_tags(document))
    raw_channels = document.data.get("channels")
    channels = {"email", "console", *(raw_channels if isinstance(raw_channels, dict) else ())}

    def unknown(loc: Loc, names: Iterable[str], known: set[str], what: str) -> Iterator[Mistake]:
        for index, name in enumerate(names):
            if name not in known:
                place = (*loc, index)
                mend = nearest(name, known) or (
                    f"known: {', '.join(sorted(known)[:8])}"
                    if known
                    else "there is none: take it out"
                )
                problem = f'"{document.written(place)}" is no {what}'
                yield document.mistake(place, problem, mend)

    for i, watch in checked.watches.items():
        yield from unknown(("watches", i, "feeds"), watch.feeds, feeds, "feed's name or tag")
    for i, person in checked.people.items():
        yield from unknown(("people", i, "watches"), person.watches or (), watches, "watch")
        yield from unknown(("people", i, "alerts"), person.alerts, channels, "channel")
    yield from unknown(("operators", "channels"), checked.operators.channels, channels, "channel")


def _tags(document: Document) -> Iterator[str]:
    feeds = document.data.get("feeds")
    for feed in feeds if isinstance(feeds, list) else ():
        tags = feed.get("tags") if isinstance(feed, dict) else None
        if isinstance(tags, list):
            yield from (tag.strip() for tag in tags if isinstance(tag, str))
