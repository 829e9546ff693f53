"""How likely a block is text of the article: a small forest of decision trees, read from JSON.

The forest was grown by `bench/train_extractor.py`, which says how; it is evaluated here in plain
Python, so that nothing but this file is needed at run time.  Its trees become Python expressions:
walked as data, they took three times as long, and a twelfth of all that a page takes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from importlib import resources
from math import exp
from typing import TypeAlias

from aggregator.reading.features import NAMES

#: A leaf's weight, or: feature, threshold, the branch up to it, the branch above it.
Tree: TypeAlias = "float | tuple[int, float, Tree, Tree]"
#: Some trees: from a sum and a row to the sum with their leaves.
Look: TypeAlias = Callable[[float, Sequence[float]], float]

#: After each of so many trees a row whose sum is so far from zero is decided: most blocks of a page
#: are a menu or plain prose, and need no second look.
_LOOK = 20
_DECIDED = 2.5


def likelihoods(
    rows: Sequence[Sequence[float]], looks: Sequence[Look] | None = None
) -> list[float]:
    """For each row of `features.rows` a number from 0 to 1; `looks` are the learned ones."""
    looks = looks or _forest()
    return [_logistic(vote(looks, row)) for row in rows]


def vote(looks: Sequence[Look], row: Sequence[float]) -> float:
    """The sum of the trees' leaves, until it is decided."""
    total = 0.0
    for look in looks:
        total = look(total, row)
        if abs(total) >= _DECIDED:
            break
    return total


def compiled(trees: Sequence[Tree]) -> tuple[Look, ...]:
    """The trees, ready to vote."""
    sums = (
        " + ".join(map(_expression, trees[start : start + _LOOK]))
        for start in range(0, len(trees), _LOOK)
    )
    # Nothing but numbers is let into them.
    return tuple(eval(f"lambda total, row: total + {each}") for each in sums)  # noqa: S307


def _logistic(value: float) -> float:
    return 1 / (1 + exp(-max(-30.0, min(30.0, value))))


@cache
def _forest() -> tuple[Look, ...]:
    file = resources.files(__package__) / "blocks_model.json"
    stored = json.loads(file.read_text(encoding="utf-8"))
    if tuple(stored["features"]) != NAMES:
        raise RuntimeError("blocks_model.json was trained on other features: train it anew")
    return compiled(stored["trees"])


def _expression(tree: Tree) -> str:
    if isinstance(tree, (int, float)):
        return str(float(tree))
    feature, threshold, below, above = tree
    return (
        f"({_expression(below)} if row[{int(feature)}] <= {float(threshold)}"
        f" else {_expression(above)})"
    )
