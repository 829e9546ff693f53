"""What an edit changed, and of what kind it is."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.models import FieldName, Match, Revision, TermHit
from aggregator.reading.revisions import Kind, WatchedTerm, change, changes, diff

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
BEFORE = Revision(
    at=NOW,
    title="Three killed in raid on post",
    summary="Gunmen attacked a post.",
    text="Three guards were killed on Monday.\n\nVillagers woke to the sound of 12 rockets.",
    of_page=True,
)


def after(**changed: Any) -> Revision:
    return replace(BEFORE, at=None, **changed)


def found(term: str, text: str, field: FieldName = "text", watch: str = "W") -> tuple[Match, ...]:
    return (Match(watch, (TermHit(term, text, field, 0, len(text)),)),)


def marked(before: str, new: str) -> list[str]:
    signs = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}
    return ["".join(signs[p.op].format(p.text) for p in pieces) for pieces in diff(before, new)]


@pytest.mark.parametrize(
    ("before", "new", "shown"),
    [
        pytest.param("a b c", "a b c", [], id="equal"),
        pytest.param("a  b\n\nc", "a b c", [], id="layout only"),
        pytest.param("a\u00a0b", "a b", [], id="another space"),
        pytest.param("one two", "one three", ["one [-two-]{+three+}"], id="a word"),
        pytest.param("the same\n\nold", "the same", ["[-old-]"], id="a paragraph taken out"),
        pytest.param("the same", "new\n\nthe same", ["{+new+}"], id="a paragraph put in"),
        pytest.param(
            "He said so then.\n\nNothing else.",
            "Wholly other words.\n\nHe said so now.\n\nNothing else.",
            ["{+Wholly other words.+}", "He said so [-then.-]{+now.+}"],
            id="a paragraph finds what it became",
        ),
        pytest.param(
            "Rain fell on the hills.",
            "Quetta votes tomorrow, officials say",
            ["[-Rain fell on the hills.-]", "{+Quetta votes tomorrow, officials say+}"],
            id="nothing in common",
        ),
        pytest.param("三人死亡", "五人死亡", ["[-三-]{+五+}人死亡"], id="a script without spaces"),
        pytest.param("", "new", ["{+new+}"], id="from nothing"),
    ],
)
def test_the_diff_shows_what_changed(before: str, new: str, shown: list[str]) -> None:
    assert marked(before, new) == shown


@pytest.mark.parametrize(
    ("new", "kinds"),
    [
        pytest.param(after(title="Raid on post"), ("headline",), id="another headline"),
        pytest.param(
            after(title="Five killed in raid on post"),
            ("headline", "numbers"),
            id="a number in the headline",
        ),
        pytest.param(
            after(text=BEFORE.text.replace("12", "15")), ("numbers",), id="another figure"
        ),
        pytest.param(
            after(text=BEFORE.text.replace("Three", "Five")), ("numbers",), id="a written number"
        ),
        pytest.param(
            after(text=BEFORE.text.replace("12", "twelve")), ("words",), id="the same number"
        ),
        pytest.param(
            after(text=BEFORE.text.replace("12", "۱۲")), ("words",), id="the same, other digits"
        ),
        pytest.param(
            after(text=BEFORE.text + "\n\nIt was the 9th raid."),
            ("words",),
            id="a number in words that were added",
        ),
        pytest.param(
            after(summary="Gunmen stormed a post."), ("words",), id="words of the summary"
        ),
        pytest.param(
            after(
                text=BEFORE.text + "\n\nJundullah said so.", matches=found("Jundallah", "Jundullah")
            ),
            ("term_appeared",),
            id="a term appeared",
        ),
        pytest.param(
            after(
                text=BEFORE.text.replace("Villagers", "People"),
                matches=found("rocket", "rockets"),
            ),
            ("words",),
            id="the watch is new, the term is not",
        ),
    ],
)
def test_an_edit_has_its_kinds(new: Revision, kinds: tuple[Kind, ...]) -> None:
    edit = change(BEFORE, new)
    assert edit is not None
    assert edit.kinds == kinds
    assert edit.at == NOW


def test_numbers_are_the_same_however_they_are_grouped() -> None:
    old, new = "Some 1,200 people fled the town.", "Some 1200 people fled that town."
    edit = change(replace(BEFORE, text=old), after(text=new))
    assert edit is not None
    assert edit.kinds == ("words",)


NAMED = replace(
    BEFORE,
    text=BEFORE.text.replace("Three guards", "Jundullah guards"),
    matches=found("Jundallah", "Jundullah"),
)


def test_a_term_that_went_is_told() -> None:
    edit = change(NAMED, after())
    assert edit is not None
    assert edit.kinds == ("term_gone",)
    assert edit.terms == (WatchedTerm("gone", "W", "Jundallah", "Jundullah"),)
    # in another spelling it is the same term
    spelt = after(text=NAMED.text.replace("Jundullah", "Jundallah"))
    edit = change(NAMED, replace(spelt, matches=found("Jundallah", "Jundallah")))
    assert edit is not None
    assert (edit.kinds, edit.terms) == (("words",), ())


def test_one_term_for_another_is_both() -> None:
    other = NAMED.text.replace("Jundullah", "Baloch")
    edit = change(NAMED, after(text=other, matches=found("Baloch", "Baloch", watch="B")))
    assert edit is not None
    assert edit.kinds == ("term_appeared", "term_gone")
    assert edit.terms == (
        WatchedTerm("new", "B", "Baloch", "Baloch"),
        WatchedTerm("gone", "W", "Jundallah", "Jundullah"),
    )


def test_a_term_within_another_word_is_not_there() -> None:
    named = replace(BEFORE, text="The IS attacked.", matches=found("=IS", "IS"))
    edit = change(named, after(text="This island was attacked."))
    assert edit is not None
    assert edit.kinds == ("term_gone",)


def test_the_page_that_replaces_the_feeds_text_edits_nothing() -> None:
    feed = replace(BEFORE, text="Gunmen attacked a post.", of_page=False)
    named = after(matches=found("rocket", "rockets"))
    assert change(feed, named) is None
    edit = change(feed, replace(named, title="Raid on post"))
    assert edit is not None
    assert edit.kinds == ("headline",)
    assert {paragraph.field for paragraph in edit.paragraphs} == {"title"}


def test_a_summary_that_stands_for_the_text_is_compared_once() -> None:
    unread = replace(BEFORE, text="", of_page=False)
    read = after(summary="Gunmen stormed a post.", text="Gunmen stormed a post.", of_page=False)
    edit = change(unread, read)
    assert edit is not None
    assert [paragraph.field for paragraph in edit.paragraphs] == ["summary"]


def test_changes_are_the_edits_in_order_without_those_of_layout() -> None:
    versions = (
        replace(BEFORE, at=NOW),
        replace(BEFORE, at=NOW + timedelta(hours=1), text=BEFORE.text.replace("\n\n", " ")),
        replace(BEFORE, at=NOW + timedelta(hours=2), title="Four killed"),
        replace(BEFORE, at=None, title="Five killed"),
    )
    assert [(edit.at, edit.kinds) for edit in changes(versions)] == [
        (NOW + timedelta(hours=1), ("headline",)),
        (NOW + timedelta(hours=2), ("headline", "numbers")),
    ]
    assert changes(versions[:1]) == changes(()) == ()


WORDS = st.lists(
    st.sampled_from(["a", "b", "12", "13", "Quetta,", "三人", "ไทย", "می‌شود"]), max_size=8
)
TEXTS = st.lists(WORDS.map(" ".join), max_size=5).map("\n\n".join)


@given(TEXTS, TEXTS)
def test_what_a_diff_shows_is_what_stood_there(before: str, new: str) -> None:
    old_words, new_words = before.split(), new.split()
    for pieces in diff(before, new):
        gone = "".join(piece.text for piece in pieces if piece.op == "gone").split()
        came = "".join(piece.text for piece in pieces if piece.op == "new").split()
        assert pieces
        assert all(any(word in whole for whole in old_words) for word in gone)
        assert all(any(word in whole for whole in new_words) for word in came)
    assert (list(diff(before, new)) == []) == (old_words == new_words)


def test_long_texts_take_no_long_time() -> None:
    before = "\n\n".join(f"{n} " + "the same words again " * 400 for n in range(40))
    began = time.process_time()
    assert list(diff(before, before.replace("same", "other")))
    assert time.process_time() - began < 10
