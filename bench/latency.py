"""How long an alert is on its way: from the match to the first attempt to send it.

Feeds that all have news at once, each article on a watch and a story of its own; feeds and receiver
are in this process, all between them is the monitor as it runs, its store on the disk.  The alert's
own clock starts when it is decided, just before its commit: what is printed is a little too long.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from statistics import quantiles

from aggregator.app.clock import utc_now
from aggregator.app.monitor import open_monitor
from aggregator.models import Alert, Delivery, FetchResult, Pace, Person, Validators
from aggregator.protocols import Hold
from aggregator.runner import Runner
from aggregator.scheduler import make_scheduler
from aggregator.settings.loading import load

#: Beyond the wait for the story to gather.
ALLOWED = timedelta(seconds=2)
#: A run that takes longer is given up.
LONGEST = 900


class Newsroom:
    """Every feed, with all of its articles in the one document that it has."""

    def __init__(self, articles: int) -> None:
        self._articles = articles

    async def feed(
        self,
        url: str,
        *,
        validators: Validators,  # noqa: ARG002 - asked once
        headers: Mapping[str, str],  # noqa: ARG002
        hold: Hold | None = None,  # noqa: ARG002
    ) -> FetchResult:
        items = "".join(self._item(url, number) for number in range(self._articles))
        body = f'<rss version="2.0"><channel><title>{url}</title>{items}</channel></rss>'
        return FetchResult(url, url, utc_now(), status=200, body=body.encode())

    def _item(self, url: str, number: int) -> str:
        chance = random.Random(f"{url} {number}")
        words = ["".join(chance.choices("abdefgiklmnoprstu", k=7)) for _ in range(60)]
        return (
            f"<item><guid>{number}</guid><title>{' '.join(words[:6])}</title>"
            f"<description>Jundullah {' '.join(words)}</description></item>"
        )

    async def page(
        self, url: str, *, headers: Mapping[str, str], hold: Hold | None = None
    ) -> FetchResult:
        raise AssertionError((url, headers, hold))

    async def aclose(self) -> None: ...


class Receiver:
    """Takes everything, and notes how long it was on its way."""

    pace = Pace(places=8, per_second=10_000, burst=10_000)

    def __init__(self) -> None:
        self.waited: dict[str, timedelta] = {}

    def address(self, person: Person) -> str:
        return person.name

    async def send(self, alert: Alert, person: Person) -> Delivery:  # noqa: ARG002
        now: datetime = utc_now()
        self.waited.setdefault(alert.key, now - alert.created_at)
        return Delivery("delivered", now)


async def measure(folder: Path, feeds: int, articles: int, wait: timedelta) -> list[float]:
    """Seconds of each alert."""
    urls = "\n".join(f"  - http://127.0.0.1/{number}" for number in range(feeds))
    path = folder / "feeds.yaml"
    path.write_text(
        f"defaults: {{alert_on_first_poll: true, full_text: false}}\nfeeds:\n{urls}\n"
        "watches: [{name: Jundallah, any: [Jundullah]}]\n"
        "people: [{name: amina, alerts: [console], cap: 999999}]\n"
        "storage: sqlite:///bench.db\n"
    )
    receiver = Receiver()
    async with open_monitor(load(path, {}), wait=wait) as runner:
        await runner.line.fetcher.aclose()
        runner.line.fetcher = Newsroom(articles // feeds)
        runner.line.channels = {"console": receiver}
        await _run_until(runner, receiver, articles)
    return [waited.total_seconds() for waited in receiver.waited.values()]


async def _run_until(runner: Runner, receiver: Receiver, count: int) -> None:
    stop, scheduler = asyncio.Event(), make_scheduler(runner)
    running = asyncio.create_task(runner.run(stop))
    scheduler.start()
    async with asyncio.timeout(LONGEST):
        while len(receiver.waited) < count:  # noqa: ASYNC110 - it comes true at a receiver
            await asyncio.sleep(0.2)
    scheduler.shutdown(wait=False)
    stop.set()
    await running


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=1_000)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--wait", type=int, default=30, help="seconds for a story to gather")
    options = parser.parse_args()
    wait, began = timedelta(seconds=options.wait), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        waited = asyncio.run(measure(Path(folder), options.feeds, options.articles, wait))
    cuts = quantiles(waited, n=100)
    allowed = (wait + ALLOWED).total_seconds()
    print(
        f"{len(waited):,} alerts over {options.feeds:,} feeds: p50 {cuts[49]:.2f} s, p99"
        f" {cuts[98]:.2f} s, most {max(waited):.2f} s; {cuts[98] / allowed:.2f} of the"
        f" {allowed:.0f} s allowed; {time.monotonic() - began:.0f} s in all"
    )


if __name__ == "__main__":
    main()
