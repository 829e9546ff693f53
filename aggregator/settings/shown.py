"""Settings as people and editors see them: without secrets, and as a JSON Schema."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, SecretStr
from ruamel.yaml import YAML

from aggregator.alerting import channels
from aggregator.alerting.channels import channel_types
from aggregator.settings.checking import Checked
from aggregator.settings.document import Document, Loc
from aggregator.settings.plain import HIDDEN, Settings
from aggregator.settings.sections import File


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
    options = {"type": {"type": "string", "examples": list(channel_types())}}
    for type_ in channel_types():
        own = channels.module(type_).Options.model_json_schema()
        options |= own["properties"]
        schema["$defs"] |= own.get("$defs", {})
    properties["channels"]["additionalProperties"] = {"type": "object", "properties": options}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def in_force(
    document: Document, checked: Checked, *, storage: str, timezone: ZoneInfo
) -> dict[str, Any]:
    """The sections in the form of the file, without secrets; `storage` and `timezone` are what is
    meant where the file is relative or silent."""
    shown: dict[str, Any] = {
        "defaults": _filled(checked.defaults),
        "feeds": [_written(feed) for feed in checked.feeds.values()],
        "groups": {name: list(words) for name, words in checked.groups.items()},
        "watches": [_written(watch) for watch in checked.watches.values()],
        "people": [{"timezone": str(timezone), **_written(p)} for p in checked.people.values()],
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
    for loc, written in document.private.items():
        _put_back(shown, loc, written)
    for feed in shown["feeds"]:
        feed["url"] = _without_password(feed["url"])
    return shown


def _put_back(shown: Any, loc: Loc, written: str) -> None:
    """What came from the environment is shown as the file writes it."""
    *path, last = loc
    for part in path:
        shown = shown[part]
    if isinstance(shown[last], dict):
        # A feed that is a bare URL.
        shown, last = shown[last], "url"
    if shown[last] != HIDDEN:
        shown[last] = written


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


def _without_password(url: str) -> str:
    if "${" in url:
        return url
    password = urlsplit(url).password
    return url.replace(f":{password}@", f":{HIDDEN}@", 1) if password else url
