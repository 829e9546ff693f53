"""The monitor as a process: signals, two at once, a crash, a reader that leaves."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aggregator.demo.server import NewsroomServer
from tests.cli.conftest import Answer, command_line, environment, process, settings_file


@pytest.fixture
async def newsroom() -> AsyncIterator[NewsroomServer]:
    async with NewsroomServer(datetime.now(UTC)) as server:
        yield server


@pytest.fixture
def config(tmp_path: Path, newsroom: NewsroomServer) -> Path:
    return settings_file(tmp_path, newsroom.feeds_yaml)


async def beside(*arguments: str | Path) -> Answer:
    """A command while the newsroom goes on serving from this loop."""
    return await asyncio.to_thread(process, *arguments)


@asynccontextmanager
async def running(config: Path) -> AsyncIterator[Process]:
    """A monitor that has told something, which it does only after it has polled and read."""
    monitor = await asyncio.create_subprocess_exec(
        *command_line("--config", config, "run"), stdout=PIPE, stderr=PIPE, env=environment()
    )
    try:
        assert monitor.stderr is not None
        async with asyncio.timeout(30):
            while b"polled" not in (line := await monitor.stderr.readline()):
                assert line, "it ended"
        yield monitor
    finally:
        if monitor.returncode is None:
            monitor.kill()
        await monitor.communicate()


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
async def test_a_signal_stops_it_cleanly(config: Path, name: str) -> None:
    async with running(config) as monitor:
        monitor.send_signal(getattr(signal, name))
        _, err = await asyncio.wait_for(monitor.communicate(), 15)
    assert monitor.returncode == 0
    assert err.decode().splitlines()[-1].startswith("stopped")
    assert b"Traceback" not in err


async def test_beside_a_monitor_and_after_its_crash(config: Path) -> None:
    async with running(config) as monitor:
        second = await beside("--config", config, "run")
        assert second.status == 1
        assert f"process {monitor.pid}" in second.err.splitlines()[-1]
        ledger = await beside("--config", config, "feeds", "polls", "--json")
        assert ledger.status == 0
        monitor.kill()
        await monitor.communicate()
    after = await beside("--config", config, "once", "--all")
    assert "11 feeds polled" in after.err, "what the dead one had claimed is due again"


async def test_once_names_the_feed_that_is_down(config: Path, newsroom: NewsroomServer) -> None:
    first = await beside("--config", config, "once", "--all")
    assert first.status == 1
    summary, problem = first.err.splitlines()[-2:]
    assert "11 feeds polled, 38 new entries" in summary
    assert problem == f"{newsroom.down_feed.name}: refused"

    nothing_due = await beside("--config", config, "once")
    assert nothing_due.status == 0
    assert "Traceback" not in nothing_due.err


@pytest.mark.parametrize("command", [["items", "list", "--json"], ["search", "Balochistan"]])
def test_a_reader_that_leaves(demo: Path, command: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as pipe:
        done = subprocess.run(  # noqa: S603  our own program
            command_line("--config", demo / "feeds.yaml", *command),
            stdout=pipe,
            stderr=subprocess.PIPE,
            env=environment(),
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, b"")
