"""Whom to tell of a match, over what, and when; and why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from aggregator.alerting.excerpt import excerpt, names
from aggregator.alerting.keys import held_key, match_key
from aggregator.alerting.wallclock import quiet_until
from aggregator.models import (
    Alert,
    Article,
    Document,
    DueEntry,
    Match,
    Notice,
    Person,
)


def alerts_for(
    entry: DueEntry,
    article: Article,
    matches: Sequence[Match],
    people: Sequence[Person],
    story: int,
    told: Mapping[tuple[str, str], int],
    outlets: tuple[str, ...],
    now: datetime,
    wait: timedelta,
    copied: bool = False,
) -> tuple[Alert, ...]:
    """What the matches of one article put into the outbox.

    For each person who hears of a watch that matched: an alert over each of their channels, or one
    held alert that says why they are not told.  `told` are the (person, watch) that were told of
    this story or are about to be, and by which entry; when that is this entry, read again, the
    promise stands and nothing is added.  `outlets` are the feeds known to carry the story;
    `copied` says that its text says nothing beyond another one of the story.
    """
    alerts: list[Alert] = []
    for person in people:
        heard = [match for match in matches if person.hears_of(match.watch)]
        for match in heard:
            if told.get((person.name, match.watch)) == entry.id:
                continue
            also = tuple(other.watch for other in heard if other is not match)
            notice = _notice(entry, article, match, also, outlets)
            hold = _why_held(entry, match, person, told, copied)
            if hold:
                alerts.append(_held(entry, match, person, notice, story, hold, now))
            else:
                alerts.extend(_told(entry, match, person, notice, story, now, wait))
    return tuple(alerts)


def _why_held(
    entry: DueEntry,
    match: Match,
    person: Person,
    told: Mapping[tuple[str, str], int],
    copied: bool,
) -> str:
    """A code: `first_poll`, `too_old`, `flood`, `copy`, `told` or `digest_only`; "": nothing."""
    if entry.hold:
        return entry.hold
    if (person.name, match.watch) in told:
        return "copy" if copied else "told"
    return "" if person.alerts else "digest_only"


def _told(
    entry: DueEntry,
    match: Match,
    person: Person,
    notice: Notice,
    story: int,
    now: datetime,
    wait: timedelta,
) -> list[Alert]:
    due_at, reason = _due(match, person, now, wait)
    return [
        Alert(
            key=match_key(person.name, match.watch, story, channel),
            kind="match",
            person=person.name,
            channel=channel,
            content=notice,
            created_at=now,
            due_at=due_at,
            watch=match.watch,
            story=story,
            entry_id=entry.id,
            severity=match.severity,
            reason=reason,
        )
        # A channel named twice is one channel: its two alerts would share a key.
        for channel in dict.fromkeys(person.alerts)
    ]


def _due(match: Match, person: Person, now: datetime, wait: timedelta) -> tuple[datetime, str]:
    """When, and the reason if it is put off: high severity neither waits nor keeps quiet."""
    if match.severity == "high":
        return now, ""
    at = now + wait
    end = quiet_until(person.quiet, person.timezone, at)
    return (end, "quiet") if end else (at, "")


def _held(
    entry: DueEntry,
    match: Match,
    person: Person,
    notice: Notice,
    story: int,
    reason: str,
    now: datetime,
) -> Alert:
    return Alert(
        key=held_key(person.name, match.watch, entry.id),
        kind="match",
        person=person.name,
        channel="",
        content=notice,
        created_at=now,
        due_at=now,
        watch=match.watch,
        story=story,
        entry_id=entry.id,
        severity=match.severity,
        state="held",
        reason=reason,
    )


def _notice(
    entry: DueEntry,
    article: Article,
    match: Match,
    also: tuple[str, ...],
    outlets: tuple[str, ...],
) -> Notice:
    document = Document(title=article.title, summary=entry.summary, text=article.text)
    return Notice(
        watch=match.watch,
        severity=match.severity,
        title=article.title or entry.title,
        outlet=entry.feed,
        url=entry.url or article.final_url,
        item=entry.id,
        first_seen=entry.first_seen,
        excerpt=excerpt(document, match.terms),
        terms=names(match.terms),
        quality=article.quality,
        published=article.published or entry.published,
        also=also,
        outlets=tuple(name for name in dict.fromkeys(outlets) if name != entry.feed),
    )
