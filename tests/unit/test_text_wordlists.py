"""The lists of words by language, and the patterns made of them."""

from __future__ import annotations

import re

import pytest

from aggregator.text.wordlists import any_of, tables

LISTS = {
    f"{file} {kind}.{language}": entries
    for package, file in (
        ("aggregator.reading", "boxes.toml"),
        ("aggregator.reading", "walls.toml"),
        ("aggregator.text", "appended.toml"),
        ("aggregator.text", "corrections.toml"),
        ("aggregator.text", "credits.toml"),
        ("aggregator.text", "told.toml"),
    )
    for kind, by_language in tables(package, file).items()
    for language, entries in by_language.items()
}


@pytest.mark.parametrize("name", LISTS)
def test_every_entry_is_a_pattern_of_its_own_that_stands_once(name: str) -> None:
    entries = LISTS[name]
    for entry in entries:
        assert re.compile(any_of({"": [entry]}, NAMES="A", PLATFORMS="B", OCCUPATION="C"))
        assert entry == entry.strip() != ""
    assert len(set(entries)) == len(entries)


@pytest.mark.parametrize("text", ["war es", "war\u00a0es", "the NAMES"])
def test_a_space_is_any_white_space(text: str) -> None:
    assert re.fullmatch(any_of({"de": ["war es"], "en": ["the PART"]}, PART="NAMES"), text)
