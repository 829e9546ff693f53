"""What keeping a store tells: what is wrong with it, and what an upgrade did."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a store, and how to mend it."""

    what: str
    mend: str


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What a store went through to be of this version."""

    #: Names of the migrations that were applied, in order; none: it was of this version.
    steps: tuple[str, ...] = ()
    #: The store as it was; None where there was nothing to lose.
    copy: Path | None = None
