"""What a channel is given in tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from aggregator.protocols import Answer, Poster, Surroundings


class NoPoster:
    """For channels that post nothing."""

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        raise AssertionError((url, body, headers))

    async def aclose(self) -> None: ...


def around(folder: Path, now: datetime, poster: Poster | None = None) -> Surroundings:
    return Surroundings(data=folder, home=folder, clock=lambda: now, poster=poster or NoPoster())
