"""What every command needs: the settings, storage opened beside a running monitor, output."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, TypeVar

import click

from aggregator.alerting.words import counted, listed
from aggregator.app.clock import utc_now
from aggregator.app.store import open_beside, open_to_write
from aggregator.protocols import Storage
from aggregator.settings.durations import parse_duration
from aggregator.settings.plain import NOBODY, Settings

F = TypeVar("F", bound=Callable[..., Any])

#: The operators' file, where none is named.
DEFAULT_CONFIG = Path("feeds.yaml")
#: More than any store holds; what SQLite can count is not much more.
MOST_ROWS = 10**9


@dataclass
class Context:
    """The file named by `--config`, read when first asked for."""

    config: Path
    environ: Mapping[str, str]

    @cached_property
    def settings(self) -> Settings:
        """Raises SettingsError, and UsageError where no file was named and there is none."""
        if self.config == DEFAULT_CONFIG and not self.config.exists():
            raise click.UsageError(
                f"no {self.config} in this folder (go to the folder that has it, or name it with "
                "--config; to see it work: run.py demo)"
            )
        return read_settings(self.config, self.environ)

    @contextmanager
    def storage(self) -> Iterator[Storage]:
        """The store, beside a monitor that may be running on it."""
        storage = open_beside(self.settings)
        try:
            yield storage
        finally:
            storage.close()

    @contextmanager
    def writable_storage(self) -> Iterator[Storage]:
        """The same, to be written to."""
        storage = open_to_write(self.settings)
        try:
            yield storage
        finally:
            storage.close()


def read_settings(config: Path, environ: Mapping[str, str]) -> Settings:
    """Raises SettingsError."""
    # Imported here, for help and completion read no settings: what checks the watches in them takes
    # longer to import than all the rest.
    from aggregator.settings.loading import load

    return load(config, environ)


class Duration(click.ParamType[timedelta]):
    """`30s`, `15m`, `24h`, `30d`."""

    name = "duration"

    def convert(
        self, value: str | timedelta, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        if isinstance(value, timedelta):
            return value
        try:
            return parse_duration(value)
        except ValueError:
            self.fail(f"{value!r} is not a duration (write 15m, 24h, 30d)", param, ctx)


class Date(click.ParamType[date]):
    """`2026-11-23`."""

    name = "date"

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date (write 2026-11-23)", param, ctx)


def inventory(settings: Settings) -> str:
    """`36 feeds, 4 watches, 2 people`."""
    people = [person for person in settings.people if person != NOBODY]
    return ", ".join(
        (
            counted(len(settings.feeds), "feed"),
            counted(len(settings.watches), "watch", "watches"),
            counted(len(people), "person", "people"),
        )
    )


def ago(since: timedelta | None) -> datetime | None:
    """When that was, counted from now."""
    return utc_now() - since if since is not None else None


def refuse_unknown(kind: str, name: str | None, known: Iterable[str]) -> None:
    """Raises BadParameter, naming the nearest, where nothing has this name.

    For an answer that is empty: a misspelt name must not look like silence, and what was taken
    out of the settings still answers for what it left behind.
    """
    names = list(known)
    if name is None or name in names:
        return
    problem = f"there is no {kind} {name!r} ({nearest_name(name, names)})"
    raise click.BadParameter(problem, param_hint=f"'--{kind}'")


class Named(Protocol):
    @property
    def name(self) -> str | None: ...


N = TypeVar("N", bound=Named)


def named(kind: str, name: str, things: Iterable[N], argument: str) -> N:
    """The one that has this name.  Raises BadParameter, naming the nearest, where none has."""
    known = {thing.name: thing for thing in things if thing.name}
    if name not in known:
        problem = f"there is no {kind} {name!r} ({nearest_name(name, known)})"
        raise click.BadParameter(problem, param_hint=f"'{argument}'")
    return known[name]


def nearest_name(name: str, known: Iterable[str]) -> str:
    """The mend of a name that is not known."""
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {near[0]}?" if near else f"there are: {listed(tuple(names), 8) or 'none'}"


def json_option(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")(command)


def limit_option(command: F) -> F:
    count = click.IntRange(1, MOST_ROWS)
    return click.option("--limit", type=count, help="Only the newest this many.")(command)


def since_option(command: F) -> F:
    return click.option("--since", type=Duration(), help="Only from this long ago on: 24h, 30d.")(
        command
    )
