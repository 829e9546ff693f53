"""`feeds add`, `remove`, `import`, `export` on a file that stays the operator's, and `check
--fetch`."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Run, invoke, settings_file
from tests.flow.loopback import Loopback, loopback, response

FEED = b"""<rss version="2.0"><channel><title>The Makran Mirror</title>
<item><title>Older</title><link>LINK/1</link><pubDate>Mon, 23 Nov 2026 08:00:00 GMT</pubDate></item>
<item><title>Newer</title><link>LINK/2</link><pubDate>Mon, 23 Nov 2026 09:00:00 GMT</pubDate></item>
</channel></rss>"""
PAGE = b"""<!doctype html><html><head>
<link rel="alternate" type="application/rss+xml" href="/broken">
<link rel="alternate" type="application/rss+xml" href="/feed">
<link rel="alternate" type="application/atom+xml" href="/comments">
</head><body>Welcome</body></html>"""
PARAGRAPH = (
    "<p>The harbour master of Gwadar said on Monday that the second pier would stay closed until "
    "the inquiry into the fire ends, and that ships bound for it were being sent to Karachi.</p>"
)
ARTICLE = f"<html><body><article><h1>Newer</h1>{PARAGRAPH * 6}</article></body></html>".encode()


@pytest.fixture
def server() -> Iterator[Loopback]:
    """Serves from a thread of its own, while a command runs in this one."""
    routes: dict[str, bytes] = {}
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    served: list[Loopback] = []

    async def serve() -> None:
        async with loopback(routes) as one:
            routes["/"] = response(200, PAGE, content_type="text/html")
            routes["/feed"] = response(200, FEED.replace(b"LINK", one.url("").encode()))
            routes["/2"] = response(200, ARTICLE, content_type="text/html")
            served.append(one)
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(10)
    yield served[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join()
    loop.close()


HEAD = "# ours\nfeeds:\n  - https://a.example/feed   # first\n"
TAIL = 'network: {allow_private: ["127.0.0.1"]}\n'
Edit = Callable[..., str]


def test_the_feed_behind_a_page_is_shown_and_added(tmp_path: Path, server: Loopback) -> None:
    config = settings_file(tmp_path, HEAD + TAIL)
    answer = invoke("--config", config, "feeds", "add", server.url("/"), stdin=b"y\n")
    assert answer.status == 0, answer.err
    assert "The Makran Mirror · rss20 · " + server.url("/feed") in answer.err
    assert "2 entries; full text: works" in answer.err
    assert answer.err.index("Newer") < answer.err.index("Older")
    assert f"also there: {server.url('/broken')}" in answer.err
    assert config.read_text() == f"{HEAD}  - {server.url('/feed')}\n{TAIL}"


def test_a_no_changes_nothing(tmp_path: Path, server: Loopback) -> None:
    config = settings_file(tmp_path, HEAD + TAIL)
    answer = invoke("--config", config, "feeds", "add", server.url("/feed"), stdin=b"n\n")
    assert answer.status == 1
    assert config.read_text() == HEAD + TAIL


def test_with_a_name_tags_and_a_pace(tmp_path: Path, server: Loopback) -> None:
    config = settings_file(tmp_path, HEAD + TAIL)
    options = ("--name", "Makran", "--tag", "sea", "--tag", "a, b", "--every", "15m", "--yes")
    answer = invoke("--config", config, "feeds", "add", server.url("/feed"), *options)
    assert answer.status == 0, answer.err
    assert config.read_text() == (
        f"{HEAD}  - url: {server.url('/feed')}\n    name: Makran\n"
        f'    tags: [sea, "a, b"]\n    every: 15m\n{TAIL}'
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(["add", "https://a.example/feed/"], "is in feeds.yaml already", id="known"),
        pytest.param(["add", "http://127.0.0.1:1/"], "nothing is added", id="cannot be read"),
        pytest.param(["remove", "https://a.example/feed"], "it is the last", id="the last one"),
        pytest.param(["add", "a.example/feed"], "https:// or http://", id="no scheme"),
    ],
)
def test_what_cannot_be_done_changes_nothing(
    tmp_path: Path, arguments: list[str], says: str
) -> None:
    config = settings_file(tmp_path, HEAD + TAIL)
    answer = invoke("--config", config, "feeds", *arguments)
    assert answer.status == 1
    assert says in answer.err
    assert config.read_text() == HEAD + TAIL


def test_a_misspelt_feed_is_told_its_nearest(ask: Run) -> None:
    answer = ask("feeds", "remove", "Cape Gazete")
    assert answer.status == 2
    assert "did you mean Cape Gazette?" in answer.err


def test_a_wrong_pace_is_refused_with_the_line_it_would_have_stood_on(
    tmp_path: Path, server: Loopback
) -> None:
    config = settings_file(tmp_path, HEAD + TAIL)
    answer = invoke(
        "--config", config, "feeds", "add", server.url("/feed"), "--yes", "--every", "5 parsecs"
    )
    assert answer.status == 2
    assert 'feeds.yaml:5:12: feeds[1].every: "5 parsecs" is not a duration' in answer.err
    assert config.read_text() == HEAD + TAIL


def test_a_feed_is_removed_by_name_or_address(tmp_path: Path) -> None:
    text = HEAD + "  - {url: https://b.example/, name: B} # b\n  - https://c.example/\n" + TAIL
    config = settings_file(tmp_path, text)
    assert invoke("--config", config, "feeds", "remove", "B").status == 0
    assert config.read_text() == HEAD + "  - https://c.example/\n" + TAIL
    assert invoke("--config", config, "feeds", "remove", "https://c.example/").status == 0
    assert config.read_text() == HEAD + TAIL


OPML = """<opml version="2.0"><body><outline text="Pakistan">
<outline text="Dawn" xmlUrl="feed://dawn.example/feed"/><outline text="A" xmlUrl="{known}"/>
<outline text="Dawn" xmlUrl="https://other.example/"/><outline text="FTP" xmlUrl="ftp://x.example/"/>
</outline></body></opml>"""


def test_another_readers_list_is_imported(tmp_path: Path) -> None:
    config = settings_file(tmp_path, HEAD + TAIL)
    subscriptions = tmp_path / "list.opml"
    subscriptions.write_text(OPML.format(known="http://a.example/feed/"))
    dry = invoke("--config", config, "feeds", "import", subscriptions, "--dry-run")
    assert config.read_text() == HEAD + TAIL
    answer = invoke("--config", config, "feeds", "import", subscriptions)
    assert answer.out == dry.out
    assert answer.status == 1
    assert "ftp://x.example/: is not a http or https address" in answer.err
    assert "2 added to feeds.yaml, 1 there already" in answer.err
    assert config.read_text() == (
        f"{HEAD}  - url: http://dawn.example/feed\n    name: Dawn\n    tags: [Pakistan]\n"
        f"  - url: https://other.example/\n    tags: [Pakistan]\n{TAIL}"
    )


def test_an_export_gives_back_the_feeds_it_was_made_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN", "s3cret")
    feeds = (
        "  - url: https://b.example/?key=${TOKEN}\n    name: B\n    tags: [x, y]\n    every: 15m\n"
        '    headers: {Authorization: "Bearer ${TOKEN}"}\n    article: {select: div.entry}\n'
    )
    config = settings_file(tmp_path, HEAD + feeds + TAIL)
    answer = invoke("--config", config, "feeds", "export")
    assert "s3cret" not in answer.out
    exported = tmp_path / "exported.opml"
    exported.write_text(answer.out)
    (tmp_path / "other").mkdir()
    other = settings_file(tmp_path / "other", HEAD + TAIL)
    refused = invoke("--config", other, "feeds", "import", exported)
    assert refused.status == 1
    assert "names variables" in refused.err
    assert invoke("--config", other, "feeds", "import", exported, "--variables").status == 0
    again = invoke("--config", other, "feeds", "export")
    assert again.out == answer.out


@pytest.mark.parametrize("document", [b"", b"not xml", b"<opml><body/></opml>"])
def test_a_list_without_feeds_says_so(tmp_path: Path, document: bytes) -> None:
    config = settings_file(tmp_path, HEAD + TAIL)
    subscriptions = tmp_path / "list.opml"
    subscriptions.write_bytes(document)
    answer = invoke("--config", config, "feeds", "import", subscriptions)
    assert answer.status == 1
    assert "names no feeds" in answer.err


def test_every_feed_is_asked_once(tmp_path: Path, server: Loopback) -> None:
    feeds = f"feeds:\n  - {{url: '{server.url('/feed')}', name: Makran}}\n  - {server.url('/')}\n"
    config = settings_file(tmp_path, feeds + TAIL)
    answer = invoke("--config", config, "check", "--fetch")
    assert answer.status == 1
    good, page = answer.rows
    assert good[:5] == ["Makran", "200", "ok", "rss20", "2"]
    assert good[6] == "works"
    assert page[1:5] == ["200", "html_page", "–", "0"]
    assert "1 of 2 feeds cannot be read" in answer.err
    assert server.paths.count("/feed") == 1
