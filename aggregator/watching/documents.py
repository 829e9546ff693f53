"""What a watch is held against: the same of an article that is just read and of a stored item."""

from __future__ import annotations

from collections.abc import Sequence

from aggregator.models import Article, Document, DueEntry, Item
from aggregator.text.appended import own_words
from aggregator.text.credits import end_of_credits


def of_article(entry: DueEntry, article: Article, tags: Sequence[str]) -> Document:
    """`tags` are the feed's, as configured."""
    return Document(
        title=article.title,
        summary=_own(entry.summary),
        text=article.text,
        lang=article.language,
        source=entry.feed,
        tags=tuple(tags),
        authors=article.authors,
        url=entry.url,
    )


def of_item(item: Item) -> Document:
    return Document(
        title=item.title,
        summary=_own(item.summary),
        text=item.text,
        lang=item.language,
        source=item.feed,
        tags=item.tags,
        authors=item.authors,
        url=item.url,
    )


def _own(summary: str) -> str:
    """A credit before it is blank, so that the spans of mentions keep their meaning."""
    own = own_words(summary)
    start = end_of_credits(own)
    return " " * start + own[start:]
