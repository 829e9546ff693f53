"""A bug of ours costs the one piece of work that met it: it is loud, put off, and tried again."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.models import Alert, Delivery, Document, FetchResult, Match, Pace, Person
from aggregator.runner import Runner
from aggregator.settings.plain import Settings
from aggregator.station import Workplace
from aggregator.watching.engine import Engine
from tests.flow.conftest import Clock, monitor, write_settings

MINUTE = timedelta(minutes=1)
SETTINGS = """
defaults: {alert_on_first_poll: true, full_text: false}
feeds: [{url: "http://sound.example/", name: Sound}, {url: "http://odd.example/", name: Odd}]
watches: [{name: Jundallah, any: [Jundullah]}]
people: [{name: amina, alerts: [console]}]
"""
FEED = b"""<rss version="2.0"><channel><title>Post</title>
<item><title>Jundullah speaks</title><guid>1</guid></item>
<item><title>Jundullah is silent</title><guid>2</guid></item></channel></rss>"""


class Broken:
    """Each part of the line, raising for what it does not like."""

    pace = Pace(places=8, per_second=1000, burst=1000)

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.engine = Engine(settings.watches, settings.groups)
        self.clock = clock
        self.mended = False

    async def feed(self, url: str, **_: object) -> FetchResult:
        if "odd" in url and not self.mended:
            raise ZeroDivisionError
        return FetchResult(url, url, self.clock(), 200, body=FEED)

    def match(self, document: Document) -> tuple[Match, ...]:
        if "silent" in document.title and not self.mended:
            raise ZeroDivisionError
        return self.engine.match(document)

    def address(self, person: Person) -> str:
        return person.name

    async def send(self, alert: Alert, person: Person) -> Delivery:  # noqa: ARG002  the seam's
        if not self.mended:
            raise ZeroDivisionError
        return Delivery("delivered", self.clock(), "ok")

    async def aclose(self) -> None: ...


def with_broken(broken: Broken, runner: Runner) -> Runner:
    """One on the same store, with these parts."""
    return Runner(
        replace(
            runner.line,
            fetcher=broken,
            engine=broken,  # type: ignore[arg-type]  it is asked to match alone
            channels={"console": broken},
        )
    )


async def drain(*stations: Workplace) -> None:
    # What is not put off would be found again at once, for ever.
    async with asyncio.timeout(20):
        for station in stations:
            await station.drain()


async def test_a_bug_at_any_station_puts_off_what_met_it_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    settings = write_settings(tmp_path, SETTINGS)
    broken = Broken(settings, clock)
    async with monitor(settings, clock) as whole, with_broken(broken, whole).working() as runner:
        storage = runner.line.storage
        await drain(runner.poll, runner.read, runner.early, runner.send)

        assert {poll.feed: poll.reason for poll in storage.polls()} == {"Sound": "ok", "Odd": "bug"}
        speaks, silent = storage.items(feed="Sound")
        assert (speaks.watches, silent.watches) == (("Jundallah",), ())
        [alert] = storage.alerts()
        assert (alert.state, alert.reason) == ("pending", "bug")
        bugs = [record for record in caplog.records if record.message == "bug"]
        assert [record.__dict__["station"] for record in bugs] == [
            "poll",
            "read",
            "early",
            "send console",
        ]
        assert all(record.levelno == logging.ERROR and record.exc_info for record in bugs)

        # Neither spins nor waits for hours.
        await drain(runner.poll, runner.read, runner.early, runner.send)
        assert len([record for record in caplog.records if record.message == "bug"]) == len(bugs)
        broken.mended = True
        clock.forward(45 * MINUTE)
        await drain(runner.poll, runner.read, runner.send)
        assert {feed.name: feed.failures for feed in storage.feeds()} == {"Sound": 0, "Odd": 0}
        assert {item.watches for item in storage.items()} == {("Jundallah",)}
        assert {alert.state for alert in storage.alerts()} == {"delivered"}
