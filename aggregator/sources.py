"""Which sources are polled, and how each fares; what changed is told to the operators."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from aggregator.alerting.changes import tell
from aggregator.models import Change, Feed, FeedHistory
from aggregator.pipeline.line import Line
from aggregator.polling.habits import Habits
from aggregator.polling.health import judge, news
from aggregator.polling.moves import is_its_address
from aggregator.protocols import Storage


def poll_these(feeds: Sequence[Feed], storage: Storage, now: datetime) -> None:
    """Make these the feeds that are polled.  One whose new address was written into feeds.yaml
    goes on as the same: as another one it would begin with a first poll, which alerts nobody."""
    known = storage.polled_feeds()
    urls = {feed.url for feed in feeds}
    gone = [url for url in known if url not in urls]
    for new in (feed.url for feed in feeds if feed.url not in known):
        for old in gone:
            if is_its_address(new, old, Habits.from_json(known[old])):
                storage.rename_feed(old, new)
                gone.remove(old)
                break
    storage.sync_feeds(feeds, now)


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
