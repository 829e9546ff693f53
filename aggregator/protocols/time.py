"""The time, and how far a long piece of work is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

#: Tells the time, aware and in UTC.
Clock = Callable[[], datetime]
#: Told how much of a long piece of work is done, and of how much.
Advance = Callable[[int, int], None]
