"""`extract`: a page's clean text."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import click

from aggregator.app.clock import utc_now
from aggregator.app.parts import make_children, make_fetcher
from aggregator.children import Workers
from aggregator.cli.bars import working
from aggregator.cli.context import Context
from aggregator.cli.output import complain, iso, json_line, on_terminal
from aggregator.errors import FetchError
from aggregator.models import Article, DueEntry, Feed, FetchResult
from aggregator.pipeline.reading import extracted_from
from aggregator.protocols import Fetcher
from aggregator.reading.decide import article


@click.command()
@click.argument("pages", nargs=-1, required=True, metavar="PAGE…")
@click.option("--json", "as_json", is_flag=True, hidden=True, help="Always JSON lines.")
@click.pass_context
def extract(ctx: click.Context, pages: tuple[str, ...], as_json: bool) -> None:  # noqa: ARG001
    """The clean text of pages, each a URL or a file: a JSON line a page.

    \b
    Example:
      python run.py extract https://example.org/news/1 saved-page.html
    """
    failed = asyncio.run(_extract_all(ctx.obj, pages))
    for problem in failed:
        complain(problem)
    if failed:
        ctx.exit(1)


async def _extract_all(context: Context, pages: tuple[str, ...]) -> list[str]:
    """Prints a line a page; returns what went wrong, a line each."""
    failed = []
    workers = make_children()
    try:
        async with _door(context, pages) as fetcher:
            leaves, drawn = "what is printed stands", not on_terminal()
            with working("extracting", len(pages), leaves=leaves, drawn=drawn) as bar:
                for source in pages:
                    page = await _get(source, fetcher)
                    bar.advance()
                    if page.reason != "ok":
                        why = f" ({page.error})" if page.error else ""
                        failed.append(f"{source}: {page.reason}{why}")
                        continue
                    found = await _show(source, page, workers)
                    if found.quality == "none":
                        failed.append(f"{source}: no article text ({found.reason})")
    finally:
        workers.close()
    return failed


@asynccontextmanager
async def _door(context: Context, pages: tuple[str, ...]) -> AsyncIterator[Fetcher | None]:
    """The settings are read only where something is fetched: a file needs none."""
    if not any(map(_is_url, pages)):
        yield None
        return
    fetcher = make_fetcher(context.settings)
    try:
        yield fetcher
    finally:
        await fetcher.aclose()


async def _get(source: str, fetcher: Fetcher | None) -> FetchResult:
    if fetcher and _is_url(source):
        return await fetcher.page(source, headers={})
    page = FetchResult(url="", final_url="", fetched_at=utc_now(), status=200)
    try:
        return replace(page, body=Path(source).read_bytes())  # noqa: ASYNC240  nothing else waits
    except (OSError, ValueError) as error:
        what = error.strerror if isinstance(error, OSError) else None
        return replace(page, error=FetchError(what or str(error), reason="unreadable"))


async def _show(source: str, page: FetchResult, workers: Workers) -> Article:
    started = time.perf_counter()
    now = utc_now()
    feed = Feed(url=page.url)
    entry = DueEntry(id=0, feed_id=0, feed_url="", feed="", fence=0, first_seen=now, url=page.url)
    extracted = await extracted_from(page, feed, workers)
    ms = round((time.perf_counter() - started) * 1000)
    found = article(entry, feed, page, extracted, now)
    json_line(_record(source, found, ms))
    return found


def _record(source: str, found: Article, ms: int) -> dict[str, object]:
    return {
        "source": source,
        "url": found.final_url,
        "title": found.title,
        "authors": list(found.authors),
        "published": iso(found.published),
        "language": found.language,
        "text": found.text,
        "quality": found.quality,
        "method": found.method,
        "ms": ms,
        "reason": found.reason,
        "modified": iso(found.modified),
        "canonical_url": found.canonical_url,
        "image_url": found.image_url,
        "words": found.words,
        "certainty": found.certainty,
        "note": found.note,
    }


def _is_url(source: str) -> bool:
    return source.startswith(("http://", "https://"))
