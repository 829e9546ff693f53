"""One file a channel; the file name is its type in feeds.yaml.

Its module has two classes: `Options`, a pydantic model of what feeds.yaml may say of it, and
`Channel`, which is made from `Options` and keeps the promise of `aggregator.protocols.Channel`.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

from pydantic import BaseModel

from aggregator.protocols import Channel, Surroundings


def channel_types() -> tuple[str, ...]:
    """The types there are, by name."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def module(type_: str) -> ModuleType:
    """The channel's module.  Raises KeyError if there is no such type."""
    if type_ not in channel_types():
        raise KeyError(type_)
    return import_module(f"{__name__}.{type_}")


def make(type_: str, options: BaseModel | Mapping[str, Any], around: Surroundings) -> Channel:
    """A channel of that type.  Raises KeyError if there is no such type, and pydantic's
    ValidationError for wrong options."""
    of_type = module(type_)
    channel: Channel = of_type.Channel(of_type.Options.model_validate(options), around)
    return channel
