"""Nothing is lost and nothing doubled, wherever the monitor is killed.

A scripted run (feeds, articles, matches, quiet hours, a cap, digests, and a channel that appends
what it got to a file on the disk) in forked children: killed before a write, the commits included,
or around a send; started again; and held against a model that knows the script alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice, zip_longest
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

from aggregator.app.parts import make_engine
from aggregator.children import Inline
from aggregator.models import (
    Alert,
    Delivery,
    FetchResult,
    Notice,
    Pace,
    Person,
    ReadOutcome,
    Summary,
    Validators,
)
from aggregator.pipeline.line import Line
from aggregator.protocols import Fetcher, Hold, Poster
from aggregator.runner import Runner
from aggregator.settings.loading import load
from aggregator.settings.plain import Settings
from storage import exclusive
from storage.sqlite import SqliteStorage
from storage.sqlite.promises import write_alerts
from storage.sqlite.session import open_session

#: Nothing hangs: a child that takes so many seconds is a failure.
LONGEST = 60
#: As many messages at once over a channel, and over all of them.
PLACES = 2
ON_THEIR_WAY = 2 * PLACES
WRITES = ("INSERT", "UPDATE", "DELETE", "COMMIT")

# ── the script ────────────────────────────────────────────────────────────────────────────────────

START = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
#: In omar's quiet hours; after them; after the digests; after every cap has room again.
STEPS = tuple(START + timedelta(minutes=minutes) for minutes in (0, 100, 160, 300))
FEEDS = ("dawn", "dusk", "noon")
#: By (feed, step), the stories that it carries from then on; odd ones are on no watch.
CARRIED: Mapping[tuple[str, int], tuple[int, ...]] = {
    ("dawn", 0): (0, 1, 2),
    ("dusk", 0): (0, 2, 4, 6),
    ("noon", 0): (4, 3),
    ("dawn", 1): (8,),
    ("dusk", 1): (8, 10),
    ("noon", 1): (0, 12),
    ("noon", 2): (14,),
}
SETTINGS = """
defaults: {alert_on_first_poll: true, full_text: false}
feeds:
  - {url: "http://127.0.0.1/dawn", name: dawn}
  - {url: "http://127.0.0.1/dusk", name: dusk}
  - {url: "http://127.0.0.1/noon", name: noon}
watches: [{name: Jundallah, any: [Jundullah]}]
people:
  - {name: amina, timezone: UTC, alerts: [log, desk]}
  - {name: omar, timezone: UTC, alerts: [log], quiet: "22:00-06:00", digest: "07:00"}
  - {name: tomas, timezone: UTC, alerts: [log], cap: 2, digest: "07:00"}
channels:
  log: {type: file, path: unused.jsonl}
  desk: {type: file, path: unused.jsonl}
