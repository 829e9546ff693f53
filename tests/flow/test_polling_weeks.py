"""Forty days of polling: real HTTP, a real store, a clock that leaps to what is due next.

One life of a dozen feeds, each with a story of its own and a restart every three days; the tests
read what the publishers remember of it, and what was stored.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from itertools import groupby, pairwise
from pathlib import Path

import pytest

from aggregator import __version__
from aggregator.models import Alert, FeedHealth, Item, Poll
from tests.flow.conftest import NOW, Clock, monitor, write_settings
from tests.flow.publisher import HOSTS, Asked, Desk, Reply, Script, Street, every, street

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
START, END = NOW, NOW + 40 * DAY
EVERY = 6 * HOUR
RESTARTS = 3 * DAY
#: What the monitor may add to a wait, and what a server's answer takes.
JITTER = 1.1
#: How a feed is asked for; nothing is to be added to it.
QUERY = "?format=rss&utm_source=x"


def day(number: float) -> datetime:
    return START + number * DAY


def news(gap: timedelta = 2 * DAY) -> list[datetime]:
    """Times of publishing, from ten entries before the start on."""
    return every(gap, START - 10 * gap, END)


# ── the publishers ────────────────────────────────────────────────────────────────────────────────


def between(first: float, last: float, there: Script, otherwise: Script) -> Script:
    """Follows `there` from one day to another."""

    def script(asked: Asked) -> Reply:
        return (there if day(first) <= asked.at < day(last) else otherwise)(asked)

    return script


def says(status: int, **headers: str) -> Script:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: Reply(status, b"<p>no</p>", named)


def until_later(asked: Asked) -> Reply:
    later = format_datetime(asked.at + 20 * HOUR, usegmt=True)
    return Reply(503, headers={"Retry-After": later})


def with_pages(desk: Desk) -> Script:
    def script(asked: Asked) -> Reply:
        if asked.target.startswith(f"/{desk.name}/feed"):
            return desk(asked)
        page = f"<html><body><article><p>{'A page of words. ' * 40}</p></article></body></html>"
        return Reply(200, page.encode(), {"Content-Type": "text/html"})

    return script


def renews_its_tag(desk: Desk) -> Script:
    """From the fifth day on the tag is another, first told by a 304."""

    def script(asked: Asked) -> Reply:
        given = desk.validators(asked.at)
        newer = given | {"ETag": '"renewed"'}
        if asked.at >= day(5):
            if asked.conditions[0] in (given["ETag"], newer["ETag"]):
                return Reply(304, headers={"ETag": newer["ETag"]})
            return replace(desk(asked), headers=newer)
        return desk(asked)

    return script


def lies(desk: Desk) -> Script:
    """304 to whoever names any validators, for twenty days."""

    def script(asked: Asked) -> Reply:
        if any(asked.conditions) and asked.at < day(20):
            return Reply(304)
        return Reply(200, desk.document(asked.at), desk.validators(asked.at))

    return script


def moves(street: Street, desk: Desk, status: int, host: str, until: float) -> Script:
    """From the second day on it is elsewhere; until then and no longer the old address says so."""
    target = f"/{desk.name}/new{QUERY}"

    def script(asked: Asked) -> Reply:
        if asked.target == target:
            return desk(asked)
        if asked.at >= day(until):
            return Reply(404)
        if asked.at >= day(2):
            return Reply(status, headers={"Location": street.url(target, host)})
        return desk(asked)

    return script


def wakes_up() -> list[datetime]:
    """Hardly anything for twenty days, then a dozen an hour for one."""
    return news(10 * DAY) + every(5 * MINUTE, day(25), day(26))


def renumbers(desk: Desk) -> Script:
    """On the twelfth day its archive is listed, undated, with other words and names."""
    archive = Desk("archive", [START - 400 * DAY] * 30, window=30, dated=False)

    def script(asked: Asked) -> Reply:
        if not day(12) <= asked.at < day(13):
            return desk(asked)
        body = archive.document(asked.at).replace(b"/archive/", b"/flood/archive/")
        return Reply(200, body, {"ETag": '"archive"'})

    return script


def max_age(desk: Desk) -> Script:
    def script(asked: Asked) -> Reply:
        reply = desk(asked)
        return replace(reply, headers={**reply.headers, "Cache-Control": "max-age=54000"})

    return script


def publishers(street: Street) -> dict[str, Script]:
    steady, silent = Desk("steady", news()), Desk("silent", news()[:10])
    desks = {
        name: Desk(name, news())
        for name in ("told", "broken", "gone", "liar", "aged", "moved", "renamed", "away")
    }
    return {
        "steady": with_pages(steady),
        "silent": renews_its_tag(silent),
        "told": between(
            4, 6, says(429, Retry_After="40000"), between(8, 9, until_later, desks["told"])
        ),
        "broken": between(5, 8, says(500), desks["broken"]),
        "gone": between(4, 34, says(410), desks["gone"]),
        "liar": lies(desks["liar"]),
        "moved": moves(street, desks["moved"], 301, HOSTS[1], 12),
        "renamed": moves(street, desks["renamed"], 308, HOSTS[0], 12),
        "away": moves(street, desks["away"], 302, HOSTS[1], 99),
        "narrow": Desk("narrow", wakes_up(), window=15),
        "flood": renumbers(Desk("flood", news())),
        "aged": max_age(desks["aged"]),
        "ttl": Desk("ttl", news(5 * HOUR), ttl=900),
    }


# ── their forty days ──────────────────────────────────────────────────────────────────────────────


@dataclass
class Life:
    """What is left of it."""

    street: Street
    polls: list[Poll] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    #: (feed, code, detail) as logged.
    told: list[tuple[str, str, str]] = field(default_factory=list)
    #: The feeds' state before and after each restart.
    restarts: list[tuple[list[FeedHealth], list[FeedHealth]]] = field(default_factory=list)

    def ledger(self, name: str) -> list[Poll]:
        return [poll for poll in self.polls if poll.feed == name]

    def stored(self, name: str) -> set[str]:
        """Places of the stored entries of a feed."""
        return {item.url.rpartition("/")[2] for item in self.items if item.feed == name}

    def visits(self, name: str) -> list[list[tuple[Asked, Reply]]]:
        """By poll: the requests for the feed, redirects followed."""
        feed = [each for each in self.street.of(name) if QUERY in each[0].target]
        return [list(same) for _, same in groupby(feed, key=lambda each: each[0].at)]


class Told(logging.Handler):
    def __init__(self, life: Life) -> None:
        super().__init__(logging.WARNING)
        self.life = life

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage() == "told":
            told = vars(record)
            self.life.told.append((told["feed"], told["code"], told["detail"]))


def settings_text(street: Street) -> str:
    feeds = "\n".join(
        f'  - {{url: "{street.url(f"/{name}/feed{QUERY}")}", name: {name}, '
        f"full_text: {str(name == 'steady').lower()}}}"
        for name in street.scripts
    )
    return f"""
