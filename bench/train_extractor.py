"""Learn `clues_model.json` and `blocks_model.json` of `aggregator/reading` from saved pages.

    pip install lightgbm numpy scikit-learn
    python bench/train_extractor.py --pages DIR [DIR …] [--write]

Each page is cut into blocks as the product cuts it; a block is wanted when at least half of its
words stand in the known body, by alignment.  First a weight for each clue of wording and naming is
learned by logistic regression, then a forest over all features.  Both are judged by
cross-validation over hosts: no page is judged by weights or trees that saw its site; and the trees
learn from what the clues say of sites that they were not learned from.  Nearly all pages are in
English, so the trees learn from each page again as if no word of it were known, and as if it were
written in other scripts (`disguise.py`); and they are judged on that too.  Where a site has other
pages, what it is judged on last is their company (`reading/places.py`).  With --write both are
learned from all pages and written.  The pages themselves never enter the project.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import lightgbm
import numpy as np
from disguise import SCRIPTS, disguised
from pages import SavedPage, Score, load, score, summarise
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from aggregator.reading import features, model
from aggregator.reading.align import Alignment
from aggregator.reading.choose import choose_by
from aggregator.reading.clues import Clues, naming_clues, wording_clues
from aggregator.reading.decoding import decode
from aggregator.reading.features import NAMES, rows
from aggregator.reading.page import Unreadable, parse
from aggregator.reading.places import learn as learn_places
from aggregator.reading.places import places_of, tally, weighed
from aggregator.reading.study import Study, shares, study, words_of

_FOLDER = Path(features.__file__).parent
_FOLDS = 5
_TREES = 300
#: A clue is learned when it stands on so many hosts, and kept when it weighs so much.
_WORDING_HOSTS, _NAMING_HOSTS = 12, 6
_LEAST_WEIGHT = 0.03
#: What a page counts in languages that are not known; the rest of it counts as it is.
_UNKNOWN = 0.4
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
    #: The page in other scripts, by their names, where its blocks are the same.
    foreign: dict[str, Study]
    #: For each block its clues.
    wording: list[set[str]]
    naming: list[set[str]]
    wanted: np.ndarray[Any, np.dtype[np.bool_]]
    weights: np.ndarray[Any, np.dtype[np.float64]]

    @property
    def fold(self) -> int:
        return int(hashlib.sha256(self.page.host.encode()).hexdigest(), 16) % _FOLDS


@dataclass(frozen=True)
class Table:
    """The features of a page's blocks."""

    known: Features
    #: As if no word of it were known.
    unknown: Features
    #: In other scripts, by their names.
    foreign: dict[str, Features]

    @property
    def strange(self) -> list[Features]:
        return [self.unknown, *self.foreign.values()]


def example(job: tuple[str, SavedPage, float]) -> Example | None:
    name, page, page_weight = job
    known = studied(page)
    if known is None or not known.scene.page.blocks:
        return None
    words = known.scene.words
    alignment = Alignment([word for each in words for word in each])
    wanted = np.array(shares(words, alignment.matched(words_of(page.body)))) >= 0.5
    sizes = np.array(known.scene.sizes, dtype=float) + 3
    # The roots keep long articles from outweighing many short ones.
    weights = page_weight * np.sqrt(sizes / max(50.0, float(sizes[wanted].sum())))
    blocks = known.scene.page.blocks
    wording = [wording_clues(block.text, each) for block, each in zip(blocks, words, strict=True)]
    naming = [naming_clues(known.scene.page, block.node) for block in blocks]
    dressed = ((script, studied(disguised(page, how))) for script, how in SCRIPTS.items())
    foreign = {
        script: study
        for script, study in dressed
        if study is not None and len(study.scene.page.blocks) == len(blocks)
    }
    return Example(page, name, known, foreign, wording, naming, wanted, weights)


def studied(page: SavedPage) -> Study | None:
    try:
        tree = parse(decode(page.html))
        return study(tree, page.url) if tree is not None else None
    except Unreadable:
        return None


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


def tables(examples: Sequence[Example]) -> list[Table]:
    """The features of each page, by clues that were learned from other hosts."""
    made: dict[int, Table] = {}
    for fold in range(_FOLDS):
        clues = learn([each for each in examples if each.fold != fold])
        for place, each in enumerate(examples):
            if each.fold == fold:
                made[place] = table(each, clues)
    return [made[place] for place in range(len(examples))]


