"""What the stations work with."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ParamSpec, TypeVar
from weakref import WeakValueDictionary

from aggregator.alerting.changes import tell_codes
from aggregator.children import Workers
from aggregator.models import Alert, Feed, FetchResult, Person
from aggregator.net.room import Room
from aggregator.net.witnesses import Witnesses
from aggregator.protocols import Channel, Clock, Fetcher, Poster, Storage
from aggregator.settings.plain import Settings
from aggregator.watching.engine import Engine

P = ParamSpec("P")
T = TypeVar("T")


class StorageThread:
    """Storage is synchronous, and used by one thread at a time: this one."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="storage")

    async def __call__(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        call = functools.partial(method, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._executor, call)

    def close(self) -> None:
        self._executor.shutdown()


@dataclass(eq=False)
class PageTurn:
    """Those who want one page read it one after the other."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    #: That nothing answered: who waited through one time-out does not wait for another.
    unanswered: FetchResult | None = None


@dataclass
class Line:
    """Storage, senders and settings, as every station is handed them."""

    settings: Settings
    storage: Storage
    fetcher: Fetcher
    poster: Poster
    workers: Workers
    channels: Mapping[str, Channel]
    engine: Engine
    clock: Clock
    #: How long an alert waits for its story to gather.
    wait: timedelta = timedelta(seconds=30)
    #: Those of earlier settings, which may still be at work; closed at the end.
    retired: list[Fetcher | Poster] = field(default_factory=list)
    in_storage: StorageThread = field(default_factory=StorageThread)
    room: Room = field(default_factory=Room)
    witnesses: Witnesses = field(default_factory=Witnesses)
    #: By canonical key: who reads a page lets others of the same page wait for it.
    page_turns: WeakValueDictionary[str, PageTurn] = field(default_factory=WeakValueDictionary)
    #: Finding a story and joining it is one step, or two copies read at once would begin two.
    story_lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    #: Whom to tell is decided and written while no alert is claimed: what joins a story in between
    #: would be said in no message.  Taken within the other, so that claims wait for one reading
    #: and not for all that stand in line.
    outbox_lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def page_turn(self, url_key: str) -> PageTurn:
        """Its lock is taken before all others, and held until the reading is written."""
        turn = PageTurn()
        return self.page_turns.setdefault(url_key, turn) if url_key else turn

    @property
    def feeds(self) -> Mapping[str, Feed]:
        return self.settings.feeds_by_url

    @property
    def listeners(self) -> Mapping[str, Person]:
        """Everybody who is told of anything."""
        operators = self.settings.operators.person
        return {person.name: person for person in (*self.settings.people, operators)}

    def to_operators(self, codes: Sequence[str], subject: str, occasion: str) -> tuple[Alert, ...]:
        """What they are told of it; `occasion` makes one message of what is said often."""
        return tell_codes(codes, subject, self.clock(), self.settings.operators.person, occasion)
