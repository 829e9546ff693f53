"""What the last weeks of every feed were like, in a few statements over all of them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlite_utils import Database

from aggregator.models import Alert, FeedHistory, FeedState
from storage import codec
from storage.sqlite.promises import write_alerts
from storage.sqlite.session import Session

_WEEKS = timedelta(weeks=4)
_DAYS = 14
_PAGES = 20
_ANSWERS = 5


class Histories:
    """How sources fared."""

    _session: Session

    def feed_histories(self, now: datetime) -> Mapping[str, FeedHistory]:
        since = {"since": codec.time(now - _WEEKS)}
        with self._session.reading() as db:
            gaps, per_day, full = _gaps(db), _per_day(db, now), _full_shares(db, since)
            polls = _polls(db, codec.time(now - timedelta(days=2)))
        return {
            row["url"]: FeedHistory(
                gaps=tuple(gaps[row["id"]]),
                per_day=per_day[row["id"]],
                last_news=codec.moment_or_none(row["last_news"]),
                full_share=full.get(row["id"]),
                ms=tuple(json.loads(row["ms"])),
                failing_since=codec.moment_or_none(row["failing_since"]),
                last_gap=codec.moment_or_none(row["last_gap"]),
            )
            for row in polls
        }

    def feed_states(self) -> Mapping[str, FeedState]:
        with self._session.reading() as db:
            rows = db.execute(
                "SELECT url, state, state_reason FROM feeds WHERE active AND state IS NOT NULL"
            ).fetchall()
        return {row["url"]: FeedState(row["state"], row["state_reason"]) for row in rows}

    def commit_states(self, states: Mapping[str, FeedState], told: Sequence[Alert]) -> None:
        with self._session.writing() as db:
            db.conn.executemany(
                """
                UPDATE feeds SET state = :state, state_reason = :reason
                WHERE url = :url AND active
                """,
                [
                    {"url": url, "state": state.state, "reason": state.reason}
                    for url, state in states.items()
                ],
            )
            write_alerts(db, told)


def _gaps(db: Database) -> Mapping[int, list[timedelta]]:
    # Of the weeks before its last news: in those before now, whoever has been silent for long has
    # no habit any more by which it is silent.
    rows = db.execute(
        """
        WITH lately AS (
            SELECT id, datetime(
                (SELECT max(first_seen) FROM entries WHERE feed_id = feeds.id), :weeks
            ) AS since
            FROM feeds WHERE active
        ),
        news AS (
            SELECT DISTINCT entries.feed_id, entries.first_seen
            FROM lately
            CROSS JOIN entries ON entries.feed_id = lately.id
                AND entries.first_seen >= replace(lately.since, ' ', 'T')
        ),
        gaps AS (
            SELECT
                feed_id,
                first_seen,
                unixepoch(first_seen) - unixepoch(
                    lag(first_seen) OVER (PARTITION BY feed_id ORDER BY first_seen)
                ) AS seconds
            FROM news
        )
        SELECT feed_id, max(seconds) AS seconds
        FROM gaps
        WHERE seconds IS NOT NULL
        GROUP BY feed_id, substr(first_seen, 1, 10)
        ORDER BY feed_id, first_seen
        """,
        {"weeks": f"-{_WEEKS.days} days"},
    )
    gaps: dict[int, list[timedelta]] = defaultdict(list)
    for row in rows:
        gaps[row["feed_id"]].append(timedelta(seconds=row["seconds"]))
    return gaps


def _per_day(db: Database, now: datetime) -> Mapping[int, tuple[int, ...]]:
    days = [(now - timedelta(days=back)).date() for back in reversed(range(_DAYS))]
    counts: dict[int, dict[date, int]] = defaultdict(dict)
    rows = db.execute(
        """
        SELECT feed_id, substr(first_seen, 1, 10) AS day, count(*) AS entries
        FROM entries
        WHERE first_seen >= :first
        GROUP BY feed_id, day
        """,
        {"first": days[0].isoformat()},
    )
    for row in rows:
        counts[row["feed_id"]][date.fromisoformat(row["day"])] = row["entries"]
    return defaultdict(
        lambda: (0,) * _DAYS,
        {feed: tuple(seen.get(day, 0) for day in days) for feed, seen in counts.items()},
    )


def _full_shares(db: Database, since: dict[str, str]) -> Mapping[int, float]:
    rows = db.execute(
        """
        SELECT feed_id, avg(quality = 'full') AS share
        FROM (
            SELECT
                entries.feed_id,
                articles.quality,
                row_number() OVER (PARTITION BY entries.feed_id ORDER BY entries.id DESC) AS newest
            FROM entries
            JOIN articles ON articles.entry_id = entries.id
            WHERE entries.first_seen >= :since AND articles.fetched_at IS NOT NULL
        )
        WHERE newest <= :pages
        GROUP BY feed_id
        """,
        {**since, "pages": _PAGES},
    )
    return {row["feed_id"]: row["share"] for row in rows}


def _polls(db: Database, lately: str) -> list[Any]:
    return db.execute(
        """
        SELECT
            feeds.id,
            feeds.url,
            (SELECT max(first_seen) FROM entries WHERE feed_id = feeds.id) AS last_news,
            (
                SELECT json_group_array(ms)
                FROM (
                    SELECT ms FROM ledger WHERE feed_id = feeds.id
                    ORDER BY at DESC, id DESC LIMIT :answers
                )
            ) AS ms,
            (
                SELECT min(at) FROM ledger
                WHERE feed_id = feeds.id AND at > coalesce(feeds.last_success, '')
            ) AS failing_since,
            (
                SELECT max(at) FROM ledger
                WHERE feed_id = feeds.id AND at >= :lately AND reason = 'gap'
            ) AS last_gap
        FROM feeds
        WHERE feeds.active
        """,
        {"answers": _ANSWERS, "lately": lately},
    ).fetchall()
