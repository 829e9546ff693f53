"""`run` and `once`: the monitor itself."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import click

from aggregator import logs
from aggregator.alerting.words import counted
from aggregator.app.monitor import open_monitor
from aggregator.cli.context import Context, inventory
from aggregator.cli.following import Following
from aggregator.cli.output import complain, is_quiet, say
from aggregator.metrics import Metrics
from aggregator.models import Alert, Delivery, DueEntry, DueFeed, PollOutcome, ReadOutcome
from aggregator.pipeline import house
from aggregator.runner import Listener, Runner
from aggregator.scheduler import make_scheduler
from aggregator.settings.plain import Settings
from aggregator.web.server import serving

log = logging.getLogger(__name__)

#: An alert waits this long for its story to gather.
GATHER = timedelta(seconds=30)


@click.command()
@click.pass_context
def run(ctx: click.Context) -> None:
    """Poll, read, match, alert and digest, until stopped.

    \b
    Example:
      python run.py
    """
    context: Context = ctx.obj
    settings = context.settings
    _configure_logs()
    for warning in settings.warnings:
        say(f"warning: {warning}")
    say(f"{inventory(settings)}; storage {settings.storage}; stop with Ctrl-C")
    asyncio.run(_run(settings, context.environ))
    say("stopped; what was in flight is finished or still due")


async def _run(settings: Settings, environ: Mapping[str, str]) -> None:
    stop, metrics = asyncio.Event(), Metrics()
    async with (
        open_monitor(settings, wait=GATHER, listener=metrics) as runner,
        serving(runner, metrics),
    ):
        following = asyncio.create_task(Following(runner).follow(environ, stop))
        await run_until_stopped(runner, stop)
        await following


async def run_until_stopped(runner: Runner, stop: asyncio.Event) -> None:
    """Run under the scheduler until SIGINT or SIGTERM sets `stop`."""
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    scheduler = make_scheduler(runner)
    scheduler.start()
    try:
        await runner.run(stop)
    finally:
        scheduler.shutdown(wait=False)


@dataclass
class Tally(Listener):
    """Counts what a run did, and remembers what went wrong."""

    polled_feeds: int = 0
    new: int = 0
    updated: int = 0
    read_entries: int = 0
    delivered: int = 0
    problems: list[str] = field(default_factory=list)

    def polled(self, feed: DueFeed, outcome: PollOutcome) -> None:
        self.polled_feeds += 1
        self.new += outcome.poll.new
        self.updated += outcome.poll.updated
        if outcome.failures:
            self.problems.append(f"{feed.name}: {outcome.poll.reason}")

    def read(self, entry: DueEntry, outcome: ReadOutcome) -> None:  # noqa: ARG002  Listener's
        self.read_entries += 1

    def sent(self, alert: Alert, delivery: Delivery) -> None:
        if delivery.state == "delivered":
            self.delivered += 1
        else:
            self.problems.append(
                f"{alert.kind} to {alert.person} over {alert.channel}: {delivery.reason}"
                f" {delivery.detail}".rstrip()
            )

    def failed(self, station: str, error: Exception) -> None:
        self.problems.append(f"{station}: {error}")

    def summary(self) -> str:
        return (
            f"{counted(self.polled_feeds, 'feed')} polled, "
            f"{counted(self.new, 'new entry', 'new entries')}, {self.updated} updated, "
            f"{self.read_entries} read, {counted(self.delivered, 'message')} delivered"
        )


@click.command()
@click.option("--all", "everything", is_flag=True, help="Every feed, whatever its due time.")
@click.pass_context
def once(ctx: click.Context, everything: bool) -> None:
    """Everything due now, through to delivery; then exit.

    What a running monitor does by the hour is done as well: what is too old is forgotten, and
    stories get their second look, where the last one is an hour ago.

    \b
    Example:
      python run.py once --all
    """
    context: Context = ctx.obj
    _configure_logs()
    settings, tally = context.settings, Tally()
    try:
        asyncio.run(_once(settings, everything, tally))
    except KeyboardInterrupt:
        tally.problems.append("stopped; what is not done is still due")
    say(tally.summary())
    for problem in tally.problems:
        complain(problem)
    if tally.problems:
        ctx.exit(1)


def _configure_logs() -> None:
    logs.configure(logging.ERROR if is_quiet() else logging.INFO)


async def _once(settings: Settings, everything: bool, tally: Tally) -> None:
    async with open_monitor(settings, wait=timedelta(0), listener=tally) as runner:
        line = runner.line
        if everything:
            await line.in_storage(line.storage.make_due, line.clock())
        # No bar: the log says a line an event, and would write over it.
        await runner.once()
        if lead := await house.look_at_clock(line):
            ahead = f"this machine's clock is {counted(lead.days, 'day')} ahead of what servers say"
            tally.problems.append(ahead)
