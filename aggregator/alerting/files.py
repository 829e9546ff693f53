"""Messages as files, for channels that leave the machine to nobody."""

from __future__ import annotations

import os
import re
from datetime import UTC
from pathlib import Path

from aggregator.models import Alert


def mail_name(alert: Alert) -> str:
    """Sorted by time, and the same for the same key: `20261123-0905-digest-amina-….eml`."""
    kind = "digest" if alert.kind == "digest" else "alert"
    # A name is anything; a file's name is at most 255 bytes.
    person = re.sub(r"\W+", "_", alert.person)[:30]
    created = alert.created_at.astimezone(UTC)
    return f"{created:%Y%m%d-%H%M}-{kind}-{person}-{alert.key}.eml"


def write_whole(path: Path, content: bytes) -> None:
    """Whole or not at all, and on the disk.  Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.part")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def append_line(path: Path, line: bytes) -> None:
    """On the disk, on a line of its own: one that a crash cut short stays alone.  Raises
    OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        if file.tell() and not _ends_a_line(file.fileno(), file.tell()):
            line = b"\n" + line
        file.write(line + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _ends_a_line(descriptor: int, size: int) -> bool:
    return os.pread(descriptor, 1, size - 1) == b"\n"
