"""The seams: what the stations ask of storage, of the network, of a channel, of the clock."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from aggregator.models import (
    Alert,
    AlertState,
    Coverage,
    Delivery,
    DigestRun,
    DueEntry,
    DueFeed,
    Evidence,
    Fault,
    Feed,
    FeedHealth,
    FeedHistory,
    FeedState,
    FetchResult,
    Fingerprint,
    FoldedItem,
    HostPage,
    Item,
    KnownEntry,
    KnownReading,
    KnownText,
    Link,
    Match,
    Member,
    Pace,
    PastReading,
    Person,
    Placement,
    Poll,
    PollOutcome,
    ReadOutcome,
    Revision,
    Sending,
    StoryRows,
    Trouble,
    Validators,
    Vitals,
    WordCounts,
)

#: Tells the time, aware and in UTC.
Clock = Callable[[], datetime]
#: Told how much of a long piece of work is done, and of how much.
Advance = Callable[[int, int], None]


class Hold(Protocol):
    """Room for one body in memory, held until it is done with."""

    def has_room_for(self, size: int) -> bool: ...

    async def enlarge(self) -> None:
        """Waits until there is room for a body of any size."""


class Storage(Protocol):
    """Where everything is kept.  Synchronous; one thread uses it at a time.

    A claim raises the row's fence and hides it until the lease ends; a commit that carries an older
    fence is refused.  Every commit is one transaction.  Raises StorageError and nothing else.
    """

    # feeds ─ poll

    def sync_feeds(self, feeds: Sequence[Feed], now: datetime) -> None:
        """Make these the feeds that are polled.  New ones are due at once; those no longer named
        keep their entries and are polled no more."""

    def polled_feeds(self) -> Mapping[str, str]:
        """The URLs of the feeds that are polled, each with what the last poll said of `habits`."""

    def rename_feed(self, old: str, new: str) -> None:
        """The feed of one URL has another one from now on; nothing, where that is a feed too."""

    def release_claims(self) -> None:
        """Forget all leases: for the one process that holds the lock, after a crash."""

    def clock_went_back(self, now: datetime) -> int:
        """What was put off, or counts as done, by a time more than a minute after now is due now;
        returns how much that was."""

    def make_due(self, now: datetime) -> None:
        """Every configured feed is due now, whatever its back-off (`once --all`)."""

    def claim_feeds(self, now: datetime, limit: int, lease: timedelta) -> list[DueFeed]:
        """Up to `limit` due feeds that nobody has claimed, longest due first."""

    def known_entries(self, feed_id: int, keys: Collection[str]) -> list[KnownEntry]:
        """The entries of this feed that any of these keys names, each with all its keys."""

    def document(self, feed_id: int) -> str:
        """What the last PollOutcome with a `document` said of it; "" before that."""

    def commit_polls(self, outcomes: Sequence[PollOutcome]) -> frozenset[int]:
        """Write these polls, each with its entries; returns the feeds whose claim was lost."""

    # entries ─ read

    def claim_entries(self, now: datetime, limit: int, lease: timedelta) -> list[DueEntry]:
        """Up to `limit` entries due for reading, longest due first, and no more than ten of one
        feed at once."""

    def put_off_entry(self, entry: DueEntry, until: datetime) -> bool:
        """Give back a claim whose reading failed, until then; False if the claim was lost."""

    def unmatched_entries(
        self, before: datetime, limit: int, but: Collection[int] = ()
    ) -> list[DueEntry]:
        """Entries that no watch has been held against, claimed or not: those whose words came
        before then and those that were put off, without the ids of `but`."""

    def commit_early(self, outcome: ReadOutcome) -> bool:
        """Write what the feed's own text gave, its reading still to come; False if the entry was
        matched, claimed or edited meanwhile."""

    def commit_reading(self, outcome: ReadOutcome) -> bool:
        """Write a reading; False if the claim was lost."""

    def known_reading(self, url_key: str, since: datetime, entry: DueEntry) -> KnownReading | None:
        """What an entry of another feed, with that key, got from its page since then: the newest
        whole text, of equals the first entry's.  None where `entry` has its own page."""

    def host_pages(self, host: str) -> list[HostPage]:
        """What the pages of the host's newest entries said, oldest entry first."""

    def past_readings(self, feed_id: int, limit: int) -> list[PastReading]:
        """How the newest entries of a feed whose page was asked for were read, oldest first."""

    def known_texts(
        self, fingerprint: Fingerprint, since: datetime, entry_id: int
    ) -> list[KnownText]:
        """Texts of other entries first seen since then that share a band with this one, in order of
        time."""

    def word_counts(self, language: str | None, words: Iterable[str]) -> WordCounts:
        """In how many articles of that language these words stand."""

    def near(self, words: Sequence[str], since: datetime, entry_id: int) -> list[Member]:
        """Articles, first seen since then, of the stories that share most of these words; not the
        entry itself, and no copies."""

    def story_alerts(self, story: int) -> list[Alert]:
        """Who was told of this story, or of one merged with it, or is about to be; in order of
        sequence."""

    def told_under(self, entry_id: int) -> int | None:
        """The story under which somebody was told of this entry, or is about to be."""

    def coverage(self, story: int) -> Coverage:
        """Who carries this story, or one merged with it, and which texts of it say the same."""

    # alerts ─ send

    def claim_alerts(
        self, now: datetime, limit: int, lease: timedelta, channel: str | None = None
    ) -> list[Alert]:
        """Up to `limit` pending alerts that are due, longest due first; of one channel, or all."""

    def claim_orphans(
        self, now: datetime, limit: int, lease: timedelta, channels: Collection[str]
    ) -> list[Alert]:
        """The same, of those whose channel is none of these."""

    def without_channel(self, channels: Collection[str]) -> list[tuple[str, str]]:
        """(person, channel) of pending alerts whose channel is none of these, due or not."""

    def move_alerts(self, person: str, channel: str, to: str, now: datetime) -> int:
        """This person's pending alerts over one channel go over another, as if they had not been
        tried; but for those claimed, and those that were promised over the other one as well.
        Returns how many."""

    def give_back_alert(self, alert: Alert) -> None:
        """Nothing was tried: it is due as before.  One whose claim was lost is left alone."""

    def commit_alerts(self, alerts: Sequence[Alert]) -> None:
        """Promise what no entry, digest or source is the cause of.  Of what is promised under its
        key already, nothing changes, unless that died."""

    def commit_sendings(self, sendings: Sequence[Sending]) -> frozenset[str]:
        """Write what became of these attempts; returns the keys whose claim was lost.

        Of each, the trouble that began or ended; its `tells` only if that is news."""

    def trouble(self, channel: str, address: str) -> Trouble | None:
        """That this channel does not reach this address, where it does not."""

    def send_again(
        self, keys: Collection[str], addresses: Collection[tuple[str, str]], now: datetime
    ) -> int:
        """Make these alerts pending and due, whatever became of them, and send again to these
        suspended (channel, address); returns how many alerts there were.  Held ones stay held."""

    def put_off(self, now: datetime) -> list[Alert]:
        """Alerts whose time has come to go with others in one message."""

    def commit_summaries(
        self, summaries: Mapping[str, Sequence[str]], alerts: Sequence[Alert]
    ) -> None:
        """Write these messages; by the key of each, the keys of what goes in it."""

    def full_until(
        self, person: str, channel: str, cap: int, window: timedelta, now: datetime
    ) -> datetime | None:
        """When this person may be told more over this channel, which takes `cap` messages in each
        `window`; None: now.  While something waits for that, all that comes waits with it."""

    def entry_alerts(self, entry_id: int) -> list[Alert]:
        """Whatever was told, or held back, because of this entry."""

    def last_digest(self, person: str) -> DigestRun | None:
        """The newest digest made for this person."""

    def commit_digest(self, run: DigestRun, alerts: Sequence[Alert]) -> bool:
        """Write a digest and its outbox rows; False if this person and date had one already."""

    # watches

    def watch_digests(self) -> Mapping[str, str]:
        """By name, what the last `keep_watches` said."""

    def keep_watches(self, digests: Mapping[str, str]) -> None:
        """These are the watches now, each with a digest of what it looks for."""

    def rename_watch(self, old: str, new: str) -> None:
        """What was found and told under the old name stands under the new one from now on."""

    def add_matches(self, found: Sequence[tuple[int, Match]]) -> int:
        """Write matches (entry, match) as if found when the entry was first seen; returns how many.
        Left out: those of entries still to be matched, and of watches that matched them before."""

    def matched_stories(self, since: datetime, until: datetime) -> list[tuple[str, int, datetime]]:
        """(watch, story, when) of what first matched in [since, until), earliest first."""

    def gaps(self, since: datetime, until: datetime) -> tuple[str, ...]:
        """Names of the feeds that had a poll with a gap in [since, until)."""

    # full-text index

    def unindexed(self, version: int, limit: int) -> list[Item]:
        """Items that the index does not hold, or holds under older folding rules."""

    def index(self, items: Sequence[FoldedItem], version: int) -> None:
        """Put these into the index, in place of what it holds of them."""

    def search(self, fts: str | None, version: int) -> Iterator[Item]:
        """Candidates, newest first: those the index finds (an FTS5 expression over folded words;
        None: all), and every item not indexed under this version."""

    # asked by people

    def feeds(self) -> list[FeedHealth]: ...

    def feed_histories(self, now: datetime) -> Mapping[str, FeedHistory]:
        """What the four weeks before now were like, by the URLs of the feeds that are polled; the
        gaps are those of the four weeks before the last news."""

    def feed_states(self) -> Mapping[str, FeedState]:
        """By the URLs of feeds, what the last `commit_states` said."""

    def commit_states(self, states: Mapping[str, FeedState], told: Sequence[Alert]) -> None:
        """Write how the sources fare now, and what tells of it."""

    def polls(
        self, *, feed: str | None = None, since: datetime | None = None, limit: int | None = None
    ) -> list[Poll]:
        """The ledger, oldest first; with `limit`, the newest ones."""

    def items(
        self,
        *,
        watch: str | None = None,
        feed: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = None,
    ) -> list[Item]:
        """By first-seen time, oldest first; with `limit`, the newest ones.  [since, until)."""

    def item(self, entry_id: int) -> Item | None: ...

    def matches(self, entry_id: int) -> tuple[Match, ...]: ...

    def newly_matched(
        self, since: datetime, until: datetime
    ) -> list[tuple[Item, tuple[Match, ...]]]:
        """Items with the watches that first matched them in [since, until): an edit, or a page that
        came late, may name what was not named before.  By first-seen time, oldest first."""

    def revisions(self, entry_id: int) -> tuple[Revision, ...]:
        """All that an item ever said, oldest first; the last is what it says now.  Neighbours may
        differ in layout only."""

    def evidence(self, entry_id: int) -> Evidence | None:
        """Where an article came from; None before its first reading."""

    def copies(self, entry_id: int) -> list[Link]:
        """The entries whose text says the same, whichever came first."""

    def placement(self, entry_id: int) -> Placement | None:
        """Why it is in its story; None before its first reading."""

    def story(self, story: int) -> StoryRows | None:
        """What there is of a story, with all that was merged into it."""

    def copy_pairs(self, entry_ids: Collection[int]) -> list[tuple[int, int]]:
        """Of these entries, those that say the same."""

    def merged(self, story: int) -> tuple[int, float] | None:
        """The story that this one was merged into, and how near they were."""

    def page(self, sha256: str) -> bytes | None:
        """The bytes with this digest, where they are kept."""

    def alerts(
        self,
        *,
        person: str | None = None,
        state: AlertState | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = None,
    ) -> list[Alert]:
        """The outbox by creation time, oldest first; with `limit`, the newest ones."""

    def vitals(self, now: datetime) -> Vitals:
        """How the store as a whole fares now."""

    # keeping house

    def prune_pages(self, before: datetime, limit: int) -> int:
        """Forget up to `limit` pages that were last put away before then; returns how many.
        Entries, articles and digests of pages stay."""

    def members_since(self, since: datetime) -> list[Member]:
        """Articles first seen since then, in order of time; no copies."""

    def move(self, placements: Mapping[int, Placement]) -> None:
        """Put these entries where they belong by a second look; their copies go along."""

    def merge(self, story: int, into: int, score: float, at: datetime) -> bool:
        """Make one story of two; False where one of them was merged before.  What was told of
        stays where it is."""

    def prune_fingerprints(self, before: datetime, limit: int) -> int:
        """Forget what up to `limit` texts first seen before then are known by; returns how many.
        What was found to be a copy stays one."""

    def prune_articles(self, before: datetime, limit: int) -> int:
        """Forget all of up to `limit` entries that came and last changed before then, but what they
        are known by; returns how many.  Not what is still to be read.  Alerts stay.  An edit brings
        an entry back."""

    def prune_polls(self, before: datetime, limit: int) -> int:
        """Forget up to `limit` polls before then; returns how many.  Those since a feed's last
        success stay, which tell how it fares."""

    def prunable(
        self, articles: datetime, pages: datetime, polls: datetime
    ) -> tuple[int, int, int]:
        """How many articles, pages and polls would go that are older than that."""

    def give_back(self, limit: int) -> int:
        """Give up to `limit` blocks of the file that hold nothing back to the disk; returns how
        many.  Beside whoever is writing, who waits no longer than for any other step."""

    def free_bytes(self) -> int:
        """How much of the file holds nothing: it is used again, or given back."""

    def compact(self) -> None:
        """Write the file anew, without room that holds nothing.  It takes a while, in which nobody
        else can write."""

    def backup(self, target: Path, advance: Advance) -> Mapping[str, int]:
        """Put everything as it is now into one file, beside whoever is writing; returns its rows by
        table.  What is at `target` is replaced at the end, by a copy that was read again and
        compared; on failure it is as it was."""

    def row_counts(self) -> Mapping[str, int]:
        """Rows by table."""

    def faults(self) -> list[Fault]:
        """What is damaged, or does not agree."""

    def forget_index(self) -> None:
        """Empty the full-text index; everything is unindexed then."""

    def close(self) -> None: ...


