"""`alerts`: the outbox."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import click
from rich.text import Text

from aggregator.cli.bars import working
from aggregator.cli.commands import Commands, Lazy
from aggregator.cli.context import (
    Context,
    ago,
    json_option,
    limit_option,
    named,
    refuse_unknown,
    since_option,
)
from aggregator.cli.output import json_line, say_if_none, show
from aggregator.cli.records import alert_record
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


for command in (
    Lazy(
        "retry",
        "Send dead letters after all, and send again to addresses that were refused.",
        "alerts_again",
    ),
    Lazy(
        "replay", "Send one alert again, whatever became of it, under the same id.", "alerts_again"
    ),
):
    alerts.add_command(command)


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
    person = named("person", name, settings.people, "PERSON")
    with context.storage() as storage:
        item = storage.item(item_id)
        if item is None:
            raise click.BadParameter(f"there is no item {item_id}", param_hint="'ITEM'")
        found = told(item, person, settings.watches, storage)
    for one in found:
        if as_json:
            json_line(told_record(item, person, one))
        else:
            for line in told_lines(item, one):
                show(Text(printable(line)))
