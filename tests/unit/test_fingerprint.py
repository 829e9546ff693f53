"""Copies: what is the same text elsewhere, what only looks like it, and what says nothing new."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.models import Fingerprint, KnownText, Link
from aggregator.reading.fingerprint import (
    copies_of,
    copy_link,
    fingerprint,
    likeness,
    likenesses,
    same_form,
)

NOW = datetime(2026, 11, 23, tzinfo=UTC)
_random = random.Random(5)
WORDS = [f"{a}{b}{c}" for a in "bdklmnprst" for b in "aeiou" for c in "lnrst"]


def prose(words: int = 120) -> str:
    return " ".join(_random.choices(WORDS, k=words))


WIRE = f"Quetta: 12 people were killed and 31 hurt on 4 March. {prose()} The toll stood at 12."
HAN = "".join(chr(0x4E00 + _random.randrange(3000)) for _ in range(200))


def linked(one: str, other: str) -> Link | None:
    known, new = fingerprint(one), fingerprint(other)
    assert known is not None
    assert new is not None
    return copy_link(1, likeness(new, known))


def sentences(names: Sequence[str], numbers: Sequence[int]) -> str:
    """As reports have them: names within sentences, numbers among words."""
    told = zip(names, numbers, strict=True)
    return " ".join(f"{prose(9)} {name} {prose(5)} {number} {prose(3)}." for name, number in told)


NAMES, NUMBERS = ("Mirpur", "Razaq", "Haleem", "Nushki", "Barakzai"), (12, 31, 1450, 7, 88)
REPORT = sentences(NAMES, NUMBERS)


def reworded(text: str) -> str:
    """Every sixth word is another one, but for names and numbers."""
    words = text.split()
    for at in range(2, len(words), 6):
        if words[at].islower():
            words[at] = _random.choice(WORDS)
    return " ".join(words)


def of_others(text: str, old: Sequence[object], new: Sequence[object]) -> str:
    for one, other in zip(old, new, strict=True):
        text = text.replace(f" {one} ", f" {other} ")
    return text


OTHER_NAMES, OTHER_NUMBERS = ("Sibi", "Karimi", "Wadood", "Turbat", "Achakzai"), (9, 40, 17, 62, 3)


def words_of(text: str, share: float) -> str:
    words = text.split()
    return " ".join(words[: int(len(words) * share)])


@pytest.mark.parametrize(
    ("one", "other", "reason", "nothing_new"),
    [
        pytest.param(WIRE, WIRE.upper(), "same_words", True, id="case"),
        pytest.param(WIRE, WIRE.replace(" ", "\n\n"), "same_words", True, id="layout"),
        pytest.param(WIRE, f"{prose(20)} {WIRE}", "contained", True, id="a lead of its own"),
        pytest.param(WIRE, words_of(WIRE, 0.5), "contained", True, id="cut to half"),
        pytest.param(WIRE, f"{WIRE} {prose(400)}", "contained", True, id="within a longer one"),
        pytest.param(
            WIRE,
            words_of(WIRE, 0.75) + prose(40),
            "same_numbers",
            False,
            id="a third is other words",
        ),
        pytest.param(
            WIRE,
            words_of(WIRE, 0.75).replace("31", "44").replace("12", "19") + prose(40),
            None,
            False,
            id="a third is other words, with other numbers",
        ),
        pytest.param(
            WIRE,
            WIRE.replace("12", "19").replace("31", "44").replace("4 March", "6 March"),
            "contained",
            False,
            id="the same words with other numbers",
        ),
        pytest.param(REPORT, reworded(REPORT), "reworded", False, id="single words changed"),
        pytest.param(
            REPORT.lower(), reworded(REPORT.lower()), "reworded", False, id="the same without names"
        ),
        pytest.param(
            REPORT,
            of_others(reworded(REPORT), NUMBERS, OTHER_NUMBERS),
            None,
            False,
            id="single words changed, of other numbers",
        ),
        pytest.param(
            REPORT,
            of_others(reworded(REPORT), NAMES, OTHER_NAMES),
            None,
            False,
            id="single words changed, of other names",
        ),
        pytest.param(
            REPORT,
            f"{reworded(REPORT)} {prose(60)}",
            None,
            False,
            id="single words changed, in a longer one",
        ),
        pytest.param(
            REPORT, of_others(REPORT, NAMES, OTHER_NAMES), None, False, id="a form, of other names"
        ),
        pytest.param(
            REPORT,
            f"{words_of(REPORT, 0.8)} written by Karim Wadood and Salma Turbat for Gwadar Press",
            "contained",
            True,
            id="its writers named",
        ),
        pytest.param(
            REPORT, words_of(REPORT.upper(), 0.9), "contained", True, id="all in capitals, cut"
        ),
        pytest.param(WIRE, prose(), None, False, id="other words"),
        pytest.param(HAN, f"{HAN[60:]}", "contained", True, id="Chinese, cut"),
        pytest.param(HAN, HAN[::-1], None, False, id="the same characters in another order"),
    ],
)
def test_copies(one: str, other: str, reason: str | None, nothing_new: bool) -> None:
    for link in (linked(one, other), linked(other, one)):
        assert (link.reason if link else None) == reason
        assert (link.nothing_new if link else False) == nothing_new


def test_texts_too_short_to_tell_have_no_fingerprint() -> None:
    assert fingerprint("word " * 39) is None
    assert fingerprint("word " * 40) is not None


def test_half_of_a_surrogate_pair_has_a_fingerprint() -> None:
    assert fingerprint(f"\ud83d {WIRE}") is not None


def test_the_most_alike_comes_first_and_of_equals_the_first_known() -> None:
    text = fingerprint(WIRE)
    assert text is not None
    known = [
        KnownText(number, number, NOW, made)
        for number, words in enumerate([f"{words_of(WIRE, 0.7)} {prose(30)}", WIRE, WIRE, prose()])
        if (made := fingerprint(words))
    ]
    assert [link.other for link in copies_of(likenesses(text, known))] == [1, 2, 0]


@pytest.mark.parametrize(
    ("other", "is_same_form"),
    [
        pytest.param(of_others(REPORT, NUMBERS, OTHER_NUMBERS), True, id="other numbers"),
        pytest.param(of_others(REPORT, NAMES, OTHER_NAMES), True, id="other names"),
        pytest.param(reworded(REPORT), False, id="single words changed"),
        pytest.param(prose(), False, id="other words"),
    ],
)
def test_reports_in_one_form(other: str, is_same_form: bool) -> None:
    text, known = fingerprint(REPORT), fingerprint(other)
    assert text is not None
    assert known is not None
    alike = likenesses(text, [KnownText(7, 7, NOW, known)])
    assert same_form(alike) == ({7} if is_same_form else set())


@pytest.mark.parametrize("share", [0.2, 0.4, 0.6, 0.8])
def test_a_long_text_is_sampled_alike_wherever_its_words_stand(share: float) -> None:
    body = prose(4000)
    whole = fingerprint(f"{prose(2000)} {body}")
    part = fingerprint(words_of(body, share))
    assert whole is not None
    assert part is not None
    assert len(whole.runs) == 1500
    assert likeness(whole, part).contained > 0.95
    assert likeness(whole, part).length == pytest.approx(share * 4000 / 6000, rel=0.1)


def test_signatures_are_the_same_in_every_process_and_release() -> None:
    """Were they not, the fingerprints that are stored would find nothing: raise VERSION with it."""
    made = fingerprint(" ".join(f"word{number}" for number in range(50)))
    assert made is not None
    assert (made.bands[:2], min(made.runs)) == GOLDEN


GOLDEN = ((-5998163094182915145, 5517038469235130285), 54416375)

TEXTS = st.lists(
    st.sampled_from(WORDS[:40]), min_size=40, max_size=60
).map(" ".join)  # fmt: skip


@given(TEXTS, TEXTS)
def test_likeness_is_the_same_both_ways(one: str, other: str) -> None:
    first, second = fingerprint(one), fingerprint(other)
    assert isinstance(first, Fingerprint)
    assert isinstance(second, Fingerprint)
    assert likeness(first, second) == likeness(second, first)
