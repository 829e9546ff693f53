"""DKIM (RFC 6376): a mail signed by its sender's domain, so that others believe whose it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from aggregator.errors import Mistake, SettingsError

_SIGNED = (
    b"from",
    b"to",
    b"subject",
    b"date",
    b"message-id",
    b"list-id",
    b"list-unsubscribe",
    b"mime-version",
    b"content-type",
)
#: Named once more than they stand there, so that nobody adds one (RFC 6376 §8.15).
_HEADERS = (*_SIGNED, *_SIGNED)


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs for one domain; the other half of the key stands at `SELECTOR._domainkey.DOMAIN`."""

    domain: str
    selector: str
    key: bytes = field(repr=False)

    def sign(self, mail: bytes) -> bytes:
        """The mail with its signature before it, both parts relaxed."""
        import dkim

        signature: bytes = dkim.sign(
            mail,
            self.selector.encode(),
            self.domain.encode(),
            self.key,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=list(_HEADERS),
        )
        return signature + mail


def signer(domain: str, selector: str, path: Path) -> Signer:
    """With the private key in this PEM file.  Raises SettingsError."""
    try:
        import dkim.crypto
    except ImportError:
        raise _mistake(path, "needs dkimpy to sign with", "pip install dkimpy") from None
    try:
        key = path.read_bytes()
        dkim.crypto.parse_pem_private_key(key)
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
        raise _mistake(path, problem, "see channels.email.dkim.key") from None
    except dkim.crypto.UnparsableKeyError:
        raise _mistake(path, "is no private RSA key", "write it as PEM") from None
    return Signer(domain, selector, key)


def _mistake(path: Path, problem: str, mend: str) -> SettingsError:
    return SettingsError((Mistake(str(path), 0, 0, "channels.email.dkim.key", problem, mend),))
