"""Telling people of a change in what they depend on: a source, a channel, the settings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from aggregator.alerting.keys import change_key
from aggregator.models import Alert, Change, Person


def tell(
    change: Change, listener: Person, occasion: str, *, besides: str = ""
) -> tuple[Alert, ...]:
    """The outbox rows that tell this person, over each of their channels besides that one.

    `occasion` is what brought the change about: told twice, it is one promise.  Quiet hours do not
    hold it: what is not working is not watching either.
    """
    channels = dict.fromkeys((*listener.alerts, *(("email",) if listener.email else ())))
    return tuple(
        Alert(
            key=change_key(listener.name, change.code, change.subject, occasion, channel),
            kind="change",
            person=listener.name,
            channel=channel,
            content=change,
            created_at=change.at,
            due_at=change.at,
        )
        for channel in channels
        if channel != besides
    )


def tell_codes(
    codes: Iterable[str], subject: str, at: datetime, listener: Person, occasion: str
) -> tuple[Alert, ...]:
    """The same for what a station found: codes, some with a detail behind a space."""
    parted = (code.partition(" ") for code in codes)
    changes = (Change(code, subject, at, detail) for code, _, detail in parted)
    return tuple(alert for change in changes for alert in tell(change, listener, occasion))
