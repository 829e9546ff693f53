"""Learn `clues_model.json` and `blocks_model.json` of `aggregator/reading` from saved pages.

    pip install lightgbm numpy scikit-learn
    python bench/train_extractor.py --pages DIR [DIR …] [--write]

Each page is cut into blocks as the product cuts it; a block is wanted when at least half of its
words stand in the known body, by alignment.  First a weight for each clue of wording and naming is
learned by logistic regression, then a forest over all features.  Both are judged by
cross-validation over hosts: no page is judged by weights or trees that saw its site; and the trees
learn from what the clues say of sites that they were not learned from.  Nearly all pages are in
English, so the trees learn from each page a second time, as if no word of it were known; and they
are judged on that too.  With --write both are learned from all pages and written.  The pages
themselves never enter the project.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import lightgbm
import numpy as np
from pages import SavedPage, load, score, summarise
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from aggregator.reading import features, model
from aggregator.reading.align import Alignment
from aggregator.reading.choose import choose_by
from aggregator.reading.clues import Clues, naming_clues, wording_clues
from aggregator.reading.decoding import decode
from aggregator.reading.features import NAMES, rows
from aggregator.reading.page import Unreadable, parse
from aggregator.reading.study import Study, shares, study, words_of

_FOLDER = Path(features.__file__).parent
_FOLDS = 5
_TREES = 300
#: A clue is learned when it stands on so many hosts, and kept when it weighs so much.
_WORDING_HOSTS, _NAMING_HOSTS = 12, 6
_LEAST_WEIGHT = 0.03
#: What a page counts as if its language were unknown; the rest of it counts as it is.
_UNKNOWN = 0.3
#: Features that look for English words.
_ENGLISH = [NAMES.index(name) for name in ("subscribe", "more", "credit", "wall")]
_PARAMETERS = {
    "objective": "binary",
    "num_leaves": 16,
    "learning_rate": 0.05,
    "min_data_in_leaf": 80,
    "feature_fraction": 0.3,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "num_threads": 1,
    "deterministic": True,
    "seed": 1,
    "verbose": -1,
}

Features: TypeAlias = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class Example:
    page: SavedPage
    set: str
    study: Study
    #: For each block its clues.
    wording: list[set[str]]
    naming: list[set[str]]
    wanted: np.ndarray[Any, np.dtype[np.bool_]]
    weights: np.ndarray[Any, np.dtype[np.float64]]

    @property
    def fold(self) -> int:
        return int(hashlib.sha256(self.page.host.encode()).hexdigest(), 16) % _FOLDS


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
    blocks = known.scene.page.blocks
    wording = [wording_clues(block.text, each) for block, each in zip(blocks, words, strict=True)]
    naming = [naming_clues(known.scene.page, block.node) for block in blocks]
    return Example(page, name, known, wording, naming, wanted, weights)


def learn(examples: Sequence[Example]) -> Clues:
    return Clues(
        wording=_weights(examples, [each.wording for each in examples], _WORDING_HOSTS),
        naming=_weights(examples, [each.naming for each in examples], _NAMING_HOSTS),
    )


def _weights(
    examples: Sequence[Example], told: Sequence[Sequence[set[str]]], hosts: int
) -> dict[str, float]:
    by_host: dict[str, set[str]] = {}
    for each, blocks in zip(examples, told, strict=True):
        by_host.setdefault(each.page.host, set()).update(*blocks)
    spread = Counter(clue for clues in by_host.values() for clue in clues)
    place = {
        clue: number
        for number, clue in enumerate(sorted(c for c, count in spread.items() if count >= hosts))
    }
    columns, ends = [], [0]
    for blocks in told:
        for clues in blocks:
            # In one order, so that the sums are the same in each run.
            columns += sorted(place[clue] for clue in clues if clue in place)
            ends.append(len(columns))
    table = csr_matrix(
        (np.ones(len(columns), np.float32), columns, ends), shape=(len(ends) - 1, len(place))
    )
    regression = LogisticRegression(C=0.05, max_iter=60, tol=1e-3)
    regression.fit(
        table,
        np.concatenate([each.wanted for each in examples]),
        sample_weight=10 * np.concatenate([each.weights for each in examples]),
    )
    weights = zip(place, regression.coef_[0], strict=True)
    return {clue: round(float(w), 2) for clue, w in weights if abs(w) >= _LEAST_WEIGHT}


def tables(examples: Sequence[Example]) -> Iterator[tuple[int, Features, Features]]:
    """The features of each page, as it is and in an unknown language; clues from other hosts."""
    for fold in range(_FOLDS):
        clues = learn([each for each in examples if each.fold != fold])
        for place, each in enumerate(examples):
            if each.fold == fold:
                scene = each.study.scene
                unknown = np.array(rows(scene, clues.unworded), dtype=np.float32)
                unknown[:, _ENGLISH] = 0
                yield place, np.array(rows(scene, clues), dtype=np.float32), unknown


def grow(
    examples: Sequence[Example], seen: Sequence[Features], unknown: Sequence[Features]
) -> list[model.Tree]:
    wanted = [each.wanted for each in examples]
    weights = np.concatenate([each.weights for each in examples])
    data = lightgbm.Dataset(
        np.vstack([*seen, *unknown]),
        np.concatenate([*wanted, *wanted]),
        weight=np.concatenate([(1 - _UNKNOWN) * weights, _UNKNOWN * weights]),
    )
    booster = lightgbm.train(_PARAMETERS, data, _TREES)
    return [stored(tree["tree_structure"]) for tree in booster.dump_model()["tree_info"]]


def judge(
    examples: Sequence[Example], seen: Sequence[Features], unknown: Sequence[Features]
) -> None:
    """Prints the figures of each set, every page judged by trees that never saw its host."""
    known_texts, unknown_texts = {}, {}
    for fold in range(_FOLDS):
        others = [place for place, each in enumerate(examples) if each.fold != fold]
        trees = grow(*([table[at] for at in others] for table in (examples, seen, unknown)))
        looks = model.compiled(trees)
        for place, each in enumerate(examples):
            if each.fold == fold:
                known_texts[place] = text_of(each, seen[place], looks)
                unknown_texts[place] = text_of(each, unknown[place], looks)
    figures("by unseen hosts", examples, known_texts)
    figures("… in an unknown language", examples, unknown_texts)


def text_of(each: Example, table: Features, looks: Sequence[model.Look]) -> str:
    return choose_by(each.study, model.likelihoods(table.tolist(), looks), "blocks").text


def figures(how: str, examples: Sequence[Example], texts: Mapping[int, str]) -> None:
    for name in dict.fromkeys(each.set for each in examples):
        total = summarise(
            [
                score(each.page.body, texts[place])
                for place, each in enumerate(examples)
                if each.set == name
            ]
        )
        print(
            f"{name:8} {how}: F1 {total.f1:.4f}  precision {total.precision:.4f}  "
            f"recall {total.recall:.4f}  exact {total.exact:.3f}"
        )


def stored(node: dict[str, Any]) -> model.Tree:
    if "leaf_value" in node:
        return round(float(node["leaf_value"]), 5)
    threshold = float(f"{node['threshold']:.6g}")
    return (
        node["split_feature"],
        threshold,
        stored(node["left_child"]),
        stored(node["right_child"]),
    )


def write(trees: Sequence[model.Tree], clues: Clues, pages: int) -> None:
    head = {"pages": pages, "features": NAMES}
    lines = ",\n".join(map(_compact, trees))
    _save("blocks_model.json", f'{_compact(head)[:-1]},\n"trees": [\n{lines}\n]}}\n')
    wording, naming = (
        _compact(dict(sorted(all_.items()))) for all_ in (clues.wording, clues.naming)
    )
    _save(
        "clues_model.json",
        f'{{"pages":{pages},\n"wording":{wording},\n"naming":{naming}}}\n',
    )


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _save(name: str, text: str) -> None:
    (_FOLDER / name).write_text(text, encoding="utf-8")
    print(f"wrote {name} ({len(text.encode()) // 1024} KiB)")


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
    told = {place: (seen, unknown) for place, seen, unknown in tables(examples)}
    seen, unknown = zip(*(told[place] for place in range(len(examples))), strict=True)
    judge(examples, seen, unknown)
    if options.write:
        write(grow(examples, seen, unknown), learn(examples), len(examples))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
