"""The sentence that proves a match."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.alerting.excerpt import LONGEST, excerpt, names
from aggregator.models import Document, FieldName, TermHit


def found(document: Document, *words: str) -> list[TermHit]:
    """Every place of these words, in field order."""
    fields: tuple[tuple[FieldName, str], ...] = (
        ("title", document.title),
        ("summary", document.summary),
        ("text", document.text),
    )
    return [
        TermHit(word, word, name, at, at + len(word))
        for name, text in fields
        for word in words
        for at in range(len(text))
        if text.startswith(word, at)
    ]


def shown(document: Document, *words: str) -> str:
    """The excerpt with its mentions in brackets."""
    found_ = excerpt(document, found(document, *words))
    text = found_.text
    for start, end in reversed(found_.spans):
        text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
    return text


@pytest.mark.parametrize(
    ("document", "words", "expected"),
    [
        pytest.param(
            Document(text="It rained. The group Jundallah spoke. It rained."),
            ["Jundallah"],
            "The group [Jundallah] spoke. It rained.",
            id="the sentence around the mention",
        ),
        pytest.param(
            Document(text="Jundallah spoke. Jundallah met Daesh. Daesh spoke."),
            ["Jundallah", "Daesh"],
            "[Jundallah] met [Daesh]. [Daesh] spoke.",
            id="most distinct terms",
        ),
        pytest.param(
            Document(text="Daesh and Daesh. Jundallah met Daesh."),
            ["Jundallah", "Daesh"],
            "[Daesh] and [Daesh]. [Jundallah] met [Daesh].",
            id="distinct ones, not many",
        ),
        pytest.param(
            Document(text="One Jundallah here. Two Jundallah there."),
            ["Jundallah"],
            "One [Jundallah] here. Two [Jundallah] there.",
            id="of equals the first",
        ),
        pytest.param(
            Document(title="Jundallah and Daesh", text="The Jundallah men left."),
            ["Jundallah", "Daesh"],
            "The [Jundallah] men left.",
            id="the body before the title, which is shown anyway",
        ),
        pytest.param(
            Document(title="Jundallah", summary="Says Jundallah.", text="The men left."),
            ["Jundallah"],
            "Says [Jundallah].",
            id="the summary where the body has none",
        ),
        pytest.param(
            Document(summary="Says Jundallah.", text="Jundallah has left."),
            ["Jundallah"],
            "[Jundallah] has left.",
            id="the body before the summary",
        ),
        pytest.param(
            Document(title="Jundallah leaves", text="The men left."),
            ["Jundallah"],
            "[Jundallah] leaves … The men left.",
            id="the title where nothing else has one",
        ),
        pytest.param(
            Document(text="An Islamic State man."),
            ["Islamic State", "State man"],
            "An [Islamic State man].",
            id="overlapping mentions are one mark",
        ),
        pytest.param(
            Document(text="The group\nJundallah spoke."),
            ["Jundallah"],
            "The group [Jundallah] spoke.",
            id="one line",
        ),
        pytest.param(Document(text="The men left."), ["Jundallah"], "", id="no mention"),
    ],
)
def test_excerpt(document: Document, words: list[str], expected: str) -> None:
    assert shown(document, *words) == expected


LONG = "The talks went on in the hills above the town until it was dark and nobody was let in, " * 2
RIDGE = "Troops held the ridge for a week while the men of the valley watched the road from above."


@pytest.mark.parametrize(
    ("document", "words", "expected"),
    [
        pytest.param(
            Document(text=f"{RIDGE} Daesh and Jundallah met. {RIDGE} Daesh left. Hizb spoke."),
            ["Jundallah", "Daesh", "Hizb"],
            "[Daesh] and [Jundallah] met. … [Hizb] spoke.",
            id="one that names another term",
        ),
        pytest.param(
            Document(text=f"Hizb spoke. {RIDGE} Daesh and Jundallah met."),
            ["Jundallah", "Daesh", "Hizb"],
            "[Hizb] spoke. … [Daesh] and [Jundallah] met.",
            id="in the order of the text",
        ),
        pytest.param(
            Document(text=f"{LONG}Jundallah said. It rained."),
            ["Jundallah"],
            f"{LONG}[Jundallah] said.",
            id="a long one stands alone",
        ),
        pytest.param(
            Document(text=f"{LONG}Jundallah said. {LONG}Daesh said."),
            ["Jundallah", "Daesh"],
            f"{LONG}[Jundallah] said. … above the town until it was dark and nobody was let in, "
            "[Daesh] said",
            id="the second is shortened to the room that is left",
        ),
        pytest.param(
            Document(text="The road was open.\n\nA man died. Jundallah spoke.\n\nSign up here."),
            ["Jundallah"],
            "A man died. [Jundallah] spoke.",
            id="the one beside a short one, of its own paragraph",
        ),
        pytest.param(
            Document(title="Jundallah leaves", text="Jundallah leaves.\n\nThe men went at dawn."),
            ["Jundallah"],
            "[Jundallah] leaves. The men went at dawn.",
            id="a text that begins with its title",
        ),
        pytest.param(
            Document(title="Daesh speaks", text="Jundallah spoke.\n\nDaesh speaks."),
            ["Jundallah", "Daesh"],
            "[Jundallah] spoke.",
            id="not what says no more than the title",
        ),
        pytest.param(
            Document(summary="Says Daesh.", text="Jundallah spoke."),
            ["Jundallah", "Daesh"],
            "[Jundallah] spoke. … Says [Daesh].",
            id="of another field",
        ),
        pytest.param(
            Document(text="وصل الوفد صباحا. هل تحدثت جندالله عن الهدنة؟ لم يعلق الجيش."),
            ["جندالله"],
            "هل تحدثت [جندالله] عن الهدنة؟ لم يعلق الجيش.",
            id="Arabic",
        ),
        pytest.param(
            Document(text="قالت جندالله إنها مسؤولة. وصل الوفد صباحا إلى المدينة. نفى داعش ذلك."),
            ["جندالله", "داعش"],
            "قالت [جندالله] إنها مسؤولة. … نفى [داعش] ذلك.",
            id="Arabic, another term",
        ),
        pytest.param(
            Document(text="पुलिस ने बयान दिया। जुंदल्लाह ने ज़िम्मेदारी ली। दस लोग घायल हुए।"),
            ["जुंदल्लाह"],
            "[जुंदल्लाह] ने ज़िम्मेदारी ली। दस लोग घायल हुए।",
            id="Hindi",
        ),
        pytest.param(
            Document(text="पुलिस ने बयान दिया। जुंदल्लाह ने ज़िम्मेदारी ली।"),
            ["जुंदल्लाह"],
            "पुलिस ने बयान दिया। [जुंदल्लाह] ने ज़िम्मेदारी ली।",
            id="Hindi, the one before",
        ),
        pytest.param(
            Document(text="警方周一发表声明。真主旅声称对袭击负责。十人受伤。"),
            ["真主旅"],
            "[真主旅]声称对袭击负责。十人受伤。",
            id="Chinese, with no space between",
        ),
        pytest.param(
            Document(text="真主旅声称对袭击负责。十人受伤。塔利班否认参与。"),
            ["真主旅", "塔利班"],
            "[真主旅]声称对袭击负责。 … [塔利班]否认参与。",
            id="Chinese, another term",
        ),
    ],
)
def test_a_second_sentence(document: Document, words: list[str], expected: str) -> None:
    assert shown(document, *words) == expected


@given(
    sentences=st.lists(
        st.sampled_from(
            [
                "Jundallah spoke",
                "Daesh spoke",
                "Then Daesh left " * 9,
                "It rained " * 40,
                "真主旅。",
            ]
        ),
        min_size=1,
        max_size=6,
    ),
    between=st.sampled_from([". ", ".\n\n", "। ", "؟ "]),
    both=st.integers(0, LONGEST),
)
def test_two_sentences_are_as_short_as_one_may_be_and_their_marks_are_right(
    sentences: list[str], between: str, both: int
) -> None:
    document = Document(text=between.join(map(str.strip, sentences)))
    words = ["Jundallah", "Daesh", "真主旅"]
    made = excerpt(document, found(document, *words), both=both)
    assert len(made.text) <= LONGEST + len("…  …")
    marked = [made.text[start:end] for start, end in made.spans]
    assert set(marked) <= set(words)
    assert len(marked) == sum(map(made.text.count, words))
    flat = " ".join(document.text.split())
    for piece in " ".join(made.text.split()).split("…"):
        assert piece.strip() in flat


@given(before=st.integers(0, 200), after=st.integers(0, 200), word=st.sampled_from(["ab ", "a"]))
def test_a_long_sentence_is_shortened_around_its_mention(
    before: int, after: int, word: str
) -> None:
    document = Document(text=f"{word * before} Jundallah {word * after}".strip())
    made = excerpt(document, found(document, "Jundallah"))
    assert len(made.text) <= LONGEST + len("…  …")
    assert made.text.startswith("… ") == (not document.text.startswith(made.text[:20]))
    assert made.text.endswith(" …") == (not document.text.endswith(made.text[-20:]))
    assert [made.text[start:end] for start, end in made.spans] == ["Jundallah"]
    pieces = made.text.removeprefix("… ").removesuffix(" …")
    assert pieces in document.text


def test_names_are_as_the_text_writes_them_each_once() -> None:
    document = Document(text="Jundallah, JUNDALLAH, جندالله, Jundallah")
    hits = found(document, "Jundallah", "JUNDALLAH", "جندالله")
    assert names(hits) == ("Jundallah", "جندالله")


def test_a_possessive_is_no_name_of_its_own() -> None:
    document = Document(text="Jundullah's men, Jundullah; Daesh’s flag")
    hits = found(document, "Jundullah's", "Jundullah", "Daesh’s")
    assert names(hits) == ("Jundullah", "Daesh’s")
