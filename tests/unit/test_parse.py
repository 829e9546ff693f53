"""Bytes of feeds, good and bad, to what flows down the line."""

from __future__ import annotations

import json
import pickle
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.models import PublisherPace
from aggregator.polling.mend import MAX_ENTRIES, mend
from aggregator.polling.parse import parse

URL = "https://e.org/news/feed.xml"
NINE = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def rss(*items: str, head: str = "", declaration: str = '<?xml version="1.0"?>') -> str:
    body = "".join(f"<item>{item}</item>" for item in items)
    return f'{declaration}<rss version="2.0"><channel><title>E</title>{head}{body}</channel></rss>'


def atom(*entries: str) -> str:
    body = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>E</title>{body}</feed>'


def jsonfeed(*items: object) -> str:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "E", "items": items})


def titles(document: str | bytes, content_type: str = "") -> list[str]:
    body = document.encode() if isinstance(document, str) else document
    feed = parse(body, URL, content_type)
    assert feed.error is None
    return [entry.title for entry in feed.entries]


def reason(document: str | bytes) -> str:
    body = document.encode() if isinstance(document, str) else document
    feed = parse(body, URL, "text/html")
    assert feed.error is not None
    assert not feed.entries
    return feed.error.reason


def test_everything_an_item_says() -> None:
    item = (
        "<title>A &amp; B</title><link>/a?x=1&amp;y=2</link><guid isPermaLink='false'> 0017 </guid>"
        "<description>&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two&amp;nbsp;three.&lt;/p&gt;</description>"
        "<pubDate>Fri, 20 Nov 2026 09:00:00 GMT</pubDate><author>a@e.org (Ann)</author>"
        "<category>War</category><category>War</category><enclosure url='a.mp3' type='audio/mpeg'/>"
    )
    feed = parse(rss(item, head="<language>en-GB</language><link>/</link>").encode(), URL)
    (entry,) = feed.entries
    assert (feed.format, feed.title, feed.link, feed.language) == (
        "rss20",
        "E",
        "https://e.org/",
        "en-GB",
    )
    assert entry.guid == "0017"
    assert entry.link == "https://e.org/a?x=1&y=2"
    assert (entry.title, entry.summary) == ("A & B", "One.\n\nTwo three.")
    assert (entry.authors, entry.tags) == (("Ann",), ("War",))
    assert entry.published == NINE
    assert entry.language == "en-GB"
    assert entry.enclosures == ("https://e.org/news/a.mp3",)


TEN = NINE + timedelta(hours=1)


@pytest.mark.parametrize(
    ("document", "published", "modified"),
    [
        pytest.param(
            atom(
                "<title>a</title><published>2026-11-20T09:00:00Z</published>"
                "<updated>2026-11-20T10:00:00Z</updated>"
            ),
            NINE,
            TEN,
            id="Atom",
        ),
        pytest.param(
            atom("<title>a</title><updated>2026-11-20T10:00:00Z</updated>"), TEN, TEN, id="no other"
        ),
        pytest.param(
            rss(
                "<title>a</title><pubDate>Fri, 20 Nov 2026 09:00:00 GMT</pubDate>"
                '<t:modified xmlns:t="http://purl.org/dc/terms/">2026-11-20T10:00:00Z</t:modified>'
            ),
            NINE,
            TEN,
            id="Dublin Core",
        ),
        pytest.param(
            rss("<title>a</title><pubDate>Fri, 20 Nov 2026 09:00:00 GMT</pubDate>"),
            NINE,
            None,
            id="none",
        ),
        pytest.param(
            jsonfeed(
                {
                    "id": 1,
                    "date_published": "2026-11-20T09:00:00Z",
                    "date_modified": "2026-11-20T10:00:00Z",
                }
            ),
            NINE,
            TEN,
            id="JSON Feed",
        ),
    ],
)
def test_when_an_entry_was_changed(
    document: str, published: datetime, modified: datetime | None
) -> None:
    (entry,) = parse(document.encode(), URL).entries
    assert (entry.published, entry.modified) == (published, modified)