"""


def words(story: int) -> str:
    """Words of that story alone, so that no two are taken for one."""
    chance = random.Random(story)
    made = ("".join(chance.choices("abdefgiklmnoprstu", k=7)) for _ in range(60))
    return " ".join(made)


@cache
def document(feed: str, step: int) -> bytes:
    carried = [s for at in range(step + 1) for s in CARRIED.get((feed, at), ())]
    items = "".join(
        f"<item><guid>{feed}-{story}</guid><title>story{story} {words(story)[:30]}</title>"
        f"<description>{'' if story % 2 else 'Jundullah '}{words(story)}</description></item>"
        for story in carried
    )
    return f'<rss version="2.0"><channel><title>{feed}</title>{items}</channel></rss>'.encode()


# ── the run ───────────────────────────────────────────────────────────────────────────────────────


class Point(NamedTuple):
    """A place at which a process may end.  Two runs differ by a few writes: the tenth alert of both
    is the same place, their thousandth write need not be."""

    #: What comes next: `INSERT INTO outbox`, `COMMIT`, `send`.
    following: str
    #: Counted among its kind, from 1.
    nth: int


@dataclass
class FailPoint:
    """Counts the places at which a process may end, and ends it at one of them."""

    at: Point | None
    passed: Counter[str] = field(default_factory=Counter)

    def __call__(self, following: str) -> None:
        self.passed[following] += 1
        if self.at == (following, self.passed[following]):
            os.kill(os.getpid(), signal.SIGKILL)

    def before(self, statement: str) -> None:
        if statement.lstrip().upper().startswith(WRITES):
            self(" ".join(statement.split()[:3]))


class ScriptedFeeds:
    """Answers what the feeds hold at a step."""

    def __init__(self, step: int) -> None:
        self._step = step

    async def feed(
        self,
        url: str,
        *,
        validators: Validators,  # noqa: ARG002 - nothing is ever unchanged
        headers: Mapping[str, str],  # noqa: ARG002
        hold: Hold | None = None,  # noqa: ARG002
    ) -> FetchResult:
        body = document(url.rsplit("/", 1)[1], self._step)
        return FetchResult(url, url, STEPS[self._step], status=200, body=body)


class FileOnDisk:
    """A receiver: a line a message, in the file before it counts as delivered."""

    pace = Pace(places=PLACES, per_second=10_000, burst=10_000)

    def __init__(self, name: str, path: Path, point: FailPoint, clock: Callable[[], datetime]):
        self._name, self._path, self._point, self._clock = name, path, point, clock

    def address(self, person: Person) -> str:
        return f"{self._name} {person.name}"

    async def send(self, alert: Alert, person: Person) -> Delivery:
        self._point("send")
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(_received(alert, person, self._name)) + "\n")
        self._point("receipt")
        return Delivery("delivered", self._clock())


def _received(alert: Alert, person: Person, channel: str) -> dict[str, Any]:
    content = alert.content
    notices = content.notices if isinstance(content, Summary) else ()
    told = [content] if isinstance(content, Notice) else notices
    return {
        "key": alert.key,
        "kind": alert.kind,
        "to": [person.name, channel],
        "stories": [_story(notice.title) for notice in told],
    }


def _story(title: str) -> int:
    return int(title.split()[0].removeprefix("story"))


class InTwoTransactions(SqliteStorage):
    """How it must not be: alerts after the article that caused them."""

    def commit_reading(self, outcome: ReadOutcome) -> bool:
        written = super().commit_reading(replace(outcome, alerts=()))
        with self._session.writing() as db:
            write_alerts(db, outcome.alerts)
        return written


def run(folder: Path, point: FailPoint, kind: type[SqliteStorage]) -> None:
    """From the step at which the last process ended to the end of the script."""
    (folder / "feeds.yaml").write_text(SETTINGS, encoding="utf-8")
    settings = load(folder / "feeds.yaml", {})
    done = folder / "steps"
    with exclusive(settings.storage):
        session = open_session(folder / "store.db")
        session.migrate()
        # A kill is no power cut: what the system was given, it keeps.
        session.db.conn.execute("PRAGMA synchronous = OFF")
        session.db.conn.set_trace_callback(point.before)
        storage = kind(session)
        storage.release_claims()
        first = int(done.read_text()) if done.exists() else 0
        for step in range(first, len(STEPS)):
            asyncio.run(_step(step, settings, storage, point, folder / "received.jsonl"))
            done.write_text(str(step + 1))
        storage.close()


async def _step(
    step: int, settings: Settings, storage: SqliteStorage, point: FailPoint, path: Path
) -> None:
    def clock() -> datetime:
        return STEPS[step]

    storage.sync_feeds(settings.feeds, clock())
    storage.make_due(clock())
    nobody = SimpleNamespace()
    line = Line(
        settings=settings,
        storage=storage,
        fetcher=cast("Fetcher", ScriptedFeeds(step)),
        poster=cast("Poster", nobody),
        workers=Inline(),
        channels={name: FileOnDisk(name, path, point, clock) for name in ("log", "desk")},
        engine=make_engine(settings),
        clock=clock,
        wait=timedelta(0),
    )
    await Runner(line).once()
    line.in_storage.close()


# ── the model ─────────────────────────────────────────────────────────────────────────────────────

#: Whom a story is told, and over what.
WAYS = (("amina", "log"), ("amina", "desk"), ("omar", "log"), ("tomas", "log"))
#: Whose digest is due in the time of the script.
DIGESTS = (("omar", "log"), ("tomas", "log"))


def expected() -> set[tuple[str, str, str]]:
    """What is to be told: (who, over what, of what)."""
    stories = {story for carried in CARRIED.values() for story in carried if story % 2 == 0}
    told = {(*way, f"story {story}") for way in WAYS for story in stories}
    return told | {(*way, "digest") for way in DIGESTS}


def held_against(lines: list[dict[str, Any]]) -> Iterator[str]:
    """What differs from the model; a crash may repeat what was on its way, each once."""
    keys: dict[tuple[str, str, str], set[str]] = {}
    for line in lines:
        subjects = [f"story {story}" for story in line["stories"]] or [line["kind"]]
        for subject in subjects:
            keys.setdefault((*line["to"], subject), set()).add(line["key"])
    yield from (f"lost: {one}" for one in sorted(expected() - keys.keys()))
    yield from (f"not to be told: {one}" for one in sorted(keys.keys() - expected()))
    yield from (f"under {len(under)} keys: {one}" for one, under in keys.items() if len(under) > 1)
    received = Counter(line["key"] for line in lines)
    yield from (f"{count} times: {key}" for key, count in received.items() if count > 2)
    if (repeats := _repeats(lines)) > ON_THEIR_WAY:
        yield f"{repeats} repeats"


def _repeats(lines: list[dict[str, Any]]) -> int:
    return len(lines) - len({line["key"] for line in lines})


def rows_missing(path: Path) -> Iterator[str]:
    """Every match has a row for everybody who hears of it."""
    storage = SqliteStorage(open_session(path, readonly=True))
    for item in storage.items(watch="Jundallah"):
        told = {alert.person for alert in storage.entry_alerts(item.id)}
        yield from (f"no row: item {item.id}, {who}" for who in {way[0] for way in WAYS} - told)
    storage.close()


# ── killing ───────────────────────────────────────────────────────────────────────────────────────


def in_child(folder: Path, at: Point | None, kind: type[SqliteStorage]) -> int:
    """The signal that ended it, or 0."""
    child = os.fork()
    if child == 0:
        signal.alarm(LONGEST)
        status = 1
        try:
            run(folder, FailPoint(at), kind)
            status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        sys.exit("a child failed: see above")
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def killed_at(at: Point, kind: type[SqliteStorage]) -> tuple[list[str], int]:
    """What is wrong after a run that was killed there, and how many repeats there were."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ended = in_child(folder, at, kind)
        # One that ended before it came there must be right as well.
        if ended not in (0, signal.SIGKILL):
            return [f"ended by signal {ended} instead"], 0
        if ended := in_child(folder, None, kind):
            return [f"ended by signal {ended} after a kill at {at}"], 0
        lines = _lines(folder)
        return [*held_against(lines), *rows_missing(folder / "store.db")], _repeats(lines)


