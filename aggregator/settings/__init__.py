"""feeds.yaml becomes Settings: plain values for everyone else, or every mistake with its place.

environment  `${NAME}` and .env
feeds_yaml   text ▶ data with places
values       what a scalar may be
sections     the models of the sections, with the defaults in them
checking     each section by itself, then what they say of each other; watches: their terms
loading      what is right ▶ Settings (plain)
shown        the settings in force, and the JSON Schema
"""

from aggregator.settings.loading import load
from aggregator.settings.plain import (
    NOBODY,
    ChannelSettings,
    Network,
    Operators,
    Retention,
    Settings,
    Web,
)
from aggregator.settings.shown import effective, json_schema
from aggregator.settings.values import parse_duration

__all__ = [
    "NOBODY",
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
