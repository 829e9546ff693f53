"""The headers of a request, and those of its answer."""

from __future__ import annotations

import re
from collections.abc import Mapping

import httpx

from aggregator.errors import FetchError
from aggregator.models import Validators
from aggregator.net.robots import PRODUCT
from aggregator.net.target import Target

#: RFC 9110 §5.6.2 and §5.5.
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]*")


def user_agent(version: str, contact: str) -> str:
    """Names the product and a way to write to whoever runs it."""
    comment = f" (+{contact})" if contact else ""
    return re.sub(r"[^\x20-\x7e]+", "", f"{PRODUCT}/{version}{comment}")


def conditions(validators: Validators) -> tuple[tuple[bytes, bytes], ...]:
    """Byte for byte what the server gave; nothing where that cannot be sent."""
    given = (
        (b"If-None-Match", validators.etag),
        (b"If-Modified-Since", validators.last_modified),
    )
    return tuple(
        (name, value.encode("latin-1")) for name, value in given if value and _can_be_sent(value)
    )


def _can_be_sent(value: str) -> bool:
    """aiohttp writes UTF-8, so bytes that are none cannot be sent; an unconditional GET loses
    nothing."""
    if not _VALUE.fullmatch(value):
        return False
    try:
        value.encode("latin-1").decode()
    except UnicodeError:
        return False
    return True


def own_headers(here: Target, own: Mapping[str, str]) -> tuple[tuple[bytes, bytes], ...]:
    """The feed's own headers, and the credentials in its URL.  Raises FetchError `bad_request`."""
    headers = dict(own)
    credentials = here.basic_auth()
    if credentials is not None and "authorization" not in map(str.lower, headers):
        headers["Authorization"] = credentials
    for name, value in headers.items():
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            # The name alone: the value may be a secret.
            raise FetchError(f"the header {name[:40]!r} cannot be sent", reason="bad_request")
    return tuple((name.encode("ascii"), value.encode()) for name, value in headers.items())


def received(response: httpx.Response) -> dict[str, str]:
    """latin-1 keeps every byte as one character."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in response.headers.raw:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def first_of(response: httpx.Response, name: bytes) -> str:
    return next(
        value.decode("latin-1") for key, value in response.headers.raw if key.lower() == name
    )
