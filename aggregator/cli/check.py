"""`check`: is feeds.yaml right?"""

from __future__ import annotations

import json

import click

from aggregator.cli.context import Context
from aggregator.cli.output import complain, inventory
from aggregator.settings import effective, json_schema
from aggregator.settings.plain import NOBODY


@click.command()
@click.option("--schema", is_flag=True, help="Print the JSON Schema of feeds.yaml.")
@click.pass_obj
def check(context: Context, schema: bool) -> None:
    """Is feeds.yaml right?  Prints the settings in force, or every mistake.

    \b
    Example:
      python run.py check
      python run.py check --schema > feeds.schema.json
    """
    if schema:
        click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
        return
    settings = context.settings
    click.echo(effective(settings))
    for warning in settings.warnings:
        click.echo(f"warning: {warning}", err=True)
    complain(f"{settings.path.name} is right: {inventory(settings)}")
    if settings.people == (NOBODY,):
        complain("nobody named: alerts appear on the console")
