"""What a message says, and what it never says."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup

from aggregator.alerting.links import shown_url
from aggregator.alerting.message import LONGEST_HTML, LONGEST_SUBJECT, Message, render
from aggregator.alerting.view import local
from aggregator.alerting.words import counted, failure_in_words, held_in_words, listed
from aggregator.models import Alert, Digest, Excerpt, News, Notice, Person, Summary
from tests.hostile import TEXTS

NOW = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
AMINA = Person("amina", "amina@example.org", ZoneInfo("Asia/Karachi"))
NOTICE = Notice(
    watch="Jundallah",
    severity="high",
    title="Jundallah pledges support",
    outlet="Quetta Courier",
    url="https://courier.example/pledge?id=7&page=1",
    item=4711,
    first_seen=NOW - timedelta(minutes=2),
    excerpt=Excerpt("A spokesman for Jundullah spoke.", ((16, 25),)),
    terms=("Jundullah",),
    quality="summary",
    published=NOW - timedelta(hours=1),
    also=("Islamic State in Balochistan",),
    outlets=("Meridian Wire", "Gulf Ledger"),
)
DIGEST = Digest(
    person="amina",
    date=date(2026, 11, 23),
    start=NOW - timedelta(days=1),
    end=NOW,
    notices=(
        NOTICE,
        replace(NOTICE, title="A second story", item=4712, also=()),
        replace(NOTICE, watch="Balochistan", severity="low", title="A third story", quality="full"),
    ),
    feeds_read=14,
    failing=(("Vestnik Stepi", "http_503"), ("Harbour Times", "timeout")),
    held=(("first_poll", 12), ("told", 3)),
    silent=(("Caspian Post", NOW - timedelta(days=5)),),
    gaps=("Delta Review",),
    week=(("Jundallah", (0, 1, 0, 8, 4, 2, 3)), ("Balochistan", (0, 0, 0, 0, 0, 0, 0))),
)
EMPTY = replace(DIGEST, notices=(), failing=(), held=(), silent=(), gaps=(), week=())


def kind_of(content: Notice | Summary | Digest) -> Any:
    return {Notice: "match", Summary: "summary", Digest: "digest"}[type(content)]


def message(content: Notice | Summary | Digest) -> Message:
    return render(Alert("key", kind_of(content), "amina", "email", content, NOW, NOW), AMINA)


def soup(content: Notice | Summary | Digest) -> BeautifulSoup:
    return BeautifulSoup(message(content).html, "lxml")


def seen(content: Notice | Summary | Digest) -> str:
    """What a reader of the HTML reads, in one line."""
    body = soup(content).body
    assert body is not None
    return " ".join(body.get_text(" ").split()).replace(" ,", ",")


# ── an alert ──────────────────────────────────────────────────────────────────────────────────────


def test_an_alert_as_text() -> None:
    made = message(NOTICE)
    assert made.subject == "[Jundallah, high] Jundallah pledges support"
    assert made.text == (
        "Jundallah · HIGH\n"
        "\n"
        "Jundallah pledges support\n"
        "\n"
        "> A spokesman for *Jundullah* spoke.\n"
        "\n"
        "https://courier.example/pledge?id=7&page=1\n"
        "\n"
        "Outlet:    Quetta Courier; also 2 outlets: Meridian Wire, Gulf Ledger\n"
        "Seen:      Mon 23 Nov 2026 14:03\n"
        "Published: Mon 23 Nov 2026 13:05 (as claimed)\n"
        "Matched:   Jundullah\n"
        "Also on:   Islamic State in Balochistan\n"
        "Text:      summary only\n"
        "Item:      4711\n"
        "\n"
        "Times are Asia/Karachi.\n"
    )


@pytest.mark.parametrize(
    ("claimed", "said"),
    [
        pytest.param(timedelta(days=-993), "993 days before it was first seen", id="an old page"),
        pytest.param(timedelta(days=1), "after it was first seen", id="in the future"),
        pytest.param(timedelta(days=-1), None, id="yesterday"),
    ],
)
def test_a_claim_that_is_far_off_says_so(claimed: timedelta, said: str | None) -> None:
    notice = replace(NOTICE, published=NOTICE.first_seen + claimed)
    wanted = f"as claimed, {said}" if said else "as claimed"
    assert f"({wanted})\n" in message(notice).text
    assert f"{wanted} Item" in seen(notice)


def test_an_alert_as_text_with_nothing_to_add() -> None:
    bare = replace(
        NOTICE,
        severity="normal",
        url="javascript:alert(1)",
        excerpt=Excerpt(""),
        quality="full",
        published=None,
        also=(),
        outlets=(),
    )
    assert message(bare).text == (
        "Jundallah\n"
        "\n"
        "Jundallah pledges support\n"
        "\n"
        "Outlet:    Quetta Courier\n"
        "Seen:      Mon 23 Nov 2026 14:03\n"
        "Matched:   Jundullah\n"
        "Item:      4711\n"
        "\n"
        "Times are Asia/Karachi.\n"
    )


def test_each_outlet_keeps_its_direction_to_itself() -> None:
    notice = replace(NOTICE, outlets=("المرافئ", "Gulf Ledger", "Dawn", "AFP", "IRNA"))
    named = "<bdi>المرافئ</bdi>, <bdi>Gulf Ledger</bdi>, <bdi>Dawn</bdi> and 2 more"
    assert f"also 5 outlets: {named}" in message(notice).html


def test_both_bodies_say_the_same() -> None:
    for fact in (
        "Jundallah · high",
        "Jundallah pledges support",
        "A spokesman for Jundullah spoke.",
        "Quetta Courier",
        "also 2 outlets: Meridian Wire, Gulf Ledger",
        "seen Mon 23 Nov 2026 14:03",
        "Mon 23 Nov 2026 13:05, as claimed",
        "Islamic State in Balochistan",
        "summary only",
        "4711",
        "Asia/Karachi",
    ):
        assert fact in seen(NOTICE)


def test_independent_texts_are_told_where_they_are_known() -> None:
    made = message(replace(NOTICE, independent=2))
    said = "also 2 outlets, 1 independent: Meridian Wire, Gulf Ledger"
    assert f"Outlet:    Quetta Courier; {said}\n" in made.text
    assert said in seen(replace(NOTICE, independent=2))


def test_the_mention_is_marked_and_the_headline_leads_to_the_article() -> None:
    page = soup(NOTICE)
    assert [mark.text for mark in page.find_all("mark")] == ["Jundullah"]
    assert {link["href"] for link in page.find_all("a")} == {NOTICE.url}


# ── a digest ──────────────────────────────────────────────────────────────────────────────────────


def test_a_digest_as_text() -> None:
    made = message(DIGEST)
    assert made.subject == "Digest 23 Nov 2026: 3 stories on 2 watches; 14 feeds read, 2 failing"
    assert made.text == (
        "Daily digest for amina\n"
        "Monday 23 November 2026\n"
        "\n"
        "3 stories on 2 watches; 14 feeds read, 2 failing.\n"
        "Covers Sun 22 Nov 2026 14:05 – Mon 23 Nov 2026 14:05.\n"
        "\n"
        "SEVEN DAYS, Tue to Mon\n"
        "·▁·█▄▂▃  18  Jundallah\n"
        "·······  0  Balochistan\n"
        "\n"
        "\n"
        "JUNDALLAH · HIGH · 2 stories\n"
        "\n"
        "- Jundallah pledges support\n"
        "  Quetta Courier · Mon 23 Nov 2026 14:03 · also 2 outlets: Meridian Wire, Gulf Ledger"
        " · summary only\n"
        "  > A spokesman for *Jundullah* spoke.\n"
        "  Matched: Jundullah · also on Islamic State in Balochistan · item 4711\n"
        "  https://courier.example/pledge?id=7&page=1\n"
        "\n"
        "- A second story\n"
        "  Quetta Courier · Mon 23 Nov 2026 14:03 · also 2 outlets: Meridian Wire, Gulf Ledger"
        " · summary only\n"
        "  > A spokesman for *Jundullah* spoke.\n"
        "  Matched: Jundullah · item 4712\n"
        "  https://courier.example/pledge?id=7&page=1\n"
        "\n"
        "\n"
        "BALOCHISTAN · 1 story\n"
        "\n"
        "- A third story\n"
        "  Quetta Courier · Mon 23 Nov 2026 14:03 · also 2 outlets: Meridian Wire, Gulf Ledger\n"
        "  > A spokesman for *Jundullah* spoke.\n"
        "  Matched: Jundullah · also on Islamic State in Balochistan · item 4711\n"
        "  https://courier.example/pledge?id=7&page=1\n"
        "\n"
        "\n"
        "WHAT WE COULD NOT SEE\n"
        "- Vestnik Stepi: HTTP 503\n"
        "- Harbour Times: did not answer in time\n"
        "- Caspian Post: silent longer than is its habit, since Wed 18 Nov 2026 14:05\n"
        "- Delta Review: some entries may have come and gone between two polls\n"
        "\n"
        "\n"
        "HELD BACK FROM ALERTS\n"
        "- 12 from the first poll of a feed\n"
        "- 3 in stories you were already told of\n"
        "\n"
        "Times are Asia/Karachi.\n"
    )


def test_a_digest_as_html_says_the_same() -> None:
    for fact in (
        "3 stories on 2 watches; 14 feeds read, 2 failing.",
        "Jundallah · high · 2 stories",
        "Balochistan · 1 story",
        "also on Islamic State in Balochistan",
        "What we could not see",
        "Vestnik Stepi : HTTP 503",
        "12 from the first poll of a feed",
        "Tue Wed Thu Fri Sat Sun Mon Jundallah · 1 · 8 4 2 3 Balochistan · · · · · · ·",
        "Caspian Post : silent longer than is its habit, since Wed 18 Nov 2026 14:05",
        "Delta Review : some entries may have come and gone between two polls",
        "Covers Sun 22 Nov 2026 14:05 – Mon 23 Nov 2026 14:05.",
    ):
        assert fact in seen(DIGEST)
    assert len(soup(DIGEST).find_all("mark")) == 3


def test_a_watch_says_how_many_of_its_stories_stand_under_others() -> None:
    shared = replace(NOTICE, also=("Balochistan",))
    own = replace(NOTICE, watch="Balochistan", severity="low", item=4713, also=("Jundallah",))
    digest = replace(DIGEST, notices=(shared, own))
    assert "Balochistan · 1 story, 1 more under other watches" in seen(digest)
    assert "BALOCHISTAN · 1 story, 1 more under other watches" in message(digest).text


def test_the_names_of_the_watches_have_room_beside_the_seven_days() -> None:
    """A fixed layout takes the widths of all its columns from the first row."""
    table = soup(DIGEST).select_one("table.week")
    assert table is not None
    first = table.select_one("td")
    assert first is not None
    assert "fixed" in str(table["style"])
    assert "width: 34%" in str(first["style"])


@pytest.mark.parametrize(
    ("digest", "said"),
    [
        pytest.param(EMPTY, "Nothing matched; 14 feeds read", id="a quiet day"),
        pytest.param(
            replace(EMPTY, failing=DIGEST.failing),
            "Nothing matched; 14 feeds read, 2 failing",
            id="a quiet day that may not have been one",
        ),
        pytest.param(
            replace(EMPTY, notices=(NOTICE,), feeds_read=1),
            "1 story on 1 watch; 1 feed read",
            id="one of each",
        ),
    ],
)
def test_silence_differs_from_failure(digest: Digest, said: str) -> None:
    made = message(digest)
    assert made.subject == f"Digest 23 Nov 2026: {said}"
    assert f"{said}.\n" in made.text
    assert f"{said}." in seen(digest)


def test_a_long_window_is_named_in_days() -> None:
    made = message(replace(DIGEST, start=NOW - timedelta(days=3)))
    assert "Covers 3 days: Fri 20 Nov 2026 14:05 – Mon 23 Nov 2026 14:05." in made.text


@pytest.mark.parametrize("length", [100, 250])
def test_a_digest_stays_within_what_mail_programs_show(length: int) -> None:
    excerpt = Excerpt("ایک جملہ " * 30 + "Jundullah", ((270, 279),))
    notices = tuple(
        replace(NOTICE, title=f"Story {n} {'و' * length}", item=n, excerpt=excerpt)
        for n in range(900)
    )
    made = message(replace(DIGEST, notices=notices))
    travels = made.html.replace("\n", "\r\n").encode()
    assert LONGEST_HTML * 0.8 < len(travels) <= LONGEST_HTML
    shown = made.text.count("\n- Story")
    assert f"\n... and {900 - shown} more stories\n" in made.text
    assert f"and {900 - shown} more stories" in made.html
    assert made.html.count("Story ") == shown
    assert "JUNDALLAH · HIGH · 900 stories" in made.text


# ── the page itself ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("content", [NOTICE, DIGEST, EMPTY], ids=["alert", "digest", "empty"])
def test_the_page_asks_nothing_of_the_network(content: Notice | Summary | Digest) -> None:
    page = soup(content)
    assert not page.find_all(["img", "script", "link", "iframe", "object", "form", "base"])
    assert "url(" not in str(page)
    assert "@import" not in str(page)


@pytest.mark.parametrize("content", [NOTICE, DIGEST, EMPTY], ids=["alert", "digest", "empty"])
def test_style_is_inline_and_dark_mode_is_kept(content: Notice | Summary | Digest) -> None:
    page = soup(content)
    [style] = page.find_all("style")
    assert style.text.lstrip().startswith("@media (prefers-color-scheme: dark)")
    assert "background: #eef0f3" in str(page.body["style"] if page.body else "")
    assert page.find("meta", {"name": "color-scheme", "content": "light dark"})
    assert page.find("meta", {"name": "viewport"})


def test_an_update_says_what_is_new() -> None:
    made = message(
        replace(NOTICE, news=News(6, 1, ("Jaish al-Adl",), corrected=True, gone=("Daesh",)))
    )
    assert "] Update: " in made.subject
    said = "corrected, +6 outlets, 1 independent, now names Jaish al-Adl, no longer names Daesh"
    assert f"Update:    {said}\n" in made.text
    assert said in " ".join(BeautifulSoup(made.html, "lxml").get_text(" ").split())


@pytest.mark.parametrize(
    ("summary", "head", "omitted"),
    [
        pytest.param(Summary("cap", 12, (NOTICE,)), "12 more held", 11, id="beyond the cap"),
        pytest.param(
            Summary("quiet", 1, (NOTICE,)), "1 held in quiet hours", 0, id="in quiet hours"
        ),
    ],
)
def test_what_was_put_off_is_one_message(summary: Summary, head: str, omitted: int) -> None:
    made = message(summary)
    assert made.subject.startswith(f"[{head}] {NOTICE.title}"[:LONGEST_SUBJECT])
    assert made.text.startswith(f"{head}\n")
    for said in (NOTICE.title, NOTICE.url, f"item {NOTICE.item}"):
        assert said in made.text
        assert escape(said) in made.html
    assert (f"and {omitted} more, in the digest" in made.text) == bool(omitted)
    assert (f"and {omitted} more, in the digest" in made.html) == bool(omitted)


# ── what feeds send ───────────────────────────────────────────────────────────────────────────────


def hostile_notice(text: str) -> Notice:
    return replace(
        NOTICE,
        title=text,
        outlet=text,
        terms=(text, text),
        outlets=(text,),
        also=(text,),
        watch=text,
        excerpt=Excerpt(text, ((0, len(text) // 2),)),
    )


def hostile_contents(text: str) -> list[Notice | Summary | Digest]:
    notice = hostile_notice(text)
    digest = replace(DIGEST, person=text, notices=(notice, notice), failing=((text, text),))
    update = replace(notice, news=News(1, terms=(text,)))
    return [notice, digest, replace(digest, held=((text, 3),)), Summary("cap", 9, (notice, update))]


TAGS = {
    "a", "b", "bdi", "body", "br", "div", "head", "html", "li", "mark", "meta", "p", "span",
    "style", "table", "tbody", "td", "th", "title", "tr", "ul",
}  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_nothing_a_feed_sends_moves_a_cursor_or_turns_a_line(text: str) -> None:
    for content in hostile_contents(text):
        made = message(content)
        for char in made.subject + made.text.replace("\n", "") + made.html.replace("\n", ""):
            assert unicodedata.category(char) not in {"Cc", "Zl", "Zp"}
            assert unicodedata.bidirectional(char) not in {
                "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI",
            }  # fmt: skip
        assert len(made.subject) <= LONGEST_SUBJECT


@pytest.mark.parametrize("text", TEXTS)
def test_nothing_a_feed_sends_adds_to_the_page(text: str) -> None:
    for content in hostile_contents(text):
        page = soup(content)
        assert {tag.name for tag in page.find_all()} <= TAGS
        for tag in page.find_all():
            assert set(tag.attrs) <= {
                "class", "style", "href", "dir", "role", "lang", "name", "content", "charset",
            }  # fmt: skip
        assert "49" not in message(content).text.replace(str(NOTICE.item), "")


@pytest.mark.parametrize("text", TEXTS)
def test_nothing_a_feed_sends_adds_a_line(text: str) -> None:
    """A title with line ends must not look like another line of the message."""
    lines = message(hostile_notice(text)).text.count("\n")
    assert lines <= message(NOTICE).text.count("\n")


def test_a_notice_without_a_headline_has_one() -> None:
    assert "(without a headline)" in message(replace(NOTICE, title=" \n ")).text


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        pytest.param("https://e.example/a?b=1&c#d", "https://e.example/a?b=1&c#d", id="as it is"),
        pytest.param("http://[::1]:8080/a", "http://[::1]:8080/a", id="IPv6"),
        pytest.param("HTTPS://E.example/", "HTTPS://E.example/", id="capitals"),
        pytest.param("https://صدای.example/خبر", "https://صدای.example/خبر", id="other scripts"),
        pytest.param(" https://e.example/a ", "https://e.example/a", id="space around"),
        pytest.param("https://e.example/a b", "https://e.example/a%20b", id="space within"),
        pytest.param(
            "https://e.example/\u202egpj", "https://e.example/%E2%80%AEgpj", id="turned direction"
        ),
        pytest.param(
            "https://e.example/\"><script>'`\\",
            "https://e.example/%22%3E%3Cscript%3E%27%60%5C",
            id="markup",
        ),
        pytest.param("https://e.example/\x1b[2J", "https://e.example/%1B[2J", id="escape"),
        pytest.param("https://e.example/\ud800", "https://e.example/%3F", id="surrogate"),
        pytest.param("javascript:alert(1)", "", id="javascript"),
        pytest.param("data:text/html,x", "", id="data"),
        pytest.param("file:///etc/passwd", "", id="file"),
        pytest.param("file://e.example/a", "", id="file of a host"),
        pytest.param("ftp://e.example/a", "", id="ftp"),
        pytest.param("//e.example/a", "", id="no scheme"),
        pytest.param("https:///a", "", id="no host"),
        pytest.param("https://[::1/a", "", id="broken host"),
        pytest.param("", "", id="none"),
        pytest.param("https://e.example/" + "a" * 5000, "", id="endless"),
    ],
)
def test_only_web_addresses_are_shown(url: str, shown: str) -> None:
    assert shown_url(url) == shown
    page = soup(replace(NOTICE, url=url))
    assert {link["href"] for link in page.find_all("a")} == ({shown} if shown else set())
    assert shown in message(replace(NOTICE, url=url)).text


# ── words ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(failure_in_words("http_404"), "HTTP 404", id="status"),
        pytest.param(failure_in_words("some_new_code"), "some new code", id="code unknown"),
        pytest.param(held_in_words("cap"), "held back: cap", id="reason unknown"),
        pytest.param(counted(0, "feed"), "0 feeds", id="none"),
        pytest.param(listed(("a", "b", "c", "d")), "a, b, c, d", id="four are named"),
        pytest.param(listed(("a", "b", "c", "d", "e")), "a, b, c and 2 more", id="five are not"),
    ],
)
def test_words(said: str, expected: str) -> None:
    assert said == expected


@pytest.mark.parametrize(
    ("moment", "zone", "shown"),
    [
        pytest.param(NOW, "Asia/Karachi", "Mon 23 Nov 2026 14:05", id="theirs"),
        pytest.param(
            datetime(1, 1, 1, tzinfo=UTC), "America/New_York", "Mon 1 Jan 1 00:00", id="year one"
        ),
        pytest.param(
            datetime.max.replace(tzinfo=UTC), "Asia/Karachi", "Fri 31 Dec 9999 23:59", id="the last"
        ),
    ],
)
def test_local_time(moment: datetime, zone: str, shown: str) -> None:
    assert local(moment, ZoneInfo(zone)) == shown


def test_every_class_of_the_pages_has_a_style() -> None:
    """A misspelt class would go unseen until somebody looks."""
    for content in (NOTICE, DIGEST):
        used = set(re.findall(r'class="([^"]+)"', message(content).html))
        page = soup(content)
        for name in {word for names in used for word in names.split()} - {"page"}:
            assert any(tag.get("style") for tag in page.find_all(class_=name)), name
