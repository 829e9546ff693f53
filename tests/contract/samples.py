"""Short ways to say what a test needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from aggregator.models import (
    Alert,
    Article,
    Delivery,
    Digest,
    DueEntry,
    DueFeed,
    Excerpt,
    Feed,
    Fingerprint,
    FoldedItem,
    Match,
    NewEntry,
    Notice,
    ParsedEntry,
    Poll,
    PollOutcome,
    ReadOutcome,
    SeenEntry,
    Sending,
    TermHit,
    Validators,
)
from aggregator.protocols import Storage

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LEASE = 5 * MINUTE
URL = "https://outlet.example/feed"

DAWN = Feed(url="https://dawn.example/feed", name="Dawn")
TOLO = Feed(url="https://tolo.example/feed", name="Tolo")
MEDUZA = Feed(url="https://meduza.example/feed", name="Meduza")


def new(
    title: str = "Attack in Quetta",
    *,
    keys: Iterable[str] = (),
    hold: str | None = None,
    **entry: Any,
) -> NewEntry:
    """A new entry, known by its title unless `keys` are given."""
    names = frozenset(keys) or frozenset({title})
    return NewEntry(ParsedEntry(title=title, **entry), names, ascii(title), hold)


def seen(
    entry_id: int, *keys: str, edited: ParsedEntry | None = None, words: str = ""
) -> SeenEntry:
    return SeenEntry(entry_id, frozenset(keys), edited, words)


def outcome(due: DueFeed, *entries: NewEntry, at: datetime = NOW, **changes: Any) -> PollOutcome:
    """A good poll that found these entries."""
    count = len(entries)
    made = PollOutcome(
        feed_id=due.id,
        fence=due.fence,
        poll=Poll(due.name, at, 200, "ok", seen=count, new=count, ms=12),
        due_at=at + 30 * MINUTE,
        failures=0,
        validators=Validators(),
        new=entries,
    )
    return replace(made, **changes)


def failed(due: DueFeed, at: datetime = NOW, status: int = 500) -> PollOutcome:
    return outcome(due, at=at, poll=Poll(due.name, at, status, f"http_{status}"), failures=1)


def claim_feed(storage: Storage, at: datetime = NOW) -> DueFeed:
    (due,) = storage.claim_feeds(at, 1, LEASE)
    return due


def poll(storage: Storage, *entries: NewEntry, feed: Feed = DAWN, at: datetime = NOW) -> list[int]:
    """Poll a feed once; returns the ids of the entries it found, in order."""
    health = {known.url: known for known in storage.feeds()}
    if feed.url not in health:
        storage.sync_feeds(
            [*(Feed(url=url, name=known.name) for url, known in health.items()), feed], at
        )
    storage.make_due(at)
    (due,) = (due for due in storage.claim_feeds(at, 100, LEASE) if due.url == feed.url)
    before = {item.id for item in storage.items()}
    assert storage.commit_polls([outcome(due, *entries, at=at)]) == frozenset()
    storage.release_claims()
    return sorted({item.id for item in storage.items()} - before)


def claim_entry(storage: Storage, at: datetime = NOW) -> DueEntry:
    (due,) = storage.claim_entries(at, 1, LEASE)
    return due


def reading(due: DueEntry, text: str = "The full text.", **changes: Any) -> ReadOutcome:
    made = ReadOutcome(
        entry_id=due.id,
        fence=due.fence,
        article=Article(title=due.title, text=text, quality="full", reason="extracted"),
        story=due.id,
    )
    return replace(made, **changes)


def read(storage: Storage, text: str = "The full text.", at: datetime = NOW, **changes: Any) -> int:
    """Read the one entry that is due longest; returns its id."""
    due = claim_entry(storage, at)
    assert storage.commit_reading(reading(due, text, **changes))
    return due.id


def fingerprint(text_hash: str, **changes: Any) -> Fingerprint:
    made = Fingerprint(
        version=1,
        text_hash=text_hash,
        bands=(1, 2),
        runs=frozenset((7, 8, 9)),
        numbers=frozenset(("12",)),
    )
    return replace(made, **changes)


def match(watch: str = "Jundallah") -> Match:
    return Match(watch, (TermHit("Jundullah", "Jundullah's", "text", 4, 15),), "high")


def notice(**changes: Any) -> Notice:
    made = Notice(
        watch="Jundallah",
        severity="normal",
        title="Attack in Quetta",
        outlet="Dawn",
        url="https://dawn.example/1",
        item=1,
        first_seen=NOW,
        excerpt=Excerpt("Jundullah's men attacked.", ((0, 11),)),
        terms=("Jundullah",),
        quality="full",
    )
    return replace(made, **changes)


def alert(key: str = "k1", **changes: Any) -> Alert:
    made = Alert(
        key=key,
        kind="match",
        person="amina",
        channel="email",
        content=notice(),
        created_at=NOW,
        due_at=NOW,
        watch="Jundallah",
        story=1,
        entry_id=1,
    )
    return replace(made, **changes)


def commit(storage: Storage, alert: Alert, delivery: Delivery) -> bool:
    """False if the claim was lost."""
    return not storage.commit_sendings([Sending(alert, delivery)])


def digest(**changes: Any) -> Digest:
    made = Digest(
        person="amina",
        date=NOW.date(),
        start=NOW - timedelta(days=1),
        end=NOW,
        notices=(notice(also=("Quetta",), outlets=("Dawn", "Tolo"), published=NOW),),
        feeds_read=214,
        failing=(("Tolo", "timeout"),),
        held=(("first_poll", 12),),
    )
    return replace(made, **changes)


def index_all(storage: Storage, version: int = 1) -> None:
    """Index everything unindexed, as lower-case words."""
    while items := storage.unindexed(version, 100):
        storage.index(
            [
                FoldedItem(item.id, item.title.lower(), f"{item.summary} {item.text}".lower())
                for item in items
            ],
            version,
        )
