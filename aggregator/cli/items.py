"""`items`: what is stored."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import click

from aggregator.cli.context import (
    Context,
    ago,
    json_option,
    limit_option,
    refuse_unknown,
    since_option,
)
from aggregator.cli.output import item_record, json_line, short, table
from aggregator.models import Item
from aggregator.text.printable import printable


@click.group()
def items() -> None:
    """What is stored: entries with their articles.

    \b
    Example:
      python run.py items list --watch Jundallah --since 24h
      python run.py items show 17
    """


@items.command("list")
@click.option("--watch", help="Only what this watch matched.")
@click.option("--feed", help="Only of this feed.")
@since_option
@limit_option
@json_option
@click.pass_obj
def list_items(
    context: Context,
    watch: str | None,
    feed: str | None,
    since: timedelta | None,
    limit: int | None,
    as_json: bool,
) -> None:
    """Items, oldest first; copies of one text stand on one line.

    \b
    Example:
      python run.py items list --since 24h
      python run.py items list --watch Jundallah --limit 10 --json
    """
    start = ago(since)
    with context.storage() as storage:
        found = storage.items(watch=watch, feed=feed, since=start, limit=limit)
        if not found:
            refuse_unknown("watch", watch, (known.name for known in context.settings.watches))
            refuse_unknown("feed", feed, (known.name for known in storage.feeds()))
    if as_json:
        for item in found:
            json_line(item_record(item))
        return
    table(
        ["id", "first seen", "feed", "quality", "title", "watches"],
        (
            [
                first.id,
                short(first.first_seen),
                _outlets(first, copies),
                first.quality,
                first.title,
                ", ".join(first.watches),
            ]
            for first, copies in _by_story(found)
        ),
    )


def _by_story(found: Iterable[Item]) -> list[tuple[Item, list[Item]]]:
    """Each story's first item, with the others of it."""
    stories: dict[int, list[Item]] = {}
    for item in found:
        stories.setdefault(item.story, []).append(item)
    return [(first, copies) for first, *copies in stories.values()]


def _outlets(first: Item, copies: list[Item]) -> str:
    others = sorted({item.feed for item in copies} - {first.feed})
    return f"{first.feed} (also {', '.join(others)})" if others else first.feed


@items.command()
@click.argument("item_id", metavar="ID", type=int)
@json_option
@click.pass_obj
def show(context: Context, item_id: int, as_json: bool) -> None:
    """One item, whole.

    \b
    Example:
      python run.py items show 17
    """
    with context.storage() as storage:
        item = storage.item(item_id)
    if item is None:
        raise click.BadParameter(f"there is no item {item_id}", param_hint="'ID'")
    if as_json:
        json_line(item_record(item))
        return
    lines = [
        item.title,
        f"{item.feed} · published {short(item.published)} · first seen {short(item.first_seen)}",
        item.url,
        f"by {', '.join(item.authors)}" if item.authors else "",
        f"language {item.language or 'unknown'} · story {item.story}",
        f"quality {item.quality} ({item.reason})",
        f"watches: {', '.join(item.watches)}" if item.watches else "",
    ]
    for line in filter(None, lines):
        click.echo(printable(line))
    click.echo()
    for paragraph in item.text.split("\n\n"):
        click.echo(printable(paragraph) + "\n")
