"""The address of a mail server, as feeds.yaml writes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

SUBMISSION_PORT = 587
SUBMISSION_TLS_PORT = 465
RELAY_PORT = 25


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed in."""

    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)
    #: TLS from the first byte (`smtps://`); otherwise STARTTLS.
    implicit_tls: bool = False


def server(url: str) -> Server:
    """`smtp://user:password@host:587` or `smtps://…`, user and password percent-encoded.

    Without a port: 465 for smtps, 587 where there is a user, else 25.  Raises ValueError, whose
    words do not tell the password.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError(_ENCODE) from None
    if parts.scheme not in {"smtp", "smtps"}:
        raise ValueError("begins with neither smtp:// nor smtps://")
    if not host:
        raise ValueError("names no host")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(_ENCODE)
    username, password = unquote(parts.username or ""), unquote(parts.password or "")
    if password and not username:
        raise ValueError("has a password and no user")
    implicit_tls = parts.scheme == "smtps"
    default = SUBMISSION_PORT if username else RELAY_PORT
    return Server(
        host,
        port or (SUBMISSION_TLS_PORT if implicit_tls else default),
        username,
        password,
        implicit_tls,
    )


_ENCODE = "has a / ? # or @ in user or password that is not percent-encoded, or more than a host"
