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
            "The group [Jundallah] spoke.",
            id="the sentence around the mention",
        ),
        pytest.param(
            Document(text="Jundallah spoke. Jundallah met Daesh. Daesh spoke."),
            ["Jundallah", "Daesh"],
            "[Jundallah] met [Daesh].",
            id="most distinct terms",
        ),
        pytest.param(
            Document(text="Daesh and Daesh. Jundallah met Daesh."),
            ["Jundallah", "Daesh"],
            "[Jundallah] met [Daesh].",
            id="distinct ones, not many",
        ),
        pytest.param(
            Document(text="One Jundallah here. Two Jundallah there."),
            ["Jundallah"],
            "One [Jundallah] here.",
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
            "[Jundallah] leaves",
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
