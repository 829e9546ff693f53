"""Whom a match tells, when, and why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.alerting.keys import digest_key, held_key, match_key
from aggregator.alerting.policy import Decision, Known, decide
from aggregator.models import (
    Alert,
    Article,
    Correction,
    DueEntry,
    Excerpt,
    Match,
    News,
    Notice,
    Person,
    QuietHours,
    Severity,
    TermHit,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WAIT = timedelta(seconds=30)
TEXT = "The closure ended. A spokesman for Jundullah told reporters of the pledge. Nobody was hurt."
KARACHI = ZoneInfo("Asia/Karachi")
BERLIN = ZoneInfo("Europe/Berlin")

AMINA = Person("amina", "amina@example.org", KARACHI)
ENTRY = DueEntry(
    id=12,
    feed_id=1,
    feed_url="https://courier.example/feed",
    feed="Quetta Courier",
    fence=1,
    first_seen=NOW - timedelta(minutes=1),
    url="https://courier.example/pledge",
    title="A pledge",
    summary="Jundullah speaks.",
    published=NOW - timedelta(hours=1),
)
ARTICLE = Article("A pledge is made", TEXT, quality="full")
WHERE = TEXT.index("Jundullah")
HIT = TermHit("Jundallah", "Jundullah", "text", WHERE, WHERE + 9)
MATCH = Match("Jundallah", (HIT,))
#: An entry of the same story.
ANOTHER = 11
NOTICE = Notice(
    watch="Jundallah",
    severity="normal",
    title="A pledge",
    outlet="Meridian Wire",
    url="https://wire.example/pledge",
    item=ANOTHER,
    first_seen=NOW - timedelta(hours=1),
    excerpt=Excerpt("Jundullah speaks."),
    terms=("Jundullah",),
    quality="full",
    independent=1,
    watch_terms=("Jundallah",),
)


def told(
    person: str = "amina",
    watch: str = "Jundallah",
    by: int = ANOTHER,
    channel: str = "email",
    **changes: Any,
) -> Alert:
    """What somebody was told of the story, by another entry of it."""
    made = Alert(
        key=f"{person} {watch} {channel}",
        kind="match",
        person=person,
        channel=channel,
        content=NOTICE,
        created_at=NOW - timedelta(hours=1),
        due_at=NOW - timedelta(hours=1),
        watch=watch,
        story=7,
        entry_id=by,
        state="delivered",
        delivered_at=NOW - timedelta(hours=1),
        fence=2,
    )
    return replace(made, **changes)


def decided(
    *people: Person,
    entry: DueEntry = ENTRY,
    article: Article = ARTICLE,
    matches: tuple[Match, ...] = (MATCH,),
    now: datetime = NOW,
    wait: timedelta = WAIT,
    **known: Any,
) -> Decision:
    people = people or (AMINA,)
    return decide(entry, article, matches, people, Known(7, **known), now, wait)


def alerts(*people: Person, **changes: Any) -> tuple[Alert, ...]:
    return decided(*people, **changes).alerts


def notice(alert: Alert) -> Notice:
    assert isinstance(alert.content, Notice)
    return alert.content


def test_one_alert_over_each_channel() -> None:
    made = alerts(replace(AMINA, alerts=("email", "desk", "email")))
    assert [(a.person, a.channel, a.state, a.due_at) for a in made] == [
        ("amina", "email", "pending", NOW + WAIT),
        ("amina", "desk", "pending", NOW + WAIT),
    ]
    assert len({a.key for a in made}) == 2
    assert {(a.watch, a.story, a.entry_id, a.reason) for a in made} == {("Jundallah", 7, 12, "")}


@pytest.mark.parametrize(
    ("watches", "told"),
    [
        pytest.param(None, True, id="every watch"),
        pytest.param(("Jundallah",), True, id="this watch"),
        pytest.param(("Balochistan",), False, id="another watch"),
        pytest.param((), False, id="no watch"),
    ],
)
def test_only_who_hears_of_the_watch_is_told(watches: tuple[str, ...] | None, told: bool) -> None:
    assert bool(alerts(replace(AMINA, watches=watches))) is told


@pytest.mark.parametrize(
    ("hold", "is_told", "copied", "channels", "reason"),
    [
        pytest.param(
            "first_poll", False, False, ("email",), "first_poll", id="first poll of the feed"
        ),
        pytest.param("too_old", False, False, ("email",), "too_old", id="too old"),
        pytest.param("flood", False, False, ("email",), "flood", id="flood"),
        pytest.param(None, True, False, ("email",), "told", id="told of this story"),
        pytest.param(None, True, True, ("email",), "copy", id="a copy of what was told"),
        pytest.param(None, False, False, (), "digest_only", id="no channels"),
        pytest.param("too_old", True, False, (), "too_old", id="the entry's own reason first"),
    ],
)
def test_what_is_held_back_has_one_row_and_a_reason(
    hold: str | None, is_told: bool, copied: bool, channels: tuple[str, ...], reason: str
) -> None:
    [held] = alerts(
        replace(AMINA, alerts=channels),
        entry=replace(ENTRY, hold=hold),
        alerts=[ONCE] if is_told else [],
        nothing_new=copied,
        copied=True,
    )
    assert (held.state, held.channel, held.reason) == ("held", "", reason)
    assert notice(held).title == "A pledge is made"


def test_told_is_by_person_and_watch() -> None:
    [alert] = alerts(alerts=[told("omar"), told(watch="Balochistan")])
    assert alert.state == "pending"


def test_an_entry_read_again_adds_nothing_to_what_it_told() -> None:
    own = told(by=ENTRY.id, content=replace(NOTICE, item=ENTRY.id, title=ARTICLE.title))
    assert decided(alerts=[own], before=frozenset({"Jundallah"})) == Decision()


def test_what_matched_before_and_was_held_is_not_held_again() -> None:
    assert decided(alerts=[told()], before=frozenset({"Jundallah"})) == Decision()


@given(
    people=st.lists(
        st.builds(
            Person,
            name=st.sampled_from(["a", "b", "c"]),
            alerts=st.sampled_from([(), ("email",), ("email", "desk")]),
            watches=st.sampled_from([None, ("Jundallah",), ("Balochistan",)]),
        ),
        unique_by=lambda person: person.name,
    ),
    told_to=st.sets(
        st.tuples(st.sampled_from("abc"), st.sampled_from(["Jundallah", "Balochistan"]))
    ),
    hold=st.sampled_from([None, "first_poll"]),
    copied=st.booleans(),
)
def test_nothing_is_dropped_in_silence(
    people: list[Person], told_to: set[tuple[str, str]], hold: str | None, copied: bool
) -> None:
    """Everyone who hears of a matched watch has a row for it: told, or held with a reason."""
    matches = (MATCH, Match("Balochistan", (HIT,)))
    known = Known(7, alerts=[told(*who) for who in told_to], copied=copied)
    made = decide(replace(ENTRY, hold=hold), ARTICLE, matches, people, known, NOW, WAIT).alerts
    rows = {(a.person, a.watch) for a in made}
    assert rows == {(p.name, m.watch) for p in people for m in matches if p.hears_of(m.watch)}
    assert all(a.reason for a in made if a.state == "held")
    assert len({a.key for a in made}) == len(made)


# ── keys ──────────────────────────────────────────────────────────────────────────────────────────


def test_keys_never_change() -> None:
    """Receivers drop repeats by them: after an upgrade they must be the same."""
    assert match_key("amina", "Jundallah", 7, "email") == "fedbbba6-9414-52e4-b2bd-b5c324fe5fa2"
    assert held_key("amina", "Jundallah", 12) == "3f0f661c-6302-59d4-b7b8-3d081db5fc30"
    assert digest_key("amina", NOW.date(), "email") == "bf21e5ad-b502-5732-a322-4d6f6defb8ee"


def test_the_key_is_of_person_watch_story_and_channel() -> None:
    keys = {
        match_key(*parts)
        for parts in [
            ("amina", "Jundallah", 7, "email"),
            ("omar", "Jundallah", 7, "email"),
            ("amina", "Balochistan", 7, "email"),
            ("amina", "Jundallah", 8, "email"),
            ("amina", "Jundallah", 7, "desk"),
            ("amina", "Jundallah", 7, "email", 1),
            ('amina", "Jundallah', "", 7, "email"),
        ]
    }
    assert len(keys) == 7
    assert all(UUID(key).version == 5 for key in keys)


def test_another_article_of_the_story_has_the_same_key() -> None:
    [first], [second] = alerts(), alerts(entry=replace(ENTRY, id=99))
    assert first.key == second.key


def test_held_back_articles_of_one_story_have_rows_of_their_own() -> None:
    keys = {alerts(entry=replace(ENTRY, id=id_, hold="too_old"))[0].key for id_ in (12, 99)} | {
        alerts()[0].key
    }
    assert len(keys) == 3


# ── when ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("severity", "due_at"),
    [
        pytest.param("low", NOW + WAIT, id="low waits for its story to gather"),
        pytest.param("normal", NOW + WAIT, id="normal too"),
        pytest.param("high", NOW, id="high does not"),
    ],
)
def test_wait(severity: Severity, due_at: datetime) -> None:
    [alert] = alerts(matches=(replace(MATCH, severity=severity),))
    assert (alert.due_at, alert.severity) == (due_at, severity)


def berlin(day: int, hour: int, minute: int = 0, *, month: int = 10, fold: int = 0) -> datetime:
    local = datetime(2026, month, day, hour, minute, tzinfo=BERLIN, fold=fold)
    return local.astimezone(UTC)


NIGHT = QuietHours(time(22), time(6))


@pytest.mark.parametrize(
    ("quiet", "now", "due_at"),
    [
        pytest.param(NIGHT, berlin(5, 21, 59), None, id="a minute before"),
        pytest.param(NIGHT, berlin(5, 22), berlin(6, 6), id="from the minute it begins"),
        pytest.param(NIGHT, berlin(6, 1), berlin(6, 6), id="after midnight"),
        pytest.param(NIGHT, berlin(6, 5, 59), berlin(6, 6), id="to the minute before it ends"),
        pytest.param(NIGHT, berlin(6, 6), None, id="not when it ends"),
        pytest.param(QuietHours(time(12), time(14)), berlin(6, 13), berlin(6, 14), id="at noon"),
        pytest.param(QuietHours(time(12), time(14)), berlin(6, 14), None, id="after noon"),
        pytest.param(
            NIGHT,
            berlin(28, 23, month=3),
            datetime(2026, 3, 29, 4, tzinfo=UTC),
            id="the night the clocks go forward",
        ),
        pytest.param(
            NIGHT,
            berlin(24, 23),
            datetime(2026, 10, 25, 5, tzinfo=UTC),
            id="the night the clocks go back",
        ),
        pytest.param(
            QuietHours(time(22), time(2, 30)),
            berlin(28, 23, month=3),
            datetime(2026, 3, 29, 1, tzinfo=UTC),
            id="ends in the gap: at the gap's end",
        ),
        pytest.param(
            QuietHours(time(22), time(2, 30)),
            berlin(25, 2, 10),
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
            id="ends twice: the first time",
        ),
        pytest.param(
            QuietHours(time(22), time(2, 30)),
            berlin(25, 2, 10, fold=1),
            None,
            id="ends twice: over when it shows again",
        ),
    ],
)
def test_quiet_hours_are_by_the_wall_clock(
    quiet: QuietHours, now: datetime, due_at: datetime | None
) -> None:
    person = replace(AMINA, timezone=BERLIN, quiet=quiet)
    [alert] = alerts(person, now=now, wait=timedelta(0))
    assert alert.state == "pending"
    assert (alert.due_at, alert.reason) == ((due_at, "quiet") if due_at else (now, ""))


def test_quiet_hours_that_have_begun_go_on_when_the_clock_shows_yesterday_again() -> None:
    """St John's put its clocks from 00:01 back to 23:01."""
    st_johns = ZoneInfo("America/St_Johns")
    person = replace(AMINA, timezone=st_johns, quiet=QuietHours(time(0), time(6)))
    again_23_10 = datetime(2010, 11, 7, 2, 40, tzinfo=UTC)
    [alert] = alerts(person, now=again_23_10, wait=timedelta(0))
    assert again_23_10.astimezone(st_johns).hour == 23
    assert alert.due_at == datetime(2010, 11, 7, 6, tzinfo=st_johns)


