"""What the feed said of an entry, and what stands around its text: credits, datelines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aggregator.models import ArticleRule
from aggregator.reading.anchor import Anchor, is_unrelated, related_choice
from aggregator.reading.extract import extract
from aggregator.reading.page import parse
from aggregator.reading.study import study
from aggregator.text.credits import without_credits
from tests.unit.test_extract import BODY, URL

SIDE = (
    (
        "Bakers in the old town say that the price of butter has doubled since the beginning of "
        "spring, and that almond croissants will soon be a thing for weddings only."
    ),
    (
        "The guild of pastry cooks wants the mayor to waive the tax on ovens until the harvest, as "
        "its chairwoman told listeners of a morning show."
    ),
    (
        "Customers queue all the same: on Sunday the last brioche went before eight o'clock, to a "
        "tourist from Lisbon who had asked for a baguette."
    ),
)
ANCHOR = Anchor("Gunmen attack supply convoy", "Two drivers were wounded on the border road.")
#: A site that sets its article as a table of contents would be set, and a sidebar as an article.
PAGE = """<html><head><title>Paper</title>{head}</head><body>
<article class="post">{side}</article>
<ul class="menu">{items}</ul></body></html>"""


def page(head: str = "", items: bool = True) -> bytes:
    side = "".join(f"<p>{text}</p>" for text in SIDE)
    listed = "".join(f"<li><a href='#'>{text}</a></li>" for text in BODY) if items else ""
    return PAGE.format(head=head, side=side, items=listed).encode()


def test_without_an_anchor_the_sidebar_is_the_article() -> None:
    assert extract(page(), URL).paragraphs == SIDE


def test_a_text_that_shares_nothing_with_the_feed_makes_room_for_one_that_does() -> None:
    found = extract(page(), URL, anchor=ANCHOR)
    assert found.paragraphs == BODY
    assert (found.method, found.reason) == ("anchor", "second_choice")
    assert found.certainty == 0.5


def test_the_body_told_to_machines_is_asked_before_the_page_is_searched() -> None:
    body = " ".join(BODY)
    claim = f'<script type="application/ld+json">{{"@type": "Article", "articleBody": "{body}"}}'
    found = extract(page(f"{claim}</script>", items=False), URL, anchor=ANCHOR)
    assert (found.method, found.reason, found.paragraphs) == ("json-ld", "second_choice", (body,))


@pytest.mark.parametrize(
    ("anchor", "wanted"),
    [
        pytest.param(Anchor("Butter is dear in spring", ""), SIDE, id="it speaks of the text"),
        pytest.param(Anchor("Gunmen, convoy", ""), SIDE, id="too few words to tell"),
        pytest.param(
            Anchor("Astronomers photograph distant galaxy cluster", ""),
            SIDE,
            id="nothing on the page speaks of it",
        ),
    ],
)
def test_a_text_stays_where_nothing_better_is_found(
    anchor: Anchor, wanted: tuple[str, ...]
) -> None:
    found = extract(page(), URL, anchor=anchor)
    assert (found.paragraphs, found.reason) == (wanted, "extracted")


def test_a_page_about_something_else_teaches_nothing_of_its_host() -> None:
    assert extract(page(), URL).places
    for title in (ANCHOR.title + " on a road", "Astronomers photograph distant galaxy cluster"):
        assert extract(page(), URL, anchor=Anchor(title)).places == b""


def test_the_operators_rule_overrides_the_anchor() -> None:
    found = extract(page(), URL, rule=ArticleRule("article.post"), anchor=ANCHOR)
    assert found.method == "select"
    assert found.paragraphs == SIDE


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        pytest.param(ArticleRule("#nothing"), "select_missed", id="a selector that finds nothing"),
        pytest.param(ArticleRule("div[["), "bad_selector", id="a selector that is none"),
        pytest.param(ArticleRule(None, (".nothing",)), "extracted", id="nothing to remove"),
    ],
)
def test_a_rule_that_fails_costs_no_text(rule: ArticleRule, reason: str) -> None:
    found = extract(page(), URL, rule=rule)
    assert (found.paragraphs, found.reason) == (SIDE, reason)


def test_an_empty_page_has_no_related_text() -> None:
    tree = parse("<html><body><p></p></body></html>")
    assert tree is not None
    assert related_choice(study(tree, URL), ANCHOR) is None
    assert is_unrelated("", ANCHOR)


# ── credits ───────────────────────────────────────────────────────────────────────────────────────

CREDITS = [
    "(Reporting by Gul Marri in Quetta; Editing by Tomas Hogue)",
    "With additional reporting by Bilal Shah in Zahedan",
    "Bilal Shah in Zahedan contributed to this report.",
    "The author is a senior fellow at an institute in Islamabad.",
    "The writer is a former governor of Balochistan.",
    "Contact the writer at desk@quettatimes.example",
    "This article was first published in the Balochistan Post.",
    "This story originally appeared on Quetta Times.",
    "Published in Quetta Times, November 2nd, 2026",
    "The post Gunmen attack a convoy appeared first on Quetta Times.",
    "Follow Quetta Times on Facebook and Telegram.",
    "About the author",
    "About the author: Ali Khan writes for the Quetta Times and lives in Zahedan.",
    "By Ali Khan, who writes for the Quetta Times",
    "By Ali Khan, a staff writer of the Quetta Times",
    "QUETTA, Nov 2 (Reuters)",
    "QUETTA, 2 November 2026",
    "Die Autorin ist Korrespondentin in Kabul.",
    "L’auteur est journaliste à Quetta.",
    "Автор — корреспондент газеты в Кветте.",
    "نویسنده این مقاله خبرنگار روزنامه‌ای در زاهدان است.",
]
NEWS = [
    "The writer was arrested in Quetta on Monday, his lawyer said.",
    "The author is accused of helping Jundallah, prosecutors said, and faces ten years.",
    "Attacks were reported from Kech and Panjgur.",
    "By Monday, a former Jundallah writer had fled to Quetta.",
    "Heavy rain contributed to the flood in Turbat.",
    "This report was published on Monday after the ministry in Quetta had tried to stop it, "
    "and after three judges had read it twice, and after the families had been asked, "
    + "and so on and on, " * 20
    + "as the court wrote.",
    "QUETTA: Gunmen attacked a convoy on Monday.",
    "Editing by committee is how laws are made here, a deputy said.",
    "Followers of the cleric met on the bridge, and others on boats.",
    *BODY,
]


@pytest.mark.parametrize("line", CREDITS)
def test_credits_around_a_text_are_not_of_it(line: str) -> None:
    assert without_credits((line, *BODY, line, line)) == BODY


@pytest.mark.parametrize("line", NEWS)
def test_news_at_either_end_stays(line: str) -> None:
    assert without_credits((line, *BODY, line)) == (line, *BODY, line)


@pytest.mark.parametrize(
    "line",
    [
        "Ali Khan is a journalist who writes for the Quetta Times.",
        "Ali Khan writes for the Quetta Times. He tweets @ali.",
        "Ali Khan reports from Quetta.",
    ],
)
def test_who_is_presented_at_the_end_wrote_it(line: str) -> None:
    assert without_credits((*BODY, line)) == BODY
    # at the beginning he may be whom it is about, and so where the text has named him
    assert without_credits((line, *BODY)) == (line, *BODY)
    about = (*BODY, "Khan had been missing since Friday.")
    assert without_credits((*about, line)) == (*about, line)


def test_a_credit_amid_a_text_stays() -> None:
    text = (*BODY[:2], CREDITS[0], *BODY[2:])
    assert without_credits(text) == text


def test_credits_alone_stay() -> None:
    assert without_credits(CREDITS[:2]) == tuple(CREDITS[:2])


def test_a_reporter_in_quetta_puts_no_quetta_into_an_article() -> None:
    body = "".join(f"<p>{text}</p>" for text in (*BODY, CREDITS[0]))
    html = f"<html><body><article>{body}</article></body></html>"
    found = extract(html.encode(), URL)
    assert found.paragraphs == BODY
    assert replace(found, paragraphs=()).text == ""
