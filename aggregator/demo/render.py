"""The newsroom's feeds and pages as bytes; the same `now` and addresses give the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cached_property

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from aggregator.demo.newsroom import Edition, Entry, FeedFormat, Newsroom, Outlet, PageKind

_FEEDS: Mapping[FeedFormat, tuple[str, str]] = {
    "rss": ("rss.xml", "application/rss+xml"),
    "atom": ("atom.xml", "application/atom+xml"),
    "rdf": ("rdf.xml", "application/rdf+xml"),
    "json": ("feed.json", "application/feed+json"),
}
#: Pages that are not in the outlet's own layout, and their status.
_SPECIAL: Mapping[PageKind, tuple[str, int]] = {
    "consent": ("consent.html", 200),
    "missing": ("missing.html", 404),
    "failing": ("failing.html", 500),
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A document as it goes over the wire, before compression."""

    body: bytes
    content_type: str
    changed_at: datetime
    status: int = 200


@dataclass(frozen=True)
class Press:
    """Prints the newsroom as it stands at `now`."""

    newsroom: Newsroom
    #: Outlet slug → scheme, host and port.
    origins: Mapping[str, str]
    now: datetime

    def feed(self, outlet: Outlet, edition: Edition) -> Rendered:
        template, media_type = _FEEDS[outlet.format]
        return self._list(f"feeds/{template}", media_type, outlet, edition)

    def home(self, outlet: Outlet, edition: Edition) -> Rendered:
        return self._list("pages/home.html", "text/html", outlet, edition)

    def page(self, outlet: Outlet, entry: Entry, edition: Edition) -> Rendered:
        template, status = _SPECIAL.get(entry.page, (f"{outlet.slug}.html", 200))
        entry = entry.as_of(edition)
        others = [other for other in outlet.in_edition(1) if other.slug != entry.slug]
        body = self._print(f"pages/{template}", outlet, entry=entry, others=others[:4])
        content_type = f"text/html; charset={outlet.charset}"
        return Rendered(body, content_type, entry.updated(self.now), status)

    def robots(self) -> Rendered:
        rules = b"User-agent: *\nDisallow: /archive/\nAllow: /\n"
        return Rendered(rules, "text/plain; charset=utf-8", self.now)

    def feeds_yaml(self) -> str:
        """The operators' file of the demo, for the addresses at hand."""
        template = self._templates.get_template("feeds.yaml")
        return template.render(outlets=self.newsroom.outlets, origins=self.origins)

    def _list(self, template: str, media_type: str, outlet: Outlet, edition: Edition) -> Rendered:
        entries = outlet.in_edition(edition)
        changed_at = max(entry.updated(self.now) for entry in entries)
        body = self._print(template, outlet, entries=entries, changed_at=changed_at)
        return Rendered(body, f"{media_type}; charset={outlet.charset}", changed_at)

    def _print(self, template: str, outlet: Outlet, **values: object) -> bytes:
        origin = self.origins[outlet.slug]
        text = self._templates.get_template(template).render(
            outlet=outlet,
            origin=origin,
            now=self.now,
            url_of=lambda entry: origin + outlet.path_of(entry),
            **values,
        )
        # An XML reference says in any charset what the charset itself cannot.
        return text.encode(outlet.charset, errors="xmlcharrefreplace")

    @cached_property
    def _templates(self) -> Environment:
        templates = Environment(
            loader=PackageLoader("aggregator.demo"),
            autoescape=select_autoescape(("html", "xml")),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        templates.filters |= {"rfc822": rfc822, "rfc3339": rfc3339}
        return templates


def rfc822(moment: datetime) -> str:
    """As RSS 2.0 and HTTP write it."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def rfc3339(moment: datetime) -> str:
    """As Atom, RSS 1.0 and JSON Feed write it."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
