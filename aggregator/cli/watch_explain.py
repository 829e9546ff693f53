"""`watch explain`: why a watch matches an item, or does not."""

from __future__ import annotations

import click
from rich.text import Text

from aggregator.cli.context import Context, json_option, named
from aggregator.cli.explained import explanation_lines, explanation_record
from aggregator.cli.output import json_line, show
from aggregator.text.printable import printable
from aggregator.watching import documents
from aggregator.watching.explain import explain as explained
from aggregator.watching.language import compile_watch


@click.command()
@click.argument("item_id", metavar="ITEM", type=int)
@click.argument("name", metavar="WATCH")
@json_option
@click.pass_obj
def explain(context: Context, item_id: int, name: str, as_json: bool) -> None:
    """Why a watch matches an item, or does not: what held, what failed, what was set aside.

    \b
    Example:
      python run.py watch explain 17 Jundallah
    """
    settings = context.settings
    expr = compile_watch(named("watch", name, settings.watches, "WATCH"), settings.groups)
    with context.storage() as storage:
        item = storage.item(item_id)
    if item is None:
        raise click.BadParameter(f"there is no item {item_id}", param_hint="'ITEM'")
    found = explained(expr, documents.of_item(item))
    flagged = name in item.watches
    if as_json:
        json_line(
            {
                "item": item.id,
                "watch": name,
                "matches": found.holds,
                "flagged": flagged,
                "tree": explanation_record(found),
            }
        )
        return
    verdict = "matches" if found.holds else "does not match"
    show(Text(f"{printable(name)} {verdict} item {item.id}: {printable(item.title)}", "bold"))
    if flagged != found.holds:
        then = "flagged it" if flagged else "did not flag it"
        click.echo(f"the monitor {then}, by the settings and the text of that time")
    click.echo()
    for line in explanation_lines(found):
        show(line)
