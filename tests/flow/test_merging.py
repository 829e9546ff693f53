"""Stories that turn out to be one, or two: what was told of stays, and counts for both."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from aggregator.alerting.digest import run_by_hand
from aggregator.cli.story import explained, story_lines, story_record
from aggregator.models import Item
from aggregator.pipeline import house
from aggregator.pipeline.digests import preview
from aggregator.runner import Runner
from tests.flow.conftest import Clock, monitor, write_settings
from tests.flow.loopback import Answer, Loopback, loopback, response
from tests.flow.publisher import prose

EVENT = f"{prose('event').capitalize()}. {prose('more').capitalize()}."
OTHER = f"Jundullah spoke. {prose('other').capitalize()}."
RIGI = f"{EVENT} Rigi was seen."
PAPERS = ("/one", "/two", "/three")
MINUTE = timedelta(minutes=1)


def feed(path: str, title: str, text: str) -> Answer:
    link = f"https://papers.example{path}/2026/11/23/report.html"
    body = (
        f'<rss version="2.0"><channel><title>Paper</title><item><title>{title}</title>'
        f"<guid>{link}</guid><link>{link}</link><description>{text}</description></item></channel></rss>"
    )
    return response(body=body.encode(), content_type="application/rss+xml")


def settings_of(site: Loopback) -> str:
    feeds = "".join(
        f'\n  - {{url: "{site.url(path)}", name: "{path}", identity: guid, full_text: false}}'
        for path in PAPERS
    )
    return f"""
defaults: {{alert_on_first_poll: true}}
feeds: {feeds}
watches:
  - {{name: Jundallah, any: [Jundullah], severity: high}}
  - {{name: Rigi, any: [Rigi], severity: high}}
people: [{{name: amina, alerts: [console]}}]
network: {{allow_private: [127.0.0.1]}}
"""


@dataclass
class Kerman:
    """What three papers publish of it, and what became of that."""

    runner: Runner
    routes: dict[str, Answer]
    clock: Clock

    async def publish(self, path: str, title: str, text: str) -> None:
        self.routes[path] = feed(path, title, text)
        line = self.runner.line
        await line.in_storage(line.storage.make_due, self.clock())
        await self.runner.once()

    @property
    def items(self) -> list[Item]:
        found = {item.feed: item for item in self.runner.line.storage.items()}
        return [found[path] for path in PAPERS if path in found]

    @property
    def told(self) -> list[tuple[int | None, str, int | None]]:
        alerts = self.runner.line.storage.alerts()
        return [
            (alert.entry_id, alert.state, alert.story) for alert in alerts if alert.kind == "match"
        ]


@asynccontextmanager
async def kerman(folder: Path) -> AsyncIterator[Kerman]:
    routes: dict[str, Answer] = dict.fromkeys(PAPERS, response(503))
    async with loopback(routes) as site:
        clock = Clock()
        async with monitor(write_settings(folder, settings_of(site)), clock) as runner:
            yield Kerman(runner, routes, clock)


async def test_a_merge_keeps_what_was_told_and_tells_it_once(tmp_path: Path) -> None:
    async with kerman(tmp_path) as papers:
        await papers.publish("/one", "Kerman", RIGI)
        await papers.publish("/two", "Kerman", OTHER)
        first, second = papers.items
        assert first.story != second.story
        await papers.publish("/two", "Kerman", f"{EVENT} Jundullah spoke.")
        assert await house.look_again(papers.runner.line) == (0, 1)
        await papers.publish("/three", "Jundullah in Kerman", EVENT)
        third = papers.items[2]
        told, told_of = papers.told, papers.items
        storage = papers.runner.line.storage
        known = [explained(item, storage) for item in told_of]
        [amina] = papers.runner.line.settings.people
        digest = preview(run_by_hand(amina, None, None, papers.clock() + MINUTE), amina, storage)
    assert [item.story for item in told_of] == [first.id] * 3
    assert [(one.story.id, one.story.entries) for one in known] == [
        (first.id, (first.id, second.id, third.id))
    ] * 3
    assert [story_record(one)["merged_into"] for one in known] == [None, first.id, None]
    assert any(f"story {second.id} was merged" in line for line in story_lines(known[1], {}))
    [notice] = digest.notices
    assert {notice.outlet, *notice.outlets} == set(known[0].story.outlets) == set(PAPERS)
    assert {notice.independent} == {one.independent for one in known}
    assert [(watch, sum(days)) for watch, days in digest.week] == [("Jundallah", 1), ("Rigi", 1)]
    assert told == [
        (first.id, "delivered", first.id),
        (second.id, "delivered", first.id),
        (third.id, "held", first.id),
    ]


async def test_what_nobody_was_told_of_goes_where_the_story_was_told(tmp_path: Path) -> None:
    async with kerman(tmp_path) as papers:
        await papers.publish("/one", "Kerman", EVENT)
        await papers.publish("/two", "Kerman", OTHER)
        await papers.publish("/two", "Kerman", f"{EVENT} Jundullah spoke.")
        assert await house.look_again(papers.runner.line) == (1, 0)
        await papers.publish("/three", "Jundullah in Kerman", EVENT)
        first, second, third = papers.items
        told = papers.told
        placement = papers.runner.line.storage.placement(first.id)
        assert await house.look_again(papers.runner.line) == (0, 0)
    assert {item.story for item in (first, second, third)} == {second.id}
    assert placement is not None
    assert (placement.reason, placement.nearest) == ("later", second.id)
    assert told == [(second.id, "delivered", second.id), (third.id, "held", second.id)]


async def test_single_passes_take_the_look_once_an_hour(tmp_path: Path) -> None:
    async with kerman(tmp_path) as papers:
        await papers.publish("/one", "Kerman", EVENT)
        await papers.publish("/two", "Kerman", OTHER)
        papers.clock.forward(timedelta(minutes=50))
        await papers.publish("/two", "Kerman", f"{EVENT} Jundullah spoke.")
        assert len({item.story for item in papers.items}) == 2
        papers.clock.forward(timedelta(minutes=11))
        await papers.runner.once()
        assert len({item.story for item in papers.items}) == 1
        storage = papers.runner.line.storage
        assert storage.last_look() == papers.clock()

        papers.clock.forward(timedelta(minutes=59))
        assert await house.look_again_when_due(papers.runner.line) == (0, 0)
        assert storage.last_look() == papers.clock() - timedelta(minutes=59)
        storage.note_look(papers.clock() + timedelta(days=400))
        await house.look_again_when_due(papers.runner.line)
        assert storage.last_look() == papers.clock()
