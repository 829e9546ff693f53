"""RSS, Atom, RDF and CDF through feedparser, to what flows down the line.

feedparser's own two passes over HTML are off: they are most of its time, and texts are cleaned here
to plain text.  Its parsers are driven directly, because the public function resolves ids that are
no addresses, and loses every entry when one raises.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from urllib.parse import urljoin
from xml.parsers import expat
from xml.sax import handler, xmlreader
from xml.sax.expatreader import ExpatParser

from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.sanitizer import replace_doctype
from lxml import etree

from aggregator.models import ParsedEntry, ParsedFeed
from aggregator.polling.mend import entry_spans, mend, spell_as_xml
from aggregator.polling.pace import publisher_pace
from aggregator.polling.plain import literal_text, plain_line, plain_text
from aggregator.text.dates import parse_date

#: Of these types a value is no text; others are labels of text that nobody knows.
_NO_TEXT = re.compile(r"(?:image|audio|video|font|model)/|application/(?!xhtml|xml|.*[+]xml)")
_WEB = re.compile(r"https?://[^/?#\s]", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_PICTURE = re.compile(
    r"<(?:img|video|audio|object)\s[^<>]*?(?:src|data)=[\"']([^\"'<>]+)", re.IGNORECASE
)
_MAX_TAGS = 50
#: More bad entries than these are a bad document.
_MAX_BAD = 50
#: By its other name: to what is called `utf-8` feedparser does what `encoded_once` does with care.
_ENCODING = "utf8"
_DECLARATION = b"<?xml version='1.0' encoding='utf-8'?>\n"

Element = Mapping[str, Any]


class _RawIds:
    """Ids as given: an id is compared, not followed, so it must not depend on where it stood.

    Links are resolved against `xml:base` alone; the document's own URL comes last, and once.
    """

    can_be_relative_uri = StrictFeedParser.can_be_relative_uri - {"id"}
    resolve_relative_uris = False
    sanitize_html = False

    def resolve_uri(self: Any, uri: str) -> str:
        # `www.example.org/a` is what people write for a link.
        if uri.lower().startswith("www."):
            return f"http://{uri}"
        return str(super().resolve_uri(uri))  # type: ignore[misc]

    def unknown_endtag(self: Any, tag: str) -> None:
        super().unknown_endtag(tag)  # type: ignore[misc]
        # feedparser forgets to leave a base where there was none around it.
        self.baseuri = self.basestack[-1] if self.basestack else ""

    def _end_guid(self: Any) -> None:
        value = self.pop("id") or ""
        if self.guidislink and _WEB.match(value):
            self._save("link", value)

    _end_id = _end_guid


class _Strict(_RawIds, StrictFeedParser):  # type: ignore[misc]
    """For well-formed documents."""

    def __init__(self) -> None:
        super().__init__("", None, _ENCODING)


class _Reader(ExpatParser):
    """Hands out text whole: each piece costs feedparser more than its reading."""

    _parser: Any

    def reset(self) -> None:
        super().reset()
        self._parser.buffer_text = True
        self._parser.buffer_size = 1 << 16


class _Loose(_RawIds, LooseFeedParser):  # type: ignore[misc]
    """For all others: a tokenizer that never gives up."""


@dataclass(frozen=True, slots=True)
class _Raw:
    """What feedparser made of a document."""

    feed: Element
    entries: Sequence[Element]
    version: str


def read(text: str, url: str) -> ParsedFeed:
    """The feed in a document; without entries and format where there is none."""
    mended = mend(text)
    raw = _raw(mended.text)
    entries = [_entry(entry, raw, url) for entry in raw.entries]
    kept = tuple(entry for entry in entries if entry is not None)
    rejected = mended.rejected + ("empty",) * (len(entries) - len(kept))
    rejected += ("malformed",) * (mended.entries - len(entries))
    return ParsedFeed(
        format=raw.version,
        title=plain_line(_text(raw.feed, "title")),
        link=_absolute(_text(raw.feed, "link"), url),
        language=_language(_text(raw.feed, "language")),
        entries=kept,
        rejected=rejected,
        pace=publisher_pace(mended.envelope),
    )


def _raw(text: str) -> _Raw:
    """Strictly where the document allows it, or but for its bad entries; else loosely."""
    version, data, entities = replace_doctype(_DECLARATION + text.encode())
    if not _well_formed(data):
        data = spell_as_xml(data.decode()).encode()
    strict = _strictly(data) if _well_formed(data) else None
    raw = strict or _entry_by_entry(data, entities)
    raw = raw or _loosely(data, entities)
    return _Raw(raw.feed, raw.entries, version or raw.version)


def _entry_by_entry(data: bytes, entities: Mapping[str, str]) -> _Raw | None:
    """One bad entry costs itself alone; None where the document is bad throughout."""
    text = data.decode()
    spans = entry_spans(text)
    if not spans:
        return None
    before, after = text[: spans[0][0]], text[spans[-1][1] :]
    alone = [f"{before}{text[start:end]}{after}".encode() for start, end in spans]
    bad = [number for number, document in enumerate(alone) if not _well_formed(document)]
    if not _well_formed((before + after).encode()) or len(bad) > _MAX_BAD:
        return None
    good = "".join(
        text[start:end] for number, (start, end) in enumerate(spans) if number not in bad
    )
    raw = _strictly(f"{before}{good}{after}".encode())
    if raw is None or len(raw.entries) != len(spans) - len(bad):
        return None
    entries = list(raw.entries)
    for number in bad:
        entries[number:number] = _bad_entry(alone[number], entities)
    return _Raw(raw.feed, entries, raw.version)


def _bad_entry(data: bytes, entities: Mapping[str, str]) -> Sequence[Element]:
    """At most one entry: of both ways to read it, the one that finds more."""
    recovered = _recovered(data)
    readings = [_strictly(recovered) if recovered else None, _loosely(data, entities)]
    entries = [reading.entries[0] for reading in readings if reading and reading.entries]
    return [max(entries, key=len)] if entries else []


def _recovered(data: bytes) -> bytes | None:
    """With its tags closed where libxml2 thinks they should be."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return None if root is None else etree.tostring(root)


