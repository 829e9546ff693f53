"""How values are written down: times, tags, proofs and messages as text that people can read."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeVar

from pydantic import TypeAdapter

from aggregator.models import Change, Digest, Hop, Match, Notice, Summary, TermHit

#: Before and after every time that is written.
EVER, NEVER = "", "~"

T = TypeVar("T")

_HITS = TypeAdapter(tuple[TermHit, ...])
_MATCHES = TypeAdapter(tuple[Match, ...])
_HOPS = TypeAdapter(tuple[Hop, ...])
_Content = Notice | Summary | Digest | Change
_CONTENT: TypeAdapter[_Content] = TypeAdapter(_Content)


def text(value: str) -> str:
    """The same text, with � for what not every database takes: NUL, halves of surrogate pairs."""
    value = value.replace("\0", "�")
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


def text_or_none(value: str | None) -> str | None:
    return None if value is None else text(value)


def time(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds, of fixed width: text that sorts as time does."""
    if moment.tzinfo is None:
        raise ValueError(f"a time without a zone: {moment}")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def time_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else time(moment)


def moment(written: str) -> datetime:
    return datetime.fromisoformat(written)


def moment_or_none(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)


def strings(values: Iterable[str]) -> str:
    """A JSON array."""
    return json.dumps([text(value) for value in values], ensure_ascii=False)


def string_tuple(written: str) -> tuple[str, ...]:
    return tuple(json.loads(written))


def hits(terms: tuple[TermHit, ...]) -> str:
    """The proof of a match, as a JSON array of objects."""
    return _json(_HITS, terms)


def hit_tuple(written: str) -> tuple[TermHit, ...]:
    return _HITS.validate_json(written)


def matches(found: tuple[Match, ...]) -> str:
    """Matches with their proof, as a JSON array of objects."""
    return _json(_MATCHES, found)


def match_tuple(written: str) -> tuple[Match, ...]:
    return _MATCHES.validate_json(written)


def hops(followed: tuple[Hop, ...]) -> str:
    """Redirects in order, as a JSON array of objects."""
    return _json(_HOPS, followed)


def hop_tuple(written: str) -> tuple[Hop, ...]:
    return _HOPS.validate_json(written)


def wide_numbers(numbers: Iterable[int]) -> bytes:
    """Of 64 signed bits each, in order."""
    values = tuple(numbers)
    return struct.pack(f"<{len(values)}q", *values)


def wide_number_tuple(written: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(written) // 8}q", written)


def narrow_numbers(numbers: Iterable[int]) -> bytes:
    """Of 32 bits each, in order of size."""
    values = sorted(numbers)
    return struct.pack(f"<{len(values)}I", *values)


def narrow_number_tuple(written: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(written) // 4}I", written)


def content(value: _Content) -> str:
    """What an alert says, as a JSON object."""
    return _json(_CONTENT, value)


def content_of(written: str) -> _Content:
    return _CONTENT.validate_json(written)


def _json(adapter: TypeAdapter[T], value: T) -> str:
    # Through Python values: pydantic's own JSON writer refuses halves of surrogate pairs.
    return text(json.dumps(adapter.dump_python(value, mode="json"), ensure_ascii=False))