def test_quiet_is_asked_of_the_moment_it_would_be_sent() -> None:
    person = replace(AMINA, timezone=BERLIN, quiet=NIGHT)
    [alert] = alerts(person, now=berlin(5, 22) - timedelta(seconds=10))
    assert alert.due_at == berlin(6, 6)


def test_high_severity_passes_quiet_hours() -> None:
    person = replace(AMINA, timezone=BERLIN, quiet=NIGHT)
    [alert] = alerts(person, matches=(replace(MATCH, severity="high"),), now=berlin(6, 1))
    assert (alert.due_at, alert.reason) == (berlin(6, 1), "")


# ── the story grows ───────────────────────────────────────────────────────────────────────────────


ONCE = told()
COPY = {"copied": True, "nothing_new": True}


@pytest.mark.parametrize(
    ("known", "changes", "news"),
    [
        pytest.param({"independent": 2}, {}, News(1, 1), id="another outlet in its own words"),
        pytest.param(COPY, {}, None, id="a copy"),
        pytest.param(
            {"outlets": ("Meridian Wire", "B", "C", "D"), **COPY},
            {},
            News(4),
            id="copies doubled the outlets",
        ),
        pytest.param({"outlets": ("Meridian Wire", "B"), **COPY}, {}, None, id="two more outlets"),
        pytest.param(
            {},
            {"entry": replace(ENTRY, feed="Meridian Wire")},
            None,
            id="more by the outlet that was told",
        ),
        pytest.param(
            COPY,
            {"matches": (replace(MATCH, terms=(replace(HIT, term="Jaish al-Adl"),)),)},
            News(1, terms=("Jaish al-Adl",)),
            id="a term that did not stand in it",
        ),
        pytest.param(
            COPY,
            {"matches": (replace(MATCH, terms=(replace(HIT, text="JUNDULLAH"),)),)},
            None,
            id="the same term, spelled otherwise",
        ),
    ],
)
def test_an_update_is_for_something_new_only(
    known: dict[str, Any], changes: dict[str, Any], news: News | None
) -> None:
    known = {"independent": 1, **known}
    [alert] = alerts(alerts=[ONCE], **changes, **known)
    if news is None:
        assert alert.state == "held"
        return
    assert (alert.state, alert.sequence, alert.channel) == ("pending", 1, "email")
    assert alert.key == match_key("amina", "Jundallah", 7, "email", 1)
    assert notice(alert).news == news


