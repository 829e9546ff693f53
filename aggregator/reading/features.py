"""What a block looks like, as numbers: its text, its place, its names, what extractors say of it.

The order of the numbers is part of the model that reads them (`NAMES`): a change here asks for a
model trained anew.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import log1p

from aggregator.reading.blocks import Page
from aggregator.reading.boxes import is_boilerplate_line
from aggregator.reading.clues import Clues, learned
from aggregator.reading.scene import Scene
from aggregator.reading.surroundings import FAR, NAMED, TAGS, near
from aggregator.reading.words import WORD, extent
from aggregator.text.promotion import is_promotion

_KINDS = {
    tag: number
    for number, tags in enumerate(
        (
            "p",
            "div",
            "span",
            "li",
            "h1",
            "h2",
            "h3",
            "h4 h5 h6",
            "td th",
            "blockquote",
            "dt dd",
            "figcaption caption",
            "pre",
            "a",
            "section article main body",
        )
    )
    for tag in tags.split()
}

_SIGNS = {
    "ends_sentence": re.compile(
        r"[.!?…\u3002\uff01\uff1f\uff0e\u061f\u06d4\u0964\u1362\u0589\u0f0d\u104b\u17d5”\"'»)\u300d\u300f\uff09]"
        r"\W{0,2}$"
    ),
    "ends_colon": re.compile(r"[:\uff1a]\s*$"),
    "starts_mark": re.compile(r"^[^\w\s“\"'«(\[¿¡]"),
    "bar": re.compile(r"[|•·»›]"),
    "address": re.compile(r"@|https?:|www\."),
    "clock": re.compile(r"\d{1,2}:\d{2}|\b(?:19|20)\d{2}\b"),
}
#: Thai, Lao, Burmese and Khmer: few of their sentences end in a mark, so that length must tell.
_WITHOUT_MARKS = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]\W{0,2}$")
_PROSE_LENGTH = 60
#: Also Arabic's, and those of Chinese and Japanese.
_COMMAS = ",\u060c\uff0c\u3001"
#: Bits of wording, in lower case.
_SPOKEN = {
    "subscribe": ("subscri", "newsletter", "sign up", "inbox", "email", "e-mail"),
    "more": (
        *("read more", "related", "see also", "also read", "read also", "more from", "more on"),
        *("click here", "learn more", "check out", "continue reading"),
    ),
    "credit": ("photo", "image", "getty", "credit", "courtesy", "video", "screenshot"),
    "wall": ("subscriber", "full story", "already a", "log in", "sign in", "to continue"),
}

#: Signs are looked for in this much of a block, in characters; or in its last ones.
_SIGN_LENGTH = 300
_BEGINNINGS = tuple(sign for name, sign in _SIGNS.items() if not name.startswith("ends"))

_ALONE = (
    *"words chars link_share bold_share hidden kind commas digits capitals mean_word".split(),
    *(name for name in _SIGNS if not name.startswith("ends")),
    *_SPOKEN,
    *(name for name in _SIGNS if name.startswith("ends")),
    *"boilerplate boxed in_title of_title in_description repeated depth".split(),
)
_PLACE = tuple(
    "taken claimed position from_first to_last "
    "within words_before words_after from_title in_parent in_grandparent in_body kin kin_taken "
    "like like_taken prose prose_in_parent prose_in_grandparent to_prose_body prose_before "
    "since_prose to_title headlines around before_words after_words since_heading until_taken "
    "since_taken".split()
)
_BESIDE = tuple("taken words link_share kind same_parent".split())
_CLUES = tuple("wording naming".split())
_PAGE = tuple("page_taken page_share blocks".split())
NAMES: tuple[str, ...] = (
    *_ALONE,
    *_PLACE,
    *(f"near_{name}" for name in NAMED),
    *(f"in_{tag}" for tag in TAGS),
    *(f"{where}_{name}" for where in ("previous", "next") for name in _BESIDE),
    *(f"{where}{name}" for name in _CLUES for where in ("", "previous_", "next_")),
    *_PAGE,
)


def rows(scene: Scene, clues: Clues | None = None) -> list[list[float]]:
    """One row of numbers for each block, in the order of `NAMES`; `clues` are the learned ones."""
    if not scene.page.blocks:
        return []
    sizes = scene.sizes
    alone = _alone(scene)
    places = _places(scene, sizes)
    around = near(scene.page)
    beside = _beside(scene, alone)
    hints = _hints(scene, clues or learned())
    page = _page(scene, sizes)
    return [
        [*one, *place, *around[block.node], *neighbours, *hint, *page]
        for block, one, place, neighbours, hint in zip(
            scene.page.blocks, alone, places, beside, hints, strict=True
        )
    ]


def _alone(scene: Scene) -> list[list[float]]:
    nodes = scene.page.nodes
    title, described = _words_of(scene.title), _words_of(scene.description)
    copies = Counter(block.text for block in scene.page.blocks)
    depths: list[int] = []
    for node in nodes:
        depths.append(depths[node.parent] + 1 if node.parent >= 0 else 0)
    table = []
    for block, words, count, box in zip(
        scene.page.blocks, scene.words, scene.sizes, scene.boxed, strict=True
    ):
        text, size = block.text, len(block.text)
        length = extent(text)
        start, spoken = text[:100], text[:_SIGN_LENGTH].lower()
        folded = {word.casefold() for word in words} if len(words) < 80 else set()
        common = len(folded & title)
        table.append(
            [
                log1p(count),
                log1p(length),
                block.linked / size,
                block.stressed / size,
                float(block.hidden),
                float(_KINDS.get(nodes[block.node].tag, 15)),
                float(min(9, sum(map(text.count, _COMMAS)))),
                sum(map(str.isdigit, start)) / len(start),
                sum(map(str.isupper, start)) / len(start),
                length / (count or 1),
                *(float(sign.search(text, 0, _SIGN_LENGTH) is not None) for sign in _BEGINNINGS),
                *(float(any(map(spoken.__contains__, bits))) for bits in _SPOKEN.values()),
                float(_ends_sentence(text)),
                float(_SIGNS["ends_colon"].search(text[-8:]) is not None),
                float(is_boilerplate_line(text) or is_promotion(text, block.linked)),
                float(box),
                common / (len(folded) or 1),
                common / (len(title) or 1),
                len(folded & described) / (len(folded) or 1),
                float(min(5, copies[text])),
                float(depths[block.node]),
            ]
        )
    return table


def _ends_sentence(text: str) -> bool:
    end = text[-8:]
    return bool(
        _SIGNS["ends_sentence"].search(end)
        or (extent(text) >= _PROSE_LENGTH and _WITHOUT_MARKS.search(end))
    )


def _words_of(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in WORD.findall(text))


def _places(scene: Scene, sizes: Sequence[int]) -> list[list[float]]:
    page, count = scene.page, len(sizes)
    taken = [share * size for share, size in zip(scene.taken, sizes, strict=True)]
    prose = _prose(scene, sizes)
    total, prose_total = sum(taken) or 1.0, sum(prose) or 1.0
    chosen = [number for number, share in enumerate(scene.taken) if share >= 0.5]
    first, last = (chosen[0], chosen[-1]) if chosen else (0, count - 1)
    titled = _title_place(scene)
    inside, prose_inside = page.sums(taken), page.sums(prose)
    within_body = page.within(_body(inside, total))
    prose_body = _prose_body(page, prose)
    parents = [page.nodes[block.node].parent for block in page.blocks]
    kin = _share_by(parents, sizes, taken)
    like = _share_by([_likeness(page, block.node) for block in page.blocks], sizes, taken)
    until, since = _distance(chosen, count)
    heading = _since_heading(page)
    to_title = _to_title(page, titled)
    headlines = _headlines(page, titled)
    table = []
    before, prose_before, since_prose = 0.0, 0.0, 0.0
    for number in range(count):
        parent = parents[number]
        grand = page.nodes[parent].parent if parent >= 0 else -1
        window = slice(max(0, number - 3), number + 4)
        table.append(
            [
                scene.taken[number],
                scene.claimed[number],
                number / count,
                float(max(-20, min(20, number - first))),
                float(max(-20, min(20, last - number))),
                float(first <= number <= last),
                before / total,
                (total - before - taken[number]) / total,
                float(max(-20, min(40, number - titled))),
                inside[parent] / total if parent >= 0 else 1.0,
                inside[grand] / total if grand >= 0 else 1.0,
                float(within_body[page.blocks[number].node]),
                *kin[number],
                *like[number],
                log1p(prose[number]),
                prose_inside[parent] / prose_total if parent >= 0 else 1.0,
                prose_inside[grand] / prose_total if grand >= 0 else 1.0,
                float(_steps_to(page, prose_body, page.blocks[number].node)),
                prose_before / prose_total,
                log1p(since_prose),
                float(to_title[number]),
                float(headlines[number]),
                sum(taken[window]) / (sum(sizes[window]) or 1),
                log1p(sum(sizes[max(0, number - 2) : number])),
                log1p(sum(sizes[number + 1 : number + 3])),
                float(heading[number]),
                float(until[number]),
                float(since[number]),
            ]
        )
        before += taken[number]
        prose_before += prose[number]
        since_prose = 0.0 if prose[number] else since_prose + sizes[number]
    return table


def _prose(scene: Scene, sizes: Sequence[int]) -> list[float]:
    """The words of blocks that read like running text."""
    return [
        float(max(size, len(block.text) // 8))
        if extent(block.text) >= _PROSE_LENGTH
        and block.linked < 0.3 * len(block.text)
        and _ends_sentence(block.text)
        else 0.0
        for block, size in zip(scene.page.blocks, sizes, strict=True)
    ]


def _title_place(scene: Scene) -> int:
    """The block that holds the headline; -1 where none does."""
    title = _words_of(scene.title)
    if title:
        for number, words in enumerate(scene.words):
            if len(title) <= len(words) <= 2 * len(title) + 4 and title <= {
                word.casefold() for word in words
            }:
                return number
    for number, block in enumerate(scene.page.blocks):
        if scene.page.nodes[block.node].tag == "h1":
            return number
    return -1


def _body(inside: Sequence[float], total: float) -> int:
    """The innermost node that holds four fifths of what was taken."""
    best = 0
    for place, amount in enumerate(inside):
        # Parents come before children, and two that are not one in the other cannot both hold it.
        if amount >= 0.8 * total:
            best = place
    return best


def _prose_body(page: Page, prose: Sequence[float]) -> int:
    """The node with the most running text: all of its children's, half of its grandchildren's."""
    scores = [0.0] * len(page.nodes)
    for block, words in zip(page.blocks, prose, strict=True):
        parent = page.nodes[block.node].parent
        if words and parent >= 0:
            scores[parent] += words
            grand = page.nodes[parent].parent
            if grand >= 0:
                scores[grand] += words / 2
    return max(range(len(scores)), key=lambda place: scores[place])


def _steps_to(page: Page, target: int, node: int) -> int:
    """How many nodes up the target stands, FAR when it is not above."""
    for steps, each in enumerate(page.above(node)):
        if each == target:
            return min(steps, FAR)
        if each < target:
            break
    return FAR


def _likeness(page: Page, node: int) -> tuple[str, ...]:
    here = page.nodes[node]
    if here.parent < 0:
        return here.tag, here.name
    above = page.nodes[here.parent]
    return here.tag, here.name, above.tag, above.name


def _share_by(
    keys: Sequence[object], sizes: Sequence[int], taken: Sequence[float]
) -> list[tuple[float, float]]:
    """For each block: the words of all with its key, and which share of them was taken."""
    words: dict[object, int] = {}
    chosen: dict[object, float] = {}
    for key, size, part in zip(keys, sizes, taken, strict=True):
        words[key] = words.get(key, 0) + size
        chosen[key] = chosen.get(key, 0.0) + part
    return [(log1p(words[key]), chosen[key] / (words[key] or 1)) for key in keys]


def _distance(chosen: Sequence[int], count: int) -> tuple[list[int], list[int]]:
    """Blocks to the next and from the last one that was taken, at most 20."""
    until, since = [20] * count, [20] * count
    marks = set(chosen)
    for number in range(count):
        since[number] = 0 if number in marks else min(20, since[number - 1] + 1 if number else 20)
    for number in range(count - 1, -1, -1):
        after = until[number + 1] if number + 1 < count else 20
        until[number] = 0 if number in marks else min(20, after + 1)
    return until, since


def _since_heading(page: Page) -> list[int]:
    since, table = 20, []
    for block in page.blocks:
        is_heading = page.nodes[block.node].tag in ("h1", "h2", "h3", "h4")
        since = 0 if is_heading else min(20, since + 1)
        table.append(since)
    return table


def _to_title(page: Page, titled: int) -> list[int]:
    """How many nodes up the first one stands that holds the headline too."""
    if titled < 0:
        return [-1] * len(page.blocks)
    above_title = set(page.above(page.blocks[titled].node))
    steps: list[int] = []
    for place, node in enumerate(page.nodes):
        steps.append(0 if place in above_title else min(15, steps[node.parent] + 1))
    return [steps[block.node] for block in page.blocks]


def _headlines(page: Page, titled: int) -> list[int]:
    """First headings between the headline and each block: other articles of a long page."""
    table, headings = [], 0
    for number, block in enumerate(page.blocks):
        headings += page.nodes[block.node].tag == "h1" and number > titled
        table.append(min(9, headings))
    return table


def _beside(scene: Scene, alone: Sequence[Sequence[float]]) -> Iterator[tuple[float, ...]]:
    nodes = scene.page.nodes
    parents = [nodes[block.node].parent for block in scene.page.blocks]
    kinship = [float(one == other) for one, other in pairwise(parents)]
    words, links, kinds = ([row[place] for row in alone] for place in (0, 2, 5))
    columns = ((scene.taken, -1.0), (words, 0.0), (links, 0.0), (kinds, -1.0))
    before = [[edge, *column[:-1]] for column, edge in columns]
    after = [[*column[1:], edge] for column, edge in columns]
    return zip(*before, [0.0, *kinship], *after, [*kinship, 0.0], strict=True)


def _hints(scene: Scene, clues: Clues) -> Iterator[tuple[float, ...]]:
    """What each block's wording says, and that of the blocks beside it; then their names."""
    columns: list[Sequence[float]] = []
    for told in clues.of(scene.page, scene.words):
        columns += (told, [0.0, *told[:-1]], [*told[1:], 0.0])
    return zip(*columns, strict=True)


def _page(scene: Scene, sizes: Sequence[int]) -> list[float]:
    taken = sum(share * size for share, size in zip(scene.taken, sizes, strict=True))
    return [log1p(taken), taken / (sum(sizes) or 1), log1p(len(sizes))]
