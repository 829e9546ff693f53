"""The settings as the rest of the program is given them: plain, frozen, every default filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from aggregator.errors import Mistake
from aggregator.models import UTC_ZONE, Feed, Person, Watch

# Every command imports this file, also to complete a word or to show its help.
if TYPE_CHECKING:
    from aggregator.alerting.options import ChannelOptions

#: Whom alerts reach when the file names nobody.
NOBODY = Person(name="console", alerts=("console",))
#: What the operators are called in the outbox; nobody else has this name.
OPERATORS = "operators"
#: What stands for a secret.
HIDDEN = "***"


class HiddenValues(dict[str, str]):
    """Headers to be sent, which may be secrets: never shown."""

    def __repr__(self) -> str:
        return repr(dict.fromkeys(self, HIDDEN))


@dataclass(frozen=True, slots=True)
class Operators:
    """Who is told when a source, a channel or the settings go wrong."""

    channels: tuple[str, ...] = ()
    email: str = ""
    #: Its address is its secret; "" for none.
    heartbeat: str = field(default="", repr=False)
    timezone: ZoneInfo = UTC_ZONE

    @property
    def person(self) -> Person:
        """Who hears of changes, and of no watch."""
        return Person(OPERATORS, self.email, self.timezone, watches=(), alerts=self.channels)


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
    """How long texts and polls are kept."""

    articles: timedelta = timedelta(days=365)
    pages: timedelta = timedelta(days=30)
    polls: timedelta = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """A way to reach people: the file that implements it, and that file's own options."""

    type: str
    options: ChannelOptions


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
    #: The keys of the file itself: `feeds`, `people`, …
    sections: frozenset[str] = frozenset()
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
