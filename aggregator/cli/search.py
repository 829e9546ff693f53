"""`search`: the watch language over everything stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import click
from rich.text import Text

from aggregator.alerting.excerpt import excerpt
from aggregator.cli.bars import Bar, working
from aggregator.cli.context import Context, ago, json_option, limit_option, since_option
from aggregator.cli.output import complain, json_line, say_if_none, short, show
from aggregator.cli.records import item_record
from aggregator.models import Item, TermHit
from aggregator.protocols import Storage
from aggregator.text import FOLDING_VERSION
from aggregator.text.printable import printable
from aggregator.watching import documents
from aggregator.watching.engine import find
from aggregator.watching.fulltext import fts_expression
from aggregator.watching.language import parse, warnings
from aggregator.watching.tree import Expr


@click.command()
@click.argument("query")
@since_option
@limit_option
@json_option
@click.pass_obj
def search(
    context: Context, query: str, since: timedelta | None, limit: int | None, as_json: bool
) -> None:
    """The watch language over everything stored, oldest first.

    \b
    Example:
      python run.py search 'Jundallah OR Jundullah'
      python run.py search '"Islamic State" AND Balochistan' --since 30d --json
    """
    start = ago(since)
    expression = parse(query, context.settings.groups)
    for warning in warnings(expression, query):
        complain(f"warning: {warning}")
    with context.storage() as storage, working("searching") as bar:
        found = list(_newest_first(storage, expression, start, limit, bar))
    say_if_none(found)
    for item, hits in reversed(found):
        if as_json:
            json_line(item_record(item))
        else:
            _show(item, hits)


def _newest_first(
    storage: Storage, expression: Expr, since: datetime | None, limit: int | None, bar: Bar
) -> Iterator[tuple[Item, tuple[TermHit, ...]]]:
    """The index only proposes; the engine decides, as it does for a watch."""
    count = 0
    for item in storage.search(fts_expression(expression), FOLDING_VERSION):
        if since and item.first_seen < since:
            return
        bar.advance()
        hits = find(expression, documents.of_item(item))
        if hits is None:
            continue
        yield item, hits
        count += 1
        if count == limit:
            return


def _show(item: Item, hits: tuple[TermHit, ...]) -> None:
    show(
        Text.assemble(
            (f"{item.id} ", "dim"),
            (printable(item.title), "bold"),
            (f" · {printable(item.feed)} · {short(item.first_seen)}", "dim"),
        )
    )
    if hits:
        shown = excerpt(documents.of_item(item), hits)
        line = Text("  " + printable(shown.text))
        for start, end in shown.spans:
            line.stylize("bold yellow", start + 2, end + 2)
        show(line)
