"""The demo's newsroom: its words agree with themselves, and its server behaves as real ones do."""

from __future__ import annotations

import io
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

import feedparser
import httpx
import pytest
from bs4 import BeautifulSoup
from ruamel.yaml import YAML

from aggregator.demo.newsroom import Entry, Outlet, load_newsroom
from aggregator.demo.prose import blocks, plain
from aggregator.demo.render import Press
from aggregator.demo.server import NewsroomServer

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NEWSROOM = load_newsroom()
UP = [outlet for outlet in NEWSROOM.outlets if not outlet.down]
ENTRIES = [pytest.param(outlet, entry, id=entry.slug) for outlet in UP for entry in outlet.entries]
STATUS = {"missing": 404, "failing": 500}
MEDIA_TYPES = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "rdf": "application/rdf+xml",
    "json": "application/feed+json",
}
WIRE_COPIES = {
    "jundallah-pledges-support-to-islamic-state",
    "jundallah-throws-in-its-lot",
    "pakistani-militants-pledge-support",
    "small-group-big-friend",
}


def outlet_named(slug: str) -> Outlet:
    return next(outlet for outlet in NEWSROOM.outlets if outlet.slug == slug)


@pytest.fixture
async def server() -> AsyncIterator[NewsroomServer]:
    async with NewsroomServer(NOW, NEWSROOM) as running:
        yield running


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as opened:
        yield opened


# ── the words ─────────────────────────────────────────────────────────────────────────────────────


def test_the_newsroom_has_the_breadth_of_the_beat() -> None:
    assert len(NEWSROOM.outlets) >= 8
    assert len(NEWSROOM.entries) == 44
    assert sum(len(outlet.entries) for outlet in NEWSROOM.outlets) == 44, "slugs are unique"
    assert {outlet.format for outlet in NEWSROOM.outlets} == {"rss", "atom", "rdf", "json"}
    assert {outlet.language for outlet in NEWSROOM.outlets} == {"en", "fa", "ur", "ar", "ru"}
    assert [outlet.slug for outlet in NEWSROOM.outlets if outlet.down] == ["makran-mirror"]


def test_one_wire_story_has_one_text_in_four_outlets() -> None:
    texts = {slug: NEWSROOM.clean_text(slug) for slug in NEWSROOM.entries}
    assert {slug for slug, text in texts.items() if text == texts[min(WIRE_COPIES)]} == WIRE_COPIES
    assert len({outlet.slug for outlet in UP for e in outlet.entries if e.slug in WIRE_COPIES}) == 4
    others = [text for slug, text in texts.items() if text and slug not in WIRE_COPIES]
    assert len(others) == len(set(others))


def test_the_second_edition_brings_six_entries_and_one_edit() -> None:
    added = {entry.slug for entry in NEWSROOM.entries.values() if entry.edition == 2}
    assert len(added) == 6
    edited = [entry for entry in NEWSROOM.entries.values() if entry.edit]
    assert [entry.slug for entry in edited] == ["raid-on-panjgur-post"]
    before, after = edited[0].as_of(1), edited[0].as_of(2)
    assert "Seven guards" in before.title
    assert "Nine guards" in after.title
    assert "Seven guards were killed" in before.readable
    assert "Nine guards were killed" in after.readable
    assert not re.search(r"\b[Ss]even\b", after.readable)


#: Enough of a matcher to judge the labels by, and written apart from the product's.
GROUP = re.compile(
    r"\b(Jundallah|Jundullah|Jondollah)\b(?! Khan)|جندالله|جند الله|جنداللہ|Джундалла", re.I
)
PLACE = re.compile(r"\bBal[ou]chistan\b|بلوچستان|بلوشستان|Белуджистан", re.I)
QUETTA = re.compile(r"\bQuetta\b", re.I)
STATE = re.compile(r"\b(Islamic State|ISIS|Daesh)\b|داعش|ИГИЛ|Исламское государство", re.I)
CRICKET = re.compile(r"\bcricket\b", re.I)


