"""How fast a backlog of webhooks is drained over loopback, beside a bare aiohttp client.

Each alert is claimed, rendered, signed, posted, and its receipt committed to disk; the peer posts
the same bytes, as many at once, and keeps nothing.  The receiver is a process of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import multiprocessing
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import aiohttp
from aiohttp import web

from aggregator.alerting.payload import body
from aggregator.app.monitor import open_monitor
from aggregator.models import Alert, DigestRun, Excerpt, Notice, Person
from aggregator.settings.loading import load

NOW = datetime.now(UTC) - timedelta(minutes=1)
AMINA = Person("amina")
SECRET = "whsec_" + base64.b64encode(bytes(24)).decode()
TEXT = "A spokesman for Jundullah spoke of it in the border hills on Monday morning."
NOTICE = Notice(
    watch="Jundallah",
    severity="high",
    title="Jundallah pledges support",
    outlet="Quetta Courier",
    url="https://courier.example/pledge",
    item=7,
    first_seen=NOW,
    excerpt=Excerpt(TEXT, ((16, 25),)),
    terms=("Jundullah",),
    quality="full",
)


def receive(pipe: Connection) -> None:
    """A program that takes everything; tells its port."""

    async def serve() -> None:
        async def answer(request: web.Request) -> web.Response:
            await request.read()
            return web.Response(status=204)

        app = web.Application()
        app.router.add_post("/", answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        pipe.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(serve())


async def ours(folder: Path, alerts: list[Alert], port: int) -> tuple[float, float]:
    """Webhooks a second, and CPU milliseconds each."""
    settings = folder / "feeds.yaml"
    settings.write_text(
        "feeds: [http://127.0.0.1:9/feed]\n"
        "network: {allow_private: [127.0.0.1]}\n"
        "storage: sqlite:///bench.db\n"
        "people: [{name: amina, alerts: [desk]}]\n"
        "channels:\n"
        f"  desk: {{type: webhook, url: 'http://127.0.0.1:{port}/', secret: {SECRET}}}\n"
    )
    async with open_monitor(load(settings, {}), wait=timedelta(0)) as runner:
        storage = runner.line.storage
        storage.commit_digest(DigestRun("bench", NOW.date(), NOW, NOW), alerts)
        began, cpu = time.perf_counter(), time.process_time()
        async with runner.working():
            await runner.send.drain()
        wall, cpu = time.perf_counter() - began, time.process_time() - cpu
        states = Counter((alert.state, alert.reason) for alert in storage.alerts())
        assert states == {("delivered", "ok"): len(alerts)}, states
    return len(alerts) / wall, 1000 * cpu / len(alerts)


async def peer(alerts: list[Alert], port: int) -> float:
    bodies = iter([body(alert, AMINA) for alert in alerts])
    began = time.perf_counter()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=32)) as session:

        async def post() -> None:
            for content in bodies:
                async with session.post(f"http://127.0.0.1:{port}/", data=content) as answer:
                    assert answer.status == 204

        await asyncio.gather(*(post() for _ in range(32)))
    return len(alerts) / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alerts", type=int, default=5000)
    count = parser.parse_args().alerts
    alerts = [
        Alert(f"key-{n}", "match", "amina", "desk", NOTICE, NOW, NOW, "Jundallah", n)
        for n in range(count)
    ]
    here, there = multiprocessing.Pipe()
    receiver = multiprocessing.get_context("spawn").Process(
        target=receive, args=(there,), daemon=True
    )
    receiver.start()
    port = here.recv()
    with tempfile.TemporaryDirectory() as folder:
        rate, cpu = asyncio.run(ours(Path(folder), alerts, port))
    bare = asyncio.run(peer(alerts, port))
    receiver.terminate()
    print(
        f"{count:,} webhooks: {rate:.0f} a second, {cpu:.2f} ms CPU each; "
        f"bare aiohttp {bare:.0f} a second ({bare / rate:.1f} times)"
    )


if __name__ == "__main__":
    main()
