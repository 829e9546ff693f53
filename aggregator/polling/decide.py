"""One poll, decided: what was known and what came in become everything that is to be written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from aggregator.models import (
    DueFeed,
    Feed,
    FetchResult,
    KnownEntry,
    NewEntry,
    ParsedEntry,
    ParsedFeed,
    Poll,
    PollOutcome,
    Validators,
)
from aggregator.polling import schedule
from aggregator.polling.habits import REMEMBERED, Habits
from aggregator.polling.identity import Judgement, judge
from aggregator.polling.moves import moved

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


def poll(
    feed: Feed,
    due: DueFeed,
    sent: Validators,
    result: FetchResult,
    parsed: ParsedFeed | None,
    known: Sequence[KnownEntry],
    now: datetime,
    again: Sequence[str] = (),
    memory: str | None = None,
) -> PollOutcome:
    """Everything that this poll writes.

    `sent` are the validators the request carried; `parsed` is None where no document was read, and
    leaves out the entries of `again`, which stand in the document as in the last one; `known` are
    the entries that any key of the document names; `memory` is what to remember of it.
    """
    habits = Habits.of(due)
    if result.status == 304 and result.error is None:
        return _unchanged(feed, due, habits, result, now)
    if parsed is None:
        return _failed(feed, due, habits, result, result.reason, now)
    if parsed.error is not None:
        return _failed(feed, due, habits, result, parsed.error.reason, now)
    # Asked without the validators there are: were they lying?
    probe = sent != due.validators and not habits.validators_distrusted
    judged = judge(parsed.entries, known, habits.trust, feed.identity, again)
    outcome = _read(feed, due, habits, result, parsed, judged, probe=probe, now=now)
    return replace(outcome, document=memory)


# ── 304 ───────────────────────────────────────────────────────────────────────────────────────────


def _unchanged(
    feed: Feed, due: DueFeed, habits: Habits, result: FetchResult, now: datetime
) -> PollOutcome:
    sent = result.headers
    habits = moved(
        replace(habits, unchanged_since=habits.unchanged_since or now, missed_some=False),
        result,
        now,
    )
    return PollOutcome(
        feed_id=due.id,
        fence=due.fence,
        poll=_line(due, result, "not_modified", now),
        due_at=schedule.next_poll(due.url, habits, feed.every, result, now),
        failures=0,
        # A 304 may bring newer validators (RFC 9110 §15.4.5); what it leaves out stays.
        validators=Validators(
            sent.get("etag", due.validators.etag),
            sent.get("last-modified", due.validators.last_modified),
        ),
        habits=habits.to_json(),
    )


# ── a document ────────────────────────────────────────────────────────────────────────────────────


def _read(
    feed: Feed,
    due: DueFeed,
    habits: Habits,
    result: FetchResult,
    parsed: ParsedFeed,
    judged: Judgement,
    *,
    probe: bool,
    now: datetime,
) -> PollOutcome:
    flood = due.first_success is not None and _is_flood(judged, parsed, habits, now)
    gap = _is_gap(judged, due)
    lied = probe and bool(judged.new)
    whole = result.error is None
    reason = _reason(judged, result, lied=lied, flood=flood, gap=gap)
    learnt = _learnt(habits, due, judged, parsed, result, lied=lied, gap=gap, now=now)
    failures = 0 if whole else due.failures + 1
    return PollOutcome(
        feed_id=due.id,
        fence=due.fence,
        poll=_line(due, result, reason, now, judged, len(parsed.rejected)),
        due_at=schedule.next_poll(due.url, learnt, feed.every, result, now),
        failures=failures,
        # Validators stand for entries: of a document without its tail they would lie.
        validators=_validators(result) if whole else due.validators,
        habits=learnt.to_json(),
        title=parsed.title or None,
        new=_held(judged, parsed, feed, due, flood=flood, now=now),
        seen=judged.seen,
    )


def _validators(result: FetchResult) -> Validators:
    """Those of this answer and no others, byte for byte; none where it has none."""
    return Validators(result.headers.get("etag"), result.headers.get("last-modified"))


def _reason(judged: Judgement, result: FetchResult, *, lied: bool, flood: bool, gap: bool) -> str:
    """The ledger's code: the most remarkable thing about this poll."""
    if result.error is not None:
        return result.error.reason
    if lied:
        return "validators_distrusted"
    if flood:
        return "flood"
    if judged.changed:
        return judged.changed
    return "gap" if gap else "ok"


def _is_gap(judged: Judgement, due: DueFeed) -> bool:
    """Nothing in the document was known: since the last poll some may have come and gone."""
    return due.first_success is not None and bool(judged.new) and not judged.known + judged.updated


