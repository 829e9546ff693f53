"""`alerts`: the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import get_args

import click
from rich.text import Text

from aggregator.alerting.words import counted
from aggregator.app.clock import utc_now
from aggregator.app.parts import known_addresses
from aggregator.cli.bars import working
from aggregator.cli.commands import Commands
from aggregator.cli.context import (
    Context,
    ago,
    json_option,
    limit_option,
    nearest_name,
    refuse_unknown,
    since_option,
)
from aggregator.cli.output import alert_record, json_line, say, say_if_none, show
from aggregator.cli.tables import table
from aggregator.cli.told import told, told_lines, told_record
from aggregator.models import Alert, AlertState, Change, Notice, Summary
from aggregator.text.printable import printable

#: Of an id, as much as a list shows; the commands take any beginning that one id alone has.
SHOWN = 8


@click.group(cls=Commands)
def alerts() -> None:
    """The outbox: what was told to whom, what was held back and why.

    \b
    Example:
      python run.py alerts list --since 24h
      python run.py alerts retry --dead
    """


@alerts.command("list")
@click.option("--person", help="Only to this person.")
@click.option("--state", type=click.Choice(get_args(AlertState)), help="Only in this state.")
@click.option("--dead", is_flag=True, help="Only dead letters; the same as --state dead.")
@since_option
@limit_option
@json_option
@click.pass_obj
def list_alerts(
    context: Context,
    person: str | None,
    state: AlertState | None,
    dead: bool,
    since: timedelta | None,
    limit: int | None,
    as_json: bool,
) -> None:
    """Every promise to tell, and what became of it.

    Of an id, its first eight characters are shown: they, or any others that only one begins with,
    name it to retry and replay.

    \b
    Example:
      python run.py alerts list --person amina --state held
    """
    start, state = ago(since), "dead" if dead else state
    with context.storage() as storage, working("reading"):
        found = storage.alerts(person=person, state=state, since=start, limit=limit)
    if not found:
        refuse_unknown("person", person, (known.name for known in context.settings.people))
    say_if_none(found)
    if as_json:
        for alert in found:
            json_line(alert_record(alert))
        return
    table(
        ["id", "created", "person", "channel", "watch", "state", "reason", "about"],
        (
            [
                alert.key[:SHOWN],
                alert.created_at,
                alert.person,
                alert.channel or "–",
                alert.watch or alert.kind,
                alert.state,
                alert.reason,
                _about(alert),
            ]
            for alert in found
        ),
        under=("watch", "about"),
    )


def _about(alert: Alert) -> str:
    content = alert.content
    if isinstance(content, Notice):
        return content.title
    if isinstance(content, Change):
        return f"{content.subject}: {content.code}"
    if isinstance(content, Summary):
        return f"{content.count} put off, in one message"
    return f"digest of {content.date}"


@alerts.command()
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


@alerts.command()
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


@alerts.command()
@click.argument("item_id", metavar="ITEM", type=int)
@click.argument("name", metavar="PERSON")
@json_option
@click.pass_obj
def explain(context: Context, item_id: int, name: str, as_json: bool) -> None:
    """Why a person was told of an item, or was not: watch by watch.

    \b
    Example:
      python run.py alerts explain 17 amina
    """
    settings = context.settings
    people = {known.name: known for known in settings.people}
    if name not in people:
        problem = f"there is no person {name!r} ({nearest_name(name, people)})"
        raise click.BadParameter(problem, param_hint="'PERSON'")
    with context.storage() as storage:
        item = storage.item(item_id)
        if item is None:
            raise click.BadParameter(f"there is no item {item_id}", param_hint="'ITEM'")
        found = told(item, people[name], settings.watches, storage)
    for one in found:
        if as_json:
            json_line(told_record(item, people[name], one))
        else:
            for line in told_lines(item, one):
                show(Text(printable(line)))


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
