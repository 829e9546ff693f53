"""A way to reach people, and what it may use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from aggregator.models import Alert, Delivery, Pace, Person
from aggregator.protocols.network import Poster
from aggregator.protocols.time import Clock


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a channel may use."""

    #: Where it may write.
    data: Path
    #: What relative paths are relative to.
    home: Path
    clock: Clock
    poster: Poster


class Channel(Protocol):
    """A way to reach a person."""

    pace: Pace

    def address(self, person: Person) -> str:
        """Where it reaches them, no secret in it: one that refuses is remembered by this."""

    async def send(self, alert: Alert, person: Person) -> Delivery:
        """Deliver, or return a Delivery that says when to try again.  Does not raise."""