def test_survives_the_way_back_from_a_child() -> None:
    for document in (rss("<title>a</title>"), "<html></html>"):
        feed = parse(document.encode(), URL)
        again = pickle.loads(pickle.dumps(feed))  # noqa: S301  our own bytes
        assert (again.entries, again.title) == (feed.entries, feed.title)
        assert str(again.error) == str(feed.error)
        assert getattr(again.error, "reason", None) == getattr(feed.error, "reason", None)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(rss("<title>a</title>", "<title>b</title>"), ["a", "b"], id="rss"),
        pytest.param(atom("<title>a</title>"), ["a"], id="atom"),
        pytest.param(
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
            ' xmlns="http://purl.org/rss/1.0/"><channel/><item rdf:about="x"><title>a</title>'
            "</item></rdf:RDF>",
            ["a"],
            id="rdf",
        ),
        pytest.param(jsonfeed({"id": 0, "title": "a"}), ["a"], id="json"),
        pytest.param("\ufeff" + jsonfeed({"id": "1", "title": "a"}), ["a"], id="json with a mark"),
        pytest.param(
            jsonfeed({"id": 1, "title": "a"}, {"id": 2, "title": "b"})[:-12], ["a"], id="json, cut"
        ),
        pytest.param(rss("<title>S & T</title>"), ["S & T"], id="bare ampersand"),
        pytest.param(rss("<title>1 < 2</title>"), ["1 < 2"], id="bare less-than"),
        pytest.param(rss("<title>a&nbsp;&hellip;</title>"), ["a …"], id="HTML's entities"),
        pytest.param(rss("<title>a\x0b\x1f&#x1f;</title>"), ["a"], id="forbidden characters"),
        pytest.param(rss("<title>caf&amp;eacute;</title>"), ["café"], id="escaped twice"),
        pytest.param(rss("<title>&#55356;&#57131;&#xd83c;&#xDF2B;</title>"), ["🌫🌫"], id="halves"),
        pytest.param(rss("<title>&#55356;&#55356;a</title>"), ["a"], id="two first halves"),
        pytest.param(rss("<title>S &amp;amp;amp; T</title>"), ["S & T"], id="escaped thrice"),
        pytest.param(rss("<title>a &amp;amp;ndash; b</title>"), ["a – b"], id="a dash thrice"),
        pytest.param(rss("<title>use &amp;amp;lt;</title>"), ["use &lt;"], id="brackets stay"),
        pytest.param(rss("<title>L’Ã©té</title>"), ["L’Ã©té"], id="encoded twice in part"),
        pytest.param(rss("<title>Lâ€™armÃ©e</title>"), ["L’armée"], id="encoded twice"),
        pytest.param(rss("<title>Ð¼Ð¸Ñ€Ð°</title>"), ["мира"], id="Russian encoded twice"),
        pytest.param(rss("<title>â\x8fº ðŸš¢</title>"), ["⏺ 🚢"], id="signs encoded twice"),
        pytest.param(rss("<title>CAFÉ…</title>"), ["CAFÉ…"], id="a word that could be a letter"),
        pytest.param(rss("<title>NESTLÉ® NESTLÉ®</title>"), ["NESTLÉ® NESTLÉ®"], id="two of them"),
        pytest.param(rss("<title>a <i>b</i></title>"), ["a b"], id="elements in a title"),
        pytest.param(rss("<title><![CDATA[a <b>b</b>]]></title>"), ["a b"], id="CDATA"),
        pytest.param(
            rss("<title>a</title><description><![CDATA[<item><title>x</title></item>]]>"
                "</description>"),
            ["a"],
            id="an item quoted in CDATA",
        ),
        pytest.param(
            atom('<title type="text">Use &lt;b&gt;</title>'), ["Use <b>"], id="Atom's plain text"
        ),
        pytest.param("Warning: x\n" + rss("<title>a</title>"), ["a"], id="junk before"),
        pytest.param(rss("<title>a</title>") + "<script>x</script>", ["a"], id="junk after"),
        pytest.param(rss("<title>a</title>", "", "<title>b</title>"), ["a", "b"], id="empty item"),
        pytest.param(
            rss("<title>a</title>", "<title>b</titel>", "<title>c</title>"), ["a", "b", "c"],
            id="a broken item in the middle",
        ),
        pytest.param(rss("<title>a"), ["a"], id="a broken item alone"),
        pytest.param(
            rss("<title>a</title>", "<title>b</title><link>https://e")[:-30], ["a"], id="cut"
        ),
        pytest.param(
            rss("<title>a</title>", head="<!-- was: "), ["a"], id="a comment without an end"
        ),
        pytest.param(
            rss("<title>a</title>", "<title><![CDATA[b</title>", "<title>c</title>"),
            ["a", "b", "c"],
            id="CDATA without an end",
        ),
        pytest.param(
            rss("<title>a</title>", head="<!-- <item><title>x</title></item> -->"), ["a"],
            id="an item in a comment",
        ),
        pytest.param(
            rss("<title>a</title>", head="<a>" * 2_000).replace("</ch", "</a>" * 2_000 + "</ch"),
            ["a"],
            id="nested deep",
        ),
        pytest.param(rss("<title>a</title><x:y>1</x:y>"), ["a"], id="unknown prefix"),
        pytest.param(
            rss("<title>a</title>", declaration='<?xml version="1.1"?>'), ["a"], id="XML 1.1"
        ),
        pytest.param(
            '<!DOCTYPE rss [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>' + rss("<title>a</title>"), ["a"],
            id="entities of its own",
        ),
        pytest.param(
            '<!DOCTYPE rss [<!ELEMENT rss ANY> <!ENTITY a "x">]>'
            + rss("<title>a&a;</title>"),
            ["ax"],
            id="declarations on one line",
        ),
    ],
)  # fmt: skip
def test_titles(document: str, expected: list[str]) -> None:
    assert titles(document) == expected


