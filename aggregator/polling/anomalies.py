"""What is odd about a document as a whole: a flood, a gap, one date for all of its entries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from aggregator.models import DueFeed, KnownEntry, NewEntry, ParsedEntry, ParsedFeed
from aggregator.polling.habits import Habits
from aggregator.polling.identity import Judgement

#: Claimed dates before this are a publisher's default, not a date.
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
#: Clocks of publishers run ahead by so much.
CLOCK_SKEW = timedelta(hours=1)
#: A feed that was read for so long is established: that most of it is new is an accident.
ESTABLISHED = timedelta(days=1)
#: A flood is at least so many, so large a share of the document, and so much more than expected.
FLOOD_ENTRIES = 10
FLOOD_SHARE = 0.8
FLOOD_FACTOR = 4
#: So many new entries in a row that are too old to alert anybody are a habit.
HABITUALLY_OLD = 10


def is_gap(judged: Judgement, habits: Habits, due: DueFeed, known: Sequence[KnownEntry]) -> bool:
    """Nothing in the document was known: since the last poll some may have come and gone."""
    if due.first_success is None or not habits.window or not judged.new:
        return False
    # Doubles within one document count as known, but they link it to no earlier one.
    return not known or not judged.known + judged.updated


def is_flood(judged: Judgement, parsed: ParsedFeed, habits: Habits, now: datetime) -> bool:
    """Most of the document is new at once, far beyond the feed's rhythm, and by its own dates not
    of today: a publisher has renumbered an archive."""
    if habits.began_at is None or now - habits.began_at < ESTABLISHED:
        return False
    count = len(judged.new)
    if count < max(FLOOD_ENTRIES, FLOOD_SHARE * size(judged)):
        return False
    if count <= FLOOD_FACTOR * habits.expected_news(now):
        return False
    if one_date(habits, judged, parsed) is not None:
        return True
    fresh = sum(_is_fresh(new.entry, habits, now) for new in judged.new)
    return fresh < count / 2


def one_date(habits: Habits, judged: Judgement, parsed: ParsedFeed) -> datetime | None:
    """The date that every entry claims; None where they claim several, or none at all."""
    claimed = {entry.published for entry in parsed.entries}
    if habits.one_date and claimed <= {habits.one_date}:
        return habits.one_date
    # Entries that stand there as before were not read again: of those nothing is known here.
    whole = len(parsed.entries) == size(judged) > 1
    return claimed.pop() if whole and len(claimed) == 1 else None


def plausible(published: datetime | None, now: datetime) -> datetime | None:
    """A claimed date that can be one: not a default of long ago, not in the future."""
    if published is None or not EARLIEST <= published <= now + CLOCK_SKEW:
        return None
    return published


def too_old_in_a_row(before: int, new: Sequence[NewEntry]) -> int:
    """How many new entries by now, the newest of them included; one that alerts ends the row."""
    if any(entry.hold is None for entry in new):
        return 0
    return before + sum(entry.hold == "too_old" for entry in new)


def size(judged: Judgement) -> int:
    """How many entries the document has."""
    return len(judged.new) + judged.updated + judged.known


def _is_fresh(entry: ParsedEntry, habits: Habits, now: datetime) -> bool:
    """By its own word written since the last document was read."""
    if entry.published is None or habits.last_read_at is None:
        return False
    return habits.last_read_at - CLOCK_SKEW <= entry.published <= now + CLOCK_SKEW
