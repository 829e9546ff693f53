"""Where articles came from, the pages behind them, and what items said before."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from samples import (
    MINUTE,
    NOW,
    claim_feed,
    match,
    new,
    outcome,
    poll,
    read,
    reading,
    seen,
)

from aggregator.models import Article, Evidence, Hop, ParsedEntry, Revision
from aggregator.protocols import Storage

DAY = timedelta(days=1)
PAGE = b"<p>The page.</p>" * 400
DIGEST = sha256(PAGE).hexdigest()


def article(text: str = "The page.", at: datetime = NOW, **changes: Any) -> Article:
    values: dict[str, Any] = {
        "title": "Attack in Quetta",
        "text": text,
        "quality": "full",
        "reason": "extracted",
        "method": "trafilatura",
        "sha256": sha256(text.encode()).hexdigest(),
        "fetched_at": at,
    }
    return Article(**{**values, **changes})


def read_page(storage: Storage, page: bytes = PAGE, at: datetime = NOW) -> int:
    kept = article(sha256=sha256(page).hexdigest(), at=at)
    return read(storage, at=at, article=kept, page=zlib.compress(page))


def edit(storage: Storage, entry: int, edited: ParsedEntry, at: datetime) -> None:
    due = claim_feed(storage, at)
    storage.commit_polls([outcome(due, at=at, seen=(seen(entry, edited=edited, words="new"),))])


# evidence


def test_an_article_says_where_it_came_from(storage: Storage) -> None:
    poll(storage, new(link="https://dawn.example/1"))
    came = article(
        quality="partial",
        reason="paywall",
        final_url="https://www.dawn.example/1",
        hops=(Hop(301, "https://www.dawn.example/1"),),
        status=200,
        sha256=DIGEST,
        extractor="aggregator 1, trafilatura 2",
        certainty=0.91,
        note="second_choice",
    )
    entry = read(storage, article=came, page=zlib.compress(PAGE))
    assert storage.evidence(entry) == Evidence(
        url="https://dawn.example/1",
        final_url="https://www.dawn.example/1",
        hops=(Hop(301, "https://www.dawn.example/1"),),
        status=200,
        sha256=DIGEST,
        fetched_at=NOW,
        quality="partial",
        reason="paywall",
        method="trafilatura",
        extractor="aggregator 1, trafilatura 2",
        kept_at=NOW,
        certainty=0.91,
        note="second_choice",
    )


def test_without_a_reading_there_is_no_evidence(storage: Storage) -> None:
    (entry,) = poll(storage, new())
    assert storage.evidence(entry) is None
    assert storage.evidence(404) is None


def test_an_article_without_a_page_keeps_none(storage: Storage) -> None:
    poll(storage, new())
    entry = read(storage)
    evidence = storage.evidence(entry)
    assert evidence is not None
    assert (evidence.status, evidence.hops, evidence.fetched_at) == (None, (), None)
    assert (evidence.kept_at, evidence.certainty, evidence.note) == (None, None, "")
    assert storage.page("") is None


# pages


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(PAGE, id="html"),
        pytest.param(b"\x00\xff\xfe" * 9, id="bytes that are no text"),
        pytest.param(b"x", id="one byte"),
    ],
)
def test_a_page_comes_back_byte_for_byte(storage: Storage, page: bytes) -> None:
    poll(storage, new())
    read_page(storage, page)
    assert storage.page(sha256(page).hexdigest()) == page
    assert storage.page("00" * 32) is None


def test_equal_pages_are_kept_once_and_as_long_as_the_last(storage: Storage) -> None:
    poll(storage, new("a"), new("b"), new("c"))
    read_page(storage, at=NOW)
    read_page(storage, at=NOW + DAY)
    read_page(storage, at=NOW)
    assert storage.prune_pages(NOW + DAY, 9) == 0
    assert storage.prune_pages(NOW + DAY + MINUTE, 9) == 1
    assert storage.page(DIGEST) is None


def test_pruning_takes_the_oldest_first_and_leaves_article_and_digest(storage: Storage) -> None:
    poll(storage, *(new(str(number)) for number in range(4)))
    entries = [read_page(storage, b"%d" % day, at=NOW + day * DAY) for day in range(4)]
    before = [storage.item(entry) for entry in entries]

    assert storage.prune_pages(NOW + 3 * DAY, 2) == 2
    kept = [storage.page(sha256(b"%d" % day).hexdigest()) for day in range(4)]
    assert kept == [None, None, b"2", b"3"]
    assert storage.prune_pages(NOW + 3 * DAY, 2) == 1
    assert storage.prune_pages(NOW + 3 * DAY, 2) == 0

    assert [storage.item(entry) for entry in entries] == before
    evidence = storage.evidence(entries[0])
    assert evidence is not None
    assert (evidence.sha256, evidence.kept_at) == (sha256(b"0").hexdigest(), None)


def test_a_refused_reading_keeps_no_page(storage: Storage) -> None:
    poll(storage, new())
    (due,) = storage.claim_entries(NOW, 1, MINUTE)
    storage.release_claims()
    assert not storage.commit_reading(reading(due, article=article(sha256=DIGEST), page=b"-"))
    assert storage.page(DIGEST) is None


# revisions


def test_what_was_never_edited_has_one_revision_the_present(storage: Storage) -> None:
    (entry,) = poll(storage, new("title", summary="summary", content="content"))
    assert storage.revisions(entry) == (Revision(None, "title", "summary", "content", False),)
    read(storage, article=article("text", title="page's title"), matches=(match(),))
    assert storage.revisions(entry) == (
        Revision(None, "page's title", "summary", "text", True, (match(),)),
    )
    assert storage.revisions(404) == ()


def test_an_edit_in_the_feed_and_the_page_behind_it_is_one_revision(storage: Storage) -> None:
    (entry,) = poll(storage, new("old", summary="old summary"))
    read(storage, article=article("old text", title="old"), matches=(match("A"),))
    edit(storage, entry, ParsedEntry(title="new", summary="new summary"), NOW + 60 * MINUTE)
    later = NOW + 61 * MINUTE
    read(storage, at=later, article=article("new text", later, title="new"), matches=(match("B"),))
    assert storage.revisions(entry) == (
        Revision(NOW + 60 * MINUTE, "old", "old summary", "old text", True, (match("A"),)),
        Revision(None, "new", "new summary", "new text", True, (match("B"),)),
    )


def test_an_edit_of_an_unread_entry_keeps_the_feeds_words(storage: Storage) -> None:
    (entry,) = poll(storage, new("old", content="old text"))
    edit(storage, entry, ParsedEntry(title="new", content="new text"), NOW + 60 * MINUTE)
    assert storage.revisions(entry) == (
        Revision(NOW + 60 * MINUTE, "old", "", "old text", False),
        Revision(None, "new", "", "new text", False),
    )


def test_every_edit_is_a_revision_oldest_first(storage: Storage) -> None:
    (entry,) = poll(storage, new("one"))
    for hour, title in enumerate(("two", "three"), start=1):
        edit(storage, entry, ParsedEntry(title=title), NOW + hour * 60 * MINUTE)
    assert [words.title for words in storage.revisions(entry)] == ["one", "two", "three"]


LATER = NOW + MINUTE
UNREAD = {"method": "feed", "sha256": "", "fetched_at": None}


@pytest.mark.parametrize(
    ("first", "second", "texts"),
    [
        pytest.param(article("old"), article("new", LATER), ["old", "new"], id="page edited"),
        pytest.param(article("same"), article("same", LATER), ["same"], id="same words"),
        pytest.param(
            article("old", sha256="ab"),
            article("new", LATER, sha256="ab"),
            ["new"],
            id="the same bytes read otherwise",
        ),
        pytest.param(
            article("feed's", **UNREAD), article("new", LATER), ["new"], id="the page came at last"
        ),
        pytest.param(
            article("", method=""), article("new", LATER), ["new"], id="there was no text before"
        ),
        pytest.param(
            article("old"),
            article("feed's", LATER, **{**UNREAD, "fetched_at": LATER}),
            ["old", "feed's"],
            id="the page went away: its words are kept",
        ),
    ],
)
def test_a_page_read_again(
    storage: Storage, first: Article, second: Article, texts: list[str]
) -> None:
    poll(storage, new())
    read(storage, article=first, due_at=LATER)
    entry = read(storage, at=LATER, article=second)
    assert [words.text for words in storage.revisions(entry)] == texts
    assert [words.at for words in storage.revisions(entry)[:-1]] == [LATER] * (len(texts) - 1)


def test_pages_edited_again_and_again_are_all_kept(storage: Storage) -> None:
    poll(storage, new())
    entry = 0
    for number in range(4):
        at = NOW + number * MINUTE
        entry = read(storage, at=at, article=article(f"{number}", at), due_at=at + MINUTE)
    assert [words.text for words in storage.revisions(entry)] == ["0", "1", "2", "3"]
