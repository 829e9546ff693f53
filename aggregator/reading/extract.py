"""A page becomes its article: title, authors, date, language, paragraphs in order, nothing else.

The page is cut into blocks; a general extractor says which words are the article; a small model
that sees the blocks, their place and their names mends its choice; the boxes around are taken away.
Every paragraph is the page's own, to the letter.  Plain functions without state, made to run in a
child process: the input is hostile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bs4 import BeautifulSoup
from lxml import html
from soupsieve import SelectorSyntaxError

from aggregator.models import ArticleRule
from aggregator.reading import language, metadata, tables, walls
from aggregator.reading.anchor import NO_ANCHOR, Anchor, is_unrelated, related_choice
from aggregator.reading.blocks import Page, segment
from aggregator.reading.choose import Choice, choose
from aggregator.reading.decoding import decode
from aggregator.reading.page import MAX_BYTES, Unreadable, parse
from aggregator.reading.places import NOWHERE, Places
from aggregator.reading.study import Study, study

_NO_RULE = ArticleRule()

_MAGIC = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"PK\x03\x04", "not_html"),
)


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a page holds.  Without paragraphs, `reason` says why."""

    title: str = ""
    #: The site's own name, as the page claims it.
    site: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    modified: datetime | None = None
    #: Of the page's own site; "" where it names none.
    canonical_url: str = ""
    #: The lead picture's, from any site.
    image_url: str = ""
    language: str | None = None
    #: Plain text in reading order; a line break within one is a line break of the page, a tab parts
    #: the cells of a row.
    paragraphs: tuple[str, ...] = ()
    #: Whose choice the text is: `select` (the feed's own rule), `blocks` (the model), `trafilatura`
    #: (on pages that the model does not see), `json-ld` (the body that the page tells machines),
    #: `anchor` (the element that speaks of what the feed announced).
    method: str = ""
    #: How sure that choice is, from 0 to 1: the F1 that the model expects of it.
    certainty: float = 0.0
    #: A code: `extracted`, or a note in its place (`second_choice`, `select_missed`,
    #: `bad_selector`), or what went wrong: `pdf`, `empty`, `too_complex`, `no_text` …
    reason: str = ""
    #: What stands before the article: `captcha`, `consent`, `login`, `paywall` …
    wall: str = ""
    #: What the page alone says of its elements, for other pages of its host (`places.tally`).
    places: bytes = b""

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)


def extract_text(html: bytes, url: str) -> str:
    """The article's text, paragraphs parted by an empty line; "" where there is none."""
    return extract(html, url).text


def extract(
    page: bytes,
    url: str,
    content_type: str = "",
    rule: ArticleRule = _NO_RULE,
    anchor: Anchor = NO_ANCHOR,
    host: Places = NOWHERE,
) -> Extracted:
    """The article of a page.  Never raises: a hostile page is an empty result with a reason.

    `host` is what other pages of its host say of its elements.  Where the chosen text shares no
    word with the `anchor`, another text of the page is taken that does; `rule` overrides all.
    """
    if unfit := _unfit(page, content_type):
        return Extracted(reason=unfit)
    try:
        text = decode(page, content_type)
        if rule.select or rule.remove:
            return _by_rule(text, url, rule, anchor, host)
        tree = parse(text)
        return Extracted(reason="empty") if tree is None else _from_tree(tree, url, anchor, host)
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


def _by_rule(text: str, url: str, rule: ArticleRule, anchor: Anchor, host: Places) -> Extracted:
    """What the operators chose.  Where the rule finds nothing, the general extractor is asked."""
    tree = parse(text)
    if tree is None:
        return Extracted(reason="empty")
    claims = metadata.read(tree, url)
    try:
        selected, rest = _apply(rule, tree)
    # The last is what soupsieve says of pseudo-elements and at-rules.
    except (SelectorSyntaxError, ValueError, NotImplementedError):
        return _noting("bad_selector", _from_tree(tree, url, anchor, host, claims))
    if selected:
        return _result(claims, selected, "select")
    if rest is None:
        return Extracted(reason="empty")
    found = _from_tree(rest, url, anchor, host, claims)
    return _noting("select_missed", found) if rule.select else found


def _apply(rule: ArticleRule, tree: html.HtmlElement) -> tuple[list[str], html.HtmlElement | None]:
    """The paragraphs that are selected, and the page without what is to be removed."""
    soup = BeautifulSoup(html.tostring(tree, encoding="unicode"), "lxml")
    for selector in rule.remove:
        for unwanted in soup.select(selector):
            unwanted.decompose()
    selected = soup.select(rule.select) if rule.select else []
    outermost = [each for each in selected if not any(up in selected for up in each.parents)]
    region = parse("<html><body>" + "".join(map(str, outermost)) + "</body></html>")
    page = segment(region) if region is not None else Page((), ())
    return tables.paragraphs(page, [True] * len(page.blocks)), parse(str(soup))


def _noting(reason: str, found: Extracted) -> Extracted:
    return replace(found, reason=reason) if found.paragraphs else found


# ── any page ──────────────────────────────────────────────────────────────────────────────────────


def _from_tree(
    tree: html.HtmlElement,
    url: str,
    anchor: Anchor,
    host: Places,
    claims: metadata.Metadata | None = None,
) -> Extracted:
    known = study(tree, url, claims)
    choice = choose(known, host)
    wall = walls.wall(known.claims, known.shown, choice.paragraphs, tree)
    if is_unrelated(choice.text, anchor):
        # Whatever it is, it says nothing of where the host's articles stand.
        choice = replace(choice, places=b"")
        if other := related_choice(known, anchor):
            return _noting("second_choice", _chosen(known, other, wall))
    return _chosen(known, choice, wall)


def _chosen(known: Study, choice: Choice, wall: walls.Wall) -> Extracted:
    left = walls.without_offer(choice.paragraphs) if wall == "paywall" else choice.paragraphs
    found = _result(known.claims, left, choice.method)
    return replace(found, wall=wall, certainty=choice.certainty, places=choice.places)


def _result(claims: metadata.Metadata, paragraphs: Sequence[str], method: str) -> Extracted:
    return Extracted(
        title=claims.title,
        site=claims.site,
        authors=claims.authors,
        published=claims.published,
        modified=claims.modified,
        canonical_url=claims.canonical_url,
        image_url=claims.image_url,
        language=language.detect(" ".join(paragraphs), claims.language),
        paragraphs=tuple(paragraphs),
        method=method if paragraphs else "",
        reason="extracted" if paragraphs else "no_text",
        certainty=1.0 if paragraphs else 0.0,
    )
