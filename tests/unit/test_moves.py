"""Where a feed lives: which redirects count, when a move is adopted, when it is given up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.models import DueFeed, FetchResult, Hop, Validators
from aggregator.polling import moves, schedule
from aggregator.polling.habits import Habits

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OLD, NEW, ELSEWHERE = (
    "https://dawn.example/feed",
    "https://dawn.example/rss.xml",
    "https://dusk.example/feed",
)
WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)
NONE = Validators()


def answer(*hops: tuple[int, str], url: str = OLD) -> FetchResult:
    last = hops[-1][1] if hops else url
    return FetchResult(
        url=url,
        final_url=last,
        fetched_at=NOW,
        status=200,
        hops=tuple(Hop(status, where) for status, where in hops),
    )


def due(habits: Habits, validators: Validators = NONE) -> DueFeed:
    return DueFeed(
        id=1, url=OLD, name="Dawn", fence=1, habits=habits.to_json(), validators=validators
    )


@pytest.mark.parametrize(
    ("hops", "target"),
    [
        pytest.param([], "", id="none"),
        pytest.param([(301, NEW)], NEW, id="301"),
        pytest.param([(308, NEW)], NEW, id="308"),
        pytest.param([(302, NEW)], "", id="302"),
        pytest.param([(303, NEW)], "", id="303"),
        pytest.param([(307, NEW)], "", id="307"),
        pytest.param([(301, NEW), (308, ELSEWHERE)], ELSEWHERE, id="two permanent ones"),
        pytest.param([(301, NEW), (302, ELSEWHERE)], NEW, id="permanent, then temporary"),
        pytest.param([(302, NEW), (301, ELSEWHERE)], "", id="temporary, then permanent"),
    ],
)
def test_where_the_permanent_redirects_lead(hops: list[tuple[int, str]], target: str) -> None:
    result = answer(*hops)
    assert moves.permanent_target(result) == target
    began = moves.moved(Habits(), result, NOW)
    assert began.moving_to == target
    week_later = moves.moved(began, result, NOW + WEEK)
    assert (week_later.address, week_later.moving_to) == (target, "")


@pytest.mark.parametrize(
    ("polls", "address"),
    [
        pytest.param([(0, NEW), (167, NEW)], "", id="not before a week"),
        pytest.param([(0, NEW), (168, NEW)], NEW, id="after a week"),
        pytest.param([(0, NEW), (100, ""), (168, NEW)], "", id="back in between: from the start"),
        pytest.param([(0, NEW), (100, ELSEWHERE), (168, ELSEWHERE)], "", id="moved on in between"),
        pytest.param([(0, NEW), (100, ELSEWHERE), (268, ELSEWHERE)], ELSEWHERE, id="then there"),
    ],
)
def test_a_move_is_adopted_after_a_week_of_feeds(
    polls: list[tuple[int, str]], address: str
) -> None:
    habits = Habits()
    for hour, target in polls:
        result = answer((301, target)) if target else answer()
        habits = moves.moved(habits, result, NOW + hour * HOUR)
    assert habits.address == address


@pytest.mark.parametrize(
    ("old", "new", "secured"),
    [
        pytest.param("http://a.example/f", "https://a.example/f", True, id="the same, secured"),
        pytest.param("http://a.example", "https://a.example/", True, id="no path is the root"),
        pytest.param("http://A.example/f", "https://a.example/f", True, id="case of the host"),
        pytest.param("http://a.example:80/f", "https://a.example:443/f", True, id="usual ports"),
        pytest.param("http://a.example:8080/f", "https://a.example/f", False, id="another port"),
        pytest.param("http://a.example/f", "https://a.example:8443/f", False, id="to another port"),
        pytest.param("http://a.example/f", "https://b.example/f", False, id="another host"),
        pytest.param("http://a.example/f", "https://a.example/g", False, id="another path"),
        pytest.param("http://a.example/f?a", "https://a.example/f", False, id="another query"),
        pytest.param("https://a.example/f", "http://a.example/f", False, id="unsecured"),
    ],
)
def test_a_host_that_secures_itself_is_followed_at_once(old: str, new: str, secured: bool) -> None:
    assert moves.only_secured(old, new) is secured
    habits = moves.moved(Habits(), answer((301, new), url=old), NOW)
    assert habits.address == (new if secured else "")
    assert moves.moved(Habits(), answer((302, new), url=old), NOW).address == ""


def test_while_the_new_address_fails_either_is_tried() -> None:
    """Whichever is the dead one: the living one is found within three polls, again and again."""
    habits = Habits(address=NEW)
    asked = []
    for _ in range(9):
        asked.append(schedule.address(due(habits)))
        habits = moves.lost(habits)
    assert asked == [NEW, NEW, OLD] * 3


def test_validators_are_not_sent_to_an_address_that_did_not_give_them() -> None:
    validators = Validators('"new"', "Mon, 23 Nov 2026 08:00:00 GMT")
    for failures, sent in ((0, validators), (2, Validators()), (3, validators)):
        habits = Habits(address=NEW, address_failures=failures)
        assert schedule.validators_to_send(due(habits, validators), NOW) == sent


@pytest.mark.parametrize(
    ("hops", "address", "moving_to"),
    [
        pytest.param([], "", "", id="a feed where it was: the move is undone"),
        pytest.param([(301, NEW)], NEW, "", id="it leads to the new address, which works again"),
        pytest.param([(301, ELSEWHERE)], "", ELSEWHERE, id="it leads elsewhere by now"),
        pytest.param([(302, NEW)], "", "", id="it is there for now only"),
    ],
)
def test_what_is_found_at_the_configured_address_decides(
    hops: list[tuple[int, str]], address: str, moving_to: str
) -> None:
    doubted = Habits(address=NEW, address_failures=2)
    habits = moves.moved(doubted, answer(*hops), NOW)
    assert (habits.address, habits.moving_to, habits.address_failures) == (address, moving_to, 0)


def test_a_feed_at_its_new_address_stays_there_and_may_move_on() -> None:
    there = Habits(address=NEW, address_failures=1)
    assert moves.moved(there, answer(url=NEW), NOW) == Habits(address=NEW)
    onward = answer((301, ELSEWHERE), url=NEW)
    moving = moves.moved(there, onward, NOW)
    assert (moving.address, moving.moving_to) == (NEW, ELSEWHERE)
    assert moves.moved(moving, onward, NOW + WEEK).address == ELSEWHERE


def test_a_feed_that_did_not_move_has_no_address_to_lose() -> None:
    assert moves.lost(Habits()) == Habits()


@pytest.mark.parametrize(
    ("old", "new", "crosses"),
    [
        pytest.param("https://a.example/f", "https://b.example/f", True, id="another domain"),
        pytest.param("https://a.example/f", "https://a.example/g", False, id="another path"),
        pytest.param("https://a.example/f", "https://www.a.example/f", False, id="www"),
        pytest.param("https://www.a.example/f", "https://rss.a.example/f", False, id="www to rss"),
        pytest.param("https://a.example/f", "https://eva.example/f", True, id="a name that ends"),
        pytest.param("https://a.example/f", "", False, id="nowhere"),
    ],
)
def test_crossing_domains(old: str, new: str, crosses: bool) -> None:
    assert moves.crosses_domains(old, new) is crosses


def test_only_moves_to_another_domain_are_told() -> None:
    within, across = answer((301, NEW)), answer((301, ELSEWHERE))
    began = moves.moved(Habits(), across, NOW)
    adopted = moves.moved(began, across, NOW + WEEK)
    assert moves.to_tell(Habits(), began, across) == ("moving dusk.example",)
    assert moves.to_tell(began, adopted, across) == ("moved dusk.example",)
    assert moves.to_tell(adopted, adopted, answer(url=ELSEWHERE)) == ()
    began = moves.moved(Habits(), within, NOW)
    assert moves.to_tell(Habits(), began, within) == ()
    assert moves.to_tell(began, replace(began, address=NEW), within) == ()
