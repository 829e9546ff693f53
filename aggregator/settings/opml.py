"""Subscription lists (OPML 2.0, http://opml.org/spec2.opml) from and for other readers.

Folders are tags.  What OPML has no word for stands in attributes of a namespace of our own, so that
a list which this program wrote gives back exactly the feeds it was written from.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import listparser
from lxml import etree

NAMESPACE = "urn:aggregator:feeds"

#: A feed as feeds.yaml writes it: keys to texts, lists and mappings, or only its address.
Subscription = Mapping[str, Any] | str

#: No external entities, no network, no entity that grows.
_PARSER_OPTIONS = {"resolve_entities": False, "no_network": True, "recover": True}


@dataclass(frozen=True, slots=True)
class SubscriptionList:
    """The feeds of a list, in its order; an address stands once."""

    feeds: tuple[dict[str, Any], ...]
    #: Written by this program: values are as feeds.yaml writes them, `${NAME}` included.
    ours: bool
    #: What is wrong with the document; "" for nothing.
    problem: str = ""


def read(document: bytes) -> SubscriptionList:
    """The feeds in these bytes; of a broken list those that can be read."""
    found = listparser.parse(document)
    own = _own_settings(document)
    return SubscriptionList(
        feeds=tuple(own.get(feed.url) or _foreign(feed) for feed in found.feeds),
        ours=bool(own),
        problem=str(found.bozo_exception or "") if found.bozo else "",
    )


def _foreign(feed: Any) -> dict[str, Any]:
    """Texts of others name no variables of ours."""
    tags = dict.fromkeys(folder for path in feed.categories for folder in path)
    values = {"url": feed.url, "name": " ".join(feed.title.split()), "tags": list(tags)}
    return {key: _literal(value) for key, value in values.items() if value}


def _literal(value: str | list[str]) -> str | list[str]:
    if isinstance(value, list):
        return [text.replace("${", "$${") for text in value]
    return value.replace("${", "$${")


def _own_settings(document: bytes) -> dict[str, dict[str, Any]]:
    if NAMESPACE.encode() not in document:
        return {}
    root = etree.fromstring(document, etree.XMLParser(**_PARSER_OPTIONS))
    outlines = root.iter("outline") if root is not None else ()
    prefix = f"{{{NAMESPACE}}}"
    return {
        url: {
            "url": url,
            **{
                name.removeprefix(prefix): _value(value)
                for name, value in outline.attrib.items()
                if name.startswith(prefix)
            },
        }
        for outline in outlines
        if (url := outline.get("xmlUrl", "").strip())
    }


def _value(written: str) -> Any:
    """Whoever edits the list by hand need not know JSON."""
    try:
        return json.loads(written)
    except ValueError:
        return written


def write(feeds: Iterable[Subscription], title: str) -> bytes:
    """These feeds as OPML, each in the folder of its first tag."""
    ElementTree.register_namespace("agg", NAMESPACE)
    # The mark tells our list from another's even where no feed needs an attribute of ours.
    root = ElementTree.Element("opml", {"version": "2.0", f"{{{NAMESPACE}}}version": "1"})
    head = ElementTree.SubElement(root, "head")
    ElementTree.SubElement(head, "title").text = title
    body = ElementTree.SubElement(root, "body")
    folders: dict[str, ElementTree.Element] = {}
    for feed in feeds:
        values = {"url": feed} if isinstance(feed, str) else feed
        tags: Sequence[str] = values.get("tags", ())
        parent = body
        if tags:
            if tags[0] not in folders:
                folders[tags[0]] = ElementTree.SubElement(body, "outline", text=tags[0])
            parent = folders[tags[0]]
        _outline(parent, values)
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def _outline(parent: ElementTree.Element, values: Mapping[str, Any]) -> None:
    name = str(values.get("name", values["url"]))
    attributes = {"type": "rss", "text": name, "title": name, "xmlUrl": str(values["url"])}
    own = {
        f"{{{NAMESPACE}}}{key}": json.dumps(value, ensure_ascii=False)
        for key, value in values.items()
        if key != "url"
    }
    ElementTree.SubElement(parent, "outline", attributes | own)
