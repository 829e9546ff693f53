"""The outbox: promises, attempts, digests."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from samples import (
    DAWN,
    LEASE,
    MINUTE,
    NOW,
    TOLO,
    alert,
    commit,
    digest,
    match,
    new,
    notice,
    outcome,
    poll,
    read,
)

from aggregator.models import Alert, Delivery, DigestRun, Poll, Sending, Summary, Trouble
from aggregator.protocols import Storage

SECOND = timedelta(seconds=1)


def promise(storage: Storage, *alerts: Alert) -> None:
    poll(storage, new())
    read(storage, matches=(match(),), alerts=alerts)


def claim(storage: Storage, at: object = NOW) -> Alert:
    (claimed,) = storage.claim_alerts(at, 1, LEASE)  # type: ignore[arg-type]
    return claimed


def test_an_alert_comes_out_as_it_went_in(storage: Storage) -> None:
    written = alert(
        content=notice(published=NOW - MINUTE, also=("B",), outlets=("Dawn", "طلوع")),
        severity="high",
        due_at=NOW + MINUTE,
    )
    held = alert("k2", channel="", state="held", reason="first_poll")
    promise(storage, written, held)
    assert storage.alerts() == [written, held]
    claimed = claim(storage, NOW + MINUTE)
    assert replace(claimed, fence=written.fence) == written
    assert claimed.fence > written.fence


def test_what_nothing_stored_is_the_cause_of_is_promised_once(storage: Storage) -> None:
    storage.commit_alerts([alert("refused", entry_id=None), alert("other", entry_id=None)])
    claimed = claim(storage)
    storage.commit_alerts([alert("refused", entry_id=None, channel="desk")])
    assert [(one.key, one.channel) for one in storage.alerts()] == [
        ("refused", "email"),
        ("other", "email"),
    ]

    commit(storage, claimed, Delivery("dead", NOW, "smtp_550"))
    storage.commit_alerts([alert("refused", entry_id=None)])
    assert [(one.key, one.state) for one in storage.alerts()] == [
        ("refused", "pending"),
        ("other", "pending"),
    ]


def test_pending_alerts_are_claimed_when_due_longest_due_first(storage: Storage) -> None:
    promise(
        storage,
        alert("third", due_at=NOW + 2 * MINUTE),
        alert("first", due_at=NOW),
        alert("second", due_at=NOW + MINUTE),
        alert("held", state="held"),
        alert("dead", state="dead"),
        alert("sent", state="delivered"),
    )

    def claimed(minutes: int, limit: int) -> list[str]:
        at = NOW + minutes * MINUTE
        return [claimed.key for claimed in storage.claim_alerts(at, limit, LEASE)]

    assert claimed(0, 9) == ["first"]
    assert claimed(2, 1) == ["second"]
    assert claimed(2, 9) == ["third"]
    assert claimed(2, 9) == []


def test_a_claim_is_exclusive_until_its_lease_ends(storage: Storage) -> None:
    promise(storage, alert())
    first = claim(storage)
    assert storage.claim_alerts(NOW + LEASE - SECOND, 9, LEASE) == []
    second = claim(storage, NOW + LEASE)
    assert not commit(storage, first, Delivery("delivered", NOW))
    assert storage.alerts()[0].state == "pending"
    assert commit(storage, second, Delivery("delivered", NOW))


def test_a_delivered_alert_is_done(storage: Storage) -> None:
    promise(storage, alert())
    claimed = claim(storage)
    assert commit(storage, claimed, Delivery("delivered", NOW + SECOND, "ok", "250 OK"))
    (done,) = storage.alerts()
    assert (done.state, done.reason, done.attempts, done.delivered_at) == (
        "delivered",
        "ok",
        1,
        NOW + SECOND,
    )
    assert storage.claim_alerts(NOW + timedelta(days=9), 9, LEASE) == []
    assert not commit(storage, claimed, Delivery("delivered", NOW + SECOND))


def test_an_attempt_that_failed_is_due_again_when_it_says(storage: Storage) -> None:
    promise(storage, alert())
    retry = Delivery("retry", NOW, "smtp_451", "try later", retry_at=NOW + 10 * MINUTE)
    assert commit(storage, claim(storage), retry)
    (waiting,) = storage.alerts()
    assert (waiting.state, waiting.reason, waiting.attempts) == ("pending", "smtp_451", 1)
    assert storage.claim_alerts(NOW + 9 * MINUTE, 9, LEASE) == []
    assert claim(storage, NOW + 10 * MINUTE).attempts == 1


def test_a_dead_letter_stays_dead_and_says_why(storage: Storage) -> None:
    promise(storage, alert())
    assert commit(storage, claim(storage), Delivery("dead", NOW, "smtp_550"))
    (dead,) = storage.alerts(state="dead")
    assert (dead.reason, dead.delivered_at) == ("smtp_550", None)
    assert storage.claim_alerts(NOW + timedelta(days=9), 9, LEASE) == []


def test_alerts_are_listed_by_creation_and_a_limit_keeps_the_newest(storage: Storage) -> None:
    promise(
        storage,
        alert("2", created_at=NOW + 2 * MINUTE),
        alert("1", created_at=NOW + MINUTE, person="omar"),
        alert("3", created_at=NOW + 3 * MINUTE, state="held"),
    )

    def keys(**asked: object) -> list[str]:
        return [listed.key for listed in storage.alerts(**asked)]  # type: ignore[arg-type]

    assert keys() == ["1", "2", "3"]
    assert keys(limit=2) == ["2", "3"]
    assert keys(person="amina") == ["2", "3"]
    assert keys(state="held") == ["3"]
    assert keys(since=NOW + 2 * MINUTE) == ["2", "3"]
    assert keys(until=NOW + 2 * MINUTE) == ["1"]
    assert keys(person="amina", state="pending", since=NOW, until=NOW + 9 * MINUTE) == ["2"]


def test_a_digest_is_made_once_for_a_person_and_date(storage: Storage) -> None:
    run = DigestRun("amina", NOW.date(), NOW - timedelta(days=1), NOW)
    mail = alert("d1", kind="digest", content=digest(), watch="", story=None, entry_id=None)
    assert storage.last_digest("amina") is None
    assert storage.commit_digest(run, [mail])
    assert not storage.commit_digest(replace(run, end=NOW + MINUTE), [replace(mail, key="d2")])
    assert storage.alerts() == [mail]
    assert storage.last_digest("amina") == run
    assert storage.last_digest("omar") is None
    assert storage.commit_digest(replace(run, person="omar"), [])


def test_the_last_digest_is_that_of_the_newest_date(storage: Storage) -> None:
    days = [NOW.date() + timedelta(days=number) for number in (1, 9, 2)]
    for day in days:
        storage.commit_digest(DigestRun("amina", day, NOW, NOW), [])
    last = storage.last_digest("amina")
    assert last is not None
    assert last.date == max(days)


# ── channels, apart ───────────────────────────────────────────────────────────────────────────────


def test_a_claim_is_of_one_channel_of_all_or_of_those_that_are_gone(storage: Storage) -> None:
    promise(storage, *(alert(f"{name}{n}", channel=name) for name in "abc" for n in (1, 2)))

    def keys(claimed: list[Alert]) -> list[str]:
        return [one.key for one in claimed]

    assert keys(storage.claim_alerts(NOW, 1, LEASE, "b")) == ["b1"]
    assert keys(storage.claim_alerts(NOW, 9, LEASE, "b")) == ["b2"]
    assert keys(storage.claim_alerts(NOW, 9, LEASE, "d")) == []
    assert keys(storage.claim_orphans(NOW, 9, LEASE, ["b", "c"])) == ["a1", "a2"]
    assert keys(storage.claim_alerts(NOW, 9, LEASE)) == ["c1", "c2"]


def test_what_is_in_hand_is_not_claimed_again_though_its_lease_ended(storage: Storage) -> None:
    promise(storage, *(alert(f"{name}{n}", channel=name) for name in "ab" for n in (1, 2)))
    (a1,) = storage.claim_alerts(NOW, 1, LEASE)
    later = NOW + 2 * LEASE
    assert storage.claim_alerts(later, 9, LEASE, "a", but=("a1", "a2")) == []
    assert storage.claim_orphans(later, 9, LEASE, ["b"], but=("a1", "a2")) == []
    assert commit(storage, a1, Delivery("delivered", later))
    assert [one.key for one in storage.claim_alerts(later, 9, LEASE, but=["a1"])] == [
        "a2",
        "b1",
        "b2",
    ]


TROUBLE = Trouble("email", "amina@e.example", NOW, "timeout")


def attempt(
    storage: Storage, key: str, *, begun: Trouble | None = None, ended: Trouble | None = None
) -> list[str]:
    """Promise, claim and commit one; returns the keys of what is told of it."""
    storage.commit_digest(DigestRun(key, NOW.date(), NOW, NOW), [alert(key)])
    (claimed,) = storage.claim_alerts(NOW, 1, LEASE, "email")
    tell = alert(f"{key} told", channel="desk")
    made = Sending(claimed, Delivery("dead", NOW), begun, ended, (tell,))
    assert storage.commit_sendings([made]) == frozenset()
    return [one.key for one in storage.alerts() if one.channel == "desk" and key in one.key]


def test_what_is_given_back_is_due_as_before_unless_its_claim_was_lost(storage: Storage) -> None:
    promise(storage, alert())
    first = claim(storage)
    storage.give_back_alert(first)
    second = claim(storage)
    assert (second.key, second.attempts) == ("k1", 0)
    storage.give_back_alert(first)
    assert storage.claim_alerts(NOW, 9, MINUTE) == []


def test_a_trouble_is_told_when_it_begins_and_when_it_ends(storage: Storage) -> None:
    assert storage.trouble("email", TROUBLE.address) is None
    assert attempt(storage, "k1", begun=TROUBLE) == ["k1 told"]
    assert storage.trouble("email", TROUBLE.address) == TROUBLE
    assert storage.trouble("email", "omar@e.example") is None
    # attempts that ran beside the first
    assert attempt(storage, "k2", begun=replace(TROUBLE, reason="other")) == []
    assert attempt(storage, "k3", begun=replace(TROUBLE, suspended=True)) == ["k3 told"]
    assert storage.trouble("email", TROUBLE.address) == replace(TROUBLE, suspended=True)
    assert attempt(storage, "k4", begun=TROUBLE) == []
    assert attempt(storage, "k5", ended=TROUBLE) == ["k5 told"]
    assert storage.trouble("email", TROUBLE.address) is None
    assert attempt(storage, "k6", ended=TROUBLE) == []


def test_a_lost_claim_begins_no_trouble(storage: Storage) -> None:
    promise(storage, alert())
    claimed = claim(storage)
    storage.release_claims()
    late = Sending(claimed, Delivery("dead", NOW), TROUBLE, None, (alert("told"),))
    assert storage.commit_sendings([late]) == {"k1"}
    assert storage.trouble("email", TROUBLE.address) is None
    assert [one.key for one in storage.alerts()] == ["k1"]


def test_what_is_sent_again_is_due_and_its_address_no_longer_suspended(storage: Storage) -> None:
    suspended = replace(TROUBLE, suspended=True)
    attempt(storage, "k1", begun=suspended)
    storage.commit_digest(
        DigestRun("x", NOW.date(), NOW, NOW),
        [alert("k2", state="held", channel=""), alert("k3", state="delivered", delivered_at=NOW)],
    )
    later = NOW + MINUTE
    keys = ["k1", "k2", "k3", "k9"]
    assert storage.send_again(keys, [("email", TROUBLE.address)], later) == 2
    claimed = storage.claim_alerts(later, 9, LEASE, "email")
    assert [(one.key, one.attempts, one.state) for one in claimed] == [
        ("k1", 0, "pending"),
        ("k3", 0, "pending"),
    ]
    assert storage.trouble("email", TROUBLE.address) == TROUBLE


# ── what a digest asks for ────────────────────────────────────────────────────────────────────────

DAY = timedelta(days=1)


def test_stories_are_counted_once_for_a_watch_when_they_first_matched(storage: Storage) -> None:
    for hours, title in enumerate(("a", "b", "c")):
        at = NOW + timedelta(hours=hours)
        poll(storage, new(title), at=at)
        read(storage, at=at, matches=(match(),), story=1 if title != "c" else 3)
    found = storage.matched_stories(NOW - DAY, NOW + DAY)
    assert [(watch, story) for watch, story, _ in found] == [("Jundallah", 1), ("Jundallah", 3)]
    assert storage.matched_stories(NOW - 9 * DAY, NOW - 8 * DAY) == []


def test_gaps_are_named_once_for_the_time_they_fall_in(storage: Storage) -> None:
    storage.sync_feeds([DAWN, TOLO], NOW)
    for at in (NOW, NOW + MINUTE):
        storage.make_due(at)
        for due in storage.claim_feeds(at, 9, LEASE):
            reason = "gap" if due.name == "Dawn" else "ok"
            poll_of = Poll(due.name, at, 200, reason)
            storage.commit_polls([outcome(due, at=at, poll=poll_of)])
    assert storage.gaps(NOW, NOW + DAY) == ("Dawn",)
    assert storage.gaps(NOW - DAY, NOW) == ()


# a story, told


def test_what_nobody_has_begun_to_send_can_say_more(storage: Storage) -> None:
    promise(storage, alert("k1"), alert("k2", channel="desk"), alert("k3", state="held"))
    (sending,) = storage.claim_alerts(NOW, 1, LEASE, "desk")
    more = notice(outlets=("Tolo", "Meduza"))
    (entry,) = poll(storage, new("The same"), feed=TOLO)
    read(
        storage,
        refreshed=[replace(one, content=more) for one in (*storage.alerts(), alert("k4"))],
    )
    assert entry
    says = {one.key: one.content == more for one in storage.alerts()}
    assert says == {"k1": True, sending.key: False, "k3": False}


def test_the_alerts_of_a_story_and_of_an_entry(storage: Storage) -> None:
    update = alert("k2", sequence=1, entry_id=2)
    promise(
        storage,
        update,
        alert("k1"),
        alert("k3", story=2),
        alert("k4", state="held", channel="", entry_id=2),
        alert("k5", state="dead"),
    )
    assert [one.key for one in storage.story_alerts(1)] == ["k1", "k2"]
    assert storage.story_alerts(1)[1] == update
    assert [one.key for one in storage.entry_alerts(2)] == ["k2", "k4"]


# put off


def gathered(storage: Storage, *keys: str) -> Alert:
    summary = alert("sum", kind="summary", content=Summary("quiet", len(keys), (notice(),)))
    storage.commit_summaries({"sum": keys}, [summary])
    return claim(storage)


def test_what_is_put_off_goes_within_another_and_shares_its_fate(storage: Storage) -> None:
    promise(
        storage,
        alert("k1", put_off="quiet", reason="quiet"),
        alert("k2", put_off="quiet", reason="quiet"),
        alert("k3", put_off="cap", due_at=NOW + MINUTE),
    )
    assert storage.claim_alerts(NOW, 9, LEASE) == []
    assert [one.key for one in storage.put_off(NOW)] == ["k1", "k2"]
    summary = gathered(storage, "k1", "k2")
    assert summary.key == "sum"
    assert storage.put_off(NOW) == []
    assert [one.within for one in storage.alerts() if one.key in "k1 k2"] == ["sum", "sum"]
    assert commit(storage, summary, Delivery("retry", NOW, "timeout", retry_at=NOW))
    assert {one.state for one in storage.alerts()} == {"pending"}
    assert commit(storage, claim(storage), Delivery("delivered", NOW + SECOND))
    states = {one.key: (one.state, one.delivered_at) for one in storage.alerts()}
    done = ("delivered", NOW + SECOND)
    assert states == {"k1": done, "k2": done, "k3": ("pending", None), "sum": done}
    assert storage.claim_alerts(NOW + MINUTE, 9, LEASE) == []


def test_what_is_sent_again_goes_alone_or_within_but_not_both(storage: Storage) -> None:
    promise(storage, *(alert(key, put_off="quiet") for key in ("k1", "k2")))
    assert commit(storage, gathered(storage, "k1", "k2"), Delivery("dead", NOW, "http_410"))
    assert {one.state for one in storage.alerts()} == {"dead"}
    assert storage.send_again(["sum", "k1", "k2"], [], NOW) == 1
    again = claim(storage)
    assert again.key == "sum"
    assert commit(storage, again, Delivery("delivered", NOW))
    assert {one.state for one in storage.alerts()} == {"delivered"}
    assert storage.send_again(["k1"], [], NOW) == 1
    again = claim(storage)
    assert (again.key, again.reason) == ("k1", "")


@pytest.mark.parametrize(
    ("made", "until"),
    [
        pytest.param([], None, id="nothing"),
        pytest.param([{}], None, id="one less than the cap"),
        pytest.param([{"due_at": NOW - MINUTE}, {}], NOW + 59 * MINUTE, id="the cap"),
        pytest.param([{"due_at": NOW - 60 * MINUTE}, {}], None, id="an hour ago"),
        pytest.param([{"person": "omar"}, {}], None, id="somebody else"),
        pytest.param([{"channel": "desk"}, {}], None, id="over another channel"),
        pytest.param([{"state": "dead"}, {}], None, id="not told after all"),
        pytest.param([{"kind": "digest"}, {}], None, id="digests do not count"),
        pytest.param([{"kind": "summary"}, {}], NOW + 60 * MINUTE, id="summaries do"),
        pytest.param([{"put_off": "quiet"}, {}], None, id="what goes in them does not"),
        pytest.param(
            [{"put_off": "cap", "due_at": NOW + 9 * MINUTE}], NOW + 9 * MINUTE, id="one waits"
        ),
    ],
)
def test_when_there_is_room_under_a_cap(
    made: list[dict[str, Any]], until: datetime | None, storage: Storage
) -> None:
    promise(storage, *(alert(f"k{n}", **changes) for n, changes in enumerate(made)))
    assert storage.full_until("amina", "email", 2, 60 * MINUTE, NOW) == until
