"""The line, written as a line: the only place where the order of the steps stands.

    due feed  ─ poll ─▶  fetch, parse, tell what is new             ▶ PollOutcome
    due entry ─ read ─▶  fetch the page, extract, find its story,
                         match, decide whom to tell                 ▶ ReadOutcome
    due alert ─ send ─▶  hand to its channel                        ▶ Delivery

Each function takes what was claimed and returns what is to be written, or writes it where the next
decision depends on it.  None raises for a dead site, a hostile page or a broken channel.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import ParamSpec, TypeVar
from weakref import WeakValueDictionary

from aggregator import retention
from aggregator.alerting import digest as digests
from aggregator.alerting import policy, retry, summaries, troubles
from aggregator.alerting.changes import tell_codes
from aggregator.alerting.wallclock import DAY
from aggregator.children import Allowance, MiB, Workers
from aggregator.errors import ChildError, FetchError, ParseError
from aggregator.models import (
    Alert,
    Article,
    Delivery,
    Digest,
    DigestRun,
    Document,
    DueEntry,
    DueFeed,
    Feed,
    FeedHealth,
    FetchResult,
    Fingerprint,
    FoldedItem,
    HostPage,
    KnownReading,
    KnownText,
    Link,
    Match,
    ParsedFeed,
    Person,
    Placement,
    PollOutcome,
    ReadOutcome,
    Sending,
    Validators,
    Vector,
    WordCounts,
)
from aggregator.net.room import Room
from aggregator.net.urls import canonical_key, same_origin
from aggregator.polling import decide as polling
from aggregator.polling import health, identity, schedule, split
from aggregator.polling.parse import parse
from aggregator.protocols import Channel, Clock, Fetcher, Hold, Poster, Storage
from aggregator.reading import decide as reading
from aggregator.reading import feedtext, host, quality, stories, yields
from aggregator.reading.anchor import NO_ANCHOR, Anchor
from aggregator.reading.extract import Extracted, extract
from aggregator.reading.fingerprint import copies_of, fingerprint, same_form
from aggregator.reading.host import Cleaned
from aggregator.retention import COPY_WINDOW
from aggregator.settings import Settings
from aggregator.text import FOLDING_VERSION, folded_words
from aggregator.watching.engine import Engine

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

#: What one document may take; measured: the largest real feed (2.5 MB) parses in 1.2 s of CPU.
PARSE = Allowance(cpu=2, memory=256 * MiB)
EXTRACT = Allowance(cpu=5, memory=512 * MiB)

#: The text on time beats the perfect text late.
PATIENCE = timedelta(seconds=20)
#: A digest is made so long after its cut-off: what was seen just before it is matched by then.
SETTLED = timedelta(seconds=60)
#: A page read so lately for one feed is not fetched again for another.
SHARED_WINDOW = timedelta(days=1)
#: Stories with articles of this time are looked at again.
MERGE_WINDOW = timedelta(days=3)


class StorageThread:
    """Storage is synchronous, and used by one thread at a time: this one."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="storage")

    async def __call__(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        call = functools.partial(method, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._executor, call)

    def close(self) -> None:
        self._executor.shutdown()


@dataclass
class Line:
    """What the stations work with."""

    settings: Settings
    storage: Storage
    fetcher: Fetcher
    poster: Poster
    workers: Workers
    channels: Mapping[str, Channel]
    engine: Engine
    clock: Clock
    #: How long an alert waits for its story to gather.
    wait: timedelta = timedelta(seconds=30)
    #: Those of earlier settings, which may still be at work; closed at the end.
    retired: list[Fetcher | Poster] = field(default_factory=list)
    in_storage: StorageThread = field(default_factory=StorageThread)
    room: Room = field(default_factory=Room)
    #: By canonical key: who reads a page lets others of the same page wait for it.
    page_locks: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    #: Finding a story and joining it is one step, or two copies read at once would begin two.
    story_lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    #: Whom to tell is decided and written while no alert is claimed: what joins a story in between
    #: would be said in no message.  Taken within the other, so that claims wait for one reading
    #: and not for all that stand in line.
    outbox_lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def page_lock(self, url_key: str) -> asyncio.Lock:
        """Taken before all others, and held until the reading is written."""
        lock = asyncio.Lock()
        return self.page_locks.setdefault(url_key, lock) if url_key else lock

    @property
    def feeds(self) -> Mapping[str, Feed]:
        return self.settings.feeds_by_url

    @property
    def listeners(self) -> Mapping[str, Person]:
        """Everybody who is told of anything."""
        operators = self.settings.operators.person
        return {person.name: person for person in (*self.settings.people, operators)}


# ── poll ──────────────────────────────────────────────────────────────────────────────────────────


async def poll(due: DueFeed, line: Line) -> PollOutcome:
    async with line.room.hold() as hold:
        outcome = await _poll(due, hold, line)
    occasion = f"feed {due.id}/{due.fence}"
    return replace(outcome, alerts=_to_operators(outcome.tells, due.name, occasion, line))


def _to_operators(codes: Sequence[str], feed: str, occasion: str, line: Line) -> tuple[Alert, ...]:
    return tell_codes(codes, feed, line.clock(), line.settings.operators.person, occasion)


async def _poll(due: DueFeed, hold: Hold, line: Line) -> PollOutcome:
    feed = _feed(due, line)
    validators = schedule.validators_to_send(due, line.clock())
    address = schedule.address(due)
    result = await line.fetcher.feed(
        address, validators=validators, headers=headers_for(feed, address), hold=hold
    )
    if not _has_document(result):
        return polling.poll(feed, due, validators, result, None, (), now=line.clock())
    remembered = split.from_json(await line.in_storage(line.storage.document, due.id))
    part = split.unseen(result.body, remembered)
    parsed = await parsed_from(part.body, result, line.workers)
    keys = identity.keys_of(parsed) | frozenset(map(identity.words_key, part.again))
    memory = split.to_json(split.memory(part, parsed, remembered))
    known = await line.in_storage(line.storage.known_entries, due.id, keys)
    return polling.poll(
        feed, due, validators, result, parsed, known, line.clock(), part.again, memory
    )


def _feed(due: DueFeed, line: Line) -> Feed:
    """As configured; the settings may have changed since it was claimed."""
    return line.feeds.get(due.url) or Feed(url=due.url)


def poll_failed(due: DueFeed, line: Line) -> PollOutcome:
    """Of a poll that met a bug: a row in the ledger, and another try after a back-off."""
    now = line.clock()
    nothing = FetchResult(due.url, due.url, now, error=FetchError("a bug", reason="bug"))
    return polling.poll(_feed(due, line), due, Validators(), nothing, None, (), now)


def headers_for(feed: Feed, url: str) -> Mapping[str, str]:
    """The operator's headers are for the feed's own origin: anyone else would be told a secret."""
    return feed.headers if same_origin(url, feed.url) else {}


def _has_document(result: FetchResult) -> bool:
    """Of an answer that broke off the good entries are kept."""
    return result.reason == "ok" or (result.reason == "truncated" and bool(result.body))


async def parsed_from(body: bytes, result: FetchResult, workers: Workers) -> ParsedFeed:
    """What these bytes of the answer hold, read in a child."""
    try:
        return await workers.run(
            PARSE, parse, body, result.final_url, result.headers.get("content-type", "")
        )
    except ChildError as error:
        return ParsedFeed(error=ParseError(str(error), reason=error.reason))
    except Exception as error:
        # A document that meets a bug of ours is a failed poll, and a loud one; not a feed that is
        # never heard of again.
        log.exception("bug", extra={"station": "poll", "feed": result.url})
        return ParsedFeed(error=ParseError(f"{type(error).__name__}: {error}", reason="bug"))


# ── read ──────────────────────────────────────────────────────────────────────────────────────────


async def read(entry: DueEntry, line: Line) -> ReadOutcome:
    """Reads, matches and commits; returns what was written."""
    url_key = canonical_key(entry.url)
    async with line.page_lock(url_key), line.room.hold() as hold:
        return await _read(entry, url_key, hold, line)


async def _read(entry: DueEntry, url_key: str, hold: Hold, line: Line) -> ReadOutcome:
    feed = line.feeds.get(entry.feed_url) or Feed(url=entry.feed_url, full_text=False)
    known = await _known_reading(entry, url_key, feed, line)
    page = None if known else await _page(entry, feed, hold, line)
    anchor = quality.anchor_of(entry)
    extracted = await extracted_from(page, feed, line.workers, anchor) if page else None
    evidence = await asyncio.to_thread(_compressed, page)
    async with line.story_lock, line.outbox_lock:
        host_page = host.page_of(entry, page, extracted) if page and extracted else None
        cleaned = await _without_host(entry, extracted, host_page, line)
        now = line.clock()
        article = (
            known.article if known else reading.article(entry, feed, page, cleaned.extracted, now)
        )
        due_at = reading.next_read(entry, page, now, article)
        outcome = await _tell(entry, article, due_at, line, known)
        tells = await _tells(entry, article, line)
        told = _to_operators(tells, entry.feed, f"entry {entry.id}/{entry.fence}", line)
        outcome = replace(
            outcome,
            url_key=url_key,
            page=evidence,
            host_page=host_page,
            again=cleaned.same,
            tells=tells,
            alerts=(*outcome.alerts, *told),
        )
        await line.in_storage(line.storage.commit_reading, outcome)
    return outcome


async def _known_reading(
    entry: DueEntry, url_key: str, feed: Feed, line: Line
) -> KnownReading | None:
    """Of the same page, for another feed.  A feed with rules or headers of its own asks itself."""
    if not (feed.full_text and url_key) or feed.headers or feed.article != Feed("").article:
        return None
    since = line.clock() - SHARED_WINDOW
    known = await line.in_storage(line.storage.known_reading, url_key, since, entry)
    article = reading.shared(entry, known.article) if known else None
    return replace(known, article=article) if known and article else None


async def read_failed(entry: DueEntry, line: Line) -> None:
    """Puts off an entry whose reading met a bug."""
    until = reading.next_try(entry, line.clock())
    await line.in_storage(line.storage.put_off_entry, entry, until)


async def _without_host(
    entry: DueEntry, extracted: Extracted | None, own: HostPage | None, line: Line
) -> Cleaned:
    """The caller holds the lock: pages that are read together are held against each other too."""
    if extracted is None or own is None:
        return Cleaned(extracted)
    past = await line.in_storage(line.storage.host_pages, own.host)
    return host.clean(entry, extracted, own, past)


async def _tells(entry: DueEntry, article: Article, line: Line) -> tuple[str, ...]:
    if article.quality == "full" or article.fetched_at is None:
        return ()
    history = await line.in_storage(line.storage.past_readings, entry.feed_id, yields.HISTORY)
    return ("yield_dropped",) if yields.drops_now(history, entry.id, article) else ()


async def match_early(entry: DueEntry, line: Line) -> None:
    """Match an entry on the feed's own text, because its page is late."""
    feed = line.feeds.get(entry.feed_url) or Feed(url=entry.feed_url)
    article = reading.article(entry, feed, None, None, line.clock())
    async with line.story_lock, line.outbox_lock:
        outcome = await _tell(entry, article, None, line)
        await line.in_storage(line.storage.commit_early, outcome)


async def _page(entry: DueEntry, feed: Feed, hold: Hold, line: Line) -> FetchResult | None:
    if not (feed.full_text and entry.url):
        return None
    return await line.fetcher.page(entry.url, headers=headers_for(feed, entry.url), hold=hold)


def _compressed(page: FetchResult | None) -> bytes:
    """The page as it is put away.  Measured on real ones: level 1 takes 2 ms a page to a quarter of
    its size, level 6 takes 5 ms to a fifth."""
    return zlib.compress(page.body, level=1) if page and page.body else b""


async def extracted_from(
    page: FetchResult, feed: Feed, workers: Workers, anchor: Anchor = NO_ANCHOR
) -> Extracted | None:
    """What a page holds; None where no page came that may be read."""
    if page.reason != "ok" and not (page.status in quality.WALLED and page.body):
        return None
    content_type = page.headers.get("content-type", "")
    try:
        return await workers.run(
            EXTRACT, extract, page.body, page.final_url, content_type, feed.article, anchor
        )
    except ChildError as error:
        return Extracted(reason=error.reason)
    except Exception:
        log.exception("bug", extra={"station": "read", "page": page.url})
        return Extracted(reason="bug")


async def _tell(
    entry: DueEntry,
    article: Article,
    due_at: datetime | None,
    line: Line,
    shared: KnownReading | None = None,
) -> ReadOutcome:
    """Find the story, match, and decide whom to tell; the caller holds the story lock."""
    known_by = fingerprint(article.text)
    known = await _known_texts(entry, known_by, line)
    copies = copies_of(known_by, known) if known_by else ()
    if shared:
        others = (link for link in copies if link.other != shared.entry_id)
        copies = (Link(shared.entry_id, "same_url", 1.0, nothing_new=True), *others)
    weights = stories.terms(article.title, article.text or entry.summary)
    counts = await line.in_storage(line.storage.word_counts, article.language, weights)
    words = stories.vector(weights, counts)
    twins = same_form(known_by, known) if known_by else frozenset()
    placement = await _placement(entry, words, counts, copies, known, twins, shared, line)
    story = placement.story
    matches = line.engine.match(document(entry, article, line))
    decision = await _alerts(entry, article, matches, story, copies, line)
    return ReadOutcome(
        entry_id=entry.id,
        fence=entry.fence,
        article=article,
        story=story,
        fingerprint=known_by,
        copies=copies,
        placement=placement,
        words={} if placement.reason == "copy" else words,
        all_words=frozenset(weights),
        at=line.clock(),
        matches=matches,
        alerts=decision.alerts,
        refreshed=decision.refreshed,
        due_at=due_at,
    )


async def _known_texts(
    entry: DueEntry, known_by: Fingerprint | None, line: Line
) -> Sequence[KnownText]:
    if known_by is None:
        return ()
    since = line.clock() - COPY_WINDOW
    return await line.in_storage(line.storage.known_texts, known_by, since, entry.id)


async def _placement(
    entry: DueEntry,
    words: Vector,
    counts: WordCounts,
    copies: Sequence[Link],
    known: Sequence[KnownText],
    twins: frozenset[int],
    shared: KnownReading | None,
    line: Line,
) -> Placement:
    """What was told of keeps its story, or its next alert would come under another key."""
    now = line.clock()
    since = now - stories.WINDOW
    near = await line.in_storage(line.storage.near, stories.telling(words), since, entry.id)
    placement = stories.place(
        entry.id, words, copies, known, twins, near, now, stories.near_enough(counts)
    )
    if shared:
        placement = Placement(shared.story, shared.entry_id, "copy", 1.0)
    told_under = await line.in_storage(line.storage.told_under, entry.id)
    if told_under is None or told_under == placement.story:
        return placement
    return replace(placement, story=told_under, reason="told")


async def _alerts(
    entry: DueEntry,
    article: Article,
    matches: Sequence[Match],
    story: int,
    copies: Sequence[Link],
    line: Line,
) -> policy.Decision:
    people = line.settings.people
    alerts = await line.in_storage(line.storage.story_alerts, story)
    if not matches and not alerts:
        return policy.Decision()
    known = policy.Known(
        story=story,
        alerts=alerts,
        outlets=await line.in_storage(line.storage.outlets, story),
        independent=await line.in_storage(line.storage.independent, story, entry.id) + (not copies),
        before=frozenset(
            match.watch for match in await line.in_storage(line.storage.matches, entry.id)
        ),
        nothing_new=any(link.nothing_new for link in copies),
        copied=bool(copies),
        full_until=await _full_until(people, matches, line),
    )
    return policy.decide(entry, article, matches, people, known, line.clock(), line.wait)


async def _full_until(
    people: Sequence[Person], matches: Sequence[Match], line: Line
) -> Mapping[tuple[str, str], datetime]:
    """By (person, channel) of those who hear of these, where their cap is reached."""
    now, window = line.clock(), policy.CAP_WINDOW
    full = {}
    for person in people:
        if not any(person.hears_of(match.watch) for match in matches):
            continue
        for channel in person.alerts:
            until = await line.in_storage(
                line.storage.full_until, person.name, channel, person.cap, window, now
            )
            if until:
                full[person.name, channel] = until
    return full


def document(entry: DueEntry, article: Article, line: Line) -> Document:
    """What the watches are held against."""
    return Document(
        title=article.title,
        summary=feedtext.own_words(entry.summary),
        text=article.text,
        lang=article.language,
        source=entry.feed,
        tags=line.feeds[entry.feed_url].tags if entry.feed_url in line.feeds else (),
        authors=article.authors,
        url=entry.url,
    )


# ── send ──────────────────────────────────────────────────────────────────────────────────────────


async def send(alert: Alert, line: Line) -> Sending:
    """Hands an alert to its channel; returns what became of it."""
    person, channel = line.listeners.get(alert.person), line.channels.get(alert.channel)
    if person is None:
        return Sending(alert, Delivery("dead", line.clock(), "person_removed"))
    if channel is None:
        return Sending(alert, Delivery("dead", line.clock(), "channel_removed"))
    address = channel.address(person)
    trouble = await line.in_storage(line.storage.trouble, alert.channel, address)
    if trouble and trouble.suspended:
        return Sending(alert, Delivery("dead", line.clock(), "suspended", trouble.reason))
    delivery = await channel.send(alert, person)
    operators = line.settings.operators.person
    return troubles.sending(alert, delivery, person, operators, address, trouble)


async def send_failed(alert: Alert, line: Line) -> None:
    """Puts off an alert whose sending met a bug."""
    sending = Sending(alert, retry.failed(alert, line.clock(), "bug"))
    await line.in_storage(line.storage.commit_sendings, [sending])


async def gather(line: Line) -> int:
    """Make one message of what was put off until now; returns how many there are."""
    async with line.outbox_lock:
        now = line.clock()
        made = summaries.gather(await line.in_storage(line.storage.put_off, now), now)
        if made:
            within = {one.alert.key: one.keys for one in made}
            alerts = [one.alert for one in made]
            await line.in_storage(line.storage.commit_summaries, within, alerts)
    return len(made)


async def digest(line: Line) -> int:
    """Make every digest that is due; returns how many."""
    made = 0
    for person in line.settings.people:
        last = await line.in_storage(line.storage.last_digest, person.name)
        run = digests.due(person, last, line.clock() - SETTLED)
        if run is not None:
            made += await line.in_storage(_make_digest, run, person, line)
    return made


def _make_digest(run: DigestRun, person: Person, line: Line) -> bool:
    content = preview(run, person, line.storage)
    alerts = digests.digest_alerts(content, person, run, line.clock())
    return line.storage.commit_digest(run, alerts)


def preview(run: DigestRun, person: Person, storage: Storage) -> Digest:
    """The digest of that window as it stands now.  Synchronous: it only asks storage."""
    feeds = storage.feeds()
    return digests.build(
        run,
        person,
        storage.newly_matched(run.start, run.end),
        feeds,
        storage.alerts(person=person.name, state="held", since=run.start, until=run.end),
        matched=storage.matched_stories(run.end - digests.WEEK * DAY, run.end),
        silent=_silent(feeds, run.end, storage),
        gaps=storage.gaps(run.start, run.end),
    )


def _silent(
    feeds: Sequence[FeedHealth], at: datetime, storage: Storage
) -> list[tuple[str, datetime]]:
    """Those without news for longer than is their habit, and since when."""
    histories = storage.feed_histories(at)
    return [
        (feed.name, history.last_news)
        for feed in feeds
        if (history := histories.get(feed.url)) and history.last_news
        if health.is_silent(history, at)
    ]


# ── keeping house ─────────────────────────────────────────────────────────────────────────────────


async def prune(line: Line, limit: int = 200) -> Mapping[str, int]:
    """Forget what is over, a batch at a time; returns how much of what."""
    steps = retention.prune(line.storage, line.settings.retention, line.clock(), limit)
    pruned: Counter[str] = Counter()
    while step := await line.in_storage(next, steps, None):
        what, count = step
        pruned[what] += count
    return pruned


async def merge_stories(line: Line) -> int:
    """Make one of stories that have turned out to tell of one event; returns how many went."""
    async with line.story_lock:
        now = line.clock()
        members = await line.in_storage(line.storage.members_since, now - MERGE_WINDOW)
        merged = 0
        for story, into, score in await asyncio.to_thread(stories.merges, members):
            merged += await line.in_storage(line.storage.merge, story, into, score, now)
    return merged


# ── index ─────────────────────────────────────────────────────────────────────────────────────────


async def index(line: Line, limit: int = 200) -> int:
    """Put one batch of unindexed items into the full-text index; returns how many there were."""
    items = await line.in_storage(line.storage.unindexed, FOLDING_VERSION, limit)
    folded = [
        FoldedItem(item.id, folded_words(item.title), folded_words(f"{item.summary}\n{item.text}"))
        for item in items
    ]
    if folded:
        await line.in_storage(line.storage.index, folded, FOLDING_VERSION)
    return len(folded)
