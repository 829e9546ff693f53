"""Grow the forest of `aggregator/reading/blocks_model.json` from saved pages with known bodies.

    pip install lightgbm numpy
    python bench/train_extractor.py --pages DIR [DIR …] [--write]

Each page is cut into blocks as the product cuts it; a block is wanted when at least half of its
words stand in the known body, by alignment.  First the forest is judged by cross-validation over
hosts: no page is judged by trees that saw its site.  With --write it is then grown from all pages
and written.  The pages themselves never enter the project.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from pages import SavedPage, load, score, summarise

from aggregator.reading import features
from aggregator.reading.align import Alignment
from aggregator.reading.choose import choose_by
from aggregator.reading.decoding import decode
from aggregator.reading.features import NAMES, rows
from aggregator.reading.page import Unreadable, parse
from aggregator.reading.study import Study, shares, study, words_of

_MODEL = Path(features.__file__).parent / "blocks_model.json"
_FOLDS = 5
_TREES = 120
_PARAMETERS = {
    "objective": "binary",
    "num_leaves": 8,
    "learning_rate": 0.1,
    "min_data_in_leaf": 40,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "num_threads": 1,
    "deterministic": True,
    "seed": 1,
    "verbose": -1,
}


@dataclass(frozen=True)
class Example:
    page: SavedPage
    set: str
    study: Study
    table: np.ndarray[Any, np.dtype[np.float32]]
    wanted: np.ndarray[Any, np.dtype[np.bool_]]
    weights: np.ndarray[Any, np.dtype[np.float64]]


def example(job: tuple[str, SavedPage, float]) -> Example | None:
    name, page, page_weight = job
    try:
        tree = parse(decode(page.html))
        known = study(tree, page.url) if tree is not None else None
    except Unreadable:
        known = None
    if known is None or not known.scene.page.blocks:
        return None
    words = known.scene.words
    alignment = Alignment([word for each in words for word in each])
    wanted = np.array(shares(words, alignment.matched(words_of(page.body)))) >= 0.5
    sizes = np.array([len(each) for each in words], dtype=float) + 3
    # The roots keep long articles from outweighing many short ones.
    weights = page_weight * np.sqrt(sizes / max(50.0, float(sizes[wanted].sum())))
    table = np.array(rows(known.scene), dtype=np.float32)
    return Example(page, name, known, table, wanted, weights)


def grow(examples: Sequence[Example]) -> lightgbm.Booster:
    data = lightgbm.Dataset(
        np.vstack([each.table for each in examples]),
        np.concatenate([each.wanted for each in examples]),
        weight=np.concatenate([each.weights for each in examples]),
    )
    return lightgbm.train(_PARAMETERS, data, _TREES)


def fold_of(page: SavedPage) -> int:
    return int(hashlib.sha256(page.host.encode()).hexdigest(), 16) % _FOLDS


def judge(examples: Sequence[Example]) -> None:
    """Prints the figures of each set, every page judged by trees that never saw its host."""
    texts: dict[int, str] = {}
    for fold in range(_FOLDS):
        booster = grow([each for each in examples if fold_of(each.page) != fold])
        for place, each in enumerate(examples):
            if fold_of(each.page) == fold:
                likely = booster.predict(each.table, num_threads=1)
                texts[place] = choose_by(each.study, list(likely), "blocks").text
    for name in dict.fromkeys(each.set for each in examples):
        total = summarise(
            [
                score(each.page.body, texts[place])
                for place, each in enumerate(examples)
                if each.set == name
            ]
        )
        print(
            f"{name:8} by unseen hosts: F1 {total.f1:.4f}  precision {total.precision:.4f}  "
            f"recall {total.recall:.4f}  exact {total.exact:.3f}"
        )


def stored(node: dict[str, Any]) -> object:
    if "leaf_value" in node:
        return round(float(node["leaf_value"]), 5)
    threshold = float(f"{node['threshold']:.6g}")
    return [
        node["split_feature"],
        threshold,
        stored(node["left_child"]),
        stored(node["right_child"]),
    ]


def write(booster: lightgbm.Booster, pages: int) -> None:
    trees = [stored(tree["tree_structure"]) for tree in booster.dump_model()["tree_info"]]
    lines = ",\n".join(json.dumps(tree, separators=(",", ":")) for tree in trees)
    head = json.dumps({"pages": pages, "features": NAMES})[:-1]
    _MODEL.write_text(f'{head},\n"trees": [\n{lines}\n]}}\n', encoding="utf-8")
    print(f"wrote {_MODEL} ({_MODEL.stat().st_size // 1024} KiB, {len(trees)} trees)")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pages", type=Path, nargs="+", help="directories of saved pages")
    parser.add_argument("--write", action="store_true", help="write the model")
    options = parser.parse_args()
    if not options.pages:
        print("no saved pages: name their directories with --pages DIR …")
        return 0
    logging.disable(logging.CRITICAL)
    sets = {folder.name: load(folder) for folder in options.pages}
    largest = max(map(len, sets.values()))
    jobs = [
        # A page of a small set weighs more, up to twice, so that the large set is not all.
        (name, page, min(2.0, (largest / len(pages)) ** 0.3))
        for name, pages in sets.items()
        for page in pages
    ]
    with ProcessPoolExecutor() as pool:
        examples = [each for each in pool.map(example, jobs, chunksize=8) if each is not None]
    judge(examples)
    if options.write:
        write(grow(examples), len(examples))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
