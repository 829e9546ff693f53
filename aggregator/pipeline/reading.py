"""A due entry is read: fetch the page, extract, find its story, match, decide whom to tell."""

from __future__ import annotations

import asyncio
import logging
import zlib
from dataclasses import replace
from datetime import timedelta

from aggregator.children import Allowance, MiB, Workers
from aggregator.errors import ChildError, TimedOut, Unreachable
from aggregator.models import (
    Article,
    DueEntry,
    Feed,
    FetchResult,
    HostPage,
    KnownReading,
    PastReading,
    ReadOutcome,
)
from aggregator.net.urls import canonical_key, same_origin
from aggregator.pipeline.line import Line, PageTurn
from aggregator.pipeline.polling import headers_for
from aggregator.pipeline.telling import tell
from aggregator.protocols import Hold
from aggregator.reading import decide, host, quality, yields
from aggregator.reading.anchor import NO_ANCHOR, Anchor
from aggregator.reading.extract import Extracted, extract
from aggregator.reading.host import Cleaned
from aggregator.reading.places import NOWHERE, Places

log = logging.getLogger(__name__)

EXTRACT = Allowance(cpu=5, memory=512 * MiB)

#: The text on time beats the perfect text late.
PATIENCE = timedelta(seconds=20)
#: A page read so lately for one feed is not fetched again for another.
SHARED_WINDOW = timedelta(days=1)


async def read(entry: DueEntry, line: Line) -> ReadOutcome:
    """Reads, matches and commits; returns what was written."""
    url_key = canonical_key(entry.url)
    turn = line.page_turn(url_key)
    async with turn.lock, line.room.hold() as hold:
        return await _read(entry, url_key, turn, hold, line)


async def _read(
    entry: DueEntry, url_key: str, turn: PageTurn, hold: Hold, line: Line
) -> ReadOutcome:
    feed = line.feeds.get(entry.feed_url) or Feed(url=entry.feed_url, full_text=False)
    known = await _known_reading(entry, url_key, feed, line)
    page = None if known else await _page(entry, feed, turn, hold, line)
    extracted = await _extracted(entry, feed, page, line) if page else None
    kept = page if line.settings.retention.pages else None
    evidence = await asyncio.to_thread(_compressed, kept)
    async with line.story_lock, line.outbox_lock:
        host_page = host.page_of(entry, page, extracted) if page and extracted else None
        cleaned = await _without_host(entry, extracted, host_page, line)
        now = line.clock()
        article = (
            known.article if known else decide.article(entry, feed, page, cleaned.extracted, now)
        )
        due_at = decide.next_read(entry, page, now, article)
        outcome = await tell(entry, article, due_at, line, known)
        tells = await _tells(entry, article, line)
        told = line.to_operators(tells, entry.feed, f"entry {entry.id}/{entry.fence}")
        outcome = replace(
            outcome,
            url_key=url_key,
            page=evidence,
            host_page=host_page,
            again=cleaned.same,
            tells=tells,
            alerts=(*outcome.alerts, *told),
        )
        await line.in_storage(line.storage.commit_reading, outcome)
    return outcome


async def _known_reading(
    entry: DueEntry, url_key: str, feed: Feed, line: Line
) -> KnownReading | None:
    """Of the same page, for another feed.  A feed with rules or headers of its own asks itself."""
    if not (feed.full_text and url_key) or feed.headers or feed.article != Feed("").article:
        return None
    now = line.clock()
    known = await line.in_storage(line.storage.known_reading, url_key, now - SHARED_WINDOW, entry)
    article = decide.shared(entry, known, now) if known else None
    return replace(known, article=article) if known and article else None


async def read_failed(entry: DueEntry, line: Line) -> None:
    """Puts off an entry whose reading met a bug."""
    until = decide.next_try(entry, line.clock())
    await line.in_storage(line.storage.put_off_entry, entry, until)


async def _extracted(
    entry: DueEntry, feed: Feed, page: FetchResult, line: Line
) -> Extracted | None:
    past = await line.in_storage(line.storage.host_pages, host.host_of(page.final_url))
    anchor, places = quality.anchor_of(entry), host.places(entry, past)
    return await extracted_from(page, feed, line.workers, anchor, places)


async def _without_host(
    entry: DueEntry, extracted: Extracted | None, own: HostPage | None, line: Line
) -> Cleaned:
    """The caller holds the lock: pages that are read together are held against each other too."""
    if extracted is None or own is None:
        return Cleaned(extracted)
    past = await line.in_storage(line.storage.host_pages, own.host)
    return host.clean(entry, extracted, own, past)


async def _tells(entry: DueEntry, article: Article, line: Line) -> tuple[str, ...]:
    if article.quality == "full" or article.fetched_at is None:
        return ()
    history = await line.in_storage(line.storage.past_readings, entry.feed_id, yields.HISTORY)
    now = PastReading(entry.id, article.quality, article.reason, entry.url)
    return yields.tells(history, now)


async def match_early(entry: DueEntry, line: Line) -> None:
    """Match an entry on the feed's own text, because its page is late."""
    feed = line.feeds.get(entry.feed_url) or Feed(url=entry.feed_url)
    article = decide.article(entry, feed, None, None, line.clock())
    async with line.story_lock, line.outbox_lock:
        outcome = await tell(entry, article, None, line)
        await line.in_storage(line.storage.commit_early, outcome)


async def _page(
    entry: DueEntry, feed: Feed, turn: PageTurn, hold: Hold, line: Line
) -> FetchResult | None:
    if not (feed.full_text and entry.url):
        return None
    headers = headers_for(feed, entry.url)
    if turn.unanswered and not headers and same_origin(entry.url, turn.unanswered.url):
        return replace(turn.unanswered, url=entry.url)
    page = await line.fetcher.page(entry.url, headers=headers, hold=hold)
    if isinstance(page.error, Unreachable | TimedOut) and not headers:
        turn.unanswered = page
    return page


def _compressed(page: FetchResult | None) -> bytes:
    """The page as it is put away.  Measured on real ones: level 1 takes 2 ms a page to a quarter of
    its size, level 6 takes 5 ms to a fifth."""
    return zlib.compress(page.body, level=1) if page and page.body else b""


async def extracted_from(
    page: FetchResult,
    feed: Feed,
    workers: Workers,
    anchor: Anchor = NO_ANCHOR,
    places: Places = NOWHERE,
) -> Extracted | None:
    """What a page holds; None where no page came that may be read."""
    if page.reason != "ok" and not (page.status in quality.WALLED and page.body):
        return None
    content_type = page.headers.get("content-type", "")
    try:
        return await workers.run(
            EXTRACT, extract, page.body, page.final_url, content_type, feed.article, anchor, places
        )
    except ChildError as error:
        return Extracted(reason=error.reason)
    except Exception:
        log.exception("bug", extra={"station": "read", "page": page.url})
        return Extracted(reason="bug")
