"""A station: places at which claimed work is done, filled whenever there may be work."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from aggregator.errors import StorageError

log = logging.getLogger(__name__)

T = TypeVar("T")

#: A claim is a transaction: what becomes free within so many seconds is claimed for together.
BREATH = 0.05


class Workplace(ABC):
    """Where work is looked for and done."""

    name: str
    #: Set when there may be work.
    awake: asyncio.Event
    #: When it last looked for work with a place to do it at, by the loop's clock; None: never yet.
    progressed_at: float | None = None

    @abstractmethod
    async def look(self) -> int:
        """Claim as much as there are free places, and start on it; returns how much."""

    @abstractmethod
    def under_way(self) -> Collection[asyncio.Task[None]]: ...

    @abstractmethod
    def is_full(self) -> bool:
        """Is there no place at which it could do more?"""

    @abstractmethod
    def has_failures(self) -> bool:
        """Is there something that failed and is not put off yet?"""

    async def run(self) -> None:
        """Look for work whenever woken; a storage that fails is tried again at the next tick."""
        while True:
            await self.awake.wait()
            await asyncio.sleep(BREATH)
            self.awake.clear()
            try:
                await self.look()
                self._note_progress()
            except StorageError as error:
                log.error("storage failed", extra={"station": self.name, "error": str(error)})
            except Exception:
                # A station that stands still would go unnoticed; one that fails at each tick does
                # not.
                log.exception("bug", extra={"station": self.name})

    def _note_progress(self) -> None:
        # One that is full and stays so does nothing any more.
        if not self.is_full():
            self.progressed_at = asyncio.get_running_loop().time()

    async def drain(self) -> None:
        """Work until nothing is due and nothing is under way.  Raises what storage raises."""
        while True:
            # What ends during a look may have freed a place that was passed over, or made work.
            before = set(self.under_way())
            claimed = await self.look()
            busy = self.under_way()
            if not (before or claimed or busy or self.has_failures()):
                return
            if busy:
                await asyncio.wait(busy, timeout=BREATH)

    async def finish(self, grace: float) -> None:
        """Let what is under way end within `grace` seconds; the rest stays claimed."""
        if busy := self.under_way():
            _, late = await asyncio.wait(busy, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


@dataclass(eq=False)
class Station(Workplace, Generic[T]):
    """A number of places at which claimed work is done."""

    name: str
    places: int
    claim: Callable[[int], Awaitable[list[T]]]
    work: Callable[[T], Awaitable[None]]
    #: Puts off what failed, so that it is due again after a back-off.
    put_off: Callable[[T], Awaitable[None]]
    failed: Callable[[str, Exception], None]
    #: Whether the end of one piece of work is a reason to look for more.  Not where work is only
    #: looked up, not claimed: what fails would be found again at once.
    claims: bool = True
    awake: asyncio.Event = field(default_factory=asyncio.Event)
    progressed_at: float | None = None
    #: What is under way.
    busy: dict[asyncio.Task[None], T] = field(default_factory=dict)
    #: What failed and is not put off yet.
    failures: list[T] = field(default_factory=list)

    async def look(self) -> int:
        await self._put_off_failures()
        free = self.places - len(self.busy)
        if free <= 0:
            return 0
        claimed = await self.claim(free)
        for thing in claimed:
            task = asyncio.create_task(self._do(thing), name=self.name)
            self.busy[task] = thing
            task.add_done_callback(self._done)
        return len(claimed)

    def under_way(self) -> Collection[asyncio.Task[None]]:
        return self.busy.keys()

    def in_hand(self) -> list[T]:
        """What was claimed and has not ended."""
        return [*self.busy.values(), *self.failures]

    def is_full(self) -> bool:
        return len(self.busy) >= self.places

    def has_failures(self) -> bool:
        return bool(self.failures)

    async def _do(self, thing: T) -> None:
        try:
            await self.work(thing)
        except StorageError as error:
            log.error("storage failed", extra={"station": self.name, "error": str(error)})
            self.failed(self.name, error)
            self.failures.append(thing)
        except Exception as error:
            self._tell_of_bug(thing, error)
            self.failures.append(thing)

    def _tell_of_bug(self, thing: T, error: Exception) -> None:
        log.exception("bug", extra={"station": self.name, "work": repr(thing)[:200]})
        self.failed(self.name, error)

    async def _put_off_failures(self) -> None:
        """Raises what storage raises; what it could not write is tried again at the next look."""
        while self.failures:
            failure = self.failures.pop()
            try:
                await self.put_off(failure)
            except StorageError:
                self.failures.append(failure)
                raise
            except Exception as error:
                # At the next look it would meet the same bug: it is due again when its claim ends,
                # and nothing else waits for it.
                self._tell_of_bug(failure, error)

    def _done(self, task: asyncio.Task[None]) -> None:
        del self.busy[task]
        if self.claims:
            self.awake.set()