def _strictly(data: bytes) -> _Raw | None:
    """None where feedparser gives up."""
    parser = _Strict()
    reader = _Reader()
    reader.setFeature(handler.feature_namespaces, True)
    reader.setFeature(handler.feature_external_ges, False)
    reader.setContentHandler(parser)
    reader.setErrorHandler(parser)
    source = xmlreader.InputSource()
    source.setByteStream(io.BytesIO(data))
    try:
        reader.parse(source)
    except Exception:  # feedparser raises whatever its handlers meet
        return None
    return _Raw(parser.feeddata, parser.entries, parser.version)


def _loosely(data: bytes, entities: Mapping[str, str]) -> _Raw:
    parser = _Loose("", None, _ENCODING, entities)
    # What was read before a handler failed is kept.
    with contextlib.suppress(Exception):
        parser.feed(data.decode())
    return _Raw(parser.feeddata, parser.entries, parser.version)


def _well_formed(data: bytes) -> bool:
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(data, True)
    except (expat.ExpatError, ValueError):
        return False
    return True


def _entry(raw: Element, document: _Raw, url: str) -> ParsedEntry | None:
    """None for an element that holds nothing."""
    atom = document.version.startswith("atom")
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
        modified=parse_date(_text(raw, "updated")),
        language=_language(_detail_language(raw)) or _language(_text(document.feed, "language")),
        tags=_tags(raw),
        enclosures=_enclosures(raw, url),
    )
    return entry if _holds_something(entry) else None


def _holds_something(entry: ParsedEntry) -> bool:
    return entry != ParsedEntry(language=entry.language)


def _text(element: Element, key: str) -> str:
    """A value as it stands; feedparser's own `get` has fallbacks and warnings of its own."""
    value = dict.get(cast("dict[str, Any]", element), key)
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
        if isinstance(value, str) and not _NO_TEXT.match(kind):
            texts.append(
                literal_text(value) if atom and kind == "text/plain" else plain_text(value)
            )
    return max(texts, key=len, default="")


def _link(raw: Element, url: str) -> str | None:
    """The article's address; a feed proxy says where it leads."""
    candidates = [_text(raw, "feedburner_origlink"), _text(raw, "link")]
    candidates += [
        str(link.get("href") or "")
        for link in _list(raw, "links")
        if link.get("rel") == "alternate"
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


def _published(raw: Element) -> datetime | None:
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
    return tuple(dict.fromkeys(filter(None, (*hrefs, *_pictures(raw, url)))))[:_MAX_TAGS]


def _pictures(raw: Element, url: str) -> Iterator[str | None]:
    """A picture may be all an entry has, and all it can be known by."""
    markup = [
        _text(raw, "summary"),
        *(_text(content, "value") for content in _list(raw, "content")),
    ]
    if not _text(raw, "title"):
        for source in _PICTURE.findall(" ".join(markup)[:10_000]):
            yield _absolute(source, url)
    for content in _list(raw, "content"):
        yield _absolute(_text(content, "src"), url)


def _list(raw: Element, key: str) -> Sequence[Element]:
    value = dict.get(cast("dict[str, Any]", raw), key)
    if not isinstance(value, list):
        return ()
    return [element for element in value if isinstance(element, Mapping)]
