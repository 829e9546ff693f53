"""APScheduler ticks and keeps house; due times live in storage, so it holds no job a feed."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from aggregator.errors import StorageError
from aggregator.models import Validators
from aggregator.pipeline import digests, house
from aggregator.runner import Runner
from aggregator.sources import look_at_sources

log = logging.getLogger(__name__)

#: How often each thing is looked at.  None of them decides when something is due.
WORK_TICK = timedelta(seconds=1)
CLOCK_TICK = timedelta(minutes=1)
INDEX_TICK = timedelta(seconds=2)
DIGEST_TICK = timedelta(seconds=20)
SOURCES_TICK = timedelta(minutes=5)
HEARTBEAT_TICK = timedelta(minutes=5)
#: Often, so that little goes at a time, and a monitor restarted every hour keeps house too.
HOUSE_TICK = timedelta(minutes=10)


def make_scheduler(runner: Runner) -> AsyncIOScheduler:
    """A scheduler for this runner, not started; needs a running event loop to start."""

    async def tick() -> None:
        runner.tick()

    async def clock() -> None:
        line = runner.line
        if due := await line.in_storage(line.storage.clock_went_back, line.clock()):
            log.warning("clock went back", extra={"due": due})
        if lead := await house.look_at_clock(line):
            log.warning("clock ahead", extra={"days": lead.days})
            runner.send.awake.set()

    async def index() -> None:
        await house.index(runner.line)

    async def digest() -> None:
        if await digests.digest(runner.line):
            runner.send.awake.set()

    async def sources() -> None:
        for change in await look_at_sources(runner.line):
            told = {"feed": change.subject, "code": change.code, "detail": change.detail}
            log.warning("told", extra=told)
            runner.send.awake.set()

    async def heartbeat() -> None:
        url = runner.line.settings.operators.heartbeat
        if stalled := runner.stalled():
            log.error("stalled", extra={"stations": ", ".join(stalled)})
        elif url:
            # An address that is its own secret: never logged.
            answer = await runner.line.fetcher.feed(url, validators=Validators(), headers={})
            if answer.reason != "ok":
                log.warning("heartbeat not taken", extra={"reason": answer.reason})

    async def keep_house() -> None:
        if pruned := await house.prune(runner.line):
            log.info("pruned", extra=dict(pruned))
        moved, merged = await house.look_again_when_due(runner.line)
        if moved or merged:
            log.info("looked again", extra={"moved": moved, "merged": merged})

    scheduler = AsyncIOScheduler(
        timezone="UTC",
        # A tick that was missed is made up by the next one; two of one kind never run together.
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    jobs = (
        (tick, WORK_TICK),
        (clock, CLOCK_TICK),
        (index, INDEX_TICK),
        (digest, DIGEST_TICK),
        (sources, SOURCES_TICK),
        (heartbeat, HEARTBEAT_TICK),
        (keep_house, HOUSE_TICK),
    )
    for job, every in jobs:
        trigger = IntervalTrigger(seconds=every.total_seconds())
        scheduler.add_job(_surviving(job), trigger, id=job.__name__)
    return scheduler


def _surviving(job: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """The same; when storage fails, that is logged, and the next tick tries again."""

    async def run() -> None:
        try:
            await job()
        except StorageError as error:
            log.error("storage failed", extra={"station": job.__name__, "error": str(error)})

    return run
