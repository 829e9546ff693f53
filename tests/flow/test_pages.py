"""The pages behind articles: kept as they are read, forgotten when their time is over."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from aggregator.demo.server import NewsroomServer
from aggregator.pipeline import house
from tests.flow.conftest import Clock, monitor, servers_agree, write_settings

MINUTE = timedelta(minutes=1)


async def test_pages_are_kept_for_as_long_as_the_settings_say(
    tmp_path: Path, newsroom: NewsroomServer
) -> None:
    settings = write_settings(tmp_path, newsroom.feeds_yaml + "\nretention: {pages: 3d}\n")
    clock = Clock()
    async with monitor(settings, clock) as runner:
        storage = runner.line.storage
        await runner.once()
        items = storage.items()
        evidence = [found for item in items if (found := storage.evidence(item.id))]
        assert len(evidence) == len(items) > 0
        read = [found for found in evidence if found.sha256]
        assert read
        for found in read:
            page = storage.page(found.sha256)
            assert page is not None
            assert sha256(page).hexdigest() == found.sha256
            assert found.extractor
            assert found.status

        clock.forward(timedelta(days=3) - MINUTE)
        servers_agree(runner)
        assert await house.prune(runner.line) == {}
        clock.forward(2 * MINUTE)
        servers_agree(runner)
        distinct = {found.sha256 for found in read}
        assert await house.prune(runner.line, limit=5) == {"pages": len(distinct)}
        assert all(storage.page(digest) is None for digest in distinct)
        assert storage.items() == items
        assert [storage.evidence(item.id) is not None for item in items] == [True] * len(items)