@pytest.mark.parametrize(
    ("before", "after", "told_again"),
    [
        pytest.param("12 killed in Quetta", "40 killed in Quetta", True, id="other numbers"),
        pytest.param("A pledge", "Correction: a pledge", True, id="labelled"),
        pytest.param("Удар по Кветте", "Исправлено: удар по Кветте", True, id="in Russian"),
        pytest.param("12 killed in Quetta", "In Quetta 12 are killed", False, id="reworded"),
    ],
)
def test_a_correction_of_what_was_told_is_told(before: str, after: str, told_again: bool) -> None:
    own = told(by=ENTRY.id, content=replace(NOTICE, item=ENTRY.id, title=before))
    made = alerts(
        alerts=[own],
        before=frozenset({"Jundallah"}),
        article=replace(ARTICLE, title=after),
        entry=replace(ENTRY, feed="Meridian Wire"),
    )
    assert [notice(alert).news for alert in made] == [News(corrected=True)] * told_again


OWN = told(
    by=ENTRY.id,
    content=replace(NOTICE, item=ENTRY.id, title=ARTICLE.title, watch_terms=("Jundallah", "Daesh")),
)
AGAIN: dict[str, Any] = {
    "before": frozenset({"Jundallah"}),
    "entry": replace(ENTRY, feed="Meridian Wire"),
}


