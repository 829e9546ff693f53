"""What a watch is held against: the same of an article that is just read and of a stored item."""

from __future__ import annotations

from collections.abc import Sequence

from aggregator.models import Article, Document, DueEntry, Item
from aggregator.text.appended import own_words


def of_article(entry: DueEntry, article: Article, tags: Sequence[str]) -> Document:
    """`tags` are the feed's, as configured."""
    return Document(
        title=article.title,
        summary=own_words(entry.summary),
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
        summary=own_words(item.summary),
        text=item.text,
        lang=item.language,
        source=item.feed,
        tags=item.tags,
        authors=item.authors,
        url=item.url,
    )
