"""Group commit: what arrives while one transaction is written goes into the next."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from aggregator.errors import StorageBusy

T = TypeVar("T")


class GroupCommit(Generic[T]):
    """Collects what is to be written; `write` writes a batch, and answers for each whether it was
    written or its claim was lost."""

    def __init__(self, write: Callable[[Sequence[T]], Awaitable[Sequence[bool]]]) -> None:
        self._write = write
        self._waiting: list[tuple[T, asyncio.Future[bool]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def commit(self, one: T) -> bool:
        """Returns when it is written; False if its claim was lost.  Raises what `write` raises."""
        committed: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((one, committed))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_waiting())
        return await committed

    async def finish(self) -> None:
        """Returns when all that was handed in is written."""
        if self._writer is not None:
            await self._writer

    async def _write_waiting(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            await self._commit(batch)

    async def _commit(self, batch: Sequence[tuple[T, asyncio.Future[bool]]]) -> None:
        try:
            written = await self._write([one for one, _ in batch])
        except Exception as error:
            # One that cannot be written must not take the others with it; a store that somebody
            # else writes to is waited for once.
            if len(batch) > 1 and not isinstance(error, StorageBusy):
                for one in batch:
                    await self._commit([one])
                return
            for _, committed in batch:
                if not committed.done():
                    committed.set_exception(error)
            return
        for (_, committed), is_written in zip(batch, written, strict=True):
            if not committed.done():
                committed.set_result(is_written)
