"""What a host's other pages say of the elements of a page."""

from __future__ import annotations

import pytest

from aggregator.models import ArticleRule
from aggregator.reading.blocks import Page, segment
from aggregator.reading.choose import choose
from aggregator.reading.extract import extract
from aggregator.reading.page import parse
from aggregator.reading.places import NOWHERE, Places, learn, places_of, tally, weighed
from aggregator.reading.study import Study, study
from tests.unit.test_extract import BODY, URL

TEXT, BOX, ELSEWHERE = 11, 22, 33


def page(html: str) -> Page:
    tree = parse(f"<html><body>{html}</body></html>")
    assert tree is not None
    return segment(tree)


def place(html: str) -> int:
    [only] = set(places_of(page(html)))
    return only


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        pytest.param(
            '<div class="story Body"><p>a</p></div>', '<div class="body  story"><p>b</p></div>',
            True, id="names in any order",
        ),
        pytest.param(
            '<div id="post-4711" class="body"><p>a</p></div>',
            '<div id="post-4712" class="body"><p>a</p></div>',
            True, id="numbered articles",
        ),
        pytest.param(
            '<div class="body"><p>a</p></div>', '<div class="teaser"><p>a</p></div>',
            False, id="other names",
        ),
        pytest.param(
            '<div class="body"><p>a</p></div>', '<div class="body"><li>a</li></div>',
            False, id="other tags",
        ),
        pytest.param(
            '<main><div class="body"><p>a</p></div></main>',
            '<aside><div class="body"><p>a</p></div></aside>',
            False, id="in other surroundings",
        ),
        pytest.param(
            '<main><div><div class="body"><p>a</p></div></div></main>',
            '<section><div><div class="body"><p>a</p></div></div></section>',
            True, id="in surroundings that differ further out",
        ),
    ],
)  # fmt: skip
def test_an_element_is_known_by_its_names_and_those_around_it(
    one: str, other: str, is_same: bool
) -> None:
    assert (place(one) == place(other)) == is_same


def test_each_block_has_the_place_of_its_element() -> None:
    first, second, third = places_of(page("<p>a</p><div>b</div><p>c</p>"))
    assert first == third
    assert first != second


def told(text: float, box: float) -> bytes:
    return tally([TEXT, BOX, TEXT], [text, box, text], [40, 12, 25])


@pytest.mark.parametrize(
    ("pages", "alone", "heard"),
    [
        pytest.param([told(0.93, 0.06)] * 5, (0.4, 0.9), (0.93, 0.30), id="five pages overrule it"),
        pytest.param([told(0.93, 0.06)], (0.4, 0.9), (0.81, 0.59), id="one page says less"),
        pytest.param(
            [told(0.93, 0.06), told(0.07, 0.94)] * 3, (0.4, 0.9), (0.4, 0.9), id="no two agree"
        ),
        pytest.param([told(0.5, 0.5)] * 9, (0.4, 0.9), (0.4, 0.9), id="they do not know"),
        pytest.param([], (0.4, 0.9), (0.4, 0.9), id="no other page"),
        pytest.param([b""] * 9, (0.4, 0.9), (0.4, 0.9), id="walls"),
    ],
)
def test_other_pages_mend_what_the_page_alone_says(
    pages: list[bytes], alone: tuple[float, float], heard: tuple[float, float]
) -> None:
    new = weighed([*alone, 0.7], [TEXT, BOX, ELSEWHERE], learn(pages))
    assert new == pytest.approx([*heard, 0.7], abs=0.01)


def test_long_paragraphs_count_for_more() -> None:
    mixed = tally([TEXT, TEXT], [0.9, 0.1], [99, 9])
    assert weighed([0.5], [TEXT], learn([mixed]))[0] > 0.5


def test_of_a_hostile_page_little_is_kept() -> None:
    many = list(range(5_000))
    kept = tally(many, [0.9] * 5_000, many)
    assert len(kept) == 200 * 9
    assert set(learn([kept]).said) == set(many[-200:])


def test_without_a_host_nothing_changes() -> None:
    assert weighed([0.123, 1.0, 0.0], [1, 2, 3], NOWHERE) == [0.123, 1.0, 0.0]


TEXT_OF_STORY = "".join(f"<p>{text}</p>" for text in BODY)
STORY = f"<article>{TEXT_OF_STORY}</article>"


@pytest.fixture(scope="module")
def known() -> Study:
    return _study(f"<html><body>{STORY}</body></html>")


def _study(page: str) -> Study:
    tree = parse(page)
    assert tree is not None
    return study(tree, URL)


def all_say(known: Study, said: float) -> Places:
    return Places(dict.fromkeys(places_of(known.scene.page), said))


def test_a_page_teaches_what_it_said_alone(known: Study) -> None:
    alone, beside = choose(known), choose(known, all_say(known, -0.5))
    assert beside.certainty < alone.certainty
    assert beside.places == alone.places != b""


def test_a_host_that_would_leave_nothing_is_not_heard(known: Study) -> None:
    alone = choose(known)
    assert alone.paragraphs == BODY
    assert choose(known, all_say(known, -9.0)) == alone


SHORT = "A blast hit a bus on Monday, and Jundallah claimed it."


@pytest.mark.parametrize(
    ("first", "alone", "heard"),
    [
        pytest.param(
            "<a href=/1>Pasni</a> <a href=/2>Quetta</a>",
            BODY,
            BODY,
            id="not where it contradicts it",
        ),
        pytest.param(SHORT, (SHORT, *BODY), (SHORT,), id="where it leaves a part of it"),
    ],
)
def test_the_host_is_heard_against_its_page(
    first: str, alone: tuple[str, ...], heard: tuple[str, ...]
) -> None:
    lines = f"<div class=text><p>{first}</p></div>"
    page = f"<html><body>{lines}<div class=block>{TEXT_OF_STORY}</div></body></html>"
    text, *_, block = places_of(_study(page).scene.page)
    said = Places({text: 3.5, block: -3.5})
    assert choose(_study(page)).paragraphs == alone
    assert choose(_study(page), said).paragraphs == heard


def test_the_host_is_heard_of_what_a_rule_leaves(known: Study) -> None:
    rule = ArticleRule(remove=("nav",))
    page = f"<html><body><nav>Home</nav>{STORY}</body></html>".encode()
    alone, beside = (
        extract(page, URL, rule=rule, host=host) for host in (NOWHERE, all_say(known, -0.5))
    )
    assert beside.certainty < alone.certainty


def test_of_what_is_no_articles_page_the_model_is_not_asked() -> None:
    many = "".join(f"<p>Line {number} of the list names a town.</p>" for number in range(3_001))
    found = extract(f"<html><body><article>{many}</article></body></html>".encode(), URL)
    assert (found.method, found.places) == ("trafilatura", b"")
