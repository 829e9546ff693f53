"""`digest send`: today's mail now."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import click

from aggregator.alerting.digest import digest_alerts, digest_channel, run_by_hand
from aggregator.alerting.keys import digest_key
from aggregator.app.clock import utc_now
from aggregator.app.monitor import open_monitor
from aggregator.app.parts import known_addresses
from aggregator.cli.bars import working
from aggregator.cli.context import Context, Date
from aggregator.cli.digest_meant import readers_named, require_known, run_of
from aggregator.cli.output import say
from aggregator.errors import StorageBusy
from aggregator.models import DigestRun, Person
from aggregator.pipeline.digests import preview
from aggregator.protocols import Storage
from aggregator.settings.plain import Settings
from aggregator.text.printable import printable


@click.command()
@click.option("--person", required=True, help="Whose digest.")
@click.option("--date", "day", type=Date(), help="Its date; default: today.")
@click.option("--again", is_flag=True, help="Once more, if it was made already.")
@click.pass_obj
def send(context: Context, person: str, day: date | None, again: bool) -> None:
    """Send a digest now: at most one for a person and date.

    Today's covers the time until now, and the next one begins there.  A running
    monitor sends it within seconds; without one it is sent at once.  With --again the one that was
    made is sent once more, under the same id.

    \b
    Example:
      python run.py digest send --person amina
      python run.py digest send --person amina --date 2026-11-23 --again
    """
    [reader] = readers_named(context.settings, person)
    with context.writable_storage() as storage:
        run, is_new = _made(reader, day, storage)
        if not is_new:
            key = digest_key(reader.name, run.date, digest_channel(reader))
            if not again:
                raise click.UsageError(
                    f"the digest of {run.date} was made already (--again sends it once more)"
                )
            if not storage.send_again([key], _addresses(context, reader), utc_now()):
                raise click.UsageError(f"that of {run.date} went another way (see: alerts list)")
    say(f"digest of {run.date} for {printable(reader.name)} is on its way")
    asyncio.run(_deliver(context.settings))


def _made(reader: Person, day: date | None, storage: Storage) -> tuple[DigestRun, bool]:
    """The digest of that date, and whether it was made just now."""
    now = utc_now()
    run = run_of(run_by_hand, reader, day, storage.last_digest(reader.name), now)
    if run.end > now:
        raise click.UsageError(f"{run.date} has not come yet (see: digest show)")
    if run.end < now:
        require_known(run, storage)
    content = preview(run, reader, storage)
    return run, storage.commit_digest(run, digest_alerts(content, reader, run, now))


def _addresses(context: Context, reader: Person) -> set[tuple[str, str]]:
    channel = digest_channel(reader)
    address = known_addresses(context.settings).get((reader.name, channel))
    return {(channel, address)} if address else set()


async def _deliver(settings: Settings) -> None:
    """Send what is due, unless a running monitor does."""
    try:
        with working("sending", leaves="what is not sent is still due"):
            async with open_monitor(settings, wait=timedelta(0)) as runner, runner.working():
                await runner.send.drain()
    except StorageBusy:
        say("the running monitor sends it")
