"""Pages made to hurt: each ends with a reason, or with its text, within a page's allowance."""

from __future__ import annotations

import functools
import resource
import string
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.children import Allowance, Children, MiB
from aggregator.reading.extract import Extracted, extract
from aggregator.reading.page import MAX_BYTES, MAX_ELEMENTS

URL = "https://courier.example/"
ARTICLE = (
    "Gunmen attacked a checkpoint near the border on Monday, killing three guards, officials said "
    "in a statement that was read on the radio."
)
EXTRACT = Allowance(cpu=5, memory=512 * MiB)
#: Measured: 1.6 s of CPU at most, 201 MiB in a process that has had all of them.
_CPU, _PEAK = 4.0, 320 * MiB


def links(count: int) -> str:
    return "<ul>" + '<li><a href="/a/b/c/d/e">a link of some words</a></li>' * count + "</ul>"


@pytest.fixture(scope="module")
def children():
    pool = Children(workers=1, preload=("aggregator.reading.extract",))
    yield pool
    pool.close()


async def extracted_within_bounds(
    page: str | bytes, children: Children, content_type: str = ""
) -> Extracted:
    body = page.encode() if isinstance(page, str) else page
    found, cpu, peak = await children.run(EXTRACT, measured, body, content_type)
    assert cpu < _CPU
    assert peak < _PEAK
    return found


