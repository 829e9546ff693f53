"""What feeds answer when they are asked outside of the line."""

from __future__ import annotations

import asyncio

from aggregator.app.clock import utc_now
from aggregator.app.parts import make_children, make_fetcher
from aggregator.cli.bars import working
from aggregator.cli.output import complain
from aggregator.cli.tables import table
from aggregator.models import Feed
from aggregator.probing import Probe, probe
from aggregator.settings.plain import Settings

#: Feeds asked at once; those of one host wait for each other all the same.
AT_ONCE = 20


def ask(settings: Settings) -> bool:
    """Ask every feed once, and print what it answers; returns whether all can be read."""
    probes = asyncio.run(_probes(settings))
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


async def _probes(settings: Settings) -> list[Probe]:
    """In the order of the file."""
    fetcher, workers = make_fetcher(settings), make_children()
    places = asyncio.Semaphore(AT_ONCE)
    with working("asking", len(settings.feeds)) as bar:

        async def answer(feed: Feed) -> Probe:
            async with places:
                found = await probe(feed, fetcher, workers, utc_now)
            bar.advance()
            return found

        try:
            return await asyncio.gather(*map(answer, settings.feeds))
        finally:
            await fetcher.aclose()
            workers.close()


def full_text(probe: Probe) -> str:
    """Whether the page behind the newest entry gives its article."""
    if not probe.feed.full_text:
        return "not wanted"
    if probe.article is None:
        return "no page to try"
    if probe.article.quality == "full":
        return "works"
    return f"{probe.article.quality} ({probe.article.reason})"
