"""The stories that a page without an end loads below its own, and what only looks like one."""

from __future__ import annotations

import pytest

from aggregator.reading.extract import extract

URL = "https://courier.example/2026/11/convoy"
TITLE = "Gunmen attack a convoy near the border"
OWN = (
    "Gunmen attacked a supply convoy on the road to the border on Monday, wounding two drivers.",
    "The convoy was carrying flour and medicine to three towns that were cut off by floods.",
    "The ministry said that soldiers would go with every convoy, and that the road was open.",
)
NEXT = (
    "Fishermen of Pasni said on Tuesday that foreign trawlers had emptied the bay before dawn.",
    "The harbour master, who had counted nine ships, asked the navy for a boat of his own.",
    "A spokesman of Jundullah denied that its men had been paid to look the other way, he said.",
)
SIGNED = "<p class=byline>By Amina Rind</p>"


def story(
    texts: tuple[str, ...] = NEXT,
    heading: str = "<h1>Trawlers empty a bay</h1>",
    attributes: str = "",
    signed: str = SIGNED,
) -> str:
    body = "".join(f"<p>{text}</p>" for text in texts)
    return f"<article {attributes}>{heading}{signed}{body}</article>"


MINE = story(OWN, f"<h1>{TITLE}</h1>")
LINKED = '<h1><a href="/2026/11/trawlers">Trawlers empty a bay</a></h1>'


def text_of(markup: str, canonical: str = URL, url: str = URL) -> tuple[str, ...]:
    head = f'<title>{TITLE}</title><link rel="canonical" href="{canonical}">'
    page = f"<html><head>{head}</head><body><main>{markup}</main></body></html>"
    return extract(page.encode(), url).paragraphs


@pytest.mark.parametrize(
    "below",
    [
        pytest.param(story(attributes='data-url="/2026/11/trawlers"'), id="an attribute"),
        pytest.param(story(attributes=f'itemid="{URL[:-7]}/trawlers"'), id="an item's id"),
        pytest.param(story(heading=LINKED), id="a linked heading"),
        pytest.param(
            story(heading='<a href="/2026/11/trawlers"><h1>Trawlers empty a bay</h1></a>'),
            id="a heading in a link",
        ),
        pytest.param(
            story(heading=f'<meta itemprop=mainEntityOfPage content="/trawlers">{LINKED}'),
            id="the main entity of another page",
        ),
        pytest.param(
            story(heading=f'<link rel=canonical href="/trawlers">{LINKED}'), id="canonical"
        ),
        pytest.param(story(heading=LINKED, signed="<time>2 November</time>"), id="dated"),
        pytest.param(story(heading=LINKED, signed="<p class=Author>A. Rind</p>"), id="capitals"),
        pytest.param(story(attributes='data-url="/2026/11/convoy-two"'), id="a like address"),
        pytest.param(story(heading=LINKED) * 3, id="several"),
        pytest.param(f"<div class=more>{story(heading=LINKED)}</div>", id="in a wrapper"),
    ],
)
def test_the_next_story_is_none_of_the_article(below: str) -> None:
    assert text_of(MINE + below) == OWN


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param(MINE + story(), id="no address"),
        pytest.param(MINE + story(attributes=f'data-url="{URL}#post-2"'), id="a live blog's post"),
        pytest.param(MINE + story(attributes=f'data-url="{URL}/post/2"'), id="an address below"),
        pytest.param(
            MINE + story(heading=LINKED, attributes='data-url="#post-2"'), id="its first address"
        ),
        pytest.param(MINE + story(attributes='data-url="http://[bad"'), id="no address at all"),
        pytest.param(story(heading=LINKED) + MINE, id="above the story"),
        pytest.param(MINE + story(attributes='data-url="?page=2"'), id="the second page"),
        pytest.param(MINE + story(attributes='data-url="https://other.example/a"'), id="elsewhere"),
        pytest.param(
            MINE + story(heading=LINKED.replace("h1", "h2")), id="a heading of another rank"
        ),
        pytest.param(MINE + story(heading=LINKED, signed=""), id="unsigned, as in a digest"),
        pytest.param(
            MINE + story(heading="", attributes='data-url="/2026/11/trawlers"'), id="no heading"
        ),
        pytest.param(
            MINE + story(heading=f'<h1><a href="/2026/11/convoy-2">{TITLE}</a></h1>'),
            id="the same heading",
        ),
        pytest.param(
            f"<article><h1>{TITLE}</h1>{''.join(f'<p>{each}</p>' for each in OWN)}"
            f"{story(heading=LINKED)}</article>",
            id="within the story",
        ),
        pytest.param(
            f"<h1>{TITLE}</h1>{story(OWN, LINKED)}{story(heading=LINKED)}",
            id="the headline stands above both",
        ),
    ],
)
def test_what_may_be_a_part_of_the_story_stays(markup: str) -> None:
    assert set(NEXT) <= set(text_of(markup))


def test_the_page_may_be_known_by_its_canonical_address_alone() -> None:
    front = "https://courier.example/"
    assert text_of(MINE + story(heading=LINKED), url=f"{front}?p=7") == OWN
    below = story(attributes=f'data-url="{URL}/post/2"')
    assert set(NEXT) <= set(text_of(MINE + below, url=f"{front}amp"))
    assert set(NEXT) <= set(text_of(MINE + story(heading=LINKED), canonical=front, url=front))


def test_a_page_at_no_address_is_read() -> None:
    assert set(OWN) <= set(text_of(MINE + story(heading=LINKED), canonical="", url="http://[bad"))
