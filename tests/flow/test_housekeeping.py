"""What the scheduler does at its ticks, and what a single pass does but once."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from aggregator.demo.server import NewsroomServer
from aggregator.runner import Listener
from aggregator.scheduler import make_scheduler
from aggregator.settings.plain import Settings
from aggregator.text import FOLDING_VERSION
from tests.flow.conftest import Clock, monitor, write_settings


@pytest.fixture
def settings(tmp_path: Path, newsroom: NewsroomServer) -> Settings:
    return write_settings(tmp_path, newsroom.feeds_yaml)


async def test_each_tick_looks_for_its_work(settings: Settings) -> None:
    clock = Clock()
    async with monitor(settings, clock) as runner:
        storage = runner.line.storage
        jobs = {job.id: job.func for job in make_scheduler(runner).get_jobs()}

        for station in runner.stations:
            station.awake.clear()
        await jobs["tick"]()
        assert all(station.awake.is_set() for station in runner.stations)

        async with runner.working():
            await runner.poll.drain()
            await runner.read.drain()
        before = {item.id for item in storage.search('"quetta"', FOLDING_VERSION)}
        await jobs["index"]()
        assert len({item.id for item in storage.search('"quetta"', FOLDING_VERSION)}) < len(before)

        runner.send.awake.clear()
        await jobs["digest"]()
        assert runner.send.awake.is_set()
        assert {alert.person for alert in storage.alerts() if alert.kind == "digest"} == {
            "amina",
            "tomas",
        }
        runner.send.awake.clear()
        await jobs["digest"]()
        assert not runner.send.awake.is_set()


class Hurrying(Clock, Listener):
    """While feeds are polled, an hour passes whenever somebody looks.  Were it to go on, it would
    outrun the claims of what is being read."""

    hurries = True

    def __call__(self) -> datetime:
        if self.hurries:
            self.forward(timedelta(hours=1))
        return self.now

    def all_polled(self) -> None:
        self.hurries = False


async def test_a_single_pass_polls_each_feed_once_however_long_it_takes(
    settings: Settings,
) -> None:
    clock = Hurrying()
    async with monitor(settings, clock) as runner:
        runner.listener = clock
        async with asyncio.timeout(60):
            await runner.once()
        polls = [poll.feed for poll in runner.line.storage.polls()]
    assert len(polls) == len(set(polls)) == len(settings.feeds)