@pytest.mark.parametrize("edition", [1, 2])
@pytest.mark.parametrize(("outlet", "entry"), ENTRIES)
def test_labels_agree_with_what_a_reader_can_see(
    outlet: Outlet, entry: Entry, edition: int
) -> None:
    seen = entry.as_of(2 if edition == 2 else 1)
    words = "\n".join((seen.title, seen.summary, seen.readable))
    expected = set()
    if GROUP.search(words) and not CRICKET.search(words):
        expected.add("Jundallah")
    if STATE.search(words) and (PLACE.search(words) or QUETTA.search(words)):
        expected.add("Islamic State in Balochistan")
    if PLACE.search(words) and not CRICKET.search(words):
        expected.add("Balochistan")
    assert entry.matches == expected, outlet.name


@pytest.mark.parametrize(
    ("slug", "snare"),
    [
        pytest.param("bookseller-of-jinnah-road", "Jundallah Khan", id="namesake"),
        pytest.param("greens-lose-by-six-wickets", "Balochistan Greens", id="cricket"),
        pytest.param("rowers-return-to-the-isis", "Isis", id="river"),
        pytest.param("museum-lends-its-goddess", "Isis", id="goddess"),
        pytest.param("what-raqqa-remembers", "Islamic State", id="the state without the place"),
    ],
)
def test_snares_in_the_text_match_nothing(slug: str, snare: str) -> None:
    assert snare in NEWSROOM.clean_text(slug)
    assert NEWSROOM.entries[slug].matches == frozenset()


async def test_snares_around_the_text_match_nothing(
    server: NewsroomServer, client: httpx.AsyncClient
) -> None:
    for slug in ("apple-growers-count-the-frost", "whales-arrive-early", "what-raqqa-remembers"):
        page = BeautifulSoup((await client.get(server.url_of(slug))).content, "lxml").get_text(" ")
        assert GROUP.search(page)
        assert PLACE.search(page)
        assert NEWSROOM.entries[slug].matches == frozenset()


def test_expected_matches_by_watch_and_edition() -> None:
    first, second = NEWSROOM.expected_matches(1), NEWSROOM.expected_matches()
    assert {watch: len(slugs) for watch, slugs in second.items()} == {
        "Balochistan": 23,
        "Islamic State in Balochistan": 13,
        "Jundallah": 18,
    }
    assert all(first[watch] <= second[watch] for watch in second)
    assert "karachi-arrests-over-recruiting" in second["Jundallah"] - first["Jundallah"]


def test_prose_is_plain_and_html_of_the_same_words() -> None:
    body = "One *two*\nthree & [four](/five).\n\n## Six\n\n> Seven"
    assert plain(body) == "One two three & four.\n\nSix\n\nSeven"
    assert [(block.tag, str(block.html)) for block in blocks(body)] == [
        ("p", 'One <em>two</em> three &amp; <a href="/five">four</a>.'),
        ("h2", "Six"),
        ("blockquote", "Seven"),
    ]


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        pytest.param("http://h:1/news/raid-on-panjgur-post/", "raid-on-panjgur-post", id="slash"),
        pytest.param(
            "http://h/region/gwadar-cranes-idle.html?utm_source=feed",
            "gwadar-cranes-idle",
            id="tracking",
        ),
        pytest.param("http://h/", None, id="front page"),
    ],
)
def test_slug_of(url: str, slug: str | None) -> None:
    assert NEWSROOM.slug_of(url) == slug


# ── the server ────────────────────────────────────────────────────────────────────────────────────


async def test_feeds_parse_without_complaint(
    server: NewsroomServer, client: httpx.AsyncClient
) -> None:
    server.publish_second_edition()
    for outlet in UP:
        response = await client.get(server.origins[outlet.slug] + outlet.feed_path)
        assert response.status_code == 200
        assert response.headers["Content-Type"] == (
            f"{MEDIA_TYPES[outlet.format]}; charset={outlet.charset}"
        )
        slugs = [NEWSROOM.slug_of(link) for link in _links(outlet, response)]
        assert slugs == [entry.slug for entry in outlet.in_edition(2)]


def _links(outlet: Outlet, response: httpx.Response) -> list[str]:
    if outlet.format == "json":
        document = json.loads(response.content)
        assert document["version"] == "https://jsonfeed.org/version/1.1"
        return [item["url"] for item in document["items"]]
    parsed = feedparser.parse(io.BytesIO(response.content), response_headers=dict(response.headers))
    assert not parsed.bozo, parsed.get("bozo_exception")
    assert parsed.feed.title == outlet.name
    return [entry.link for entry in parsed.entries]


