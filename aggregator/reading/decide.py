"""Which text stands for an entry, how good it is, and when its page is asked for again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from importlib.metadata import version

from aggregator import __version__
from aggregator.models import Article, DueEntry, Feed, FetchResult, KnownReading
from aggregator.net.retry import retry_after
from aggregator.reading import language, quality
from aggregator.reading.extract import Extracted
from aggregator.reading.metadata import without_site
from aggregator.reading.quality import Verdict
from aggregator.reading.words import count_words
from aggregator.text import folded_words
from aggregator.text.appended import own_words

#: What reads pages here, as the evidence names it.
EXTRACTOR = f"aggregator {__version__}, trafilatura {version('trafilatura')}"

#: The feed's own text is taken over the page's when it has this many times its words.
_FULLER = 1.25

#: Less of the feed's own text than this in an article, by runs of three words: it is another one.
_CONTAINED, _FEWEST_RUNS = 0.5, 8

_FIRST_RETRY = timedelta(minutes=10)
_LONGEST_RETRY = timedelta(days=1)
#: Longer than this after it was first seen, an entry's page is not asked for any more.
_GIVE_UP = timedelta(days=14)
#: Publishers sometimes announce a page before it stands; after these tries it is gone.
_TRIES_WHEN_GONE = 3
#: Answers that come with 200 before a page stands, or while its site is being mended.  Of a page
#: without text nobody knows whether it never had one or was sent half-rendered.
_NOT_YET = frozenset({"empty", "error_page", "no_text", "unrelated"})
_GONE = frozenset({"http_404", "http_410", "http_451"})
#: Another try would end the same way.
_FINAL = frozenset(
    {"robots", "forbidden", "private_address", "bad_scheme", "bad_url", "bad_request", "too_large"}
)


def article(
    entry: DueEntry,
    feed: Feed,
    result: FetchResult | None,
    extracted: Extracted | None,
    now: datetime,  # noqa: ARG001  part of the seam: a decision may come to depend on age
) -> Article:
    """The real, fuller text of the two: the page's or the feed's own.

    `result` is None when no page was asked for, `extracted` when none came.
    """
    page, own = quality.of_page(entry, result, extracted), quality.of_feed(entry)
    if extracted and _page_wins(entry, page, own, extracted):
        # What the operators selected is what they want.
        is_chosen = extracted.method == "select"
        text = extracted.text if is_chosen else own_words(extracted.text)
        found = _article(entry, feed, result, extracted, text, page, extracted.method)
        note = "" if extracted.reason == "extracted" else extracted.reason
        return replace(found, certainty=extracted.certainty, note=note)
    claims = extracted if page.quality not in ("none", "blocked") else None
    verdict = _without_page(page, own, result)
    return _article(entry, feed, result, claims, quality.feed_text(entry), verdict, "feed")


def shared(entry: DueEntry, known: KnownReading, now: datetime) -> Article | None:
    """The article of the same page, as this entry's; None: it is to be read anew.

    Live pages are reused, under another title or the same.  To read one page twice costs a request;
    to take what it said before for what it says now loses an article.
    """
    article, own = known.article, quality.feed_text(entry)
    same_title = folded_words(entry.title) == folded_words(article.title)
    if article.fetched_at and entry.published and article.fetched_at < entry.published <= now:
        return None
    if _tells_another(own, known, same_title=same_title):
        return None
    if count_words(own) >= _FULLER * article.words:
        return None
    return replace(
        article,
        title=article.title if same_title else entry.title or article.title,
        authors=article.authors or entry.authors,
        published=entry.published or article.published,
    )


def _tells_another(own: str, known: KnownReading, *, same_title: bool) -> bool:
    """Does the feed tell what neither that article nor that feed told?  In a few words under the
    same title none can tell."""
    runs = _runs(own)
    if same_title and len(runs) < _FEWEST_RUNS:
        return False
    told = _runs(f"{known.article.text}\n{known.summary}\n{known.content}")
    return len(runs & told) < _CONTAINED * len(runs) or not runs


def _runs(text: str) -> set[tuple[str, str, str]]:
    words = folded_words(text).split()
    return set(zip(words, words[1:], words[2:], strict=False))


def next_read(
    entry: DueEntry, result: FetchResult | None, now: datetime, article: Article | None = None
) -> datetime | None:
    """When the page is to be asked for again; None: it need not.

    Pages that failed are asked for after 10 min, 30 min, 90 min … a day at most, for two weeks;
    pages that are gone a few times only.  With the article made of it, a wall is a failure too, and
    so is an answer that holds nothing of the entry, for a few times.
    """
    if result is None or not _failed(result, article):
        return None
    reason, tries = result.reason, entry.attempts + 1
    is_gone = reason in _GONE or _is_hollow(article)
    if reason in _FINAL or (is_gone and tries >= _TRIES_WHEN_GONE):
        return None
    own = _back_off(tries)
    due = now + max(own, retry_after(result, now) or own)
    return due if due <= entry.first_seen + _GIVE_UP else None


def next_try(entry: DueEntry, now: datetime) -> datetime:
    """When an entry whose reading failed by our own fault is read again; it is not given up."""
    return now + _back_off(entry.attempts + 1)


def _back_off(tries: int) -> timedelta:
    growth: int = 3 ** min(tries - 1, 10)
    return min(_LONGEST_RETRY, _FIRST_RETRY * growth)


def _failed(result: FetchResult, article: Article | None) -> bool:
    if result.reason != "ok":
        return True
    return article is not None and (article.quality == "blocked" or _is_hollow(article))


def _is_hollow(article: Article | None) -> bool:
    """Did an answer come that is no article, and may be one later?"""
    return article is not None and article.reason in _NOT_YET


def _page_wins(entry: DueEntry, page: Verdict, own: Verdict, extracted: Extracted) -> bool:
    if page.quality not in ("full", "partial"):
        return False
    page_words = count_words(extracted.text)
    own_words = count_words(quality.feed_text(entry))
    if own.quality == "full":
        return own_words < _FULLER * page_words if page.quality == "full" else False
    # A teaser that says less than the feed's summary is no gain.
    return page.quality == "full" or page_words >= own_words


def _without_page(page: Verdict, own: Verdict, result: FetchResult | None) -> Verdict:
    """The feed's text, with what the page's failure means for it."""
    if own.quality == "full" or result is None:
        return own
    if page.quality == "blocked":
        return page
    if page.quality in ("full", "partial"):
        return Verdict("partial", page.reason)
    return Verdict("summary" if own.quality == "summary" else "none", page.reason)


def _article(
    entry: DueEntry,
    feed: Feed,
    result: FetchResult | None,
    extracted: Extracted | None,
    text: str,
    verdict: Verdict,
    method: str,
) -> Article:
    claims = extracted or Extracted()
    title = without_site(entry.title, claims.site)
    declared = claims.language or entry.language or feed.language
    return Article(
        title=title or claims.title,
        text=text,
        authors=claims.authors or entry.authors,
        published=entry.published or claims.published,
        modified=claims.modified or entry.modified,
        canonical_url=claims.canonical_url,
        image_url=claims.image_url,
        words=count_words(text),
        language=language.detect(f"{entry.title}\n{text}", declared),
        quality=verdict.quality,
        reason=verdict.reason,
        method=method if text else "",
        final_url=result.final_url if result else "",
        sha256=sha256(result.body).hexdigest() if result and result.body else "",
        fetched_at=result.fetched_at if result else None,
        status=result.status if result else None,
        hops=result.hops if result else (),
        extractor=EXTRACTOR if result and result.body else "",
    )
