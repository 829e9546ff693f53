"""`feeds add`, `remove`, `import`, `export`: the feeds of feeds.yaml, changed by command."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from aggregator.app.clock import utc_now
from aggregator.app.parts import make_children, make_fetcher
from aggregator.cli.answers import full_text
from aggregator.cli.bars import working
from aggregator.cli.context import Context, nearest_name
from aggregator.cli.output import complain, say, short
from aggregator.errors import EditError
from aggregator.models import Feed
from aggregator.net.urls import canonical_key
from aggregator.probing import Probe, find
from aggregator.settings import opml
from aggregator.settings.editing import add_items, remove_item
from aggregator.settings.feeds_yaml import parse
from aggregator.settings.plain import Settings
from aggregator.settings.values import wrong_address

#: Entries shown of a feed that is to be added.
SHOWN = 3


@click.command()
@click.argument("url")
@click.option("--name", help="What people call it; without it, the feed's own title.")
@click.option("--tag", "tags", multiple=True, help="A word to choose feeds by; may be repeated.")
@click.option("--every", help="Not asked more often than this: 15m, 2h.")
@click.option("--yes", is_flag=True, help="Add it without asking, even if it cannot be read now.")
@click.pass_obj
def add(
    context: Context,
    url: str,
    name: str | None,
    tags: tuple[str, ...],
    every: str | None,
    yes: bool,
) -> None:
    """Add a feed, or the feed behind a page: shows what it holds, then asks.

    \b
    Example:
      python run.py feeds add https://www.dawn.com/
      python run.py feeds add https://www.dawn.com/feeds/home --tag pakistan --yes
    """
    settings = context.settings
    _refuse_known(url, settings)
    probe, others = asyncio.run(_find(Feed(url=url, name=name), settings))
    _refuse_known(probe.feed.url, settings)
    for line in _described(probe, others):
        complain(line)
    if probe.reason != "ok" and not yes:
        raise EditError("nothing is added (to add it all the same: --yes)")
    if not yes:
        click.confirm(f"Add {probe.feed.url} to {settings.path.name}?", abort=True, err=True)
    item = {"url": probe.feed.url, "name": name, "tags": list(tags), "every": every}
    _add([{key: value for key, value in item.items() if value}], context)
    say(f"added to {settings.path.name}")


async def _find(feed: Feed, settings: Settings) -> tuple[Probe, tuple[str, ...]]:
    fetcher, workers = make_fetcher(settings), make_children()
    try:
        with working(f"asking {feed.url}", leaves="nothing was added"):
            return await find(feed, fetcher, workers, utc_now)
    finally:
        await fetcher.aclose()
        workers.close()


def _described(probe: Probe, others: Iterable[str]) -> Iterator[str]:
    parsed = probe.parsed
    if probe.reason != "ok" or parsed is None:
        error = (parsed and parsed.error) or probe.result.error
        yield f"{probe.feed.url}: {probe.reason}" + (f" ({error})" if error else "")
        return
    yield f"{parsed.title or 'without a title'} · {parsed.format} · {probe.feed.url}"
    yield f"{len(parsed.entries)} entries; full text: {full_text(probe)}"
    for entry in probe.entries[:SHOWN]:
        yield f"  {short(entry.published)}  {entry.title or entry.summary[:80]}"
    for other in others:
        yield f"also there: {other}"


def _refuse_known(url: str, settings: Settings) -> None:
    known = _known(settings).get(canonical_key(url))
    if known is not None:
        raise EditError(f"{known.url}: is in {settings.path.name} already{_called(known)}")


def _called(feed: Feed) -> str:
    return f", as {feed.name}" if feed.name else ""


def _known(settings: Settings) -> dict[str, Feed]:
    return {canonical_key(feed.url): feed for feed in settings.feeds}


def _add(items: list[dict[str, Any]], context: Context) -> None:
    bare = [item["url"] if item.keys() == {"url"} else item for item in items]
    with working(f"writing {context.config.name}", leaves="nothing was added"):
        add_items(context.config, "feeds", bare, context.environ)


@click.command()
@click.argument("name")
@click.pass_obj
def remove(context: Context, name: str) -> None:
    """Take a feed out, by its name or its address; what it brought stays stored.

    \b
    Example:
      python run.py feeds remove "Antiwar.com"
    """
    settings = context.settings
    index = _index_of(name, context)
    remove_item(context.config, "feeds", index, context.environ)
    say(f"removed from {settings.path.name}: {settings.feeds[index].url}; its articles stay")


def _index_of(name: str, context: Context) -> int:
    """By name, by address, or by the title under which the store knows it."""
    feeds = context.settings.feeds
    urls = {name, *(feed.url for feed in feeds if feed.name == name)}
    for index, feed in enumerate(feeds):
        if feed.url in urls or canonical_key(feed.url) == canonical_key(name):
            return index
    with context.storage() as storage:
        titled = {health.url for health in storage.feeds() if health.name == name}
    for index, feed in enumerate(feeds):
        if feed.url in titled:
            return index
    mend = nearest_name(name, (feed.name or feed.url for feed in feeds))
    raise click.BadParameter(f"there is no feed {name!r} ({mend})", param_hint="'NAME'")


@click.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Show what would be added; change nothing.")
@click.option(
    "--variables", is_flag=True, help="The list is mine: let it name ${VARIABLES} of mine."
)
@click.pass_context
def import_(ctx: click.Context, file: Any, dry_run: bool, variables: bool) -> None:
    """Add the feeds of another reader's subscription list (OPML); its folders become tags.

    \b
    Example:
      python run.py feeds import subscriptions.opml
    """
    context: Context = ctx.obj
    settings = context.settings
    found = opml.read(file.read())
    if not found.feeds:
        raise EditError(f"{file.name}: names no feeds {found.problem}".rstrip())
    if found.ours and "${" in str(found.feeds).replace("$${", "") and not variables:
        raise EditError(
            f"{file.name}: names variables, which would be sent to the addresses in it "
            "(if you wrote it: --variables)"
        )
    new, problems = _importable(found.feeds, settings)
    for item in new:
        click.echo(f"{item['url']}\t{item.get('name', '')}\t{', '.join(item.get('tags', ()))}")
    for problem in problems:
        complain(problem)
    if new and not dry_run:
        _add(new, context)
    known = len(found.feeds) - len(new) - len(problems)
    would = "would be " if dry_run else ""
    say(f"{len(new)} {would}added to {settings.path.name}, {known} there already")
    if problems:
        ctx.exit(1)


def _importable(
    feeds: Iterable[Mapping[str, Any]], settings: Settings
) -> tuple[list[dict[str, Any]], list[str]]:
    """Those that are new and can be asked, each with a name of its own; and what is wrong."""
    known = _known(settings)
    names = {feed.name for feed in settings.feeds}
    new: list[dict[str, Any]] = []
    problems: list[str] = []
    for feed in feeds:
        # Some readers write feed://host or feed:https://host.
        url = feed["url"].removeprefix("feed:")
        url = f"http:{url}" if url.startswith("//") else url
        problem = wrong_address(url)
        if problem:
            problems.append(f"{feed['url']}: {problem}")
        elif canonical_key(url) not in known:
            item = {**feed, "url": url}
            if item.get("name") in names:
                # Two of one name cannot be told apart; its own title tells it from the other.
                del item["name"]
            names.add(item.get("name"))
            known[canonical_key(url)] = Feed(url=url)
            new.append(item)
    return new, problems


@click.command()
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="To this file.")
@click.pass_obj
def export(context: Context, output: Path | None) -> None:
    """The feeds as a subscription list (OPML) for other readers; secrets stay ${NAME}.

    \b
    Example:
      python run.py feeds export --output subscriptions.opml
    """
    settings = context.settings
    document = opml.write(parse(settings.path).data["feeds"], settings.path.stem)
    if output is not None:
        output.write_bytes(document)
    elif sys.stdout is not None:
        click.echo(document, nl=False)
