"""Stories: what is near a new article, why each is where it is, and what a merge moves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from samples import (
    DAWN,
    MEDUZA,
    MINUTE,
    NOW,
    TOLO,
    alert,
    fingerprint,
    match,
    new,
    poll,
    read,
)

from aggregator.models import AlertState, Article, Coverage, Link, Placement, WordCounts
from aggregator.protocols import Storage

SECOND = timedelta(seconds=1)
QUAKE = {"kerman": 0.8, "quake": 0.6}
STRIKE = {"harbour": 0.9, "strike": 0.4}


def near(storage: Storage, *words: str, entry: int = 0) -> list[tuple[int, int]]:
    found = storage.near(words, NOW - MINUTE, entry)
    return [(member.entry_id, member.story) for member in found]


def test_words_are_counted_once_an_article_and_by_language(storage: Storage) -> None:
    poll(storage, new("a"), new("b"), new("c"))
    both = frozenset(("kerman", "quake"))
    german = Article(title="", text="", language="de")
    read(storage, words=QUAKE, all_words=both, due_at=NOW)
    read(storage, words=QUAKE, all_words=both)
    read(storage, words=QUAKE, all_words=both, article=german)
    read(storage, words=STRIKE, all_words=frozenset(("quake",)))
    assert storage.word_counts(None, ["quake", "kerman", "new"]) == WordCounts(
        2, {"quake": 2, "kerman": 1}
    )
    assert storage.word_counts("de", ["quake"]) == WordCounts(1, {"quake": 1})
    assert storage.word_counts("fr", ["quake"]) == WordCounts(0, {})


def test_the_articles_of_stories_that_share_words_are_near(storage: Storage) -> None:
    first, second, third, copy, _ = poll(storage, *(new(name) for name in "abcde"))
    read(storage, words=QUAKE)
    read(storage, words={"ravar": 1.0}, story=first)
    read(storage, words=STRIKE)
    read(storage, story=first)
    assert near(storage, "kerman") == [(second, first), (first, first)]
    assert near(storage, "harbour", "quake", "kerman")[-1] == (third, third)
    assert near(storage, "kerman", entry=first) == []
    assert near(storage, "ravar", entry=first) == [(second, first)]
    assert near(storage, "unheard") == []
    assert storage.near(["kerman"], NOW + SECOND, 0) == []
    (member, _) = storage.near(["kerman"], NOW, 0)
    assert (dict(member.words), member.first_seen) == ({"ravar": 1.0}, NOW)
    assert copy


def test_why_an_entry_is_in_its_story_is_kept(storage: Storage) -> None:
    first, second = poll(storage, new("a"), new("b"))
    read(storage)
    placement = Placement(first, first, "same_event", 0.41)
    read(storage, story=first, placement=placement)
    assert storage.placement(first) is None
    assert storage.placement(second) == placement


def test_what_there_is_of_a_story(storage: Storage) -> None:
    second, third = poll(storage, new("b", language="en"), new("c"), at=NOW + SECOND)
    (first,) = poll(storage, new("a", language="fa"), feed=TOLO, at=NOW)
    link = Link(first, "same_words", 1.0, nothing_new=True)
    at = NOW + MINUTE
    read(storage, words=QUAKE, matches=(match("Kerman"),), at=at, article=_article("fa"))
    read(storage, story=first, at=at, copies=(link,), fingerprint=fingerprint("wire"))
    read(storage, story=first, words=QUAKE, matches=(match("Iran"), match("Kerman")), at=at)
    story = storage.story(first)
    assert story is not None
    assert (story.id, story.entries, story.first_seen) == (first, (first, second, third), NOW)
    assert (story.outlets, story.languages) == (("Tolo", "Dawn"), ("fa", "en"))
    assert (story.watches, story.copies) == (("Iran", "Kerman"), ((second, first),))
    assert [member.entry_id for member in story.members] == [first, third]
    assert storage.story(404) is None


def test_who_carries_a_story_stands_in_the_order_in_which_they_had_it(storage: Storage) -> None:
    (third,) = poll(storage, new("c"), feed=MEDUZA, at=NOW + MINUTE)
    (first,) = poll(storage, new("a"), feed=TOLO, at=NOW)
    (second,) = poll(storage, new("b"), feed=DAWN, at=NOW + SECOND)
    copies = (Link(first, "same_words", 1.0, nothing_new=True),)
    read(storage, at=NOW + MINUTE, story=first)
    for links in ((), copies):
        read(storage, at=NOW + MINUTE, story=first, copies=links)
    told_by = ((first, "Tolo"), (second, "Dawn"), (third, "Meduza"))
    assert storage.coverage(first) == Coverage(told_by, ((third, first),))
    assert storage.coverage(404) == Coverage()


def _article(language: str) -> Article:
    return Article(title="", text="", language=language)


def told(storage: Storage, entry: int, state: AlertState = "pending") -> None:
    """Read the entry that is due, and tell of it under its own story."""
    read(
        storage, words=QUAKE, alerts=(alert(f"k{entry}", story=entry, entry_id=entry, state=state),)
    )


def test_whoever_asks_is_told_one_story_of_those_that_were_merged(storage: Storage) -> None:
    """The item that was told, its copy from before the merge, and the one that came after."""
    older, newer, copy = poll(storage, new("a"), new("b"), new("c"), feed=DAWN)
    told(storage, older)
    told(storage, newer)
    link = Link(newer, "same_words", 1.0, nothing_new=True)
    as_copy = {"copies": (link,), "matches": (match(),), "fingerprint": fingerprint("wire")}
    read(storage, story=newer, **as_copy)
    storage.merge(newer, older, 0.7, NOW)
    (later,) = poll(storage, new("d"), feed=TOLO, at=NOW + MINUTE)
    ((known),) = storage.known_texts(fingerprint("wire"), NOW, later)
    assert known.story == older
    read(storage, story=known.story, at=NOW + MINUTE, **as_copy)

    entries = (older, newer, copy, later)
    assert [item.story for item in storage.items()] == [older] * 4
    shown = [item for entry in entries if (item := storage.item(entry))]
    assert [item.story for item in shown] == [older] * 4
    found = storage.newly_matched(NOW, NOW + 9 * MINUTE)
    assert [item.story for item, _ in found] == [older] * 2
    assert {story for _, story, _ in storage.matched_stories(NOW, NOW + 9 * MINUTE)} == {older}
    promises = [*storage.alerts(), *storage.entry_alerts(newer), *storage.story_alerts(newer)]
    assert [promise.story for promise in promises] == [older] * 5
    for number in (older, newer):
        story = storage.story(number)
        assert story is not None
        assert (story.id, story.entries) == (older, entries)
        assert [entry for entry, _ in storage.coverage(number).told_by] == list(entries)
    assert {member.story for member in storage.members_since(NOW)} == {older}
    assert near(storage, "kerman") == [(newer, older), (older, older)]
    # Why it was placed there, and how its next alert is known, does not change.
    assert storage.told_under(newer) == newer


def test_what_is_moved_takes_its_copies_along(storage: Storage) -> None:
    first, second, copy, other, of_first = poll(storage, *(new(name) for name in "abcde"))
    read(storage, words=QUAKE)
    read(storage, words=QUAKE, story=first)
    link = Link(second, "same_words", 1.0, nothing_new=True)
    as_copy = Placement(first, second, "copy", 1.0)
    read(storage, story=first, copies=(link,), placement=as_copy)
    near_first = Placement(first, first, "told", 1.0)
    read(storage, words=QUAKE, story=first, copies=(link,), placement=near_first)
    as_firsts = Placement(first, first, "copy", 1.0)
    read(storage, story=first, copies=(link,), placement=as_firsts)
    apart = Placement(second, None, "apart", 0.0)
    storage.move({second: apart})
    assert {item.id: item.story for item in storage.items()} == {
        first: first, second: second, copy: second, other: first, of_first: first,
    }  # fmt: skip
    assert storage.placement(second) == apart
    assert storage.placement(copy) == Placement(second, second, "copy", 1.0)
    assert storage.placement(other) == near_first


def test_when_the_last_look_was_is_remembered(storage: Storage) -> None:
    assert storage.last_look() is None
    for at in (NOW, NOW + MINUTE, NOW - MINUTE):
        storage.note_look(at)
        assert storage.last_look() == at


def test_what_stays_together_is_marked(storage: Storage) -> None:
    alone, twin, told_of, beside, older, newer = poll(storage, *(new(name) for name in "abcdef"))
    read(storage, words=QUAKE)
    series = Placement(twin, alone, "other_numbers", 0.9)
    read(storage, words=QUAKE, placement=series)
    told(storage, told_of, "held")
    read(storage, words=QUAKE, story=told_of)
    read(storage, words=QUAKE)
    read(storage, words=QUAKE)
    storage.merge(newer, older, 0.7, NOW)
    members = storage.members_since(NOW)
    assert {m.entry_id for m in members if m.settled} == {told_of, beside, older, newer}
    assert {m.entry_id: m.apart_from for m in members if m.apart_from} == {twin: alone}


@pytest.mark.parametrize("state", ["pending", "delivered"])
def test_what_was_sent_under_either_counts_for_both(storage: Storage, state: AlertState) -> None:
    older, newer = poll(storage, new("a"), new("b"))
    read(storage, words=QUAKE)
    told(storage, newer, state)
    assert storage.story_alerts(older) == []
    storage.merge(newer, older, 0.7, NOW)
    assert storage.story_alerts(older) == storage.story_alerts(newer)
    assert [promise.entry_id for promise in storage.story_alerts(older)] == [newer]
    both = Coverage(((older, "Dawn"), (newer, "Dawn")))
    assert storage.coverage(newer) == storage.coverage(older) == both


def test_a_story_is_merged_once_and_takes_along_what_was_merged_into_it(storage: Storage) -> None:
    a, b, c = poll(storage, new("a"), new("b"), new("c"))
    for entry in (a, b, c):
        told(storage, entry)
    assert storage.merge(c, b, 0.7, NOW)
    assert not storage.merge(c, a, 0.7, NOW)
    assert not storage.merge(a, c, 0.7, NOW)
    assert storage.merge(b, a, 0.7, NOW)
    assert not storage.merge(a, a, 0.7, NOW)
    story = storage.story(c)
    assert story is not None
    assert (story.id, story.entries) == (a, (a, b, c))
    assert {item.story for item in storage.items()} == {a}


def test_old_words_are_forgotten_with_the_fingerprint_or_without(storage: Storage) -> None:
    poll(storage, new("a"), new("b"))
    read(storage, words=QUAKE, fingerprint=fingerprint("wire"))
    read(storage, words=QUAKE)
    assert storage.prune_fingerprints(NOW + SECOND, 9) == 2
    assert near(storage, "kerman") == []


def test_pairs_of_copies_among_some_entries(storage: Storage) -> None:
    a, b, c = poll(storage, new("a"), new("b"), new("c"))
    read(storage, fingerprint=fingerprint("wire"))
    for _ in (b, c):
        link = Link(a, "contained", 0.9, nothing_new=True)
        read(storage, fingerprint=fingerprint("wire"), copies=(link,))
    assert storage.copy_pairs([a, b, c]) == [(b, a), (c, a)]
    assert storage.copy_pairs([b, c]) == []
