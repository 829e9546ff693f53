"""What the entry of another feed got from the same page."""

from __future__ import annotations

from dataclasses import replace

import pytest
from samples import DAWN, MINUTE, NOW, TOLO, claim_entry, new, poll, read, reading

from aggregator.models import Article, Feed, Hop, KnownReading
from aggregator.protocols import Storage

KEY = "https://dawn.example/1"
WHOLE = Article(
    title="Attack in Quetta",
    text="The full text.",
    authors=("A. Khan",),
    published=NOW,
    language="en",
    words=3,
    quality="full",
    reason="extracted",
    method="blocks",
    final_url=KEY,
    sha256="ab",
    fetched_at=NOW,
    status=200,
    hops=(Hop(301, KEY),),
    extractor="aggregator",
)


def test_a_page_that_another_feed_had_is_known_until_it_is_ones_own(storage: Storage) -> None:
    (first,) = poll(storage, new("a", summary="In short.", content="At length."), feed=DAWN)
    read(storage, article=WHOLE, url_key=KEY)
    poll(storage, new("b"), feed=TOLO)
    due = claim_entry(storage)
    assert storage.known_reading(KEY, NOW, due) == KnownReading(
        first, first, WHOLE, "In short.", "At length."
    )
    assert storage.commit_reading(reading(due, article=WHOLE, url_key=KEY))
    assert storage.known_reading(KEY, NOW, due) is None


@pytest.mark.parametrize(
    ("article", "feed", "key"),
    [
        pytest.param(WHOLE, DAWN, KEY, id="the same feed"),
        pytest.param(WHOLE, TOLO, f"{KEY}0", id="another page"),
        pytest.param(replace(WHOLE, fetched_at=NOW - MINUTE), TOLO, KEY, id="long ago"),
        pytest.param(replace(WHOLE, quality="partial"), TOLO, KEY, id="a part of it"),
        pytest.param(replace(WHOLE, method="feed"), TOLO, KEY, id="the feed's own text"),
    ],
)
def test_what_is_not_known(article: Article, feed: Feed, key: str, storage: Storage) -> None:
    poll(storage, new("a"), feed=DAWN)
    read(storage, article=article, url_key=KEY)
    poll(storage, new("b"), feed=feed)
    assert storage.known_reading(key, NOW, claim_entry(storage)) is None
