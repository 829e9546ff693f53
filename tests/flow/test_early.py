"""The text on time beats the perfect text late: an entry whose page is late is matched on the
feed's own text, and read all the same when the page comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from aiohttp import web

from aggregator.models import DueEntry, ReadOutcome
from aggregator.runner import Listener
from tests.flow.conftest import Clock, monitor, write_settings

FEED = """<rss version="2.0"><channel><title>Slow Post</title><item>
<title>Envoys meet in the capital</title><guid>1</guid><link>{origin}/page</link>
<description>Jundullah sent two men to the talks.</description></item>{more}</channel></rss>"""
COPY = """<item><title>Talks in the capital</title><guid>2</guid><link>{origin}/copy</link>
<description>Envoys met.</description></item>"""
BODY = " ".join(
    f"<p>Jundullah and the council spoke of water, day {n}, for hours.</p>" for n in range(9)
)
PAGE = f"<html><body><article><h1>Envoys meet in the capital</h1>{BODY}</article></body></html>"
SETTINGS = """
defaults: {{alert_on_first_poll: true}}
feeds: [{{url: "{origin}/feed", name: Slow Post}}]
watches: [{{name: Jundallah, any: [Jundullah], severity: high}}]
people: [{{name: amina, alerts: [console]}}]
network: {{allow_private: [127.0.0.1]}}
"""


class SlowSite:
    """Answers for its feed at once, and for the page when told to."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.answer = asyncio.Event()
        self.origin = ""
        self.more = ""

    async def feed(self, _: web.Request) -> web.Response:
        text = FEED.format(origin=self.origin, more=self.more)
        return web.Response(text=text, content_type="application/rss+xml")

    async def copy(self, _: web.Request) -> web.Response:
        return web.Response(text=PAGE, content_type="text/html")

    async def page(self, _: web.Request) -> web.Response:
        self.asked.set()
        await self.answer.wait()
        return web.Response(text=PAGE, content_type="text/html")


@asynccontextmanager
async def slow_site() -> AsyncIterator[SlowSite]:
    site, app = SlowSite(), web.Application()
    app.router.add_get("/feed", site.feed)
    app.router.add_get("/page", site.page)
    app.router.add_get("/copy", site.copy)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    server = web.TCPSite(runner, "127.0.0.1", 0)
    await server.start()
    site.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield site
    finally:
        site.answer.set()
        await runner.cleanup()


async def test_a_late_page_delays_no_alert_and_doubles_none(tmp_path: Path) -> None:
    clock = Clock()
    async with slow_site() as site:
        settings = write_settings(tmp_path, SETTINGS.format(origin=site.origin))
        async with monitor(settings, clock) as runner, runner.working():
            storage = runner.line.storage
            await runner.poll.drain()
            reading = asyncio.create_task(runner.read.drain())
            await site.asked.wait()

            clock.forward(timedelta(seconds=19))
            await runner.early.drain()
            assert storage.alerts() == []

            clock.forward(timedelta(seconds=2))
            await runner.early.drain()
            [alert] = storage.alerts()
            assert (alert.state, alert.watch) == ("pending", "Jundallah")
            await runner.send.drain()

            site.answer.set()
            await reading
            [item] = storage.items()
            assert item.quality == "full"
            assert item.watches == ("Jundallah",)
            assert [alert.state for alert in storage.alerts()] == ["delivered"]


class CopyRead(Listener):
    """Says when the copy's page has been read."""

    def __init__(self) -> None:
        self.done = asyncio.Event()

    def read(self, entry: DueEntry, outcome: ReadOutcome) -> None:  # noqa: ARG002  Listener's
        if entry.url.endswith("/copy"):
            self.done.set()


async def test_what_was_told_early_keeps_its_story(tmp_path: Path) -> None:
    """Its page turns out to be a copy of another's: the story it was told in stays its own."""
    clock = Clock()
    # Another host: the slow page would keep the copy waiting on its own.
    async with slow_site() as site, slow_site() as other:
        site.more = COPY.format(origin=other.origin)
        settings = write_settings(tmp_path, SETTINGS.format(origin=site.origin))
        async with monitor(settings, clock) as runner, runner.working():
            runner.listener = copy = CopyRead()
            storage = runner.line.storage
            await runner.poll.drain()
            slow = next(item for item in storage.items() if item.url.endswith("/page"))
            reading = asyncio.create_task(runner.read.drain())
            await site.asked.wait()
            await copy.done.wait()
            clock.forward(timedelta(seconds=21))
            await runner.early.drain()
            site.answer.set()
            await reading
            items = {item.id: item for item in storage.items()}
            assert {item.text for item in items.values()} == {items[slow.id].text}
            assert items[slow.id].story == slow.id
