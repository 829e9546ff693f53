"""feeds.yaml, read again whenever somebody has saved it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Hashable, Mapping
from pathlib import Path

from watchfiles import awatch

from aggregator.errors import SettingsError
from aggregator.settings.loading import load
from aggregator.settings.plain import Settings

#: Seconds.  Who writes in place, or over a network, may pause in the middle of a file.
LEFT_ALONE = 1.0
#: Changes that come together are one look: an editor writes, renames and removes.
_TOGETHER_MS = 200
#: Some file systems tell of no changes, and none tells that there were no more.
_LOOK_ANYWAY_MS = 500


class Saves:
    """Tells what was saved from what is still being written."""

    def __init__(self) -> None:
        self._read: Hashable = None
        self._seen: Hashable = None
        self._since = 0.0

    def look(self, state: Hashable, now: float) -> bool:
        """Is this to be read: as it stands it was not yet, and it has been left alone?  Times are
        seconds of a clock that is never set."""
        if state != self._seen:
            self._seen, self._since = state, now
        if state == self._read or now - self._since < LEFT_ALONE:
            return False
        self._read = state
        return True


async def edits(
    loaded: Settings, environ: Mapping[str, str], stop: asyncio.Event
) -> AsyncIterator[Settings | SettingsError]:
    """What the file of these settings holds after each time that it, or the `.env` beside it, was
    saved."""
    path = loaded.path
    watched = (path, path.parent / ".env")
    saves, is_first = Saves(), True
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
        if saves.look(_state(watched), asyncio.get_running_loop().time()):
            found = await asyncio.to_thread(_read, path, environ)
            # It may have been saved between its loading and the first look.
            if not is_first or found != loaded:
                yield found
            is_first = False


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
