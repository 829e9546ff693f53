"""Whether the pages of a host still give articles: a redesign or a ban shows as a sudden drop.

Where a feed leads to many hosts, one that was redesigned would not show among all of its pages; one
with few pages of its own is held against all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aggregator.models import PastReading
from aggregator.reading.host import host_of

#: The newest readings, in which a drop shows.
RECENT = 8
#: Those before, which say what was usual.
BEFORE = 50
#: So many readings tell when a drop began.
_HISTORY = RECENT + BEFORE + 20
#: Among so many of a feed's are those of one host looked for.
HISTORY = 500
_FEWEST_BEFORE = 20
_USUAL, _DROPPED = 0.8, 0.3
#: No answer of the publisher: the monitor itself may have been cut off.
_NO_NETWORK = frozenset({"dns", "unreachable"})


def tells(history: Sequence[PastReading], now: PastReading) -> tuple[str, ...]:
    """`yield_dropped` where a drop begins with this reading, with the host where there are others.

    `history` is what the feed's pages gave before, oldest first.
    """
    host = host_of(now.url)
    own = [past for past in history if host_of(past.url) == host]
    if len(own) < RECENT + _FEWEST_BEFORE or len(own) == len(history):
        return ("yield_dropped",) if _drops(history, now) else ()
    return (f"yield_dropped {host}",) if _drops(own, now) else ()


def _drops(history: Sequence[PastReading], now: PastReading) -> bool:
    known = any(past.entry_id == now.entry_id for past in history)
    after = [now if past.entry_id == now.entry_id else past for past in history]
    after = after if known else [*after, now]
    return is_dropped(after[-_HISTORY:]) and not is_dropped(history[-_HISTORY:])


def is_dropped(history: Iterable[PastReading]) -> bool:
    """Did the share of pages that give a whole article fall, and not recover since?"""
    full = [past.quality == "full" for past in history if past.reason not in _NO_NETWORK]
    dropped = False
    for end in range(RECENT, len(full) + 1):
        begin = end - RECENT
        recent, before = _share(full[begin:end]), full[max(0, begin - BEFORE) : begin]
        if dropped:
            dropped = recent < _USUAL
        else:
            usual = len(before) >= _FEWEST_BEFORE and _share(before) >= _USUAL
            dropped = usual and recent <= _DROPPED
    return dropped


def _share(full: Sequence[bool]) -> float:
    return sum(full) / len(full)
