"""The allowance of a child: what takes more is stopped, and the next task goes on."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from aggregator.children import Allowance, Children, Inline, MiB
from aggregator.errors import ChildError, OutOfMemory, OutOfTime

SMALL = Allowance(cpu=1, memory=64 * MiB)


def double(number: int) -> int:
    return number * 2


def burn() -> None:
    while True:
        pass


def burn_inside_c() -> int:
    # Counting matches of a pattern that backtracks never returns to the interpreter.
    import re

    return len(re.findall(r"(a+)+b", "a" * 64))


def take(megabytes: int) -> int:
    return len(bytearray(megabytes * MiB))


def refuse() -> None:
    raise ValueError("said no")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture(scope="module")
def children() -> Iterator[Children]:
    pool = Children(workers=1)
    yield pool
    pool.close()


async def test_a_result_comes_back(children: Children) -> None:
    assert await children.run(SMALL, double, 21) == 42


async def test_an_exception_comes_back(children: Children) -> None:
    with pytest.raises(ValueError, match="said no"):
        await children.run(SMALL, refuse)


@pytest.mark.parametrize(
    ("task", "arguments", "error"),
    [
        pytest.param(burn, (), OutOfTime, id="a loop in Python"),
        pytest.param(burn_inside_c, (), OutOfTime, id="a loop inside a C library"),
        pytest.param(take, (512,), OutOfMemory, id="more memory than allowed"),
        pytest.param(die, (), OutOfMemory, id="a child that died"),
    ],
)
async def test_what_takes_more_is_stopped_and_the_next_task_goes_on(
    children: Children, task: object, arguments: tuple[int, ...], error: type[ChildError]
) -> None:
    with pytest.raises(error):
        await children.run(SMALL, task, *arguments)  # type: ignore[arg-type]
    assert await children.run(SMALL, double, 1) == 2


async def test_the_allowance_is_renewed_for_each_task(children: Children) -> None:
    """Ten tasks of 0.2 s of CPU each take more than the one second that each may take."""
    for _ in range(10):
        assert await children.run(SMALL, spend, 0.2) >= 0.2


def spend(seconds: float) -> float:
    import time

    start = time.process_time()
    while time.process_time() - start < seconds:
        pass
    return time.process_time() - start


async def test_inline_runs_here() -> None:
    assert await Inline().run(SMALL, os.getpid) == os.getpid()


def test_a_child_does_not_import_the_monitor() -> None:
    """Each child imports the main module, which holds no more than this import."""
    code = "import aggregator.cli, sys; print(*sys.modules)"
    command = [sys.executable, "-c", code]
    modules = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()  # noqa: S603
    assert "aggregator.cli" in modules
    assert "aggregator.app" not in modules


def is_running(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


async def test_a_pool_whose_idle_child_was_killed_is_replaced() -> None:
    """The kernel kills what is idle when memory is short; the others go with their pool."""
    pool = Children(workers=2)
    try:
        assert await pool.run(SMALL, double, 2) == 4
        before = list(pool._pool._pool_manager.worker_manager.workers)
        assert len(before) == 2
        os.kill(before[0], signal.SIGKILL)
        async with asyncio.timeout(20):
            while pool._pool.active:  # noqa: ASYNC110 - it ends in a thread of the pool
                await asyncio.sleep(0.01)
        assert await pool.run(SMALL, double, 4) == 8
        assert not [pid for pid in before if is_running(pid)]
    finally:
        pool.close()


async def test_a_pool_that_can_start_no_child_is_replaced_when_it_can() -> None:
    pool = Children(workers=1)
    pool.LOOK = 0.1
    child = await pool.run(SMALL, os.getpid)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
        os.kill(child, signal.SIGKILL)
        with pytest.raises(ChildError):
            await pool.run(SMALL, double, 3)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        assert await pool.run(SMALL, double, 4) == 8
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        pool.close()
