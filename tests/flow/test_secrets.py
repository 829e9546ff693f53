"""The operator's headers are for the feed's own origin: nobody else is told a secret."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from tests.flow.conftest import Clock, monitor, write_settings
from tests.flow.site import Site

FEED = """<rss version="2.0"><channel><title>Members</title>
<item><title>At home</title><guid>1</guid><link>{home}/own</link></item>
<item><title>Elsewhere</title><guid>2</guid><link>{other}/page</link></item>
</channel></rss>"""


class Remembering(Site):
    """Remembers who came with which credentials."""

    def __init__(self) -> None:
        self.body = "<p>text</p>"
        self.asked: dict[str, str | None] = {}

    async def answer(self, request: web.BaseRequest) -> web.Response:
        self.asked[request.path] = request.headers.get("Authorization")
        kind = "application/rss+xml" if request.path == "/feed" else "text/html"
        return web.Response(text=self.body, content_type=kind)


async def test_headers_go_to_the_feed_s_own_origin_only(tmp_path: Path) -> None:
    async with Remembering() as home, Remembering() as other:
        home.body = FEED.format(home=home.origin, other=other.origin)
        settings = write_settings(
            tmp_path,
            f"""
feeds: [{{url: "{home.origin}/feed", headers: {{Authorization: "Bearer secret"}}}}]
network: {{allow_private: [127.0.0.1]}}
""",
        )
        async with monitor(settings, Clock()) as runner:
            await runner.once()
    assert home.asked["/feed"] == home.asked["/own"] == "Bearer secret"
    assert other.asked["/page"] is None
