"""Where a feed has moved to: a permanent redirect is followed at once, and adopted in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import SplitResult, urlsplit

from aggregator.models import FetchResult
from aggregator.net.urls import canonical_key, same_site
from aggregator.polling.habits import Habits

#: A move counts when a feed was found at its end for so long.
ADOPT_AFTER = timedelta(days=7)
_PERMANENT = frozenset({301, 308})
_DEFAULT_PORTS = {"http": 80, "https": 443}


def is_its_address(new: str, old: str, habits: Habits) -> bool:
    """Is `new` where the feed of the URL `old` is found: where its redirects lead, or the same
    address in another spelling?"""
    return new in (habits.address, habits.moving_to) or canonical_key(new) == canonical_key(old)


def moved(habits: Habits, result: FetchResult, now: datetime) -> Habits:
    """What a poll that found a feed teaches about its address.

    Only redirects 301 and 308 that come before any other count.  http → https on one host is
    adopted at once: nobody takes a feed over that way.
    """
    target = permanent_target(result)
    if habits.address and result.url != habits.address:
        # The configured address was asked, because the adopted one fails: what is found decides.
        habits = replace(habits, address=target if target == habits.address else "")
    habits = replace(habits, address_failures=0)
    if not target or target == habits.address:
        return replace(habits, moving_to="", moving_since=None)
    since = now
    if habits.moving_to == target and habits.moving_since is not None:
        since = habits.moving_since
    if only_secured(result.url, target) or now - since >= ADOPT_AFTER:
        return replace(habits, moving_to="", moving_since=None, address=target)
    return replace(habits, moving_to=target, moving_since=since)


def lost(habits: Habits) -> Habits:
    """What a poll that found no feed teaches about its address."""
    if not habits.address:
        return habits
    return replace(habits, address_failures=habits.address_failures + 1)


def to_tell(before: Habits, after: Habits, result: FetchResult) -> tuple[str, ...]:
    """Moves to another domain: `moving HOST` while one is under way, `moved HOST` when adopted."""
    tells = []
    if after.moving_to and crosses_domains(result.url, after.moving_to):
        tells.append(f"moving {_host(after.moving_to)}")
    if after.address != before.address and crosses_domains(result.url, after.address):
        tells.append(f"moved {_host(after.address)}")
    return tuple(tells)


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
        and (_port(before), _port(after)) == (80, 443)
        and (before.path or "/", before.query) == (after.path or "/", after.query)
    )


def crosses_domains(old: str, new: str) -> bool:
    """Whether `new` may belong to somebody else."""
    return bool(new) and not same_site(old, new)


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _port(parts: SplitResult) -> int | None:
    return parts.port or _DEFAULT_PORTS.get(parts.scheme)
