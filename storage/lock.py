"""One process at a time: a lock of the operating system, which dies with its holder.

A file that merely exists would outlive a `kill -9` and keep the next monitor out.  Only the process
that opened this one holds it: its descriptor is not passed on to programs it starts.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aggregator.errors import StorageBusy, StorageError


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the database at `path` until the block ends, or the process does.

    Raises StorageBusy, naming the holder, when another process does; StorageError when the lock
    file cannot be made.
    """
    lock = path.with_name(f"{path.name}.lock")
    descriptor = _open(lock)
    try:
        _take(descriptor, path, lock)
        yield
    finally:
        # The file stays: whoever removed it could remove the next one's lock.
        os.close(descriptor)


def _open(lock: Path) -> int:
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        return os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        needs = "the store needs a folder that can be written: see `storage:`"
        raise StorageError(f"{lock}: {error.strerror} ({needs})") from error


def _take(descriptor: int, path: Path, lock: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EAGAIN):
            raise StorageError(f"{lock}: {error.strerror}") from error
        holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "unknown"
        raise StorageBusy(
            f"{path} is in use by process {holder}"
            " (stop that monitor, or give this one another `storage:` in its settings)"
        ) from error
