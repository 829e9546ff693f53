"""`demo`: the whole line on a bundled newsroom served on loopback."""

from __future__ import annotations

import asyncio
import logging
import os
import shlex
import sys
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Self

import click
from rich.console import Console

from aggregator import logs
from aggregator.alerting.digest import FIRST_WINDOW, digest_alerts
from aggregator.alerting.message import render
from aggregator.app.clock import utc_now
from aggregator.app.monitor import open_monitor
from aggregator.cli.bars import shows_progress
from aggregator.cli.output import shown_status
from aggregator.cli.run import run_until_stopped
from aggregator.cli.tables import table
from aggregator.demo.server import NewsroomServer
from aggregator.models import DigestRun, DueFeed, Person, Poll, PollOutcome
from aggregator.pipeline.digests import preview
from aggregator.pipeline.line import Line
from aggregator.runner import Listener, Runner
from aggregator.settings.loading import load


@click.command()
@click.option(
    "--directory",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where settings, database and mails are written; default: a new temporary folder.",
)
@click.option("--keep", is_flag=True, help="Go on running until Ctrl-C.")
def demo(directory: Path | None, keep: bool) -> None:
    """The whole line on a bundled newsroom; no network needed.

    Invented outlets are served on loopback and polled twice, with new entries in between.  The
    alerts are printed as they are told; then the digests are written.

    \b
    Example:
      python run.py demo
      python run.py demo --directory my-demo --keep
    """
    folder = directory or Path(tempfile.mkdtemp(prefix="aggregator-demo-"))
    config = folder / "feeds.yaml"
    if config.exists():
        raise click.BadParameter(
            f"{folder} already holds a feeds.yaml (name another folder)", param_hint="'--directory'"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.BadParameter(
            f"{folder}: {error.strerror}", param_hint="'--directory'"
        ) from error
    # The outlet that is down is told in the table; only what should not happen is logged.
    logs.configure(logging.ERROR)
    asyncio.run(_demo(config.resolve(), keep))


async def _demo(config: Path, keep: bool) -> None:
    async with NewsroomServer(utc_now()) as newsroom:
        config.write_text(newsroom.feeds_yaml, encoding="utf-8")  # noqa: ASYNC240  a small file
        settings = load(config, {})
        with PollTable() as polls:
            async with open_monitor(settings, wait=timedelta(0), listener=polls) as runner:
                await _pass("The first poll", runner, polls)
                newsroom.publish_second_edition()
                await _pass("New entries have appeared; the second poll", runner, polls)
                day = runner.line.clock()
                digests = [
                    await _digest(person, runner.line, config.parent, day)
                    for person in settings.people
                ]
                await runner.send.drain()
                reader = settings.people[0]
                _say_where(config, digests, reader.name, day.astimezone(reader.timezone).date())
                if keep:
                    click.echo("Running on; stop with Ctrl-C.")
                    await run_until_stopped(runner, asyncio.Event())


class PollTable(Listener):
    """Says on a terminal which feed was polled last, and prints the ledger of a pass at its end."""

    def __init__(self) -> None:
        self.title = ""
        self._polls: list[Poll] = []
        self._status = Console(stderr=True).status("polling")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._status.stop()

    def begin(self, title: str) -> None:
        self.title = title
        if shows_progress():
            self._status.start()

    def polled(self, feed: DueFeed, outcome: PollOutcome) -> None:
        self._polls.append(outcome.poll)
        self._status.update(f"polled {feed.name}")

    def all_polled(self) -> None:
        self._status.stop()
        if not self._polls:
            return
        click.secho(f"\n{self.title}\n", bold=True)
        table(
            ["outlet", "status", "reason", "seen", "new", "updated", "known"],
            (
                [
                    poll.feed,
                    shown_status(poll),
                    poll.reason,
                    poll.seen,
                    poll.new,
                    poll.updated,
                    poll.known,
                ]
                for poll in sorted(self._polls, key=lambda poll: poll.feed)
            ),
        )
        self._polls.clear()
        click.secho("\nThe alerts\n", bold=True)


async def _pass(title: str, runner: Runner, polls: PollTable) -> None:
    polls.begin(title)
    line = runner.line
    await line.in_storage(line.storage.make_due, line.clock())
    await runner.once()


async def _digest(person: Person, line: Line, folder: Path, now: datetime) -> Path:
    """Sends this person's digest of the day so far, and writes its HTML beside the settings."""
    run = DigestRun(person.name, now.astimezone(person.timezone).date(), now - FIRST_WINDOW, now)
    content = await line.in_storage(preview, run, person, line.storage)
    [alert] = digest_alerts(content, person, run, now)
    await line.in_storage(line.storage.commit_digest, run, [alert])
    path = folder / f"digest-{person.name}.html"
    path.write_text(render(alert, person).html, encoding="utf-8")
    return path


def _say_where(config: Path, digests: list[Path], reader: str, day: date) -> None:
    folder = config.parent
    click.secho("\nWhat was written\n", bold=True)
    for path, what in (
        *((digest, "a digest, to open in a browser") for digest in digests),
        (folder / "data/outbox", "every mail, an .eml file each"),
        (folder / "data/aggregator.db", "the database"),
        (config, "the settings"),
    ):
        click.echo(f"{path}  {what}")
    ask = f"{_program()} --config {shlex.quote(str(config))}"
    click.echo(f"\nAsk it: {ask} items list")
    click.echo(f"        {ask} digest show --person {reader} --date {day}")


def _program() -> str:
    """What starts this program from here."""
    words = [sys.executable, sys.argv[0]] if sys.argv[0].endswith(".py") else [sys.argv[0]]
    return shlex.join(_from_here(word) for word in words)


def _from_here(path: str) -> str:
    """The shorter of the path as it is and as it is seen from the current folder."""
    return min(path, os.path.relpath(path), key=len)
