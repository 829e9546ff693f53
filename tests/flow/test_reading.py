"""From a feed's entry to its article: what becomes of the pages that are no plain articles."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from aggregator.alerting.message import render
from aggregator.demo.server import NewsroomServer
from aggregator.models import Item
from tests.flow.conftest import Clock, monitor, write_settings
from tests.flow.loopback import Answer, loopback, response
from tests.flow.publisher import prose

TITLE = "Gunmen attack a supply convoy near Mastung"
SUMMARY = "Gunmen attacked a supply convoy near Mastung and wounded two drivers."
LATER = "A group that calls itself Jundullah said that it had carried out the attack."
BODY = (SUMMARY, f"{prose('one').capitalize()}.", f"{prose('two').capitalize()}.", LATER)


def settings_of(origin: str) -> str:
    return f"""
defaults: {{alert_on_first_poll: true}}
feeds: [{{url: "{origin}/feed", name: Paper}}]
watches:
  - {{name: Jundallah, any: [Jundullah], severity: high}}
  - {{name: Convoys, any: [convoy], severity: high}}
people: [{{name: amina, alerts: [console]}}]
network: {{allow_private: [127.0.0.1]}}
"""


def feed(entries: Mapping[str, str]) -> Answer:
    """Path → headline; all with the same summary."""
    items = "".join(
        f"<item><title>{title}</title><guid>{path}</guid><link>{path}</link>"
        f"<description>{SUMMARY}</description></item>"
        for path, title in entries.items()
    )
    body = f'<rss version="2.0"><channel><title>Paper</title>{items}</channel></rss>'
    return response(body=body.encode(), content_type="application/rss+xml")


def article(head: str = "") -> Answer:
    body = "".join(f"<p>{text}</p>" for text in BODY)
    html = f"<html><head>{head}</head><body><article>{body}</article></body></html>"
    return response(body=html.encode(), content_type="text/html; charset=utf-8")


# ── the demo's pages ──────────────────────────────────────────────────────────────────────────────

#: What stands around, or in the place of, an article of the demo; quality and reason of its text.
DEMO = {
    "a cookie banner": ("al-marafi", "cookies-bar", "full", "extracted"),
    "an author's box": ("frontier-institute", "author-bio", "full", "extracted"),
    "related links": ("gulf-ledger", "related-inline", "full", "extracted"),
    "captions": ("harbour-times", 'class="caption"', "full", "extracted"),
    "a paywall": ("cape-gazette", "wall paywalled", "partial", "paywall"),
    "a consent wall": ("cape-gazette", "consent-dialog", "blocked", "consent"),
}


async def test_the_demos_pages_word_for_word(tmp_path: Path, newsroom: NewsroomServer) -> None:
    async with monitor(write_settings(tmp_path, newsroom.feeds_yaml), Clock()) as runner:
        await runner.once()
        storage = runner.line.storage
        items = {newsroom.newsroom.slug_of(item.url): item for item in storage.items()}
        pages = {
            slug: page.decode("utf-8", "replace")
            for slug, item in items.items()
            if (evidence := storage.evidence(item.id)) and (page := storage.page(evidence.sha256))
        }
    for name, (outlet_slug, mark, quality, reason) in DEMO.items():
        [outlet] = [each for each in newsroom.newsroom.outlets if each.slug == outlet_slug]
        marked = [e for e in outlet.in_edition(1) if mark in pages.get(e.slug, "")]
        assert marked, name
        for entry in marked:
            item = items[entry.slug]
            whole = newsroom.newsroom.clean_text(entry.slug, 1) or entry.summary
            assert (item.quality, item.reason, item.text) == (quality, reason, whole), name


# ── a page that comes late ────────────────────────────────────────────────────────────────────────


async def test_a_page_that_fails_is_told_of_at_once_and_again_when_it_brings_more(
    tmp_path: Path,
) -> None:
    clock = Clock()
    routes: dict[str, Answer] = {"/feed": feed({"/1": TITLE}), "/1": response(503)}
    async with loopback(routes) as site:
        settings = write_settings(tmp_path, settings_of(site.url("")))
        async with monitor(settings, clock) as runner:
            storage = runner.line.storage

            def told() -> list[str]:
                sent = storage.alerts(state="delivered")
                return [alert.watch for alert in sent if alert.kind == "match"]

            await runner.once()
            [item] = storage.items()
            assert (item.quality, item.reason, item.text) == ("summary", "http_503", SUMMARY)
            assert told() == ["Convoys"]

            asked = site.paths.count("/1")
            clock.forward(timedelta(minutes=9))
            await runner.once()
            assert site.paths.count("/1") == asked

            routes["/1"] = article()
            clock.forward(timedelta(minutes=2))
            await runner.once()
            [item] = storage.items()
            assert (item.quality, item.text) == ("full", "\n\n".join(BODY))
            assert set(item.watches) == {"Convoys", "Jundallah"}
            assert told() == ["Convoys", "Jundallah"]
            assert [edit.text for edit in storage.revisions(item.id)] == [item.text]

            clock.forward(timedelta(days=2))
            await runner.once()
            assert site.paths.count("/1") == asked + 1
            assert told() == ["Convoys", "Jundallah"]


#: What a script is to fill.
HOLLOW = response(
    body=b"<html><body><div id=root></div><script src=/app.js></script></body></html>",
    content_type="text/html; charset=utf-8",
)


async def test_a_page_without_text_is_asked_for_twice_more_within_the_hour(tmp_path: Path) -> None:
    clock = Clock()
    mended, hollow = "/mended", "/hollow"
    headlines = {mended: TITLE, hollow: "Two drivers of a convoy are named"}
    routes: dict[str, Answer] = {"/feed": feed(headlines), mended: HOLLOW, hollow: HOLLOW}
    async with loopback(routes) as site:
        settings = write_settings(tmp_path, settings_of(site.url("")))
        async with monitor(settings, clock) as runner:

            async def found(after: timedelta) -> list[tuple[str, str, int]]:
                """Of each page: its item's quality and reason, and how often it was asked for."""
                clock.forward(after)
                await runner.once()
                items = {item.title: item for item in runner.line.storage.items()}
                return [
                    (items[title].quality, items[title].reason, site.paths.count(path))
                    for path, title in headlines.items()
                ]

            waiting = ("summary", "no_text")
            assert await found(timedelta()) == [(*waiting, 1), (*waiting, 1)]
            assert await found(timedelta(minutes=9)) == [(*waiting, 1), (*waiting, 1)]
            assert await found(timedelta(minutes=2)) == [(*waiting, 2), (*waiting, 2)]
            routes[mended] = article()
            for after in (timedelta(minutes=31), timedelta(days=2)):
                assert await found(after) == [("full", "extracted", 3), (*waiting, 3)]
            sent = runner.line.storage.alerts(state="delivered")
            assert [alert.watch for alert in sent if alert.kind == "match"].count("Jundallah") == 1


