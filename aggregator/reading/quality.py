"""How much of an article a text is: full, partial, summary, blocked or none; with a reason."""

from __future__ import annotations

import re
from dataclasses import dataclass

from aggregator.models import DueEntry, FetchResult, Quality
from aggregator.reading.extract import Extracted

#: A feed's own text of this many words is an article; shorter ones are summaries.
FULL_WORDS = 150
#: Fewer words than this on a page are no article's whole text, unless they say so themselves.
_TEASER_WORDS = 60
#: An article and its headline share words, unless the headline is too short to tell.
_TELLING_WORDS = 4

_CUT_OFF = re.compile(
    r"(?:…|\.\.\.|\[\s*(?:…|\.\.\.)\s*\])\s*[\])]?$"
    r"|(?:read more|continue reading|read full story|read the (?:full|rest)[^.]{0,40}|далее"
    r"|читать далее"
    r"|ادامه مطلب|اقرأ المزيد|مزید پڑھیں|阅读全文)\W*$",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Verdict:
    quality: Quality
    reason: str


def of_page(entry: DueEntry, page: FetchResult | None, extracted: Extracted | None) -> Verdict:
    """What the page gave."""
    if page is None:
        return Verdict("none", "not_fetched")
    if page.reason != "ok":
        return Verdict("none", page.reason)
    if extracted is None:
        return Verdict("none", "not_read")
    if extracted.wall in ("captcha", "consent", "login", "same_text"):
        return Verdict("blocked", extracted.wall)
    if extracted.wall == "error_page":
        return Verdict("none", "error_page")
    if not extracted.paragraphs:
        return Verdict("none", extracted.reason or "no_text")
    if is_unrelated(entry, extracted.text):
        return Verdict("none", "unrelated")
    if extracted.wall == "paywall":
        return Verdict("partial", "paywall")
    if is_cut_off(extracted.text) and count_words(extracted.text) < FULL_WORDS:
        return Verdict("partial", "teaser")
    if count_words(extracted.text) < _TEASER_WORDS and _only_repeats(entry, extracted.text):
        return Verdict("partial", "teaser")
    return Verdict("full", extracted.reason or "extracted")


def of_feed(entry: DueEntry) -> Verdict:
    """What the feed's own text is."""
    text = feed_text(entry)
    if not text:
        return Verdict("none", "no_feed_text")
    if entry.content and count_words(text) >= FULL_WORDS and not is_cut_off(text):
        return Verdict("full", "feed_text")
    return Verdict("summary", "feed_text")


def feed_text(entry: DueEntry) -> str:
    """The fuller of what the feed itself tells."""
    return max(entry.content.strip(), entry.summary.strip(), key=count_words)


def is_cut_off(text: str) -> bool:
    """Does it end where its publisher cut it?"""
    return bool(_CUT_OFF.search(text.rstrip()[-80:]))


def is_unrelated(entry: DueEntry, text: str) -> bool:
    """Does a page share not one telling word with the entry that led to it?

    So speaks the page that stands where an article was: the home page, a wall, "not found".
    """
    told = telling_words(f"{entry.title}\n{entry.summary or entry.content[:1000]}")
    return len(told) >= _TELLING_WORDS and told.isdisjoint(telling_words(text))


def telling_words(text: str) -> frozenset[str]:
    """Words long enough to mean something; in scripts without spaces, pairs of signs."""
    words = _WORD.findall(text.casefold())
    pairs = (
        word[at : at + 2] for word in words if word[0] > "\u2e80" for at in range(len(word) - 1)
    )
    return frozenset((*(word for word in words if len(word) > 3), *pairs))


def count_words(text: str) -> int:
    """Words; a sign of Chinese or Japanese counts as half a word."""
    signs = sum("\u3040" <= sign <= "\u9fff" for sign in text)
    return len(_WORD.findall(text)) + signs // 2


def _only_repeats(entry: DueEntry, text: str) -> bool:
    """Does it tell nothing beyond the feed's own summary?"""
    told = set(_WORD.findall(f"{entry.title} {entry.summary} {entry.content}".casefold()))
    words = _WORD.findall(text.casefold())
    return bool(entry.summary) and sum(word in told for word in words) >= 0.9 * len(words)
