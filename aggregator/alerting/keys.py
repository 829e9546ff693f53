"""What an alert is known by, so that receivers can drop repeats of it."""

from __future__ import annotations

import json
from datetime import date, datetime
from uuid import UUID, uuid5

#: Never to change: keys made under another namespace would be repeats under a new name.
_NAMESPACE = UUID("6e0c7a52-3f0b-5d0e-9a44-8c7a1a5f2b61")


def match_key(person: str, watch: str, story: int, channel: str, sequence: int = 0) -> str:
    """Of what one person is told of one story; updates of it have a higher sequence."""
    return _key("match", person, watch, story, sequence, channel)


def held_key(person: str, watch: str, entry_id: int) -> str:
    """Of what was held back: by entry, so that each stays on record beside the story's alerts."""
    return _key("held", person, watch, entry_id)


def summary_key(person: str, channel: str, first: str, at: datetime) -> str:
    """Of one message over several alerts: no other one of that moment has the key `first` in it."""
    return _key("summary", person, channel, first, at.isoformat())


def digest_key(person: str, day: date, channel: str) -> str:
    return _key("digest", person, day.isoformat(), channel)


def change_key(person: str, code: str, subject: str, occasion: str, channel: str) -> str:
    return _key("change", person, code, subject, occasion, channel)


def _key(*parts: str | int) -> str:
    # JSON parts the names beyond doubt, whatever stands in them.
    return str(uuid5(_NAMESPACE, json.dumps(parts)))
