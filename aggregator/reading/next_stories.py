"""The next stories that a page without an end shows below its own: other articles, not its text.

An `<article>` below the one with the page's headline is one of them when it says so three times: a
first heading of the same rank with other words, a byline or a date, and an address of its own.
The posts of a live blog and the parts of a long story have the page's address or one below it; on
a list of posts no headline is the page's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from lxml import html

from aggregator.net.urls import same_site
from aggregator.reading.metadata import Metadata
from aggregator.text import folded_words

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_ADDRESSES = (
    *("data-url", "data-href", "data-permalink", "data-uri", "data-canonical", "itemid"),
    *("data-canonical-url", "data-article-url", "data-story-url", "data-page-url"),
)
_NAMED = re.compile(r"canonical|mainEntityOfPage|^url$")
_SIGNED = re.compile(
    r"\b(?:byline|author|dateline|datePublished|published|timestamp)\b", re.IGNORECASE
)


def drop_next_stories(tree: html.HtmlElement, url: str, claims: Metadata) -> None:
    """Take them out of the tree of the page at `url`."""
    articles = [
        each for each in tree.iter("article") if next(each.iterancestors("article"), None) is None
    ]
    own = {_path(url), _path(claims.canonical_url)} - {""}
    if len(articles) < 2 or not own:
        return
    first = next((at for at, each in enumerate(articles) if _has_headline(each, claims)), None)
    if first is None:
        return
    headline = _heading(articles[first])
    for article in articles[first + 1 :]:
        if _is_told_apart(article, headline) and _is_elsewhere(_address(article, url), url, own):
            article.drop_tree()


def _has_headline(article: html.HtmlElement, claims: Metadata) -> bool:
    heading = _heading(article)
    return heading is not None and _words(heading) == folded_words(claims.title) != ""


def _is_told_apart(article: html.HtmlElement, headline: html.HtmlElement) -> bool:
    """Does it begin as the page's own story does, in other words, and say by whom it is or when?"""
    heading = _heading(article)
    return (
        heading is not None
        and heading.tag == headline.tag
        and _words(heading) not in ("", _words(headline))
        and any(map(_is_signature, article.iter()))
    )


def _is_elsewhere(address: str, url: str, own: set[str]) -> bool:
    """Is it another page of the site, neither above nor below this one?"""
    path = _path(address)
    return (
        bool(path) and same_site(address, url) and not any(_is_around(path, each) for each in own)
    )


def _is_around(one: str, other: str) -> bool:
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


def _path(address: str) -> str:
    """Without what stands at its end and names no page; "" for a site's front page."""
    try:
        return urlsplit(address).path.rstrip("/")
    except ValueError:
        return ""


def _address(article: html.HtmlElement, url: str) -> str:
    """The first address that an article gives as its own, "" where it gives none."""
    for claimed in _addresses(article):
        if claimed.strip():
            try:
                return urljoin(url, claimed.strip())
            except ValueError:
                continue
    return ""


def _addresses(article: html.HtmlElement) -> Iterator[str]:
    yield from (article.get(name, "") for name in _ADDRESSES)
    for element in article.iter("meta", "link"):
        if _NAMED.search(element.get("itemprop") or element.get("rel", "")):
            yield from (element.get(name, "") for name in ("itemid", "href", "content"))
    heading = _heading(article)
    if heading is not None:
        links = [*heading.iterdescendants("a"), *heading.iterancestors("a")]
        yield from (link.get("href", "") for link in links)


def _is_signature(element: html.HtmlElement) -> bool:
    named = (element.get(name, "") for name in ("class", "itemprop", "rel"))
    return element.tag == "time" or any(map(_SIGNED.search, named))


def _heading(article: html.HtmlElement) -> html.HtmlElement | None:
    return next(article.iter(*_HEADINGS), None)


def _words(element: html.HtmlElement) -> str:
    return folded_words("".join(element.itertext()))
