"""Where sentences end, and what is shown of them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.text.sentences import sentence_around, sentences
from aggregator.text.tokens import tokenize

#: A busy machine is no failure.
steady = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    ("text", "word", "sentence"),
    [
        pytest.param("Rain. Iran signed. Snow.", "Iran", "Iran signed.", id="full stops"),
        pytest.param("It rained.¹ Iran signed.² So?", "Iran", "Iran signed.²", id="footnotes"),
        pytest.param("Will it? Iran! No.", "Iran", "Iran!", id="question and exclamation marks"),
        pytest.param(
            "It rose 3.5 percent in Quetta. So?",
            "Quetta",
            "It rose 3.5 percent in Quetta.",
            id="decimal",
        ),
        pytest.param(
            "Of 3,500.50 barrels at www.BBC.Com Iran sold all. So?",
            "Iran",
            "Of 3,500.50 barrels at www.BBC.Com Iran sold all.",
            id="a full stop before no space",
        ),
        pytest.param(
            "Gen. Bajwa met Dr. Khan in St. Petersburg.",
            "Khan",
            "Gen. Bajwa met Dr. Khan in St. Petersburg.",
            id="abbreviations",
        ),
        pytest.param(
            "J. Smith of the U.S. Army left.",
            "Army",
            "J. Smith of the U.S. Army left.",
            id="initials",
        ),
        pytest.param(
            "He left on Jan. 5 for Iran.",
            "Iran",
            "He left on Jan. 5 for Iran.",
            id="a number belongs to its word",
        ),
        pytest.param(
            "It cost resp. five. Iran",
            "five",
            "It cost resp. five.",
            id="goes on in lower case",
        ),
        pytest.param(
            "He left. “Iran signed,” he said. “Why?”",
            "Iran",
            "“Iran signed,” he said.",
            id="quotation marks",
        ),
        pytest.param(
            "Rain in Quetta\n\nTehran stays dry", "Quetta", "Rain in Quetta", id="paragraph"
        ),
        pytest.param(
            "Rain in\nQuetta falls", "Quetta", "Rain in\nQuetta falls", id="a line break is none"
        ),
        pytest.param("伊朗外长会见。卡塔尔未予置评。", "卡", "卡塔尔未予置评。", id="Chinese"),
        pytest.param("پہلی پرواز۔ منزل کراچی۔", "کراچی", "منزل کراچی۔", id="Urdu"),
        pytest.param("هل وصل؟ نعم.", "نعم", "نعم.", id="Arabic question mark"),
        pytest.param("तीसरा मैच। पाकिस्तान जीता।", "पाकिस्तान", "पाकिस्तान जीता।", id="danda"),
        pytest.param("  Iran  ", "Iran", "Iran", id="no space around"),
    ],
)
def test_sentence(text: str, word: str, sentence: str) -> None:
    start = text.index(word)
    first, last = sentence_around(text, start, start + len(word))
    assert text[first:last] == sentence


def test_a_long_sentence_is_cut_at_words_around_the_span() -> None:
    text = " ".join(f"word{number}" for number in range(300))
    start = text.index("word150")
    first, last = sentence_around(text, start, start + 7, limit=100)
    piece = text[first:last]
    assert len(piece) <= 100
    assert "word150" in piece
    assert set(piece.split()) <= set(text.split())


@steady
@given(st.text(alphabet="Iran. \n?x。", max_size=300), st.data())
def test_the_span_is_never_cut(text: str, data: st.DataObject) -> None:
    tokens = tokenize(text)
    if not tokens:
        return
    token = data.draw(st.sampled_from(tokens))
    limit = data.draw(st.integers(1, 60))
    first, last = sentence_around(text, token.start, token.end, limit)
    assert 0 <= first <= token.start < token.end <= last <= len(text)
    assert last - first <= max(limit, token.end - token.start)


def test_a_text_falls_into_its_sentences() -> None:
    text = 'Dr. Baloch left. "It rose 3.5 percent," he said. کیا ہوا؟ کچھ نہیں۔'
    assert [text[start:end] for start, end in sentences(text)] == [
        "Dr. Baloch left. ",
        '"It rose 3.5 percent," he said. ',
        "کیا ہوا؟ ",
        "کچھ نہیں۔",
    ]


def test_what_has_no_end_falls_into_pieces_between_words() -> None:
    text = "word " * 100
    pieces = [text[start:end] for start, end in sentences(text, limit=40)]
    assert max(map(len, pieces)) <= 45
    assert all(piece.startswith("word ") for piece in pieces)


@steady
@given(st.text(alphabet='ab .!?\n"“”؟۔()1', max_size=200))
def test_sentences_hold_the_whole_text_once(text: str) -> None:
    assert "".join(text[start:end] for start, end in sentences(text, limit=30)) == text