class Fetcher(Protocol):
    """The one door to the outside.  Does not raise: a failure is a FetchResult with an error."""

    async def feed(
        self,
        url: str,
        *,
        validators: Validators,
        headers: Mapping[str, str],
        hold: Hold | None = None,
    ) -> FetchResult:
        """A conditional GET of a feed; with `hold`, a large body waits for room."""

    async def page(
        self, url: str, *, headers: Mapping[str, str], hold: Hold | None = None
    ) -> FetchResult:
        """A GET of an article's page, if its robots.txt allows it; `hold` as above."""

    async def aclose(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for a request."""

    status: int
    #: Names in lower case.
    headers: Mapping[str, str]
    #: Its beginning.
    body: bytes = b""


class Poster(Protocol):
    """Hands bytes to another machine.  Follows no redirects."""

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Raises FetchError where no answer came."""

    async def aclose(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a channel may use."""

    #: Where it may write.
    data: Path
    #: What relative paths are relative to.
    home: Path
    clock: Clock
    poster: Poster


class Channel(Protocol):
    """A way to reach a person."""

    pace: Pace

    def address(self, person: Person) -> str:
        """Where it reaches them, no secret in it: one that refuses is remembered by this."""

    async def send(self, alert: Alert, person: Person) -> Delivery:
        """Deliver, or return a Delivery that says when to try again.  Does not raise."""
