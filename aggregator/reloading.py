"""feeds.yaml, read again whenever somebody saves it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from watchfiles import awatch

from aggregator.errors import SettingsError
from aggregator.settings.loading import load
from aggregator.settings.plain import Settings

#: Saves that come together are one edit: an editor writes, renames and removes.
_TOGETHER_MS = 200
#: Some file systems tell of no changes, and none tells of those before it was asked.
_LOOK_ANYWAY_MS = 5_000


async def edits(
    path: Path, environ: Mapping[str, str], stop: asyncio.Event
) -> AsyncIterator[Settings | SettingsError]:
    """What the file holds after each time that it, or the `.env` beside it, was saved."""
    watched = (path, path.parent / ".env")
    seen = _state(watched)
    async for _ in awatch(
        *_folders(path),
        watch_filter=None,
        debounce=_TOGETHER_MS,
        step=50,
        stop_event=stop,
        rust_timeout=_LOOK_ANYWAY_MS,
        yield_on_timeout=True,
        recursive=False,
    ):
        now = _state(watched)
        if now != seen:
            seen = now
            yield await asyncio.to_thread(_read, path, environ)


def _folders(path: Path) -> set[Path]:
    """Most editors put a new file in the place of the old one; that is told of its folder."""
    return {path.parent, path.resolve().parent}


def _read(path: Path, environ: Mapping[str, str]) -> Settings | SettingsError:
    try:
        return load(path, environ)
    except SettingsError as error:
        return error


def _state(paths: tuple[Path, ...]) -> tuple[tuple[int, int, int] | None, ...]:
    return tuple(map(_stamp, paths))


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
