"""The archive, read through by a command."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from aggregator.cli.bars import working
from aggregator.models import Item
from aggregator.protocols import Storage
from aggregator.text import FOLDING_VERSION


def archive(storage: Storage, since: datetime | None, fts: str | None = None) -> Iterator[Item]:
    """Newest first, a bar going along on a terminal."""
    with working("reading the archive") as bar:
        for item in storage.search(fts, FOLDING_VERSION):
            if since and item.first_seen < since:
                break
            yield item
            bar.advance()
