"""`digest`: tomorrow's mail today."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import click

from aggregator.alerting.digest import digest_alerts, digest_channel, run_by_hand, run_for
from aggregator.alerting.keys import digest_key
from aggregator.alerting.message import Message, render
from aggregator.app.clock import utc_now
from aggregator.app.monitor import open_monitor
from aggregator.app.parts import known_addresses
from aggregator.cli.bars import working
from aggregator.cli.commands import Commands
from aggregator.cli.context import Context, Date, refuse_unknown
from aggregator.cli.output import say
from aggregator.errors import StorageBusy
from aggregator.models import DigestRun, Person
from aggregator.pipeline.digests import preview
from aggregator.protocols import Storage
from aggregator.settings.plain import Settings
from aggregator.text.printable import printable


@click.group(cls=Commands)
def digest() -> None:
    """The daily mail.

    \b
    Example:
      python run.py digest show --person amina
      python run.py digest send --person amina
    """


@digest.command()
@click.option("--person", help="Whose digest; default: everyone who gets one.")
@click.option("--date", "day", type=Date(), help="Its date; default: the next one.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the HTML of one person's digest here.",
)
@click.pass_obj
def show(context: Context, person: str | None, day: date | None, html: Path | None) -> None:
    """A digest as it would be mailed; nothing is sent.

    \b
    Example:
      python run.py digest show --person amina
      python run.py digest show --person amina --date 2026-11-23 --html digest.html
    """
    readers = _readers(context.settings, person)
    if html and len(readers) != 1:
        raise click.UsageError("--html takes one person's digest (name them with --person)")
    with context.storage() as storage:
        for reader in readers:
            with working("gathering the digest"):
                message = _message(reader, day, storage)
            click.echo(f"Subject: {message.subject}\n\n{message.text}")
            if html:
                html.write_text(message.html, encoding="utf-8")
                say(f"written: {html}")


@digest.command()
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
    [reader] = _readers(context.settings, person)
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
    run = _run(run_by_hand, reader, day, storage.last_digest(reader.name), now)
    if run.end > now:
        raise click.UsageError(f"{run.date} has not come yet (see: digest show)")
    if run.end < now:
        _require_known(run, storage)
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


def _readers(settings: Settings, name: str | None) -> list[Person]:
    if name is None:
        readers = [person for person in settings.people if person.digest]
        if not readers:
            raise click.UsageError(
                "nobody gets a digest (name a person with digest: in feeds.yaml)"
            )
        return readers
    refuse_unknown("person", name, (person.name for person in settings.people))
    return [person for person in settings.people if person.name == name]


def _message(person: Person, day: date | None, storage: Storage) -> Message:
    now = utc_now()
    last = storage.last_digest(person.name)
    run = _run(run_for, person, day, last, now)
    coming = run_for(person, None, last, now)
    if run.date > coming.date:
        raise _bad_date(f"{run.date} lies beyond the next digest, which is that of {coming.date}")
    if run.date < coming.date:
        _require_known(run, storage)
    [alert] = digest_alerts(preview(run, person, storage), person, run, now)
    return render(alert, person)


def _run(
    decide: Callable[[Person, date | None, DigestRun | None, datetime], DigestRun],
    person: Person,
    day: date | None,
    last: DigestRun | None,
    now: datetime,
) -> DigestRun:
    try:
        return decide(person, day, last, now)
    except OverflowError as error:
        raise _bad_date("is outside the calendar") from error


def _require_known(run: DigestRun, storage: Storage) -> None:
    """Of a time that the store knows nothing of, a digest would say that nothing happened."""
    if not storage.items(until=run.end, limit=1):
        raise _bad_date(f"nothing is stored of the time before the digest of {run.date}")


def _bad_date(problem: str) -> click.BadParameter:
    return click.BadParameter(problem, param_hint="'--date'")
