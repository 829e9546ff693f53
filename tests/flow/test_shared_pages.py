"""Two feeds that name one page: it is fetched once, and its story told once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.models import Alert, Item
from aggregator.reading.fingerprint import fingerprint
from tests.flow.conftest import Clock, monitor, write_settings
from tests.flow.loopback import Answer, Loopback, loopback, response
from tests.flow.publisher import prose

TITLE = "Gunmen attack a supply convoy near Mastung"
OTHER_TITLE = "Floods close the road to Turbat"
CONVOY = ("Gunmen attacked a convoy near Mastung and wounded two drivers.", prose("one"))
FLOOD = ("Water stood a metre deep on the road while a convoy of trucks waited.", prose("two"))


def settings_of(site: Loopback) -> str:
    return f"""
defaults: {{alert_on_first_poll: true}}
feeds:
  - {{url: "{site.url("/one")}", name: One}}
  - {{url: "{site.url("/two")}", name: Two}}
watches: [{{name: Convoys, any: [convoy], severity: high}}]
people: [{{name: amina, alerts: [console]}}]
network: {{allow_private: [127.0.0.1]}}
"""


def feed(link: str, title: str, summary: str) -> Answer:
    body = (
        f'<rss version="2.0"><channel><title>Paper</title><item><title>{title}</title>'
        f"<link>{link}</link><description>{summary}</description></item></channel></rss>"
    )
    return response(body=body.encode(), content_type="application/rss+xml")


def page(paragraphs: tuple[str, ...]) -> Answer:
    body = "".join(f"<p>{text.capitalize()}.</p>" for text in paragraphs)
    html = f"<html><body><article>{body}</article></body></html>"
    return response(body=html.encode(), content_type="text/html; charset=utf-8")


def pages_asked(site: Loopback) -> list[str]:
    return [path for path in site.paths if path.startswith("/story")]


def told(alerts: list[Alert]) -> list[str]:
    return sorted(alert.state for alert in alerts if alert.kind == "match")


async def test_one_page_of_two_feeds_is_fetched_once_and_told_once(tmp_path: Path) -> None:
    routes: dict[str, Answer] = {
        "/one": feed("/story?utm_source=one", TITLE, CONVOY[0]),
        "/two": feed("/story?utm_source=two", f"{TITLE}: reports", CONVOY[0]),
        "/story?utm_source=one": page(CONVOY),
        "/story?utm_source=two": page(CONVOY),
    }
    async with loopback(routes) as site:
        async with monitor(write_settings(tmp_path, settings_of(site)), Clock()) as runner:
            await runner.once()
            storage = runner.line.storage
            first, second = sorted(storage.items(), key=lambda item: item.id)
            links = [(link.other, link.reason) for link in storage.copies(second.id)]
            proofs = [storage.evidence(item.id) for item in (first, second)]
            alerts = storage.alerts()
        asked = pages_asked(site)
    assert len(asked) == 1
    assert {first.feed, second.feed} == {"One", "Two"}
    assert {first.title, second.title} == {TITLE, f"{TITLE}: reports"}
    assert first.text == second.text
    assert first.story == second.story
    assert links == [(first.id, "same_url")]
    assert len({(proof.sha256, proof.method, proof.status) for proof in proofs if proof}) == 1
    assert told(alerts) == ["delivered", "held"]


async def test_a_live_page_used_again_is_two_articles(tmp_path: Path) -> None:
    clock = Clock()
    routes: dict[str, Answer] = {
        "/one": feed("/story", TITLE, CONVOY[0]),
        "/two": response(503),
        "/story": page(CONVOY),
    }
    async with loopback(routes) as site:
        async with monitor(write_settings(tmp_path, settings_of(site)), clock) as runner:
            await runner.once()
            routes["/two"] = feed("/story", OTHER_TITLE, FLOOD[0])
            routes["/story"] = page(FLOOD)
            storage = runner.line.storage
            await runner.line.in_storage(storage.make_due, clock())
            await runner.once()
            items = by_feed(storage.items())
        asked = pages_asked(site)
    assert len(asked) == 2
    assert items["One"].text != items["Two"].text
    assert items["One"].story != items["Two"].story


SHORT = (
    "Gunmen attacked a convoy near Mastung on Monday and wounded two of its drivers, the police of "
    "the district said, and closed the road to Quetta until the evening."
)


@pytest.mark.parametrize(
    ("second", "asked", "links"),
    [
        pytest.param("/story?utm_source=two", 1, ["same_url"], id="one page"),
        pytest.param("/story/other", 2, [], id="two pages"),
    ],
)
async def test_a_text_too_short_to_tell_is_a_copy_by_its_page_alone(
    second: str, asked: int, links: list[str], tmp_path: Path
) -> None:
    routes: dict[str, Answer] = {
        "/one": feed("/story", TITLE, "A convoy was attacked."),
        "/two": feed(second, TITLE, "A convoy was attacked."),
        "/story": page((SHORT,)),
        second: page((SHORT,)),
    }
    async with (
        loopback(routes) as site,
        monitor(write_settings(tmp_path, settings_of(site)), Clock()) as runner,
    ):
        await runner.once()
        storage = runner.line.storage
        items = storage.items()
        found = [link.reason for link in storage.copies(items[1].id)]
        alerts = storage.alerts()
        pages = pages_asked(site)
    assert fingerprint(items[0].text) is None
    assert items[0].text == items[1].text
    assert (len(pages), found) == (asked, links)
    assert len({item.story for item in items}) == 1
    assert told(alerts).count("delivered") == 1


async def test_two_pages_are_fetched_twice(tmp_path: Path) -> None:
    routes: dict[str, Answer] = {
        "/one": feed("/story?id=1", TITLE, CONVOY[0]),
        "/two": feed("/story?id=2", TITLE, CONVOY[0]),
        "/story?id=1": page(CONVOY),
        "/story?id=2": page(FLOOD),
    }
    async with loopback(routes) as site:
        async with monitor(write_settings(tmp_path, settings_of(site)), Clock()) as runner:
            await runner.once()
        asked = pages_asked(site)
    assert sorted(asked) == ["/story?id=1", "/story?id=2"]


class Dead:
    """Keeps who asks waiting until told to hang up."""

    def __init__(self) -> None:
        self.asked, self.hang_up = asyncio.Event(), asyncio.Event()

    async def __call__(self, _: asyncio.StreamWriter) -> None:
        self.asked.set()
        await self.hang_up.wait()


async def test_who_waited_for_a_page_that_never_answered_waits_once(tmp_path: Path) -> None:
    clock, dead = Clock(), Dead()
    routes: dict[str, Answer] = {
        "/one": feed("/story?utm_source=one", TITLE, CONVOY[0]),
        "/two": feed("/story?utm_source=two", TITLE, CONVOY[0]),
        "/story?utm_source=one": dead,
        "/story?utm_source=two": dead,
    }
    async with loopback(routes) as site:
        settings = write_settings(tmp_path, settings_of(site))
        async with monitor(settings, clock) as runner, runner.working():
            await runner.poll.drain()
            reading = asyncio.create_task(runner.read.drain())
            await dead.asked.wait()
            dead.hang_up.set()
            await reading
            first = by_feed(runner.line.storage.items())
            for_one = len(pages_asked(site))

            routes["/story?utm_source=one"] = routes["/story?utm_source=two"] = page(CONVOY)
            clock.forward(timedelta(minutes=11))
            await runner.read.drain()
            then = by_feed(runner.line.storage.items())
    assert len(set(pages_asked(site)[:for_one])) == 1
    assert [item.reason for item in first.values()] == ["unreachable"] * 2
    assert [item.quality for item in then.values()] == ["full"] * 2


def by_feed(items: list[Item]) -> dict[str, Item]:
    return {item.feed: item for item in items}
