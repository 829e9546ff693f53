"""Every preset file: it is what the loader expects, and its names behave as it says."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from aggregator.errors import WatchError
from aggregator.models import Document
from aggregator.text import folded_words
from aggregator.watching.engine import find
from aggregator.watching.language import parse, parse_term, show, warnings
from aggregator.watching.presets import Preset, parse_preset, preset, preset_ids
from aggregator.watching.tree import Except, Expr, counted_terms


def text_of(name: str) -> str:
    """A term as a text would write it."""
    return name.removeprefix("=").removesuffix("*")


#: Around a name, so that it does not stand among capitals.
AROUND = "of which nothing more is known as yet, nor will be"


def mentions(expr: Expr, text: str, lang: str) -> bool:
    return find(expr, Document(text=f"{AROUND} {text} {AROUND}", lang=lang)) is not None


@pytest.mark.parametrize("id_", preset_ids())
def test_a_preset_is_complete(id_: str) -> None:
    one = preset(id_)
    assert set(one.related) <= set(preset_ids()) - {id_}
    assert date(2024, 1, 1) <= one.checked
    keys = [
        name.text if name.text.startswith("=") else folded_words(name.text) for name in one.names
    ]
    assert len(keys) == len(set(keys)), "a name stands twice"


@pytest.mark.parametrize("id_", preset_ids())
def test_a_strong_name_counts_alone_and_a_weak_one_beside_its_context(id_: str) -> None:
    one, expr = preset(id_), parse(f"@preset/{id_}")
    for name in one.names:
        text = text_of(name.text)
        if name.strength == "strong":
            assert mentions(expr, text, name.lang), f"{text} is not found"
        else:
            assert not mentions(expr, text, name.lang) or text in map(text_of, one.context)
            for context in one.context:
                assert mentions(expr, f"{text} {AROUND} {text_of(context)}", name.lang), (
                    text,
                    context,
                )


@pytest.mark.parametrize("id_", preset_ids())
def test_an_exception_hides_a_name_that_is_found_without_it(id_: str) -> None:
    expr = parse(f"@preset/{id_}")
    if not isinstance(expr, Except):
        assert not preset(id_).excepted
        return
    beside = " ".join(map(text_of, preset(id_).context))
    for excepted in preset(id_).excepted:
        document = Document(text=f"{text_of(excepted)}\n\n{beside}")
        assert find(expr.part, document) is not None, f"{excepted} holds none of its names"


@pytest.mark.parametrize("id_", preset_ids())
def test_no_strong_name_is_a_short_word_in_capitals(id_: str) -> None:
    """=IS, or a weak IS; but not IS, which is in every English text."""
    strong = preset(id_).named("strong")
    assert not [told for name in strong for told in warnings(parse_term(name), name)]


@pytest.mark.parametrize("id_", preset_ids())
def test_any_name_can_be_taken_out(id_: str) -> None:
    names = [text_of(name.text) for name in preset(id_).names]
    for name in names if len(set(map(folded_words, names))) > 1 else ():
        left = parse(f'@preset/{id_} -"{name}"')
        assert folded_words(name) not in {folded_words(one.text) for one in counted_terms(left)}
        assert parse(show(left)) == left


# ── the loader ────────────────────────────────────────────────────────────────────────────────────

GOOD = """
id: makran-front
kind: group
title: Makran Front
names:
  - {text: Makran Front, lang: en, strength: strong, kind: name, source: invented}
  - {text: =MF, lang: en, strength: weak, kind: acronym, source: invented}
context: [Makran]
except: [Makran Front Street]
checked: 2026-11-25
"""


def test_reads_a_file() -> None:
    one = parse_preset("makran-front", GOOD)
    assert isinstance(one, Preset)
    assert (one.named("strong"), one.named("weak")) == (("Makran Front",), ("=MF",))
    assert (one.excepted, one.context, one.related) == (("Makran Front Street",), ("Makran",), ())


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        pytest.param("kind: group", "kind: gang", "wrong at kind", id="unknown kind"),
        pytest.param("strength: weak", "strength: low", "names.1.strength", id="unknown strength"),
        pytest.param("title: Makran Front", "titel: x", "wrong at title", id="missing key"),
        pytest.param("checked: 2026-11-25", "checked: soon", "wrong at checked", id="no date"),
        pytest.param("id: makran-front", "id: makran", "calls itself makran", id="another name"),
        pytest.param("context: [Makran]", "context: []", "no context", id="weak without context"),
        pytest.param("context: [Makran]", "context: [Makran", "no YAML", id="broken YAML"),
        pytest.param("source: invented}\n  - ", "note: x}\n  - ", "names.0.source", id="no source"),
    ],
)
def test_refuses_a_wrong_file(old: str, new: str, problem: str) -> None:
    with pytest.raises(WatchError, match=problem) as raised:
        parse_preset("makran-front", GOOD.replace(old, new, 1))
    assert raised.value.mend
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("id_", preset_ids()[:1])
def test_names_the_nearest_preset(id_: str) -> None:
    with pytest.raises(WatchError) as raised:
        preset(f"{id_}x")
    assert raised.value.mend == f"did you mean @preset/{id_}?"


def test_the_example_of_the_page_is_a_preset() -> None:
    page = Path(__file__).parents[2] / "docs/how-to/add-a-preset.md"
    [example] = re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert parse_preset("makran-front", example).named("weak") == ("=MF",)
