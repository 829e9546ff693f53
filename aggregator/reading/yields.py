"""Whether a feed's pages still give articles: a redesign or a ban shows as a sudden drop."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aggregator.models import Article, PastReading

#: The newest readings, in which a drop shows.
RECENT = 8
#: Those before, which say what was usual.
BEFORE = 50
#: So many readings, oldest first, tell when a drop began.
HISTORY = RECENT + BEFORE + 20
_FEWEST_BEFORE = 20
_USUAL, _DROPPED = 0.8, 0.3
#: No answer of the publisher: the monitor itself may have been cut off.
_NO_NETWORK = frozenset({"dns", "unreachable"})


def drops_now(history: Sequence[PastReading], entry_id: int, article: Article) -> bool:
    """Does a drop begin with this reading?  `history` is what was read before, oldest first."""
    now = PastReading(entry_id, article.quality, article.reason)
    known = any(past.entry_id == entry_id for past in history)
    after = [now if past.entry_id == entry_id else past for past in history]
    return is_dropped(after if known else [*after, now]) and not is_dropped(history)


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
