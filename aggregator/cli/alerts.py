"""`alerts`: the outbox."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import click

from aggregator.cli.commands import Commands
from aggregator.cli.context import (
    Context,
    ago,
    json_option,
    limit_option,
    refuse_unknown,
    since_option,
)
from aggregator.cli.output import alert_record, json_line, say_if_none, short, table
from aggregator.models import Alert, AlertState, Notice

#: Subcommands of the contract that this version does not have.
LATER = frozenset({"retry", "replay"})


@click.group(cls=Commands, later=LATER)
def alerts() -> None:
    """The outbox: what was told to whom, what was held back and why.

    \b
    Example:
      python run.py alerts list --since 24h
    """


@alerts.command("list")
@click.option("--person", help="Only to this person.")
@click.option("--state", type=click.Choice(get_args(AlertState)), help="Only in this state.")
@since_option
@limit_option
@json_option
@click.pass_obj
def list_alerts(
    context: Context,
    person: str | None,
    state: AlertState | None,
    since: timedelta | None,
    limit: int | None,
    as_json: bool,
) -> None:
    """Every promise to tell, and what became of it.

    \b
    Example:
      python run.py alerts list --person amina --state held
    """
    start = ago(since)
    with context.storage() as storage:
        found = storage.alerts(person=person, state=state, since=start, limit=limit)
    if not found:
        refuse_unknown("person", person, (known.name for known in context.settings.people))
    say_if_none(found)
    if as_json:
        for alert in found:
            json_line(alert_record(alert))
        return
    table(
        ["created", "person", "channel", "watch", "state", "reason", "about"],
        (
            [
                short(alert.created_at),
                alert.person,
                alert.channel or "–",
                alert.watch or alert.kind,
                alert.state,
                alert.reason,
                _about(alert),
            ]
            for alert in found
        ),
    )


def _about(alert: Alert) -> str:
    content = alert.content
    return content.title if isinstance(content, Notice) else f"digest of {content.date}"
