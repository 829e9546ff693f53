"""Where everything is kept: one Protocol, one backend for each kind of URL.

sqlite:///data/aggregator.db      a file, relative to the working directory
sqlite:////var/lib/aggregator.db  a file, absolute
sqlite://                         in memory, gone when closed
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from aggregator.errors import StorageError
from aggregator.models import Upgrade
from aggregator.protocols import Advance, Storage


def open_storage(url: str, *, readonly: bool = False, existing: bool = False) -> Storage:
    """The store behind a URL, created and upgraded if need be.

    With `existing` it must be there and of this version; with `readonly` too, and every write
    raises StorageError.  Any number of either may be open beside a running monitor.  Raises
    StorageError.
    """
    path = database_path(url)
    # Imported here, so that nobody loads a driver they do not use.
    from storage.sqlite import open_sqlite

    return open_sqlite(path, readonly=readonly, existing=existing)


def upgrade(url: str, advance: Advance) -> Upgrade:
    """Bring the store behind a URL, which must be there, up to this version; a copy of what it was
    is kept beside it.  For the one who holds it exclusively.  Raises StorageError."""
    path = database_path(url)
    if path is None:
        return Upgrade()
    from storage.sqlite import upgrade_sqlite

    return upgrade_sqlite(path, advance)


def exclusive(url: str) -> AbstractContextManager[None]:
    """Held by the one process that runs the stations.  Raises StorageBusy while another does."""
    path = database_path(url)
    if path is None:
        return nullcontext()
    from storage.lock import exclusive as lock

    return lock(path)


def database_path(url: str) -> Path | None:
    """The file a URL names; None: in memory.  Raises StorageError for what is not supported."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        raise StorageError(f"{url}: not a storage URL (write sqlite:///data/aggregator.db)")
    if scheme != "sqlite":
        raise StorageError(f"{scheme}: not in this version (write sqlite:///data/aggregator.db)")
    if rest in ("", "/", "/:memory:"):
        return None
    if not rest.startswith("/"):
        raise StorageError(f"{url}: not a storage URL (write sqlite:///{rest})")
    return Path(rest[1:])
