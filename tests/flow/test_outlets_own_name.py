"""An outlet's name and its author's town, around an article, are not what the article speaks of."""

from __future__ import annotations

from pathlib import Path

from tests.flow.conftest import Clock, monitor, write_settings
from tests.flow.loopback import Answer, loopback, response
from tests.flow.publisher import prose

AUTHOR = '<meta name="author" content="Ali Khan">'


def own(name: str) -> list[str]:
    """Paragraphs of three times forty words, found nowhere else."""
    return [f"{prose(f'{name} {part}').capitalize()}." for part in ("one", "two", "three")]


def body(name: str, before: str = "", behind: str = "") -> str:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in own(name))
    return f"{before}{text}{behind}"


#: What stands around the article of a page: before it, behind it, in its head.
AROUND = {
    "a byline": ("<p class='byline'>By Ali Khan, who writes for the Quetta Times</p>", "", ""),
    "a byline without a name": ("<p>By Ali Khan, who writes for the Quetta Times</p>", "", ""),
    "the author's box": ("", "<div class='author-bio'><p>Ali Khan lives in Quetta.</p></div>", ""),
    "the author, claimed": ("", "<p>Ali Khan is a writer who lives in Quetta.</p>", AUTHOR),
    "the author, unknown": (
        "",
        "<p><em>Ali Khan is a journalist of the Quetta Times.</em></p>",
        "",
    ),
    "about the author": ("", "<p>About the author: Ali Khan writes in Quetta.</p>", ""),
    "a dateline": ("<p>QUETTA, Nov 23 (Reuters)</p>", "", ""),
    "a copyright": ("", "<p>Copyright 2026 Quetta Times</p>", ""),
    "where it was printed": ("", "<p>Published in Quetta Times, November 23rd, 2026</p>", ""),
    "more of it": ("", "<p>Read more on Quetta Times</p><p>Follow Quetta Times on X</p>", ""),
}
#: The same within a feed's full text: before it and behind it.
IN_FEED = {
    "fed: a byline": ("<p>By Ali Khan, who writes for the Quetta Times</p>", ""),
    "fed: the author": (
        "",
        "<div class='author-bio'><p>The author is a reporter in Quetta.</p></div>",
    ),
    "fed: about the author": ("", "<p>About the author: Ali Khan writes in Quetta.</p>"),
    "fed: a credit": ("", "<p>(Reporting by Ali Khan in Quetta; editing by A. Rind)</p>"),
    "fed: the post": ("", "<p>The post X appeared first on Quetta Times.</p>"),
}
#: The same around a feed's summary.
IN_SUMMARY = {
    "summed up: a byline": ("<p>By Ali Khan, who writes for the Quetta Times</p>", ""),
    "summed up: a dateline": ("<p>QUETTA, Nov 23 (Reuters)</p>", ""),
    "summed up: a credit": ("", "<p>(Reporting by Ali Khan in Quetta)</p>"),
}
NEWS = "QUETTA: Two men were held on Monday."
SETTINGS = """
defaults: {{alert_on_first_poll: true}}
feeds: [{{url: "{origin}/feed", name: Paper}}]
watches: [{{name: Quetta, any: [Quetta]}}]
network: {{allow_private: [127.0.0.1]}}
"""


def page(head: str, content: str) -> Answer:
    html = f"<html><head>{head}</head><body><article>{content}</article></body></html>"
    return response(body=html.encode(), content_type="text/html; charset=utf-8")


async def test_it_is_no_mention(tmp_path: Path) -> None:
    pages = {name: page(head, body(name, *around)) for name, (*around, head) in AROUND.items()}
    pages["news"] = page("", body("news", f"<p>{NEWS}</p>"))
    items = [f"<item><title>{name}</title><link>/{n}</link></item>" for n, name in enumerate(pages)]
    items += [
        f"<item><title>{name}</title>"
        f"<e:encoded><![CDATA[{body(name, *around)}]]></e:encoded></item>"
        for name, around in IN_FEED.items()
    ]
    items += [
        f"<item><title>{name}</title>"
        f"<description><![CDATA[{body(name, *around)}]]></description></item>"
        for name, around in IN_SUMMARY.items()
    ]
    feed = (
        '<rss version="2.0" xmlns:e="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>Paper</title>{''.join(items)}</channel></rss>"
    )
    routes = {f"/{number}": answer for number, answer in enumerate(pages.values())}
    routes["/feed"] = response(body=feed.encode(), content_type="application/rss+xml")
    async with loopback(routes) as site:
        settings = write_settings(tmp_path, SETTINGS.format(origin=site.url("")))
        async with monitor(settings, Clock()) as runner:
            await runner.once()
            found = {item.title: item for item in runner.line.storage.items()}
    assert found.keys() == pages.keys() | IN_FEED.keys() | IN_SUMMARY.keys()
    assert {name for name, item in found.items() if item.watches} == {"news"}
    for name, item in found.items():
        missing = [text for text in own(name) if text not in item.text]
        assert missing == [], name
