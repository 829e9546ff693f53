"""JSON Feed 1 and 1.1 (https://www.jsonfeed.org/version/1.1/), with what its writers get wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import urljoin

from aggregator.models import ParsedEntry, ParsedFeed
from aggregator.polling.mend import MAX_ENTRIES
from aggregator.polling.plain import literal_text, plain_line, plain_text
from aggregator.text.dates import parse_date

_ITEMS = re.compile(r'"items"\s*:\s*\[')
_SEPARATOR = re.compile(r"[\s,]*")
_STRING = r'"((?:[^"\\]|\\.){0,2000})"'
_WEB = re.compile(r"https?://[^/?#\s]", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
#: Authors, tags or enclosures of one entry.
_MOST = 50


def read(text: str, url: str) -> ParsedFeed | None:
    """The feed in a JSON document, cut or whole; None where it is another kind of JSON."""
    document, items, rejected = _document(text)
    if items is None:
        return None
    rejected += ("over_limit",) * (len(items) - MAX_ENTRIES)
    if len(items) > MAX_ENTRIES:
        items = items[: MAX_ENTRIES // 2] + items[-MAX_ENTRIES // 2 :]
    language = _language(document.get("language"))
    entries = [_entry(item, url, language) for item in items]
    kept = tuple(entry for entry in entries if entry is not None)
    return ParsedFeed(
        format="json11" if "1.1" in _string(document.get("version")) else "json1",
        title=plain_line(_string(document.get("title"))),
        link=_absolute(document.get("home_page_url"), url),
        language=language,
        entries=kept,
        rejected=rejected + ("empty",) * (len(entries) - len(kept)),
    )


def _document(text: str) -> tuple[dict[str, Any], list[Any] | None, tuple[str, ...]]:
    """The envelope, the items, and why some are missing."""
    try:
        document = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return _salvaged(text)
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        return {}, None, ()
    return document, document["items"], ()


def _salvaged(text: str) -> tuple[dict[str, Any], list[Any] | None, tuple[str, ...]]:
    """Of a document that was cut off: its whole items."""
    start = _ITEMS.search(text)
    if start is None or "jsonfeed.org" not in text:
        return {}, None, ()
    items = list(_whole_items(text, start.end()))
    envelope = {
        name: match[1]
        for name in ("version", "title", "home_page_url", "language")
        if (match := re.search(rf'"{name}"\s*:\s*{_STRING}', text[: start.start()]))
    }
    return envelope, items, ("truncated",)


def _whole_items(text: str, position: int) -> Iterator[Any]:
    decoder = json.JSONDecoder(strict=False)
    while True:
        position = _SEPARATOR.match(text, position).end()  # type: ignore[union-attr]
        try:
            item, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            return
        yield item


def _entry(item: Any, url: str, language: str | None) -> ParsedEntry | None:
    if not isinstance(item, dict):
        return None
    html, text = _string(item.get("content_html")), _string(item.get("content_text"))
    content = plain_text(html) if html else literal_text(text)
    summary = literal_text(_string(item.get("summary")))
    modified = parse_date(_string(item.get("date_modified")))
    entry = ParsedEntry(
        guid=_string(item.get("id")) or None,
        link=_absolute(item.get("url"), url) or _absolute(item.get("external_url"), url),
        title=plain_line(_string(item.get("title"))),
        summary="" if summary == content else summary,
        content=content,
        authors=_authors(item),
        published=parse_date(_string(item.get("date_published"))) or modified,
        modified=modified,
        language=_language(item.get("language")) or language,
        tags=_several(map(_string, _list(item.get("tags")))),
        enclosures=_enclosures(item, url),
    )
    return entry if entry != ParsedEntry(language=entry.language) else None


def _authors(item: dict[str, Any]) -> tuple[str, ...]:
    """Version 1.1 has `authors`, version 1 `author`."""
    authors = [*_list(item.get("authors")), item.get("author")]
    names = (
        _string(author.get("name")) if isinstance(author, dict) else _string(author)
        for author in authors
    )
    return _several(names)


def _several(values: Iterable[str]) -> tuple[str, ...]:
    """Each once, on one line each; no more of them than anybody means."""
    kept = dict.fromkeys(filter(None, map(plain_line, islice(values, _MOST))))
    return tuple(kept)


def _language(value: Any) -> str | None:
    language = _string(value)
    return language if _LANGUAGE.fullmatch(language) else None


def _enclosures(item: dict[str, Any], url: str) -> tuple[str, ...]:
    urls = (
        _absolute(attachment.get("url"), url)
        for attachment in _list(item.get("attachments"))[:_MOST]
        if isinstance(attachment, dict)
    )
    return tuple(dict.fromkeys(filter(None, urls)))


def _string(value: Any) -> str:
    """Ids are numbers at times, 0 among them."""
    if isinstance(value, bool):
        return ""
    if isinstance(value, int | float):
        return str(value)
    # Half a surrogate pair cannot be stored.
    return value.encode("utf-8", "replace").decode().strip() if isinstance(value, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _absolute(value: Any, url: str) -> str | None:
    link = _string(value)
    if not link:
        return None
    try:
        joined = urljoin(url, link)
    except ValueError:
        return None
    return joined if _WEB.match(joined) else None
