"""One page in two feeds: when the article of one is the other's too, and when it is read anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.models import Article, DueEntry, KnownReading
from aggregator.reading.decide import shared

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TITLE = "Live: the fighting in the north"
TEXT = (
    "Shells fell on the market of Ravar before noon, the mayor said, and two traders were taken to "
    "the hospital of Kerman. The army closed the road to Bam and asked drivers to turn back. Talks "
    "went on in the capital, where the envoy met the minister for the third time in a week."
)
TEASER = "All that is known so far of the shells on the market, and what comes next."
KNOWN = KnownReading(
    entry_id=1,
    story=1,
    article=Article(
        TITLE, TEXT, words=55, quality="full", published=NOW - 3 * HOUR, fetched_at=NOW - 2 * HOUR
    ),
    summary=TEASER,
)
ENTRY = DueEntry(2, 2, "https://two.example/feed", "Two", 1, NOW, title=TITLE, published=NOW - HOUR)
SAME = replace(ENTRY, published=NOW - 3 * HOUR, summary=TEXT[:150])
LATER = "Rebels took the town of Bam at dusk and hundreds fled over the bridge to the south."


@pytest.mark.parametrize(
    ("entry", "is_shared"),
    [
        pytest.param(SAME, True, id="the feed's own text stands in the article"),
        pytest.param(replace(SAME, summary=""), True, id="nothing but the title"),
        pytest.param(replace(SAME, summary=TEASER), True, id="the other feed's teaser"),
        pytest.param(
            replace(SAME, summary="Follow us for more."), True, id="too few words to tell"
        ),
        pytest.param(replace(SAME, title="North"), True, id="another title, the same text"),
        pytest.param(replace(SAME, summary=LATER), False, id="the same title, another text"),
        pytest.param(replace(SAME, title="South", summary=LATER), False, id="neither"),
        pytest.param(replace(SAME, title="South", summary=""), False, id="another title, no text"),
        pytest.param(replace(SAME, summary=f"{TEXT} {LATER * 3}"), False, id="the fuller text"),
        pytest.param(replace(SAME, published=NOW), False, id="published since it was read"),
        pytest.param(replace(SAME, published=NOW + HOUR), True, id="a date that cannot be"),
        pytest.param(replace(SAME, published=None), True, id="no date"),
    ],
)
def test_whose_article_it_is(entry: DueEntry, *, is_shared: bool) -> None:
    assert (shared(entry, KNOWN, NOW) is not None) == is_shared


def test_it_keeps_what_its_own_feed_says_of_it() -> None:
    entry = replace(SAME, title="North", authors=("A. Khan",))
    article = shared(entry, KNOWN, NOW)
    assert article
    assert (article.title, article.authors, article.text) == ("North", ("A. Khan",), TEXT)
    assert article.published == entry.published
