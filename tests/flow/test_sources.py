"""A source that fails, falls silent or comes back is told to the operators: once a change."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from aiohttp import web

from aggregator.app.monitor import put_in_force
from aggregator.models import Change
from aggregator.runner import Runner
from aggregator.scheduler import make_scheduler
from aggregator.sources import look_at_sources
from tests.flow.conftest import Clock, MailServer, monitor, write_settings
from tests.flow.publisher import Desk, street
from tests.flow.site import Site

HOUR = timedelta(hours=1)

SETTINGS = """
defaults: {{full_text: false, every: 1h}}
feeds: [{{url: "{origin}/feed", name: Makran Mirror}}]
channels: {{email: {{smtp: "{smtp}", from: desk@example.org}}}}
operators: {{email: ops@example.org, channels: [email]}}
network: {{allow_private: [127.0.0.1]}}
"""
OUTSIDE = """
defaults: {{full_text: false}}
feeds: [{feeds}]
watches: [{{name: Harbour, any: [Harbour]}}]
people: [{{name: amina, alerts: [console]}}]
network: {{allow_private: [127.0.0.1]}}
"""
ITEM = "<item><title>News {n}</title><guid>{n}</guid></item>"


class Mirror(Site):
    """A feed with one more entry at each answer, or one that fails."""

    def __init__(self) -> None:
        self.status = 200
        self.entries = 1
        #: Where its feed has gone for good; "": it is where it was.
        self.moved_to = ""

    async def answer(self, request: web.BaseRequest) -> web.Response:
        if self.moved_to and request.path == "/feed":
            return web.Response(status=301, headers={"Location": self.moved_to})
        items = "".join(ITEM.format(n=n) for n in range(self.entries))
        text = f'<rss version="2.0"><channel><title>M</title>{items}</channel></rss>'
        return web.Response(text=text, status=self.status, content_type="application/rss+xml")


async def pass_hours(hours: int, runner: Runner, clock: Clock) -> list[Change]:
    """Once an hour the feed is asked, and every source looked at."""
    told: list[Change] = []
    for _ in range(hours):
        clock.forward(timedelta(hours=1))
        runner.line.storage.make_due(clock())
        await runner.once()
        told += await look_at_sources(runner.line)
    await runner.once()
    return told


async def test_each_change_is_one_mail(tmp_path: Path, mail_server: MailServer) -> None:
    clock = Clock()
    async with Mirror() as served:
        text = SETTINGS.format(origin=served.origin, smtp=mail_server.url)
        async with monitor(write_settings(tmp_path, text), clock) as runner:
            assert await pass_hours(2, runner, clock) == []

            served.status = 500
            told = await pass_hours(30, runner, clock)
            assert [(one.code, one.subject, one.detail) for one in told] == [
                ("failing", "Makran Mirror", "http_500")
            ]
            served.status = 200
            assert [one.code for one in await pass_hours(3, runner, clock)] == ["recovered"]

            for _ in range(8):
                served.entries += 1
                assert await pass_hours(24, runner, clock) == []
            assert [one.code for one in await pass_hours(72, runner, clock)] == ["silent"]
            served.entries += 1
            assert [one.code for one in await pass_hours(2, runner, clock)] == ["recovered"]

            served.status = 410
            assert await pass_hours(3, runner, clock) == []  # its poll has told it

    mails = mail_server.box.to("ops@example.org")
    assert [mail["Subject"].removeprefix("[monitor] Makran Mirror ") for mail in mails] == [
        "cannot be read",
        "is well again",
        "is silent for longer than ever it was",
        "is well again",
        "is gone (HTTP 410); it is asked once a day",
    ]


async def test_after_the_clock_ran_ahead_a_source_is_asked_again(tmp_path: Path) -> None:
    clock = Clock()
    async with Mirror() as served:
        text = SETTINGS.format(origin=served.origin, smtp="")
        async with monitor(write_settings(tmp_path, text), clock) as runner:
            clock.forward(timedelta(days=40))
            await runner.once()
            clock.forward(timedelta(days=-40))
            jobs = {job.id: job.func for job in make_scheduler(runner).get_jobs()}
            await jobs["clock"]()
            served.entries += 1
            await runner.once()
            assert [poll.new for poll in runner.line.storage.polls()] == [1, 1]
            clock.forward(timedelta(days=40))
            await pass_hours(1, runner, clock)
            clock.forward(timedelta(days=-40))
        async with monitor(write_settings(tmp_path, text), clock) as runner:
            served.entries += 1
            await runner.once()
            assert sum(poll.new for poll in runner.line.storage.polls()) == 3


async def test_a_source_whose_new_address_is_written_down_goes_on(tmp_path: Path) -> None:
    """As another one it would begin with a first poll, and that alerts nobody."""
    clock = Clock()
    async with Mirror() as served:
        text = SETTINGS.format(origin=served.origin, smtp="")
        async with monitor(write_settings(tmp_path, text), clock) as runner:
            served.moved_to = f"{served.origin}/new"
            await runner.once()
            served.entries += 1
            new = write_settings(tmp_path, text.replace("/feed", "/new"))
            await put_in_force(new, runner)
            clock.forward(timedelta(days=1))
            await runner.once()
        served.entries += 1
        served.moved_to = ""
        spelt = write_settings(tmp_path, text.replace("/feed", "/new?utm_source=desk"))
        async with monitor(spelt, clock) as runner:
            clock.forward(timedelta(days=1))
            await runner.once()
            health = runner.line.storage.feeds()
            news = [poll.new for poll in runner.line.storage.polls()]
    assert news == [1, 1, 1]
    assert [feed.url for feed in health] == [f"{served.origin}/new?utm_source=desk"]


async def test_a_source_that_was_taken_out_by_mistake_goes_on_where_it_was(tmp_path: Path) -> None:
    """As a new one it would begin with a first poll, and what came meanwhile would alert nobody."""
    clock = Clock()
    async with street(clock) as outside:
        start = clock()
        times = [start - HOUR, start + 2 * HOUR]
        outside.scripts["port"], outside.scripts["coast"] = (
            Desk("port", times),
            Desk("coast", times),
        )
        port, coast = (f'{{url: "{outside.url(target)}"}}' for target in ("/port", "/coast"))
        whole = write_settings(tmp_path, OUTSIDE.format(feeds=f"{port}, {coast}"))
        async with monitor(whole, clock) as runner:
            storage = runner.line.storage
            await runner.once()
            await put_in_force(write_settings(tmp_path, OUTSIDE.format(feeds=port)), runner)
            clock.forward(3 * HOUR)
            await runner.once()
            assert len(outside.of("coast")) == 1

            await put_in_force(
                write_settings(tmp_path, OUTSIDE.format(feeds=f"{port}, {coast}")), runner
            )
            await runner.once()
            (_, first), (asked, _) = outside.of("coast")
            assert asked.conditions == (first.headers["ETag"], first.headers["Last-Modified"])
            told = [alert for alert in storage.alerts() if alert.kind == "match"]
            assert [alert.state for alert in told if alert.reason == "first_poll"] == ["held"] * 2
            assert [alert.state for alert in told if alert.reason != "first_poll"] == [
                "delivered",
                "delivered",
            ]
            coast_polls = [(p.new, p.known) for p in storage.polls() if p.feed == "coast"]
            assert coast_polls == [(1, 0), (1, 1)]