async def test_feed_of_many_kinds_of_entry(
    server: NewsroomServer, client: httpx.AsyncClient
) -> None:
    async def titles_and_ids(outlet: str) -> dict[str, str | None]:
        path = outlet_named(outlet).feed_path
        body = (await client.get(server.origins[outlet] + path)).content
        entries = feedparser.parse(io.BytesIO(body)).entries
        return {entry.title: entry.get("id") for entry in entries}

    assert "Rowers return to the <i>Isis</i> after the floods" in await titles_and_ids(
        "harbour-times"
    )
    gazette = await titles_and_ids("cape-gazette")
    assert [title for title, guid in gazette.items() if guid is None] == [
        "Whales arrive three weeks early and nobody minds"
    ]


@pytest.mark.parametrize(("outlet", "entry"), ENTRIES)
def test_pages_hold_their_text_once_amid_clutter(outlet: Outlet, entry: Entry) -> None:
    page = _press().page(outlet, entry, 2)
    assert page.status == STATUS.get(entry.page, 200)
    assert page.content_type == f"text/html; charset={outlet.charset}"
    words = _words(page.body.decode(outlet.charset))
    if text := NEWSROOM.clean_text(entry.slug):
        assert words.count(_words(text)) == 1, "the paragraphs, together and in order"
        assert len(words) > len(_words(text)) + 200
    if entry.page == "paywall":
        assert _words(plain(entry.body)) not in words


def _words(html: str) -> str:
    """Text without white space, so that only the order of the words counts.

    Advertisements and boxes that stand within an article are taken out first.
    """
    soup = BeautifulSoup(html, "lxml")
    for clutter in soup.select("article .advertisement, .related-inline"):
        clutter.decompose()
    return "".join(soup.get_text().split())


def _press() -> Press:
    origins = {o.slug: f"http://127.0.0.1:{9000 + n}" for n, o in enumerate(NEWSROOM.outlets)}
    return Press(NEWSROOM, origins, NOW)


def test_the_same_now_gives_the_same_bytes() -> None:
    def everything(press: Press) -> list[bytes]:
        return [
            document.body
            for outlet in UP
            for edition in (1, 2)
            for document in (
                press.feed(outlet, edition),  # type: ignore[arg-type]
                press.home(outlet, edition),  # type: ignore[arg-type]
                *(press.page(outlet, entry, edition) for entry in outlet.entries),  # type: ignore[arg-type]
            )
        ]

    assert everything(_press()) == everything(_press())


async def test_pages_over_http(server: NewsroomServer, client: httpx.AsyncClient) -> None:
    server.publish_second_edition()
    for slug, entry in NEWSROOM.entries.items():
        response = await client.get(server.url_of(slug))
        assert response.status_code == STATUS.get(entry.page, 200), slug
        assert NEWSROOM.slug_of(str(response.url)) == slug


async def test_later_entries_wait_for_the_second_edition(
    server: NewsroomServer, client: httpx.AsyncClient
) -> None:
    later = server.url_of("who-are-jondollah")
    feed = server.origins["harbour-times"] + outlet_named("harbour-times").feed_path
    assert (await client.get(later)).status_code == 404
    assert "who-are-jondollah" not in (await client.get(feed)).text
    server.publish_second_edition()
    assert (await client.get(later)).status_code == 200
    assert "who-are-jondollah" in (await client.get(feed)).text


UNCHANGED = {"al-marafi", "cape-gazette", "frontier-institute", "sada-e-wadi"}


@pytest.mark.parametrize("validator", ["ETag", "Last-Modified"])
async def test_unchanged_feeds_answer_304(
    server: NewsroomServer, client: httpx.AsyncClient, validator: str
) -> None:
    condition = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}[validator]
    urls = {outlet.slug: server.origins[outlet.slug] + outlet.feed_path for outlet in UP}
    validators = {
        slug: {condition: (await client.get(url)).headers[validator]} for slug, url in urls.items()
    }
    for slug, url in urls.items():
        again = await client.get(url, headers=validators[slug])
        assert (again.status_code, again.content) == (304, b""), slug
        assert again.headers[validator] == validators[slug][condition]
    server.publish_second_edition()
    statuses = {
        slug: (await client.get(url, headers=validators[slug])).status_code
        for slug, url in urls.items()
    }
    assert {slug for slug, status in statuses.items() if status == 304} == UNCHANGED
    assert {status for slug, status in statuses.items() if slug not in UNCHANGED} == {200}


