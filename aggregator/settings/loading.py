"""From feeds.yaml to Settings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import tzlocal

from aggregator.errors import SettingsError
from aggregator.models import ArticleRule, Feed, Person
from aggregator.settings import feeds_yaml
from aggregator.settings.checking import Checked, check
from aggregator.settings.document import Document
from aggregator.settings.oddities import oddities
from aggregator.settings.plain import (
    NOBODY,
    HiddenValues,
    Network,
    Operators,
    Retention,
    Settings,
    Web,
)
from aggregator.settings.sections import Defaults, FeedSection, PersonSection
from aggregator.settings.shown import in_force
from aggregator.settings.watches import as_watch


def load(path: Path, environ: Mapping[str, str]) -> Settings:
    """The settings in this file.  Raises SettingsError with every mistake in it."""
    document = feeds_yaml.read(path, environ)
    checked = check(document)
    if checked.mistakes:
        raise SettingsError(tuple(checked.mistakes))
    return _settings(path.absolute(), document, checked)


# ── from sections to plain values ─────────────────────────────────────────────────────────────────


def _settings(path: Path, document: Document, checked: Checked) -> Settings:
    operators, network = checked.operators, checked.network
    host, _, port = checked.web.listen.rpartition(":")
    machine = _machine_timezone()
    storage = f"sqlite:///{_resolved(path.parent, checked.storage)}"
    return Settings(
        path=path,
        feeds=tuple(_feed(feed, checked.defaults) for feed in checked.feeds.values()),
        watches=tuple(map(as_watch, checked.watches.values())),
        groups=checked.groups,
        people=tuple(_person(one, machine) for one in checked.people.values()) or (NOBODY,),
        channels=checked.channels,
        operators=Operators(
            operators.channels,
            operators.email or "",
            operators.heartbeat.get_secret_value(),
            machine,
        ),
        storage=storage,
        network=Network(network.contact or "", network.allow_private, network.pause),
        web=Web(host.strip("[]"), int(port)),
        retention=Retention(
            checked.retention.articles, checked.retention.pages, checked.retention.polls
        ),
        sections=frozenset(document.data),
        warnings=tuple(sorted(oddities(document, checked))),
        in_force=in_force(document, checked, storage=storage, timezone=machine),
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


def _person(section: PersonSection, machine: ZoneInfo) -> Person:
    return Person(
        name=section.name,
        email=section.email or "",
        timezone=section.timezone or machine,
        watches=section.watches,
        alerts=section.alerts,
        digest=section.digest,
        quiet=section.quiet,
        cap=section.cap,
    )


def _machine_timezone() -> ZoneInfo:
    return ZoneInfo(tzlocal.get_localzone_name() or "UTC")
