"""One person's day: when it is due, what it says, and whom it goes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

from aggregator.alerting.excerpt import excerpt, names
from aggregator.alerting.keys import digest_key
from aggregator.alerting.wallclock import DAY, date_shows, first_instant
from aggregator.models import (
    Alert,
    Digest,
    DigestRun,
    Document,
    FeedHealth,
    Item,
    Match,
    Notice,
    Person,
    Quality,
    Severity,
    Spread,
)

#: A digest that is later than this is not sent; the next one covers its time.
LATEST = timedelta(hours=12)
#: What the first digest of a person covers.
FIRST_WINDOW = timedelta(hours=24)
#: The time at which a digest is previewed for a person who gets none.
PREVIEW_AT = time(7)
#: A healthy feed is polled once a day at least; one not read since this long before the window is
#: one that could not be seen.
SLOWEST_PACE = timedelta(days=1)

#: The head of a digest counts the stories of so many days.
WEEK = 7

_SEVERITIES: Mapping[Severity, int] = {"high": 0, "normal": 1, "low": 2}
_QUALITIES: Mapping[Quality, int] = {"full": 0, "partial": 1, "summary": 2, "blocked": 3, "none": 4}


# ── when ──────────────────────────────────────────────────────────────────────────────────────────


def due(person: Person, last: DigestRun | None, now: datetime) -> DigestRun | None:
    """The digest this person is to have now; None: none is due.

    Due at the first instant at which the wall clock shows the date and the time set, or later.  Its
    window begins where the last one ended, so that windows have neither gap nor overlap.  At most
    one for a date; when late by more than `LATEST`, its time falls to the next.
    """
    if person.digest is None:
        return None
    day = _newest_date(person, person.digest, now)
    cut_off = first_instant(person.timezone, day, person.digest)
    if now - cut_off > LATEST or (last and last.date >= day):
        return None
    start = last.end if last else cut_off - FIRST_WINDOW
    # A changed zone or time can put today's cut-off before the last one: tomorrow's covers it.
    return DigestRun(person.name, day, start, cut_off) if start < cut_off else None


def run_for(person: Person, day: date | None, last: DigestRun | None, now: datetime) -> DigestRun:
    """The digest of that date as it would be, or was; without a date: the one that comes next.

    Only for the next one is the window what will be sent; for others it runs from one cut-off to
    the next.
    """
    coming = _coming(person, last, now)
    if day is None or day == coming.date:
        return coming
    at = person.digest or PREVIEW_AT
    start, end = (first_instant(person.timezone, date, at) for date in (day - DAY, day))
    return DigestRun(person.name, day, start, end)


def run_by_hand(
    person: Person, day: date | None, last: DigestRun | None, now: datetime
) -> DigestRun:
    """The digest of that date as it is sent by hand; without a date: today's, until now.

    The next one begins where it ends; those of past dates change nothing for others.
    """
    today = now.astimezone(person.timezone).date()
    if day is not None and day != today:
        return run_for(person, day, last, now)
    return DigestRun(person.name, today, last.end if last else now - FIRST_WINDOW, now)


def _coming(person: Person, last: DigestRun | None, now: datetime) -> DigestRun:
    """The digest that is due, or else the first that will be."""
    if run := due(person, last, now):
        return run
    at = person.digest or PREVIEW_AT
    day = now.astimezone(person.timezone).date() - DAY
    while True:
        cut_off = first_instant(person.timezone, day, at)
        start = last.end if last else cut_off - FIRST_WINDOW
        made = last is not None and last.date >= day
        if cut_off > max(now, start) and not made and date_shows(person.timezone, day):
            return DigestRun(person.name, day, start, cut_off)
        day += DAY


def _newest_date(person: Person, at: time, now: datetime) -> date:
    """The newest date whose cut-off has come."""
    # A clock put back over midnight shows today again when tomorrow has already begun.
    day = now.astimezone(person.timezone).date() + DAY
    while first_instant(person.timezone, day, at) > now or not date_shows(person.timezone, day):
        day -= DAY
    return day


# ── what ──────────────────────────────────────────────────────────────────────────────────────────


def build(
    run: DigestRun,
    person: Person,
    items: Sequence[tuple[Item, tuple[Match, ...]]],
    feeds: Sequence[FeedHealth],
    held: Sequence[Alert],
    *,
    matched: Sequence[tuple[str, int, datetime]] = (),
    silent: Sequence[tuple[str, datetime]] = (),
    gaps: Sequence[str] = (),
    spreads: Mapping[int, Spread] = MappingProxyType({}),
) -> Digest:
    """The stories of the window that this person hears of, and what could not be seen.

    A story stands once: under its gravest watch, named after its best text, with its other watches
    and outlets beside it.  `spreads` tells of each item's story.
    `matched` are the stories of the week before `run.end`, `silent` the feeds without news for
    longer than is their habit, and since when.
    """
    failing = sorted((feed.name, reason) for feed in feeds if (reason := _unseen(feed, run)))
    return Digest(
        person=person.name,
        date=run.date,
        start=run.start,
        end=run.end,
        notices=tuple(sorted(_notices(person, items, spreads), key=_place)),
        feeds_read=sum(_unseen(feed, run) is None for feed in feeds),
        failing=tuple(failing),
        held=_held(person, held),
        silent=_silent(silent, {name for name, _ in failing}),
        gaps=tuple(gaps),
        week=_week(person, run, matched),
    )


@dataclass(frozen=True, slots=True)
class _Heard:
    """An item, and those of its matches that the person hears of."""

    item: Item
    matches: tuple[Match, ...]


def _notices(
    person: Person,
    items: Iterable[tuple[Item, tuple[Match, ...]]],
    spreads: Mapping[int, Spread],
) -> Iterable[Notice]:
    stories: dict[int, list[_Heard]] = {}
    for item, matches in items:
        heard = tuple(match for match in matches if person.hears_of(match.watch))
        if heard:
            stories.setdefault(item.story, []).append(_Heard(item, heard))
    return (_notice(heard, spreads.get(story, Spread())) for story, heard in stories.items())


def _notice(story: Sequence[_Heard], spread: Spread) -> Notice:
    matches = sorted((match for heard in story for match in heard.matches), key=_gravity)
    watches = list(dict.fromkeys(match.watch for match in matches))
    best = min(story, key=_readability)
    item = best.item
    best_matches = sorted(best.matches, key=_gravity)
    hits = tuple(hit for match in best_matches for hit in match.terms)
    return Notice(
        watch=watches[0],
        severity=matches[0].severity,
        title=item.title,
        outlet=item.feed,
        url=item.url,
        item=item.id,
        first_seen=item.first_seen,
        excerpt=excerpt(
            Document(title=item.title, summary=item.summary, text=item.text),
            hits,
            proof=best_matches[0].terms,
        ),
        terms=names(hits),
        quality=item.quality,
        published=item.published,
        also=tuple(watches[1:]),
        outlets=tuple(name for name in spread.outlets if name != item.feed),
        independent=spread.independent,
    )


def _gravity(match: Match) -> tuple[int, str]:
    return _SEVERITIES[match.severity], match.watch.casefold()


def _readability(heard: _Heard) -> tuple[int, datetime, int]:
    """The best text first, of equals the first seen."""
    return _QUALITIES[heard.item.quality], heard.item.first_seen, heard.item.id


def _place(notice: Notice) -> tuple[int, str, int, float, int]:
    """Watches by severity, then name; within a watch what most texts tell, then the newest."""
    return (
        _SEVERITIES[notice.severity],
        notice.watch.casefold(),
        -notice.independent,
        -notice.first_seen.timestamp(),
        notice.item,
    )


def _unseen(feed: FeedHealth, run: DigestRun) -> str | None:
    """Why this feed was not read, a code; None: it was."""
    if feed.failures:
        return feed.last_poll.reason if feed.last_poll else "failing"
    if feed.last_success is None or feed.last_success < run.start - SLOWEST_PACE:
        return "not_polled"
    return None


def _silent(
    silent: Iterable[tuple[str, datetime]], failing: Collection[str]
) -> tuple[tuple[str, datetime], ...]:
    """The longest silent first; not those that fail, which say nothing for another reason."""
    found = (pair for pair in silent if pair[0] not in failing)
    return tuple(sorted(found, key=lambda pair: (pair[1], pair[0])))


def _week(
    person: Person, run: DigestRun, matched: Iterable[tuple[str, int, datetime]]
) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """The watches with most stories first; those a person named stand there with nothing too."""
    counts = {watch: [0] * WEEK for watch in person.watches or ()}
    for watch, _, at in matched:
        # A span holds its beginning and not its end, which is the next one's beginning.
        days_ago = -(-(run.end - at) // DAY) - 1
        if person.hears_of(watch) and 0 <= days_ago < WEEK:
            counts.setdefault(watch, [0] * WEEK)[WEEK - 1 - days_ago] += 1
    busiest = sorted(counts.items(), key=lambda pair: (-sum(pair[1]), pair[0].casefold()))
    return tuple((watch, tuple(days)) for watch, days in busiest)


def _held(person: Person, alerts: Iterable[Alert]) -> tuple[tuple[str, int], ...]:
    """Reasons and counts, the largest first.

    Not `digest_only`: for a person without channels the digest is where they are told.
    """
    reasons = Counter(
        alert.reason
        for alert in alerts
        if alert.person == person.name and alert.state == "held" and alert.reason != "digest_only"
    )
    return tuple(sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0])))


# ── to whom ───────────────────────────────────────────────────────────────────────────────────────


def digest_channel(person: Person) -> str:
    """E-mail for everyone who has an address, whatever alerts them; else the first channel that
    alerts them; else the console, which is always there."""
    if person.email:
        return "email"
    return next((name for name in person.alerts if name != "email"), "console")


def digest_alerts(
    digest: Digest, person: Person, run: DigestRun, now: datetime
) -> tuple[Alert, ...]:
    """The outbox rows of a digest.  Quiet hours do not hold it: its time was chosen."""
    channel = digest_channel(person)
    return (
        Alert(
            key=digest_key(person.name, run.date, channel),
            kind="digest",
            person=person.name,
            channel=channel,
            content=digest,
            created_at=now,
            due_at=now,
        ),
    )
