"""New and changed watches, held against what is stored already; what they find alerts nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from aggregator.models import Item, Match, Watch
from aggregator.pipeline.line import Line
from aggregator.protocols import Storage
from aggregator.settings.plain import Settings
from aggregator.watching import documents
from aggregator.watching.engine import Engine
from aggregator.watching.language import compile_watch

#: What was first seen in so long a time is held in memory together.
_WINDOW = timedelta(hours=1)


async def backfill(line: Line) -> int:
    """Flag what the watches that are new, or look for something else than when last asked, find in
    what was first seen within their `backfill`; returns how many matches were written.

    Interrupted, it is done again from its beginning: what is written twice is written once.
    """
    settings, storage, now = line.settings, line.storage, line.clock()
    digests = {watch.name: _digest(watch, settings) for watch in settings.watches}
    known = await line.in_storage(storage.watch_digests)
    watches = [watch for watch in settings.watches if known.get(watch.name) != digests[watch.name]]
    written = 0
    if watches:
        engine = await asyncio.to_thread(Engine, watches, settings.groups)
        since = {watch.name: now - watch.backfill for watch in watches}
        start = min(since.values())
        while start < now:
            items = await line.in_storage(storage.items, since=start, until=start + _WINDOW)
            found = await asyncio.to_thread(_matches, engine, items, since)
            if found:
                written += await line.in_storage(storage.add_matches, found)
            start += _WINDOW
    if digests != known:
        await line.in_storage(storage.keep_watches, digests)
    return written


def rename_watches(watches: Sequence[Watch], storage: Storage) -> None:
    """What stands under the name that a watch had before stands under its own from now on.

    To be done before anything is matched under the new names: who was told under the old one would
    be told again.
    """
    known = set(storage.watch_digests())
    for watch in watches:
        if watch.was in known and watch.name not in known:
            storage.rename_watch(watch.was, watch.name)
            known = known - {watch.was} | {watch.name}


def _digest(watch: Watch, settings: Settings) -> str:
    """Of what it looks for; another name or severity finds nothing else."""
    return sha256(repr(compile_watch(watch, settings.groups)).encode()).hexdigest()


def _matches(
    engine: Engine, items: Sequence[Item], since: Mapping[str, datetime]
) -> list[tuple[int, Match]]:
    return [
        (item.id, match)
        for item in items
        for match in engine.match(documents.of_item(item))
        if item.first_seen >= since[match.watch]
    ]
