"""Keeping house: forget what is over, look at stories again, bring the search index up to date."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from aggregator import retention
from aggregator.alerting.words import counted
from aggregator.models import FoldedItem
from aggregator.pipeline.line import Line
from aggregator.reading.second_look import second_look
from aggregator.text import FOLDING_VERSION, folded_words
from aggregator.text.appended import own_words

#: Stories with articles of this time are looked at again.
LOOK_WINDOW = timedelta(days=3)
#: So long after the last look.  The store remembers when that was: single passes are minutes apart.
LOOK_EVERY = timedelta(hours=1)
#: Of servers' clocks, and of answers that a cache kept, fewer than this are wrong by so much.
AHEAD = timedelta(days=1)


async def prune(line: Line, limit: int = 200) -> Mapping[str, int]:
    """Forget what is over, a batch at a time; returns how much of what.

    By the servers that were polled as well as by the clock: time that none of them vouches for has
    not passed."""
    vouched_for = line.witnesses.time()
    if vouched_for is None:
        return {}
    now = min(line.clock(), vouched_for)
    steps = retention.prune(line.storage, line.settings.retention, now, limit)
    pruned: Counter[str] = Counter()
    while step := await line.in_storage(next, steps, None):
        what, count = step
        pruned[what] += count
    return pruned


async def look_at_clock(line: Line) -> timedelta | None:
    """Tell the operators, once a day, of a clock that runs ahead; returns how far, if it does."""
    lead, day = line.witnesses.lead(), line.witnesses.time()
    if day is None or lead < AHEAD:
        return None
    told = line.to_operators(
        [f"clock_ahead by {counted(lead.days, 'day')}"], "This machine's clock", f"{day:%Y-%m-%d}"
    )
    await line.in_storage(line.storage.commit_alerts, told)
    return lead


async def look_again_when_due(line: Line) -> tuple[int, int]:
    """The second look, an hour after the last one; the first hour begins when this is first asked.
    Returns as `look_again`."""
    now = line.clock()
    last = await line.in_storage(line.storage.last_look)
    # A time to come is that of a clock which was wrong.
    if last is not None and last <= now <= last + LOOK_EVERY:
        return 0, 0
    found = (0, 0) if last is None else await look_again(line)
    await line.in_storage(line.storage.note_look, now)
    return found


async def look_again(line: Line) -> tuple[int, int]:
    """Put the articles of the last days where they belong, now that all are there; returns how many
    articles were moved, and how many stories merged."""
    async with line.story_lock:
        now = line.clock()
        members = await line.in_storage(line.storage.members_since, now - LOOK_WINDOW)
        found = await asyncio.to_thread(second_look, members)
        await line.in_storage(line.storage.move, found.moved)
        merged = 0
        for one in found.merged:
            merged += await line.in_storage(line.storage.merge, one.story, one.into, one.score, now)
    return len(found.moved), merged


async def index(line: Line, limit: int = 200) -> int:
    """Put one batch of unindexed items into the full-text index; returns how many there were."""
    items = await line.in_storage(line.storage.unindexed, FOLDING_VERSION, limit)
    folded = [
        FoldedItem(
            item.id,
            folded_words(item.title),
            folded_words(f"{own_words(item.summary)}\n{item.text}"),
        )
        for item in items
    ]
    if folded:
        await line.in_storage(line.storage.index, folded, FOLDING_VERSION)
    return len(folded)
