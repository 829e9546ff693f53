"""A due alert is handed to its channel; what was put off goes out as one message."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from datetime import datetime

from aggregator.alerting import retry, summaries, troubles
from aggregator.models import Alert, Delivery, Person, Sending
from aggregator.pipeline.line import Line
from aggregator.protocols import Storage

log = logging.getLogger(__name__)


async def send(alert: Alert, line: Line) -> Sending:
    """Hands an alert to its channel; returns what became of it."""
    person, channel = line.listeners.get(alert.person), line.channels.get(alert.channel)
    if person is None:
        # One who was renamed would wait for what nobody sends.
        occasion = f"{alert.person} {line.clock():%Y-%m-%d}"
        told = line.to_operators(["person_removed"], alert.person, occasion)
        await line.in_storage(line.storage.commit_alerts, told)
        return Sending(alert, Delivery("dead", line.clock(), "person_removed"))
    if channel is None:
        return Sending(alert, Delivery("dead", line.clock(), "channel_removed"))
    address = channel.address(person)
    trouble = await line.in_storage(line.storage.trouble, alert.channel, address)
    if trouble and trouble.suspended:
        return Sending(alert, Delivery("dead", line.clock(), "suspended", trouble.reason))
    delivery = await channel.send(alert, person)
    try:
        operators = line.settings.operators.person
        return troubles.sending(alert, delivery, person, operators, address, trouble)
    except Exception:
        # What became of the message is known, whatever is wrong with telling of troubles.
        log.exception("bug", extra={"alert": alert.key, "channel": alert.channel})
        return Sending(alert, delivery)


async def send_failed(alert: Alert, line: Line) -> None:
    """Puts off an alert whose sending met a bug before anything was sent."""
    sending = Sending(alert, retry.failed(alert, line.clock(), "bug"))
    await line.in_storage(line.storage.commit_sendings, [sending])


def move(
    readers: Mapping[str, Person], channels: Collection[str], storage: Storage, now: datetime
) -> None:
    """What waits for a channel that is no more goes over those that its reader has now.
    Synchronous: it only asks storage."""
    for name, channel in storage.without_channel(channels):
        person = readers.get(name)
        for to in person.alerts if person else ():
            storage.move_alerts(name, channel, to, now)


async def gather(line: Line) -> int:
    """Make one message of what was put off until now; returns how many there are.

    The caller holds the outbox lock.
    """
    now = line.clock()
    made = summaries.gather(await line.in_storage(line.storage.put_off, now), now)
    if made:
        within = {one.alert.key: one.keys for one in made}
        alerts = [one.alert for one in made]
        await line.in_storage(line.storage.commit_summaries, within, alerts)
    return len(made)
