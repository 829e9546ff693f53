"""The machine's clock may be wrong by a year: nothing is forgotten by it, and somebody is told."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator.models import Alert, Change
from aggregator.pipeline import house
from aggregator.runner import Runner
from aggregator.scheduler import make_scheduler
from tests.cli.conftest import process
from tests.flow.conftest import Clock, monitor, write_settings
from tests.flow.publisher import Asked, Desk, Reply, every, street

YEAR = timedelta(days=400)
SETTINGS = """
defaults: {{full_text: false}}
feeds: [{feeds}]
operators: {{channels: [console]}}
network: {{allow_private: [127.0.0.1]}}
"""


def silent(asked: Asked) -> Reply:
    """Its words are read, but it says not what time it is."""
    news = Desk("port", every(timedelta(hours=6), asked.at - timedelta(days=2), asked.at))(asked)
    return Reply(news.status, news.body, {"Date": ""})


async def poll_all(runner: Runner) -> None:
    await runner.line.in_storage(runner.line.storage.make_due, runner.line.clock())
    await runner.once()


def kept(runner: Runner) -> Mapping[str, int]:
    counts = runner.line.storage.row_counts()
    return {table: counts[table] for table in ("articles", "ledger")}


@pytest.mark.parametrize(
    ("ours", "theirs", "has_dates", "is_kept"),
    [
        pytest.param(YEAR, timedelta(0), True, True, id="our clock ran ahead"),
        pytest.param(YEAR, YEAR, True, False, id="the monitor was off for a year"),
        pytest.param(timedelta(0), YEAR, True, True, id="a server's clock ran ahead"),
        pytest.param(YEAR, YEAR, False, True, id="no server tells the time"),
    ],
)
async def test_what_is_forgotten_is_old_by_both_clocks(
    tmp_path: Path, ours: timedelta, theirs: timedelta, has_dates: bool, is_kept: bool
) -> None:
    clock, world = Clock(), Clock()
    async with street(world) as outside:
        times = every(timedelta(hours=6), world() - timedelta(days=2), world())
        outside.scripts["port"] = Desk("port", times) if has_dates else silent
        text = SETTINGS.format(feeds=f'"{outside.url("/port")}"')
        settings = write_settings(tmp_path, text)
        async with monitor(settings, clock) as runner:
            await poll_all(runner)
            before = kept(runner)
            assert before["articles"] > 0
        clock.forward(ours)
        world.forward(theirs)
        async with monitor(settings, clock) as runner:
            await poll_all(runner)
            after = kept(runner)
            assert (after["articles"] >= before["articles"]) is is_kept
            assert (after["ledger"] > before["ledger"]) is is_kept


async def test_operators_are_told_once_a_day_how_far_it_is_ahead(tmp_path: Path) -> None:
    clock, world = Clock(), Clock()
    async with street(world) as outside:
        names = ("port", "coast", "hills")
        for name in names:
            outside.scripts[name] = Desk(name, [world() - timedelta(hours=1)])
        feeds = ", ".join(f'"{outside.url(f"/{name}")}"' for name in names)
        async with monitor(write_settings(tmp_path, SETTINGS.format(feeds=feeds)), clock) as runner:
            jobs = {job.id: job.func for job in make_scheduler(runner).get_jobs()}
            await poll_all(runner)
            await jobs["clock"]()
            assert told(runner) == []

            clock.forward(YEAR)
            await poll_all(runner)
            for _ in range(2):
                await jobs["clock"]()
            [alert] = told(runner)
            assert alert.content == Change(
                "clock_ahead", "This machine's clock", clock(), "by 400 days"
            )

            clock.forward(-YEAR)
            await poll_all(runner)
            assert await house.look_at_clock(runner.line) is None
            clock.forward(timedelta(hours=23))
            await poll_all(runner)
            assert await house.look_at_clock(runner.line) is None
            clock.forward(timedelta(hours=1))
            await poll_all(runner)
            assert await house.look_at_clock(runner.line) == timedelta(days=1)


async def test_a_single_pass_says_it(tmp_path: Path) -> None:
    """As a process, by the clock of this machine, which is right: the servers are a year behind."""
    world = Clock(datetime.now(UTC) - YEAR)
    async with street(world) as outside:
        outside.scripts["port"] = Desk("port", [world() - timedelta(hours=1)])
        feeds = ", ".join(f'"{outside.url(f"/port?{n}")}"' for n in range(3))
        config = write_settings(tmp_path, SETTINGS.format(feeds=feeds)).path
        once = await asyncio.to_thread(process, "--config", config, "once")
    assert once.status == 1
    assert "this machine's clock is 400 days ahead of what servers say" in once.err


def told(runner: Runner) -> list[Alert]:
    return [alert for alert in runner.line.storage.alerts() if alert.kind == "change"]
