"""What a message shows, ready for any medium.

Feeds are hostile: here, once for all media, every text becomes one line of bounded length without
control characters or marks that turn the direction, and every address http or https.  Escaping for
the medium itself is left to its template.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from aggregator.alerting.links import shown_url
from aggregator.alerting.words import (
    counted,
    failure_in_words,
    held_in_words,
    listed,
    named,
    oddness,
    quality_in_words,
)
from aggregator.models import Digest, Excerpt, News, Notice, Severity, Summary
from aggregator.text.printable import printable

#: In code points; a headline longer than this is cut.
LONGEST_TITLE = 300
LONGEST_NAME = 80
MOST_NAMES = 12
#: A window longer than this is named in days.
LONG_WINDOW = timedelta(hours=36)

#: Nothing, and then ever more.
_BARS = "·▁▂▃▄▅▆▇█"

#: Pieces of a text in order, each with whether it is a mention.
Marked = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class NoticeView:
    """One matched story."""

    watch: str
    severity: Severity
    title: str
    #: "" where there is none that may be shown.
    url: str
    item: int
    outlet: str
    #: `also 5 outlets, 2 independent: Dawn, AFP, IRNA and 2 more`; "" when no other outlet is known
    #: to carry it.
    also_in: str
    #: The same without the names.
    others_count: str
    #: The same in its parts, for a medium that keeps the direction of each name: (names, the rest).
    others: tuple[str, ...]
    others_more: str
    seen: str
    #: What the clock of `seen` is called: `PKT`, `+0330`.
    clock: str
    #: As the publisher claims; "" where nothing is claimed.
    published: str
    #: Where that is far from when it was seen, how far.
    oddness: str
    excerpt: Marked
    terms: tuple[str, ...]
    #: The other watches it matched.
    also_on: tuple[str, ...]
    #: What is missing of the text; "" when nothing is.
    missing: str
    zone: str
    #: Of an update, what is new: `+6 outlets, 1 independent`; "" of a first message.
    news: str


@dataclass(frozen=True, slots=True)
class SummaryView:
    """What was put off, in one message."""

    #: `12 more held`, or `5 held in quiet hours`.
    head: str
    notices: tuple[NoticeView, ...]
    #: Those that are not named.
    omitted: str
    zone: str


@dataclass(frozen=True, slots=True)
class WatchView:
    """The stories of one watch."""

    name: str
    severity: Severity
    stories: tuple[NoticeView, ...]
    count: str


@dataclass(frozen=True, slots=True)
class WeekView:
    """Seven days of one watch."""

    watch: str
    #: Each count with how deep its cell is coloured: 0 (none) to 4 (the most of all watches).
    cells: tuple[tuple[int, int], ...]
    #: The same as characters: `··▂·▅▂█`.
    bars: str
    total: int


@dataclass(frozen=True, slots=True)
class DigestView:
    """One person's day."""

    person: str
    date: str
    covers: str
    #: `5 stories on 2 watches`, or `Nothing matched`.
    head: str
    #: `14 feeds read, 3 failing`.
    sources: str
    watches: tuple[WatchView, ...]
    #: Stories that did not fit.
    omitted: str
    #: (feed, reason).
    failing: tuple[tuple[str, str], ...]
    #: (feed, since when).
    silent: tuple[tuple[str, str], ...]
    gaps: tuple[str, ...]
    held: tuple[str, ...]
    #: Short names of the days that `week` counts: `Tue` …
    days: tuple[str, ...]
    week: tuple[WeekView, ...]
    zone: str


def notice_view(notice: Notice, zone: ZoneInfo) -> NoticeView:
    others = tuple(line(name, LONGEST_NAME) for name in notice.outlets)
    return NoticeView(
        watch=line(notice.watch, LONGEST_NAME),
        severity=notice.severity,
        title=line(notice.title, LONGEST_TITLE) or "(without a headline)",
        url=shown_url(notice.url),
        item=notice.item,
        outlet=line(notice.outlet, LONGEST_NAME),
        also_in=f"also {_others(notice)}: {listed(others)}" if others else "",
        others_count=_others(notice),
        others=named(others)[0],
        others_more=named(others)[1],
        seen=local(notice.first_seen, zone),
        clock=f"{notice.first_seen.astimezone(zone):%Z}",
        published=local(notice.published, zone) if notice.published else "",
        oddness=oddness(notice.published, notice.first_seen),
        excerpt=marked(notice.excerpt),
        terms=_names(notice.terms),
        also_on=_names(notice.also),
        missing=quality_in_words(notice.quality),
        zone=zone.key,
        news=_news_in_words(notice.news) if notice.news else "",
    )


def _news_in_words(news: News) -> str:
    parts = (
        "corrected" if news.corrected else "",
        f"+{counted(news.outlets, 'outlet')}" if news.outlets else "",
        f"{news.independent} independent" if news.independent else "",
        f"now names {', '.join(_names(news.terms))}" if news.terms else "",
        f"no longer names {', '.join(_names(news.gone))}" if news.gone else "",
    )
    return ", ".join(filter(None, parts))


def summary_view(summary: Summary, zone: ZoneInfo) -> SummaryView:
    omitted = summary.count - len(summary.notices)
    held = {"quiet": "held in quiet hours", "cap": "more held"}[summary.reason]
    return SummaryView(
        head=f"{summary.count} {held}",
        notices=tuple(notice_view(notice, zone) for notice in summary.notices),
        omitted=f"and {omitted} more, in the digest" if omitted else "",
        zone=zone.key,
    )


