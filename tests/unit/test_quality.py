"""Which text stands for an entry, how good it is, and when its page is asked for again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.errors import Forbidden, TimedOut
from aggregator.models import Article, DueEntry, Feed, FetchResult
from aggregator.reading import decide, quality
from aggregator.reading.extract import Extracted
from aggregator.text.appended import own_words

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
URL = "https://courier.example/convoy"
FEED = Feed(url="https://courier.example/feed")
SENTENCE = "Gunmen attacked a convoy near the border and wounded two drivers on Monday evening. "
LONG = SENTENCE * 20
ENTRY = DueEntry(
    id=1,
    feed_id=1,
    feed_url=FEED.url,
    feed="Courier",
    fence=1,
    first_seen=NOW,
    url=URL,
    title="Gunmen attack convoy near border",
    summary="Two drivers were wounded on Monday.",
)
OK = FetchResult(url=URL, final_url=URL, fetched_at=NOW, status=200, body=b"<p>page</p>")


def failed(status: int) -> FetchResult:
    return replace(OK, status=status)


def found(text: str = LONG, wall: str = "", reason: str = "extracted") -> Extracted:
    return Extracted(
        title="From the page",
        paragraphs=(text,) if text else (),
        method="trafilatura",
        reason=reason,
        wall=wall,
        authors=("A. Rind",),
        language="en",
    )


FULL_FEED = replace(ENTRY, content=LONG)
CUT_FEED = replace(ENTRY, content=SENTENCE * 12 + "[…]")
BARE = replace(ENTRY, summary="")
SHORT = SENTENCE.strip()


@pytest.mark.parametrize(
    ("entry", "page", "extracted", "wanted"),
    [
        pytest.param(ENTRY, OK, found(), ("full", "extracted", "trafilatura"), id="a good page"),
        pytest.param(
            ENTRY, OK, found(SHORT, "paywall"), ("partial", "paywall", "trafilatura"), id="paywall"
        ),
        pytest.param(
            ENTRY,
            OK,
            found("Two drivers…", "paywall"),
            ("partial", "paywall", "feed"),
            id="a teaser that says less than the summary",
        ),
        pytest.param(
            ENTRY,
            OK,
            found(SHORT + " Read more"),
            ("partial", "teaser", "trafilatura"),
            id="teaser",
        ),
        pytest.param(
            ENTRY,
            OK,
            found(ENTRY.summary),
            ("partial", "teaser", "trafilatura"),
            id="only the summary",
        ),
        pytest.param(
            ENTRY, OK, found("Cookies!", "consent"), ("blocked", "consent", "feed"), id="consent"
        ),
        pytest.param(
            ENTRY, OK, found("Robot?", "captcha"), ("blocked", "captcha", "feed"), id="captcha"
        ),
        pytest.param(
            BARE, OK, found("Log in", "login"), ("blocked", "login", ""), id="login, no feed text"
        ),
        pytest.param(ENTRY, OK, found("", reason="pdf"), ("summary", "pdf", "feed"), id="a PDF"),
        pytest.param(
            ENTRY, OK, found("", reason="empty"), ("summary", "empty", "feed"), id="nothing came"
        ),
        pytest.param(
            BARE, OK, found("", reason="no_text"), ("none", "no_text", ""), id="nothing anywhere"
        ),
        pytest.param(
            ENTRY,
            OK,
            found("The home page speaks of football, weather, recipes. " * 9),
            ("summary", "unrelated", "feed"),
            id="another page than the entry's",
        ),
        pytest.param(
            ENTRY, OK, found("x", "error_page"), ("summary", "error_page", "feed"), id="soft 404"
        ),
        pytest.param(ENTRY, failed(403), None, ("summary", "http_403", "feed"), id="refused"),
        pytest.param(
            ENTRY,
            failed(403),
            found("Robot?", "captcha"),
            ("blocked", "captcha", "feed"),
            id="refused, and it says why",
        ),
        pytest.param(
            ENTRY,
            failed(403),
            found(),
            ("summary", "http_403", "feed"),
            id="refused, with an article that may be anything",
        ),
        pytest.param(
            ENTRY, OK, found("Not here.", "region"), ("blocked", "region", "feed"), id="region"
        ),
        pytest.param(
            ENTRY, OK, found("JavaScript!", "script"), ("summary", "script", "feed"), id="script"
        ),
        pytest.param(
            ENTRY,
            OK,
            found(LONG, "captcha"),
            ("full", "extracted", "trafilatura"),
            id="what looks like a wall tells the story at length",
        ),
        pytest.param(
            ENTRY,
            OK,
            found("Log in to read: Gunmen attack convoy near border", "login"),
            ("blocked", "login", "feed"),
            id="a wall that repeats the headline",
        ),
        pytest.param(
            ENTRY,
            OK,
            replace(found("The home page speaks of football. " * 9), method="select"),
            ("full", "extracted", "select"),
            id="what the operators selected is the article",
        ),
        pytest.param(
            replace(ENTRY, content=f"{SENTENCE * 12}[…]\n\nThe post A appeared first on B."),
            failed(500),
            None,
            ("summary", "http_500", "feed"),
            id="cut off before what the feed's software appends",
        ),
        pytest.param(
            ENTRY, replace(OK, error=TimedOut()), None, ("summary", "timeout", "feed"), id="late"
        ),
        pytest.param(BARE, failed(500), None, ("none", "http_500", ""), id="failed, no feed text"),
        pytest.param(ENTRY, None, None, ("summary", "feed_text", "feed"), id="no page wanted"),
        pytest.param(
            FULL_FEED, None, None, ("full", "feed_text", "feed"), id="the feed carries it all"
        ),
        pytest.param(
            FULL_FEED, failed(403), None, ("full", "feed_text", "feed"), id="refused, feed full"
        ),
        pytest.param(
            FULL_FEED,
            OK,
            found(SHORT, "paywall"),
            ("full", "feed_text", "feed"),
            id="paid, feed full",
        ),
        pytest.param(
            FULL_FEED,
            OK,
            found(SENTENCE * 10),
            ("full", "feed_text", "feed"),
            id="the feed is fuller",
        ),
        pytest.param(
            FULL_FEED, OK, found(), ("full", "extracted", "trafilatura"), id="both are full"
        ),
        pytest.param(
            CUT_FEED, failed(403), None, ("summary", "http_403", "feed"), id="the feed is cut off"
        ),
        pytest.param(
            ENTRY,
            OK,
            Extracted(reason="cpu_exceeded"),
            ("summary", "cpu_exceeded", "feed"),
            id="too much",
        ),
    ],
)
def test_article(
    entry: DueEntry, page: FetchResult | None, extracted: Extracted | None, wanted: tuple[str, ...]
) -> None:
    article = decide.article(entry, FEED, page, extracted, NOW)
    assert (article.quality, article.reason, article.method) == wanted
    found_text = extracted.text if extracted else ""
    texts = {"select": found_text, "trafilatura": own_words(found_text)}
    assert article.text == texts.get(wanted[2], quality.feed_text(entry))


@pytest.mark.parametrize(
    ("entry", "extracted", "certainty", "note"),
    [
        pytest.param(ENTRY, replace(found(), certainty=0.9), 0.9, "", id="the page's text"),
        pytest.param(
            ENTRY,
            replace(found(SHORT, "paywall", "second_choice"), certainty=0.5),
            0.5,
            "second_choice",
            id="a note that the quality's reason does not say",
        ),
        pytest.param(
            FULL_FEED, replace(found(SHORT), certainty=0.9), None, "", id="the feed's text"
        ),
    ],
)
def test_an_article_says_how_sure_its_text_is(
    entry: DueEntry, extracted: Extracted, certainty: float | None, note: str
) -> None:
    article = decide.article(entry, FEED, OK, extracted, NOW)
    assert (article.certainty, article.note) == (certainty, note)


def test_the_article_keeps_its_evidence() -> None:
    article = decide.article(ENTRY, FEED, OK, found(), NOW)
    assert article.final_url == URL
    assert article.fetched_at == NOW
    assert len(article.sha256) == 64
    assert (article.status, article.hops) == (200, ())
    assert article.extractor == decide.EXTRACTOR
    assert (article.title, article.authors) == (ENTRY.title, ("A. Rind",))


def test_what_a_wall_says_of_itself_is_not_said_of_the_article() -> None:
    article = decide.article(ENTRY, FEED, OK, found("Cookies", "consent"), NOW)
    assert article.authors == ()
    article = decide.article(replace(ENTRY, title=""), FEED, OK, found("Cookies", "consent"), NOW)
    assert article.title == ""


@pytest.mark.parametrize(
    ("page", "attempts", "wanted"),
    [
        pytest.param(OK, 0, None, id="read"),
        pytest.param(None, 0, None, id="no page wanted"),
        pytest.param(failed(503), 0, timedelta(minutes=10), id="first failure"),
        pytest.param(failed(503), 1, timedelta(minutes=30), id="second"),
        pytest.param(failed(503), 4, timedelta(minutes=810), id="fifth"),
        pytest.param(failed(503), 5, timedelta(days=1), id="a day at most"),
        pytest.param(failed(503), 500, timedelta(days=1), id="a day at most, for long"),
        pytest.param(failed(404), 0, timedelta(minutes=10), id="gone, first try"),
        pytest.param(failed(410), 2, None, id="gone, third try"),
        pytest.param(replace(OK, error=TimedOut()), 0, timedelta(minutes=10), id="late"),
        pytest.param(
            replace(OK, error=Forbidden(reason="robots")), 0, None, id="robots.txt says no"
        ),
        pytest.param(
            replace(failed(429), headers={"retry-after": "7200"}), 0, timedelta(hours=2), id="asked"
        ),
        pytest.param(
            replace(failed(503), headers={"retry-after": "Mon, 02 Nov 2026 13:00:00 GMT"}),
            0,
            timedelta(hours=1),
            id="asked, by date",
        ),
        pytest.param(
            replace(failed(503), headers={"retry-after": "99999999999"}),
            0,
            timedelta(days=1),
            id="asked for ever",
        ),
        pytest.param(
            replace(failed(503), headers={"retry-after": "²"}),
            0,
            timedelta(minutes=10),
            id="asked, nonsense",
        ),
    ],
)
def test_next_read(page: FetchResult | None, attempts: int, wanted: timedelta | None) -> None:
    due = decide.next_read(replace(ENTRY, attempts=attempts), page, NOW)
    assert due == (NOW + wanted if wanted is not None else None)


def test_an_old_page_is_asked_for_no_more() -> None:
    assert (
        decide.next_read(replace(ENTRY, first_seen=NOW - timedelta(days=20)), failed(503), NOW)
        is None
    )


def test_a_wall_is_asked_again() -> None:
    article = Article(title="", text="", quality="blocked")
    assert decide.next_read(ENTRY, OK, NOW, article) == NOW + timedelta(minutes=10)
    assert decide.next_read(ENTRY, OK, NOW, replace(article, quality="full")) is None


@pytest.mark.parametrize("reason", ["empty", "error_page", "no_text", "unrelated"])
def test_an_answer_without_the_article_is_asked_for_again_a_few_times(reason: str) -> None:
    article = Article(title="", text="", quality="summary", reason=reason)
    tries = [replace(ENTRY, attempts=number) for number in range(3)]
    due = [decide.next_read(entry, OK, NOW, article) for entry in tries]
    assert due == [NOW + timedelta(minutes=10), NOW + timedelta(minutes=30), None]


@pytest.mark.parametrize("reason", ["extracted", "teaser", "script", "pdf"])
def test_a_page_that_is_what_it_will_be_is_not_asked_for_again(reason: str) -> None:
    article = Article(title="", text="", quality="summary", reason=reason)
    assert decide.next_read(ENTRY, OK, NOW, article) is None


def test_no_page_is_waited_for_where_the_feed_carries_the_article() -> None:
    article = decide.article(FULL_FEED, FEED, OK, found("", reason="no_text"), NOW)
    assert decide.next_read(FULL_FEED, OK, NOW, article) is None
