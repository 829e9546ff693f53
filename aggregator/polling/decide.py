"""One poll, decided: what was known and what came in become everything that is to be written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

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
from aggregator.polling import anomalies, moves, schedule, telling
from aggregator.polling.habits import REMEMBERED, Habits
from aggregator.polling.identity import Judgement, judge

#: So many failures in a row end a row of 304s.
LONG_SILENCE = 3


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
        if sent == Validators():
            # Nothing it could be unchanged from was named: no document will come of asking on.
            return _failed(feed, due, habits, result, "http_304", now)
        return _unchanged(feed, due, habits, result, now)
    if parsed is None:
        return _failed(feed, due, habits, result, result.reason, now)
    if parsed.error is not None:
        return _failed(feed, due, habits, result, parsed.error.reason, now)
    # Asked without the validators there are, for they have said "unchanged" for long.
    probe = schedule.is_probe(habits, now) and sent != due.validators
    judged = judge(parsed.entries, known, habits.trust, feed.identity, again)
    gap = anomalies.is_gap(judged, habits, due, known)
    outcome = _read(feed, due, habits, result, parsed, judged, probe=probe, gap=gap, now=now)
    return replace(outcome, document=memory)


# ── 304 ───────────────────────────────────────────────────────────────────────────────────────────


def _unchanged(
    feed: Feed, due: DueFeed, habits: Habits, result: FetchResult, now: datetime
) -> PollOutcome:
    headers = result.headers
    unchanged = replace(habits, unchanged_since=habits.unchanged_since or now, missed_some=False)
    learnt = moves.moved(telling.over(unchanged, "gone"), result, now)
    learnt, tells = telling.tell(learnt, moves.to_tell(habits, learnt, result), now)
    return PollOutcome(
        feed_id=due.id,
        fence=due.fence,
        poll=_line(due, result, "not_modified", now),
        due_at=schedule.next_poll(due.url, learnt, feed.every, result, now),
        failures=0,
        # A 304 may bring newer validators (RFC 9110 §15.4.5); what it leaves out stays.
        validators=Validators(
            headers.get("etag", due.validators.etag),
            headers.get("last-modified", due.validators.last_modified),
        ),
        habits=learnt.to_json(),
        tells=tells,
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
    gap: bool,
    now: datetime,
) -> PollOutcome:
    flood = due.first_success is not None and anomalies.is_flood(judged, parsed, habits, now)
    lied = probe and bool(judged.new)
    lost = _lost(parsed, judged)
    whole = result.error is None and lost not in ("truncated", "unreadable")
    gap = gap and whole and not flood
    reason = _reason(judged, result, lost, lied=lied, flood=flood, gap=gap)
    learnt = _learnt(habits, due, judged, parsed, lied=lied, gap=gap, now=now)
    learnt = moves.moved(telling.over(learnt, "gone"), result, now)
    new = _held(judged, learnt, feed, due, flood=flood, now=now)
    learnt = replace(learnt, too_old=anomalies.too_old_in_a_row(habits.too_old, new))
    affairs = {
        "flood": flood,
        "gap": gap,
        "validators_distrusted": lied,
        "habitually_old": learnt.too_old >= anomalies.HABITUALLY_OLD,
    }
    learnt, tells = telling.tell(
        learnt,
        [
            *(code for code, stands in affairs.items() if stands),
            *filter(None, [judged.changed]),
            *moves.to_tell(habits, learnt, result),
        ],
        now,
    )
    return PollOutcome(
        feed_id=due.id,
        fence=due.fence,
        poll=_line(due, result, reason, now, judged, len(parsed.rejected)),
        due_at=schedule.next_poll(due.url, learnt, feed.every, result, now),
        failures=0 if whole else due.failures + 1,
        # Validators stand for entries: of a document without its tail they would lie, and a 206
        # says itself that it is a part.
        validators=_validators(result) if whole and result.status != 206 else due.validators,
        habits=learnt.to_json(),
        title=parsed.title or None,
        new=new,
        seen=judged.seen,
        tells=tells,
    )


def _validators(result: FetchResult) -> Validators:
    """Those of this answer and no others, byte for byte; none where it has none."""
    return Validators(result.headers.get("etag"), result.headers.get("last-modified"))


def _lost(parsed: ParsedFeed, judged: Judgement) -> str | None:
    """The ledger's code for what of the document could not be read; a bad entry here or there is
    only counted."""
    if parsed.rejected and not anomalies.size(judged):
        return "unreadable"
    return next((code for code in ("truncated", "over_limit") if code in parsed.rejected), None)


def _reason(
    judged: Judgement, result: FetchResult, lost: str | None, *, lied: bool, flood: bool, gap: bool
) -> str:
    """The ledger's code: the most remarkable thing about this poll."""
    if result.error is not None:
        return result.error.reason
    if lied:
        return "validators_distrusted"
    if flood:
        return "flood"
    if judged.changed:
        return judged.changed
    if lost:
        return lost
    return "gap" if gap else "ok"


def _held(
    judged: Judgement,
    habits: Habits,
    feed: Feed,
    due: DueFeed,
    *,
    flood: bool,
    now: datetime,
) -> tuple[NewEntry, ...]:
    """The new entries, each with why its alerts are held back."""
    baseline = due.first_success is None and not feed.alert_on_first_poll

    def hold(entry: ParsedEntry) -> str | None:
        if baseline:
            return "first_poll"
        if flood:
            return "flood"
        # A date that all entries claim is the document's, and says nothing of any of them.
        date = (
            None
            if entry.published == habits.one_date
            else anomalies.plausible(entry.published, now)
        )
        return "too_old" if date and now - date > feed.alert_max_age else None

    return tuple(replace(new, hold=hold(new.entry)) for new in judged.new)


def _learnt(
    habits: Habits,
    due: DueFeed,
    judged: Judgement,
    parsed: ParsedFeed,
    *,
    lied: bool,
    gap: bool,
    now: datetime,
) -> Habits:
    news = due.first_success is not None and bool(judged.new)
    return replace(
        habits,
        trust=judged.trust,
        news_at=(*habits.news_at, now)[-REMEMBERED:] if news else habits.news_at,
        news=(*habits.news, len(judged.new))[-REMEMBERED:] if news else habits.news,
        began_at=habits.began_at or now,
        last_read_at=now,
        window=anomalies.size(judged),
        one_date=anomalies.one_date(habits, judged, parsed),
        missed_some=gap,
        unchanged_since=None,
        validators_distrusted=habits.validators_distrusted or lied,
        pace=parsed.pace,
    )


# ── no document ───────────────────────────────────────────────────────────────────────────────────


def _failed(
    feed: Feed, due: DueFeed, habits: Habits, result: FetchResult, reason: str, now: datetime
) -> PollOutcome:
    told_to_wait = schedule.told_to_wait(result, now) is not None
    failures = due.failures if told_to_wait else due.failures + 1
    affairs = ("gone",) if result.status == 410 else ()
    learnt, tells = telling.tell(_broken_row(moves.lost(habits), failures), affairs, now)
    return PollOutcome(
        feed_id=due.id,
        fence=due.fence,
        poll=_line(due, result, reason, now),
        due_at=schedule.next_try(due.url, habits, feed.every, result, reason, failures, now),
        failures=failures,
        validators=due.validators,
        habits=learnt.to_json(),
        tells=tells,
    )


def _broken_row(habits: Habits, failures: int) -> Habits:
    """What is new after a long silence of the server, its 304s before it did not hide."""
    return replace(habits, unchanged_since=None) if failures >= LONG_SILENCE else habits


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
