"""What a page says of itself beside its text: times, addresses, language."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from aggregator.models import Feed, FetchResult
from aggregator.reading import decide
from aggregator.reading.extract import extract
from tests.unit.test_extract import BODY
from tests.unit.test_quality import ENTRY, NOW, found

URL = "https://www.courier.example/2026/11/convoy"
TEXT = "".join(f"<p>{text}</p>" for text in BODY)
NOVEMBER_2 = datetime(2026, 11, 2, 5, 30, tzinfo=UTC)
NOVEMBER_3 = datetime(2026, 11, 3, 7, 0, tzinfo=UTC)


def page(head: str = "", before: str = "", language: str = "en") -> bytes:
    return (
        f'<html lang="{language}"><head><meta charset="utf-8">{head}</head>'
        f"<body><main>{before}<article>{TEXT}</article></main></body></html>"
    ).encode()


def json_ld(**claims: str) -> str:
    pairs = "".join(f', "{key}": {value}' for key, value in claims.items())
    return f'<script type="application/ld+json">{{"@type": "NewsArticle"{pairs}}}</script>'


@pytest.mark.parametrize(
    ("head", "before", "published", "modified"),
    [
        pytest.param(
            json_ld(datePublished='"2026-11-02T10:30+05:00"', dateModified='"2026-11-03T07:00Z"'),
            "",
            NOVEMBER_2,
            NOVEMBER_3,
            id="JSON-LD",
        ),
        pytest.param(
            '<meta property="article:published_time" content="2026-11-02T05:30:00.000Z">'
            '<meta property="article:modified_time" content="Tue, 03 Nov 2026 07:00:00 GMT">',
            "",
            NOVEMBER_2,
            NOVEMBER_3,
            id="OpenGraph",
        ),
        pytest.param(
            "",
            '<time datetime="2026-11-02T05:30Z">x</time>'
            '<time class="entry updated" datetime="2026-11-03T07:00Z">y</time>',
            NOVEMBER_2,
            NOVEMBER_3,
            id="time elements",
        ),
        pytest.param(
            "",
            '<time itemprop="dateModified" datetime="2026-11-03T07:00Z">y</time>'
            '<time itemprop="datePublished" datetime="2026-11-02T05:30Z">x</time>',
            NOVEMBER_2,
            NOVEMBER_3,
            id="microdata, the change first",
        ),
        pytest.param(
            '<meta name="date" content="2 November 2026, 10:30 PKT">',
            "",
            NOVEMBER_2,
            None,
            id="in words, with a zone's name",
        ),
        pytest.param(
            '<meta property="article:published_time" content="soon">'
            '<meta property="article:modified_time" content="0001-01-01T00:00:00Z">',
            "",
            None,
            None,
            id="no dates",
        ),
        pytest.param(
            "",
            '<aside><time datetime="2020-01-01">old</time></aside>',
            None,
            None,
            id="the time of another article",
        ),
    ],
)
def test_times_are_as_claimed(
    head: str, before: str, published: datetime | None, modified: datetime | None
) -> None:
    result = extract(page(head, before), URL)
    assert (result.published, result.modified) == (published, modified)


@pytest.mark.parametrize(
    ("head", "url", "wanted"),
    [
        pytest.param(
            '<link rel="canonical" href="https://courier.example/convoy">',
            URL,
            "https://courier.example/convoy",
            id="the same site",
        ),
        pytest.param(
            '<link rel="Canonical" href="/convoy">',
            URL,
            "https://www.courier.example/convoy",
            id="relative",
        ),
        pytest.param(
            '<link rel="canonical" href="https://courier.example/convoy">',
            "https://amp.courier.example/c",
            "https://courier.example/convoy",
            id="of an AMP page",
        ),
        pytest.param(
            '<link rel="canonical" href="https://wire.example/convoy">', URL, "", id="another site"
        ),
        pytest.param(
            '<link rel="canonical" href="https://courier.example.evil.example/convoy">',
            URL,
            "",
            id="a site that sounds the same",
        ),
        pytest.param(
            '<base href="https://evil.example/"><link rel="canonical" href="/convoy">',
            URL,
            "",
            id="another site by way of base",
        ),
        pytest.param(
            '<link rel="canonical" href="https://www.courier.example:8443/convoy">',
            URL,
            "",
            id="another port",
        ),
        pytest.param(
            '<link rel="canonical" href="javascript:alert(1)">'
            '<meta property="og:url" content="https://courier.example/convoy">',
            URL,
            "https://courier.example/convoy",
            id="a script, and a claim behind it",
        ),
        pytest.param(
            '<link rel="canonical" href="https://courier.example/">', URL, "", id="the home page"
        ),
        pytest.param(
            '<link rel="canonical" href="https://desk:secret@courier.example/convoy">',
            URL,
            "",
            id="with a password",
        ),
        pytest.param(
            json_ld(mainEntityOfPage='{"@id": "https://courier.example/convoy"}'),
            URL,
            "https://courier.example/convoy",
            id="JSON-LD",
        ),
        pytest.param(
            '<link rel="canonical" href="https://courier.example/convoy">',
            "",
            "https://courier.example/convoy",
            id="a file contradicts nothing",
        ),
        pytest.param('<link rel="canonical" href="http://[">', URL, "", id="no address"),
        pytest.param(
            '<img src="/count"><link rel="canonical" href="/convoy">',
            URL,
            "https://www.courier.example/convoy",
            id="behind a stray picture, which ends the head",
        ),
        pytest.param(
            '<img src="/count"><link rel="canonical" href="/convoy">'
            '<div><link rel="canonical" href="/trawlers"></div>',
            URL,
            "",
            id="one of two in the body",
        ),
        pytest.param(
            '<img src="/count"><link rel="canonical" href="/convoy">'
            '<article><link rel="canonical" href="/trawlers"></article>',
            URL,
            "https://www.courier.example/convoy",
            id="beside the next story's",
        ),
        pytest.param(
            '<article><link rel="canonical" href="/trawlers"></article>',
            URL,
            "",
            id="the next story's",
        ),
        pytest.param(
            '<link rel="canonical" href="https://wire.example/convoy">'
            '<article><link rel="canonical" href="/trawlers"></article>',
            URL,
            "",
            id="the next story's where the head's is another site's",
        ),
    ],
)
def test_the_canonical_url_is_of_the_same_site(head: str, url: str, wanted: str) -> None:
    assert extract(page(head), url).canonical_url == wanted


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        pytest.param(
            '<meta property="og:image" content="https://img.example/a.jpg">',
            "https://img.example/a.jpg",
            id="OpenGraph, from any site",
        ),
        pytest.param(
            '<base href="/pictures/"><meta name="twitter:image" content="a.jpg">',
            "https://www.courier.example/pictures/a.jpg",
            id="relative to the base",
        ),
        pytest.param(
            json_ld(image='[{"@type": "ImageObject", "url": "https://img.example/b.jpg"}]'),
            "https://img.example/b.jpg",
            id="JSON-LD, an object in a list",
        ),
        pytest.param(
            '<meta property="og:image" content="data:image/png;base64,AAAA">'
            '<meta property="og:image" content="file:///etc/passwd">'
            '<meta name="twitter:image" content=" JavaScript:alert(1)">',
            "",
            id="nothing that is fetched over HTTP",
        ),
        pytest.param("", "", id="none"),
    ],
)
def test_the_lead_picture_can_be_fetched(head: str, wanted: str) -> None:
    assert extract(page(head), URL).image_url == wanted


@pytest.mark.parametrize("declared", ["", "de", "ur", "en-GB", "x"])
def test_the_text_decides_on_its_language(declared: str) -> None:
    assert extract(page(language=declared), URL).language == "en"


ARTICLE_PAGE = FetchResult(url=URL, final_url=URL, fetched_at=NOW, status=200, body=b"<p>page</p>")


def test_the_article_keeps_the_claims_and_counts_its_words() -> None:
    claims = replace(
        found(),
        published=NOVEMBER_2,
        modified=NOVEMBER_3,
        canonical_url="https://courier.example/convoy",
        image_url="https://img.example/a.jpg",
    )
    article = decide.article(ENTRY, Feed(url=""), ARTICLE_PAGE, claims, NOW)
    assert (article.published, article.modified) == (NOVEMBER_2, NOVEMBER_3)
    assert article.canonical_url == "https://courier.example/convoy"
    assert article.image_url == "https://img.example/a.jpg"
    assert article.words == len(article.text.split()) > 0


def test_where_the_page_does_not_say_when_it_was_changed_the_feed_does() -> None:
    entry = replace(ENTRY, modified=NOVEMBER_2)
    silent, telling = found(), replace(found(), modified=NOVEMBER_3)
    for page, extracted, wanted in (
        (ARTICLE_PAGE, silent, NOVEMBER_2),
        (ARTICLE_PAGE, telling, NOVEMBER_3),
        (None, None, NOVEMBER_2),
    ):
        article = decide.article(entry, Feed(url=""), page, extracted, NOW)
        assert article.modified == wanted


@pytest.mark.parametrize(
    ("title", "site", "wanted"),
    [
        pytest.param(
            "Gunmen attack convoy - Quetta Times",
            "Quetta Times",
            "Gunmen attack convoy",
            id="the name that the page gives its site",
        ),
        pytest.param(
            "Gunmen attack convoy - Balochistan",
            "Quetta Times",
            "Gunmen attack convoy - Balochistan",
            id="another name stays: it may be what is watched for",
        ),
    ],
)
def test_the_feeds_headline_loses_the_sites_name(title: str, site: str, wanted: str) -> None:
    entry, claims = replace(ENTRY, title=title), replace(found(), site=site)
    assert decide.article(entry, Feed(url=""), ARTICLE_PAGE, claims, NOW).title == wanted
