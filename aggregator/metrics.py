"""What Prometheus is told: counted as it happens, or read from the store when it asks."""

from __future__ import annotations

from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from aggregator.models import Alert, Delivery, DueEntry, DueFeed, PollOutcome, ReadOutcome, Vitals
from aggregator.runner import Listener


class Metrics(Listener):
    """Hears what the runner does; a registry of its own, so that nothing is shared."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        self._polls = Counter(
            "aggregator_polls", "Polls of feeds.", ["status", "reason"], registry=registry
        )
        self._articles = Counter(
            "aggregator_articles", "Articles read.", ["quality"], registry=registry
        )
        self._matches = Counter("aggregator_matches", "Matches.", ["watch"], registry=registry)
        self._alerts = Counter(
            "aggregator_alerts", "Attempts to send.", ["channel", "state"], registry=registry
        )
        self._failures = Counter(
            "aggregator_failures",
            "Work that met a bug or a failing store.",
            ["station"],
            registry=registry,
        )
        self._lateness = Gauge(
            "aggregator_poll_lateness_seconds", "The feed that waits longest.", registry=registry
        )
        self._pending = Gauge("aggregator_outbox_pending", "Alerts to send.", registry=registry)
        self._oldest = Gauge(
            "aggregator_outbox_oldest_seconds", "How long the first is due.", registry=registry
        )
        self._digest = Gauge(
            "aggregator_digest_last_timestamp_seconds", "The last digest.", registry=registry
        )
        self._bytes = Gauge("aggregator_store_bytes", "The database.", registry=registry)

    def polled(self, feed: DueFeed, outcome: PollOutcome) -> None:  # noqa: ARG002  Listener's
        self._polls.labels(str(outcome.poll.status), outcome.poll.reason).inc()

    def read(self, entry: DueEntry, outcome: ReadOutcome) -> None:  # noqa: ARG002  Listener's
        self._articles.labels(outcome.article.quality).inc()
        for match in outcome.matches:
            self._matches.labels(match.watch).inc()

    def sent(self, alert: Alert, delivery: Delivery) -> None:
        self._alerts.labels(alert.channel, delivery.state).inc()

    def failed(self, station: str, error: Exception) -> None:  # noqa: ARG002  Listener's
        self._failures.labels(station).inc()

    def text(self, vitals: Vitals, now: datetime) -> bytes:
        """Prometheus' text format 0.0.4."""
        self._lateness.set(_seconds(vitals.feed_due_at, now))
        self._pending.set(vitals.pending)
        self._oldest.set(_seconds(vitals.alert_due_at, now))
        self._digest.set(vitals.digest_at.timestamp() if vitals.digest_at else 0)
        self._bytes.set(vitals.bytes)
        return generate_latest(self._registry)


def _seconds(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
