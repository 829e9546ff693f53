"""`digest`: tomorrow's mail today."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from aggregator.alerting.digest import digest_alerts, run_for
from aggregator.alerting.message import Message, render
from aggregator.app import utc_now
from aggregator.cli.commands import Commands
from aggregator.cli.context import Context, refuse_unknown
from aggregator.cli.output import complain
from aggregator.models import Person
from aggregator.pipeline import preview
from aggregator.protocols import Storage
from aggregator.settings import Settings

#: Subcommands of the contract that this version does not have.
LATER = frozenset({"send"})


@click.group(cls=Commands, later=LATER)
def digest() -> None:
    """The daily mail.

    \b
    Example:
      python run.py digest show --person amina
    """


@digest.command()
@click.option("--person", help="Whose digest; default: everyone who gets one.")
@click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Its date; default: the next one."
)
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the HTML of one person's digest here.",
)
@click.pass_obj
def show(context: Context, person: str | None, day: datetime | None, html: Path | None) -> None:
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
            message = _message(reader, day, storage)
            click.echo(f"Subject: {message.subject}\n\n{message.text}")
            if html:
                html.write_text(message.html, encoding="utf-8")
                complain(f"written: {html}")


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


def _message(person: Person, day: datetime | None, storage: Storage) -> Message:
    now = utc_now()
    last = storage.last_digest(person.name)
    try:
        run = run_for(person, day.date() if day else None, last, now)
    except OverflowError as error:
        raise click.BadParameter("is outside the calendar", param_hint="'--date'") from error
    [alert] = digest_alerts(preview(run, person, storage), person, run, now)
    return render(alert, person)
