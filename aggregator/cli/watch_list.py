"""`watch list`: what the watches look for."""

from __future__ import annotations

from typing import Any

import click
from rich.text import Text

from aggregator.cli.context import Context, json_option
from aggregator.cli.output import json_line, say_if_none, show
from aggregator.cli.tables import table
from aggregator.models import Watch
from aggregator.settings.plain import Settings
from aggregator.text.printable import printable
from aggregator.watching.language import compile_watch
from aggregator.watching.language import show as written
from aggregator.watching.tree import Expr, counted_terms


@click.command("list")
@click.option("--query", "with_query", is_flag=True, help="Each as one expression.")
@json_option
@click.pass_obj
def list_watches(context: Context, with_query: bool, as_json: bool) -> None:
    """The watches, in the order of feeds.yaml.

    \b
    Example:
      python run.py watch list
      python run.py watch list --query
    """
    settings = context.settings
    say_if_none(settings.watches)
    trees = [(one, compile_watch(one, settings.groups)) for one in settings.watches]
    if as_json:
        for one, expr in trees:
            json_line(_watch_record(one, expr))
    elif with_query:
        for one, expr in trees:
            show(Text.assemble((printable(one.name), "bold"), ": ", printable(written(expr))))
    else:
        table(
            ["watch", "severity", "terms", "told"],
            (
                [one.name, one.severity, len(set(counted_terms(expr))), _told(one, settings)]
                for one, expr in trees
            ),
        )


def _watch_record(one: Watch, expr: Expr) -> dict[str, Any]:
    terms = dict.fromkeys(term.written for term in counted_terms(expr))
    return {
        "watch": one.name,
        "severity": one.severity,
        "query": written(expr),
        "terms": list(terms),
    }


def _told(one: Watch, settings: Settings) -> str:
    return ", ".join(person.name for person in settings.people if person.hears_of(one.name))
