"""Explanations: the verdict is the engine's, and what was set aside is told with its reason."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aggregator.models import Document
from aggregator.watching.engine import find
from aggregator.watching.explain import Explained, explain
from aggregator.watching.language import parse

FILLER = "The committee met and went on with its long agenda. " * 13


def parts(found: Explained) -> Iterator[Explained]:
    yield found
    for part in found.parts:
        yield from parts(part)


@pytest.mark.parametrize(
    ("query", "text", "lang", "mention", "reason", "inside"),
    [
        pytest.param("=IS", "WHERE IS THE AIRPORT", "en", "IS", "capitals", "", id="caps guard"),
        pytest.param("Лавров", "с лавровым листом", "ru", "лавровым", "small", "", id="small"),
        pytest.param(
            "قم", "زرنا بقم", "ar", "بقم", "short", "", id="two letters behind a particle"
        ),
        pytest.param('"a b"', "a, b", "en", "a, b", "pause", "", id="a comma"),
        pytest.param("exact:(Kurd)", "Kurds", "en", "Kurds", "forms", "", id="forms"),
        pytest.param(
            'Khan EXCEPT ("Imran Khan")',
            "Imran Khan",
            "en",
            "Khan",
            "except",
            "Imran Khan",
            id="except",
        ),
        pytest.param("title:(Iran)", "Iran", "en", "Iran", "place", "", id="outside the title"),
        pytest.param(
            "lead:(Iran)", FILLER + "Iran", "en", "Iran", "place", "", id="below the lead"
        ),
    ],
)
def test_a_mention_set_aside(
    query: str, text: str, lang: str, mention: str, reason: str, inside: str
) -> None:
    document = Document(text=text, lang=lang)
    found = explain(parse(query), document)
    assert not found.holds
    [aside] = [one for part in parts(found) for one in part.aside]
    assert (aside.hit.text, aside.reason, aside.inside) == (mention, reason, inside)
    assert text[aside.hit.start : aside.hit.end] == mention


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("missing", "not found"),
        ("Iran AND missing", "not all hold"),
        ("missing OR absent", "none holds"),
        ("Iran AND NOT Oman", "it is there"),
        ("Oman AND NOT missing", "not found, as asked"),
        ("Iran NEAR/2 Oman", "at the nearest 4 apart"),
        ("Iran NEAR/2 Fuel", "never in one field"),
        ("Oman BEFORE/9 Iran", "never in this order"),
        ("Iran NEAR/2 missing", "one side is missing"),
        ("COUNT/3(Iran OR Oman)", "3 wanted, 2 found"),
        ("ANY/2(Iran, missing)", "2 wanted, 1 found"),
        ("Iran WITH (missing)", "its context is nowhere in the article"),
        ('Iran EXCEPT ("Iran sends")', "what is left does not suffice"),
        ("title:(Iran)", "in the title only"),
        ("exact:(Iran)", "inflected forms do not count"),
        ("Iran AND lang:ru", "the article's language is en"),
        ("Iran AND source:Dawn", "the feed is Wire"),
        ("Iran AND tag:asia", "the feed's tags: gulf, oil"),
        ("Iran AND author:Khan", "by nobody named"),
        ("Iran AND url:dawn", "the address is https://e.example/1"),
    ],
)
def test_what_decided_a_part(query: str, note: str) -> None:
    document = Document(
        title="Fuel",
        text="Iran sends gas to Oman.",
        lang="en",
        source="Wire",
        tags=("gulf", "oil"),
        url="https://e.example/1",
    )
    assert note in {part.note for part in parts(explain(parse(query), document))}


@pytest.mark.parametrize(
    ("term", "text", "lang", "rule"),
    [
        ("Iran", "IRAN’s", "en", "word"),
        ("=IS", "the IS men", "en", "exact"),
        ("Baloch*", "Balochistan", "en", "prefix"),
        ("Москва", "Москве", "ru", "form"),
        ("العراق", "والعراق", "ar", "proclitic"),
        ("Jundallah", "Jund Allah", "en", "joined"),
        ('"Jund Allah"', "Jundallah", "en", "joined"),
        ('"Islamic State"', "Islamic state", "en", "word"),
    ],
)
def test_a_match_keeps_its_rule(term: str, text: str, lang: str, rule: str) -> None:
    [hit] = find(parse(term), Document(text=text, lang=lang)) or ()
    assert hit.rule == rule


@pytest.mark.parametrize(
    "query",
    [
        "Iran",
        "Iran AND NOT Oman",
        "title:(Gas) OR (Iran BEFORE/4 Oman)",
        'COUNT/2((Iran OR Oman) EXCEPT ("to Oman"))',
        "ANY/2(Iran WITH (Oman), lang:ru)",
    ],
)
@pytest.mark.parametrize("text", ["Iran sends gas to Oman.", "Oman waits, Iran too.", "Nothing."])
def test_the_verdict_is_the_engines(query: str, text: str) -> None:
    document = Document(title="Gas", text=text, lang="en")
    hits = find(parse(query), document)
    found = explain(parse(query), document)
    assert found.holds is (hits is not None)
    assert found.hits == (hits or ())
