"""APScheduler ticks and keeps house; due times live in storage, so it holds no job a feed."""

from __future__ import annotations

import logging
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from aggregator import pipeline
from aggregator.errors import StorageError
from aggregator.runner import Runner

log = logging.getLogger(__name__)

#: How often each thing is looked at.  None of them decides when something is due.
WORK_TICK = timedelta(seconds=1)
INDEX_TICK = timedelta(seconds=2)
DIGEST_TICK = timedelta(seconds=20)
#: Often, so that little goes at a time, and a monitor restarted every day keeps house too.
HOUSE_TICK = timedelta(hours=1)


def make_scheduler(runner: Runner) -> AsyncIOScheduler:
    """A scheduler for this runner, not started; needs a running event loop to start."""

    async def tick() -> None:
        runner.tick()

    async def index() -> None:
        try:
            await pipeline.index(runner.line)
        except StorageError as error:
            log.error("storage failed", extra={"station": "index", "error": str(error)})

    async def digest() -> None:
        try:
            if await pipeline.digest(runner.line):
                runner.send.awake.set()
        except StorageError as error:
            log.error("storage failed", extra={"station": "digest", "error": str(error)})

    async def house() -> None:
        try:
            if pruned := await pipeline.prune(runner.line):
                log.info("pruned", extra={"pages": pruned})
        except StorageError as error:
            log.error("storage failed", extra={"station": "house", "error": str(error)})

    scheduler = AsyncIOScheduler(
        timezone="UTC",
        # A tick that was missed is made up by the next one; two of one kind never run together.
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    jobs = ((tick, WORK_TICK), (index, INDEX_TICK), (digest, DIGEST_TICK), (house, HOUSE_TICK))
    for job, every in jobs:
        scheduler.add_job(job, IntervalTrigger(seconds=every.total_seconds()), id=job.__name__)
    return scheduler
