"""What the outlets of the demo have written: the files of `outlets/`, read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Literal
from urllib.parse import urlsplit

from ruamel.yaml import YAML

from aggregator.demo.prose import Block, blocks, plain

FeedFormat = Literal["rss", "atom", "rdf", "json"]
Edition = Literal[1, 2]
#: What stands behind an entry's link: its article, a teaser, a wall, a page that crawlers may not
#: fetch, one that is gone (404) or one whose server stumbles (500).
PageKind = Literal["article", "paywall", "consent", "disallowed", "missing", "failing"]


@dataclass(frozen=True, slots=True)
class Edit:
    """What the second edition changes in an entry of the first."""

    minutes_ago: int
    title: str
    summary: str
    #: Words of the body and what stands in their place.
    replace: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One article of one outlet."""

    slug: str
    title: str
    summary: str
    byline: str
    minutes_ago: int
    #: In the markup of `prose`.
    body: str
    categories: tuple[str, ...] = ()
    caption: str = ""
    #: The edition it first appears in.
    edition: Edition = 1
    page: PageKind = "article"
    #: False: the feed gives it no identifier.
    guid: bool = True
    #: The title with HTML in it, as a careless feed sends it; "" for none.
    title_html: str = ""
    edit: Edit | None = None
    #: The watches of the demo that this entry should fire, judged by a person.
    matches: frozenset[str] = frozenset()

    @property
    def blocks(self) -> tuple[Block, ...]:
        return blocks(self.body)

    @property
    def readable(self) -> str:
        """The article's words as far as its page gives them; "" where it gives none."""
        match self.page:
            case "article":
                return plain(self.body)
            case "paywall":
                return self.blocks[0].text
            case _:
                return ""

    def published(self, now: datetime) -> datetime:
        return now - timedelta(minutes=self.minutes_ago)

    def updated(self, now: datetime) -> datetime:
        """When its words last changed."""
        return now - timedelta(minutes=self.edit.minutes_ago if self.edit else self.minutes_ago)

    def as_of(self, edition: Edition) -> Entry:
        """The entry with its edit made, or with no edit to come."""
        if self.edit is None or edition < 2:
            return replace(self, edit=None)
        body = self.body
        for old, new in self.edit.replace.items():
            body = body.replace(old, new)
        return replace(self, title=self.edit.title, summary=self.edit.summary, body=body)


@dataclass(frozen=True, slots=True)
class Outlet:
    """An invented publisher, its feed, and how its server behaves."""

    slug: str
    name: str
    about: str
    language: str
    format: FeedFormat
    feed_path: str
    #: With `{slug}` in it.
    page_path: str
    tags: tuple[str, ...]
    entries: tuple[Entry, ...] = ()
    #: Nobody listens on its port.
    down: bool = False
    charset: str = "utf-8"
    gzip: bool = False
    #: The feed carries whole articles beside the summaries.
    full_content: bool = False
    #: What the feed appends to every link.
    tracking: str = ""

    def in_edition(self, edition: Edition) -> tuple[Entry, ...]:
        """What its feed lists, newest first."""
        known = (entry.as_of(edition) for entry in self.entries if entry.edition <= edition)
        return tuple(sorted(known, key=lambda entry: entry.minutes_ago))

    def path_of(self, entry: Entry) -> str:
        if entry.page == "disallowed":
            return f"/archive/{entry.slug}.html"
        return self.page_path.format(slug=entry.slug)


@dataclass(frozen=True)
class Newsroom:
    """All outlets of the demo; slugs of entries are unique among them."""

    outlets: tuple[Outlet, ...]

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """By slug, as first published."""
        return {entry.slug: entry for outlet in self.outlets for entry in outlet.entries}

    def clean_text(self, slug: str, edition: Edition = 2) -> str:
        """What a perfect extractor takes from the entry's page: paragraphs parted by an empty line.

        "" where the page has no article (a wall, an error, a page that may not be fetched).
        """
        return self.entries[slug].as_of(edition).readable

    def expected_matches(self, edition: Edition = 2) -> Mapping[str, frozenset[str]]:
        """For each watch of the demo, the slugs of the entries it should fire on."""
        published = [entry for entry in self.entries.values() if entry.edition <= edition]
        watches = {watch for entry in published for watch in entry.matches}
        return {
            watch: frozenset(entry.slug for entry in published if watch in entry.matches)
            for watch in sorted(watches)
        }

    def slug_of(self, url: str) -> str | None:
        """The entry that a link of any outlet leads to."""
        slug = urlsplit(url).path.rstrip("/").rpartition("/")[2].removesuffix(".html")
        return slug if slug in self.entries else None


def load_newsroom() -> Newsroom:
    """The bundled outlets, in the order of their file names."""
    folder = resources.files("aggregator.demo") / "outlets"
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".yaml")),
        key=lambda file: file.name,
    )
    sources = {file.name.removesuffix(".yaml"): _load(file) for file in files}
    raw_entries = {
        raw["slug"]: raw for source in sources.values() for raw in source.get("entries", ())
    }
    return Newsroom(tuple(_outlet(slug, raw, raw_entries) for slug, raw in sources.items()))


def _load(file: Traversable) -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    return loaded


def _outlet(slug: str, raw: dict[str, Any], raw_entries: Mapping[str, dict[str, Any]]) -> Outlet:
    values = dict(raw)
    values["tags"] = tuple(raw["tags"])
    values["entries"] = tuple(_entry(entry, raw_entries) for entry in raw.get("entries", ()))
    return Outlet(slug=slug, **values)


def _entry(raw: dict[str, Any], raw_entries: Mapping[str, dict[str, Any]]) -> Entry:
    """`copy_of` takes over from another outlet's entry whatever this one does not say itself."""
    values = dict(raw)
    if original := values.pop("copy_of", None):
        values = dict(raw_entries[original]) | values
    values["categories"] = tuple(values.get("categories", ()))
    values["matches"] = frozenset(values.get("matches", ()))
    if edited := values.pop("edited", None):
        values["edit"] = Edit(**edited)
    return Entry(**values)