def table(each: Example, clues: Clues) -> Table:
    unknown = _numbers(each.study, clues.unworded)
    unknown[:, _ENGLISH] = 0
    foreign = {script: _numbers(study, clues.unworded) for script, study in each.foreign.items()}
    return Table(_numbers(each.study, clues), unknown, foreign)


def _numbers(page: Study, clues: Clues) -> Features:
    return np.array(rows(page.scene, clues), dtype=np.float32)


def grow(examples: Sequence[Example], told: Sequence[Table]) -> list[model.Tree]:
    features, wanted, weights = [], [], []
    for each, page in zip(examples, told, strict=True):
        features += [page.known, *page.strange]
        wanted += [each.wanted] * (1 + len(page.strange))
        weights += [(1 - _UNKNOWN) * each.weights]
        weights += [_UNKNOWN / len(page.strange) * each.weights] * len(page.strange)
    data = lightgbm.Dataset(
        np.vstack(features), np.concatenate(wanted), weight=np.concatenate(weights)
    )
    booster = lightgbm.train(_PARAMETERS, data, _TREES)
    return [stored(tree["tree_structure"]) for tree in booster.dump_model()["tree_info"]]


def judge(examples: Sequence[Example], told: Sequence[Table]) -> None:
    """Prints the figures of each set, every page judged by trees that never saw its host."""
    likely: dict[int, list[float]] = {}
    known, unknown, foreign = Scores(), Scores(), Scores()
    for fold in range(_FOLDS):
        others = [place for place, each in enumerate(examples) if each.fold != fold]
        looks = model.compiled(grow([examples[at] for at in others], [told[at] for at in others]))
        for place, each in enumerate(examples):
            if each.fold != fold:
                continue
            page, body = told[place], each.page.body
            likely[place] = model.likelihoods(page.known.tolist(), looks)
            known.add(each.set, body, each.study, likely[place])
            words_unknown = model.likelihoods(page.unknown.tolist(), looks)
            unknown.add(each.set, body, each.study, words_unknown)
            for script, numbers in page.foreign.items():
                strange = model.likelihoods(numbers.tolist(), looks)
                dressed = SCRIPTS[script].dress(body)
                foreign.add(each.set, dressed, each.foreign[script], strange)
    known.print("by unseen hosts")
    unknown.print("… in an unknown language")
    foreign.print("… in other scripts")
    judge_hosts(examples, likely)


def judge_hosts(examples: Sequence[Example], likely: Mapping[int, Sequence[float]]) -> None:
    """Prints what the other pages of a host add, where there are any."""
    alone, together = Scores(), Scores()
    places = [places_of(each.study.scene.page) for each in examples]
    by_host: dict[str, list[int]] = {}
    for at, each in enumerate(examples):
        by_host.setdefault(each.page.host, []).append(at)
    for at, each in enumerate(examples):
        others = [
            tally(places[other], likely[other], examples[other].study.scene.sizes)
            for other in by_host[each.page.host]
            if examples[other].page.url != each.page.url
        ]
        if others:
            heard = weighed(likely[at], places[at], learn_places(others))
            alone.add(each.set, each.page.body, each.study, likely[at])
            together.add(each.set, each.page.body, each.study, heard)
    alone.print("of hosts with other pages")
    together.print("… in their company")


class Scores:
    """Of texts, by set."""

    def __init__(self) -> None:
        self._of: dict[str, list[Score]] = {}

    def add(self, name: str, body: str, page: Study, likely: Sequence[float]) -> None:
        text = choose_by(page, likely, "blocks").text
        self._of.setdefault(name, []).append(score(body, text))

    def print(self, how: str) -> None:
        for name, scores in self._of.items():
            total = summarise(scores)
            print(
                f"{name:8} {how}: F1 {total.f1:.4f}  precision {total.precision:.4f}  "
                f"recall {total.recall:.4f}  exact {total.exact:.3f}  pages {len(scores)}"
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
    told = tables(examples)
    judge(examples, told)
    if options.write:
        write(grow(examples, told), learn(examples), len(examples))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
