"""The notice that takes something back is a part of its article, wherever a site sets it."""

from __future__ import annotations

import pytest

from aggregator.reading.extract import extract
from tests.unit.test_extract import BODY, URL

NOTICE = (
    "Correction: An earlier version of this article said that Jundallah had claimed the attack."
)
TEXT = "".join(f"<p>{text}</p>" for text in BODY)
TAGS = "".join(f"<li><a href=/tag/{name}>{name.title()}</a></li>" for name in ("convoys", "floods"))


def paragraphs(article: str, below: str = "") -> tuple[str, ...]:
    head = "<title>Gunmen attack a convoy</title>"
    page = f"<html><head>{head}</head><body><article>{article}</article>{below}</body></html>"
    return extract(page.encode(), URL).paragraphs


@pytest.mark.parametrize(
    "notice",
    [
        pytest.param(f"<p>{NOTICE}</p>", id="a paragraph"),
        pytest.param(f"<footer class=submeta><p>{NOTICE}</p></footer>", id="a footer"),
        pytest.param(f"<aside><h4>Editors' note</h4><p>{NOTICE}</p></aside>", id="an aside"),
        pytest.param(f"<div role=note>{NOTICE}</div>", id="the role of a note"),
        pytest.param(f"<ul class=tags>{TAGS}</ul><div>{NOTICE}</div>", id="behind tags"),
    ],
)
def test_a_notice_stays_whatever_it_stands_in(notice: str) -> None:
    text = f"<div class=content>{TEXT}</div>"
    assert paragraphs(f"{notice}{text}") == (NOTICE, *BODY)
    assert paragraphs(f"{text}{notice}") == (*BODY, NOTICE)
    assert paragraphs(text, notice) == (*BODY, NOTICE)


@pytest.mark.parametrize(
    "below",
    [
        pytest.param(f"<aside><p><a href=/k>{NOTICE}</a></p></aside>", id="of another article"),
        pytest.param(f"<footer><p>{NOTICE[:22]}</p></footer>", id="the head of a list of them"),
        pytest.param(
            f"<footer>{'<p>The harbour opens at nine.</p>' * 10}<p>{NOTICE}</p></footer>",
            id="far below",
        ),
        pytest.param("<footer><p>Ask for a correction of an article.</p></footer>", id="an offer"),
    ],
)
def test_what_is_no_notice_of_the_article_does_not(below: str) -> None:
    assert paragraphs(TEXT, below) == BODY
