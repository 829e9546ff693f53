"""What a digest says, and whom it goes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.alerting.digest import _place, build, digest_alerts, digest_channel
from aggregator.models import (
    Alert,
    Digest,
    DigestRun,
    Excerpt,
    FeedHealth,
    Item,
    Match,
    Notice,
    Person,
    Poll,
    Severity,
    Spread,
    TermHit,
)

END = datetime(2026, 11, 23, 2, tzinfo=UTC)
RUN = DigestRun("amina", date(2026, 11, 23), END - timedelta(days=1), END)
AMINA = Person("amina", "amina@example.org", ZoneInfo("Asia/Karachi"), digest=time(7))

ITEM = Item(
    id=1,
    feed="Courier",
    title="Jundallah speaks",
    url="https://courier.example/1",
    published=None,
    first_seen=END - timedelta(hours=9),
    authors=(),
    language="en",
    summary="",
    text="It rained. Jundallah spoke of Quetta. It rained.",
    quality="full",
    reason="extracted",
    story=1,
    watches=("Jundallah",),
)


def match(watch: str = "Jundallah", severity: Severity = "normal", word: str = "") -> Match:
    word = word or watch
    at = ITEM.text.find(word)
    hits = (TermHit(word, word, "text", at, at + len(word)),) if at >= 0 else ()
    return Match(watch, hits, severity)


def item(id_: int, *, hours: float = 9, **changes: object) -> Item:
    changes = {"story": id_, "title": f"Story {id_}", **changes}
    return replace(ITEM, id=id_, first_seen=END - timedelta(hours=hours), **changes)  # type: ignore[arg-type]


def built(
    *items: tuple[Item, tuple[Match, ...]],
    person: Person = AMINA,
    feeds: tuple[FeedHealth, ...] = (),
    held: tuple[Alert, ...] = (),
    spreads: Mapping[int, Spread] | None = None,
) -> Digest:
    return build(RUN, person, items, feeds, held, spreads=spreads or {})


def labels(digest: Digest) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(notice.watch, notice.title, notice.also) for notice in digest.notices]


# ── stories ───────────────────────────────────────────────────────────────────────────────────────


def test_by_watch_in_order_of_severity_then_name_then_newest_first() -> None:
    digest = built(
        (item(1), (match("Quetta", "low"),)),
        (item(2), (match("zebra"),)),
        (item(3, hours=3), (match("Alpha"),)),
        (item(4, hours=1), (match("Alpha"),)),
        (item(5), (match("Jundallah", "high"),)),
    )
    assert [(notice.watch, notice.item) for notice in digest.notices] == [
        ("Jundallah", 5),
        ("Alpha", 4),
        ("Alpha", 3),
        ("zebra", 2),
        ("Quetta", 1),
    ]


def test_a_story_on_two_watches_stands_once_with_both_labels() -> None:
    digest = built(
        (item(1), (match("Balochistan"), match("Quetta", "low"), match("Jundallah", "high")))
    )
    assert labels(digest) == [("Jundallah", "Story 1", ("Balochistan", "Quetta"))]
    assert digest.notices[0].severity == "high"
    assert digest.notices[0].terms == ("Jundallah", "Quetta")


def test_a_story_is_named_after_its_best_text_with_all_its_outlets_beside_it() -> None:
    """What matched no watch, or came before, carries it as well."""
    [notice] = built(
        (item(1, feed="Wire", quality="summary"), (match(),)),
        (item(2, feed="Courier", story=1, hours=8), (match(),)),
        spreads={1: Spread(("Wire", "Courier", "Ledger"), 2)},
    ).notices
    assert (notice.item, notice.outlet, notice.outlets) == (2, "Courier", ("Wire", "Ledger"))
    assert notice.independent == 2


def test_copies_that_matched_other_watches_add_their_labels() -> None:
    digest = built(
        (item(1), (match("Balochistan", "low"),)),
        (item(2, story=1, hours=8), (match("Jundallah", "high"),)),
    )
    assert labels(digest) == [("Jundallah", "Story 1", ("Balochistan",))]


def test_only_what_the_person_hears_of() -> None:
    person = replace(AMINA, watches=("Quetta",))
    digest = built(
        (item(1), (match("Jundallah", "high"), match("Quetta"))),
        (item(2), (match("Jundallah", "high"),)),
        person=person,
    )
    assert labels(digest) == [("Quetta", "Story 1", ())]


def test_the_excerpt_proves_it() -> None:
    [notice] = built((item(1), (match("Jundallah"), match("Quetta")))).notices
    assert notice.excerpt == Excerpt("Jundallah spoke of Quetta. It rained.", ((0, 9), (19, 25)))


def test_the_excerpt_proves_the_watch_it_stands_under() -> None:
    text = f"Quetta is {'very ' * 60}quiet. Jundallah spoke."
    quetta = TermHit("Quetta", "Quetta", "text", 0, 6)
    at = text.index("Jundallah")
    jundallah = TermHit("Jundallah", "Jundallah", "text", at, at + 9)
    matches = (Match("Quetta", (quetta,), "low"), Match("Jundallah", (jundallah,), "high"))
    [notice] = built((item(1, text=text), matches)).notices
    assert notice.excerpt.text.endswith("Jundallah spoke.")


@given(
    st.lists(
        st.tuples(
            st.integers(1, 4),
            st.lists(st.sampled_from(["Jundallah", "Quetta", "Alpha"]), unique=True),
        ),
        max_size=12,
    )
)
def test_every_matched_story_stands_exactly_once(
    entries: list[tuple[int, list[str]]],
) -> None:
    items = [
        (item(id_, story=story), tuple(map(match, watches)))
        for id_, (story, watches) in enumerate(entries, 1)
    ]
    story_of = {entry.id: entry.story for entry, _ in items}
    labels_of: dict[int, set[str]] = {}
    for entry, matches in items:
        if matches:
            labels_of.setdefault(entry.story, set()).update(m.watch for m in matches)
    notices = build(RUN, AMINA, items, (), ()).notices
    assert {story_of[n.item]: {n.watch, *n.also} for n in notices} == labels_of
    assert len(notices) == len(labels_of)


# ── what could not be seen ────────────────────────────────────────────────────────────────────────


def feed(
    name: str, failures: int = 0, reason: str = "ok", success: datetime | None = END
) -> FeedHealth:
    poll = Poll(name, END, 200, reason)
    return FeedHealth(f"https://{name}.example", name, END, failures, 3, poll, success)


def test_feeds_that_were_not_read_are_named_with_the_reason() -> None:
    digest = built(
        feeds=(
            feed("courier"),
            feed("wire", 4, "http_503"),
            feed("gazette", 1, "timeout", END - timedelta(hours=1)),
            replace(feed("new", success=None), last_poll=None),
            feed("asleep", success=RUN.start - timedelta(hours=25)),
            feed("slow", success=RUN.start - timedelta(hours=23)),
        )
    )
    assert digest.feeds_read == 2
    assert digest.failing == (
        ("asleep", "not_polled"),
        ("gazette", "timeout"),
        ("new", "not_polled"),
        ("wire", "http_503"),
    )


def held(reason: str, person: str = "amina", state: str = "held") -> Alert:
    notice = Notice("w", "low", "t", "o", "", 1, END, Excerpt(""), (), "full")
    return Alert("key", "match", person, "", notice, END, END, state=state, reason=reason)  # type: ignore[arg-type]


def test_what_was_held_back_is_counted_by_reason() -> None:
    digest = built(
        held=(
            held("told"),
            held("first_poll"),
            held("too_old"),
            held("first_poll"),
            held("digest_only"),
            held("told", person="omar"),
            held("quiet", state="pending"),
        )
    )
    assert digest.held == (("first_poll", 2), ("told", 1), ("too_old", 1))


# ── to whom ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("person", "channel"),
    [
        pytest.param(AMINA, "email", id="has an address"),
        pytest.param(replace(AMINA, alerts=()), "email", id="digest only"),
        pytest.param(replace(AMINA, alerts=("desk",)), "email", id="alerted elsewhere"),
        pytest.param(replace(AMINA, email="", alerts=("desk",)), "desk", id="no address"),
        pytest.param(replace(AMINA, email="", alerts=("email",)), "console", id="e-mail, nowhere"),
        pytest.param(replace(AMINA, email="", alerts=()), "console", id="nothing at all"),
    ],
)
def test_digest_channel(person: Person, channel: str) -> None:
    assert digest_channel(person) == channel


def test_a_digest_is_one_row_of_the_outbox_due_now() -> None:
    digest = built()
    now = END + timedelta(seconds=3)
    [alert] = digest_alerts(digest, AMINA, RUN, now)
    assert (alert.kind, alert.person, alert.channel) == ("digest", "amina", "email")
    assert (alert.content, alert.created_at, alert.due_at, alert.state) == (
        digest,
        now,
        now,
        "pending",
    )
    [again] = digest_alerts(digest, AMINA, RUN, now + timedelta(hours=1))
    assert again.key == alert.key
    tomorrow = replace(RUN, date=date(2026, 11, 24))
    assert digest_alerts(digest, AMINA, tomorrow, now)[0].key != alert.key


# ── the week, silence, gaps ───────────────────────────────────────────────────────────────────────

HOUR = timedelta(hours=1)


def test_within_a_watch_what_most_texts_tell_comes_first_then_the_newest() -> None:
    old, new, told = (
        Notice("w", "low", title, "o", "", 1, END - hours * HOUR, Excerpt(""), (), "full")
        for title, hours in (("old", 9), ("new", 1), ("told", 5))
    )
    found = sorted([old, new, replace(told, independent=3)], key=_place)
    assert [notice.title for notice in found] == ["told", "new", "old"]


def test_the_week_counts_stories_of_what_the_person_hears_of() -> None:
    person = replace(AMINA, watches=("Quetta", "Jundallah"))
    days = timedelta(days=1)
    digest = build(
        RUN,
        person,
        (),
        (),
        (),
        matched=[
            ("Jundallah", 1, END - 7 * days),
            ("Jundallah", 2, END - HOUR),
            ("Jundallah", 3, END - days - HOUR),
            ("Jundallah", 4, END - days),
            ("Jundallah", 5, END),
            ("Taliban", 6, END - HOUR),
        ],
    )
    # A span of a day holds its beginning, as the window of a digest does.
    assert digest.week == (
        ("Jundallah", (1, 0, 0, 0, 0, 1, 2)),
        ("Quetta", (0, 0, 0, 0, 0, 0, 0)),
    )


def test_silence_and_gaps_are_named_but_not_of_what_fails() -> None:
    digest = build(
        RUN,
        AMINA,
        (),
        (feed("wire", 4, "http_503"),),
        (),
        silent=[("wire", END), ("Dawn", END - HOUR), ("AFP", END - 2 * HOUR)],
        gaps=("Dawn",),
    )
    assert digest.silent == (("AFP", END - 2 * HOUR), ("Dawn", END - HOUR))
    assert digest.gaps == ("Dawn",)
