"""Serves the demo's newsroom on loopback, a port an outlet, so that each is a host of its own."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Self

from aiohttp import ETag, web
from aiohttp.typedefs import Handler

from aggregator.demo.newsroom import Edition, Entry, Newsroom, Outlet, load_newsroom
from aggregator.demo.render import Press, Rendered
from aggregator.models import Feed

_LOOPBACK = "127.0.0.1"


class NewsroomServer:
    """An async context manager; what it tells and serves is there while it is entered.

    Every feed and page honours ETag and Last-Modified (RFC 9110 §13).  The outlet that is down has
    a port that refuses connections.
    """

    def __init__(self, now: datetime, newsroom: Newsroom | None = None) -> None:
        self.newsroom = newsroom or load_newsroom()
        self.edition: Edition = 1
        # HTTP dates have no fractions of a second.
        self._press = Press(self.newsroom, origins={}, now=now.replace(microsecond=0))
        self._running = AsyncExitStack()

    @property
    def origins(self) -> Mapping[str, str]:
        """Where each outlet is served, by its slug: scheme, host and port."""
        return self._press.origins

    @property
    def feeds(self) -> tuple[Feed, ...]:
        """Every feed of the newsroom, that of the outlet that is down included."""
        return tuple(self._feed(outlet) for outlet in self.newsroom.outlets)

    @property
    def down_feed(self) -> Feed:
        """The feed that cannot be reached."""
        return next(self._feed(outlet) for outlet in self.newsroom.outlets if outlet.down)

    @property
    def feeds_yaml(self) -> str:
        """A feeds.yaml for this newsroom: its feeds, the demo's watches and people."""
        return self._press.feeds_yaml()

    def url_of(self, slug: str) -> str:
        """The address of an entry's page."""
        for outlet in self.newsroom.outlets:
            for entry in outlet.entries:
                if entry.slug == slug:
                    return self.origins[outlet.slug] + outlet.path_of(entry)
        raise KeyError(slug)

    def publish_second_edition(self) -> None:
        """From now on the feeds list the later entries and the edit."""
        self.edition = 2

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as starting:
            sockets = {
                outlet.slug: starting.enter_context(_bound_socket())
                for outlet in self.newsroom.outlets
            }
            origins = {slug: _origin(bound) for slug, bound in sockets.items()}
            self._press = replace(self._press, origins=origins)
            for outlet in self.newsroom.outlets:
                if not outlet.down:
                    runner = web.AppRunner(self._site(outlet), access_log=None)
                    starting.push_async_callback(runner.cleanup)
                    await runner.setup()
                    await web.SockSite(runner, sockets[outlet.slug]).start()
            self._running = starting.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._running.aclose()

    def _feed(self, outlet: Outlet) -> Feed:
        return Feed(
            url=self.origins[outlet.slug] + outlet.feed_path,
            name=outlet.name,
            tags=outlet.tags,
            language=outlet.language,
        )

    def _site(self, outlet: Outlet) -> web.Application:
        async def feed(request: web.Request) -> web.Response:
            return _answer(request, outlet, self._press.feed(outlet, self.edition))

        async def home(request: web.Request) -> web.Response:
            return _answer(request, outlet, self._press.home(outlet, self.edition))

        async def robots(request: web.Request) -> web.Response:
            return _answer(request, outlet, self._press.robots())

        site = web.Application()
        site.router.add_get(outlet.feed_path, feed)
        site.router.add_get("/", home)
        site.router.add_get("/robots.txt", robots)
        for entry in outlet.entries:
            site.router.add_get(outlet.path_of(entry), self._page(outlet, entry))
        return site

    def _page(self, outlet: Outlet, entry: Entry) -> Handler:
        async def page(request: web.Request) -> web.Response:
            if entry.edition > self.edition:
                raise web.HTTPNotFound
            return _answer(request, outlet, self._press.page(outlet, entry, self.edition))

        return page


def _answer(request: web.Request, outlet: Outlet, document: Rendered) -> web.Response:
    """The document, or 304 where the request names the version it has."""
    # A weak tag, for the same bytes go out compressed and not.
    etag = ETag(hashlib.sha256(document.body).hexdigest()[:16], is_weak=outlet.gzip)
    if document.status == 200 and _is_current(request, etag, document.changed_at):
        response = web.Response(status=304)
    else:
        response = web.Response(
            body=document.body,
            status=document.status,
            headers={"Content-Type": document.content_type},
        )
        if outlet.gzip:
            response.headers["Vary"] = "Accept-Encoding"
            if "gzip" in request.headers.get("Accept-Encoding", ""):
                response.enable_compression(web.ContentCoding.gzip)
    if document.status == 200:
        response.etag = etag
        response.last_modified = document.changed_at
    return response


def _is_current(request: web.Request, etag: ETag, changed_at: datetime) -> bool:
    """A tag, where given, decides alone (RFC 9110 §13.1.3)."""
    if (tags := request.if_none_match) is not None:
        return any(tag.value in (etag.value, "*") for tag in tags)
    since = request.if_modified_since
    return since is not None and changed_at <= since


def _bound_socket() -> socket.socket:
    """A free port, kept; until someone listens on it, it refuses connections."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.bind((_LOOPBACK, 0))
    return bound


def _origin(bound: socket.socket) -> str:
    return f"http://{_LOOPBACK}:{bound.getsockname()[1]}"
