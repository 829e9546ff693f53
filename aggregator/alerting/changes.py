"""Telling people of a change in what they depend on: a source, a channel, the settings."""

from __future__ import annotations

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