def _others(notice: Notice) -> str:
    """How many carry it besides this one, and how many of those in words of their own."""
    outlets = counted(len(notice.outlets), "outlet")
    if not notice.independent:
        return outlets
    return f"{outlets}, {notice.independent - 1 or 'none'} independent"


def digest_view(digest: Digest, zone: ZoneInfo, at_most: int | None = None) -> DigestView:
    """With `at_most`, only the first so many stories."""
    shown = digest.notices[:at_most]
    omitted = len(digest.notices) - len(shown)
    return DigestView(
        person=line(digest.person, LONGEST_NAME),
        date=f"{digest.date:%A} {digest.date.day} {digest.date:%B %Y}",
        covers=_covers(digest, zone),
        head=_head(digest),
        sources=_sources(digest),
        watches=_by_watch(shown, digest, zone),
        omitted=f"and {counted(omitted, 'more story', 'more stories')}" if omitted else "",
        failing=tuple(
            (line(feed, LONGEST_NAME), line(failure_in_words(reason), LONGEST_NAME))
            for feed, reason in digest.failing
        ),
        silent=tuple(
            (line(feed, LONGEST_NAME), local(newest, zone)) for feed, newest in digest.silent
        ),
        gaps=tuple(line(feed, LONGEST_NAME) for feed in digest.gaps),
        days=tuple(
            f"{digest.date - timedelta(days=ago):%a}" for ago in reversed(range(len(_days(digest))))
        ),
        week=_week(digest),
        held=tuple(
            line(f"{count} {held_in_words(reason)}", LONGEST_NAME) for reason, count in digest.held
        ),
        zone=zone.key,
    )


def line(text: str, longest: int) -> str:
    """One line, at most `longest` code points, safe to show."""
    # Cut first: a title may have megabytes.
    whole = " ".join(printable(text[: longest * 4]).split())
    return whole if len(whole) <= longest else whole[: longest - 1].rstrip() + "…"


def local(moment: datetime, zone: ZoneInfo) -> str:
    """`Mon 23 Nov 2026 14:05` in that zone."""
    try:
        at = moment.astimezone(zone)
    except OverflowError:
        # A claimed date at the very edge of the calendar has no other zone.
        at = moment
    return f"{at:%a} {at.day} {at:%b} {at.year} {at:%H:%M}"


def marked(excerpt: Excerpt) -> Marked:
    text = printable(excerpt.text)
    pieces: list[tuple[str, bool]] = []
    position = 0
    for start, end in excerpt.spans:
        pieces += [(text[position:start], False), (text[start:end], True)]
        position = end
    pieces.append((text[position:], False))
    return tuple((piece, mention) for piece, mention in pieces if piece)


def _count(watch: str, notices: Iterable[Notice]) -> str:
    """A story that several watches found is shown once, under the first of them."""
    own = sum(notice.watch == watch for notice in notices)
    elsewhere = sum(watch in notice.also for notice in notices if notice.watch != watch)
    shown = counted(own, "story", "stories")
    return f"{shown}, {elsewhere} more under other watches" if elsewhere else shown


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(line(name, LONGEST_NAME) for name in names)[:MOST_NAMES]


def _by_watch(notices: tuple[Notice, ...], digest: Digest, zone: ZoneInfo) -> tuple[WatchView, ...]:
    return tuple(
        WatchView(
            name=line(watch, LONGEST_NAME),
            severity=stories[0].severity,
            stories=tuple(notice_view(notice, zone) for notice in stories),
            count=_count(watch, digest.notices),
        )
        for watch, group in groupby(notices, key=lambda notice: notice.watch)
        if (stories := tuple(group))
    )


def _days(digest: Digest) -> tuple[int, ...]:
    return digest.week[0][1] if digest.week else ()


def _week(digest: Digest) -> tuple[WeekView, ...]:
    most = max((count for _, counts in digest.week for count in counts), default=0)
    return tuple(
        WeekView(
            watch=line(watch, LONGEST_NAME),
            cells=tuple((count, _share(count, most, 4)) for count in counts),
            bars="".join(_BARS[_share(count, most, len(_BARS) - 1)] for count in counts),
            total=sum(counts),
        )
        for watch, counts in digest.week[:MOST_NAMES]
    )


def _share(count: int, most: int, steps: int) -> int:
    """0 for none; else 1 to `steps`, which is for the most."""
    return -(-count * steps // most) if count else 0


def _head(digest: Digest) -> str:
    if not digest.notices:
        return "Nothing matched"
    watches = {notice.watch for notice in digest.notices}
    return (
        f"{counted(len(digest.notices), 'story', 'stories')}"
        f" on {counted(len(watches), 'watch', 'watches')}"
    )


def _sources(digest: Digest) -> str:
    read = f"{counted(digest.feeds_read, 'feed')} read"
    return f"{read}, {len(digest.failing)} failing" if digest.failing else read


def _covers(digest: Digest, zone: ZoneInfo) -> str:
    window = f"{local(digest.start, zone)} – {local(digest.end, zone)}"
    length = digest.end - digest.start
    if length <= LONG_WINDOW:
        return window
    return f"{round(length / timedelta(days=1))} days: {window}"