# ── a page that is old ────────────────────────────────────────────────────────────────────────────


async def test_an_undated_entry_rings_and_says_how_old_its_page_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The page's date silences nothing: it may be wrong, and its page may be late."""
    head = '<meta property="article:published_time" content="2024-03-05T09:00:00Z">'
    routes = {"/feed": feed({"/1": TITLE}), "/1": article(head)}
    async with loopback(routes) as site:
        settings = write_settings(tmp_path, settings_of(site.url("")))
        async with monitor(settings, Clock()) as runner:
            await runner.once()
            alerts = [one for one in runner.line.storage.alerts() if one.kind == "match"]
            [person] = runner.line.settings.people
    assert {alert.watch: alert.state for alert in alerts} == {
        "Convoys": "delivered",
        "Jundallah": "delivered",
    }
    old = "993 days before it was first seen"
    assert all(f"(as claimed, {old})" in render(alert, person).text for alert in alerts)
    assert capsys.readouterr().out.count(f"published {old}") == 2


# ── hostile pages ─────────────────────────────────────────────────────────────────────────────────

LINK = b'<li><a href="/a/b/c/d/e">a link of some words</a></li>'


def own(seed: str) -> tuple[str, ...]:
    """Paragraphs that stand on no other page of the host."""
    return (
        SUMMARY,
        f"{prose(f'{seed} one').capitalize()}.",
        f"{prose(f'{seed} two').capitalize()}.",
    )


def plain(seed: str) -> bytes:
    return "".join(f"<p>{text}</p>" for text in own(seed)).encode()