@pytest.mark.parametrize("item", ["<title>a&a;</title>", "<title>a&a;<i></title>", "<title>a&a;"])
@pytest.mark.parametrize("declared", ["a SYSTEM '{}'", 'a PUBLIC "x" "{}"', "% a SYSTEM '{}'> %a;"])
def test_files_of_this_machine_are_not_read(tmp_path: Path, declared: str, item: str) -> None:
    (tmp_path / "secret").write_text("hunter2")
    entity = declared.format((tmp_path / "secret").as_uri())
    feed = parse((f"<!DOCTYPE rss [<!ENTITY {entity}>]>" + rss(item)).encode(), URL)
    assert feed.entries[0].title.startswith("a")
    assert "hunter2" not in repr(feed)


@pytest.mark.parametrize("label", ["text/html", "text/plain; charset=us-ascii", "image/png", ""])
def test_the_bytes_decide_not_the_label(label: str) -> None:
    assert titles(rss("<title>Мост</title>"), label) == ["Мост"]
    assert titles(jsonfeed({"id": 1, "title": "Мост"}), label) == ["Мост"]


@pytest.mark.parametrize(
    ("document", "lost"),
    [
        pytest.param(rss("<title>a</title>", ""), ("empty",), id="an empty item"),
        pytest.param(rss("<title>a</title>", "<title>b")[:-20], ("truncated",), id="a cut one"),
        pytest.param(jsonfeed({"id": 1}, {}), ("empty",), id="an empty JSON item"),
        pytest.param(
            rss(*["<title>a</title>"] * (MAX_ENTRIES + 2)), ("over_limit",) * 2, id="too many"
        ),
    ],
)
def test_what_is_lost_has_a_reason(document: str, lost: tuple[str, ...]) -> None:
    assert parse(document.encode(), URL).rejected == lost


def test_of_too_many_both_ends_are_kept() -> None:
    found = titles(rss(*[f"<title>{number}</title>" for number in range(MAX_ENTRIES + 10)]))
    assert (found[0], found[-1], len(found)) == ("0", str(MAX_ENTRIES + 9), MAX_ENTRIES)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param("", "empty", id="nothing"),
        pytest.param(" \r\n", "empty", id="blanks"),
        pytest.param("<!doctype html><html><body>Hi", "html_page", id="a page"),
        pytest.param(
            "<html><title>Just a moment...</title></html>", "blocked", id="a wall before the site"
        ),
        pytest.param("<Error><Code>AccessDenied</Code></Error>", "not_a_feed", id="other XML"),
        pytest.param('{"error": {"code": 429}}', "not_a_feed", id="other JSON"),
        pytest.param("\x00\x01\x02", "not_a_feed", id="no text"),
    ],
)
def test_what_is_no_feed(document: str, expected: str) -> None:
    assert reason(document) == expected


