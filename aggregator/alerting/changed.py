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
    "person_removed": (
        "is named in feeds.yaml no longer, and alerts waited for them",
        "Renamed? Write the old name once more, then: python run.py alerts retry --dead",
    ),
    "failing": (
        "cannot be read",
        "It is asked again, once a day at least; its polls: python run.py feeds polls",
    ),
    "blocked": (
        "refuses us",
        "Ask the site to let you in, or take another feed: docs/how-to/add-a-source-that-blocks.md",
    ),
    "silent": ("is silent for longer than ever it was", "Look whether the site still writes there"),
    "slow": ("answers slowly", ""),
    "recovered": ("is well again", ""),
    "gone": (
        "is gone (HTTP 410); it is asked once a day",
        "Look for its new address: python run.py feeds add SITE",
    ),
    "moving": (
        "moves to another domain",
        "Is it still the same publisher? After a week its new address is taken over",
    ),
    "moved": ("has moved to another domain", "Write the new address in feeds.yaml"),
    "gap": (
        "had news that was missed between two polls",
        "Write a smaller every: for it in feeds.yaml",
    ),
    "flood": (
        "brought most of its entries as new at once; their alerts are held",
        "Look at them: python run.py items list --feed NAME",
    ),
    "habitually_old": (
        "dates all its news so far back that nobody is alerted",
        "Write a larger alert_max_age: for it in feeds.yaml",
    ),
    "validators_distrusted": (
        "said it was unchanged while it had news; it is no longer believed",
        "",
    ),
    "guids_distrusted": ("gives its entries no ids that tell them apart; links and words do", ""),
    "links_distrusted": ("gives its entries no links that tell them apart; ids and words do", ""),
    "yield_dropped": (
        "no longer gives whole articles",
        "Look at one: python run.py extract URL; article.select in feeds.yaml may help",
    ),
    "clock_ahead": (
        "is ahead of what servers say; nothing is forgotten by it",
        "Set it: by a wrong clock secure connections fail, and quiet hours and digests are wrong",
    ),
    "settings_held": (
        "was saved with much of it gone; the settings before that stay in force",
        "Cut off? Write back what is missing. Meant so? Save it once more, or: touch {subject}",
    ),
    "settings_refused": (
        "has mistakes; the last good settings stay in force",
        "All of them, with what to write: python run.py --config {subject} check",
    ),
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
    subject = line(change.subject, LONGEST_NAME * 2)
    return ChangeView(
        title=f"{subject} {happened}",
        detail=line(change.detail, 300),
        mend=mend.replace("{subject}", subject),
        at=local(change.at, zone),
        zone=zone.key,
    )
