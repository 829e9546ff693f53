"""What a page says of itself beside its text: title, site, authors, dates, language, addresses.

JSON-LD (schema.org Article), OpenGraph, citation and Dublin Core tags, microdata, then what is
seen.  All are claims: shown, never trusted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from html import unescape

from lxml import html

from aggregator.reading import addresses
from aggregator.reading.words import WORD
from aggregator.text.dates import parse_date

_ARTICLE_TYPES = re.compile(r"Article|BlogPosting|Report|Review|LiveBlog|WebPage$", re.IGNORECASE)
_TITLE_KEYS = ("og:title", "citation_title", "twitter:title", "dc.title", "dcterms.title")
_SITE_KEYS = ("og:site_name", "application-name", "al:ios:app_name", "twitter:app:name:iphone")
_MODIFIED_KEYS = (
    "article:modified_time",
    "og:updated_time",
    "og:modified_time",
    "article:updated_time",
    "last-modified",
    "lastmod",
    "revised",
    "dc.date.modified",
    "dcterms.modified",
)
_IMAGE_KEYS = (
    "og:image:secure_url",
    "og:image",
    "og:image:url",
    "twitter:image",
    "twitter:image:src",
)
_DATE_KEYS = (
    "article:published_time",
    "og:published_time",
    "citation_publication_date",
    "citation_date",
    "parsely-pub-date",
    "sailthru.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "published_time",
    "date",
    "dc.date",
    "dc.date.issued",
    "dcterms.created",
    "dcterms.date",
)
_AUTHOR_KEYS = (
    "author",
    "article:author",
    "citation_author",
    "dc.creator",
    "parsely-author",
    "byl",
)
_LANGUAGE_KEYS = ("og:locale", "content-language", "dc.language", "language")

_SEPARATOR = re.compile(r"\s+(?:[|»«·•–—:/\\~-]|::|<|>)\s+|\s*\|\s*|\s+::\s+|\s*»\s*")
_BYLINE_PREFIX = re.compile(
    r"^\s*(?:written by|reported by|story by|by|von|par|por|di|da|автор[ы]?|автори?)\b\s*:?\s*"
    r"|^\s*(?:نویسنده|بقلم|كتب|تحریر|از|作者|文|लेखक)\s*[:\uff1a]\s*",
    re.IGNORECASE,
)
#: A byline's date and what follows it.
_DATE_BEHIND = re.compile(
    r"\W*(?:\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\b\d{4}[./-]\d|[|•·]|\b\d{1,2}\s\w{3,9}\s\d{4}"
    r"|\b\w{3,9}\s\d{1,2},\s\d{4}).*$"
)
_AND = re.compile(r"\s*(?:;|\||\band\b|\bund\b|\bet\b|\sو\s|、)\s*", re.IGNORECASE)
_MARKUP = re.compile(r"</?(?:p|div|br|li|h\d|ul|ol|blockquote)\b[^<>]*>", re.IGNORECASE)
_INLINE_MARKUP = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
#: Nothing on the web was published before it.
_FIRST_YEAR = 1990


@dataclass(frozen=True, slots=True)
class Metadata:
    """A page's claims; "" and None where it makes none."""

    title: str = ""
    site: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    modified: datetime | None = None
    language: str | None = None
    #: Of the page's own site; "" where it names none.
    canonical_url: str = ""
    #: The lead picture's.
    image_url: str = ""
    #: schema.org `isAccessibleForFree` is false, of it or of a part.
    paid: bool = False
    #: schema.org `articleBody`: on one page in ten, often cut short.
    body: str = ""
    description: str = ""


def read(tree: html.HtmlElement, url: str = "") -> Metadata:
    """The claims of the page at `url`.  Never raises: what cannot be read is not claimed."""
    claims = _Claims(tree)
    base = claims.base(url)
    return Metadata(
        title=claims.title,
        site=claims.site,
        authors=claims.authors,
        published=claims.published,
        modified=claims.modified,
        language=claims.language,
        canonical_url=addresses.canonical_url(claims.canonical_urls, url, base),
        image_url=addresses.first_url(claims.image_urls, base),
        paid=claims.paid,
        body=claims.from_article("articleBody"),
        description=claims.first("og:description", "description", "twitter:description"),
    )


