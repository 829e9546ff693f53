"""What many pages of one host say is not the article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from aggregator.models import DueEntry, FetchResult, HostPage
from aggregator.reading import host, quality
from aggregator.reading.extract import Extracted
from aggregator.reading.places import NOWHERE, learn, tally

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SITE = "https://courier.example"
PROMO = "Our evening letter tells you what matters, every day at six."
TITLES = (
    "Gunmen attack convoy near border",
    "Harvest fails in the southern valleys",
    "Parliament votes on water law",
    "Ferry sinks off the northern coast",
    "Teachers end their long strike",
)


NAMES = "convoy harvest parliament ferry teachers museum orchard regatta estuary".split()


def entry(number: int, *, title: str | None = None, url: str | None = None) -> DueEntry:
    return DueEntry(
        id=number,
        feed_id=1,
        feed_url=f"{SITE}/feed",
        feed="Courier",
        fence=1,
        first_seen=NOW,
        url=f"{SITE}/{number}" if url is None else url,
        title=TITLES[number] if title is None else title,
    )


def body(number: int) -> tuple[str, ...]:
    return tuple(
        f"Paragraph {part} of story {NAMES[number]} has eleven words that tell something."
        for part in ("one", "two")
    )


def page(paragraphs: Sequence[str], **changes: Any) -> Extracted:
    return replace(
        Extracted(paragraphs=tuple(paragraphs), method="trafilatura", reason="extracted"), **changes
    )


def seen(of: DueEntry, paragraphs: Sequence[str]) -> HostPage:
    fetched = FetchResult(url=of.url, final_url=f"{SITE}/x", fetched_at=NOW, status=200)
    remembered = host.page_of(of, fetched, page(paragraphs))
    assert remembered is not None
    return remembered


def clean(
    of: DueEntry, paragraphs: Sequence[str], past: Sequence[HostPage], **changes: str
) -> host.Cleaned:
    return host.clean(of, page(paragraphs, **changes), seen(of, paragraphs), past)


def with_promo(number: int, promo: str = PROMO) -> tuple[str, ...]:
    first, second = body(number)
    return (first, promo, second)


def others(count: int) -> list[HostPage]:
    return [seen(entry(number), with_promo(number)) for number in range(1, count + 1)]


@pytest.mark.parametrize(
    ("past", "promo", "is_cut"),
    [
        pytest.param(others(3), PROMO, True, id="on three others"),
        pytest.param(others(2), PROMO, False, id="on two others"),
        pytest.param(others(3), "Our EVENING letter tells you what matters — every day, at six!",
                     True, id="in other letters and signs"),
        pytest.param([*others(2), seen(entry(0), with_promo(0))], PROMO, False, id="its own page"),
        pytest.param(
            [*others(2), seen(entry(0, title=TITLES[4], url=f"{SITE}/old"), with_promo(0))],
            PROMO, False, id="its own page, before it was renamed",
        ),
        pytest.param(
            [seen(entry(n, title=TITLES[1]), with_promo(n)) for n in (1, 2, 3)],
            PROMO, False, id="copies under one headline",
        ),
        pytest.param(
            [seen(entry(n, url=f"{SITE}/one"), with_promo(n)) for n in (1, 2, 3)],
            PROMO, False, id="one page with many headlines",
        ),
        pytest.param(
            [seen(entry(n, title=TITLES[0]), with_promo(n)) for n in (1, 2, 3)],
            PROMO, False, id="copies under its own headline",
        ),
    ],
)  # fmt: skip
def test_a_paragraph_of_three_other_articles_is_the_hosts(
    past: list[HostPage], promo: str, is_cut: bool
) -> None:
    cleaned = clean(entry(0), with_promo(0, promo), past)
    assert cleaned.extracted is not None
    assert cleaned.extracted.paragraphs == (body(0) if is_cut else with_promo(0, promo))
    assert cleaned.extracted.reason == "extracted"


@pytest.mark.parametrize(
    "shared",
    [
        pytest.param("The convoy belonged to a charity that feeds the valleys.", id="background"),
        pytest.param("Yes.", id="too short to tell"),
    ],
)
def test_what_an_article_may_say_itself_stays(shared: str) -> None:
    past = [seen(entry(n), with_promo(n, shared)) for n in (1, 2, 3)]
    cleaned = clean(entry(0), with_promo(0, shared), past)
    assert cleaned.extracted == page(with_promo(0, shared))


def test_a_paragraph_without_spaces_is_the_hosts_too() -> None:
    shared = "关注我们的公众号获取更多消息"
    past = [seen(entry(n), with_promo(n, shared)) for n in (1, 2, 3)]
    cleaned = clean(entry(0), with_promo(0, shared), past)
    assert cleaned.extracted == page(body(0))


def test_of_a_template_or_a_copy_nothing_is_taken_away() -> None:
    long = "\n".join([PROMO] * 4)
    past = [seen(entry(n), with_promo(n, long)) for n in (1, 2, 3)]
    cleaned = clean(entry(0), with_promo(0, long), past)
    assert cleaned.extracted == page(with_promo(0, long), reason="mostly_shared")
    verdict = quality.of_page(entry(0, title=""), fetched(), cleaned.extracted)
    assert verdict == quality.Verdict("full", "mostly_shared")


def test_what_the_feeds_rule_selects_loses_nothing() -> None:
    cleaned = clean(entry(0), with_promo(0), others(3), method="select")
    assert cleaned.extracted == page(with_promo(0), method="select")


def fetched(final_url: str = f"{SITE}/0") -> FetchResult:
    return FetchResult(url=final_url, final_url=final_url, fetched_at=NOW, status=200)


WALL = ("We value your privacy and so do our many partners.", "Choose what you agree to.")


@pytest.mark.parametrize(
    ("past", "same"),
    [
        pytest.param([seen(entry(n), WALL) for n in (1, 2)], (1, 2), id="three headlines"),
        pytest.param([seen(entry(1), WALL)], (), id="two headlines"),
        pytest.param(
            [seen(entry(n, title=TITLES[1]), WALL) for n in (1, 2, 3)], (),
            id="copies of a wire's story under one headline beside its own",
        ),
        pytest.param(
            [seen(entry(n, url=f"{SITE}/0"), WALL) for n in (1, 2, 3)], (),
            id="one page, its headline edited",
        ),
        pytest.param(
            [seen(entry(n), (*WALL, f"Page {n} has more to say.")) for n in (1, 2, 3)], (),
            id="not the same to the end",
        ),
        pytest.param([seen(entry(0), WALL)] * 3, (), id="itself, read before"),
    ],
)  # fmt: skip
def test_a_text_under_three_headlines_is_no_article(
    past: list[HostPage], same: tuple[int, ...]
) -> None:
    cleaned = clean(entry(0), WALL, past)
    assert cleaned.same == same
    assert cleaned.extracted is not None
    verdict = quality.of_page(entry(0, title=""), fetched(), cleaned.extracted)
    assert (verdict == quality.Verdict("blocked", "same_text")) == bool(same)


def test_a_wall_that_counts_its_visitors_is_one_text() -> None:
    def numbered(reference: str) -> tuple[str, ...]:
        return (*WALL, f"Your reference is {reference}.")

    past = [seen(entry(1), numbered("b772c1")), seen(entry(2), numbered("9"))]
    assert clean(entry(0), numbered("a91f33"), past).same == (1, 2)


def test_the_reports_of_a_series_are_no_wall() -> None:
    def report(number: int) -> tuple[str, ...]:
        return (f"There were {number} new cases on Monday, and {number + 3} on Tuesday.",)

    past = [seen(entry(n, title=f"{n} new cases"), report(n)) for n in (11, 12, 13)]
    assert clean(entry(0, title="15 new cases"), report(15), past).same == ()


def test_a_wires_story_under_three_headlines_of_a_portal_stays() -> None:
    text = ("Gunmen attacked a convoy near the northern border on Monday.", *body(7))
    titles = ("Gunmen attack convoy near border", "Convoy attacked by gunmen", "Border attack")
    past = [seen(entry(n, title=title), text) for n, title in enumerate(titles[1:], 1)]
    cleaned = clean(entry(0, title=titles[0]), text, past)
    assert cleaned == host.Cleaned(page(text))
    assert clean(entry(0, title="Border wine"), text, past).same == (1, 2)


def test_a_wall_known_by_its_marks_keeps_its_name() -> None:
    past = [seen(entry(n), WALL) for n in (1, 2, 3)]
    cleaned = clean(entry(0), WALL, past, wall="consent")
    assert cleaned.extracted == page(WALL, wall="consent")


@pytest.mark.parametrize(
    ("final_url", "paragraphs"),
    [
        pytest.param("", WALL, id="no host"),
        pytest.param("https://[broken/", WALL, id="a broken address"),
        pytest.param(f"{SITE}/0", (), id="no text"),
    ],
)
def test_what_says_nothing_is_not_remembered(final_url: str, paragraphs: tuple[str, ...]) -> None:
    assert host.page_of(entry(0), fetched(final_url), page(paragraphs)) is None


@pytest.mark.parametrize(
    ("final_url", "name"),
    [
        pytest.param("https://Courier.example/0?a=b", "courier.example", id="a name"),
        pytest.param("http://courier.example:8080/0", "courier.example:8080", id="a port"),
    ],
)
def test_a_page_is_remembered_under_the_host_it_was_read_at(final_url: str, name: str) -> None:
    remembered = host.page_of(entry(0), fetched(final_url), page(WALL))
    assert remembered is not None
    assert remembered.host == name


def test_a_paragraph_is_found_at_its_place_only() -> None:
    """Digests stand end to end: the end of one and the start of the next are none."""
    own = seen(entry(0), with_promo(0))
    promo = own.paragraphs[8:16]
    shifted = b"\1" * 4 + promo + b"\1" * 4
    past = [replace(each, paragraphs=shifted) for each in others(3)]
    assert clean(entry(0), with_promo(0), past).extracted == page(with_promo(0))
    aligned = [replace(each, paragraphs=shifted + promo) for each in past]
    assert clean(entry(0), with_promo(0), aligned).extracted == page(body(0))


TEXT, BOX = (tally([11], [likely], [40]) for likely in (0.9, 0.1))


def teaching(of: DueEntry, places: bytes = TEXT, wall: str = "") -> HostPage:
    taught = host.page_of(of, fetched(), page(body(0), places=places, wall=wall))
    assert taught is not None
    return taught


def story(number: int) -> DueEntry:
    """Of a headline that differs from others by more than a number."""
    return entry(number, title=f"{'abcdef'[number % 6]} and {'uvwxyz'[number // 6 % 6]}")


@pytest.mark.parametrize(
    ("past", "heard"),
    [
        pytest.param([teaching(story(1)), teaching(story(2), BOX)], [TEXT, BOX], id="each other"),
        pytest.param([teaching(story(0))], [], id="not its own page"),
        pytest.param(
            [teaching(entry(7, title="a and u", url=f"{SITE}/old"))], [], id="nor its own headline"
        ),
        pytest.param(
            [teaching(entry(n, title="Copy"), TEXT) for n in (1, 2, 3)], [TEXT], id="a copy once"
        ),
        pytest.param(
            [teaching(story(n), BOX if n < 4 else TEXT) for n in range(1, 34)],
            [TEXT] * 30,
            id="the newest thirty",
        ),
        pytest.param([teaching(story(1), wall="consent")], [], id="no wall"),
        pytest.param([teaching(story(1), wall="paywall")], [TEXT], id="what a paywall cuts"),
    ],
)
def test_who_says_where_a_host_sets_its_articles(past: list[HostPage], heard: list[bytes]) -> None:
    assert host.places(story(0), past) == (learn(heard) if heard else NOWHERE)
