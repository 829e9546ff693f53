"""`watch add`: a watch is tried on what is stored, then written into feeds.yaml."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import click

from aggregator.alerting.words import counted
from aggregator.app.clock import utc_now
from aggregator.cli.context import Context
from aggregator.cli.output import complain, say, short
from aggregator.cli.watch_trial import run_trial
from aggregator.errors import StorageError
from aggregator.models import Severity, Watch
from aggregator.settings.editing import add_items
from aggregator.watching.language import compile_watch
from aggregator.watching.trial import Trial

#: What is shown of what it would have found.
LOOKED_BACK = timedelta(days=7)
SHOWN = 5


@click.command()
@click.argument("name")
@click.option("--any", "terms", multiple=True, help="One mention suffices; may be repeated.")
@click.option("--query", help="An expression of the watch language.")
@click.option("--severity", type=click.Choice(get_args(Severity)), help="Default: normal.")
@click.option("--yes", is_flag=True, help="Add it without asking.")
@click.pass_obj
def add(
    context: Context,
    name: str,
    terms: tuple[str, ...],
    query: str | None,
    severity: Severity | None,
    yes: bool,
) -> None:
    """Add a watch: shows what it would have found in the last 7 days, then asks.

    \b
    Example:
      python run.py watch add Jundallah --any Jundallah --any Jundullah --severity high
      python run.py watch add "IS in Balochistan" --query '@isis WITH Balochistan' --yes
    """
    if not terms and not query:
        raise click.UsageError("nothing to look for (write --any TERM or --query EXPRESSION)")
    settings = context.settings
    if name in {one.name for one in settings.watches}:
        problem = f"there is a watch {name!r} already (edit it in {settings.path.name})"
        raise click.BadParameter(problem, param_hint="'NAME'")
    draft = Watch(name=name, any=terms, query=query or "", severity=severity or "normal")
    trial = Trial(compile_watch(draft, settings.groups))
    _try(trial, context)
    if not yes:
        click.confirm(f"Add {name} to {settings.path.name}?", abort=True, err=True)
    item = {"name": name, "any": list(terms), "query": query, "severity": severity}
    written = {key: value for key, value in item.items() if value}
    add_items(context.config, "watches", [written], context.environ)
    say(f"added to {settings.path.name}")


def _try(trial: Trial, context: Context) -> None:
    try:
        with context.storage() as storage:
            run_trial(trial, storage, utc_now() - LOOKED_BACK)
    except StorageError as error:
        complain(f"not tried: {error}")
        return
    complain(f"in the last 7 days: {counted(len(trial.hits), 'hit')}")
    for item in trial.hits[:SHOWN]:
        complain(f"  {short(item.first_seen)}  {item.feed}: {item.title}")
    for term, hits in trial.terms.most_common():
        complain(f"  {term}: {hits}")
    if trial.never:
        complain(f"  found nothing: {', '.join(trial.never)}")
