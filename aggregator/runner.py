"""The embedded engine: one event loop claims what is due, does it, and commits the outcome.

Each station has a number of places.  When it is woken it claims as much due work as it has free
places; when a piece of work ends it looks again, and wakes the next station.  Nothing is queued in
memory that is not claimed in storage, so a crash leaves everything due.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from aggregator.backfill import backfill
from aggregator.groupcommit import GroupCommit
from aggregator.models import Alert, Delivery, DueEntry, DueFeed, PollOutcome, ReadOutcome
from aggregator.pipeline import digests, house, polling, reading
from aggregator.pipeline.line import Line
from aggregator.senders import Senders
from aggregator.station import Station, Workplace

log = logging.getLogger(__name__)

#: Longer than any piece of work may take, waiting for its host included.  Nobody else works on this
#: store, and what a crash leaves claimed is released at the next start.
LEASE = timedelta(hours=3)
#: What is in flight at a stop may take this many seconds to finish; then it is left due.
GRACE = 10.0
#: A station looks every second; when it is full, a place is free after a minute, the deadline of a
#: request.  After three of those, in seconds, something is wrong.
STALLED = 180.0


class Listener:
    """Hears what the runner did; the command line shows it.  Does nothing by itself."""

    def polled(self, feed: DueFeed, outcome: PollOutcome) -> None: ...

    def all_polled(self) -> None:
        """Of a single pass: no feed is due any more."""

    def read(self, entry: DueEntry, outcome: ReadOutcome) -> None: ...

    def sent(self, alert: Alert, delivery: Delivery) -> None: ...

    def failed(self, station: str, error: Exception) -> None:
        """Storage failed, or there is a bug; it is logged already."""


class Runner:
    """The three stations of one process, and the group commit of their polls."""

    def __init__(self, line: Line, listener: Listener | None = None) -> None:
        self.line = line
        self.listener = listener or Listener()
        self._commits = GroupCommit(self._write_polls)
        #: Feeds due by then; `once` sets it, so that a feed with a tiny `every` is polled once.
        self._due_by: datetime | None = None
        failed = self.listener.failed
        #: Entries whose early matching met a bug: to be matched when they are read.
        self._unmatchable: set[int] = set()
        self.poll = Station("poll", 100, self._claim_feeds, self._poll, self._put_off_feed, failed)
        self.read = Station(
            "read", 50, self._claim_entries, self._read, self._put_off_entry, failed
        )
        self.early = Station(
            "early",
            20,
            self._unmatched,
            self._match_early,
            self._leave_to_reading,
            failed,
            claims=False,
        )
        self.send = Senders(line, LEASE, self.listener.sent, failed)
        self.stations: tuple[Workplace, ...] = (
            self.poll,
            self.read,
            self.early,
            self.send,
        )

    # driving

    def tick(self) -> None:
        """Let every station look for due work."""
        for station in self.stations:
            station.awake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; then finish what is in flight, or leave it due."""
        async with self.working():
            loops = [asyncio.create_task(station.run()) for station in self.stations]
            self.tick()
            await stop.wait()
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)

    def stalled(self) -> Mapping[str, float | None]:
        """The stations that have not looked for work for too long, and for how many seconds; None:
        never yet.  Only while it runs."""
        now = asyncio.get_running_loop().time()
        idle = {
            station.name: None if station.progressed_at is None else now - station.progressed_at
            for station in self.stations
        }
        return {name: since for name, since in idle.items() if since is None or since > STALLED}

    async def once(self) -> None:
        """Everything due now, through to delivery; then return.  Raises what storage raises."""
        self._due_by = self.line.clock()
        async with self.working():
            await self.poll.drain()
            self.listener.all_polled()
            await self.read.drain()
            await digests.digest(self.line)
            await self.send.drain()
            await backfill(self.line)
            while await house.index(self.line):
                pass
            await house.prune(self.line)
            await house.look_again_when_due(self.line)

    @asynccontextmanager
    async def working(self) -> AsyncIterator[Runner]:
        """Itself; at its end, what is in flight may finish, and the claims of the rest are given
        back."""
        try:
            yield self
        finally:
            if under_way := sum(len(station.under_way()) for station in self.stations):
                log.info("stopping", extra={"under_way": under_way, "seconds": GRACE})
            await asyncio.gather(*(station.finish(GRACE) for station in self.stations))
            await self._commits.finish()
            await self.line.in_storage(self.line.storage.release_claims)

    # poll

    async def _claim_feeds(self, places: int) -> list[DueFeed]:
        by = self._due_by or self.line.clock()
        return await self.line.in_storage(self.line.storage.claim_feeds, by, places, LEASE)

    async def _poll(self, due: DueFeed) -> None:
        outcome = await polling.poll(due, self.line)
        if await self._commits.commit(outcome):
            self._log_poll(outcome)
            self.listener.polled(due, outcome)
            if outcome.new or outcome.seen:
                self.read.awake.set()

    async def _put_off_feed(self, due: DueFeed) -> None:
        outcome = polling.poll_failed(due, self.line)
        if not await self.line.in_storage(self.line.storage.commit_polls, [outcome]):
            self._log_poll(outcome)
            self.listener.polled(due, outcome)

    async def _write_polls(self, outcomes: Sequence[PollOutcome]) -> Sequence[bool]:
        late = await self.line.in_storage(self.line.storage.commit_polls, outcomes)
        return [outcome.feed_id not in late for outcome in outcomes]

    def _log_poll(self, outcome: PollOutcome) -> None:
        poll = outcome.poll
        log.log(
            logging.WARNING if outcome.failures else logging.INFO,
            "polled",
            extra={
                "feed": poll.feed,
                "status": poll.status or None,
                "reason": poll.reason,
                "new": poll.new,
                "ms": poll.ms,
            },
        )
        for tell in outcome.tells:
            code, _, detail = tell.partition(" ")
            log.warning("told", extra={"feed": poll.feed, "code": code, "detail": detail})

    # read

    async def _claim_entries(self, places: int) -> list[DueEntry]:
        storage = self.line.storage
        return await self.line.in_storage(storage.claim_entries, self.line.clock(), places, LEASE)

    async def _read(self, entry: DueEntry) -> None:
        outcome = await reading.read(entry, self.line)
        log.info(
            "read",
            extra={
                "item": entry.id,
                "quality": outcome.article.quality,
                "reason": outcome.article.reason,
                "watches": [match.watch for match in outcome.matches],
            },
        )
        for code in outcome.tells:
            log.warning("told", extra={"feed": entry.feed, "code": code, "detail": ""})
        self.listener.read(entry, outcome)
        if outcome.alerts:
            self.send.awake.set()

    async def _put_off_entry(self, entry: DueEntry) -> None:
        await reading.read_failed(entry, self.line)

    async def _unmatched(self, places: int) -> list[DueEntry]:
        before, storage = self.line.clock() - reading.PATIENCE, self.line.storage
        return await self.line.in_storage(
            storage.unmatched_entries, before, places, self._unmatchable
        )

    async def _leave_to_reading(self, entry: DueEntry) -> None:
        self._unmatchable.add(entry.id)

    async def _match_early(self, entry: DueEntry) -> None:
        await reading.match_early(entry, self.line)
        self.send.awake.set()
