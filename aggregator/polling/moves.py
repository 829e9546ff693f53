"""Where a feed has moved to: a permanent redirect is followed at once, and adopted in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from aggregator.models import FetchResult
from aggregator.polling.habits import Habits

#: A move counts when a feed was found at its end for so long.
ADOPT_AFTER = timedelta(days=7)
_PERMANENT = frozenset({301, 308})


def moved(habits: Habits, result: FetchResult, now: datetime) -> Habits:
    """What a poll that found a feed teaches about its address.

    Only redirects 301 and 308 that come before any other count.  http → https on one host is
    adopted at once: nobody takes a feed over that way.
    """
    target = permanent_target(result)
    if not target:
        return replace(habits, moving_to="", moving_since=None)
    if only_secured(result.url, target):
        return replace(habits, moving_to="", moving_since=None, address=target)
    since = habits.moving_since if habits.moving_to == target else now
    if since is not None and now - since >= ADOPT_AFTER:
        return replace(habits, moving_to="", moving_since=None, address=target)
    return replace(habits, moving_to=target, moving_since=since)


def permanent_target(result: FetchResult) -> str:
    """Where the leading permanent redirects end; "": there are none."""
    target = ""
    for hop in result.hops:
        if hop.status not in _PERMANENT:
            break
        target = hop.url
    return target


def only_secured(old: str, new: str) -> bool:
    """Whether `new` is `old` over https, and nothing else."""
    before, after = urlsplit(old), urlsplit(new)
    return (
        before.scheme == "http"
        and after.scheme == "https"
        and before.hostname == after.hostname
        and (before.path or "/", before.query) == (after.path or "/", after.query)
    )
