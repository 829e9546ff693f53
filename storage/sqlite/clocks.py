"""What a clock that ran ahead of the time has put off."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage import codec
from storage.sqlite.session import Session

#: Clocks are corrected by less than this all the time, and nothing comes of it.
CORRECTION = timedelta(minutes=1)


class Clocks:
    """Mends what was written under a time that has yet to come."""

    _session: Session

    def clock_went_back(self, now: datetime) -> int:
        values = {
            "now": codec.time(now),
            "ahead": codec.time(now + CORRECTION),
            "tomorrow": (now + timedelta(days=1)).date().isoformat(),
        }
        with self._session.writing() as db:
            return sum(db.execute(step, values).rowcount for step in _STEPS)


# Of what was tried several times the last try tells: it may have been tried again since.
_STEPS = (
    """
    UPDATE feeds SET due_at = :now, last_success = min(last_success, :now)
    WHERE due_at > :ahead AND id IN (SELECT feed_id FROM ledger WHERE at > :ahead) AND :ahead < (
        SELECT at FROM ledger WHERE feed_id = feeds.id ORDER BY id DESC LIMIT 1
    )
    """,
    """
    UPDATE entries SET due_at = :now
    WHERE due_at > :ahead AND (
        (attempts = 0 AND first_seen > :ahead)
        OR id IN (SELECT entry_id FROM articles WHERE entry_id = entries.id AND fetched_at > :ahead)
    )
    """,
    """
    UPDATE outbox SET due_at = :now
    WHERE state = 'pending' AND due_at > :ahead AND :ahead < coalesce(
        (SELECT at FROM deliveries WHERE alert_id = outbox.id ORDER BY id DESC LIMIT 1), created_at
    )
    """,
    # The next digest has gone out already; the one after it covers all that comes from now on.
    """
    UPDATE OR REPLACE digests SET
        date = min(date, :tomorrow),
        covers_from = min(covers_from, :now),
        covers_until = :now
    WHERE covers_until > :ahead
    """,
)