@pytest.mark.parametrize(
    ("correction", "matches", "news"),
    [
        pytest.param(Correction(corrected=True), (MATCH,), News(corrected=True), id="corrected"),
        pytest.param(Correction(gone=("Daesh",)), (MATCH,), News(gone=("Daesh",)), id="a term"),
        pytest.param(
            Correction(gone=("Jundallah", "Daesh")),
            (),
            News(gone=("Jundallah", "Daesh")),
            id="all that was matched",
        ),
        pytest.param(Correction(corrected=True), (), None, id="other watches' news is not theirs"),
        pytest.param(Correction(gone=("Jundallah",)), (MATCH,), None, id="it stands elsewhere"),
    ],
)
def test_what_an_article_takes_back_is_told(
    correction: Correction, matches: tuple[Match, ...], news: News | None
) -> None:
    made = alerts(alerts=[OWN], matches=matches, corrections={OWN.key: correction}, **AGAIN)
    assert [notice(alert).news for alert in made] == [news] * (news is not None)
    assert all(alert.key == match_key("amina", "Jundallah", 7, "email", 1) for alert in made)
    assert all(notice(alert).excerpt.text for alert in made)


def test_who_no_longer_hears_of_a_watch_is_not_told_that_it_is_gone() -> None:
    deaf = replace(AMINA, watches=("Quetta",))
    gone = {OWN.key: Correction(gone=("Jundallah",))}
    assert alerts(deaf, alerts=[OWN], matches=(), corrections=gone, **AGAIN) == ()


