"""What one poll writes, for everything that may come back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import FetchError, Forbidden, ParseError, Unreachable
from aggregator.models import (
    DueFeed,
    Feed,
    FetchResult,
    Hop,
    KnownEntry,
    ParsedEntry,
    ParsedFeed,
    PollOutcome,
    PublisherPace,
    Validators,
)
from aggregator.polling import decide, schedule
from aggregator.polling.habits import Habits
from aggregator.polling.identity import keys, words

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
URL, OTHER = "https://dawn.example/feed", "https://dusk.example/feed"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FEED = Feed(url=URL)
OLD = Validators('W/"old"', "Sun, 22 Nov 2026 09:00:00 GMT")
NONE = Validators()
#: Read for a month, a few entries a day.
STEADY = Habits(
    began_at=NOW - 30 * DAY,
    last_read_at=NOW - HOUR,
    window=20,
    news_at=tuple(NOW - hours * HOUR for hours in (30, 20, 10)),
    news=(2, 2, 2),
)


def entry(number: int, published: datetime | None = None) -> ParsedEntry:
    return ParsedEntry(
        guid=f"id-{number}",
        link=f"https://dawn.example/{number}",
        title=f"Report {number} from quarter {number * 7919}",
        summary=f"Words {number * 104729} that stand in number {number} and nowhere else.",
        published=published,
    )


def entries(*numbers: int, published: datetime | None = None) -> tuple[ParsedEntry, ...]:
    return tuple(entry(number, published) for number in numbers)


def stored(found: Sequence[ParsedEntry]) -> list[KnownEntry]:
    return [KnownEntry(at, keys(each), words(each)) for at, each in enumerate(found, 1)]


def answer(
    status: int | None = 200, error: FetchError | None = None, **headers: str
) -> FetchResult:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return FetchResult(
        url=URL, final_url=URL, fetched_at=NOW, status=status, headers=named, error=error, ms=7
    )


def due(habits: Habits = STEADY, **values: object) -> DueFeed:
    known: dict[str, object] = {"validators": OLD, "first_success": NOW - 30 * DAY} | values
    return DueFeed(id=1, url=URL, name="Dawn", fence=4, habits=habits.to_json(), **known)  # type: ignore[arg-type]


def poll(
    result: FetchResult,
    document: Sequence[ParsedEntry] | ParsedFeed | None = None,
    known: Sequence[ParsedEntry] = (),
    *,
    of: DueFeed | None = None,
    feed: Feed = FEED,
    now: datetime = NOW,
) -> PollOutcome:
    """The outcome; what holds of each is asserted here."""
    of = of or due()
    parsed = document
    if document is not None and not isinstance(document, ParsedFeed):
        parsed = ParsedFeed(format="rss", entries=tuple(document))
    sent = schedule.validators_to_send(of, now)
    outcome = decide.poll(feed, of, sent, result, parsed, stored(known), now)  # type: ignore[arg-type]
    line = outcome.poll
    assert line.seen == line.new + line.updated + line.known + line.rejected
    assert line.new == len(outcome.new)
    assert (outcome.feed_id, outcome.fence) == (of.id, of.fence)
    assert (line.feed, line.at, line.status, line.ms) == ("Dawn", now, result.status or 0, 7)
    assert now < outcome.due_at <= now + 2 * DAY
    return outcome


def learnt(outcome: PollOutcome) -> Habits:
    return Habits.of(replace(due(), habits=outcome.habits))


def after(outcome: PollOutcome, before: DueFeed, first_success: datetime | None = None) -> DueFeed:
    """The feed as it is claimed next."""
    return replace(
        before,
        validators=outcome.validators,
        failures=outcome.failures,
        habits=outcome.habits,
        first_success=before.first_success or first_success,
    )


# ── a document ────────────────────────────────────────────────────────────────────────────────────


def test_a_document_with_new_edited_known_and_rejected_entries() -> None:
    known = entries(1, 2, 3)
    edited = replace(known[0], summary=known[0].summary + " And five words more here.")
    document = ParsedFeed(
        format="rss",
        title="The Dawn",
        entries=(entry(4), edited, *known[1:]),
        rejected=("no_words",),
        pace=PublisherPace(ttl=3 * HOUR),
    )
    outcome = poll(answer(), document, known)
    line = outcome.poll
    assert (line.reason, line.seen) == ("ok", 5)
    assert (line.new, line.updated, line.known, line.rejected) == (1, 1, 2, 1)
    assert [new.entry.guid for new in outcome.new] == ["id-4"]
    assert [seen.edited for seen in outcome.seen] == [edited]
    assert (outcome.title, outcome.failures, outcome.tells) == ("The Dawn", 0, ())
    assert outcome.due_at >= NOW + 3 * HOUR
    habits = learnt(outcome)
    assert habits.news_at == (*STEADY.news_at, NOW)
    assert habits.news == (*STEADY.news, 1)
    assert (habits.window, habits.last_read_at) == (4, NOW)


def test_a_document_without_title_leaves_the_title() -> None:
    assert poll(answer(), entries(1), entries(1)).title is None


@pytest.mark.parametrize(
    ("headers", "validators"),
    [
        pytest.param(
            {"etag": 'W/"a "b""', "last_modified": "yesterday"},
            Validators('W/"a "b""', "yesterday"),
            id="byte for byte",
        ),
        pytest.param({"etag": "plain"}, Validators("plain"), id="one of two"),
        pytest.param({}, NONE, id="none, after having had some"),
    ],
)
def test_validators_are_those_of_the_last_document(
    headers: Mapping[str, str], validators: Validators
) -> None:
    assert poll(answer(**headers), entries(1), entries(1)).validators == validators


@pytest.mark.parametrize(
    ("headers", "validators"),
    [
        pytest.param({}, OLD, id="none: the old ones stay"),
        pytest.param({"etag": '"n"'}, Validators('"n"', OLD.last_modified), id="a newer tag"),
        pytest.param({"last_modified": "now"}, Validators(OLD.etag, "now"), id="a newer date"),
    ],
)
def test_not_modified(headers: Mapping[str, str], validators: Validators) -> None:
    before = due(replace(STEADY, missed_some=True), failures=3)
    outcome = poll(answer(304, **headers), of=before)
    assert (outcome.poll.reason, outcome.poll.seen, outcome.failures) == ("not_modified", 0, 0)
    assert outcome.validators == validators
    habits = learnt(outcome)
    assert (habits.unchanged_since, habits.missed_some) == (NOW, False)
    again = poll(answer(304), of=after(outcome, before), now=NOW + DAY)
    assert learnt(again).unchanged_since == NOW
    read = poll(answer(), entries(1), entries(1), of=after(again, before), now=NOW + 2 * DAY)
    assert learnt(read).unchanged_since is None


def test_not_modified_keeps_to_max_age() -> None:
    outcome = poll(answer(304, cache_control="max-age=43200"))
    assert NOW + 12 * HOUR <= outcome.due_at <= NOW + 13.2 * HOUR


def test_not_modified_since_nothing_is_a_failure() -> None:
    outcome = poll(answer(304), of=due(validators=NONE))
    assert (outcome.poll.reason, outcome.failures) == ("http_304", 1)


def test_an_answer_that_broke_off_keeps_what_came() -> None:
    """Its validators would stand for the tail too, and what was known may stand in the tail."""
    cut = answer(error=Unreachable("broke off", reason="truncated"), etag='"new"')
    outcome = poll(cut, entries(5, 6))
    assert (outcome.poll.reason, outcome.poll.new, outcome.failures) == ("truncated", 2, 1)
    assert outcome.validators == OLD
    assert not learnt(outcome).missed_some
    assert outcome.tells == ()


@pytest.mark.parametrize(
    ("rejected", "found", "reason", "failures"),
    [
        pytest.param(("truncated",), 2, "truncated", 1, id="cut within an entry"),
        pytest.param(("over_limit",) * 9, 2, "over_limit", 0, id="more than are kept"),
        pytest.param(("malformed",), 2, "ok", 0, id="a bad one among good ones"),
        pytest.param(("malformed", "empty"), 0, "unreadable", 1, id="none that can be read"),
        pytest.param((), 0, "ok", 0, id="none at all"),
    ],
)
def test_what_the_document_lost_is_told(
    rejected: tuple[str, ...], found: int, reason: str, failures: int
) -> None:
    document = ParsedFeed(format="rss", entries=entries(5, 6)[:found], rejected=rejected)
    known = () if failures else entries(5)
    outcome = poll(answer(etag='"new"'), document, known)
    line = outcome.poll
    assert (line.reason, line.rejected, outcome.failures) == (reason, len(rejected), failures)
    # Validators stand for the tail too; and what was known may have stood there.
    assert outcome.validators == (OLD if failures else Validators('"new"'))
    assert not learnt(outcome).missed_some


# ── no document ───────────────────────────────────────────────────────────────────────────────────

RETRY_DATE = "Mon, 23 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("result", "reason", "failures", "wait"),
    [
        pytest.param(answer(404), "http_404", 3, 8 * HOUR, id="404"),
        pytest.param(answer(410), "http_410", 3, DAY, id="410"),
        pytest.param(answer(410, retry_after="60"), "http_410", 3, DAY, id="410 with Retry-After"),
        pytest.param(answer(429, retry_after="7200"), "http_429", 2, 2 * HOUR, id="429, seconds"),
        pytest.param(answer(503, retry_after=RETRY_DATE), "http_503", 2, 3 * HOUR, id="503, date"),
        pytest.param(answer(503, retry_after="5"), "http_503", 2, 30 * MINUTE, id="503, at once"),
        pytest.param(answer(429, retry_after="9" * 6000), "http_429", 2, DAY, id="429, an age"),
        pytest.param(answer(429), "http_429", 3, 67.5 * MINUTE, id="429"),
        pytest.param(answer(503), "http_503", 3, 67.5 * MINUTE, id="503"),
        pytest.param(answer(500, retry_after="7200"), "http_500", 3, 67.5 * MINUTE, id="500"),
        pytest.param(
            answer(None, Unreachable(reason="dns")), "dns", 3, 67.5 * MINUTE, id="no such name"
        ),
        pytest.param(
            answer(None, Forbidden(reason="private_address")),
            "private_address",
            3,
            8 * HOUR,
            id="a private address",
        ),
        pytest.param(
            answer(None, Forbidden(reason="robots")), "robots", 3, 67.5 * MINUTE, id="robots.txt"
        ),
        pytest.param(
            answer(200, FetchError(reason="too_large")), "too_large", 3, 2 * HOUR, id="too large"
        ),
    ],
)
def test_failures(result: FetchResult, reason: str, failures: int, wait: timedelta) -> None:
    """The third in a row of a feed polled every half hour; those told to wait do not count."""
    outcome = poll(result, of=due(failures=2))
    assert (outcome.poll.reason, outcome.poll.seen, outcome.failures) == (reason, 0, failures)
    assert wait <= outcome.due_at - NOW <= wait * 1.1
    assert outcome.due_at - NOW <= DAY
    assert outcome.validators == OLD
    assert (outcome.title, outcome.new, outcome.seen) == (None, (), ())


def test_a_document_that_cannot_be_parsed_keeps_the_old_validators() -> None:
    page = ParsedFeed(error=ParseError(reason="blocked"))
    outcome = poll(answer(etag='"page"'), page)
    assert (outcome.poll.reason, outcome.failures, outcome.validators) == ("blocked", 1, OLD)


@given(
    status=st.integers(100, 599),
    retry=st.text(st.characters(max_codepoint=255), max_size=40) | st.just("1" * 5000),
    failures=st.integers(0, 500),
)
def test_no_answer_keeps_a_feed_waiting_for_more_than_a_day(
    status: int, retry: str, failures: int
) -> None:
    headers = dict.fromkeys(("retry_after", "cache_control", "expires", "date"), retry)
    outcome = poll(answer(status, **headers), of=due(failures=failures))
    assert 30 * MINUTE <= outcome.due_at - NOW <= DAY


@pytest.mark.parametrize(
    "odd", ["Mon, 01 Jan 0001 00:00:00 +2300", "Fri, 31 Dec 9999 23:59:59 -2300", "1 2 3", ":"]
)
def test_dates_that_cannot_be(odd: str) -> None:
    poll(answer(503, retry_after=odd))
    poll(answer(304, expires=odd, date=odd))


# ── what is held back ─────────────────────────────────────────────────────────────────────────────


def holds(outcome: PollOutcome) -> set[str | None]:
    return {new.hold for new in outcome.new}


@pytest.mark.parametrize(
    ("feed", "hold"),
    [
        pytest.param(FEED, "first_poll", id="the baseline"),
        pytest.param(Feed(url=URL, alert_on_first_poll=True), None, id="unless asked for"),
    ],
)
def test_the_first_poll(feed: Feed, hold: str | None) -> None:
    first = due(Habits(), validators=NONE, first_success=None)
    outcome = poll(answer(), entries(*range(40)), of=first, feed=feed)
    assert holds(outcome) == {hold}
    assert (outcome.poll.reason, outcome.tells) == ("ok", ())
    habits = learnt(outcome)
    assert (habits.began_at, habits.news_at) == (NOW, ())


def test_a_failed_first_poll_is_no_baseline() -> None:
    first = due(Habits(), validators=NONE, first_success=None)
    failed = poll(answer(500), of=first)
    assert learnt(failed) == Habits()
    assert holds(poll(answer(), entries(1, 2), of=after(failed, first))) == {"first_poll"}


@pytest.mark.parametrize(
    ("published", "hold"),
    [
        pytest.param(None, None, id="no date"),
        pytest.param(NOW - HOUR, None, id="fresh"),
        pytest.param(NOW - 2 * DAY, None, id="just young enough"),
        pytest.param(NOW - 3 * DAY, "too_old", id="too old"),
        pytest.param(datetime(1970, 1, 1, tzinfo=UTC), None, id="the default of a publisher"),
        pytest.param(NOW + 30 * DAY, None, id="the future"),
    ],
)
def test_entries_too_old_to_alert(published: datetime | None, hold: str | None) -> None:
    known = entries(1, 2, published=NOW - 9 * DAY)
    assert holds(poll(answer(), (entry(3, published), *known), known)) == {hold}


def test_a_feed_that_dates_all_its_news_far_back_is_told_once() -> None:
    known, habits = entries(1, 2), STEADY
    told: list[tuple[str, ...]] = []
    for number in range(10, 22):
        news = entry(number, NOW - (3 + number) * DAY)
        outcome = poll(answer(), (news, *known), known, of=due(habits))
        habits = learnt(outcome)
        told.append(outcome.tells)
    assert told == [()] * 9 + [("habitually_old",)] + [()] * 2


def test_one_entry_of_today_ends_the_habit() -> None:
    known, almost = entries(1, 2), replace(STEADY, too_old=9)
    news = (entry(3, NOW - 9 * DAY), entry(4, NOW - HOUR))
    outcome = poll(answer(), (*news, *known), known, of=due(almost))
    assert (outcome.tells, learnt(outcome).too_old) == ((), 0)


def test_a_date_that_all_claim_says_nothing_of_any() -> None:
    old = NOW - 300 * DAY
    known = entries(1, 2, published=old)
    outcome = poll(answer(), (*entries(3, published=old), *known), known)
    assert holds(outcome) == {None}
    # Later the known entries are not read again, but what was learnt of them stays.
    outcome = poll(answer(), entries(4, published=old), known, of=due(learnt(outcome)))
    assert holds(outcome) == {None}
    outcome = poll(answer(), entries(5, published=old + DAY), known, of=due(learnt(outcome)))
    assert holds(outcome) == {"too_old"}
    assert learnt(outcome).one_date is None


def test_one_new_entry_beside_those_not_read_again_has_its_own_date() -> None:
    old = NOW - 300 * DAY
    result, known = answer(), entries(1, 2)
    again = [key for each in known for key in _words_digests(each)]
    outcome = decide.poll(
        FEED,
        due(),
        OLD,
        result,
        ParsedFeed(format="rss", entries=entries(3, 4, published=old)),
        stored(known),
        NOW,
        again,
    )
    assert (outcome.poll.new, outcome.poll.known) == (2, 2)
    assert holds(outcome) == {"too_old"}


def _words_digests(of: ParsedEntry) -> list[str]:
    return [key.removeprefix("words:") for key in keys(of) if key.startswith("words:")]


# ── floods and gaps ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Burst:
    """So many new entries beside so many known ones."""

    new: int
    known: int = 0
    published: datetime | None = None
    spread: timedelta = MINUTE
    habits: Habits = STEADY
    now: datetime = NOW

    def poll(self) -> PollOutcome:
        at = self.published
        fresh = [entry(100 + n, at and at - n * self.spread) for n in range(self.new)]
        known = entries(*range(self.known))
        return poll(answer(), (*fresh, *known), known, of=due(self.habits), now=self.now)


RARE = replace(STEADY, news_at=(NOW - 20 * DAY,), news=(1,))


@pytest.mark.parametrize(
    ("burst", "flood"),
    [
        pytest.param(Burst(20), True, id="all new, no dates"),
        pytest.param(Burst(20, published=NOW - 30 * DAY), True, id="all new, old dates"),
        pytest.param(Burst(20, published=NOW, spread=0 * MINUTE), True, id="one date for all"),
        pytest.param(Burst(20, habits=RARE), True, id="a feed that rarely has news"),
        pytest.param(Burst(20, 5), True, id="four of five are new"),
        pytest.param(Burst(20, 6), False, id="fewer are new"),
        pytest.param(Burst(9), False, id="a small feed"),
        pytest.param(Burst(20, published=NOW), False, id="fresh dates"),
        pytest.param(
            Burst(20, habits=replace(STEADY, began_at=NOW - 23 * HOUR)), False, id="a young feed"
        ),
        pytest.param(Burst(20, now=NOW + 25 * DAY), False, id="a long downtime, no dates"),
        pytest.param(
            Burst(20, published=NOW + 19 * DAY, spread=DAY, habits=RARE, now=NOW + 20 * DAY),
            False,
            id="a long downtime, dates of then",
        ),
        pytest.param(Burst(20, habits=Habits()), False, id="nothing is known of it"),
    ],
)
def test_floods(burst: Burst, flood: bool) -> None:
    outcome = burst.poll()
    assert outcome.poll.new == burst.new
    assert (outcome.poll.reason == "flood") is flood
    assert ("flood" in outcome.tells) is flood
    # What is a flood is no gap as well.
    assert len(outcome.tells) <= 1
    assert ("flood" in holds(outcome)) is flood


@pytest.mark.parametrize(
    ("burst", "gap"),
    [
        pytest.param(Burst(3), True, id="nothing known"),
        pytest.param(Burst(3, 1), False, id="one is known"),
        pytest.param(Burst(0, 3), False, id="nothing new"),
        pytest.param(Burst(0), False, id="an empty document"),
        pytest.param(Burst(3, habits=replace(STEADY, window=0)), False, id="it was empty before"),
    ],
)
def test_gaps(burst: Burst, gap: bool) -> None:
    outcome = burst.poll()
    assert outcome.poll.reason == ("gap" if gap else "ok")
    assert outcome.tells == (("gap",) if gap else ())
    assert learnt(outcome).missed_some is gap


def test_doubles_within_a_document_do_not_hide_a_gap() -> None:
    outcome = poll(answer(), (*entries(7, 8), entry(7)))
    assert (outcome.poll.new, outcome.poll.known, outcome.poll.reason) == (2, 1, "gap")


def test_after_a_gap_a_feed_is_asked_sooner() -> None:
    slow = replace(STEADY, news_at=tuple(NOW - n * 10 * DAY for n in (3, 2, 1)))
    steady = poll(answer(), entries(1, 2), entries(2), of=due(slow))
    gap = poll(answer(), entries(1, 2), of=due(slow))
    assert gap.due_at - NOW <= 33 * MINUTE < steady.due_at - NOW


# ── trust ─────────────────────────────────────────────────────────────────────────────────────────


def test_guids_that_name_several_things_are_distrusted_and_told() -> None:
    document = [replace(entry(n), guid="the same") for n in range(1, 5)]
    outcome = poll(answer(), document, entries(1))
    assert outcome.poll.reason == "guids_distrusted"
    assert "guids_distrusted" in outcome.tells
    assert outcome.poll.new == 3


UNCHANGED = replace(STEADY, unchanged_since=NOW - 14 * DAY)


@pytest.mark.parametrize(
    ("habits", "document", "lied"),
    [
        pytest.param(UNCHANGED, entries(1, 2), True, id="a probe finds news"),
        pytest.param(UNCHANGED, entries(1), False, id="a probe finds nothing new"),
        pytest.param(STEADY, entries(1, 2), False, id="no probe"),
        pytest.param(
            replace(UNCHANGED, unchanged_since=NOW - DAY, address=OTHER, address_failures=2),
            entries(1, 2),
            False,
            id="asked without conditions for another reason",
        ),
    ],
)
def test_validators_that_lied(habits: Habits, document: Sequence[ParsedEntry], lied: bool) -> None:
    before = due(habits)
    outcome = poll(answer(etag='"new"'), document, entries(1), of=before)
    assert (outcome.poll.reason == "validators_distrusted") is lied
    assert ("validators_distrusted" in outcome.tells) is lied
    sent = schedule.validators_to_send(after(outcome, before), NOW + HOUR)
    assert sent == (NONE if lied else Validators('"new"'))


@pytest.mark.parametrize(
    ("failures", "probe"),
    [pytest.param(1, True, id="a hiccup"), pytest.param(3, False, id="a long silence")],
)
def test_news_after_a_silence_of_the_server_accuse_no_validators(
    failures: int, probe: bool
) -> None:
    feed = due(UNCHANGED)
    for _ in range(failures):
        feed = after(poll(answer(410), of=feed), feed)
    assert (schedule.validators_to_send(feed, NOW + DAY) == NONE) is probe
    outcome = poll(answer(), entries(1, 2), entries(1), of=feed, now=NOW + DAY)
    assert (outcome.poll.reason == "validators_distrusted") is probe


def test_distrusted_validators_stay_so() -> None:
    before = due(replace(STEADY, validators_distrusted=True))
    outcome = poll(answer(etag='"new"'), entries(1, 2), entries(1), of=before)
    assert (outcome.poll.reason, outcome.tells) == ("ok", ())
    assert schedule.validators_to_send(after(outcome, before), NOW + HOUR) == NONE


# ── told ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_feed_that_is_gone_is_told_once_until_it_is_back() -> None:
    feed, tells = due(), []
    for day, result in enumerate(
        [answer(410), answer(410), answer(500), answer(410), answer(304), answer(410)]
    ):
        outcome = poll(result, of=feed, now=NOW + day * DAY)
        tells.append(outcome.tells)
        feed = after(outcome, feed)
    assert tells == [("gone",), (), (), (), (), ("gone",)]


def test_what_goes_on_or_comes_back_soon_is_told_once() -> None:
    feed, told_on = due(), []
    for day in range(24):
        if day < 12 or day > 20:
            outcome = poll(answer(), entries(day), of=feed, now=NOW + day * DAY)
        else:
            outcome = poll(answer(304, etag='"x"'), of=feed, now=NOW + day * DAY)
        told_on += [day] * len(outcome.tells)
        # A 304 must have something to stand for.
        feed = replace(after(outcome, feed), validators=OLD)
    assert told_on == [0, 21]


@pytest.mark.parametrize("status", [200, 304])
def test_a_move_to_another_domain_is_told_when_seen_and_when_adopted(status: int) -> None:
    feed, tells = due(), []
    result = replace(answer(status, etag='"x"'), hops=(Hop(301, OTHER),), final_url=OTHER)
    for day in range(9):
        asked = schedule.address(feed)
        came = result if asked == URL else answer(status, etag='"x"')
        document = entries(1) if status == 200 else None
        outcome = poll(replace(came, url=asked), document, entries(1), of=feed, now=NOW + day * DAY)
        tells.append(outcome.tells)
        feed = after(outcome, feed)
    assert tells == [("moving dusk.example",), *[()] * 6, ("moved dusk.example",), ()]
    assert schedule.address(feed) == OTHER
