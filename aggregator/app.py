"""The composition root: settings become a running monitor.  Only here is `storage` imported."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aggregator import __version__
from aggregator.alerting import channels
from aggregator.backfill import rename_watches
from aggregator.children import Children
from aggregator.models import Upgrade
from aggregator.net.fetch import HttpFetcher
from aggregator.net.post import HttpPoster
from aggregator.pipeline.line import Line
from aggregator.protocols import Advance, Channel, Clock, Poster, Storage, Surroundings
from aggregator.runner import Listener, Runner
from aggregator.settings.changes import changes
from aggregator.settings.plain import Settings
from aggregator.sources import poll_these
from aggregator.watching.engine import Engine
from storage import exclusive, open_storage
from storage import upgrade as upgrade_storage

#: Imported by the forkserver once, so that every child starts with them loaded.
PRELOAD = ("aggregator.polling.parse", "aggregator.reading.extract")


def utc_now() -> datetime:
    return datetime.now(UTC)


def open_beside(settings: Settings) -> Storage:
    """The store for a command, which may work beside a running monitor.  Raises StorageError."""
    return open_storage(settings.storage, readonly=True)


def open_to_write(settings: Settings) -> Storage:
    """The same for a command that writes.  Raises StorageError, also where there is no store."""
    return open_storage(settings.storage, existing=True)


def upgrade(settings: Settings, advance: Advance) -> Upgrade:
    """Bring the store up to this version.  Raises StorageBusy beside a running monitor."""
    with exclusive(settings.storage):
        return upgrade_storage(settings.storage, advance)


def compact(settings: Settings) -> None:
    """Make the store's file as small as it can be.  Raises StorageBusy beside a running monitor."""
    with exclusive(settings.storage), closing(open_to_write(settings)) as storage:
        storage.compact()


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


def make_poster(settings: Settings) -> Poster:
    network = settings.network
    return HttpPoster(
        version=__version__, contact=network.contact, allow_private=network.allow_private
    )


def make_channels(
    settings: Settings, poster: Poster, clock: Clock = utc_now
) -> Mapping[str, Channel]:
    around = Surroundings(
        data=data_directory(settings), home=settings.directory, clock=clock, poster=poster
    )
    return {
        name: channels.make(channel.type, channel.options, around)
        for name, channel in settings.channels.items()
    }


def known_addresses(settings: Settings) -> Mapping[tuple[str, str], str]:
    """Where each channel reaches each person, by (person, channel)."""
    listeners = (*settings.people, settings.operators.person)
    return {
        (person.name, name): channel.address(person)
        for name, channel in make_channels(settings, make_poster(settings)).items()
        for person in listeners
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
    """Go on under these settings; what is in flight ends as it began.  Returns what changed."""
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
