"""The page of the watch language: its examples are true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from aggregator.errors import WatchError
from aggregator.models import Document
from aggregator.watching.engine import find
from aggregator.watching.language import parse
from aggregator.watching.tree import FIELDS, KEYWORDS, SCOPES

PAGE = (Path(__file__).parents[2] / "docs/reference/watch-language.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("block", blocks("watch"))
def test_an_example_is_true(block: str) -> None:
    lines = block.splitlines()
    texts = [line for line in lines if line.startswith(("+ ", "- "))]
    expr = parse("\n".join(line for line in lines if line not in texts))
    assert {line[0] for line in texts} == {"+", "-"}
    for sign, text in ((line[0], line[2:]) for line in texts):
        title = text if "title:" in block and sign == "+" else ""
        hits = find(expr, Document(title=title, text=text, lang="en"))
        assert (hits is not None) is (sign == "+"), text


@pytest.mark.parametrize("block", blocks("mistake"))
def test_a_mistake_is_told_so(block: str) -> None:
    query, told = block.splitlines()
    with pytest.raises(WatchError) as raised:
        parse(query)
    assert str(raised.value).partition(": ")[2] == told


def test_every_word_of_the_language_is_on_the_page() -> None:
    assert all(re.search(rf"\b{word}\b", PAGE) for word in KEYWORDS)
    assert all(f"{field}:" in PAGE for field in (*FIELDS, *SCOPES))
