"""A change as a message shows it: what happened, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from aggregator.alerting.view import LONGEST_NAME, line, local
from aggregator.models import Change

#: What happened, said after the subject; and what to do about it.
_WORDS: Mapping[str, tuple[str, str]] = {
    "unreached": (
        "is not reached",
        "What was to be told waits, or is a dead letter: python run.py alerts list --dead",
    ),
    "address_refused": (
        "is refused; nothing more is sent there",
        "Mend the address in feeds.yaml, then: python run.py alerts retry --dead",
    ),
    "reached": ("is reached again", ""),
}


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One change, ready for any medium."""

    title: str
    detail: str
    #: "" where there is nothing to do.
    mend: str
    at: str
    zone: str


def change_view(change: Change, zone: ZoneInfo) -> ChangeView:
    happened, mend = _WORDS.get(change.code, (change.code.replace("_", " "), ""))
    return ChangeView(
        title=f"{line(change.subject, LONGEST_NAME * 2)} {happened}",
        detail=line(change.detail, 300),
        mend=mend,
        at=local(change.at, zone),
        zone=zone.key,
    )
