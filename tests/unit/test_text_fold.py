"""Folding: which spellings are one, and which are not."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.text import cut, fold, folded_words
from aggregator.text.fold import elided, exactly

#: A busy machine is no failure.
steady = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("ISLAMIC", "islamic", id="case"),
        pytest.param("São", "sao", id="accents"),
        pytest.param("Sa\u0303o", "São", id="composition"),
        pytest.param("Łódź", "lodz", id="strokes"),
        pytest.param("Đà", "da", id="stacked marks"),
        pytest.param("STRASSE", "Straße", id="sharp s"),
        pytest.param("ＩＳＩＳ", "isis", id="width"),
        pytest.param("𝐈𝐒𝐈𝐒", "isis", id="mathematical letters"),
        pytest.param("ISPARTA", "ısparta", id="dotless i"),
        pytest.param("İzmir", "izmir", id="dotted I"),
        pytest.param("ΛΙΒΑΝΟΣ", "Λίβανος", id="final sigma"),
        pytest.param("Королёв", "королев", id="yo"),
        pytest.param("ᲗᲑᲘᲚᲘᲡᲘ", "თბილისი", id="Georgian capitals"),
        pytest.param("B.L.A.", "BLA", id="dotted initials"),
        pytest.param("Da’esh", "Daesh", id="apostrophes"),
        pytest.param("Sudan’s", "Sudan", id="possessive"),
        pytest.param("Balo\u00adchistan", "Balochistan", id="soft hyphen"),
        pytest.param("أإآٱا", "ااااا", id="alef"),
        pytest.param("ا\u0653", "آ", id="madda apart"),
        pytest.param("السيسى", "السیسي", id="yeh"),
        pytest.param("كردستان", "کردستان", id="kaf"),
        pytest.param("القاعدة", "القاعده", id="teh marbuta"),
        pytest.param("سوریۀ", "سوریه", id="heh with hamza"),
        pytest.param("مؤتمر", "موتمر", id="waw with hamza"),
        pytest.param("داعـش", "داعش", id="tatweel"),
        pytest.param("حِزْبُ", "حزب", id="harakat"),
        pytest.param("الرحمٰن", "الرحمن", id="superscript alef"),
        pytest.param("١٢٣", "123", id="digits"),
        pytest.param('צה"ל', "צה״ל", id="gershayim"),
        pytest.param("צה''ל", "צה״ל", id="gershayim typed as two apostrophes"),
        pytest.param("K\u0438їв", "Київ", id="a Latin letter in a Cyrillic word"),
        pytest.param("יְרוּשָׁלַיִם", "ירושלים", id="vowel points"),
        pytest.param("क़तर", "कतर", id="nukta"),
        pytest.param("हिन्दी", "हिंदी", id="anusvara"),
        pytest.param("ｶﾞｻﾞ", "ガザ", id="half-width kana"),
        pytest.param("한글", "한글", id="jamo"),
        pytest.param("ล\u0e4dา", "ลำ", id="sara am"),
        pytest.param("น\u0e4d\u0e49า", "น้ำ", id="sara am with a tone"),
    ],
)
def test_folds_together(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("यमन", "यमुन", id="vowel signs are letters"),
        pytest.param("น่า", "นา", id="tones are letters"),
        pytest.param("カ", "ガ", id="voicing makes another kana"),
        pytest.param("край", "краи", id="й is a letter"),
        pytest.param("عزة", "غزة", id="dots make another letter"),
        pytest.param('או"ם', "אום", id="an acronym is no word"),
        pytest.param("\u0406SIS", "ISIS", id="a Cyrillic letter in a Latin word"),
        pytest.param("COVIDа", "COVID", id="an ending in another alphabet"),
        pytest.param("she'll", "shell", id="a contraction is no name"),
        pytest.param("he'd", "hed", id="a contraction with d"),
    ],
)
def test_stays_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@steady
@given(st.text())
def test_folding_is_idempotent(text: str) -> None:
    for word in cut(text)[1::2]:
        assert fold(fold(word)) == fold(word)


@steady
@given(st.text())
def test_a_folded_word_holds_no_space(text: str) -> None:
    folded = folded_words(text)
    assert folded == " ".join(folded.split())
    assert not set('"') & set(folded)


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("l’Iran", "Iran"),
        ("D'IRAN", "IRAN"),
        ("qu'Israel", "Israel"),
        ("dell'Iran", "Iran"),
        ("aujourd'hui", None),
        ("Da'esh", None),
        ("Iran", None),
    ],
)
def test_elision(word: str, name: str | None) -> None:
    assert elided(word) == name


def test_the_index_holds_the_word_and_the_name_behind_an_elision() -> None:
    assert folded_words("Le ministre d’Iran, Łódź!") == "le ministre diran iran lodz"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Sa\u0303o", "São", True),
        ("Da’esh", "Da'esh", True),
        ("U.S.", "US", True),
        ("IS’s", "IS", True),
        ("Sao", "São", False),
        ("Is", "IS", False),
        ("Daesh", "Da'esh", False),
    ],
)
def test_exactly(one: str, other: str, same: bool) -> None:
    assert (exactly(one) == exactly(other)) is same
