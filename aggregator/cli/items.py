"""`items`: what is stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path

import click
from rich.text import Text

from aggregator.alerting.words import counted, oddness
from aggregator.cli.bars import working
from aggregator.cli.context import (
    Context,
    ago,
    json_option,
    limit_option,
    refuse_unknown,
    since_option,
)
from aggregator.cli.edits import edit_lines, edit_record
from aggregator.cli.evidence import evidence_record, evidence_rows
from aggregator.cli.output import json_line, say_if_none, short
from aggregator.cli.output import show as show_line
from aggregator.cli.records import item_details, item_record
from aggregator.cli.story import explained, named_in, story_lines, story_record
from aggregator.cli.tables import table
from aggregator.models import Evidence, Item
from aggregator.protocols import Storage
from aggregator.reading.revisions import changes
from aggregator.reading.stories import by_text
from aggregator.text.printable import printable


@click.group()
def items() -> None:
    """What is stored: entries with their articles.

    \b
    Example:
      python run.py items list --watch Jundallah --since 24h
      python run.py items show 17
      python run.py items explain 17
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
    with context.storage() as storage, working("reading"):
        found = storage.items(watch=watch, feed=feed, since=start, limit=limit)
        if not found:
            refuse_unknown("watch", watch, (known.name for known in context.settings.watches))
            refuse_unknown("feed", feed, (known.name for known in storage.feeds()))
        folded = _folded(found, storage.copy_pairs([item.id for item in found]))
    say_if_none(found)
    if as_json:
        for item in found:
            json_line(item_record(item))
        return
    table(
        ["id", "first seen", "feed", "quality", "title", "watches"],
        (
            [
                first.id,
                first.first_seen,
                _outlets(first, copies),
                first.quality,
                first.title,
                ", ".join(first.watches),
            ]
            for first, copies in folded
        ),
        under=("title", "watches"),
    )


def _folded(
    found: Sequence[Item], copies: Iterable[tuple[int, int]]
) -> list[tuple[Item, list[Item]]]:
    """The first item of each text, with its copies."""
    item = {one.id: one for one in found}
    return [
        (item[first], [item[copy] for copy in others])
        for first, *others in by_text([one.id for one in found], copies)
    ]


def _outlets(first: Item, copies: list[Item]) -> str:
    others = sorted({item.feed for item in copies} - {first.feed})
    return f"{first.feed} (also {', '.join(others)})" if others else first.feed


@items.command()
@click.argument("item_id", metavar="ID", type=int)
@click.option("--evidence", "with_evidence", is_flag=True, help="Where its text came from.")
@click.option("--diff", "with_edits", is_flag=True, help="What its edits changed.")
@click.option(
    "--page",
    "page_file",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write the page it was read from here, as it came, while it is kept.",
)
@json_option
@click.pass_obj
def show(
    context: Context,
    item_id: int,
    with_evidence: bool,
    with_edits: bool,
    page_file: Path | None,
    as_json: bool,
) -> None:
    """One item: its text, or in the text's place where it came from and what its edits changed.

    \b
    Example:
      python run.py items show 17
      python run.py items show 17 --evidence --page page.html
      python run.py items show 17 --diff
    """
    with context.storage() as storage:
        item = _item(storage, item_id)
        evidence = storage.evidence(item_id)
        edits = changes(storage.revisions(item_id)) if with_edits else ()
        if page_file:
            _write(page_file, _page(storage, evidence))
    if as_json:
        record = item_record(item) | item_details(item)
        if with_evidence:
            record["evidence"] = evidence_record(evidence)
        if with_edits:
            record["revisions"] = [edit_record(edit) for edit in edits]
        json_line(record)
        return
    _show_head(item)
    if with_evidence:
        table(["what", "value"], evidence_rows(evidence))
        click.echo()
    if with_edits:
        for line in edit_lines(edits):
            show_line(line)
    if not (with_evidence or with_edits):
        for paragraph in item.text.split("\n\n"):
            show_line(Text(printable(paragraph)))
            click.echo()


@items.command()
@click.argument("item_id", metavar="ID", type=int)
@json_option
@click.pass_obj
def explain(context: Context, item_id: int, as_json: bool) -> None:
    """The story an item is in, and why; or why it is in none with others.

    \b
    Example:
      python run.py items explain 17
    """
    with context.storage() as storage:
        known = explained(_item(storage, item_id), storage)
        named = (storage.item(entry) for entry in sorted(named_in(known)))
        titles = {item.id: f"{item.feed}: {item.title}" for item in named if item}
    if as_json:
        json_line(story_record(known))
        return
    for line in story_lines(known, titles):
        show_line(Text(printable(line)))


def _item(storage: Storage, item_id: int) -> Item:
    item = storage.item(item_id)
    if item is None:
        raise click.BadParameter(f"there is no item {item_id}", param_hint="'ID'")
    return item


def _page(storage: Storage, evidence: Evidence | None) -> bytes:
    page = storage.page(evidence.sha256) if evidence else None
    if page is None:
        raise click.BadParameter("its page is not kept (see --evidence)", param_hint="'--page'")
    return page


def _write(file: Path, page: bytes) -> None:
    try:
        file.write_bytes(page)
    except OSError as error:
        raise click.BadParameter(f"{file}: {error.strerror}", param_hint="'--page'") from error


def _show_head(item: Item) -> None:
    length = counted(item.words, "word")
    lines = [
        item.title,
        _times(item),
        item.url,
        f"canonical {item.canonical_url}" if item.canonical_url not in ("", item.url) else "",
        f"image {item.image_url}" if item.image_url else "",
        f"by {', '.join(item.authors)}" if item.authors else "",
        f"language {item.language or 'unknown'} · {length} · story {item.story}",
        f"quality {item.quality} ({item.reason})",
        f"watches: {', '.join(item.watches)}" if item.watches else "",
    ]
    for line in filter(None, lines):
        show_line(Text(printable(line)))
    click.echo()


def _times(item: Item) -> str:
    odd = oddness(item.published, item.first_seen)
    claimed = f" (claimed: {odd})" if odd else ""
    parts = [item.feed, f"published {short(item.published)}{claimed}"]
    if item.modified and item.modified != item.published:
        parts.append(f"modified {short(item.modified)}")
    return " · ".join((*parts, f"first seen {short(item.first_seen)}"))
