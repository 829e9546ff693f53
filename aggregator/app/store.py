"""The store that the settings name, for commands; a monitor opens its own."""

from __future__ import annotations

from contextlib import closing

from aggregator.models import Upgrade
from aggregator.protocols import Advance, Storage
from aggregator.settings.plain import Settings
from storage import exclusive, open_storage
from storage import upgrade as upgrade_storage


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
