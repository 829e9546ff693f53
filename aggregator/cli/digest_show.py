"""`digest show`: tomorrow's mail today."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from aggregator.alerting.digest import digest_alerts, run_for
from aggregator.alerting.message import Message, render
from aggregator.alerting.wrapping import wrapped
from aggregator.app.clock import utc_now
from aggregator.cli.bars import working
from aggregator.cli.context import Context, Date
from aggregator.cli.digest_meant import bad_date, readers_named, require_known, run_of
from aggregator.cli.output import say
from aggregator.models import Person
from aggregator.pipeline.digests import preview
from aggregator.protocols import Storage


@click.command()
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
    readers = readers_named(context.settings, person)
    if html and len(readers) != 1:
        raise click.UsageError("--html takes one person's digest (name them with --person)")
    with context.storage() as storage:
        for reader in readers:
            with working("gathering the digest"):
                message = _message(reader, day, storage)
            click.echo(f"Subject: {message.subject}\n\n{wrapped(message.text)}")
            if html:
                html.write_text(message.html, encoding="utf-8")
                say(f"written: {html}")


def _message(person: Person, day: date | None, storage: Storage) -> Message:
    now = utc_now()
    last = storage.last_digest(person.name)
    run = run_of(run_for, person, day, last, now)
    coming = run_for(person, None, last, now)
    if run.date > coming.date:
        raise bad_date(f"{run.date} lies beyond the next digest, which is that of {coming.date}")
    if run.date < coming.date:
        require_known(run, storage)
    [alert] = digest_alerts(preview(run, person, storage), person, run, now)
    return render(alert, person)
