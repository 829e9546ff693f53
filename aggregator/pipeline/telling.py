"""An article finds its story, is held against the watches, and it is decided whom to tell."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from aggregator.alerting import policy
from aggregator.alerting.updates import notice_of
from aggregator.models import (
    Alert,
    Article,
    Correction,
    DueEntry,
    Fingerprint,
    KnownReading,
    KnownText,
    Link,
    Match,
    Person,
    Placement,
    ReadOutcome,
    Revision,
    Vector,
    WordCounts,
)
from aggregator.pipeline.line import Line
from aggregator.reading import stories
from aggregator.reading.corrections import correction
from aggregator.reading.fingerprint import copies_of, fingerprint, likenesses, same_form
from aggregator.retention import COPY_WINDOW
from aggregator.watching import documents


async def tell(
    entry: DueEntry,
    article: Article,
    due_at: datetime | None,
    line: Line,
    shared: KnownReading | None = None,
) -> ReadOutcome:
    """Find the story, match, and decide whom to tell; the caller holds the story lock."""
    known_by = fingerprint(article.text)
    known = await _known_texts(entry, known_by, line)
    alike = likenesses(known_by, known)
    copies = copies_of(alike)
    if shared:
        others = (link for link in copies if link.other != shared.entry_id)
        copies = (Link(shared.entry_id, "same_url", 1.0, nothing_new=True), *others)
    weights = stories.terms(article.title, article.text or entry.summary)
    all_words = stories.single_words(weights)
    counts = await line.in_storage(line.storage.word_counts, article.language, all_words)
    words = stories.vector(weights, counts)
    placement = await _placement(
        entry, words, counts, copies, known, same_form(alike), shared, line
    )
    story = placement.story
    tags = line.feeds[entry.feed_url].tags if entry.feed_url in line.feeds else ()
    matches = line.engine.match(documents.of_article(entry, article, tags))
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
        all_words=all_words,
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
    carried = await line.in_storage(line.storage.coverage, story)
    spread = stories.spread(stories.joined(carried, entry.id, entry.feed, copies))
    known = policy.Known(
        story=story,
        alerts=alerts,
        outlets=spread.outlets,
        independent=spread.independent,
        before=frozenset(
            match.watch for match in await line.in_storage(line.storage.matches, entry.id)
        ),
        nothing_new=any(link.nothing_new for link in copies),
        copied=bool(copies),
        corrections=await _corrections(entry, article, matches, alerts, line),
        full_until=await _full_until(people, matches, line),
    )
    return policy.decide(entry, article, matches, people, known, line.clock(), line.wait)


async def _corrections(
    entry: DueEntry,
    article: Article,
    matches: Sequence[Match],
    alerts: Sequence[Alert],
    line: Line,
) -> Mapping[str, Correction]:
    """What the entry, read again, takes back of what was told of it last, over each channel."""
    watches = {watch.name for watch in line.settings.watches}
    own = (alert for alert in alerts if alert.entry_id == entry.id and alert.watch in watches)
    told = {(alert.person, alert.watch, alert.channel): alert for alert in own}
    if not told:
        return {}
    # The last one stands, so one of them always did when it was told.
    words = await line.in_storage(line.storage.revisions, entry.id)
    evidence = await line.in_storage(line.storage.evidence, entry.id)
    # Where the same bytes are read otherwise, nobody edited anything.
    is_same_page = bool(evidence and evidence.sha256 and evidence.sha256 == article.sha256)
    now = Revision(
        at=None,
        title=article.title,
        summary=entry.summary,
        text=words[-1].text if is_same_page else article.text,
        of_page=article.method != "feed",
        matches=tuple(matches),
    )
    made = {}
    for alert in told.values():
        then = next(was for was in words if was.at is None or was.at > alert.created_at)
        says = notice_of(alert)
        found = await asyncio.to_thread(correction, then, now, alert.watch, says.excerpt.text)
        if found:
            gone = tuple(term for term in found.gone if term in says.watch_terms)
            made[alert.key] = replace(found, gone=gone)
    return made


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
