"""`watch suggest`: spellings in the archive that a watch nearly finds."""

from __future__ import annotations

from datetime import timedelta

import click

from aggregator.cli.archive import archive
from aggregator.cli.context import Context, ago, json_option, named, since_option
from aggregator.cli.output import json_line, say_if_none
from aggregator.cli.tables import table
from aggregator.watching import documents
from aggregator.watching.language import compile_watch
from aggregator.watching.suggest import Suggester


@click.command()
@click.argument("name")
@since_option
@json_option
@click.pass_obj
def suggest(context: Context, name: str, since: timedelta | None, as_json: bool) -> None:
    """Spellings near the watch's terms that occur in the archive and that it does not find.

    They are for you to judge; they never fire.

    \b
    Example:
      python run.py watch suggest Jundallah --since 90d
    """
    settings = context.settings
    named_watch = named("watch", name, settings.watches, "NAME")
    suggester = Suggester(compile_watch(named_watch, settings.groups))
    with context.storage() as storage:
        for item in archive(storage, ago(since)):
            suggester.read(item.id, documents.of_item(item))
    found = suggester.told()
    say_if_none(found)
    if as_json:
        for one in found:
            json_line(
                {
                    "spelling": one.spelling,
                    "term": one.term,
                    "articles": one.articles,
                    "item": one.example,
                }
            )
        return
    table(
        ["spelling", "near", "articles", "item"],
        ([one.spelling, one.term, one.articles, one.example] for one in found),
    )
