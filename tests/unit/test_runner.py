"""The stations of the runner, driven without network or storage."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from aggregator.errors import StorageBusy, StorageError, StorageFull
from aggregator.groupcommit import GroupCommit
from aggregator.models import Poll, PollOutcome, Validators
from aggregator.pipeline.line import StorageThread
from aggregator.runner import Runner
from aggregator.station import Station


class Work:
    """Things to be claimed, and a record of what became of them."""

    def __init__(self, *things: int) -> None:
        self.due = list(things)
        self.done: list[int] = []
        self.failures: list[tuple[str, Exception]] = []
        self.later: list[int] = []
        self.at_once = 0
        self.most_at_once = 0
        self.claims = 0

    async def claim(self, places: int) -> list[int]:
        self.claims += 1
        assert self.claims < 1_000, "it looks for work without end"
        claimed, self.due = self.due[:places], self.due[places:]
        return claimed

    async def work(self, thing: int) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        if thing < 0:
            raise ValueError(thing)
        self.done.append(thing)

    async def put_off(self, thing: int) -> None:
        self.later.append(thing)

    def failed(self, station: str, error: Exception) -> None:
        self.failures.append((station, error))

    def station(self, places: int = 2, **options: bool) -> Station[int]:
        return Station("test", places, self.claim, self.work, self.put_off, self.failed, **options)


async def test_drain_does_all_that_is_due_within_its_places() -> None:
    work = Work(*range(9))
    await work.station(places=3).drain()
    assert sorted(work.done) == list(range(9))
    assert work.most_at_once == 3


async def test_a_bug_in_one_piece_of_work_is_loud_and_stops_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    work = Work(1, -2, 3)
    await work.station().drain()
    assert sorted(work.done) == [1, 3]
    assert work.later == [-2]
    assert [(name, str(error)) for name, error in work.failures] == [("test", "-2")]
    assert [record.message for record in caplog.records if record.levelno == logging.ERROR] == [
        "bug"
    ]
    assert caplog.records[0].exc_info


async def test_drain_finds_what_was_made_while_it_looked() -> None:
    due, done = [1], []
    looked_again = asyncio.Event()

    async def claim(_: int) -> list[int]:
        claimed = due[:]
        due.clear()
        if not claimed:
            looked_again.set()
        for _ in range(9):
            await asyncio.sleep(0)
        return claimed

    async def work(thing: int) -> None:
        if thing == 1:
            await looked_again.wait()
            due.append(2)
        done.append(thing)

    spare = Work()
    await Station("test", 2, claim, work, spare.put_off, spare.failed).drain()
    assert done == [1, 2]


async def test_drain_raises_what_storage_raises() -> None:
    async def claim(_: int) -> list[int]:
        raise StorageFull

    work = Work()
    with pytest.raises(StorageError):
        await Station("test", 1, claim, work.work, work.put_off, work.failed).drain()


async def test_run_goes_on_after_storage_failed() -> None:
    work = Work()
    calls = 0

    async def claim(places: int) -> list[int]:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise StorageFull
        return await work.claim(places)

    station = Station("test", 1, claim, work.work, work.put_off, work.failed)
    loop = asyncio.create_task(station.run())
    work.due = [7]
    while not work.done:
        station.awake.set()
        await asyncio.sleep(0)
    loop.cancel()
    assert work.done == [7]


async def test_what_cannot_be_put_off_yet_is_put_off_at_the_next_look() -> None:
    work = Work(-1)
    full = [True]

    async def put_off(thing: int) -> None:
        if full:
            full.clear()
            raise StorageFull
        await work.put_off(thing)

    station = Station("test", 1, work.claim, work.work, put_off, work.failed)
    with pytest.raises(StorageFull):
        await station.drain()
    assert work.later == []
    await station.drain()
    assert work.later == [-1]


async def test_a_bug_in_putting_off_is_loud_and_keeps_nothing_else_from_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    work = Work(-1, -2, -3, 4)

    async def put_off(thing: int) -> None:
        if thing == -2:
            raise ZeroDivisionError
        await work.put_off(thing)

    await Station("test", 4, work.claim, work.work, put_off, work.failed).drain()
    assert (work.done, sorted(work.later)) == ([4], [-3, -1])
    assert [str(error) for _, error in work.failures[:3]] == ["-1", "-2", "-3"]
    assert isinstance(work.failures[3][1], ZeroDivisionError)
    last = caplog.records[-1]
    assert (last.message, last.__dict__["work"]) == ("bug", "-2")
    assert last.exc_info is not None
    assert last.exc_info[0] is ZeroDivisionError


async def test_what_ends_wakes_the_station_for_what_waits_for_its_place() -> None:
    work = Work(1)
    station = work.station()
    await station.drain()
    assert station.awake.is_set()


async def test_what_was_only_looked_up_does_not_wake_the_station_again() -> None:
    """A piece of work that fails and stays due would otherwise be tried without end."""
    work = Work(-1)
    station = work.station(claims=False)
    await station.drain()
    assert not station.awake.is_set()


async def test_finish_waits_for_what_ends_in_time_and_cancels_the_rest() -> None:
    ended: list[str] = []
    release = asyncio.Event()

    async def work(thing: str) -> None:
        try:
            if thing == "quick":
                await release.wait()
            else:
                await asyncio.Event().wait()
            ended.append(f"{thing} done")
        except asyncio.CancelledError:
            ended.append(f"{thing} cancelled")
            raise

    async def claim(_: int) -> list[str]:
        return ["quick", "stuck"]

    async def put_off(_: str) -> None: ...

    station = Station("test", 2, claim, work, put_off, lambda *_: None)
    await station.look()
    await asyncio.sleep(0)
    release.set()
    await station.finish(grace=0.05)
    assert ended == ["quick done", "stuck cancelled"]


# ── the group commit ──────────────────────────────────────────────────────────────────────────────


class Ledger:
    """A storage that refuses every batch with feed 2 in it."""

    def __init__(self) -> None:
        self.written: list[int] = []

    def commit_polls(self, outcomes: Sequence[PollOutcome]) -> frozenset[int]:
        if any(outcome.feed_id == 2 for outcome in outcomes):
            raise ValueError("cannot be written")
        self.written += [outcome.feed_id for outcome in outcomes]
        return frozenset()

    def release_claims(self) -> None: ...


def outcome(feed_id: int) -> PollOutcome:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    poll = Poll(f"feed {feed_id}", now, 200, "ok")
    return PollOutcome(feed_id, 1, poll, now, 0, Validators())


async def test_a_poll_that_cannot_be_written_takes_no_other_with_it() -> None:
    ledger = Ledger()
    in_storage = StorageThread()
    line = SimpleNamespace(storage=ledger, in_storage=in_storage, channels={})
    runner = Runner(line)  # type: ignore[arg-type]
    async with runner.working():
        results = await asyncio.gather(
            *(runner._commits.commit(outcome(feed_id)) for feed_id in range(4)),
            return_exceptions=True,
        )
    in_storage.close()
    assert [isinstance(result, ValueError) for result in results] == [False, False, True, False]
    assert ledger.written == [0, 1, 3]


async def test_a_store_that_is_locked_is_waited_for_once() -> None:
    batches: list[list[int]] = []

    async def write(batch: Sequence[int]) -> list[bool]:
        batches.append(list(batch))
        raise StorageBusy

    commits = GroupCommit(write)
    results = await asyncio.gather(*map(commits.commit, range(9)), return_exceptions=True)
    assert {type(result) for result in results} == {StorageBusy}
    assert batches == [list(range(9))]


async def test_what_comes_while_a_transaction_is_written_goes_into_the_next() -> None:
    batches: list[list[int]] = []
    gate = asyncio.Event()

    async def write(batch: Sequence[int]) -> list[bool]:
        batches.append(list(batch))
        await gate.wait()
        return [one != 2 for one in batch]

    commits = GroupCommit(write)
    tasks = [asyncio.create_task(commits.commit(1))]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    tasks += [asyncio.create_task(commits.commit(one)) for one in (2, 3)]
    await asyncio.sleep(0)
    gate.set()
    assert await asyncio.gather(*tasks) == [True, False, True]
    assert batches == [[1], [2, 3]]
