"""From the schema of an older version to this one, with a copy kept of what was."""

from __future__ import annotations

import logging
from pathlib import Path

from aggregator.models import Upgrade
from aggregator.protocols import Advance
from storage.sqlite.session import Session
from storage.sqlite.snapshot import write_copy

log = logging.getLogger(__name__)


def upgrade(session: Session, advance: Advance) -> Upgrade:
    """Bring the schema up to this version.  Raises StorageError; then the file is as it was."""
    pending = session.pending()
    copy = _keep_copy(session, advance) if pending else None
    session.migrate()
    if copy is not None:
        log.info("upgraded", extra={"steps": len(pending), "copy": str(copy)})
    return Upgrade(pending, copy)


def _keep_copy(session: Session, advance: Advance) -> Path | None:
    """Beside the file, named by its number of steps; None where it is new, or in memory."""
    # One snapshot for the name and for what is copied: another process may be upgrading it.
    with session.reading():
        steps = session.applied()
        if session.path is None or not steps or not session.pending():
            return None
        copy = session.path.with_name(f"{session.path.name}.schema-{len(steps)}")
        write_copy(session, copy, advance)
    return copy
