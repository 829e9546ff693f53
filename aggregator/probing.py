"""A feed asked once, outside of the line: what would its polls and its articles be like?

For operators who add a feed or doubt one; nothing is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from aggregator.children import Workers
from aggregator.models import (
    Article,
    DueEntry,
    Feed,
    FetchResult,
    ParsedEntry,
    ParsedFeed,
    Validators,
)
from aggregator.pipeline.polling import headers_for, parsed_from
from aggregator.pipeline.reading import extracted_from
from aggregator.polling.charset import decode
from aggregator.polling.notafeed import advertised_feeds
from aggregator.protocols import Clock, Fetcher
from aggregator.reading import decide as reading

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Probe:
    """What one feed answered."""

    feed: Feed
    result: FetchResult
    #: None where no document came.
    parsed: ParsedFeed | None = None
    #: What reading its newest entry gave; None where there is none, or its page is not wanted.
    article: Article | None = None
    #: The feeds that a page in place of a feed names.
    advertised: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """`ok`, or why its poll would fail: the ledger's code."""
        if self.parsed is not None and self.parsed.error is not None:
            return self.parsed.error.reason
        return self.result.reason

    @property
    def entries(self) -> Sequence[ParsedEntry]:
        """Newest first, as they claim; those without a date stay in the order of the document."""
        found = self.parsed.entries if self.parsed else ()
        return sorted(found, key=lambda entry: entry.published or _LONG_AGO, reverse=True)

    @property
    def newest(self) -> datetime | None:
        return self.entries[0].published if self.entries else None


async def probe(feed: Feed, fetcher: Fetcher, workers: Workers, clock: Clock) -> Probe:
    """Ask for the feed and for the page behind its newest entry.  Does not raise."""
    result = await fetcher.feed(feed.url, validators=Validators(), headers=feed.headers)
    if result.reason != "ok":
        return Probe(feed, result)
    parsed = await parsed_from(result.body, result, workers)
    if parsed.error is not None:
        page = decode(result.body, result.headers.get("content-type", ""))
        return Probe(feed, result, parsed, advertised=advertised_feeds(page, result.final_url))
    found = Probe(feed, result, parsed)
    article = await _article(found, fetcher, workers, clock())
    return replace(found, article=article)


async def _article(
    found: Probe, fetcher: Fetcher, workers: Workers, now: datetime
) -> Article | None:
    feed, entry = found.feed, next((one for one in found.entries if one.link), None)
    if not feed.full_text or entry is None or entry.link is None:
        return None
    page = await fetcher.page(entry.link, headers=headers_for(feed, entry.link))
    due = DueEntry(
        id=0,
        feed_id=0,
        feed_url=feed.url,
        feed=feed.name or feed.url,
        fence=0,
        first_seen=now,
        url=entry.link,
        title=entry.title,
        summary=entry.summary,
        content=entry.content,
    )
    return reading.article(due, feed, page, await extracted_from(page, feed, workers), now)


async def find(
    feed: Feed, fetcher: Fetcher, workers: Workers, clock: Clock
) -> tuple[Probe, tuple[str, ...]]:
    """The feed at this address, or the first behind the page there that can be read; and the other
    feeds that the page names."""
    first = await probe(feed, fetcher, workers, clock)
    for url in first.advertised:
        behind = await probe(replace(feed, url=url), fetcher, workers, clock)
        if behind.reason == "ok":
            return behind, tuple(other for other in first.advertised if other != url)
    return first, ()
