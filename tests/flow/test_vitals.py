"""The monitor tells on itself: figures, a health check, and a heartbeat that stops with it."""

from __future__ import annotations

import asyncio
import socket
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from aggregator.app.monitor import open_monitor
from aggregator.demo.server import NewsroomServer
from aggregator.metrics import Metrics
from aggregator.runner import STALLED
from aggregator.scheduler import make_scheduler
from aggregator.web.server import serving
from tests.flow.conftest import Clock, write_settings
from tests.flow.loopback import loopback, response


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def get(port: int, path: str) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.get(f"http://127.0.0.1:{port}{path}")


async def test_figures_are_those_of_the_store(tmp_path: Path, newsroom: NewsroomServer) -> None:
    port, metrics, clock = free_port(), Metrics(), Clock()
    text = newsroom.feeds_yaml + f"web: {{listen: '127.0.0.1:{port}'}}\n"
    settings = write_settings(tmp_path, text)
    async with open_monitor(settings, wait=timedelta(0), listener=metrics, clock=clock) as runner:
        await runner.once()
        async with serving(runner, metrics):
            answer = await get(port, "/metrics")
        polls, items = runner.line.storage.polls(), runner.line.storage.items()
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
        if not sample.name.endswith("_created")
    }
    ok = [poll for poll in polls if (poll.status, poll.reason) == (200, "ok")]
    assert found["aggregator_polls_total", "ok", "200"] == len(ok) > 5
    assert found["aggregator_polls_total", "refused", "0"] == 1
    assert sum(v for k, v in found.items() if k[0] == "aggregator_articles_total") == len(items)
    flagged = sum("Jundallah" in item.watches for item in items)
    assert found["aggregator_matches_total", "Jundallah"] == flagged > 0
    assert found["aggregator_alerts_total", "email", "delivered"] > 0
    assert found["aggregator_outbox_pending",] == 0
    assert found["aggregator_digest_last_timestamp_seconds",] > 0
    assert found["aggregator_store_bytes",] > 100_000


SETTINGS = """
feeds: ["{origin}/feed"]
operators: {{heartbeat: "{origin}/beat"}}
network: {{allow_private: [127.0.0.1]}}
web: {{listen: "127.0.0.1:{port}"}}
"""


async def test_a_station_that_stands_still_is_told(tmp_path: Path) -> None:
    port = free_port()
    async with loopback({"/beat": response(200)}) as outside:
        settings = write_settings(tmp_path, SETTINGS.format(origin=outside.url(""), port=port))
        async with open_monitor(settings, wait=timedelta(0)) as runner:
            beat = next(
                job.func for job in make_scheduler(runner).get_jobs() if job.id == "heartbeat"
            )
            async with serving(runner, Metrics()):
                before = await get(port, "/healthz")
                assert (before.status_code, set(before.json()["stalled"])) == (
                    503,
                    {"poll", "read", "early", "send"},
                )
                await beat()
                assert "/beat" not in outside.paths

                stop = asyncio.Event()
                running = asyncio.create_task(runner.run(stop))
                async with asyncio.timeout(10):
                    while (well := await get(port, "/healthz")).status_code != 200:
                        assert well.json()["stalled"]
                assert (well.status_code, well.json()) == (200, {"ok": True, "stalled": {}})
                await beat()
                assert outside.paths.count("/beat") == 1

                assert runner.read.progressed_at is not None
                runner.read.progressed_at -= STALLED + 1
                ill = await get(port, "/healthz")
                assert (ill.status_code, list(ill.json()["stalled"])) == (503, ["read"])
                await beat()
                assert outside.paths.count("/beat") == 1
                stop.set()
                await running


async def test_a_taken_address_does_not_stop_the_monitor(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with loopback({}) as taken:
        settings = write_settings(tmp_path, SETTINGS.format(origin=taken.url(""), port=taken.port))
        async with (
            open_monitor(settings, wait=timedelta(0)) as runner,
            serving(runner, Metrics()),
        ):
            await runner.once()
    assert "not served" in caplog.text
