"""The codes that the ledger and the outbox keep, said in plain English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from aggregator.models import Quality

#: A claim so far after, or before, the time at which an item was first seen is odd.
_AHEAD, _BEHIND = timedelta(hours=1), timedelta(days=2)
_QUALITY: Mapping[Quality, str] = {
    "full": "",
    "partial": "part of the text",
    "summary": "summary only",
    "blocked": "page blocked, the feed's text only",
    "none": "headline only",
}
_HELD: Mapping[str, str] = {
    "first_poll": "from the first poll of a feed",
    "too_old": "already old when first seen",
    "flood": "in a flood from one feed",
    "copy": "copies of articles you were already told of",
    "told": "in stories you were already told of",
}
_FAILURE: Mapping[str, str] = {
    "dns": "its name is not known on the network",
    "refused": "refuses the connection",
    "tls": "no secure connection",
    "unreachable": "cannot be reached",
    "timeout": "did not answer in time",
    "truncated": "answer breaks off",
    "over_limit": "more entries than are read",
    "unreadable": "no entry can be read",
    "protocol_error": "answer is not understood",
    "too_large": "answer too large",
    "undecodable": "answer cannot be decoded",
    "forbidden": "address not allowed",
    "private_address": "address inside the network, not allowed",
    "bad_scheme": "address is neither http nor https",
    "bad_url": "address cannot be read",
    "bad_request": "cannot be asked as it is written",
    "redirects": "redirects without end",
    "redirect_loop": "redirects in a circle",
    "too_many_redirects": "redirects too often",
    "html_page": "a web page instead of a feed",
    "blocked": "asks for a human",
    "not_a_feed": "answer is not a feed",
    "empty": "answer is empty",
    "bug": "a mistake of this program, in its log",
    "child_died": "document broke the parser",
    "cpu_exceeded": "document takes too long to read",
    "memory_exceeded": "document takes too much memory",
    "not_polled": "not read in this time",
}


def quality_in_words(quality: Quality) -> str:
    """What is missing of the text; "" when nothing is."""
    return _QUALITY[quality]


def held_in_words(reason: str) -> str:
    """Goes after a count: `12 already old when first seen`."""
    return _HELD.get(reason, f"held back: {_spelled(reason)}")


def failure_in_words(reason: str) -> str:
    if reason.startswith("http_"):
        return f"HTTP {reason.removeprefix('http_')}"
    return _FAILURE.get(reason, _spelled(reason))


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 story`, `2 stories`."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def listed(names: tuple[str, ...], at_most: int = 3) -> str:
    """`Dawn, Reuters, AFP and 4 more`."""
    shown, more = named(names, at_most)
    return ", ".join(shown) + more


def named(names: tuple[str, ...], at_most: int = 3) -> tuple[tuple[str, ...], str]:
    """The names to show, and what is said of the rest: ` and 4 more`, or nothing."""
    if len(names) <= at_most + 1:
        return names, ""
    return names[:at_most], f" and {len(names) - at_most} more"


def oddness(published: datetime | None, first_seen: datetime) -> str:
    """How far a claimed time is from when the item was seen; "" where it is near, or none.

    >>> from datetime import UTC
    >>> oddness(datetime(2024, 3, 5, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC))
    '993 days before it was first seen'
    """
    if published is None:
        return ""
    ahead = published - first_seen
    if ahead > _AHEAD:
        return "after it was first seen"
    return f"{(-ahead).days} days before it was first seen" if ahead < -_BEHIND else ""


def _spelled(code: str) -> str:
    return code.replace("_", " ")
