"""Bars for what takes longer than a second, and what Ctrl-C leaves of it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from aggregator.cli.output import is_quiet


class Stopped(click.Abort):
    """Somebody pressed Ctrl-C; says how far it came."""


class Bar:
    """One piece of work, drawn or not."""

    def __init__(self, bars: Progress, task: TaskID, total: int | None) -> None:
        self._bars, self._task = bars, task
        self.done, self.total = 0, total

    def advance(self, count: int = 1) -> None:
        self.at(self.done + count, self.total)

    def at(self, done: int, total: int | None) -> None:
        self.done, self.total = done, total
        self._bars.update(self._task, completed=done, total=total, count=self.count)

    @property
    def count(self) -> str:
        """How far it is, in words; "" where nothing is counted."""
        if not self.total:
            return f"{self.done:,}" if self.done else ""
        return f"{self.done:,} of {self.total:,}"


@contextmanager
def working(
    what: str, total: int | None = None, *, leaves: str = "nothing was changed", drawn: bool = True
) -> Iterator[Bar]:
    """A bar on stderr.  Raises Stopped on Ctrl-C, with what that `leaves`."""
    with _progress(drawn=drawn) as bars:
        bar = Bar(bars, bars.add_task(what, total=total, count=""), total)
        try:
            yield bar
        # Within a loop of asyncio, Ctrl-C arrives as the end of the task.
        except (KeyboardInterrupt, asyncio.CancelledError) as error:
            at = f" at {bar.count}" if bar.count else ""
            raise Stopped(f"stopped {what}{at}; {leaves}") from error


def shows_progress() -> bool:
    """Whatever the environment says of colours: a bar in a file is of no use to anybody."""
    return sys.stderr is not None and sys.stderr.isatty() and not is_quiet()


def _progress(*, drawn: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[count]}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not (drawn and shows_progress()),
    )
