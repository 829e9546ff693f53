"""Hostile bytes are parsed in child processes, each with an allowance of CPU and memory a task.

The kernel keeps the allowance (setrlimit(2)), so that code stuck inside a C library is stopped too:
past its CPU the child gets SIGXCPU and dies, past its memory an allocation fails.  The children
come from a forkserver, because a fork beside running threads may copy a lock that is held.
"""

from __future__ import annotations

import asyncio
import logging
import math
import multiprocessing
import os
import resource
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import forkserver
from pathlib import Path
from typing import ParamSpec, Protocol, TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from aggregator.errors import ChildError, OutOfMemory, OutOfTime

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

MiB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one task may take: seconds of CPU, and bytes of address space over the child's start."""

    cpu: float
    memory: int

    @property
    def wall(self) -> float:
        """The last resort, in seconds: a child that neither computes nor answers is killed."""
        return 15 + 10 * self.cpu


class Workers(Protocol):
    """Runs a plain function on plain values somewhere it can do no harm."""

    async def run(
        self, allowance: Allowance, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Raises OutOfTime or OutOfMemory when the allowance ran out."""

    def close(self) -> None: ...


class Inline:
    """Runs the function here and now: for tests and single commands on trusted input."""

    async def run(
        self,
        allowance: Allowance,  # noqa: ARG002  nothing is enforced here
        function: Callable[P, T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        return function(*args, **kwargs)

    def close(self) -> None:
        """Nothing is held."""


class Children:
    """A pool of child processes.  Used from one event loop; `close` ends every child.

    A pool that broke is replaced, and what waited for it is run again: pebble gives up a pool for
    good when the kernel kills a child that has nothing to do, or when no child can be started.
    """

    #: Tasks after which a child is replaced, so that what a library leaks is given back.
    TASKS_A_CHILD = 2_000
    #: Seconds after which whoever waits looks whether there still is a pool.
    LOOK = 5.0
    #: Pools that one task may break before it is held to be the cause.
    TRIES = 3

    def __init__(self, workers: int | None = None, preload: tuple[str, ...] = ()) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([__name__, *preload])
        self._workers = workers or min(4, os.cpu_count() or 1)
        self._pool = self._new_pool()

    def _new_pool(self) -> ProcessPool:
        with _interrupts_ignored():
            forkserver.ensure_running()
        return ProcessPool(
            max_workers=self._workers, max_tasks=self.TASKS_A_CHILD, context=self._context
        )

    async def run(
        self, allowance: Allowance, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        for _ in range(self.TRIES):
            try:
                task = self._schedule(allowance, function, args, kwargs)
                return await self._result(asyncio.wrap_future(task))
            except BrokenProcessPool:
                continue
        raise ChildError("no child could be started for it")

    def _schedule(
        self, allowance: Allowance, function: Callable[..., T], *arguments: object
    ) -> ProcessFuture[T]:
        """Raises BrokenProcessPool where no child can be started."""
        try:
            if not self._pool.active:
                log.error("children lost")
                self.close()
                self._pool = self._new_pool()
            return self._pool.schedule(
                _within, args=[allowance, function, *arguments], timeout=allowance.wall
            )
        except (OSError, RuntimeError) as error:
            raise BrokenProcessPool from error

    async def _result(self, answer: asyncio.Future[T]) -> T:
        """Raises BrokenProcessPool when its pool is no more."""
        pool = self._pool
        try:
            while not answer.done():
                await asyncio.wait([answer], timeout=self.LOOK)
                if not (answer.done() or pool.active):
                    raise BrokenProcessPool
            return answer.result()
        except FutureTimeoutError as error:
            raise OutOfTime from error
        except MemoryError as error:
            raise OutOfMemory from error
        except ProcessExpired as error:
            if error.exitcode == -signal.SIGXCPU:
                raise OutOfTime from error
            # A C library that gets no memory often has no better answer than to crash.
            raise OutOfMemory from error
        finally:
            answer.cancel()

    def close(self) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Processes started meanwhile ignore Ctrl-C from their first instruction on.

    It reaches the whole process group; the parent decides what becomes of the work.
    """
    usual = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)


def _within(
    allowance: Allowance,
    function: Callable[..., T],
    args: tuple[object, ...],
    kwargs: dict[str, object],
) -> T:
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = used.ru_utime + used.ru_stime
    _lower(resource.RLIMIT_CPU, math.ceil(spent + allowance.cpu))
    _lower(resource.RLIMIT_AS, _address_space() + allowance.memory)
    try:
        return function(*args, **kwargs)
    finally:
        # The pool's own messages must get through, whatever the function left behind.
        _lower(resource.RLIMIT_CPU, resource.RLIM_INFINITY)
        _lower(resource.RLIMIT_AS, resource.RLIM_INFINITY)


def _lower(kind: int, soft: int) -> None:
    """Set the soft limit only: it can be raised again for the next task."""
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        soft = hard if soft == resource.RLIM_INFINITY else min(soft, hard)
    resource.setrlimit(kind, (soft, hard))


def _address_space() -> int:
    """Bytes of virtual memory mapped now; "over its start" is over this."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:  # not Linux: no allowance can be measured, the wall clock remains
        return 1 << 46
    return pages * resource.getpagesize()
