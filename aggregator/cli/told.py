"""Why a person was told of an item, or was not: watch by watch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aggregator.alerting.words import counted
from aggregator.cli.output import short
from aggregator.cli.records import alert_record
from aggregator.models import Alert, Item, Person, Watch
from aggregator.protocols import Storage

#: Why nobody was alerted, as a person reads it.
_HELD: Mapping[str, str] = {
    "first_poll": "it came with the first poll of its feed, which is the baseline",
    "too_old": "its date was older than alert_max_age when it was first seen",
    "flood": "it came in a flood: most of its feed turned new at once",
    "copy": "its text says nothing beyond another one of the story, which was told",
    "told": "the story was told by another article",
    "digest_only": "this person has no channels for alerts: the digest tells them",
}


_PUT_OFF: Mapping[str, str] = {
    "quiet": "one message tells of all that came in quiet hours, when they end",
    "cap": "one message tells of all beyond this person's cap, when the hour has room again",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What one watch and one item came to, for one person."""

    watch: str
    hears: bool
    matches: bool
    #: Because of this item: messages, or the row that says why there is none.
    rows: tuple[Alert, ...]
    #: All messages of the story to this person for this watch.
    story: tuple[Alert, ...]


def told(item: Item, person: Person, watches: Sequence[Watch], storage: Storage) -> list[Told]:
    rows = storage.entry_alerts(item.id)
    story = storage.story_alerts(item.story)

    def of(watch: str, alerts: Sequence[Alert]) -> tuple[Alert, ...]:
        return tuple(a for a in alerts if (a.person, a.watch) == (person.name, watch))

    return [
        Told(
            watch=watch.name,
            hears=person.hears_of(watch.name),
            matches=watch.name in item.watches,
            rows=of(watch.name, rows),
            story=of(watch.name, story),
        )
        for watch in watches
    ]


def told_record(item: Item, person: Person, one: Told) -> dict[str, Any]:
    return {
        "item": item.id,
        "person": person.name,
        "watch": one.watch,
        "hears": one.hears,
        "matches": one.matches,
        "why": _why(item, one),
        "alerts": [alert_record(alert) for alert in one.rows],
        "story": [alert_record(alert) for alert in one.story],
    }


def told_lines(item: Item, one: Told) -> Iterator[str]:
    yield f"{one.watch}: {_why(item, one)}"
    held = [alert for alert in one.rows if alert.state == "held"]
    messages = [alert for alert in one.rows if alert.state != "held"]
    # What told of the story says why this item did not.
    for alert in messages or (one.story if held else ()):
        yield f"  {_message(alert)}"


def _why(item: Item, one: Told) -> str:
    if messages := [alert for alert in one.rows if alert.state != "held"]:
        return _fate(messages)
    if one.rows:
        reason = one.rows[0].reason
        return f"held back, {reason}: {_HELD.get(reason, reason)}"
    if not one.hears:
        return "not one of this person's watches (see people in feeds.yaml)"
    if not one.matches:
        return f"does not match (why: watch explain {item.id} NAME)"
    return "found later, in what was stored: that alerts nobody"


def _fate(messages: Sequence[Alert]) -> str:
    if any(alert.state == "delivered" for alert in messages):
        return "told"
    for alert in messages:
        if alert.state == "pending":
            off = alert.put_off
            return f"put off, {off}: {_PUT_OFF[off]}" if off else "about to be told"
    return f"not told: a dead letter, {messages[-1].reason} (send it after all: alerts retry)"


def _message(alert: Alert) -> str:
    kind = f"update {alert.sequence}" if alert.sequence else "message"
    state = f"{alert.state} {short(alert.delivered_at)}" if alert.delivered_at else alert.state
    if alert.state == "pending":
        state += f" until {short(alert.due_at)}"
    attempts = counted(alert.attempts, "attempt")
    reason = f", {alert.reason}" if alert.reason not in ("", "ok") else ""
    put_off = f", put off: {alert.put_off}" if alert.put_off else ""
    within = f", within {alert.within}" if alert.within else ""
    return f"{kind} over {alert.channel}: {state}, {attempts}{reason}{put_off}{within}; {alert.key}"
