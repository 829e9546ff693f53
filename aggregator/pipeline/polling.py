"""A due feed is polled: fetch, parse, tell what is new."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace

from aggregator.children import Allowance, MiB, Workers
from aggregator.errors import ChildError, FetchError, ParseError
from aggregator.models import DueFeed, Feed, FetchResult, ParsedFeed, PollOutcome, Validators
from aggregator.net.urls import same_origin
from aggregator.pipeline.line import Line
from aggregator.polling import decide, identity, schedule, split
from aggregator.polling.parse import parse
from aggregator.protocols import Hold

log = logging.getLogger(__name__)

#: What one document may take; measured: the largest real feed (2.5 MB) parses in 1.2 s of CPU.
PARSE = Allowance(cpu=2, memory=256 * MiB)


async def poll(due: DueFeed, line: Line) -> PollOutcome:
    async with line.room.hold() as hold:
        outcome = await _poll(due, hold, line)
    occasion = f"feed {due.id}/{due.fence}"
    return replace(outcome, alerts=line.to_operators(outcome.tells, due.name, occasion))


async def _poll(due: DueFeed, hold: Hold, line: Line) -> PollOutcome:
    feed = _feed(due, line)
    validators = schedule.validators_to_send(due, line.clock())
    address = schedule.address(due)
    result = await line.fetcher.feed(
        address, validators=validators, headers=headers_for(feed, address), hold=hold
    )
    line.witnesses.hear(result)
    if not _has_document(result):
        return decide.poll(feed, due, validators, result, None, (), now=line.clock())
    remembered = split.from_json(await line.in_storage(line.storage.document, due.id))
    part = split.unseen(result.body, remembered)
    parsed = await parsed_from(part.body, result, line.workers)
    keys = identity.keys_of(parsed) | frozenset(map(identity.words_key, part.again))
    memory = split.to_json(split.memory(part, parsed, remembered))
    known = await line.in_storage(line.storage.known_entries, due.id, keys)
    return decide.poll(
        feed, due, validators, result, parsed, known, line.clock(), part.again, memory
    )


def _feed(due: DueFeed, line: Line) -> Feed:
    """As configured; the settings may have changed since it was claimed."""
    return line.feeds.get(due.url) or Feed(url=due.url)


def poll_failed(due: DueFeed, line: Line) -> PollOutcome:
    """Of a poll that met a bug: a row in the ledger, and another try after a back-off."""
    now = line.clock()
    nothing = FetchResult(due.url, due.url, now, error=FetchError("a bug", reason="bug"))
    return decide.poll(_feed(due, line), due, Validators(), nothing, None, (), now)


def headers_for(feed: Feed, url: str) -> Mapping[str, str]:
    """The operator's headers are for the feed's own origin: anyone else would be told a secret."""
    return feed.headers if same_origin(url, feed.url) else {}


def _has_document(result: FetchResult) -> bool:
    """Of an answer that broke off the good entries are kept."""
    return result.reason == "ok" or (result.reason == "truncated" and bool(result.body))


async def parsed_from(body: bytes, result: FetchResult, workers: Workers) -> ParsedFeed:
    """What these bytes of the answer hold, read in a child."""
    try:
        return await workers.run(
            PARSE, parse, body, result.final_url, result.headers.get("content-type", "")
        )
    except ChildError as error:
        return ParsedFeed(error=ParseError(str(error), reason=error.reason))
    except Exception as error:
        # A document that meets a bug of ours is a failed poll, and a loud one; not a feed that is
        # never heard of again.
        log.exception("bug", extra={"station": "poll", "feed": result.url})
        return ParsedFeed(error=ParseError(f"{type(error).__name__}: {error}", reason="bug"))
