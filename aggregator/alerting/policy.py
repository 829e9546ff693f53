"""Whom to tell of a match, over what, and when; and why not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from aggregator.alerting.excerpt import BRIEF, excerpt, names
from aggregator.alerting.keys import held_key, match_key
from aggregator.alerting.updates import (
    EVERY,
    is_news,
    is_waiting,
    joined,
    news_since,
    notice_of,
)
from aggregator.alerting.wallclock import quiet_until
from aggregator.models import (
    Alert,
    Article,
    Correction,
    Document,
    DueEntry,
    Match,
    Notice,
    Person,
    PutOff,
)

#: What the cap of a person counts over.
CAP_WINDOW = timedelta(hours=1)
#: Of what an article says as it did.
NOTHING = Correction()


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the story that an article is in, and of those who may be told."""

    story: int
    #: Who was told of it or is about to be, in order of sequence.
    alerts: Sequence[Alert] = ()
    #: As of its Spread, this article included.
    outlets: tuple[str, ...] = ()
    independent: int = 0
    #: The watches that this entry matched before: told, or held, then.
    before: frozenset[str] = frozenset()
    #: Its text says nothing beyond another one of the story.
    nothing_new: bool = False
    #: It is a copy of another one of the story, whatever it adds.
    copied: bool = False
    #: By the key of what it told, what this article, read again, takes back of that.
    corrections: Mapping[str, Correction] = field(default_factory=dict)
    #: By (person, channel), when there is room again under the cap.
    full_until: Mapping[tuple[str, str], datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """What one article puts into the outbox."""

    alerts: tuple[Alert, ...] = ()
    #: Those that nobody has begun to send, with what they say now.
    refreshed: tuple[Alert, ...] = ()


def decide(
    entry: DueEntry,
    article: Article,
    matches: Sequence[Match],
    people: Sequence[Person],
    known: Known,
    now: datetime,
    wait: timedelta,
) -> Decision:
    """For each person and each of their watches that matched: an alert over each of their channels;
    or, where they were told of the story, what joins a message that is not on its way yet, an
    update where there is news, and otherwise a held alert that says why they are not told."""
    alerts: list[Alert] = []
    notices: dict[tuple[str, str], Notice] = {}
    for person in people:
        heard = [match for match in matches if person.hears_of(match.watch)]
        for match in heard:
            also = tuple(other.watch for other in heard if other is not match)
            notice = _notice(entry, article, match, also, known)
            notices[person.name, match.watch] = notice
            alerts += _Case(entry, match, person, notice, known, now, wait).alerts()
        for match, notice in _lost(article, person, matches, known):
            notices[person.name, match.watch] = notice
            alerts += _Case(entry, match, person, notice, known, now, wait).alerts()
    return Decision(tuple(alerts), tuple(_refreshed(entry, notices, known)))


def _lost(
    article: Article, person: Person, matches: Sequence[Match], known: Known
) -> Iterable[tuple[Match, Notice]]:
    """Watches that this article told the person of, and matches no more, because it was edited."""
    found = {match.watch for match in matches}
    lost = {
        alert.watch: alert
        for alert in known.alerts
        if alert.person == person.name and alert.watch not in found
        if known.corrections.get(alert.key, NOTHING).gone and person.hears_of(alert.watch)
    }
    for watch, alert in lost.items():
        said = notice_of(alert)
        yield (
            Match(watch, (), alert.severity),
            replace(
                said,
                title=article.title or said.title,
                outlets=tuple(name for name in known.outlets if name != said.outlet),
                independent=known.independent,
                watch_terms=(),
                news=None,
            ),
        )


def _refreshed(
    entry: DueEntry, notices: Mapping[tuple[str, str], Notice], known: Known
) -> Iterable[Alert]:
    """Whatever this article says, its outlet carries the story."""
    for alert in filter(is_waiting, known.alerts):
        says = notice_of(alert)
        joins = notices.get((alert.person, alert.watch)) or replace(
            says, outlet=entry.feed, outlets=known.outlets, independent=known.independent
        )
        told = _last_sent(alert, known.alerts)
        correction = known.corrections.get(alert.key, NOTHING)
        content = joined(says, joins, told, correction, own=alert.entry_id == entry.id)
        if content != says:
            yield replace(alert, content=content)


def _last_sent(update: Alert, alerts: Iterable[Alert]) -> Notice | None:
    """What was told before this update, over its channel or the one before that."""
    who = (update.person, update.watch)
    told = [
        alert
        for alert in alerts
        if (alert.person, alert.watch) == who and alert.sequence < update.sequence
    ]
    before = [alert for alert in told if alert.channel == update.channel] or told
    return notice_of(before[-1]) if before else None


@dataclass(frozen=True, slots=True)
class _Case:
    """One article, one watch that it matches, and one person who hears of it."""

    entry: DueEntry
    match: Match
    person: Person
    notice: Notice
    known: Known
    now: datetime
    wait: timedelta

    def alerts(self) -> list[Alert]:
        if not self._is_first_time() and not self._is_own():
            # Its row was written when it matched first.
            return []
        if self.entry.hold:
            return [self._held(self.entry.hold)]
        if not self.person.alerts:
            return [self._held("digest_only")]
        if not self._told():
            return [self._alert(channel, self.notice) for channel in self._channels()]
        updates = [
            self._update(channel, chain)
            for channel, chain in self._chains().items()
            if self._calls_for_update(chain)
        ]
        if updates or self._is_own():
            return updates
        return [self._held("copy" if self.known.nothing_new else "told")]

    # what was told

    def _told(self) -> list[Alert]:
        who = (self.person.name, self.match.watch)
        return [alert for alert in self.known.alerts if (alert.person, alert.watch) == who]

    def _chains(self) -> Mapping[str, Sequence[Alert]]:
        """By channel they have now, what was told over it, oldest first; never an empty one.  Where
        all of those are gone, the ones there are go on from what was told."""
        told = self._told()
        of = {name: [a for a in told if a.channel == name] for name in self._channels()}
        chains = {name: chain for name, chain in of.items() if chain}
        return chains or dict.fromkeys(of, told)

    def _channels(self) -> Iterable[str]:
        # A channel named twice is one channel: its two alerts would share a key.
        return dict.fromkeys(self.person.alerts)

    def _is_first_time(self) -> bool:
        return self.match.watch not in self.known.before

    def _is_own(self) -> bool:
        """It was told of by this very entry, which is read again."""
        return any(alert.entry_id == self.entry.id for alert in self._told())

    # what is told

    def _calls_for_update(self, chain: Sequence[Alert]) -> bool:
        return not is_waiting(chain[-1]) and is_news(
            notice_of(chain[-1]),
            self.notice,
            self._correction(chain),
            own=self._is_own(),
            copied=self.known.copied,
        )

    def _correction(self, chain: Sequence[Alert]) -> Correction:
        known = self.known.corrections
        return next((known[alert.key] for alert in chain if alert.key in known), NOTHING)

    def _update(self, channel: str, chain: Sequence[Alert]) -> Alert:
        last = chain[-1]
        sequence = 1 + max(alert.sequence for alert in self._told())
        content = replace(
            self.notice, news=news_since(notice_of(last), self.notice, self._correction(chain))
        )
        earliest = (last.delivered_at or last.due_at) + EVERY
        return self._alert(channel, content, sequence, earliest)

    def _alert(
        self, channel: str, content: Notice, sequence: int = 0, earliest: datetime | None = None
    ) -> Alert:
        due_at, put_off = self._due(channel, earliest or self.now)
        return Alert(
            key=match_key(self.person.name, self.match.watch, self.known.story, channel, sequence),
            kind="match",
            person=self.person.name,
            channel=channel,
            content=content,
            created_at=self.now,
            due_at=due_at,
            watch=self.match.watch,
            story=self.known.story,
            entry_id=self.entry.id,
            severity=self.match.severity,
            reason=put_off,
            sequence=sequence,
            put_off=put_off,
        )

    def _due(self, channel: str, earliest: datetime) -> tuple[datetime, PutOff | Literal[""]]:
        """When, and why it is put off, if it is: high severity waits for nothing."""
        if self.match.severity == "high":
            return max(self.now, earliest), ""
        at = max(self.now + self.wait, earliest)
        room = self.known.full_until.get((self.person.name, channel), at)
        end = quiet_until(self.person.quiet, self.person.timezone, max(at, room))
        if end:
            return end, "quiet"
        return (room, "cap") if room > at else (at, "")

    def _held(self, reason: str) -> Alert:
        return Alert(
            key=held_key(self.person.name, self.match.watch, self.entry.id),
            kind="match",
            person=self.person.name,
            channel="",
            content=self.notice,
            created_at=self.now,
            due_at=self.now,
            watch=self.match.watch,
            story=self.known.story,
            entry_id=self.entry.id,
            severity=self.match.severity,
            state="held",
            reason=reason,
        )


def _notice(
    entry: DueEntry, article: Article, match: Match, also: tuple[str, ...], known: Known
) -> Notice:
    document = Document(title=article.title, summary=entry.summary, text=article.text)
    return Notice(
        watch=match.watch,
        severity=match.severity,
        title=article.title or entry.title,
        outlet=entry.feed,
        url=entry.url or article.final_url,
        item=entry.id,
        first_seen=entry.first_seen,
        excerpt=excerpt(document, match.terms, both=BRIEF),
        terms=names(match.terms),
        quality=article.quality,
        published=article.published or entry.published,
        also=also,
        outlets=tuple(name for name in dict.fromkeys(known.outlets) if name != entry.feed),
        independent=known.independent,
        watch_terms=tuple(dict.fromkeys(hit.term for hit in match.terms)),
    )
