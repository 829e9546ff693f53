"""An article that people were told of takes something back: they are told, and live pages tire
nobody."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from aggregator.app.monitor import put_in_force
from tests.flow.conftest import Clock, monitor, write_settings
from tests.flow.loopback import Answer, loopback
from tests.flow.publisher import prose
from tests.flow.test_revisions import SUMMARY, TEXT, TITLE, feed, page

SETTINGS = """
defaults: {{alert_on_first_poll: true}}
feeds: [{{url: "{origin}/feed", name: Paper{select}}}]
watches: [{{name: Coast, any: [Daesh, Turbat]}}]
people: [{{name: amina, alerts: [log]}}]
channels: {{log: {{type: file, path: log.jsonl}}}}
network: {{allow_private: [127.0.0.1]}}
"""
MORE = tuple(f"{prose(f'more {number}').capitalize()}." for number in range(4))
BEFORE = (*TEXT, *MORE)
POSTS = tuple(
    f"{prose(f'post {number}').capitalize()}, it is {number} km away." for number in range(30)
)


@pytest.mark.parametrize(
    ("after", "news"),
    [
        pytest.param(
            (TEXT[0].replace("12", "15"), *BEFORE[1:]), {"corrected": True}, id="other numbers"
        ),
        pytest.param(
            (*BEFORE, "Correction: the funeral is on Friday."), {"corrected": True}, id="a notice"
        ),
        pytest.param(
            (BEFORE[0], TEXT[1].replace("Daesh fighters", "Some men"), *BEFORE[2:]),
            {"gone": ["Daesh"]},
            id="a term is gone",
        ),
        pytest.param(
            (*BEFORE[:-1], "The rest is being looked into."), None, id="what was not told"
        ),
        pytest.param((*POSTS, *BEFORE), None, id="a live page that grows"),
        pytest.param(POSTS, None, id="a live page that rolls on"),
    ],
)
async def test_a_page_read_again(
    after: tuple[str, ...], news: dict[str, Any] | None, tmp_path: Path
) -> None:
    clock = Clock()
    routes: dict[str, Answer] = {"/feed": feed(TITLE, SUMMARY), "/1": page(TITLE, *BEFORE)}
    async with loopback(routes) as site:
        settings = write_settings(tmp_path, SETTINGS.format(origin=site.url(""), select=""))
        async with monitor(settings, clock) as runner:

            async def pass_by(minutes: int) -> None:
                clock.forward(timedelta(minutes=minutes))
                await runner.line.in_storage(runner.line.storage.make_due, clock())
                await runner.once()

            await runner.once()
            routes |= {"/feed": feed(TITLE, f"{SUMMARY}, it is said"), "/1": page(TITLE, *after)}
            for minutes in (10, 10, 10, 60, 24 * 60):
                await pass_by(minutes)
            # Its feed says that something changed, and nothing did.
            routes |= {"/feed": feed(TITLE, f"{SUMMARY}, he said")}
            await pass_by(60)
            rows = runner.line.storage.alerts()
    lines = (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()
    first, *updates = [json.loads(line)["data"] for line in lines]
    assert first["update"] is None
    nothing = {"outlets": 0, "independent": 0, "terms": [], "corrected": False, "gone": []}
    assert [update["update"] for update in updates] == ([nothing | news] if news else [])
    delivered = [row.delivered_at for row in rows if row.delivered_at]
    assert all(later - earlier >= timedelta(minutes=30) for earlier, later in pairwise(delivered))


async def test_the_same_page_read_otherwise_takes_nothing_back(tmp_path: Path) -> None:
    clock = Clock()
    routes: dict[str, Answer] = {"/feed": feed(TITLE, SUMMARY), "/1": page(TITLE, *BEFORE)}
    async with loopback(routes) as site:
        words = SETTINGS.format(origin=site.url(""), select="")
        async with monitor(write_settings(tmp_path, words), clock) as runner:
            await runner.once()
            storage = runner.line.storage
            select = ", article: {select: 'p:not(:nth-of-type(2))'}"
            words = SETTINGS.format(origin=site.url(""), select=select)
            await put_in_force(write_settings(tmp_path, words), runner)
            routes["/feed"] = feed(TITLE, f"{SUMMARY}, it is said")
            clock.forward(timedelta(hours=1))
            await runner.line.in_storage(storage.make_due, clock())
            await runner.once()
            [item] = storage.items()
            rows = storage.alerts()
    assert TEXT[1] not in item.text
    assert [row.sequence for row in rows] == [0]