def measured(page: bytes, content_type: str) -> tuple[Extracted, float, int]:
    """With the seconds of CPU that it took, and the most memory the process ever had, in bytes."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    found = extract(page, URL, content_type)
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return found, cpu, after.ru_maxrss * 1024


HOSTILE: dict[str, tuple[Callable[[], str], str]] = {
    "10 MB of links": (lambda: links(180_000), "too_large"),
    "more elements than an article has": (lambda: links(MAX_ELEMENTS), "too_complex"),
    "tags that never end": (lambda: '<a href="' * 300_000, "too_complex"),
    "scripts that never end": (lambda: "<script>" * 500_000, "no_text"),
    "a wall of signs": (lambda: "<" * 3_000_000, "too_large"),
    "one word of 5 MB": (lambda: "<p>" + "a" * 5_000_000, "too_large"),
    "5 MB of words": (lambda: "<p>" + "word " * 1_000_000, "too_large"),
}
SURVIVED: dict[str, Callable[[], str]] = {
    "254 nested elements": lambda: "<div>" * 254 + f"<p>{ARTICLE}</p>" + "</div>" * 254,
    "1,000 nested elements": lambda: "<div>" * 1000 + f"<p>{ARTICLE}</p>" + "</div>" * 1000,
    "100,000 nested elements": lambda: "<div>" * 100_000 + f"<p>{ARTICLE}</p>" + "</div>" * 100_000,
    "5,000 unclosed tags": lambda: "<b>" * 5000 + f"<p>{ARTICLE}</p>",
    "5,000 unclosed tables": lambda: "<table>" * 5000 + f"<p>{ARTICLE}</p>",
    "NULs": lambda: f"<p>{ARTICLE}</p>".replace("a", "a\0"),
    "a title of separators": lambda: "<title>" + " | a" * 300_000 + f"</title><p>{ARTICLE}</p>",
    "an attribute of 1 MB": lambda: f'<div class="{"a-" * 500_000}"><p>{ARTICLE}</p></div>',
    "deep JSON": lambda: (
        f'<script type="application/ld+json">{"[" * 99_999}</script><p>{ARTICLE}</p>'
    ),
    "empty paragraphs": lambda: "<p></p>" * 20_000 + f"<p>{ARTICLE}</p>",
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_page_that_is_too_much_says_so(name: str, children: Children) -> None:
    page, reason = HOSTILE[name]
    found = await extracted_within_bounds(page(), children)
    assert (found.reason, found.text) == (reason, "")


@pytest.mark.parametrize("name", SURVIVED)
async def test_a_page_that_is_odd_is_read(name: str, children: Children) -> None:
    found = await extracted_within_bounds(SURVIVED[name](), children)
    assert ARTICLE in found.text


#: Body, content type and reason.
NO_PAGE = {
    "nothing": (b"", "text/html", "empty"),
    "204": (b"", "", "empty"),
    "4 MB of white space": (b" \n" * 2_000_000, "text/html", "empty"),
    "a PDF": (b"%PDF-1.7\n" + b"\xe2\xe3 0 obj <<" * 300_000, "application/pdf", "pdf"),
    "a PDF that says it is a page": (b"%PDF-1.7\n" + b"<p>" * 900_000, "text/html", "pdf"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0<" * 1_000_000, "image/png", "image"),
    "a picture that says it is a page": (b"\xff\xd8\xff" + b"<" * 999, "text/html", "image"),
    "a film": (b"\0\0\0 ftyp<" * 200_000, "video/mp4", "not_html"),
    "NULs alone": (b"\0" * 2_000_000, "text/html", "not_html"),
}
#: Charset, and the one that is declared.
MISDECLARED = [("utf-8", "utf-16"), ("utf-16", "utf-8"), ("utf-8", "none\0")]


@pytest.mark.parametrize("name", NO_PAGE)
async def test_what_is_no_page_says_what_it_is(name: str, children: Children) -> None:
    body, content_type, reason = NO_PAGE[name]
    found = await extracted_within_bounds(body, children, content_type)
    assert (found.reason, found.text) == (reason, "")


@pytest.mark.parametrize(("charset", "declared"), MISDECLARED)
async def test_another_charset_than_declared(
    charset: str, declared: str, children: Children
) -> None:
    page = f"<p>{ARTICLE}</p>".encode(charset)
    found = await extracted_within_bounds(page, children, f"text/html; charset={declared}")
    assert found.text == ARTICLE


async def test_the_fullest_page_that_is_read_keeps_its_allowance(children: Children) -> None:
    page = links(MAX_ELEMENTS // 2 - 10) + f"<p>{ARTICLE}</p>"
    found = await children.run(EXTRACT, extract, page.encode(), URL)
    assert found.reason == "extracted"


async def test_time_grows_with_the_page_and_not_with_its_square(children: Children) -> None:
    def cost(count: int) -> bytes:
        return ("<div><span>word " * count).encode()

    small = await children.run(EXTRACT, cpu_of, cost(1000))
    large = await children.run(EXTRACT, cpu_of, cost(8000))
    assert large < 40 * max(small, 0.01)


def cpu_of(page: bytes) -> float:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    extract(page, URL)
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime - before


def test_more_bytes_than_a_page_has_are_not_looked_at() -> None:
    assert extract(b"<p>" + b" " * MAX_BYTES, URL) == Extracted(reason="too_large")


TAGS = (
    "p div span b a ul li table caption td th tr h1 h2 br hr script style article aside section"
    " main".split()
)
PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in TAGS]),
    st.sampled_from([f"</{tag}>" for tag in TAGS]),
    st.sampled_from(
        ['<div class="related">', "<p hidden>", "<!--", "-->", "&nbsp;", "&#0;", "<", "&"]
    ),
    st.text(string.ascii_letters + " .,\n", min_size=1, max_size=60),
    st.text(max_size=20),
    st.just(f"<p>{ARTICLE}</p>"),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=40))
def test_every_paragraph_stands_in_the_page(pieces: list[str]) -> None:
    markup = "<html><body>" + "".join(pieces) + "</body></html>"
    found = extract(markup.encode("utf-8", "replace"), URL, "text/html; charset=utf-8")
    shown = seen_text(markup)
    for paragraph in found.paragraphs:
        assert "".join(paragraph.split()) in shown


def seen_text(markup: str) -> str:
    """All letters of a page, by another parser, without spaces."""
    from bs4 import BeautifulSoup

    from aggregator.reading.decoding import decode

    soup = BeautifulSoup(
        decode(markup.encode("utf-8", "replace"), "text/html; charset=utf-8"), "lxml"
    )
    for unseen in soup(["script", "style", "title"]):
        unseen.decompose()
    invisible = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
    return "".join("".join(soup.find_all(string=True)).translate(invisible).split())


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=400), st.sampled_from(["", "text/html", "text/html; charset=utf-16", "x"])
)
def test_no_bytes_raise(page: bytes, content_type: str) -> None:
    found = extract(page, URL, content_type)
    assert found.reason
    assert functools.reduce(lambda size, text: size + len(text), found.paragraphs, 0) <= 4 * len(
        page
    )
