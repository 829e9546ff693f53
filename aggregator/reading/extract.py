"""A page becomes its article: title, authors, date, language, paragraphs in order, nothing else.

The page is cut into blocks; an extractor says which words are the article; those words are found
again in the blocks, so that every paragraph is the page's own, to the letter; the boxes around are
taken away.  Plain functions without state, made to run in a child process: the input is hostile.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import trafilatura
from bs4 import BeautifulSoup
from lxml import html
from soupsieve import SelectorSyntaxError

from aggregator.models import ArticleRule
from aggregator.reading import align, boxes, language, metadata, walls
from aggregator.reading.blocks import Page, segment
from aggregator.reading.decoding import decode
from aggregator.reading.page import MAX_BYTES, Unreadable, parse

#: Raised when the same page would give another text.
EXTRACTOR_VERSION = 1

_WORD = re.compile(r"\w+")
#: Characters a page may show; a book of a thousand pages has as many.
_MAX_TEXT = 2_000_000
#: A block belongs to the article when the extractor took this share of its words.
_TAKEN_SHARE = 0.5

#: A body told to machines is taken over the one that is shown when it has so many words,
#: and so many times the words.
_CLAIMED_WORDS = 100
_FAR_FULLER = 2.0
_NO_RULE = ArticleRule()

_MAGIC = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"PK\x03\x04", "not_html"),
)

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a page holds.  Without paragraphs, `reason` says why."""

    title: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    language: str | None = None
    #: Plain text in reading order; a line break within one is a line break of the page.
    paragraphs: tuple[str, ...] = ()
    #: `select` (the feed's own rule), `trafilatura`, `json-ld`.
    method: str = ""
    #: A code: `extracted`, or what went wrong: `pdf`, `empty`, `too_complex`, `no_text` …
    reason: str = ""
    #: What stands before the article: `captcha`, `consent`, `login`, `paywall`, `error_page`.
    wall: str = ""

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)


def extract_text(html: bytes, url: str) -> str:
    """The article's text, paragraphs parted by an empty line; "" where there is none."""
    return extract(html, url).text


def extract(
    page: bytes, url: str, content_type: str = "", rule: ArticleRule = _NO_RULE
) -> Extracted:
    """The article of a page.  Never raises: a hostile page is an empty result with a reason."""
    if unfit := _unfit(page, content_type):
        return Extracted(reason=unfit)
    try:
        text = decode(page, content_type)
        if rule.select or rule.remove:
            return _by_rule(text, url, rule)
        tree = parse(text)
        return Extracted(reason="empty") if tree is None else _from_tree(tree, url)
    except Unreadable as error:
        return Extracted(reason=str(error))
    except (MemoryError, RecursionError):
        return Extracted(reason="too_complex")


def _unfit(page: bytes, content_type: str) -> str:
    """Why these bytes are no page; "" when they may be one."""
    start = page[:512].lstrip()
    if not start:
        return "empty"
    for magic, reason in _MAGIC:
        if start.startswith(magic):
            return reason
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "image"
    if len(page) > MAX_BYTES:
        return "too_large"
    kind = content_type.split(";")[0].strip().lower()
    if kind.startswith(("image/", "audio/", "video/", "font/")):
        return "image" if kind.startswith("image/") else "not_html"
    if kind == "application/pdf":
        return "pdf"
    return "" if b"<" in page else "not_html"


# ── the feed's own rule ───────────────────────────────────────────────────────────────────────────


def _by_rule(text: str, url: str, rule: ArticleRule) -> Extracted:
    """What the operators chose.  Where the rule finds nothing, the general extractor is asked."""
    tree = parse(text)
    if tree is None:
        return Extracted(reason="empty")
    claims = metadata.read(tree)
    soup = BeautifulSoup(html.tostring(tree, encoding="unicode"), "lxml")
    try:
        for selector in rule.remove:
            for unwanted in soup.select(selector):
                unwanted.decompose()
        selected = soup.select(rule.select) if rule.select else []
    except (SelectorSyntaxError, ValueError, NotImplementedError):
        return Extracted(title=claims.title, reason="bad_selector")
    if selected:
        outermost = [each for each in selected if not any(up in selected for up in each.parents)]
        region = parse("<html><body>" + "".join(map(str, outermost)) + "</body></html>")
        blocks = segment(region).blocks if region is not None else ()
        if blocks:
            return _result(claims, [block.text for block in blocks], "select")
    rest = parse(str(soup))
    return Extracted(reason="empty") if rest is None else _from_tree(rest, url, claims)


# ── any page ──────────────────────────────────────────────────────────────────────────────────────


def _from_tree(
    tree: html.HtmlElement, url: str, claims: metadata.Metadata | None = None
) -> Extracted:
    claims = claims or metadata.read(tree)
    body = tree.find("body")
    body = tree if body is None else body
    shown = segment(body)
    if sum(len(block.text) for block in shown.blocks) > _MAX_TEXT:
        raise Unreadable("too_large")
    taken = _taken(shown, _trafilatura(tree, url))
    kept = _without_boxes(shown, taken, claims)
    paragraphs = [block.text for block, is_kept in zip(shown.blocks, kept, strict=True) if is_kept]
    method = "trafilatura"
    if claimed := _claimed(claims, paragraphs):
        paragraphs, method = claimed, "json-ld"
    page_text = "\n".join(block.text for block in shown.blocks)
    return _result(claims, paragraphs, method, walls.wall(tree, claims, page_text, paragraphs))


def _claimed(claims: metadata.Metadata, paragraphs: Sequence[str]) -> list[str]:
    """The body that the page tells machines, where it is far fuller than what it shows."""
    claimed = metadata.plain_paragraphs(claims.body)
    words, shown = (sum(len(text.split()) for text in texts) for texts in (claimed, paragraphs))
    return claimed if words >= _CLAIMED_WORDS and words > _FAR_FULLER * shown else []


def _result(
    claims: metadata.Metadata, paragraphs: Sequence[str], method: str, wall: str = ""
) -> Extracted:
    return Extracted(
        title=claims.title,
        authors=claims.authors,
        published=claims.published,
        language=language.detect(" ".join(paragraphs), claims.language),
        paragraphs=tuple(paragraphs),
        method=method if paragraphs else "",
        reason="extracted" if paragraphs else "no_text",
        wall=wall,
    )


def _trafilatura(tree: html.HtmlElement, url: str) -> str:
    # A hostile page may find a fault in it; that is a page without text, not the end of the line.
    try:
        text = trafilatura.extract(tree, url=url, include_comments=False)
    except Exception:
        return ""
    return text or ""


def _taken(page: Page, text: str) -> list[bool]:
    """Which blocks the extractor's text is made of."""
    words = [_WORD.findall(block.text) for block in page.blocks]
    flags = align.matched([word for each in words for word in each], _WORD.findall(text))
    taken, at = [], 0
    for each in words:
        found = sum(flags[at : at + len(each)])
        taken.append(bool(each) and found >= _TAKEN_SHARE * len(each))
        at += len(each)
    return taken


def _without_boxes(page: Page, taken: Sequence[bool], claims: metadata.Metadata) -> list[bool]:
    in_box = boxes.boxed(page, taken)
    title = _WORD.findall(claims.title.casefold())
    return [
        is_taken
        and not is_in_box
        and not boxes.is_boilerplate_line(block.text)
        and not boxes.is_about_author(block.text, claims.authors)
        and not (title and _WORD.findall(block.text.casefold()) == title)
        for block, is_taken, is_in_box in zip(page.blocks, taken, in_box, strict=True)
    ]
