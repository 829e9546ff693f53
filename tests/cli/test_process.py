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
from aiohttp import web

from aggregator.demo.server import NewsroomServer
from tests.cli.conftest import Answer, command_line, environment, process, settings_file
from tests.flow.hooks import SECRET, until
from tests.flow.receiver import HANG, receiving
from tests.flow.site import Site


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


class OneFeed(Site):
    async def answer(self, request: web.BaseRequest) -> web.Response:
        del request
        return web.Response(
            text='<rss version="2.0"><channel><title>A</title><item><title>Jundullah speaks</title>'
            "<guid>1</guid></item></channel></rss>",
            content_type="text/xml",
        )


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
async def test_what_a_single_pass_has_under_way_at_a_signal_is_not_sent_again(
    tmp_path: Path, name: str
) -> None:
    async with OneFeed() as feed, receiving(HANG) as desk:
        config = settings_file(
            tmp_path,
            f"""
defaults: {{alert_on_first_poll: true, full_text: false}}
feeds: ["{feed.origin}/"]
watches: [{{name: Jundallah, any: [Jundullah]}}]
people: [{{name: amina, alerts: [desk]}}]
channels: {{desk: {{type: webhook, url: "{desk.origin}", secret: {SECRET}}}}}
network: {{allow_private: [127.0.0.1]}}
""",
        )
        once = await asyncio.create_subprocess_exec(
            *command_line("--config", config, "once"), stdout=PIPE, stderr=PIPE, env=environment()
        )
        await until(lambda: desk.at_once)
        once.send_signal(getattr(signal, name))
        assert once.stderr is not None
        async with asyncio.timeout(30):
            while b"stopping" not in (line := await once.stderr.readline()):
                assert line, "it ended"
        desk.let_go()
        _, err = await asyncio.wait_for(once.communicate(), 15)
        assert (once.returncode, err.decode().splitlines()[-1]) == (
            1,
            "stopped; what is not done is still due",
        )
        again = await beside("--config", config, "once")
        assert again.status == 0
    assert len(desk.received) == 1


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