def _lines(folder: Path) -> list[dict[str, Any]]:
    text = (folder / "received.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def points_of(kind: type[SqliteStorage]) -> Counter[str]:
    """Of a run that nobody kills; the model must hold for it, without a repeat."""
    with tempfile.TemporaryDirectory() as name:
        # In this process: what is imported and remembered here, every child begins with.
        point = FailPoint(None)
        run(Path(name), point, kind)
        lines = _lines(Path(name))
        if wrong := [*held_against(lines), *rows_missing(Path(name) / "store.db")]:
            sys.exit("the model does not hold without a crash: " + "; ".join(wrong))
        if _repeats(lines):
            sys.exit("repeats without a crash")
    return point.passed


def chosen_of(points: Counter[str], count: int, seed: int) -> list[Point]:
    """So many of them, each kind of write in turn, those around alerts first: most by far write
    words of articles."""
    chance = random.Random(seed)
    order = sorted(points, key=lambda kind: (not _is_near_an_alert(kind), kind))
    kinds = [[Point(kind, nth + 1) for nth in range(points[kind])] for kind in order]
    for places in kinds:
        chance.shuffle(places)
    turns = zip_longest(*kinds)
    in_turn = (at for turn in turns for at in turn if at is not None)
    return list(islice(in_turn, count))


def _is_near_an_alert(following: str) -> bool:
    return following in ("COMMIT", "send", "receipt") or "outbox" in following


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=300, help="how many of them are tried")
    parser.add_argument("--before", help="only those before one kind: `INSERT INTO outbox`, `send`")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--in-two-transactions",
        action="store_true",
        help="commit alerts after their article: this must be found",
    )
    options = parser.parse_args()
    kind = InTwoTransactions if options.in_two_transactions else SqliteStorage
    began = time.monotonic()
    points = points_of(kind)
    if options.before:
        points = Counter({options.before: points[options.before]})
    chosen = chosen_of(points, options.points, options.seed)
    wrong, repeats = Counter[str](), 0
    for at in chosen:
        found, repeated = killed_at(at, kind)
        repeats += repeated
        for one in found:
            wrong[one.partition(":")[0]] += 1
            print(f"  killed before {at.following} {at.nth} of {points[at.following]}: {one}")
    other = wrong.total() - wrong["lost"] - wrong["no row"]
    print(
        f"{len(chosen)} of {points.total()} points: {wrong['lost']} lost, {wrong['no row']} without"
        f" a row, {other} otherwise wrong; {repeats} repeats; {time.monotonic() - began:.0f} s"
    )
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
