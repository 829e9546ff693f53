"""The addresses that a page tells of itself: its canonical URL and its lead picture.

Both may be claimed by anybody, and both are shown: what is no http(s) address is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import urljoin

from aggregator.errors import FetchError
from aggregator.net import target
from aggregator.net.target import Target
from aggregator.net.urls import same_site

_USUAL_PORTS = frozenset({80, 443})


def canonical_url(claims: Iterable[str], url: str, base: str) -> str:
    """The first claim that names a page of the same site as `url`; "" where none does.

    Claims are relative to `base`.  Without a `url` (a file) nothing contradicts a claim.
    """
    page = _target(url, "")
    for claimed in _targets(claims, base):
        if page is None or (_is_same_site(claimed, page) and not _is_home_instead(claimed, page)):
            return claimed.url
    return ""


def first_url(claims: Iterable[str], base: str) -> str:
    """The first claim that could be fetched, of any site; "" where none could."""
    return next((claimed.url for claimed in _targets(claims, base)), "")


def _targets(claims: Iterable[str], base: str) -> Iterator[Target]:
    found = (_target(claim, base) for claim in claims)
    return (claimed for claimed in found if claimed is not None and not claimed.userinfo)


def _target(claim: str, base: str) -> Target | None:
    try:
        return target.parse(urljoin(base, claim.strip())) if claim.strip() else None
    except (ValueError, FetchError):
        return None


def _is_same_site(claimed: Target, page: Target) -> bool:
    """Another odd port is another site."""
    return same_site(claimed.url, page.url) and _odd_port(claimed) == _odd_port(page)


def _odd_port(place: Target) -> int | None:
    return None if place.port in _USUAL_PORTS else place.port


def _is_home_instead(claimed: Target, page: Target) -> bool:
    """Careless templates name the home page on every page."""
    return claimed.path == "/" != page.path
