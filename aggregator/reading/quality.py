"""How much of an article a text is: full, partial, summary, blocked or none; with a reason."""

from __future__ import annotations

from dataclasses import dataclass

from aggregator.models import DueEntry, FetchResult, Quality
from aggregator.reading.anchor import Anchor, is_unrelated
from aggregator.reading.extract import Extracted
from aggregator.reading.words import WORD, count_words, tells_of
from aggregator.text.appended import is_cut_off, own_words
from aggregator.text.credits import without_credits

#: A feed's own text of this many words is an article; shorter ones are summaries.
FULL_WORDS = 150
#: Fewer words than this on a page are no article's whole text, unless they say so themselves.
_TEASER_WORDS = 60
#: A text that tells of its headline in so many words is no wall, whatever it says beside.
_STORY_WORDS = 40
_BLOCKED = frozenset({"captcha", "consent", "login", "region"})
_NOTHING = frozenset({"error_page", "script"})
#: Statuses under which walls are served.
WALLED = frozenset({401, 402, 403, 429, 451, 503})


@dataclass(frozen=True, slots=True)
class Verdict:
    quality: Quality
    reason: str


def of_page(entry: DueEntry, page: FetchResult | None, extracted: Extracted | None) -> Verdict:
    """What the page gave."""
    if page is None:
        return Verdict("none", "not_fetched")
    if page.reason != "ok":
        return _of_refusal(page, extracted)
    if extracted is None:
        return Verdict("none", "not_read")
    if extracted.wall == "same_text":
        return Verdict("blocked", "same_text")
    if extracted.wall in _BLOCKED | _NOTHING and not _is_story(entry, extracted):
        return Verdict("blocked" if extracted.wall in _BLOCKED else "none", extracted.wall)
    if not extracted.paragraphs:
        return Verdict("none", extracted.reason or "no_text")
    return _of_text(entry, extracted)


def _of_refusal(page: FetchResult, extracted: Extracted | None) -> Verdict:
    """A page that says no may say why."""
    if extracted and extracted.wall in _BLOCKED:
        return Verdict("blocked", extracted.wall)
    return Verdict("none", page.reason)


def _of_text(entry: DueEntry, extracted: Extracted) -> Verdict:
    # What the operators selected is what they want.
    if extracted.method != "select" and is_unrelated(extracted.text, anchor_of(entry)):
        return Verdict("none", "unrelated")
    words = count_words(extracted.text)
    if extracted.wall == "paywall":
        return Verdict("partial", "paywall")
    if words < FULL_WORDS and is_cut_off(extracted.text):
        return Verdict("partial", "teaser")
    if words < _TEASER_WORDS and _only_repeats(entry, extracted.text):
        return Verdict("partial", "teaser")
    return Verdict("full", extracted.reason or "extracted")


def _is_story(entry: DueEntry, extracted: Extracted) -> bool:
    """Is what looks like a wall the article that the feed announced?  Its text must not be lost."""
    text = extracted.text
    return count_words(text) >= _STORY_WORDS and tells_of(entry.title, text)


def anchor_of(entry: DueEntry) -> Anchor:
    return Anchor(entry.title, own_words(entry.summary) or own_words(entry.content))


def of_feed(entry: DueEntry) -> Verdict:
    """What the feed's own text is."""
    text = feed_text(entry)
    if not text:
        return Verdict("none", "no_feed_text")
    if entry.content and count_words(text) >= FULL_WORDS and not is_cut_off(_fuller(entry)):
        return Verdict("full", "feed_text")
    return Verdict("summary", "feed_text")


def feed_text(entry: DueEntry) -> str:
    """The fuller of what the feed itself tells."""
    paragraphs = own_words(_fuller(entry)).split("\n\n")
    return "\n\n".join(without_credits(paragraphs))


def _fuller(entry: DueEntry) -> str:
    return max(entry.content, entry.summary, key=lambda text: count_words(own_words(text)))


def _only_repeats(entry: DueEntry, text: str) -> bool:
    """Does it tell nothing beyond the feed's own summary?"""
    told = set(WORD.findall(f"{entry.title} {entry.summary} {entry.content}".casefold()))
    words = WORD.findall(text.casefold())
    return bool(entry.summary) and sum(word in told for word in words) >= 0.9 * len(words)
