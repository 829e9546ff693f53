"""feeds.yaml becomes Settings: plain values for everyone else, or every mistake with its place.

feeds_yaml  text ▶ data with places, `${NAME}` replaced
sections    the models: types, defaults, what a wrong value should have been
checking    each section, then what they say of each other
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import tzlocal
from pydantic import BaseModel, SecretStr
from ruamel.yaml import YAML

from aggregator import feeds_yaml
from aggregator.checking import ChannelSettings, Checked, as_watch, channel_types, check
from aggregator.errors import Mistake, SettingsError
from aggregator.feeds_yaml import Document
from aggregator.models import ArticleRule, Feed, Person, Watch
from aggregator.sections import Defaults, FeedSection, File, PersonSection, parse_duration

__all__ = [
    "ChannelSettings",
    "Network",
    "Operators",
    "Retention",
    "Settings",
    "Web",
    "effective",
    "json_schema",
    "load",
    "parse_duration",
]

#: Whom alerts reach when the file names nobody.
NOBODY = Person(name="console", alerts=("console",))
HIDDEN = "***"


class HiddenValues(dict[str, str]):
    """Headers to be sent, which may be secrets: never shown."""

    def __repr__(self) -> str:
        return repr(dict.fromkeys(self, HIDDEN))


@dataclass(frozen=True, slots=True)
class Operators:
    """Who is told when a source, a channel or the settings go wrong."""

    channels: tuple[str, ...] = ("email",)
    email: str = ""
    #: Its address is its secret; "" for none.
    heartbeat: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Network:
    """How the program shows itself to other machines, and which of them it may reach."""

    contact: str = ""
    #: Addresses, ranges and names of hosts.
    allow_private: tuple[str, ...] = ()
    pause: timedelta = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Web:
    """Where the analysts' page is served."""

    host: str = "127.0.0.1"
    port: int = 8080


@dataclass(frozen=True, slots=True)
class Retention:
    """How long texts are kept."""

    articles: timedelta = timedelta(days=365)
    pages: timedelta = timedelta(days=30)


