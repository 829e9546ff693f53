"""The embedded engine: one event loop claims what is due, does it, and commits the outcome.

Each station has a number of places.  When it is woken it claims as much due work as it has free
places; when a piece of work ends it looks again, and wakes the next station.  Nothing is queued in
memory that is not claimed in storage, so a crash leaves everything due.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from aggregator import pipeline
from aggregator.backfill import backfill
from aggregator.errors import StorageError
from aggregator.models import Alert, Delivery, DueEntry, DueFeed, PollOutcome, ReadOutcome
from aggregator.pipeline import Line

log = logging.getLogger(__name__)

T = TypeVar("T")

#: Longer than any piece of work may take, waiting for its host included.  Nobody else works on this
#: store, and what a crash leaves claimed is released at the next start.
LEASE = timedelta(hours=3)
#: A claim is a transaction: what becomes free within so many seconds is claimed for together.
BREATH = 0.05
#: What is in flight at a stop may take this many seconds to finish; then it is left due.
GRACE = 10.0


class Listener:
    """Hears what the runner did; the command line shows it.  Does nothing by itself."""

    def polled(self, feed: DueFeed, outcome: PollOutcome) -> None: ...

    def all_polled(self) -> None:
        """Of a single pass: no feed is due any more."""

    def read(self, entry: DueEntry, outcome: ReadOutcome) -> None: ...

    def sent(self, alert: Alert, delivery: Delivery) -> None: ...

    def failed(self, station: str, error: Exception) -> None:
        """Storage failed, or there is a bug; it is logged already."""


@dataclass(eq=False)
class Station(Generic[T]):
    """A number of places at which claimed work is done."""

    name: str
    places: int
    claim: Callable[[int], Awaitable[list[T]]]
    work: Callable[[T], Awaitable[None]]
    #: Puts off what failed, so that it is due again after a back-off.
    put_off: Callable[[T], Awaitable[None]]
    failed: Callable[[str, Exception], None]
    #: Whether the end of one piece of work is a reason to look for more.  Not where work is only
    #: looked up, not claimed: what fails would be found again at once.
    claims: bool = True
    #: Set when there may be work.
    awake: asyncio.Event = field(default_factory=asyncio.Event)
    busy: set[asyncio.Task[None]] = field(default_factory=set)
    #: What failed and is not put off yet.
    failures: list[T] = field(default_factory=list)

    async def look(self) -> int:
        """Claim as much as there are free places, and start on it; returns how much."""
        await self._put_off_failures()
        free = self.places - len(self.busy)
        if free <= 0:
            return 0
        claimed = await self.claim(free)
        for thing in claimed:
            task = asyncio.create_task(self._do(thing), name=self.name)
            self.busy.add(task)
            task.add_done_callback(self._done)
        return len(claimed)

    async def run(self) -> None:
        """Look for work whenever woken; a storage that fails is tried again at the next tick."""
        while True:
            await self.awake.wait()
            await asyncio.sleep(BREATH)
            self.awake.clear()
            try:
                await self.look()
            except StorageError as error:
                log.error("storage failed", extra={"station": self.name, "error": str(error)})
            except Exception:
                # A station that stands still would go unnoticed; one that fails at each tick does
                # not.
                log.exception("bug", extra={"station": self.name})

    async def drain(self) -> None:
        """Work until nothing is due and nothing is under way.  Raises what storage raises."""
        while await self.look() or self.busy or self.failures:
            if self.busy:
                await asyncio.wait(self.busy, timeout=BREATH)

    async def finish(self, grace: float) -> None:
        """Let what is under way end within `grace` seconds; the rest stays claimed."""
        if self.busy:
            _, late = await asyncio.wait(self.busy, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _do(self, thing: T) -> None:
        try:
            await self.work(thing)
        except StorageError as error:
            log.error("storage failed", extra={"station": self.name, "error": str(error)})
            self._note_failure(thing, error)
        except Exception as error:
            log.exception("bug", extra={"station": self.name, "work": repr(thing)[:200]})
            self._note_failure(thing, error)

    def _note_failure(self, thing: T, error: Exception) -> None:
        self.failures.append(thing)
        self.failed(self.name, error)

    async def _put_off_failures(self) -> None:
        """Raises what storage raises; what it could not write is tried again at the next look."""
        while self.failures:
            failure = self.failures.pop()
            try:
                await self.put_off(failure)
            except StorageError:
                self.failures.append(failure)
                raise

    def _done(self, task: asyncio.Task[None]) -> None:
        self.busy.discard(task)
        if self.claims:
            self.awake.set()


class Runner:
    """The three stations of one process, and the group commit of their polls."""

    def __init__(self, line: Line, listener: Listener | None = None) -> None:
        self.line = line
        self.listener = listener or Listener()
        self._commits: asyncio.Queue[tuple[PollOutcome, asyncio.Future[bool]]] = asyncio.Queue()
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
        self.send = Station("send", 50, self._claim_alerts, self._send, self._put_off_alert, failed)
        self.stations: tuple[Station[DueFeed] | Station[DueEntry] | Station[Alert], ...] = (
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
        async with self.committing():
            loops = [asyncio.create_task(station.run()) for station in self.stations]
            self.tick()
            await stop.wait()
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)

    async def once(self) -> None:
        """Everything due now, through to delivery; then return.  Raises what storage raises."""
        self._due_by = self.line.clock()
        async with self.committing():
            await self.poll.drain()
            self.listener.all_polled()
            await self.read.drain()
            await pipeline.digest(self.line)
            await self.send.drain()
            await backfill(self.line)
            while await pipeline.index(self.line):
                pass
            await pipeline.prune(self.line)

    @asynccontextmanager
    async def committing(self) -> AsyncIterator[None]:
        """Commits the polls while it lasts; at its end, what is in flight may finish, and the
        claims of the rest are given back."""
        committer = asyncio.create_task(self._commit_polls())
        try:
            yield
        finally:
            if under_way := sum(len(station.busy) for station in self.stations):
                log.info("stopping", extra={"under_way": under_way, "seconds": GRACE})
            await asyncio.gather(*(station.finish(GRACE) for station in self.stations))
            committer.cancel()
            await asyncio.gather(committer, return_exceptions=True)
            await self.line.in_storage(self.line.storage.release_claims)

    # poll

    async def _claim_feeds(self, places: int) -> list[DueFeed]:
        by = self._due_by or self.line.clock()
        return await self.line.in_storage(self.line.storage.claim_feeds, by, places, LEASE)

    async def _poll(self, due: DueFeed) -> None:
        outcome = await pipeline.poll(due, self.line)
        committed = asyncio.get_running_loop().create_future()
        self._commits.put_nowait((outcome, committed))
        if await committed:
            self._log_poll(outcome)
            self.listener.polled(due, outcome)
            if outcome.new or outcome.seen:
                self.read.awake.set()

    async def _put_off_feed(self, due: DueFeed) -> None:
        outcome = pipeline.poll_failed(due, self.line)
        if not await self.line.in_storage(self.line.storage.commit_polls, [outcome]):
            self._log_poll(outcome)
            self.listener.polled(due, outcome)

    async def _commit_polls(self) -> None:
        """Group commit: what arrives while one transaction is written goes into the next."""
        while True:
            batch = [await self._commits.get()]
            while not self._commits.empty():
                batch.append(self._commits.get_nowait())
            await self._commit(batch)

    async def _commit(self, batch: Sequence[tuple[PollOutcome, asyncio.Future[bool]]]) -> None:
        outcomes = [outcome for outcome, _ in batch]
        try:
            late = await self.line.in_storage(self.line.storage.commit_polls, outcomes)
        except Exception as error:
            if len(batch) > 1:
                # One that cannot be written must not take the others with it.
                for one in batch:
                    await self._commit([one])
            else:
                _, committed = batch[0]
                if not committed.done():
                    committed.set_exception(error)
            return
        for outcome, committed in batch:
            if not committed.done():
                committed.set_result(outcome.feed_id not in late)

    def _log_poll(self, outcome: PollOutcome) -> None:
        poll = outcome.poll
        log.log(
            logging.WARNING if outcome.failures else logging.INFO,
            "polled",
            extra={
                "feed": poll.feed,
                "status": poll.status or "–",
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
        outcome = await pipeline.read(entry, self.line)
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
        await pipeline.read_failed(entry, self.line)

    async def _unmatched(self, places: int) -> list[DueEntry]:
        before, storage = self.line.clock() - pipeline.PATIENCE, self.line.storage
        return await self.line.in_storage(
            storage.unmatched_entries, before, places, self._unmatchable
        )

    async def _leave_to_reading(self, entry: DueEntry) -> None:
        self._unmatchable.add(entry.id)

    async def _match_early(self, entry: DueEntry) -> None:
        await pipeline.match_early(entry, self.line)
        self.send.awake.set()

    # send

    async def _claim_alerts(self, places: int) -> list[Alert]:
        storage = self.line.storage
        return await self.line.in_storage(storage.claim_alerts, self.line.clock(), places, LEASE)

    async def _send(self, alert: Alert) -> None:
        delivery = await pipeline.send(alert, self.line)
        log.info(
            "sent",
            extra={
                "alert": alert.key,
                "channel": alert.channel,
                "state": delivery.state,
                "reason": delivery.reason,
            },
        )
        self.listener.sent(alert, delivery)

    async def _put_off_alert(self, alert: Alert) -> None:
        await pipeline.send_failed(alert, self.line)
