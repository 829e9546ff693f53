"""The composition root: settings become a running monitor.  Only here is `storage` imported."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aggregator import __version__
from aggregator.alerting import channels
from aggregator.children import Children
from aggregator.net.fetch import HttpFetcher
from aggregator.pipeline import Line
from aggregator.protocols import Channel, Clock, Storage
from aggregator.runner import Listener, Runner
from aggregator.settings import Settings
from aggregator.settings.changes import changes
from aggregator.watching.engine import Engine
from storage import exclusive, open_storage

#: Imported by the forkserver once, so that every child starts with them loaded.
PRELOAD = ("aggregator.polling.parse", "aggregator.reading.extract")


def utc_now() -> datetime:
    return datetime.now(UTC)


def open_beside(settings: Settings) -> Storage:
    """The store for a command, which may work beside a running monitor.  Raises StorageError."""
    return open_storage(settings.storage, readonly=True)


def make_fetcher(settings: Settings, clock: Clock = utc_now) -> HttpFetcher:
    network = settings.network
    return HttpFetcher(
        version=__version__,
        contact=network.contact,
        allow_private=network.allow_private,
        pause=network.pause,
        clock=clock,
    )


def make_children() -> Children:
    return Children(preload=PRELOAD)


def make_engine(settings: Settings) -> Engine:
    return Engine(settings.watches, settings.groups)


def make_channels(settings: Settings, clock: Clock = utc_now) -> Mapping[str, Channel]:
    return {
        name: channels.make(
            channel.type, channel.options, directory=data_directory(settings), clock=clock
        )
        for name, channel in settings.channels.items()
    }


def data_directory(settings: Settings) -> Path:
    """Where what is not in the database is written: the folder the database stands in."""
    return Path(settings.storage.removeprefix("sqlite:///")).parent


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
        storage.sync_feeds(settings.feeds, clock())
        line = Line(
            settings=settings,
            storage=storage,
            fetcher=make_fetcher(settings, clock),
            workers=make_children(),
            channels=make_channels(settings, clock),
            engine=make_engine(settings),
            clock=clock,
            wait=wait,
        )
        try:
            yield Runner(line, listener)
        finally:
            await asyncio.gather(*(fetcher.aclose() for fetcher in {line.fetcher, *line.retired}))
            line.workers.close()
            line.in_storage.close()
            storage.close()


async def put_in_force(settings: Settings, runner: Runner) -> tuple[str, ...]:
    """Go on under these settings; what is in flight ends as it began.  Returns what changed."""
    line, old = runner.line, runner.line.settings
    told = changes(old, settings)
    engine = await asyncio.to_thread(make_engine, settings)
    # Whoever holds the lock matches and commits: what is committed later is matched anew.
    async with line.story_lock:
        line.settings, line.engine = settings, engine
        if settings.channels != old.channels:
            line.channels = make_channels(settings, line.clock)
        if settings.network != old.network:
            line.retired.append(line.fetcher)
            line.fetcher = make_fetcher(settings, line.clock)
    await line.in_storage(line.storage.sync_feeds, settings.feeds, line.clock())
    runner.tick()
    return told
