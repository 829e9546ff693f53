"""One at a time to a host, with a pause between; time is a number that the test moves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from aggregator.net.gate import HostGate


class Time:
    """Sleepers wake when the test moves it past their time."""

    def __init__(self) -> None:
        self.now = 0.0
        self._sleepers: list[tuple[float, asyncio.Event]] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        event = asyncio.Event()
        self._sleepers.append((self.now + seconds, event))
        await event.wait()

    async def forward(self, seconds: float) -> None:
        await settled()
        self.now += seconds
        for until, event in self._sleepers:
            if until <= self.now:
                event.set()
        await settled()


async def settled() -> None:
    """Lets every task run as far as it can without time or another's help."""
    for _ in range(20):
        await asyncio.sleep(0)


class Visits:
    """Takes turns at a gate and writes down when each began."""

    def __init__(self, gate: HostGate, time: Time) -> None:
        self._gate, self._time = gate, time
        self.began: list[tuple[str, float]] = []

    def start(self, name: str, key: str = "e.org") -> tuple[asyncio.Task[None], Callable[[], None]]:
        """The task, and what ends its turn."""
        end = asyncio.Event()

        async def visit() -> None:
            async with self._gate.turn(key):
                self.began.append((name, self._time.now))
                await end.wait()

        return asyncio.create_task(visit()), end.set


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def gate(time: Time) -> HostGate:
    return HostGate(1.0, now=time, sleep=time.sleep)


@pytest.fixture
def visits(gate: HostGate, time: Time) -> Visits:
    return Visits(gate, time)


async def test_one_at_a_time_in_the_order_they_came(visits: Visits, time: Time) -> None:
    started = [visits.start(name) for name in "abc"]
    await settled()
    assert visits.began == [("a", 0)]
    for task, end in started:
        end()
        await time.forward(1)
        assert task.done()
    assert visits.began == [("a", 0), ("b", 1), ("c", 2)]


async def test_the_pause_counts_from_the_end(visits: Visits, time: Time) -> None:
    first, end = visits.start("a")
    second, end_second = visits.start("b")
    await time.forward(5)
    end()
    await time.forward(0.9)
    assert visits.began == [("a", 0)]
    await time.forward(0.1)
    assert visits.began == [("a", 0), ("b", 6)]
    end_second()
    await asyncio.gather(first, second)


async def test_the_pause_holds_when_nobody_waited(visits: Visits, time: Time) -> None:
    task, end = visits.start("a")
    end()
    await task
    late, end_late = visits.start("b")
    end_late()
    await settled()
    assert visits.began == [("a", 0)]
    await time.forward(1)
    await late
    assert visits.began == [("a", 0), ("b", 1)]


async def test_hosts_do_not_wait_for_each_other(visits: Visits) -> None:
    started = [visits.start(name, key) for name, key in (("a", "e.org"), ("b", "f.org"))]
    await settled()
    assert visits.began == [("a", 0), ("b", 0)]
    for task, end in started:
        end()
        await task


async def test_who_gives_up_in_the_queue_keeps_nobody_waiting(visits: Visits, time: Time) -> None:
    first, end = visits.start("a")
    waiting, _ = visits.start("b")
    third, end_third = visits.start("c")
    await settled()
    waiting.cancel()
    end()
    end_third()
    await time.forward(1)
    await asyncio.gather(first, third)
    assert waiting.cancelled()
    assert visits.began == [("a", 0), ("c", 1)]


async def test_who_gives_up_in_the_pause_keeps_nobody_waiting(visits: Visits, time: Time) -> None:
    first, end = visits.start("a")
    pausing, _ = visits.start("b")
    third, end_third = visits.start("c")
    end()
    end_third()
    await time.forward(0.5)
    pausing.cancel()
    await time.forward(0.5)
    await asyncio.gather(first, third)
    assert pausing.cancelled()
    assert visits.began == [("a", 0), ("c", 1)]


async def test_a_cancelled_turn_still_ends_with_a_pause(visits: Visits, time: Time) -> None:
    task, _ = visits.start("a")
    next_one, end = visits.start("b")
    await settled()
    task.cancel()
    end()
    await time.forward(0.5)
    assert visits.began == [("a", 0)]
    await time.forward(0.5)
    await next_one
    assert visits.began == [("a", 0), ("b", 1)]


async def test_an_error_in_a_turn_leaves_and_ends_it(gate: HostGate, time: Time) -> None:
    with pytest.raises(ZeroDivisionError):
        async with gate.turn("e.org"):
            raise ZeroDivisionError
    time.now = 1
    async with gate.turn("e.org"):
        pass


async def test_hosts_are_forgotten(gate: HostGate, time: Time) -> None:
    for number in range(5_000):
        async with gate.turn(("host", number)):
            time.now += 0.01
    assert len(gate) < 110


async def test_without_a_pause_nothing_is_slept(time: Time) -> None:
    gate = HostGate(0, now=time, sleep=time.sleep)
    for _ in range(3):
        async with gate.turn("e.org"):
            pass
