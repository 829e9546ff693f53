"""What a host's newest pages said, and how good the articles were that a feed's pages gave."""

from __future__ import annotations

from sqlite_utils import Database

from aggregator.models import HostPage, PastReading
from storage import codec
from storage.sqlite.session import Session

#: Pages of so many entries of a host are remembered.
OF_ONE_HOST = 200


class Hosts:
    """The read station's memory beyond one article."""

    _session: Session

    def host_pages(self, host: str) -> list[HostPage]:
        with self._session.reading() as db:
            rows = db.execute(
                """
                SELECT host, entry_id, url, title, text, paragraphs, places FROM host_pages
                WHERE host = :host
                ORDER BY entry_id
                """,
                {"host": codec.text(host)},
            ).fetchall()
        return [HostPage(*row) for row in rows]

    def past_readings(self, feed_id: int, limit: int) -> list[PastReading]:
        with self._session.reading() as db:
            rows = db.execute(
                """
                SELECT entries.id, articles.quality, articles.reason, entries.url
                FROM entries
                JOIN articles ON articles.entry_id = entries.id
                WHERE entries.feed_id = :feed AND articles.fetched_at IS NOT NULL
                ORDER BY entries.first_seen DESC, entries.id DESC
                LIMIT :limit
                """,
                {"feed": feed_id, "limit": limit},
            ).fetchall()
        return [PastReading(*row) for row in reversed(rows)]


def keep_host_page(db: Database, page: HostPage) -> None:
    """Remember what this page said, in place of what it said before, and forget the oldest."""
    db.execute(
        """
        INSERT OR REPLACE INTO host_pages
            (host, entry_id, url, title, text, paragraphs, places)
        VALUES (:host, :entry, :url, :title, :text, :paragraphs, :places)
        """,
        {
            "host": codec.text(page.host),
            "entry": page.entry_id,
            "url": page.url,
            "title": page.title,
            "text": page.text,
            "paragraphs": page.paragraphs,
            "places": page.places,
        },
    )
    db.execute(
        """
        DELETE FROM host_pages WHERE host = :host AND entry_id <= (
            SELECT entry_id FROM host_pages
            WHERE host = :host
            ORDER BY entry_id DESC
            LIMIT 1 OFFSET :newest
        )
        """,
        {"host": codec.text(page.host), "newest": OF_ONE_HOST},
    )
