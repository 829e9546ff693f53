"""Keep letters writable: nobody writes a letter with a hundred accents."""

from __future__ import annotations

import re

from aggregator.text.scripts import MARKS

#: As many combining marks as a letter may carry (Unicode UAX #15 §13, Stream-Safe Text Format).
MOST_MARKS = 30
_PILED = re.compile(f"([{MARKS}]{{{MOST_MARKS}}})[{MARKS}]+")


def stream_safe(text: str) -> str:
    """The text with no more than thirty combining marks in a row.

    To bring marks into order takes time by the square of their number, inside one call that nothing
    interrupts: 160,000 of them stop a process for minutes.
    """
    return text if text.isascii() else _PILED.sub(r"\1", text)
