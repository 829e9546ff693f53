"""What every command needs: the settings, storage opened beside a running monitor, output."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import click

from aggregator.app import open_beside
from aggregator.protocols import Storage
from aggregator.settings import Settings, load, parse_duration

F = TypeVar("F", bound=Callable[..., Any])


@dataclass
class Context:
    """The file named by `--config`, read when first asked for."""

    config: Path
    environ: Mapping[str, str]

    @cached_property
    def settings(self) -> Settings:
        """Raises SettingsError."""
        return load(self.config, self.environ)

    @contextmanager
    def storage(self) -> Iterator[Storage]:
        """The store, beside a monitor that may be running on it."""
        storage = open_beside(self.settings)
        try:
            yield storage
        finally:
            storage.close()


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


def json_option(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")(command)


def limit_option(command: F) -> F:
    return click.option("--limit", type=click.IntRange(min=1), help="Only the newest this many.")(
        command
    )


def since_option(command: F) -> F:
    return click.option("--since", type=Duration(), help="Only from this long ago on: 24h, 30d.")(
        command
    )
