"""What is asked of a server, and what came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from aggregator.errors import FetchError


@dataclass(frozen=True, slots=True)
class Validators:
    """ETag and Last-Modified byte for byte as the server sent them (RFC 9110 §13)."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect: the status that asked for it and where it led."""

    status: int
    url: str


@dataclass(frozen=True, slots=True)
class FetchResult:
    """What came back for one URL, after redirects; a failure is data."""

    url: str
    final_url: str
    fetched_at: datetime
    #: None: no HTTP answer came.
    status: int | None = None
    #: Names in lower case; of several lines of one name, joined with a comma.
    headers: Mapping[str, str] = field(default_factory=dict)
    #: Decompressed.
    body: bytes = b""
    hops: tuple[Hop, ...] = ()
    ms: int = 0
    error: FetchError | None = None

    @property
    def reason(self) -> str:
        """The ledger's code: `ok`, `not_modified`, `http_404`, or the error's."""
        if self.error is not None:
            return self.error.reason
        if self.status == 304:
            return "not_modified"
        if self.status is not None and 200 <= self.status < 300:
            return "ok"
        return f"http_{self.status}"
