"""What a watch is held against."""

from __future__ import annotations

from datetime import UTC, datetime

from aggregator.models import Article, DueEntry
from aggregator.watching import documents
from aggregator.watching.engine import find
from aggregator.watching.language import parse

SUMMARY = (
    "By Ali Khan, who writes for the Quetta Times\n\nMen were held in Turbat.\n\n"
    "The post Men held appeared first on Quetta Times."
)
ENTRY = DueEntry(
    id=1,
    feed_id=1,
    feed_url="https://paper.example/feed",
    feed="Paper",
    fence=1,
    first_seen=datetime(2026, 11, 23, tzinfo=UTC),
    summary=SUMMARY,
)


def test_a_mention_stands_where_the_feed_has_it() -> None:
    document = documents.of_article(ENTRY, Article(title="", text=""), tags=())
    hits = find(parse("Turbat"), document)
    assert hits is not None
    assert [SUMMARY[hit.start : hit.end] for hit in hits] == ["Turbat"]
    assert find(parse("Quetta"), document) is None
