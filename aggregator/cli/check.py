"""`check`: is feeds.yaml right, and do its feeds answer?"""

from __future__ import annotations

import asyncio
import json

import click

from aggregator.app.clock import utc_now
from aggregator.app.parts import make_children, make_fetcher
from aggregator.cli.bars import working
from aggregator.cli.context import Context
from aggregator.cli.output import complain, full_text, inventory, say
from aggregator.cli.tables import table
from aggregator.models import Feed
from aggregator.probing import Probe, probe
from aggregator.settings.plain import NOBODY, Settings
from aggregator.settings.shown import effective, json_schema

#: Feeds asked at once; those of one host wait for each other all the same.
AT_ONCE = 20


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
    if not fetch:
        click.echo(effective(settings))
    for warning in settings.warnings:
        say(f"warning: {warning}")
    say(f"{settings.path.name} is right: {inventory(settings)}")
    if settings.people == (NOBODY,):
        say("nobody named: alerts appear on the console")
    if fetch and not _fetch(settings):
        ctx.exit(1)


def _fetch(settings: Settings) -> bool:
    """Whether every feed can be read."""
    probes = asyncio.run(_ask(settings))
    table(
        ["feed", "status", "reason", "format", "entries", "newest", "full text"],
        (
            [
                found.feed.name or (found.parsed and found.parsed.title) or found.feed.url,
                found.result.status or "–",
                found.reason,
                (found.parsed and found.parsed.format) or "–",
                len(found.entries),
                found.newest or "–",
                full_text(found),
            ]
            for found in probes
        ),
        spare={"format"},
    )
    failed = [found for found in probes if found.reason != "ok"]
    if failed:
        complain(f"{len(failed)} of {len(probes)} feeds cannot be read")
    return not failed


async def _ask(settings: Settings) -> list[Probe]:
    """In the order of the file."""
    fetcher, workers = make_fetcher(settings), make_children()
    places = asyncio.Semaphore(AT_ONCE)
    with working("asking", len(settings.feeds)) as bar:

        async def ask(feed: Feed) -> Probe:
            async with places:
                found = await probe(feed, fetcher, workers, utc_now)
            bar.advance()
            return found

        try:
            return await asyncio.gather(*map(ask, settings.feeds))
        finally:
            await fetcher.aclose()
            workers.close()
