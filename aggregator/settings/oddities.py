"""What is legal in feeds.yaml, and probably not meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import time, timedelta
from urllib.parse import urlsplit

from aggregator.alerting.digest import WEEK
from aggregator.errors import Mistake
from aggregator.models import QuietHours
from aggregator.net.urls import canonical_key
from aggregator.settings.checking import Checked
from aggregator.settings.document import Document, Loc
from aggregator.settings.durations import duration_text
from aggregator.settings.sections import FeedSection, PersonSection, RetentionSection
from aggregator.settings.watches import odd_watches, regrettable_terms

#: So many minutes of a day may be quiet before one wonders when anybody is told.
LONG_QUIET = 23 * 60
#: The digest looks back so far.
DIGESTED = timedelta(days=WEEK)


def oddities(document: Document, checked: Checked) -> Iterator[Mistake]:
    """Each with its place and what to write instead, of a document without mistakes."""
    yield from _one_canonical_url(document, checked.feeds)
    yield from _passwords(document, checked.feeds)
    yield from _no_time(document, checked)
    yield from _short_retention(document, checked.retention)
    yield from _addresses(document, checked)
    yield from _hears_nothing(document, checked)
    yield from _one_channel(document, checked)
    yield from _quiet_days(document, checked.people)
    yield from _unheard(document, checked)
    yield from odd_watches(document, checked.groups, checked.watches)
    yield from regrettable_terms(document, checked.groups, checked.watches)


# ── feeds ─────────────────────────────────────────────────────────────────────────────────────────


def _one_canonical_url(document: Document, feeds: Mapping[int, FeedSection]) -> Iterator[Mistake]:
    first: dict[str, int] = {}
    for index, feed in feeds.items():
        key = canonical_key(feed.url)
        other = first.setdefault(key, index)
        if other != index and feeds[other].url != feed.url:
            line = document.line_of(("feeds", other, "url"))
            problem = f"is the same document as the address on line {line}"
            yield document.mistake(("feeds", index, "url"), problem, "keep one")


def _passwords(document: Document, feeds: Mapping[int, FeedSection]) -> Iterator[Mistake]:
    for index, feed in feeds.items():
        if urlsplit(feed.url).password:
            yield document.mistake(
                ("feeds", index, "url"),
                "holds a password, and addresses are shown in lists and alerts",
                'write headers: {Authorization: "Basic ${…}"}',
            )


def _no_time(document: Document, checked: Checked) -> Iterator[Mistake]:
    sections: list[tuple[Loc, timedelta | None, timedelta | None]] = [
        (("defaults",), checked.defaults.every, checked.defaults.alert_max_age)
    ]
    sections += [
        (("feeds", index), feed.every, feed.alert_max_age) for index, feed in checked.feeds.items()
    ]
    for loc, every, alert_max_age in sections:
        if every == timedelta(0):
            problem = "the site may be asked every second"
            yield document.mistake((*loc, "every"), problem, "write 30s or more")
        if alert_max_age == timedelta(0):
            problem = "only an entry without a date is alerted"
            yield document.mistake((*loc, "alert_max_age"), problem, "write 2d")


def _short_retention(document: Document, retention: RetentionSection) -> Iterator[Mistake]:
    if retention.articles < DIGESTED:
        problem = (
            f"what is forgotten after {duration_text(retention.articles)} is in no digest, "
            f"which tells of {duration_text(DIGESTED)}"
        )
        yield document.mistake(("retention", "articles"), problem, "write 8d or more")


# ── people ────────────────────────────────────────────────────────────────────────────────────────


def _addresses(document: Document, checked: Checked) -> Iterator[Mistake]:
    mailed = {name for name, channel in checked.channels.items() if channel.type == "email"}
    problem, mend = "has no address, and is to be told by e-mail", "write email: name@example.org"
    for index, person in checked.people.items():
        if person.email is None and (person.digest or mailed & set(person.alerts)):
            yield document.mistake(("people", index), problem, mend)
    if checked.operators.email is None and mailed & set(checked.operators.channels):
        yield document.mistake(("operators",), problem, mend)


def _hears_nothing(document: Document, checked: Checked) -> Iterator[Mistake]:
    for index, person in checked.people.items():
        if not person.alerts and not person.digest:
            problem, mend = "is told nothing: no alerts, no digest", 'write digest: "07:00"'
            yield document.mistake(("people", index), problem, mend)
        elif person.watches == () and checked.watches:
            problem, mend = "hears of no watch", "name some, or take watches: out for all"
            yield document.mistake(("people", index, "watches"), problem, mend)


def _one_channel(document: Document, checked: Checked) -> Iterator[Mistake]:
    """Whoever is not reached is told over another channel, where there is one."""
    channels = {channel for person in checked.people.values() for channel in person.alerts}
    used = channels | set(checked.operators.channels)
    if len(used) == 1 and used != {"console"}:
        [name] = used
        problem = f"all are told over {name} alone: while it fails, nobody is told"
        mend = "add another channel to alerts:, or to those of operators:"
        yield document.mistake(("people",), problem, mend, at_key=True)


def _quiet_days(document: Document, people: Mapping[int, PersonSection]) -> Iterator[Mistake]:
    for index, person in people.items():
        if person.quiet and _length(person.quiet) >= LONG_QUIET:
            problem = "leaves hardly a time of the day at which alerts are told"
            yield document.mistake(("people", index, "quiet"), problem, 'write "22:00-06:00"')


def _length(quiet: QuietHours) -> int:
    """In minutes of the clock."""
    return (_minutes(quiet.end) - _minutes(quiet.start)) % (24 * 60)


def _minutes(of_day: time) -> int:
    return of_day.hour * 60 + of_day.minute


def _unheard(document: Document, checked: Checked) -> Iterator[Mistake]:
    people = checked.people.values()
    if not people or any(person.watches is None for person in people):
        return
    heard = {name for person in people for name in person.watches or ()}
    for index, watch in checked.watches.items():
        if watch.name not in heard:
            problem = "nobody is told of this watch"
            yield document.mistake(("watches", index), problem, "add it to someone's watches:")
