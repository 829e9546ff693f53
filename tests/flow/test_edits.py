"""An edited entry: what its new words say is told, what its old words said is not told again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from aiohttp import web

from tests.flow.conftest import Clock, monitor, write_settings
from tests.flow.site import Site

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


class LiveSite(Site):
    def __init__(self) -> None:
        self.more = ""

    async def answer(self, _: web.BaseRequest) -> web.Response:
        text = FEED.format(origin=self.origin, more=self.more)
        return web.Response(text=text, content_type="application/rss+xml")


async def test_a_baseline_entry_that_comes_to_name_a_group_is_told(tmp_path: Path) -> None:
    clock = Clock()
    async with LiveSite() as site:
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
