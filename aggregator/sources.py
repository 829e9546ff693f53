"""How every source fares, looked at from time to time; what changed is told to the operators."""

from __future__ import annotations

from aggregator.alerting.changes import tell
from aggregator.models import Change, FeedHistory
from aggregator.pipeline.line import Line
from aggregator.polling.health import judge, news


async def look_at_sources(line: Line) -> tuple[Change, ...]:
    """Judge every source, and write what changed with what tells of it; returns the news."""
    now = line.clock()
    feeds = await line.in_storage(line.storage.feeds)
    histories = await line.in_storage(line.storage.feed_histories, now)
    before = await line.in_storage(line.storage.feed_states)
    after = {feed.url: judge(feed, histories.get(feed.url, FeedHistory()), now) for feed in feeds}
    if after == before:
        return ()
    changes = news(feeds, before, after, now)
    operators, occasion = line.settings.operators.person, f"sources {now.isoformat()}"
    told = tuple(alert for change in changes for alert in tell(change, operators, occasion))
    await line.in_storage(line.storage.commit_states, after, told)
    return changes
