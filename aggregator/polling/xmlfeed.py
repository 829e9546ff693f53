"""RSS, Atom, RDF and CDF through feedparser, to what flows down the line.

feedparser's own two passes over HTML are off: they are most of its time, and texts are cleaned here
to plain text.  Its parsers are driven directly, because the public function resolves ids that are no
addresses, and loses every entry when one raises.
"""

from __future__ import annotations

import io
import re
import xml.sax
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urljoin
from xml.parsers import expat

import feedparser
from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.sanitizer import replace_doctype

from aggregator.models import ParsedEntry, ParsedFeed
from aggregator.polling.dates import parse_date
from aggregator.polling.mend import Mended, mend, spell_as_xml
from aggregator.polling.pace import publisher_pace
from aggregator.polling.plain import literal_text, plain_line, plain_text

_TEXT_TYPES = frozenset(("text/plain", "text/html", "application/xhtml+xml"))
_WEB = re.compile(r"https?://[^/?#\s]", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_MAX_TAGS = 50

Element = Mapping[str, Any]


class _RawIds:
    """Ids as given: an id is compared, not followed, so it must not depend on where it stood."""

    can_be_relative_uri = StrictFeedParser.can_be_relative_uri - {"id"}
    resolve_relative_uris = False
    sanitize_html = False

    def _end_guid(self: Any) -> None:
        value = self.pop("id") or ""
        if self.guidislink and _WEB.match(value):
            self._save("link", value)

    _end_id = _end_guid


class _Strict(_RawIds, StrictFeedParser):  # type: ignore[misc]
    """For well-formed documents."""


class _Loose(_RawIds, LooseFeedParser):  # type: ignore[misc]
    """For all others: a tokenizer that never gives up."""


def read(text: str, url: str) -> ParsedFeed:
    """The feed in a document; without entries and format where there is none."""
    mended = mend(text)
    parser, version = _parsed(mended.text, url)
    entries = [_entry(raw, parser.feeddata, version, url) for raw in parser.entries]
    kept = tuple(entry for entry in entries if entry is not None)
    rejected = mended.rejected + ("empty",) * (len(entries) - len(kept))
    rejected += ("malformed",) * (mended.entries - len(entries))
    feed = parser.feeddata
    return ParsedFeed(
        format=version,
        title=plain_line(_text(feed, "title")),
        link=_absolute(_text(feed, "link"), url),
        language=_language(_text(feed, "language")),
        entries=kept,
        rejected=rejected,
        pace=publisher_pace(mended.envelope),
    )


def _parsed(text: str, url: str) -> tuple[Any, str]:
    """The parser that got furthest, and the format's name."""
    version, data, entities = replace_doctype(b"<?xml version='1.0' encoding='utf-8'?>\n" + text.encode())
    if not _well_formed(data):
        data = spell_as_xml(data.decode()).encode()
    parsers = []
    if _well_formed(data):
        strict = _Strict(url, None, "utf-8")
        if _fed_strictly(strict, data):
            return strict, version or strict.version
        parsers.append(strict)
    loose = _Loose(url, None, "utf-8", entities)
    try:
        loose.feed(data.decode())
    except Exception:  # noqa: BLE001, S110  feedparser raises whatever its regular expressions meet
        pass
    parsers.append(loose)
    best = max(parsers, key=lambda parser: len(parser.entries))
    return best, version or best.version


def _well_formed(data: bytes) -> bool:
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(data, True)
    except (expat.ExpatError, ValueError):
        return False
    return True


def _fed_strictly(parser: Any, data: bytes) -> bool:
    reader = xml.sax.make_parser()
    reader.setFeature(xml.sax.handler.feature_namespaces, True)
    reader.setFeature(xml.sax.handler.feature_external_ges, False)
    reader.setContentHandler(parser)
    reader.setErrorHandler(parser)
    source = xml.sax.xmlreader.InputSource()
    source.setByteStream(io.BytesIO(data))
    try:
        reader.parse(source)
    except Exception:  # noqa: BLE001  the loose parser has its own turn
        return False
    return True


def _entry(raw: Element, feed: Element, version: str, url: str) -> ParsedEntry | None:
    """None for an element that holds nothing."""
    atom = version.startswith("atom")
    content = _content(raw, atom)
    summary = _plain(raw, "summary", atom)
    entry = ParsedEntry(
        guid=_text(raw, "id") or None,
        link=_link(raw, url),
        title=" ".join(_plain(raw, "title", atom).split()),
        summary="" if summary == content else summary,
        content=content,
        authors=_authors(raw),
        published=_published(raw),
        language=_language(_detail_language(raw)) or _language(_text(feed, "language")),
        tags=_tags(raw),
        enclosures=_enclosures(raw, url),
    )
    identified = entry.guid or entry.link or entry.title or entry.summary or entry.content
    return entry if identified or entry.published or entry.enclosures else None


def _text(element: Element, key: str) -> str:
    """A value as it stands; feedparser's own `get` has fallbacks and warnings of its own."""
    value = dict.get(element, key)  # type: ignore[arg-type]
    return value.strip() if isinstance(value, str) else ""


def _plain(raw: Element, key: str, atom: bool) -> str:
    detail = raw.get(f"{key}_detail") or {}
    # Atom says what a text is (RFC 4287 §3.1); in RSS anything may be HTML.
    literal = atom and detail.get("type") == "text/plain"
    return literal_text(_text(raw, key)) if literal else plain_text(_text(raw, key))


def _content(raw: Element, atom: bool) -> str:
    """The longest text; an entry may offer several, and things that are no text."""
    texts = []
    for content in _list(raw, "content"):
        kind, value = content.get("type") or "text/html", content.get("value")
        if isinstance(value, str) and kind in _TEXT_TYPES:
            texts.append(
                literal_text(value) if atom and kind == "text/plain" else plain_text(value)
            )
    return max(texts, key=len, default="")


def _link(raw: Element, url: str) -> str | None:
    """The article's address; a feed proxy says where it leads."""
    candidates = [_text(raw, "feedburner_origlink"), _text(raw, "link")]
    candidates += [
        str(link.get("href") or "") for link in _list(raw, "links") if link.get("rel") == "alternate"
    ]
    return next(filter(None, (_absolute(candidate, url) for candidate in candidates)), None)


def _absolute(link: str, url: str) -> str | None:
    """An http(s) URL, or None.  `www.example.org` is what people write."""
    link = "".join(link.split("\n")).strip()
    if not link:
        return None
    if link.lower().startswith("www."):
        link = f"http://{link}"
    try:
        joined = urljoin(url, link)
    except ValueError:
        return None
    return joined if _WEB.match(joined) else None


def _authors(raw: Element) -> tuple[str, ...]:
    names = [_text(author, "name") or _text(author, "email") for author in _list(raw, "authors")]
    names = names or [_text(raw, "author")]
    return tuple(dict.fromkeys(filter(None, map(plain_line, names))))[:_MAX_TAGS]


def _published(raw: Element) -> Any:
    """Published before created before updated: the first that can be read."""
    for key in ("published", "created", "updated"):
        if date := parse_date(_text(raw, key)):
            return date
    return None


def _detail_language(raw: Element) -> str:
    details: list[Element] = [
        *_list(raw, "content"), raw.get("summary_detail") or {}, raw.get("title_detail") or {}
    ]  # fmt: skip
    return next(filter(None, (_text(detail, "language") for detail in details)), "")


def _language(text: str) -> str | None:
    return text.replace("_", "-") if _LANGUAGE.fullmatch(text) else None


def _tags(raw: Element) -> tuple[str, ...]:
    labels = (_text(tag, "label") or _text(tag, "term") for tag in _list(raw, "tags"))
    return tuple(dict.fromkeys(filter(None, map(plain_line, labels))))[:_MAX_TAGS]


def _enclosures(raw: Element, url: str) -> tuple[str, ...]:
    hrefs = (
        _absolute(_text(link, "href"), url)
        for link in _list(raw, "links")
        if link.get("rel") == "enclosure"
    )
    return tuple(dict.fromkeys(filter(None, hrefs)))[:_MAX_TAGS]


def _list(raw: Element, key: str) -> Sequence[Element]:
    value = dict.get(raw, key)  # type: ignore[arg-type]
    if not isinstance(value, list):
        return ()
    return [element for element in value if isinstance(element, Mapping)]
