"""What was put off, for quiet hours or for the cap, told in one message at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from aggregator.alerting.keys import summary_key
from aggregator.alerting.updates import notice_of
from aggregator.models import Alert, Summary

#: So many are named; the rest is counted, and stands in the digest.
MOST_NAMED = 12

_GRAVITY = {"high": 0, "normal": 1, "low": 2}


@dataclass(frozen=True, slots=True)
class Gathered:
    """One message, and the alerts that go in it."""

    alert: Alert
    keys: tuple[str, ...]


def gather(put_off: Sequence[Alert], now: datetime) -> tuple[Gathered, ...]:
    """One message to each person over each channel, of all whose time has come."""
    in_order = sorted(put_off, key=_receiver)
    return tuple(_gathered(list(group), now) for _, group in groupby(in_order, key=_receiver))


def _receiver(alert: Alert) -> tuple[str, str]:
    return alert.person, alert.channel


def _gathered(alerts: Sequence[Alert], now: datetime) -> Gathered:
    first = alerts[0]
    reasons = {alert.put_off for alert in alerts}
    summary = Summary(
        reason="quiet" if "quiet" in reasons else "cap",
        count=len(alerts),
        notices=tuple(map(notice_of, sorted(alerts, key=_place)[:MOST_NAMED])),
    )
    return Gathered(
        Alert(
            key=summary_key(first.person, first.channel, min(alert.key for alert in alerts), now),
            kind="summary",
            person=first.person,
            channel=first.channel,
            content=summary,
            created_at=now,
            due_at=now,
        ),
        tuple(alert.key for alert in alerts),
    )


def _place(alert: Alert) -> tuple[int, float]:
    return _GRAVITY[alert.severity], -alert.created_at.timestamp()