def test_a_page_names_its_feed() -> None:
    page = '<html><link rel="alternate" type="application/rss+xml" href="/feed?a=1&amp;b=2"></html>'
    error = parse(page.encode(), URL).error
    assert "https://e.org/feed?a=1&b=2" in str(error)


@pytest.mark.parametrize(
    ("document", "guids"),
    [
        pytest.param(rss("<guid>20212</guid>"), ["20212"], id="a number is no link"),
        pytest.param(atom("<id>posts/1</id>"), ["posts/1"], id="a relative id"),
        pytest.param(jsonfeed({"id": 0}), ["0"], id="zero"),
        pytest.param(rss("<guid></guid><title>a</title>"), [None], id="an empty one"),
    ],
)
def test_ids_are_kept_as_given(document: str, guids: list[str | None]) -> None:
    assert [entry.guid for entry in parse(document.encode(), URL).entries] == guids


@pytest.mark.parametrize(
    ("item", "link"),
    [
        pytest.param("<link>a.html</link>", "https://e.org/news/a.html", id="relative"),
        pytest.param("<link>www.e.org/a</link>", "http://www.e.org/a", id="without a scheme"),
        pytest.param("<guid>https://e.org/a</guid>", "https://e.org/a", id="a permalink"),
        pytest.param("<guid>tag:e.org,1</guid>", None, id="a tag"),
        pytest.param("<link>javascript:alert(1)</link><title>a</title>", None, id="a script"),
        pytest.param(
            '<link>https://p.org/~r/1</link><fb:origLink xmlns:fb="http://rssnamespace.org/feedburner'
            '/ext/1.0">https://e.org/a</fb:origLink>',
            "https://e.org/a",
            id="a feed proxy",
        ),
    ],
)
def test_links(item: str, link: str | None) -> None:
    (entry,) = parse(rss(item).encode(), URL).entries
    assert entry.link == link


def test_the_base_of_one_entry_is_not_that_of_the_next() -> None:
    first = '<link href="1.html"/><content xml:base="https://x.org/" type="html">a</content>'
    feed = parse(atom(first, '<link href="2.html"/>').encode(), URL)
    assert [entry.link for entry in feed.entries] == [
        "https://e.org/news/1.html",
        "https://e.org/news/2.html",
    ]


@pytest.mark.parametrize(
    ("head", "pace"),
    [
        pytest.param("<ttl>60</ttl>", PublisherPace(ttl=timedelta(hours=1)), id="ttl"),
        pytest.param("<ttl>0</ttl>", PublisherPace(), id="no ttl"),
        pytest.param(
            "<skipHours><hour>0</hour><hour>24</hour><hour>7</hour><hour>99</hour></skipHours>",
            PublisherPace(skip_hours=frozenset((0, 7))),
            id="hours",
        ),
        pytest.param(
            "<skipDays><day>Saturday</day><day>Noday</day></skipDays>",
            PublisherPace(skip_days=frozenset((5,))),
            id="days",
        ),
        pytest.param(
            '<sy:updatePeriod xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">daily'
            "</sy:updatePeriod><updateFrequency>4</updateFrequency>",
            PublisherPace(ttl=timedelta(hours=6)),
            id="syndication module",
        ),
    ],
)
def test_the_publishers_pace(head: str, pace: PublisherPace) -> None:
    assert parse(rss("<title>a</title>", head=head).encode(), URL).pace == pace


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: rss(text).encode()))
def test_never_raises(body: bytes) -> None:
    feed = parse(body, URL, "text/xml")
    assert feed.error is None or not feed.entries


@pytest.mark.parametrize(("opened", "closed"), [("channel", "channel"), ("channel", "feed")])
def test_nested_channels_cost_what_their_length_costs(opened: str, closed: str) -> None:
    depth = 100_000
    document = "<rss>" + f"<{opened}>" * depth + f"</{closed}>" * depth
    start = time.process_time()
    mend(document)
    assert time.process_time() - start < 2
