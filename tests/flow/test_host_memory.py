"""What no single page gives away: a promo in each body, a wall without marks, a redesign."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from aggregator.models import Item
from aggregator.reading.extract import extract_text
from tests.flow.conftest import NOW, Clock, monitor, write_settings
from tests.flow.loopback import Answer, Loopback, loopback, response
from tests.flow.publisher import prose

PROMO = "Every evening at six our letter from Quetta reaches forty thousand desks."
WALL = "Dear visitor of the harbour paper, tell us first how old you are, then go on. " * 4
TOPICS = (
    "Dredgers return to the estuary",
    "Council buys three electric buses",
    "Orchard owners fear early frost",
    "Museum opens its northern wing",
    "Rowers win at the regatta",
    "Bakers protest against flour prices",
)


def page(title: str, *paragraphs: str) -> Answer:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return served(title, f"<main><article>{body}</article></main>")


def served(title: str, body: str) -> Answer:
    html = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    return response(body=html.encode(), content_type="text/html; charset=utf-8")


def feed(articles: Iterable[tuple[str, str, str]]) -> Answer:
    items = "".join(
        f"<item><title>{title}</title><link>{path}</link><description>{summary}</description></item>"
        for path, title, summary in articles
    )
    body = f'<rss version="2.0"><channel><title>Paper</title>{items}</channel></rss>'
    return response(body=body.encode(), content_type="application/rss+xml")


def sentence(seed: str) -> str:
    return prose(seed).capitalize() + "."


def story(path: str, title: str) -> tuple[str, ...]:
    return (f"{title}: {sentence(path)}", sentence(f"{path} more"), sentence(f"{path} end"))


def settings_of(site: Loopback, watches: str = "") -> str:
    return (
        f"network: {{allow_private: [127.0.0.0/8], contact: desk@example.org}}\n"
        f"feeds:\n  - {{name: Paper, url: '{site.url('/feed')}'}}\n{watches}"
    )


async def items_after(
    site: Loopback, folder: Path, watches: str = "", now: datetime = NOW
) -> dict[str, Item]:
    settings = write_settings(folder, settings_of(site, watches))
    async with monitor(settings, Clock(now)) as runner:
        await runner.once()
        return {item.title: item for item in runner.line.storage.items()}


async def test_a_promo_in_each_body_is_the_hosts(tmp_path: Path) -> None:
    told = [(f"/{n}", title, sentence(f"/{n}")) for n, title in enumerate(TOPICS)]
    routes: dict[str, Answer] = {"/feed": feed(told)}
    for path, title, _ in told:
        first, *rest = story(path, title)
        routes[path] = page(title, first, PROMO, *rest)
    watches = "watches:\n  - {name: Quetta, query: Quetta}\n"
    async with loopback(routes) as site:
        items = await items_after(site, tmp_path, watches)
    with_promo = {title for title, item in items.items() if PROMO in item.text}
    assert len(with_promo) == 3, "three pages are needed to know it by"
    assert {title for title, item in items.items() if item.watches} == with_promo
    for path, title, _ in told:
        own = "\n\n".join(story(path, title))
        assert items[title].text.replace(f"\n\n{PROMO}", "") == own
        assert items[title].quality == "full"


async def test_a_wall_without_marks_is_no_article(tmp_path: Path) -> None:
    """The first two are taken for articles, until the third shows what they are."""
    told = [(f"/{n}", f"{title} in harbour", sentence(f"/{n}")) for n, title in enumerate(TOPICS)]
    routes = {"/feed": feed(told)} | {path: page("Paper", WALL) for path, _, _ in told[:3]}
    for path, title, _ in told[3:]:
        routes[path] = page(title, *story(path, title))
    async with loopback(routes) as site:
        items = await items_after(site, tmp_path)
    for path, title, summary in told[:3]:
        item = items[title]
        assert (item.quality, item.reason, item.text) == ("blocked", "same_text", summary), path
    for path, title, _ in told[3:]:
        assert (items[title].quality, items[title].text) == (
            "full",
            "\n\n".join(story(path, title)),
        )


def two_parts(title: str, text: Iterable[str], beside: Iterable[str]) -> str:
    """Two elements whose names tell nothing."""
    parts = ("".join(f"<p>{each}</p>" for each in part) for part in (text, beside))
    return "<h1>{}</h1><div class=k>{}</div><div class=q>{}</div>".format(title, *parts)


async def test_where_a_host_sets_its_links_there_is_no_article(tmp_path: Path) -> None:
    told = [(f"/{n}", title, sentence(f"/{n}")) for n, title in enumerate(TOPICS)]
    routes: dict[str, Answer] = {"/feed": feed(told[:-1])}
    for path, title, _ in told[:-1]:
        links = [f"<a href='/{path}{n}'>{sentence(f'{path} {n}')[:40]}</a>" for n in "abc"]
        routes[path] = served(title, two_parts(title, story(path, title), links))
    path, title, _ = told[-1]
    teasers = [sentence(f"teaser {n}") for n in "ab"]
    odd = two_parts(title, story(path, title), teasers)
    routes[path] = served(title, odd)
    alone = extract_text(f"<title>{title}</title>{odd}".encode(), path)
    assert alone == "\n\n".join([*story(path, title), *teasers]), "no page tells it alone"
    async with loopback(routes) as site:
        await items_after(site, tmp_path)
        routes["/feed"] = feed(told)
        items = await items_after(site, tmp_path, now=NOW + timedelta(days=1))
    for path, title, _ in told:
        assert items[title].text == "\n\n".join(story(path, title))


async def test_copies_of_one_story_stay_articles(tmp_path: Path) -> None:
    told = [(f"/{n}", TOPICS[0], sentence(f"/{n}")) for n in range(4)]
    text = story("/wire", TOPICS[0])
    routes = {"/feed": feed(told)} | {path: page(TOPICS[0], *text) for path, _, _ in told}
    async with loopback(routes) as site:
        settings = write_settings(tmp_path, settings_of(site))
        async with monitor(settings, Clock()) as runner:
            await runner.once()
            items = runner.line.storage.items()
    assert [(item.quality, item.text) for item in items] == [("full", "\n\n".join(text))] * 4


async def test_a_redesign_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    titles = [sentence(f"title {n}")[:40].strip() for n in range(40)]
    told = [(f"/{n}", title, sentence(f"/{n}")) for n, title in enumerate(titles)]
    routes = {"/feed": feed(told)}
    for number, (path, title, _) in enumerate(told):
        is_old = number < 30
        routes[path] = page(title, *story(path, title)) if is_old else page(title)
    with caplog.at_level(logging.WARNING, logger="aggregator"):
        async with loopback(routes) as site:
            items = await items_after(site, tmp_path)
    assert [items[title].quality == "full" for title in titles] == [True] * 30 + [False] * 10
    [line] = [record for record in caplog.records if record.getMessage() == "told"]
    assert (line.__dict__["feed"], line.__dict__["code"]) == ("Paper", "yield_dropped")