class _Claims:
    def __init__(self, tree: html.HtmlElement) -> None:
        self._tree = tree

    @cached_property
    def _metas(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for meta in self._tree.iter("meta"):
            key = meta.get("property") or meta.get("name") or meta.get("http-equiv")
            value = _line(meta.get("content"))
            if key and value:
                found.setdefault(key.strip().lower(), []).append(value)
        return found

    @cached_property
    def _article(self) -> Mapping[str, object]:
        """The schema.org article; of several, the one that says most."""
        articles = [
            thing
            for script in self._tree.iter("script")
            if "ld+json" in (script.get("type") or "")
            for thing in _things(_json(script.text or ""))
            if any(_ARTICLE_TYPES.search(kind) for kind in _strings(thing.get("@type")))
        ]
        told = ("headline", "datePublished", "author", "articleBody")
        return max(articles, key=lambda thing: sum(key in thing for key in told), default={})

    def first(self, *keys: str) -> str:
        return next((self._metas[key][0] for key in keys if key in self._metas), "")

    def from_article(self, key: str) -> str:
        return next((text for text in _strings(self._article.get(key))), "")

    @cached_property
    def site(self) -> str:
        publisher = next(_things(self._article.get("publisher")), {})
        return self.first(*_SITE_KEYS) or _line(next(iter(_strings(publisher.get("name"))), ""))

    @cached_property
    def title(self) -> str:
        """The headline, without the site's name before or behind it."""
        window = next((_text(title) for title in self._tree.iter("title")), "")
        headings = [text for heading in self._tree.iter("h1", "h2") if (text := _text(heading))]
        claimed = self.first(*_TITLE_KEYS) or _line(self.from_article("headline")) or window
        for whole in (claimed, window):
            # A heading that is a whole part of the claimed title is the headline as readers see it.
            for heading in headings[:12]:
                if len(heading) > 8 and heading in whole:
                    return heading
        if not claimed:
            return headings[0] if headings else ""
        return without_site(claimed, self.site, is_window=claimed == window)

    @cached_property
    def authors(self) -> tuple[str, ...]:
        people = [name for person in _people(self._article.get("author")) for name in names(person)]
        if not people:
            claimed = [value for key in _AUTHOR_KEYS[:4] for value in self._metas.get(key, ())]
            people = [name for value in claimed for name in names(value)]
        if not people:
            people = [name for value in self._seen_authors() for name in names(value)]
        return tuple(dict.fromkeys(people))[:20]

    def _seen_authors(self) -> Iterator[str]:
        for element in self._tree.xpath(
            "//*[@itemprop='author' or @rel='author' or contains(@class, 'author')"
            " or contains(@class, 'byline')][not(ancestor::aside)]"
        )[:20]:
            text = _text(element)
            if 0 < len(text) <= 80 and len(text.split()) <= 8:
                yield text
                return

    @cached_property
    def published(self) -> datetime | None:
        claimed = [*_strings(self._article.get("datePublished")), self.first(*_DATE_KEYS)]
        claimed += self._dates_of("datePublished")
        # The first time of a page may be that of its last change.
        claimed += self._tree.xpath(
            "//time[not(ancestor::aside) and not(@itemprop='dateModified')"
            " and not(contains(@class, 'updated') or contains(@class, 'modified'))]/@datetime"
        )[:1]
        return _first_moment(claimed)

    @cached_property
    def modified(self) -> datetime | None:
        claimed = [*_strings(self._article.get("dateModified")), self.first(*_MODIFIED_KEYS)]
        claimed += self._dates_of("dateModified")
        claimed += self._tree.xpath(
            "//time[not(ancestor::aside)]"
            "[contains(@class, 'updated') or contains(@class, 'modified')]/@datetime"
        )[:1]
        return _first_moment(claimed)

    @cached_property
    def _dated(self) -> list[html.HtmlElement]:
        found: list[html.HtmlElement] = self._tree.xpath("//*[starts-with(@itemprop, 'date')]")
        return found

    def _dates_of(self, itemprop: str) -> list[str]:
        found: list[str] = [
            value
            for element in self._dated
            if element.get("itemprop") == itemprop
            for key, value in element.items()
            if key in ("content", "datetime")
        ]
        return found[:1]

    def base(self, url: str) -> str:
        """What relative addresses are relative to."""
        href = next((str(href) for href in self._tree.xpath("//base/@href")[:1]), "")
        return addresses.first_url([href], url) or url

    @cached_property
    def canonical_urls(self) -> list[str]:
        page = self._article.get("mainEntityOfPage")
        named = page.get("@id") if isinstance(page, dict) else page
        return [*self._canonical_links[:3], self.first("og:url"), *_strings(named)]

    @property
    def _canonical_links(self) -> list[str]:
        links = self._tree.xpath(
            "//link[translate(@rel, 'CANOIL', 'canoil')='canonical'][@href][not(ancestor::article)]"
        )
        of_head = [link for link in links if link.xpath("ancestor::head")]
        # A stray element ends the head early; of several in the body, some are other stories'.
        of_page = of_head or (links if len(links) == 1 else [])
        return [link.get("href") for link in of_page]

    @cached_property
    def image_urls(self) -> list[str]:
        claimed = [value for key in _IMAGE_KEYS for value in self._metas.get(key, ())[:2]]
        linked = self._tree.xpath("//link[@rel='image_src']/@href")
        return [*claimed, *_addresses(self._article.get("image")), *map(str, linked[:1])]

    @cached_property
    def language(self) -> str | None:
        claimed = self._tree.xpath("/html/@lang | /html/@xml:lang")[:1]
        claimed += [*_strings(self._article.get("inLanguage")), self.first(*_LANGUAGE_KEYS)]
        return next((code for text in claimed if (code := language_code(str(text)))), None)

    @property
    def paid(self) -> bool:
        parts = self._article.get("hasPart")
        marked = [self._article, *_things(parts[:20] if isinstance(parts, list) else parts)]
        free = [str(thing.get("isAccessibleForFree")).strip().lower() for thing in marked]
        return "false" in free or self.first("article:content_tier").lower() == "locked"


def plain_paragraphs(body: str) -> list[str]:
    """An `articleBody`, which may hold markup, as paragraphs."""
    text = (
        unescape(_INLINE_MARKUP.sub("", _MARKUP.sub("\n", body)))
        if "<" in body or "&" in body
        else body
    )
    return [line for part in text.splitlines() if (line := _line(part))]


def without_site(title: str, site: str, *, is_window: bool = False) -> str:
    """A title without the site's name at either end; a window's title loses its last short part."""
    parts = _SEPARATOR.split(title)
    if len(parts) < 2:
        return title
    if site and _same(parts[-1], site):
        return title[: title.rindex(parts[-1])].rstrip(" |»«·•–—:/\\~-<>") or title
    if site and _same(parts[0], site):
        return title[title.index(parts[1], len(parts[0])) :]
    longest = max(parts, key=len)
    if is_window and len(longest.split()) > 3 and len(longest) > 0.5 * len(title):
        return longest
    return title


def names(text: str) -> list[str]:
    """The people a byline names: `By A. Khan and B. Baloch` are two."""
    bare = _DATE_BEHIND.sub("", _BYLINE_PREFIX.sub("", _line(text)))
    if "://" in bare or "@" in bare:
        return []
    return [
        name for part in _AND.split(bare) if (name := part.strip(" ,.·•-–—")) and len(name) <= 80
    ]


def moment(text: str) -> datetime | None:
    """The instant a page claims; UTC where no zone is told."""
    when = parse_date(text)
    return when if when is not None and when.year >= _FIRST_YEAR else None


def _first_moment(claims: Iterable[str]) -> datetime | None:
    return next((when for text in claims if (when := moment(str(text)))), None)


def language_code(text: str) -> str | None:
    """The primary subtag of a language tag (BCP 47), in lower case."""
    code = re.split(r"[-_,;\s]", text.strip())[0].lower()
    return code if re.fullmatch(r"[a-z]{2,3}", code) and code not in ("und", "mul") else None


def _same(one: str, other: str) -> bool:
    first, second = (" ".join(WORD.findall(text.casefold())) for text in (one, other))
    return bool(first) and (
        first == second or first.removeprefix("the ") == second.removeprefix("the ")
    )


def _json(text: str) -> object:
    try:
        return json.loads(text.strip().removeprefix("<![CDATA[").removesuffix("]]>"), strict=False)
    except (ValueError, RecursionError):
        return None


def _things(value: object) -> Iterator[Mapping[str, object]]:
    """Every object of a JSON-LD document at the places where articles stand."""
    if isinstance(value, list):
        for entry in value[:200]:
            if isinstance(entry, dict):
                yield from _things(entry)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity"):
            if key in value:
                yield from _things(value[key])


def _people(value: object) -> Iterator[str]:
    for entry in value if isinstance(value, list) else [value]:
        if isinstance(entry, dict):
            yield from _strings(entry.get("name"))
        elif isinstance(entry, str):
            yield entry


def _strings(value: object) -> Iterable[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [entry for entry in value if isinstance(entry, str)]
    return []


def _addresses(value: object) -> Iterator[str]:
    """Of schema.org images: an address, an ImageObject, or a list of either."""
    for entry in value[:5] if isinstance(value, list) else [value]:
        if isinstance(entry, dict):
            yield from _strings(entry.get("url") or entry.get("contentUrl") or entry.get("@id"))
        elif isinstance(entry, str):
            yield entry


def _text(element: html.HtmlElement) -> str:
    return _line("".join(element.itertext()))


def _line(text: str | None) -> str:
    return " ".join((text or "").split())
