"""`webhook`: JSON to another program, signed as Standard Webhooks asks (standardwebhooks.com).

A receiver knows a repeat by `webhook-id`, and us by `webhook-signature`: HMAC-SHA256 over
`id.timestamp.body`, one for each secret, so that a secret can be changed while both are known.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, WithJsonSchema, field_validator

from aggregator.alerting.options import ChannelOptions, mistake
from aggregator.alerting.payload import body
from aggregator.alerting.retry import delivered, failed, refused
from aggregator.errors import FetchError
from aggregator.models import Alert, Delivery, Pace, Person
from aggregator.net.retry import retry_after
from aggregator.protocols import Answer, Surroundings

log = logging.getLogger(__name__)

PREFIX = "whsec_"
#: Bytes of a secret; the standard asks for 24 to 64 of new ones.
SHORTEST_SECRET, LONGEST_SECRET = 16, 128


def _several(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


class Options(ChannelOptions):
    """Two secrets while one takes the place of the other; the first is the newer one."""

    url: SecretStr
    secret: Annotated[
        tuple[SecretStr, ...],
        BeforeValidator(_several),
        WithJsonSchema(
            {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
        ),
    ] = Field(min_length=1)
    #: Messages a second at most.
    rate: int = Field(default=1000, gt=0, le=100_000)

    @field_validator("url")
    @classmethod
    def _url(cls, value: SecretStr) -> SecretStr:
        url = value.get_secret_value()
        try:
            parts = urlsplit(url)
            good = parts.scheme in ("http", "https") and parts.hostname
        except ValueError:
            good = False
        if not good or any(char.isspace() for char in url):
            raise mistake("is not a http or https address", "write https://host/path")
        return value

    @field_validator("secret")
    @classmethod
    def _secret(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for one in value:
            try:
                _key(one.get_secret_value())
            except ValueError as error:
                raise mistake(str(error), "write whsec_ and the base64 of 24 to 64 bytes") from None
        return value


class Channel:
    """Posts; whatever the answer is, it becomes a Delivery."""

    def __init__(self, options: Options, around: Surroundings) -> None:
        self._url = options.url.get_secret_value()
        self._keys = [_key(secret.get_secret_value()) for secret in options.secret]
        self._around = around
        self.pace = Pace(places=32, per_second=options.rate, burst=options.rate)

    def address(self, person: Person) -> str:  # noqa: ARG002 - one address for everybody
        # The address may be a secret by itself.
        return hashlib.sha256(self._url.encode()).hexdigest()[:16]

    async def send(self, alert: Alert, person: Person) -> Delivery:
        clock = self._around.clock
        try:
            content = body(alert, person)
            headers = _headers(alert.key, clock(), content, self._keys)
            answer = await self._around.poster.post(self._url, content, headers)
        except FetchError as error:
            return failed(alert, clock(), error.reason, str(error))
        except Exception as error:
            log.exception("bug", extra={"alert": alert.key, "channel": "webhook"})
            return failed(alert, clock(), "bug", repr(error))
        return _outcome(alert, answer, clock())


def _key(secret: str) -> bytes:
    """The bytes a secret stands for.  Raises ValueError, whose words do not tell it."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("is not whsec_ and base64") from None
    if not SHORTEST_SECRET <= len(key) <= LONGEST_SECRET:
        raise ValueError(f"stands for {len(key)} bytes")
    return key


def _headers(key: str, now: datetime, content: bytes, keys: Sequence[bytes]) -> dict[str, str]:
    timestamp = str(int(now.timestamp()))
    signed = f"{key}.{timestamp}.".encode() + content
    return {
        "Content-Type": "application/json",
        "webhook-id": key,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(_signature(secret, signed) for secret in keys),
    }


def _signature(key: bytes, signed: bytes) -> str:
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def _outcome(alert: Alert, answer: Answer, now: datetime) -> Delivery:
    """Only 2xx is a receipt: a redirect leads to somebody who was not named in the settings."""
    if 200 <= answer.status < 300:
        return delivered(now, f"HTTP {answer.status}")
    reason, said = f"http_{answer.status}", answer.body.decode("utf-8", "replace")
    if answer.status == 410:
        return refused(now, reason, said, suspends=True)
    return failed(alert, now, reason, said, pause=retry_after(answer, now))