defaults: {{every: 6h}}
feeds:
{feeds}
watches: [{{name: Harbour, any: [Harbour]}}]
people: [{{name: amina, email: amina@desk.example, alerts: [console], digest: "off"}}]
network: {{contact: desk@watch.example, allow_private: [{", ".join(HOSTS)}]}}
storage: sqlite:///data/aggregator.db
"""


async def live(folder: Path) -> Life:
    clock = Clock()
    async with street(clock) as here:
        here.scripts.update(publishers(here))
        settings = write_settings(folder, settings_text(here))
        life = Life(here)
        handler, log = Told(life), logging.getLogger("aggregator.runner")
        log.addHandler(handler)
        left: list[FeedHealth] = []
        try:
            while clock.now < END:
                restart = clock.now + RESTARTS
                async with monitor(settings, clock) as runner:
                    storage = runner.line.storage
                    if left:
                        life.restarts.append((left, storage.feeds()))
                    while clock.now < min(restart, END):
                        await runner.once()
                        due = min(feed.due_at for feed in storage.feeds())
                        assert due > clock.now
                        clock.now = due
                    left = storage.feeds()
                    life.polls = storage.polls()
                    life.items, life.alerts = storage.items(), storage.alerts()
        finally:
            log.removeHandler(handler)
        return life


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    return asyncio.run(live(tmp_path_factory.mktemp("weeks")))


FEEDS = "steady silent told broken gone liar moved renamed away narrow flood aged ttl".split()


# ── the marks of a good reader ────────────────────────────────────────────────────────────────────


def test_it_stayed_within_bounds(life: Life) -> None:
    assert set(FEEDS) == set(life.street.scripts)
    assert 500 < len(life.street.log) < 3_000
    assert len(life.restarts) >= 10


@pytest.mark.parametrize("name", FEEDS)
def test_one_unconditional_request_and_a_probe_after_two_weeks(life: Life, name: str) -> None:
    unchanged_since: datetime | None = None
    distrusted = False
    unconditional = []
    for number, visit in enumerate(life.visits(name)):
        asked, reply = visit[-1]
        if number and not any(asked.conditions):
            probe = unchanged_since is not None and asked.at - unchanged_since >= 14 * DAY
            assert probe or distrusted, asked.at
            unconditional.append(asked.at)
            distrusted |= name == "liar"
        if reply.status == 304:
            unchanged_since = unchanged_since or asked.at
        elif reply.status == 200:
            unchanged_since = None
    if name == "silent":
        assert len(unconditional) == 2
    elif name != "liar":
        assert not unconditional


@pytest.mark.parametrize("name", FEEDS)
def test_validators_are_current_and_exact(life: Life, name: str) -> None:
    tag: str | None = None
    since: str | None = None
    conditional = 0
    for visit in life.visits(name):
        for asked, reply in visit:
            if any(asked.conditions):
                conditional += 1
                assert asked.conditions == (tag, since)
            if reply.status == 200:
                tag, since = reply.headers.get("ETag"), reply.headers.get("Last-Modified")
            elif reply.status == 304:
                tag = reply.headers.get("ETag", tag)
                since = reply.headers.get("Last-Modified", since)
    assert conditional >= 20


@pytest.mark.parametrize("name", FEEDS)
def test_spacing(life: Life, name: str) -> None:
    """Never sooner than `every` and than was asked for; never later than a day."""
    for before, after in pairwise(life.visits(name)):
        wait = after[0][0].at - before[0][0].at
        asked, reply = before[-1]
        assert max(EVERY, wish(asked, reply)) <= wait <= DAY, asked.at


def wish(asked: Asked, reply: Reply) -> timedelta:
    """How long this answer asks to be left alone."""
    retry = reply.headers.get("Retry-After", "")
    if retry.isdecimal():
        return timedelta(seconds=int(retry))
    if retry:
        return 20 * HOUR
    if "Cache-Control" in reply.headers:
        return timedelta(seconds=54_000)
    return 15 * HOUR if "/ttl/" in asked.target else 0 * HOUR


def test_every_request_names_us_and_adds_nothing(life: Life) -> None:
    usual = {"host", "user-agent", "accept", "accept-encoding", "connection"}
    agent = f"aggregator/{__version__} (+desk@watch.example)".encode()
    for asked, _ in life.street.log:
        assert set(asked.headers) <= usual | {"if-none-match", "if-modified-since"}
        assert asked.headers["user-agent"] == agent


@pytest.mark.parametrize("name", FEEDS)
def test_no_path_is_invented(life: Life, name: str) -> None:
    feeds = {f"/{name}/feed{QUERY}"}
    if name in {"moved", "renamed", "away"}:
        feeds.add(f"/{name}/new{QUERY}")
    pages = {f"/{name}/{number}" for number in range(100)} if name == "steady" else set()
    assert {asked.target for asked, _ in life.street.of(name)} <= feeds | pages


def test_nobody_else_is_asked_but_for_robots_txt(life: Life) -> None:
    owners = set(life.street.scripts)
    strange = {a.target for a, _ in life.street.log if a.target.split("/")[1] not in owners}
    assert strange == {"/robots.txt"}


# ── their stories ─────────────────────────────────────────────────────────────────────────────────


def test_every_poll_accounts_for_every_entry(life: Life) -> None:
    for poll in life.polls:
        assert poll.seen == poll.new + poll.updated + poll.known + poll.rejected


def test_every_visit_is_in_the_ledger(life: Life) -> None:
    for name in FEEDS:
        assert [poll.at for poll in life.ledger(name)] == [v[0][0].at for v in life.visits(name)]


@pytest.mark.parametrize("name", [name for name in FEEDS if name not in {"narrow", "flood"}])
def test_nothing_published_is_missed_or_doubled(life: Life, name: str) -> None:
    last = life.ledger(name)[-1].at
    times = news()[:10] if name == "silent" else news(5 * HOUR) if name == "ttl" else news()
    assert life.stored(name) == {str(number) for number, at in enumerate(times) if at <= last}
    assert sum(poll.new for poll in life.ledger(name)) == len(life.stored(name))


def test_a_restart_changes_nothing(life: Life) -> None:
    for before, after in life.restarts:
        assert before == after


def test_who_is_told_to_wait_has_not_failed(life: Life) -> None:
    reasons = [poll.reason for poll in life.ledger("told")]
    assert {"http_429", "http_503"} <= set(reasons)
    for before, _ in life.restarts:
        [told] = [feed for feed in before if feed.name == "told"]
        assert told.failures == 0


def test_back_off_grows_and_ends_at_a_day(life: Life) -> None:
    down = [poll.at for poll in life.ledger("broken") if poll.reason == "http_500"]
    waits = [later - earlier for earlier, later in pairwise(down)]
    assert len(waits) >= 3
    assert waits == sorted(waits)
    assert waits[0] < 12 * HOUR
    assert waits[-1] >= 18 * HOUR


@pytest.mark.parametrize("name", ["moved", "renamed"])
def test_a_permanent_move_is_adopted_after_a_week(life: Life, name: str) -> None:
    asked_old = [v for v in life.visits(name) if v[0][0].target.startswith(f"/{name}/feed")]
    last = asked_old[-1][0][0].at
    assert day(9) <= last <= day(11)
    assert all(poll.reason in {"ok", "not_modified"} for poll in life.ledger(name))


def test_a_temporary_move_is_never_adopted(life: Life) -> None:
    for visit in life.visits("away"):
        assert visit[0][0].target.startswith("/away/feed")
    assert sum(len(visit) == 2 for visit in life.visits("away")) > 30


def test_a_feed_that_is_gone_is_asked_daily_and_comes_back(life: Life) -> None:
    polls = life.ledger("gone")
    gone = [poll.at for poll in polls if poll.reason == "http_410"]
    assert {later - earlier for earlier, later in pairwise(gone)} == {DAY}
    assert 29 <= len(gone) <= 30
    assert polls[-1].reason in {"ok", "not_modified"}


def test_a_server_that_lied_is_asked_without_conditions(life: Life) -> None:
    [found] = [poll for poll in life.ledger("liar") if poll.reason == "validators_distrusted"]
    assert day(14) <= found.at <= day(16)
    assert found.new > 1
    for visit in life.visits("liar"):
        assert any(visit[0][0].conditions) is (START < visit[0][0].at < found.at)


def test_a_feed_that_outran_us_has_a_gap_and_is_asked_sooner(life: Life) -> None:
    polls = life.ledger("narrow")
    first = next(number for number, poll in enumerate(polls) if poll.reason == "gap")
    assert polls[first].at - polls[first - 1].at > EVERY * JITTER
    assert EVERY <= polls[first + 1].at - polls[first].at <= EVERY * JITTER
    assert day(25) < polls[first].at < day(26)


def test_a_flood_is_stored_and_not_alerted(life: Life) -> None:
    [flood] = [poll for poll in life.ledger("flood") if poll.reason == "flood"]
    assert flood.new == 30
    flooded = {item.id for item in life.items if "/flood/archive/" in item.url}
    assert len(flooded) == 30
    states = {(a.state, a.reason) for a in life.alerts if a.entry_id in flooded}
    assert states == {("held", "flood")}
    later = [i.id for i in life.items if i.feed == "flood" and i.first_seen > flood.at]
    assert {a.state for a in life.alerts if a.entry_id in later} == {"delivered"}
    baseline = [i.id for i in life.items if i.first_seen == START]
    assert {a.reason for a in life.alerts if a.entry_id in baseline} == {"first_poll"}


def test_operators_are_told_once_of_each_affair(life: Life) -> None:
    assert sorted(life.told) == [
        ("flood", "flood", ""),
        ("gone", "gone", ""),
        ("liar", "validators_distrusted", ""),
        ("moved", "moved", HOSTS[1]),
        ("moved", "moving", HOSTS[1]),
        ("narrow", "gap", ""),
    ]
