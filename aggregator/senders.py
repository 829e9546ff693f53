"""The send station: a lane for each channel, so that a dead one delays no other.

Each has its own places, its own token bucket, and rests when its other side asks for that.  A look
for work takes its turn among the readings; a lane claims somewhat more than it has places for, so
that a burst is not sent a few alerts a look.

What became of a message is kept until it is written.  Nothing is claimed that is in hand, and what
is claimed again, because its lease ended, is not sent again if a receipt is kept.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from aggregator.alerting.bucket import Bucket
from aggregator.errors import StorageError
from aggregator.groupcommit import GroupCommit
from aggregator.models import Alert, Delivery, Pace, Person, Sending
from aggregator.pipeline.line import Line
from aggregator.pipeline.sending import gather, move, send, send_failed
from aggregator.protocols import Channel
from aggregator.station import Station, Workplace

log = logging.getLogger(__name__)


class _Claim(Protocol):
    def __call__(self, now: datetime, limit: int, *, but: Collection[str]) -> list[Alert]: ...


#: Claimed while they wait for a place; at most what the channel takes in a second, or a slow one
#: would hold them beyond their lease.
_READY = 24
#: Of alerts whose channel feeds.yaml names no longer: they are only written off.
_ORPHANS = Pace(places=8, per_second=10_000, burst=10_000)


class Senders(Workplace):
    """What sends: a lane for each channel, and one for what has lost its channel."""

    name = "send"

    def __init__(
        self,
        line: Line,
        lease: timedelta,
        sent: Callable[[Alert, Delivery], None],
        failed: Callable[[str, Exception], None],
    ) -> None:
        self.awake = asyncio.Event()
        self._line = line
        self._lease = lease
        self._sent = sent
        self._failed = failed
        self._commits = GroupCommit(self._write)
        #: By key, what became of attempts, until it is written.
        self._kept: dict[str, Sending] = {}
        #: As the last look found them, and who is told over them.
        self._lanes: dict[str, _Lane] = {}
        self._readers: Mapping[str, Person] = {}
        #: Of channels that are gone or set up anew, and at a stop: they end what they began.
        self._leaving: list[_Lane] = []
        self._orphans = _Lane("send to nobody", _ORPHANS, self, self._claim_orphans)

    async def look(self) -> int:
        async with self._line.outbox_lock:
            self._follow_settings()
            await self._line.in_storage(self._move, self._line.clock())
            await gather(self._line)
            return sum([await lane.station.look() for lane in self._all()])

    def under_way(self) -> Collection[asyncio.Task[None]]:
        return {task for lane in self._all() for task in lane.station.busy}

    def is_full(self) -> bool:
        # A channel that hangs is told of as such; the others go on.
        return all(lane.station.is_full() for lane in self._lanes.values())

    def has_failures(self) -> bool:
        return any(lane.station.failures for lane in self._all())

    async def finish(self, grace: float) -> None:
        for name in list(self._lanes):
            self._let_go(name)
        await super().finish(grace)
        await self._commits.finish()
        kept = list(self._kept.values())
        written = await asyncio.gather(*map(self._commit, kept), return_exceptions=True)
        for sending, error in zip(kept, written, strict=True):
            if error:
                # Whoever starts next knows nothing of it, and sends it once more.
                log.error("receipt lost", extra={"alert": sending.alert.key, "error": str(error)})

    # lanes

    def _all(self) -> list[_Lane]:
        return [*self._lanes.values(), *self._leaving, self._orphans]

    def _follow_settings(self) -> None:
        """They may have changed while the monitor runs."""
        self._readers = self._line.listeners
        self._leaving = [lane for lane in self._leaving if lane.station.in_hand()]
        for name, lane in list(self._lanes.items()):
            if self._line.channels.get(name) is not lane.channel:
                self._let_go(name)
        for name, channel in self._line.channels.items():
            if name not in self._lanes:
                claim = partial(self._line.storage.claim_alerts, lease=self._lease, channel=name)
                self._lanes[name] = _Lane(f"send {name}", channel.pace, self, claim, channel)

    def _let_go(self, name: str) -> None:
        lane = self._lanes.pop(name)
        lane.leave()
        self._leaving.append(lane)

    def _move(self, now: datetime) -> None:
        move(self._readers, tuple(self._lanes), self._line.storage, now)

    def _claim_orphans(self, now: datetime, limit: int, *, but: Collection[str]) -> list[Alert]:
        # A lane that leaves may have given something back since the look began.
        self._move(now)
        channels = tuple(self._lanes)
        return self._line.storage.claim_orphans(now, limit, self._lease, channels, but)

    # what a lane asks for

    async def claimed(self, claim: _Claim, places: int) -> list[Alert]:
        # A clock that jumps ends leases too.
        in_hand = {alert.key for lane in self._all() for alert in lane.station.in_hand()}
        return await self._line.in_storage(claim, self._line.clock(), places, but=in_hand)

    def now(self) -> datetime:
        return self._line.clock()

    def is_in_force(self, channel: Channel | None, alert: Alert) -> bool:
        """Is this alert to be sent over this channel still?  None: over none."""
        return self._line.channels.get(alert.channel) is channel

    async def send(self, alert: Alert) -> Delivery:
        kept = self._kept.get(alert.key)
        if kept is None or kept.delivery.state == "retry":
            sending = await send(alert, self._line)
        else:
            sending = replace(kept, alert=alert)
        await self._commit(sending)
        return sending.delivery

    async def give_back(self, alert: Alert) -> None:
        await self._line.in_storage(self._line.storage.give_back_alert, alert)

    async def put_off(self, alert: Alert) -> None:
        """What was sent is not sent again because its receipt could not be written."""
        kept = self._kept.get(alert.key)
        if kept is None:
            await send_failed(alert, self._line)
            return
        try:
            await self._commit(replace(kept, alert=alert))
        except StorageError:
            raise
        except Exception:
            # Whom to tell of it besides is the part in which a bug may be.
            await self._commit(Sending(alert, kept.delivery))

    def failed(self, station: str, error: Exception) -> None:
        self._failed(station, error)

    async def _commit(self, sending: Sending) -> None:
        self._kept[sending.alert.key] = sending
        is_written = await self._commits.commit(sending)
        del self._kept[sending.alert.key]
        if is_written:
            _log(sending)
            self._sent(sending.alert, sending.delivery)

    async def _write(self, sendings: Sequence[Sending]) -> Sequence[bool]:
        storage = self._line.storage
        late = await self._line.in_storage(storage.commit_sendings, sendings)
        return [sending.alert.key not in late for sending in sendings]


class _Lane:
    """One channel: a station, its bucket, and until when it rests."""

    def __init__(
        self,
        name: str,
        pace: Pace,
        senders: Senders,
        claim: _Claim,
        channel: Channel | None = None,
    ) -> None:
        self.channel = channel
        self._senders = senders
        self._claim_due = claim
        self._bucket = Bucket(pace.per_second, pace.burst)
        self._places = asyncio.Semaphore(pace.places)
        #: From when until when its other side asks to be left alone.
        self._rests: list[tuple[datetime, datetime]] = []
        self.station: Station[Alert] = Station(
            name,
            pace.places + min(_READY, int(pace.per_second)),
            self._claim,
            self._work,
            senders.put_off,
            senders.failed,
            awake=senders.awake,
        )

    def leave(self) -> None:
        """What is under way ends; nothing else is begun."""
        self.station.places = 0

    async def _claim(self, places: int) -> list[Alert]:
        return [] if self._is_resting() else await self._senders.claimed(self._claim_due, places)

    async def _work(self, alert: Alert) -> None:
        # Whoever waits here holds a place of this channel alone.
        async with self._places:
            await asyncio.sleep(self._bucket.take(asyncio.get_running_loop().time()))
            if not self._may_send(alert):
                await self._senders.give_back(alert)
                return
            delivery = await self._senders.send(alert)
        if delivery.rest_until:
            self._rests.append((delivery.at, delivery.rest_until))

    def _may_send(self, alert: Alert) -> bool:
        """It may have waited for its place for long."""
        return (
            self.station.places > 0
            and not self._is_resting()
            and self._senders.is_in_force(self.channel, alert)
        )

    def _is_resting(self) -> bool:
        now = self._senders.now()
        # What is still to begin was asked for while the clock was wrong.
        self._rests = [(began, until) for began, until in self._rests if began <= now < until]
        return bool(self._rests)


def _log(sending: Sending) -> None:
    alert, delivery = sending.alert, sending.delivery
    log.log(
        logging.INFO if delivery.state == "delivered" else logging.WARNING,
        "sent",
        extra={
            "alert": alert.key,
            "channel": alert.channel,
            "state": delivery.state,
            "reason": delivery.reason,
        },
    )
    if sending.begun:
        log.warning(
            "told",
            extra={
                "feed": f"{alert.person} over {alert.channel}",
                "code": "address_refused" if sending.begun.suspended else "unreached",
                "detail": delivery.reason,
            },
        )