def _is_flood(judged: Judgement, parsed: ParsedFeed, habits: Habits, now: datetime) -> bool:
    """Most of the document is new at once, far beyond the feed's rhythm, and by its own dates not
    of today: a publisher has renumbered an archive."""
    if habits.began_at is None or now - habits.began_at < ESTABLISHED:
        return False
    count = len(judged.new)
    if count < max(FLOOD_ENTRIES, FLOOD_SHARE * len(parsed.entries)):
        return False
    if count <= FLOOD_FACTOR * habits.expected_news(now):
        return False
    fresh = sum(_is_fresh(new.entry, habits, now) for new in judged.new)
    return fresh < count / 2


def _is_fresh(entry: ParsedEntry, habits: Habits, now: datetime) -> bool:
    """By its own word written since the last document was read."""
    if entry.published is None or habits.last_read_at is None:
        return False
    return habits.last_read_at - CLOCK_SKEW <= entry.published <= now + CLOCK_SKEW


def _held(
    judged: Judgement,
    parsed: ParsedFeed,
    feed: Feed,
    due: DueFeed,
    *,
    flood: bool,
    now: datetime,
) -> tuple[NewEntry, ...]:
    """The new entries, each with why its alerts are held back."""
    baseline = due.first_success is None and not feed.alert_on_first_poll
    one_date = _one_date(parsed)

    def hold(entry: ParsedEntry) -> str | None:
        if baseline:
            return "first_poll"
        if flood:
            return "flood"
        date = None if one_date else plausible(entry.published, now)
        return "too_old" if date and now - date > feed.alert_max_age else None

    return tuple(replace(new, hold=hold(new.entry)) for new in judged.new)


def plausible(published: datetime | None, now: datetime) -> datetime | None:
    """A claimed date that can be one: not a default of long ago, not in the future."""
    if published is None or not EARLIEST <= published <= now + CLOCK_SKEW:
        return None
    return published


def _one_date(parsed: ParsedFeed) -> bool:
    """All entries claim one date: it is the document's, and says nothing of any of them."""
    return len(parsed.entries) > 1 and len({entry.published for entry in parsed.entries}) == 1


def _learnt(
    habits: Habits,
    due: DueFeed,
    judged: Judgement,
    parsed: ParsedFeed,
    result: FetchResult,
    *,
    lied: bool,
    gap: bool,
    now: datetime,
) -> Habits:
    news = due.first_success is not None and bool(judged.new)
    learnt = replace(
        habits,
        trust=judged.trust,
        news_at=(*habits.news_at, now)[-REMEMBERED:] if news else habits.news_at,
        news=(*habits.news, len(judged.new))[-REMEMBERED:] if news else habits.news,
        began_at=habits.began_at or now,
        last_read_at=now,
        window=len(parsed.entries),
        missed_some=gap,
        unchanged_since=None,
        validators_distrusted=habits.validators_distrusted or lied,
        pace=parsed.pace,
        address_failures=0,
    )
    return moved(learnt, result, now)


# ── no document ───────────────────────────────────────────────────────────────────────────────────


def _failed(
    feed: Feed, due: DueFeed, habits: Habits, result: FetchResult, reason: str, now: datetime
) -> PollOutcome:
    wait = schedule.told_to_wait(result, now)
    failures = due.failures if wait else due.failures + 1
    if wait is None:
        wait = _back_off(feed, due, result, reason, failures)
    return PollOutcome(
        feed_id=due.id,
        fence=due.fence,
        poll=_line(due, result, reason, now),
        due_at=now + wait,
        failures=failures,
        validators=due.validators,
        habits=_lost(habits).to_json(),
    )


def _back_off(
    feed: Feed, due: DueFeed, result: FetchResult, reason: str, failures: int
) -> timedelta:
    if result.status == 410:
        return schedule.DAY
    kind = schedule.kind_of_failure(result.status, reason)
    return schedule.back_off(due.url, kind, failures, feed.every)


def _lost(habits: Habits) -> Habits:
    """An address that was moved to and now fails is given up for the one that was configured."""
    if not habits.address:
        return habits
    failures = habits.address_failures + 1
    if failures < 3:
        return replace(habits, address_failures=failures)
    return replace(habits, address="", address_failures=0)


# ── the ledger ────────────────────────────────────────────────────────────────────────────────────


def _line(
    due: DueFeed,
    result: FetchResult,
    reason: str,
    now: datetime,
    judged: Judgement | None = None,
    rejected: int = 0,
) -> Poll:
    new = len(judged.new) if judged else 0
    updated = judged.updated if judged else 0
    known = judged.known if judged else 0
    return Poll(
        feed=due.name,
        at=now,
        status=result.status or 0,
        reason=reason,
        seen=new + updated + known + rejected,
        new=new,
        updated=updated,
        known=known,
        rejected=rejected,
        ms=result.ms,
    )
