"""An edited entry: what its new words say is told, what its old words said is not told again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from aiohttp import web

from tests.flow.conftest import Clock, monitor, write_settings

FEED = """<rss version="2.0"><channel><title>Live Post</title><item>
<title>Live: the day in the province</title><guid>1</guid><link>{origin}/live</link>
<description>Schools are closed and the council of Quetta met in the morning. {more}</description>
</item></channel></rss>"""
SETTINGS = """
defaults: {{full_text: false}}
feeds: [{{url: "{origin}/feed", name: Live Post}}]
watches:
  - {{name: Quetta, any: [Quetta], severity: high}}
  - {{name: Jundallah, any: [Jundallah], severity: high}}
people: [{{name: amina, alerts: [console], digest: "07:00", timezone: UTC}}]
network: {{allow_private: [127.0.0.1]}}
"""


class LiveSite:
    def __init__(self) -> None:
        self.origin = ""
        self.more = ""

    async def feed(self, _: web.Request) -> web.Response:
        text = FEED.format(origin=self.origin, more=self.more)
        return web.Response(text=text, content_type="application/rss+xml")


@asynccontextmanager
async def live_site() -> AsyncIterator[LiveSite]:
    site, app = LiveSite(), web.Application()
    app.router.add_get("/feed", site.feed)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield site
    finally:
        await runner.cleanup()


async def test_a_baseline_entry_that_comes_to_name_a_group_is_told(tmp_path: Path) -> None:
    clock = Clock()
    async with live_site() as site:
        settings = write_settings(tmp_path, SETTINGS.format(origin=site.origin))
        async with monitor(settings, clock) as runner:
            storage = runner.line.storage
            await runner.once()
            [held] = [alert for alert in storage.alerts() if alert.kind == "match"]
            assert (held.watch, held.state, held.reason) == ("Quetta", "held", "first_poll")

            clock.forward(timedelta(days=3))
            site.more = "At noon Jundallah attacked a convoy near Zahedan."
            await runner.line.in_storage(storage.make_due, clock())
            await runner.once()
            told = [alert for alert in storage.alerts() if alert.state == "delivered"]
            assert [alert.watch for alert in told if alert.kind == "match"] == ["Jundallah"]

            clock.forward(timedelta(days=1))
            await runner.line.in_storage(storage.make_due, clock())
            await runner.once()
            digests = [alert.content for alert in storage.alerts() if alert.kind == "digest"]
            newest = digests[-1]
            assert [notice.watch for notice in newest.notices] == ["Jundallah"]  # type: ignore[union-attr]
