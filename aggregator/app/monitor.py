"""The monitor: the parts that the settings ask for, joined to one runner that owns the store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from aggregator.app.clock import utc_now
from aggregator.app.parts import (
    make_channels,
    make_children,
    make_engine,
    make_fetcher,
    make_poster,
)
from aggregator.backfill import rename_watches
from aggregator.pipeline.line import Line
from aggregator.protocols import Clock
from aggregator.runner import Listener, Runner
from aggregator.settings.changes import changes
from aggregator.settings.plain import Settings
from aggregator.sources import poll_these
from storage import exclusive, open_storage


@asynccontextmanager
async def open_monitor(
    settings: Settings,
    *,
    wait: timedelta,
    listener: Listener | None = None,
    clock: Clock = utc_now,
) -> AsyncIterator[Runner]:
    """A runner that owns the store.  Raises StorageBusy when another monitor does."""
    with exclusive(settings.storage):
        storage = open_storage(settings.storage)
        storage.release_claims()
        poll_these(settings.feeds, storage, clock())
        rename_watches(settings.watches, storage)
        storage.clock_went_back(clock())
        poster = make_poster(settings)
        line = Line(
            settings=settings,
            storage=storage,
            fetcher=make_fetcher(settings, clock),
            workers=make_children(),
            poster=poster,
            channels=make_channels(settings, poster, clock),
            engine=make_engine(settings),
            clock=clock,
            wait=wait,
        )
        try:
            yield Runner(line, listener)
        finally:
            outside = {line.fetcher, line.poster, *line.retired}
            await asyncio.gather(*(part.aclose() for part in outside))
            line.workers.close()
            line.in_storage.close()
            storage.close()


async def put_in_force(settings: Settings, runner: Runner) -> tuple[str, ...]:
    """Go on under these settings; what is in flight ends as it began.  Returns what changed.

    Raises SettingsError, and changes nothing, where a file that they name is not as it is to be.
    """
    for channel in settings.channels.values():
        channel.options.require_files(settings.directory)
    line, old = runner.line, runner.line.settings
    told = changes(old, settings)
    engine = await asyncio.to_thread(make_engine, settings)
    # Whoever holds the lock matches and commits: what is committed later is matched anew.
    async with line.story_lock:
        await line.in_storage(rename_watches, settings.watches, line.storage)
        line.settings, line.engine = settings, engine
        if settings.network != old.network:
            line.retired += (line.fetcher, line.poster)
            line.fetcher, line.poster = make_fetcher(settings, line.clock), make_poster(settings)
        if settings.channels != old.channels or settings.network != old.network:
            line.channels = make_channels(settings, line.poster, line.clock)
    await line.in_storage(poll_these, settings.feeds, line.storage, line.clock())
    runner.tick()
    return told