def test_an_update_that_waits_keeps_what_was_taken_back() -> None:
    update = replace(
        OWN,
        key="update",
        state="pending",
        sequence=1,
        delivered_at=None,
        fence=0,
        content=replace(OWN.content, news=News(corrected=True)),  # type: ignore[type-var]
    )
    gone = {update.key: Correction(gone=("Daesh",))}
    made = decided(alerts=[OWN, update], corrections=gone, **AGAIN)
    assert made.alerts == ()
    assert [notice(alert).news for alert in made.refreshed] == [
        News(corrected=True, gone=("Daesh",))
    ]


@pytest.mark.parametrize(
    ("channels", "over"),
    [
        pytest.param(("email", "desk"), ["email"], id="it is there still"),
        pytest.param(("desk",), ["desk"], id="another took its place"),
        pytest.param(("desk", "chat"), ["desk", "chat"], id="two took its place"),
    ],
)
def test_what_is_new_goes_on_from_what_was_told_over_a_channel_that_is_gone(
    channels: tuple[str, ...], over: list[str]
) -> None:
    reader = replace(AMINA, alerts=channels)
    made = alerts(reader, alerts=[ONCE], independent=2)
    assert [(alert.channel, alert.state, alert.sequence) for alert in made] == [
        (channel, "pending", 1) for channel in over
    ]
    assert all(notice(alert).news == News(1, 1) for alert in made)
    assert len({alert.key for alert in made}) == len(over)

    waiting = [replace(alert, fence=0) for alert in made]
    a_copy = {"entry": replace(ENTRY, id=13), "outlets": ("B",), "copied": True, "independent": 2}
    more = decided(reader, alerts=[ONCE, *waiting], **a_copy)
    assert [notice(alert).news for alert in more.refreshed] == [News(2, 1)] * len(over)
    assert [alert.state for alert in more.alerts] == ["held"]


def test_updates_of_a_story_are_half_an_hour_apart() -> None:
    sent = NOW - timedelta(minutes=10)
    [alert] = alerts(alerts=[replace(ONCE, delivered_at=sent)], independent=2)
    assert alert.due_at == sent + timedelta(minutes=30)
    [urgent] = alerts(
        alerts=[replace(ONCE, delivered_at=sent)], matches=(replace(MATCH, severity="high"),)
    )
    assert urgent.due_at == sent + timedelta(minutes=30)


def test_what_comes_before_the_message_is_sent_is_said_in_it() -> None:
    waiting = replace(ONCE, state="pending", delivered_at=None, fence=0)
    made = decided(alerts=[waiting], outlets=("Meridian Wire",), independent=2)
    assert [(alert.state, alert.reason) for alert in made.alerts] == [("held", "told")]
    [joined] = made.refreshed
    assert joined.key == waiting.key
    assert notice(joined) == replace(NOTICE, outlets=("Quetta Courier",), independent=2)


def test_an_outlet_that_does_not_name_the_watch_counts_too() -> None:
    waiting = replace(ONCE, state="pending", delivered_at=None, fence=0)
    made = decided(alerts=[waiting], matches=(), independent=2)
    assert made.alerts == ()
    assert [notice(alert).outlets for alert in made.refreshed] == [("Quetta Courier",)]


