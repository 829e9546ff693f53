"""`check`: is feeds.yaml right, and do its feeds answer?"""

from __future__ import annotations

import json

import click

from aggregator.cli.context import Context, inventory
from aggregator.cli.output import say
from aggregator.settings.plain import NOBODY
from aggregator.settings.shown import effective, json_schema


@click.command()
@click.option("--schema", is_flag=True, help="Print the JSON Schema of feeds.yaml.")
@click.option("--fetch", is_flag=True, help="Ask every feed once, and print what it answers.")
@click.pass_context
def check(ctx: click.Context, schema: bool, fetch: bool) -> None:
    """Is feeds.yaml right?  Prints the settings in force, or every mistake.

    \b
    Example:
      python run.py check
      python run.py check --fetch
      python run.py check --schema > feeds.schema.json
    """
    if schema:
        click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
        return
    context: Context = ctx.obj
    settings = context.settings
    for channel in settings.channels.values():
        channel.options.require_files(settings.directory)
    if not fetch:
        click.echo(effective(settings))
    for warning in settings.warnings:
        say(f"warning: {warning}")
    say(f"{settings.path.name} is right: {inventory(settings)}")
    if settings.people == (NOBODY,):
        say("nobody named: alerts appear on the console")
    if fetch:
        # Imported here: whoever only checks the file needs neither the network nor the parsers.
        from aggregator.cli.answers import ask

        if not ask(settings):
            ctx.exit(1)
