"""How likely a block is text of the article: a small forest of decision trees, read from JSON.

The forest was grown by `bench/train_extractor.py`, which says how; it is evaluated here in plain
Python, so that nothing but this file is needed at run time.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib import resources
from math import exp
from typing import TypeAlias

from aggregator.reading.features import NAMES

#: A leaf's weight, or: feature, threshold, the branch up to it, the branch above it.
Tree: TypeAlias = "float | tuple[int, float, Tree, Tree]"


#: After each of so many trees a row whose sum is so far from zero is decided: most blocks of a page
#: are a menu or plain prose, and need no second look.
_LOOK = 20
_DECIDED = 2.5


def likelihoods(rows: Sequence[Sequence[float]]) -> list[float]:
    """For each row of `features.rows` a number from 0 to 1."""
    trees = _forest()
    return [_logistic(vote(trees, row)) for row in rows]


def vote(trees: Sequence[Tree], row: Sequence[float]) -> float:
    """The sum of the trees' leaves, until it is decided."""
    total = 0.0
    for start in range(0, len(trees), _LOOK):
        for tree in trees[start : start + _LOOK]:
            while isinstance(tree, tuple):
                feature, threshold, below, above = tree
                tree = below if row[feature] <= threshold else above
            total += tree
        if abs(total) >= _DECIDED:
            break
    return total


def _logistic(value: float) -> float:
    return 1 / (1 + exp(-max(-30.0, min(30.0, value))))


@cache
def _forest() -> tuple[Tree, ...]:
    file = resources.files(__package__) / "blocks_model.json"
    stored = json.loads(file.read_text(encoding="utf-8"))
    if tuple(stored["features"]) != NAMES:
        raise RuntimeError("blocks_model.json was trained on other features: train it anew")
    return tuple(_tree(tree) for tree in stored["trees"])


def _tree(stored: object) -> Tree:
    if isinstance(stored, list):
        feature, threshold, below, above = stored
        return int(feature), float(threshold), _tree(below), _tree(above)
    assert isinstance(stored, (int, float))  # noqa: S101  what the trainer writes
    return float(stored)
