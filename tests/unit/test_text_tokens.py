"""Cutting: what is a word, in every script, and that the original is never lost."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.text import cut, tokenize
from aggregator.text.tokens import offsets

#: A busy machine is no failure.
steady = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(
            "Iran-backed, post–ISIS/al‑Shabaab",
            "Iran backed post ISIS al Shabaab",
            id="hyphens, dashes and slashes part",
        ),
        pytest.param("#ISIS_news @isis AT&T", "ISIS news isis AT T", id="signs part"),
        pytest.param(
            "3.5 percent of 1,000", "3 5 percent of 1 000", id="numbers part at their points"
        ),
        pytest.param(
            "‘Daesh’, Da'esh and the Houthis’ Kata’ib",
            "Daesh Da'esh and the Houthis Kata’ib",
            id="inner apostrophes join, outer do not",
        ),
        pytest.param(
            "B.L.A. I.S.I.S. U.S e.g. Inc. A. Smith 3.B",
            "B.L.A. I.S.I.S. U.S e.g. Inc A Smith 3 B",
            id="dotted initials are one word",
        ),
        pytest.param("x.Bala a.b.cd", "x Bala a.b cd", id="a dot before a longer word parts"),
        pytest.param("قالَ حِزْبُ اللَّهِ", "قالَ حِزْبُ اللَّهِ", id="vowel marks stay in the word"),
        pytest.param("بلوچ\u200cها", "بلوچ ها", id="ZWNJ parts"),
        pytest.param("क्\u200dवेटा में।", "क्\u200dवेटा में", id="ZWJ, virama and vowel signs do not"),
        pytest.param(
            "Balo\u00adchis\u00adtan \ufeffQuetta\u200f",
            "Balo\u00adchis\u00adtan Quetta",
            id="the invisible is inside a word only",
        ),
        pytest.param(
            'צה"ל בצה״ל ב"הארץ" צ׳אד',
            'צה"ל בצה״ל ב הארץ צ׳אד',
            id="gershayim join, quotation marks do not",
        ),
        pytest.param("黎巴嫩NATO外", "黎 巴 嫩 NATO 外", id="a Han character is a word"),
        pytest.param(
            "のイラン・マリーナへ", "の イラン マリーナ へ", id="a run of katakana is a word"
        ),
        pytest.param("ｶﾞｻﾞカ\u3099", "ｶﾞｻﾞカ\u3099", id="voicing marks belong to their kana"),
        pytest.param("น่านลําลำ", "น่ า น ลํา ลำ", id="a Thai letter with its marks is a word"),
        pytest.param("ប្រទេស", "ប្រ ទេ ស", id="a stacked Khmer consonant belongs to its base"),
        pytest.param("🇮🇷Iran☀\ufe0fsun", "Iran sun", id="emoji part"),
        pytest.param("이란과의 한글", "이란과의 한글", id="Hangul runs"),
        pytest.param("\u0301 ' - …", "", id="no letter, no word"),
        pytest.param(
            "Hamas¹ said.²³ Iran’s⁴ B.L.A⁵ B.L.A.⁶ UN¹ או״ם¹ ⁷ Note",
            "Hamas said Iran’s B.L.A B.L.A. UN או״ם Note",
            id="a raised number is of no name",
        ),
        pytest.param(
            "x² m² km³ 10⁶ M23² CO₂ H₂O C⁴ISR 1ˢᵗ",
            "x² m² km³ 10⁶ M23² CO₂ H₂O C⁴ISR 1ˢᵗ",
            id="a power and a formula are words",
        ),
    ],
)
def test_words(text: str, words: str) -> None:
    assert [token.text for token in tokenize(text)] == words.split()


@steady
@given(st.text())
def test_what_is_cut_can_be_joined(text: str) -> None:
    parts = cut(text)
    assert "".join(parts) == text
    assert len(parts) % 2 == 1
    assert all(parts[1::2])


@steady
@given(st.text())
def test_spans_point_into_the_original(text: str) -> None:
    for token in tokenize(text):
        assert text[token.start : token.end] == token.text
    assert offsets(cut(text))[-1] == len(text)
