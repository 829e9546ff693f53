"""A message as an e-mail: bytes that any server takes and any program reads (RFC 5322, 2045–2049).

The header lines are written here and not by the standard library, because what stands in a subject
comes from anywhere: the library decodes encoded words that it is handed, and folds them anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from aggregator.alerting.message import Message
from aggregator.alerting.wrapping import wrapped
from aggregator.models import Alert, AlertKind

#: Bytes in a line of the header, without its end (RFC 5322 §2.1.1).
_LINE = 78
#: A word longer than this cannot be folded; it is encoded in pieces.
_LONGEST_WORD = 60
#: What an address holds only when its local part is quoted, which many servers do not take.
_SPECIAL = frozenset(' <>,;:"\\()[]')

#: What a mail program may sort by: the List-Id's first part.
_LISTS: Mapping[AlertKind, str] = {
    "match": "alerts",
    "summary": "alerts",
    "digest": "digest",
    "change": "monitor",
}


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Someone who writes or reads mail; `address` is ASCII, its domain as DNS knows it."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def mailbox(written: str) -> Mailbox:
    """`Newsdesk <news@example.org>` or the bare address.  Raises ValueError."""
    name, address = parseaddr(written)
    local, _, domain = address.rpartition("@")
    # parseaddr is lenient: of two addresses it gives the first, and it reads over line ends.
    whole = written.strip() == address or written.rstrip().endswith(f"<{address}>")
    if not (whole and written.isprintable() and local and domain):
        raise ValueError("not an e-mail address")
    try:
        address = f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        raise ValueError("not an e-mail address") from None
    if not address.isascii() or any(char in _SPECIAL for char in address):
        raise ValueError("not an e-mail address that every server takes")
    return Mailbox(name, address)


def compose(
    message: Message, alert: Alert, sender: Mailbox, reader: Mailbox, now: datetime
) -> bytes:
    """The mail, with CRLF line ends, for one reader.  The same key gives the same Message-ID."""
    kind = _LISTS[alert.kind]
    headers = {
        "From": _address(sender),
        "To": _address(reader),
        "Subject": _words(message.subject, "Subject"),
        "Date": format_datetime(now),
        "Message-ID": f"<{alert.key}@{sender.domain}>",
        "List-Id": f"<{kind}.{sender.domain}>",
        "List-Unsubscribe": _unsubscribe(sender, kind),
        # RFC 3834: no out-of-office reply to this.
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
    }
    return _head(headers) + _body(message, alert.key)


def _unsubscribe(sender: Mailbox, kind: str) -> str:
    address = f"<mailto:{sender.address}?subject=unsubscribe%20{kind}>"
    fits = len(f"List-Unsubscribe: {address}") <= _LINE
    return address if fits else f"\r\n {address}"


def _head(headers: Mapping[str, str]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode("ascii")


def _body(message: Message, key: str) -> bytes:
    body = EmailMessage(policy=SMTP)
    del body["MIME-Version"]
    body.set_content(_encodable(wrapped(message.text)), cte="quoted-printable")
    body.add_alternative(_encodable(message.html), subtype="html", cte="quoted-printable")
    for part in body.iter_parts():
        del part["MIME-Version"]
    # "=_" cannot stand in quoted-printable text (RFC 2045 §6.7).
    body.set_boundary(f"=_{key}")
    del body["MIME-Version"]
    return body.as_bytes()


def _encodable(text: str) -> str:
    """Halves of surrogate pairs have no UTF-8."""
    return text.encode("utf-8", "replace").decode()


def _address(box: Mailbox) -> str:
    if not box.name:
        return box.address
    phrase, address = _phrase(box.name), f"<{box.address}>"
    fits = len(f"From: {phrase} {address}") <= _LINE and "\r" not in phrase
    return f"{phrase} {address}" if fits else f"{phrase}\r\n {address}"


def _phrase(name: str) -> str:
    """A display name: quoted where it is plain, encoded where it is not."""
    plain = name.isascii() and name.isprintable() and len(name) <= _LONGEST_WORD
    if plain and "=?" not in name:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return _words(name, "From")


def _words(text: str, header: str) -> str:
    """Unstructured text for a header: as it is where plain, else as encoded words (RFC 2047)."""
    words = text.split(" ")
    plain = text.isascii() and text.isprintable() and "=?" not in text
    charset = "us-ascii" if plain and max(map(len, words)) <= _LONGEST_WORD else "utf-8"
    line = Header(
        _encodable(text.replace("\r", " ").replace("\n", " ")),
        charset,
        maxlinelen=_LINE - 2,
        header_name=header,
    )
    return line.encode(linesep="\r\n")