WHOLE = ("full", "extracted")
HTML = "text/html; charset=utf-8"
#: Body, content type, quality and reason; what is not whole has the feed's text.
HOSTILE: dict[str, tuple[bytes, str, tuple[str, str]]] = {
    "10 MB of links": (LINK * 180_000, HTML, ("summary", "too_large")),
    "100,000 nested elements": (b"<div>" * 100_000 + plain("100,000 nested elements"), HTML, WHOLE),
    "5,000 unclosed tags": (b"<b>" * 5000 + plain("5,000 unclosed tags"), HTML, WHOLE),
    "NULs": (plain("NULs").replace(b"e", b"e\0"), HTML, WHOLE),
    "another charset than declared": (
        plain("another charset than declared"),
        "text/html; charset=utf-16",
        WHOLE,
    ),
    "empty": (b"", HTML, ("summary", "empty")),
    "a PDF": (b"%PDF-1.7 \x00", "application/pdf", ("summary", "pdf")),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00", "image/png", ("summary", "image")),
    "204": (b"", "", ("summary", "empty")),
    "a captcha under 403": (
        b"<title>Just a moment...</title><p>Verifying you are human.</p>",
        HTML,
        ("blocked", "captcha"),
    ),
}
STATUS = {"204": 204, "a captcha under 403": 403}


async def test_hostile_pages_end_with_a_reason_and_in_time(tmp_path: Path) -> None:
    paths = {f"/{number}": name for number, name in enumerate(HOSTILE)}
    titles = {path: f"{TITLE}, report {path[1:]}" for path in paths}
    routes: dict[str, Answer] = {"/feed": feed(titles)}
    for path, name in paths.items():
        body, content_type, _ = HOSTILE[name]
        routes[path] = response(STATUS.get(name, 200), body, content_type=content_type)
    async with loopback(routes) as site:
        settings = write_settings(tmp_path, settings_of(site.url("")))
        async with monitor(settings, Clock()) as runner:
            started = time.monotonic()
            await runner.once()
            taken = time.monotonic() - started
            found = {paths["/" + item.url.rpartition("/")[2]]: item for item in read(runner)}
    assert {name: (item.quality, item.reason) for name, item in found.items()} == {
        name: wanted for name, (_, _, wanted) in HOSTILE.items()
    }
    for name, item in found.items():
        whole = HOSTILE[name][2] == WHOLE
        assert item.text == ("\n\n".join(own(name)) if whole else SUMMARY), name
    # Each may take five seconds of CPU; together they take far less.
    assert taken < 30


def read(runner: object) -> list[Item]:
    items: list[Item] = runner.line.storage.items()  # type: ignore[attr-defined]
    return items


# ── addresses ─────────────────────────────────────────────────────────────────────────────────────

SCRIPTS = ["javascript:alert(1)", "data:text/html,<script>x</script>", "file:///etc/passwd"]


@pytest.mark.parametrize("address", SCRIPTS)
async def test_every_address_that_is_shown_is_of_the_web(address: str, tmp_path: Path) -> None:
    head = (
        f'<link rel="canonical" href="{address}"><meta property="og:image" content="{address}">'
        f'<meta property="og:url" content="{address}">'
        f'<script type="application/ld+json">{{"@type": "NewsArticle", "image": '
        f"{json.dumps(address)}}}</script>".replace("<script>x</script>", "x")
    )
    linked = feed({"/1": TITLE, address.replace("<", "&lt;"): "Convoy reaches Turbat"})
    async with loopback({"/feed": linked, "/1": article(head)}) as site:
        settings = write_settings(tmp_path, settings_of(site.url("")))
        async with monitor(settings, Clock()) as runner:
            await runner.once()
            storage = runner.line.storage
            items = {item.title: item for item in storage.items()}
            [person] = runner.line.settings.people
            mails = [render(alert, person) for alert in storage.alerts()]
    assert items[TITLE].quality == "full"
    assert (items[TITLE].canonical_url, items[TITLE].image_url) == ("", "")
    assert items["Convoy reaches Turbat"].url == ""
    assert len(mails) >= 2
    scheme = address.partition(":")[0] + ":"
    assert not [mail for mail in mails if scheme in mail.html or scheme in mail.text]
