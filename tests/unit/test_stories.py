"""Stories: which articles tell of one event, and which only look like it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.models import (
    Coverage,
    Fingerprint,
    KnownText,
    Link,
    Member,
    Placement,
    Spread,
    WordCounts,
)
from aggregator.reading import stories
from aggregator.reading.stories import by_text, most_central, place, terms, vector

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
DAY = timedelta(days=1)

QUAKE = (
    "Earthquake near Kerman kills nine",
    (
        "An earthquake of magnitude 5.6 struck the province of Kerman in Iran on Monday, "
        "killing nine people in villages near Ravar, the governor Hossein Rezaei said. Rescue "
        "teams from Bam dug through the rubble of mud brick houses at night."
    ),
)
QUAKE_AGAIN = (
    "Nine dead as quake hits Kerman province",
    (
        "Rescue teams in Ravar searched the rubble of collapsed houses after an earthquake "
        "shook Kerman province, where governor Hossein Rezaei put the dead at nine. Iran "
        "measured the quake at a magnitude of 5.6."
    ),
)
OTHER_QUAKE = (
    "Strong earthquake shakes Hokkaido",
    (
        "A strong earthquake shook the Japanese island of Hokkaido on Friday, stopping trains "
        "around Sapporo, but the meteorological agency said that there was no danger of a "
        "tsunami and no one was reported hurt by the evening."
    ),
)
#: So many articles were seen that common words are known for what they are.
SEEN = WordCounts(
    5_000,
    dict.fromkeys("a an the of in on at to and was were after from near no as by".split(), 4_000)
    | dict.fromkeys("earthquake quake people said strong dead night houses".split(), 300),
)


def member(
    entry_id: int, words: tuple[str, str], story: int | None = None, at: datetime = NOW
) -> Member:
    return Member(entry_id, story or entry_id, at, vector(terms(*words), SEEN))


@dataclass(frozen=True)
class Case:
    words: tuple[str, str]
    near: Sequence[Member] = ()
    copies: Sequence[Link] = ()
    known: Sequence[KnownText] = ()
    same_form: Collection[int] = ()
    counts: WordCounts = field(default=SEEN)


def placed(case: Case) -> Placement:
    return place(
        9,
        vector(terms(*case.words), case.counts),
        case.copies,
        case.known,
        case.same_form,
        case.near,
        NOW,
        stories.near_enough(case.counts),
    )


TEXT = KnownText(1, 7, NOW, Fingerprint(1, "", (), frozenset(), frozenset()))
COPY = Link(1, "contained", 0.9, nothing_new=False)


@pytest.mark.parametrize(
    ("case", "story", "reason", "nearest"),
    [
        pytest.param(Case(QUAKE), 9, "alone", None, id="nothing near"),
        pytest.param(Case(QUAKE_AGAIN, [member(1, QUAKE)]), 1, "same_event", 1, id="same event"),
        pytest.param(
            Case(OTHER_QUAKE, [member(1, QUAKE)]), 9, "too_far", 1, id="another of its kind"
        ),
        pytest.param(
            Case(QUAKE_AGAIN, [member(1, QUAKE, at=NOW - 7 * DAY)]),
            1,
            "same_event",
            1,
            id="still told of a week later",
        ),
        pytest.param(
            Case(QUAKE_AGAIN, [member(1, OTHER_QUAKE), member(2, QUAKE, story=5)]),
            5,
            "same_event",
            2,
            id="the nearer of two",
        ),
        pytest.param(
            Case(("Quake", "Nine dead in Kerman"), [member(1, QUAKE)]),
            9,
            "too_short",
            1,
            id="too short to tell",
        ),
        pytest.param(
            Case(OTHER_QUAKE, copies=[COPY], known=[TEXT]), 7, "copy", 1, id="with its original"
        ),
        pytest.param(
            Case(
                QUAKE_AGAIN,
                [member(1, QUAKE, story=7)],
                copies=[COPY],
                known=[TEXT],
                same_form=[1],
            ),
            9,
            "other_numbers",
            1,
            id="the next report of a series",
        ),
    ],
)
def test_where_an_article_belongs(case: Case, story: int, reason: str, nearest: int | None) -> None:
    found = placed(case)
    assert (found.story, found.reason, found.nearest) == (story, reason, nearest)


def test_an_old_story_has_to_be_nearer() -> None:
    (new, old) = (
        placed(Case(QUAKE_AGAIN, [member(1, QUAKE, at=at)])) for at in (NOW, NOW - 3 * DAY)
    )
    assert new.score > old.score > 0


def test_while_few_articles_are_known_more_nearness_is_asked() -> None:
    few = WordCounts(3, {})
    assert stories.near_enough(few) > stories.near_enough(SEEN) >= stories.NEAR_ENOUGH


def test_names_numbers_and_the_lead_weigh_more() -> None:
    text = ". ".join(["Officials met. The envoy Rezaei spoke for 14 hours", *["filler words"] * 40])
    weights = terms("", f"{text}. Later Rezaei left, tired")
    assert weights["rezaei"] > weights["filler"] / 3
    assert weights["14"] > weights["hours"] > weights["tired"]


def test_a_pair_is_as_common_as_the_commoner_of_its_words() -> None:
    known = WordCounts(100, {"23": 60, "pirates": 2, "in": 90})
    weights = dict.fromkeys(["23 pirates", "pirates", "in 23", "23"], 1.0)
    words = vector(weights, known)
    assert words["pirates"] > words["23 pirates"] == words["23"] > words["in 23"]
    assert stories.single_words(weights) == {"23", "pirates"}


def test_a_pair_that_is_not_shared_parts_no_texts() -> None:
    alone, beside = (
        vector({**dict.fromkeys("abcdef", 1.0), **more}, WordCounts(50, {}))
        for more in ({}, {"a 23": 2.0})
    )
    assert {word: beside[word] for word in alone} == alone


def test_what_stands_in_small_letters_too_is_no_name() -> None:
    assert terms("", "see a Bear and a bear")["bear"] < terms("", "see a Bear and a Bear")["bear"]


def test_a_title_that_begins_the_text_is_not_counted_twice() -> None:
    assert terms("Quake in Kerman", "Quake in Kerman\nNine died") == terms(
        "Quake in Kerman", "Nine died"
    )


def test_where_words_are_characters_two_are_one() -> None:
    assert set(terms("", "德黑兰 5.6")) == {"德黑", "黑兰", "5", "6", "黑兰 5", "5 6"}


def test_a_number_is_weighed_with_what_it_counts() -> None:
    weights = terms("", "On March 14 the navy took 23 pirates")
    assert {word for word in weights if " " in word} == {
        "march 14", "14 the", "took 23", "23 pirates",
    }  # fmt: skip
    assert weights["23 pirates"] > weights["pirates"]


def test_a_vector_has_length_one_and_its_heaviest_word_first() -> None:
    words = vector(terms(*QUAKE), SEEN)
    single = [weight for word, weight in words.items() if " " not in word]
    assert sum(weight**2 for weight in single) == pytest.approx(1, abs=0.01)
    assert list(words.values()) == sorted(words.values(), reverse=True)
    assert "the" not in stories.telling(words)


def test_the_headline_is_that_of_the_most_central_article() -> None:
    assert most_central([member(1, OTHER_QUAKE), member(2, QUAKE), member(3, QUAKE_AGAIN)]) != 1
    assert most_central([]) is None


@pytest.mark.parametrize(
    ("copies", "groups"),
    [
        pytest.param([], ((1,), (2,), (3,), (4,)), id="all independent"),
        pytest.param([(2, 1), (3, 2)], ((1, 2, 3), (4,)), id="copies of copies"),
        pytest.param([(4, 1), (9, 2)], ((1, 4), (2,), (3,)), id="others do not count"),
    ],
)
def test_copies_are_one_text(
    copies: list[tuple[int, int]], groups: tuple[tuple[int, ...], ...]
) -> None:
    assert by_text([1, 2, 3, 4], copies) == groups


@pytest.mark.parametrize(
    ("told_by", "copies", "outlets", "independent"),
    [
        pytest.param({1: "A"}, [], ("A",), 1, id="its first text alone"),
        pytest.param({1: "A", 2: "B", 3: "C"}, [(2, 1), (3, 1)], ("A", "B", "C"), 1, id="copies"),
        pytest.param({1: "A", 2: "B", 3: "C"}, [(2, 1)], ("A", "B", "C"), 2, id="own words"),
        pytest.param({1: "A", 2: "B"}, [(2, 1), (1, 2)], ("A", "B"), 1, id="linked both ways"),
        pytest.param({1: "A", 2: "A", 3: "A"}, [], ("A",), 1, id="several of one outlet"),
        pytest.param({1: "A", 2: "A", 3: "B"}, [(3, 2)], ("A", "B"), 1, id="a copy of either"),
        pytest.param({1: "A", 2: "B"}, [(1, 9), (2, 9)], ("A", "B"), 2, id="of other stories"),
        pytest.param({}, [], (), 0, id="nobody"),
    ],
)
def test_the_one_count_of_outlets_and_independent_texts(
    told_by: dict[int, str],
    copies: list[tuple[int, int]],
    outlets: tuple[str, ...],
    independent: int,
) -> None:
    known = Coverage(tuple(told_by.items()), tuple(copies))
    assert stories.spread(known) == Spread(outlets, independent)


def test_an_article_that_joins_brings_its_own_links() -> None:
    known = Coverage(((1, "A"), (2, "B")), ((2, 1),))
    link = Link(1, "contained", 0.9, nothing_new=True)
    third = stories.joined(known, 3, "C", [link])
    assert third == Coverage(((1, "A"), (2, "B"), (3, "C")), ((2, 1), (3, 1)))
    # Read again, in words of its own.
    assert stories.joined(third, 3, "C", []) == replace(third, copies=((2, 1),))
