"""Every digest that is due is made, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from aggregator.alerting import digest as digests
from aggregator.alerting.wallclock import DAY
from aggregator.models import Digest, DigestRun, FeedHealth, Person
from aggregator.pipeline.line import Line
from aggregator.polling import health
from aggregator.protocols import Storage
from aggregator.reading import stories

#: A digest is made so long after its cut-off: what was seen just before it is matched by then.
SETTLED = timedelta(seconds=60)


async def digest(line: Line) -> int:
    """Make every digest that is due; returns how many."""
    made = 0
    for person in line.settings.people:
        last = await line.in_storage(line.storage.last_digest, person.name)
        run = digests.due(person, last, line.clock() - SETTLED)
        if run is not None:
            made += await line.in_storage(_make_digest, run, person, line)
    return made


def _make_digest(run: DigestRun, person: Person, line: Line) -> bool:
    content = preview(run, person, line.storage)
    alerts = digests.digest_alerts(content, person, run, line.clock())
    return line.storage.commit_digest(run, alerts)


def preview(run: DigestRun, person: Person, storage: Storage) -> Digest:
    """The digest of that window as it stands now.  Synchronous: it only asks storage."""
    feeds, matched = storage.feeds(), storage.newly_matched(run.start, run.end)
    heard = {
        item.story
        for item, matches in matched
        if any(person.hears_of(match.watch) for match in matches)
    }
    return digests.build(
        run,
        person,
        matched,
        feeds,
        storage.alerts(person=person.name, state="held", since=run.start, until=run.end),
        matched=storage.matched_stories(run.end - digests.WEEK * DAY, run.end),
        silent=_silent(feeds, run.end, storage),
        gaps=storage.gaps(run.start, run.end),
        spreads={story: stories.spread(storage.coverage(story)) for story in heard},
    )


def _silent(
    feeds: Sequence[FeedHealth], at: datetime, storage: Storage
) -> list[tuple[str, datetime]]:
    """Those without news for longer than is their habit, and since when."""
    histories = storage.feed_histories(at)
    return [
        (feed.name, history.last_news)
        for feed in feeds
        if (history := histories.get(feed.url)) and history.last_news
        if health.is_silent(history, at)
    ]
