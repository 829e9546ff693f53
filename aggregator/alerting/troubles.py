"""When an address that a channel does not reach is news, and who is told of it.

Each trouble is told once as it begins and once as it ends: to whoever is not reached, over their
other channels, and to the operators.
"""

from __future__ import annotations

from aggregator.alerting.changes import tell
from aggregator.models import Alert, Change, Delivery, Person, Sending, Trouble

#: An address is in trouble after so many attempts at one message; by then they have taken about
#: three quarters of an hour.
ATTEMPTS = 8


def sending(
    alert: Alert,
    delivery: Delivery,
    person: Person,
    operators: Person,
    address: str,
    known: Trouble | None,
) -> Sending:
    """What an attempt to reach this address came to; `known` is the trouble there was before."""
    if delivery.state == "delivered":
        if known is None:
            return Sending(alert, delivery)
        change = Change("reached", _subject(alert, person), delivery.at)
        return Sending(alert, delivery, ended=known, tells=_told(change, alert, operators))
    if not _is_news(alert, delivery, known):
        return Sending(alert, delivery)
    code = "address_refused" if delivery.suspends else "unreached"
    detail = f"{delivery.reason} {delivery.detail}".strip()
    change = Change(code, _subject(alert, person), delivery.at, detail)
    begun = Trouble(alert.channel, address, delivery.at, delivery.reason, delivery.suspends)
    listeners = (person,) if person.name == operators.name else (person, operators)
    return Sending(alert, delivery, begun=begun, tells=_told(change, alert, *listeners))


def _is_news(alert: Alert, delivery: Delivery, known: Trouble | None) -> bool:
    if known is not None:
        return delivery.suspends and not known.suspended
    return delivery.state == "dead" or alert.attempts + 1 >= ATTEMPTS


def _subject(alert: Alert, person: Person) -> str:
    return f"{person.name} over {alert.channel}"


def _told(change: Change, alert: Alert, *listeners: Person) -> tuple[Alert, ...]:
    occasion = f"{alert.key}/{alert.attempts}"
    return tuple(
        told
        for listener in listeners
        for told in tell(change, listener, occasion, besides=alert.channel)
    )