def test_what_is_on_its_way_is_left_as_it_is() -> None:
    sending = replace(ONCE, state="pending", delivered_at=None, fence=1)
    made = decided(alerts=[sending], independent=2)
    assert made.refreshed == ()
    assert [alert.sequence for alert in made.alerts] == [1]


def test_the_page_of_an_early_match_makes_its_message_better() -> None:
    summary = replace(NOTICE, item=ENTRY.id, outlet=ENTRY.feed, quality="summary", title="Old")
    waiting = replace(
        ONCE, state="pending", delivered_at=None, fence=0, entry_id=ENTRY.id, content=summary
    )
    made = decided(alerts=[waiting], before=frozenset({"Jundallah"}), independent=1)
    assert made.alerts == ()
    [better] = made.refreshed
    assert (notice(better).quality, notice(better).title) == ("full", "A pledge is made")


def test_an_update_that_waits_counts_from_what_was_sent() -> None:
    update = replace(
        ONCE,
        key="update",
        state="pending",
        sequence=1,
        delivered_at=None,
        fence=0,
        content=replace(NOTICE, outlet="B", outlets=("Meridian Wire",), news=News(1)),
    )
    made = decided(alerts=[ONCE, update], copied=True, independent=2)
    assert [alert.state for alert in made.alerts] == ["held"]
    [joined] = made.refreshed
    assert (joined.key, notice(joined).news) == ("update", News(2, 1))


# ── put off ───────────────────────────────────────────────────────────────────────────────────────


LATER = NOW + timedelta(minutes=40)


@pytest.mark.parametrize(
    ("severity", "due_at", "put_off"),
    [
        pytest.param("normal", LATER, "cap", id="held until there is room"),
        pytest.param("high", NOW, "", id="high severity passes"),
    ],
)
def test_the_cap(severity: Severity, due_at: datetime, put_off: str) -> None:
    [alert] = alerts(
        matches=(replace(MATCH, severity=severity),), full_until={("amina", "email"): LATER}
    )
    assert (alert.state, alert.due_at, alert.put_off) == ("pending", due_at, put_off)


def test_room_that_comes_in_quiet_hours_comes_at_their_end() -> None:
    person = replace(AMINA, timezone=BERLIN, quiet=NIGHT)
    full = {("amina", "email"): berlin(5, 22, 10)}
    [alert] = alerts(person, now=berlin(5, 21, 30), full_until=full)
    assert (alert.due_at, alert.put_off) == (berlin(6, 6), "quiet")


# ── what ──────────────────────────────────────────────────────────────────────────────────────────


def test_the_notice_says_what_an_analyst_needs() -> None:
    other = Match("Balochistan", (HIT,))
    unheard = Match("Cricket", (HIT,))
    person = replace(AMINA, watches=("Jundallah", "Balochistan"))
    first, second = alerts(
        person,
        matches=(MATCH, other, unheard),
        outlets=("Meridian Wire", "Quetta Courier", "Gulf Ledger"),
    )
    said = notice(first)
    assert (said.title, said.outlet, said.url, said.item) == (
        "A pledge is made",
        "Quetta Courier",
        "https://courier.example/pledge",
        12,
    )
    assert (said.first_seen, said.published) == (ENTRY.first_seen, ENTRY.published)
    assert (said.terms, said.quality, said.also) == (("Jundullah",), "full", ("Balochistan",))
    assert said.outlets == ("Meridian Wire", "Gulf Ledger")
    assert notice(second).also == ("Jundallah",)
    said_there = "A spokesman for Jundullah told reporters of the pledge. Nobody was hurt."
    assert said.excerpt.text == said_there
    assert [said.excerpt.text[start:end] for start, end in said.excerpt.spans] == ["Jundullah"]


def test_the_page_tells_the_date_and_the_address_where_it_can() -> None:
    article = replace(ARTICLE, published=NOW, title="", final_url="https://courier.example/f")
    [alert] = alerts(entry=replace(ENTRY, url=""), article=article)
    said = notice(alert)
    assert (said.published, said.url) == (NOW, "https://courier.example/f")
    assert said.title == "A pledge"
