"""`alerts retry` and `replay`: what was told, or could not be, is sent once more."""

from __future__ import annotations

from collections.abc import Sequence

import click

from aggregator.alerting.words import counted
from aggregator.app.clock import utc_now
from aggregator.app.parts import known_addresses
from aggregator.cli.context import Context
from aggregator.cli.output import say
from aggregator.models import Alert


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]…")
@click.option("--dead", is_flag=True, help="Every dead letter.")
@click.option("--person", help="Only to this person.")
@click.option("--channel", help="Only over this channel.")
@click.pass_obj
def retry(
    context: Context, ids: tuple[str, ...], dead: bool, person: str | None, channel: str | None
) -> None:
    """Send dead letters after all, and send again to addresses that were refused.

    They keep their ids, so that a receiver that has one already can drop it.  A running monitor
    sends them within seconds.

    \b
    Example:
      python run.py alerts retry --dead --channel desk
      python run.py alerts retry 0d5cb2a1
    """
    if not ids and not dead:
        raise click.UsageError("nothing is named (name ids, or --dead for every dead letter)")
    with context.storage() as storage:
        letters = [
            alert
            for alert in storage.alerts(person=person, state="dead")
            if channel in (None, alert.channel)
        ]
    _send_again(context, [_named(id_, letters, "dead letter") for id_ in ids] or letters)


@click.command()
@click.argument("id_", metavar="ID")
@click.pass_obj
def replay(context: Context, id_: str) -> None:
    """Send one alert again, whatever became of it, under the same id.

    \b
    Example:
      python run.py alerts replay 0d5cb2a1
    """
    with context.storage() as storage:
        alert = _named(id_, storage.alerts(), "alert")
    if not alert.channel:
        raise click.UsageError(
            f"{id_} was held back: it has no channel to be sent over (see: alerts explain)"
        )
    _send_again(context, [alert])


def _named(beginning: str, alerts: Sequence[Alert], kind: str) -> Alert:
    """The one whose id begins so.  Raises UsageError."""
    found = [alert for alert in alerts if alert.key.startswith(beginning.lower())]
    if not found:
        listing = "alerts list --dead" if kind == "dead letter" else "alerts list"
        raise click.UsageError(f"no {kind} {beginning} (see: {listing})")
    if len(found) > 1:
        raise click.UsageError(
            f"{len(found)} ids begin with {beginning!r} (write more of it; see: alerts list --json)"
        )
    return found[0]


def _send_again(context: Context, alerts: Sequence[Alert]) -> None:
    addresses = known_addresses(context.settings)
    to = {
        (alert.channel, addresses[alert.person, alert.channel])
        for alert in alerts
        if (alert.person, alert.channel) in addresses
    }
    with context.writable_storage() as storage:
        count = storage.send_again([alert.key for alert in alerts], to, utc_now())
    say(f"{counted(count, 'message')} to be sent again")