@dataclass(frozen=True, repr=False)
class Settings:
    """What the operators ask for, checked, with every default filled in."""

    #: Absolute.
    path: Path
    feeds: tuple[Feed, ...]
    watches: tuple[Watch, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    people: tuple[Person, ...] = (NOBODY,)
    channels: Mapping[str, ChannelSettings] = field(default_factory=dict)
    operators: Operators = Operators()
    #: `sqlite:///` and an absolute path.
    storage: str = ""
    network: Network = Network()
    web: Web = Web()
    retention: Retention = Retention()
    warnings: tuple[Mistake, ...] = ()
    #: The file with its defaults and without its secrets.
    in_force: Mapping[str, Any] = field(default_factory=dict)

    @property
    def directory(self) -> Path:
        """What relative paths are relative to."""
        return self.path.parent

    @cached_property
    def feeds_by_url(self) -> Mapping[str, Feed]:
        return {feed.url: feed for feed in self.feeds}

    def __repr__(self) -> str:
        return (
            f"Settings({str(self.path)!r}, feeds={len(self.feeds)}, "
            f"watches={len(self.watches)}, people={len(self.people)})"
        )


def load(path: Path, environ: Mapping[str, str]) -> Settings:
    """The settings in this file.  Raises SettingsError with every mistake in it."""
    document = feeds_yaml.read(path, environ)
    checked = check(document)
    if checked.mistakes:
        raise SettingsError(tuple(checked.mistakes))
    return _settings(path.absolute(), document, checked)


def effective(settings: Settings) -> str:
    """The settings in force as YAML: defaults filled in, secrets as ***."""
    yaml = YAML(pure=True)
    yaml.width = 10_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    text = io.StringIO()
    yaml.dump(dict(settings.in_force), text)
    return text.getvalue().rstrip("\n")


def json_schema() -> dict[str, Any]:
    """The form of feeds.yaml, for editors (JSON Schema 2020-12)."""
    schema = File.model_json_schema(by_alias=True)
    properties = schema["properties"]
    properties["feeds"]["items"] = {"anyOf": [{"type": "string"}, properties["feeds"]["items"]]}
    properties["channels"]["additionalProperties"] = {
        "type": "object",
        "properties": {"type": {"type": "string", "examples": channel_types()}},
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


# ── from sections to plain values ─────────────────────────────────────────────────────────────────


def _settings(path: Path, document: Document, checked: Checked) -> Settings:
    operators, network = checked.operators, checked.network
    host, _, port = checked.web.listen.rpartition(":")
    storage = f"sqlite:///{_resolved(path.parent, checked.storage)}"
    return Settings(
        path=path,
        feeds=tuple(_feed(feed, checked.defaults) for feed in checked.feeds.values()),
        watches=tuple(map(as_watch, checked.watches.values())),
        groups=checked.groups,
        people=tuple(map(_person, checked.people.values())) or (NOBODY,),
        channels=checked.channels,
        operators=Operators(
            operators.channels, operators.email or "", operators.heartbeat.get_secret_value()
        ),
        storage=storage,
        network=Network(network.contact or "", network.allow_private, network.pause),
        web=Web(host.strip("[]"), int(port)),
        retention=Retention(checked.retention.articles, checked.retention.pages),
        warnings=tuple(checked.warnings),
        in_force=_in_force(document, checked, storage),
    )


def _resolved(directory: Path, storage: str) -> Path:
    return (directory / storage.removeprefix("sqlite:///")).absolute()


def _feed(section: FeedSection, defaults: Defaults) -> Feed:
    def own(name: str) -> Any:
        value = getattr(section, name)
        return getattr(defaults, name) if value is None else value

    headers = {name: value.get_secret_value() for name, value in section.headers.items()}
    return Feed(
        url=section.url,
        name=section.name,
        tags=section.tags,
        every=own("every"),
        full_text=own("full_text"),
        alert_on_first_poll=own("alert_on_first_poll"),
        alert_max_age=own("alert_max_age"),
        language=section.language,
        headers=HiddenValues(headers),
        article=ArticleRule(section.article.select, section.article.remove),
        identity=section.identity,
    )


def _person(section: PersonSection) -> Person:
    return Person(
        name=section.name,
        email=section.email or "",
        timezone=section.timezone or _machine_timezone(),
        watches=section.watches,
        alerts=section.alerts,
        digest=section.digest,
        quiet=section.quiet,
    )


def _machine_timezone() -> ZoneInfo:
    return ZoneInfo(tzlocal.get_localzone_name() or "UTC")


# ── shown ─────────────────────────────────────────────────────────────────────────────────────────


def _in_force(document: Document, checked: Checked, storage: str) -> dict[str, Any]:
    people = [
        {**_written(person), "timezone": str(person.timezone or _machine_timezone())}
        for person in checked.people.values()
    ]
    shown: dict[str, Any] = {
        "defaults": _filled(checked.defaults),
        "feeds": [_written(feed) for feed in checked.feeds.values()],
        "groups": {name: list(words) for name, words in checked.groups.items()},
        "watches": [_written(watch) for watch in checked.watches.values()],
        "people": people,
        "channels": {
            name: {"type": channel.type, **_filled(channel.options)}
            for name, channel in checked.channels.items()
        },
        "operators": _filled(checked.operators),
        "storage": storage,
        "network": _filled(checked.network),
        "web": _filled(checked.web),
        "retention": _filled(checked.retention),
    }
    _hide(shown, document)
    return shown


def _written(section: BaseModel) -> dict[str, Any]:
    values = section.model_dump(by_alias=True, exclude_unset=True).items()
    return {name: _plain(value) for name, value in values}


def _filled(section: BaseModel) -> dict[str, Any]:
    values = section.model_dump(by_alias=True).items()
    return {name: _plain(value) for name, value in values if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, SecretStr):
        return HIDDEN if value.get_secret_value() else ""
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items() if one is not None}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value if isinstance(value, (str, bool, int, float)) else str(value)


def _hide(shown: dict[str, Any], document: Document) -> None:
    """What came from the environment is shown as the file writes it; passwords in URLs are not."""
    for loc, written in document.private.items():
        holder: Any = shown
        for part in loc[:-1]:
            holder = holder[part]
        if isinstance(holder[loc[-1]], dict):
            holder, loc = holder[loc[-1]], (*loc, "url")
        if holder.get(loc[-1]) if isinstance(holder, dict) else True:
            holder[loc[-1]] = holder[loc[-1]] if holder[loc[-1]] == HIDDEN else written
    for feed in shown["feeds"]:
        feed["url"] = _without_password(feed["url"])


def _without_password(url: str) -> str:
    if "${" in url:
        return url
    password = urlsplit(url).password
    return url.replace(f":{password}@", f":{HIDDEN}@", 1) if password else url