async def test_a_tag_that_differs_outweighs_the_date(
    server: NewsroomServer, client: httpx.AsyncClient
) -> None:
    future = format_datetime(NOW + timedelta(days=1), usegmt=True)
    response = await client.get(
        server.url_of("quake-shakes-kerman"),
        headers={"If-None-Match": '"other"', "If-Modified-Since": future},
    )
    assert response.status_code == 200


async def test_errors_have_no_validators(server: NewsroomServer, client: httpx.AsyncClient) -> None:
    for slug in ("charter-flight-turned-back", "harbour-pilots-strike"):
        response = await client.get(server.url_of(slug), headers={"If-None-Match": "*"})
        assert response.status_code in (404, 500)
        assert "ETag" not in response.headers


async def test_dates_are_relative_to_now(server: NewsroomServer, client: httpx.AsyncClient) -> None:
    response = await client.get(server.url_of("whales-arrive-early"))
    changed_at = parsedate_to_datetime(response.headers["Last-Modified"])
    assert changed_at == NOW - timedelta(minutes=75)


async def test_head_is_get_without_a_body(
    server: NewsroomServer, client: httpx.AsyncClient
) -> None:
    url = server.url_of("quake-shakes-kerman")
    head, get = await client.head(url), await client.get(url)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Type", "Content-Length", "ETag", "Last-Modified"):
        assert head.headers[name] == get.headers[name]


async def test_one_outlet_compresses_for_those_who_can_read_it(
    server: NewsroomServer, client: httpx.AsyncClient
) -> None:
    url = server.url_of("sufun-al-tumur")
    squeezed = await client.get(url, headers={"Accept-Encoding": "gzip"})
    plain_ = await client.get(url, headers={"Accept-Encoding": "identity"})
    assert squeezed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain_.headers
    assert squeezed.content == plain_.content


async def test_russian_is_in_windows_1251(
    server: NewsroomServer, client: httpx.AsyncClient
) -> None:
    page = (await client.get(server.url_of("zerno-zhdyot-vagonov"))).content
    assert "Зерно ждёт вагонов".encode("windows-1251") in page


async def test_robots_disallow_the_archive(
    server: NewsroomServer, client: httpx.AsyncClient
) -> None:
    robots = await client.get(server.origins["cape-gazette"] + "/robots.txt")
    assert robots.headers["Content-Type"].startswith("text/plain")
    assert "Disallow: /archive/" in robots.text.splitlines()
    disallowed = [slug for slug, e in NEWSROOM.entries.items() if e.page == "disallowed"]
    assert [httpx.URL(server.url_of(slug)).path.split("/")[1] for slug in disallowed] == ["archive"]


async def test_the_outlet_that_is_down_refuses(
    server: NewsroomServer, client: httpx.AsyncClient
) -> None:
    assert server.down_feed in server.feeds
    with pytest.raises(httpx.ConnectError):
        await client.get(server.down_feed.url)


async def test_outlets_are_hosts_of_their_own(server: NewsroomServer) -> None:
    assert len({httpx.URL(feed.url).port for feed in server.feeds}) == len(NEWSROOM.outlets)


async def test_feeds_yaml_names_what_is_served(server: NewsroomServer) -> None:
    settings = YAML(typ="safe", pure=True).load(server.feeds_yaml)
    listed = [
        (feed["url"], feed["name"], tuple(feed["tags"]), feed["language"])
        for feed in settings["feeds"]
    ]
    assert listed == [(feed.url, feed.name, feed.tags, feed.language) for feed in server.feeds]
    watches = {watch["name"] for watch in settings["watches"]}
    assert watches == set(NEWSROOM.expected_matches())
    assert all(set(person.get("watches", watches)) <= watches for person in settings["people"])


async def test_a_server_can_be_started_again() -> None:
    server = NewsroomServer(NOW, NEWSROOM)
    async with server:
        first = server.down_feed.url
    async with server:
        assert server.down_feed.url.startswith("http://127.0.0.1:")
    assert first.startswith("http://127.0.0.1:")
