"""Words and phrases by language, from the toml file that stands beside their module.

An entry is a piece of a regular expression.  A space in it is any white space; a word in capitals
stands for a part that the module gives.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from itertools import chain


@cache
def tables(package: str, file: str) -> Mapping[str, Mapping[str, Sequence[str]]]:
    """Kind → language → entries."""
    text = resources.files(package).joinpath(file).read_text(encoding="utf-8")
    return tomllib.loads(text)


def any_of(by_language: Mapping[str, Sequence[str]], **parts: str) -> str:
    """The pattern of every entry, in which the parts stand in the place of their names."""
    pattern = "|".join(chain.from_iterable(by_language.values())).replace(" ", r"\s")
    for name, part in parts.items():
        pattern = pattern.replace(name, part)
    return pattern
