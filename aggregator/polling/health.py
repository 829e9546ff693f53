"""How a source fares, in a word: what an operator must look at, and what not."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median

from aggregator.models import Change, FeedHealth, FeedHistory, FeedState

#: Fewer failures, or a shorter row of them, are an ordinary bad night of a server.
FEWEST_FAILURES = 3
SHORTEST_FAILURE = timedelta(hours=6)
#: A server that asks us to wait does not fail; after so long without a document it might as well.
LONGEST_WAIT = timedelta(days=2)
#: A gap is looked at for so long.
GAP_STANDS = timedelta(days=1)
#: The middle one of the last answers took so long.
SLOW_MS = 10_000
#: Fewer days with news are no habit.
FEWEST_GAPS = 5
#: Of a source's own silences, so many are within its habit; what is beyond half as much again is
#: not.  Without the half, one silence in twenty would be a false alarm.
HABITUAL, BEYOND = 0.95, 1.5
#: What has no habit yet, because it has news too seldom or had none since it is known.
UNHEARD = timedelta(days=60)

_TOLD = frozenset({"failing", "blocked", "silent", "slow"})
_ILL = _TOLD | {"gone"}
_NOT_WELL = _ILL | {"unread"}

_GONE = frozenset({"gone", "http_410"})
_BLOCKED = frozenset({"blocked", "http_401", "http_402", "http_403", "http_429", "http_451"})


def judge(feed: FeedHealth, history: FeedHistory, now: datetime) -> FeedState:
    """The worst that holds: gone, blocked or failing, unread, gap, silent, slow; else ok."""
    reason = feed.last_poll.reason if feed.last_poll else "not_polled"
    if feed.failures and reason in _GONE:
        return FeedState("gone", reason)
    if _fails(feed, history, now):
        return FeedState("blocked" if reason in _BLOCKED else "failing", reason)
    if feed.last_success is None:
        return FeedState("unread", reason)
    if history.last_gap is not None and now - history.last_gap < GAP_STANDS:
        return FeedState("gap", "gap")
    if is_silent(history, now):
        return FeedState("silent", "no_news")
    if history.ms and median(history.ms) >= SLOW_MS:
        return FeedState("slow", "slow_answers")
    return FeedState("ok", reason)


def news(
    feeds: Sequence[FeedHealth],
    before: Mapping[str, FeedState],
    after: Mapping[str, FeedState],
    at: datetime,
) -> tuple[Change, ...]:
    """What operators are told of states by URL: one change for each thing that happened, however
    many sources it happened to at once.

    That a source is gone or had a gap is told by the poll that saw it.
    """
    happened: dict[str, list[FeedHealth]] = defaultdict(list)
    for feed in feeds:
        now = after[feed.url].state
        was = before[feed.url].state if feed.url in before else "ok"
        if now != was and now in _TOLD:
            happened[now].append(feed)
        elif was in _ILL and now not in _NOT_WELL:
            happened["recovered"].append(feed)
    return tuple(_change(code, those, after, at) for code, those in happened.items())


def _change(
    code: str, feeds: Sequence[FeedHealth], states: Mapping[str, FeedState], at: datetime
) -> Change:
    if len(feeds) > 1:
        return Change(code, f"{len(feeds)} sources", at, ", ".join(feed.name for feed in feeds))
    [feed] = feeds
    reason = states[feed.url].reason if code in ("failing", "blocked") else ""
    return Change(code, feed.name, at, reason)


def _fails(feed: FeedHealth, history: FeedHistory, now: datetime) -> bool:
    if history.failing_since is None:
        return False
    unread = now - history.failing_since
    often = feed.failures >= FEWEST_FAILURES and unread >= SHORTEST_FAILURE
    return often or unread >= LONGEST_WAIT


def is_silent(history: FeedHistory, now: datetime) -> bool:
    """Without news for longer than its own habit, nights and weekends included."""
    if history.last_news is None:
        return False
    habit = habitual_silence(history.gaps)
    return now - history.last_news > (UNHEARD if habit is None else BEYOND * habit)


def habitual_silence(gaps: Sequence[timedelta]) -> timedelta | None:
    """The 95th percentile (nearest rank) of the longest silence of each day with news.

    Of each day the longest, because a busy source has sixty short silences a day and one night: of
    all of them together, every night would be beyond the 95th percentile.  None: too few are known.
    """
    if len(gaps) < FEWEST_GAPS:
        return None
    return sorted(gaps)[math.ceil(HABITUAL * len(gaps)) - 1]
