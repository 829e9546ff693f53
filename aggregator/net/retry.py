"""How long a server asks to be left alone: Retry-After (RFC 9110 §10.2.3), and HTTP's dates."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from aggregator.models import FetchResult
from aggregator.protocols import Answer

#: Nobody is left alone for longer than this at one word of a server.
LONGEST = timedelta(days=1)
_SECONDS = re.compile(r"[0-9]+")


def retry_after(result: FetchResult | Answer, now: datetime) -> timedelta | None:
    """What a 429 or 503 asks for, in seconds or as a date, from nothing to a day; None: it has no
    such wish."""
    if result.status not in (429, 503):
        return None
    value = result.headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        # More than nine digits are more than thirty years.
        wait = LONGEST if len(value) > 9 else timedelta(seconds=int(value))
    else:
        until = http_date(value)
        if until is None:
            return None
        wait = until - now
    return max(timedelta(0), min(wait, LONGEST))


def http_date(value: str) -> datetime | None:
    """RFC 9110 §5.6.7, and what `email` reads beyond it."""
    try:
        moment = parsedate_to_datetime(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
