"""What is asked of the network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from aggregator.models import FetchResult, Validators


class Hold(Protocol):
    """Room for one body in memory, held until it is done with."""

    def has_room_for(self, size: int) -> bool: ...

    async def enlarge(self) -> None:
        """Waits until there is room for a body of any size."""


class Fetcher(Protocol):
    """The one door to the outside.  Does not raise: a failure is a FetchResult with an error."""

    async def feed(
        self,
        url: str,
        *,
        validators: Validators,
        headers: Mapping[str, str],
        hold: Hold | None = None,
    ) -> FetchResult:
        """A conditional GET of a feed; with `hold`, a large body waits for room."""

    async def page(
        self, url: str, *, headers: Mapping[str, str], hold: Hold | None = None
    ) -> FetchResult:
        """A GET of an article's page, if its robots.txt allows it; `hold` as above."""

    async def aclose(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for a request."""

    status: int
    #: Names in lower case.
    headers: Mapping[str, str]
    #: Its beginning.
    body: bytes = b""


class Poster(Protocol):
    """Hands bytes to another machine.  Follows no redirects."""

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Raises FetchError where no answer came."""

    async def aclose(self) -> None: ...
