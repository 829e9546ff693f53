"""Which blocks of a studied page are its article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from aggregator.reading import boxes, metadata, model, tables
from aggregator.reading.blocks import Block
from aggregator.reading.features import rows
from aggregator.reading.places import NOWHERE, Places, places_of, tally, weighed
from aggregator.reading.study import Study, words_of
from aggregator.text.corrections import is_notice
from aggregator.text.credits import without_credits
from aggregator.text.promotion import is_promotion, promoted

#: A block belongs to the article when it is likelier than one of these to do so: the one that
#: promises the page's best F1.  Where nothing on a page looks sure, less has to do …
_LIKELY = (0.5, 0.45, 0.4, 0.35, 0.3)
#: … than this, where it stands in what is named like a box.
_LIKELY_IN_BOX = 0.7
#: More blocks than this are no article's page, and would take the model seconds.
_MAX_BLOCKS = 3000
#: A body told to machines is taken over the one that is shown when it has so many words,
#: and so many times the words.
_CLAIMED_WORDS = 100
_FAR_FULLER = 2.0
#: A notice of a correction stands at most so many blocks before or behind its article …
_NEAR = 10
#: … and less of it is a link, in characters, than of another article's headline.
_LINK = 0.5
#: A choice by the host's say that promises less is held against what the page says alone.
_SURE_OF_HOST = 0.5
#: How sure is what the model did not weigh.  Measured on 936 pages: what it weighed has the F1 that
#: it expects (.62 below .5, .99 above .95); on pages of which it keeps nothing, nobody is right.
UNWEIGHED = 0.5


@dataclass(frozen=True, slots=True)
class Choice:
    """The article's paragraphs, whose choice they are, and how sure it is, from 0 to 1."""

    paragraphs: tuple[str, ...] = ()
    method: str = ""
    certainty: float = 0.0
    #: What the page alone says of its elements, as `places.tally` puts it; b"" where the model
    #: chose nothing.
    places: bytes = b""

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)


def choose(study: Study, host: Places = NOWHERE) -> Choice:
    """The article of a page; `host` is what other pages of its host say."""
    if len(study.scene.page.blocks) > _MAX_BLOCKS:
        return choose_by(study, study.scene.taken, "trafilatura")
    likely, places = model.likelihoods(rows(study.scene)), places_of(study.scene.page)
    found = _heard(study, likely, weighed(likely, places, host))
    if found.paragraphs:
        return replace(found, places=tally(places, likely, study.scene.sizes))
    # Where the model keeps nothing, something is better than nothing.
    return choose_by(study, study.scene.taken, "trafilatura")


def _heard(study: Study, likely: Sequence[float], beside: Sequence[float]) -> Choice:
    """The choice by what the host says beside the page, unless it contradicts the page wholly."""
    found = choose_by(study, beside, "blocks")
    if found.certainty >= _SURE_OF_HOST:
        return found
    alone = choose_by(study, likely, "blocks")
    # It was redesigned, or many write on it, and its names mean other things here.
    is_contrary = set(found.paragraphs).isdisjoint(alone.paragraphs)
    return alone if is_contrary and alone.certainty > found.certainty else found


def choose_by(study: Study, likely: Sequence[float], method: str) -> Choice:
    """The article, when each block is so likely to be its text."""
    kept = _kept(study, likely)
    paragraphs = without_credits(tables.paragraphs(study.scene.page, kept))
    claimed = told_to_machines(study.claims)
    if _is_far_fuller(claimed, paragraphs):
        return Choice(claimed, "json-ld", UNWEIGHED)
    certainty = _certainty(study, likely, kept) if method == "blocks" else UNWEIGHED
    return Choice(paragraphs, method, certainty) if paragraphs else Choice()


def told_to_machines(claims: metadata.Metadata) -> tuple[str, ...]:
    """The paragraphs of the body that the page claims to have."""
    told = metadata.plain_paragraphs(claims.body)
    return without_credits([text for text in told if not is_promotion(text, linked=0)])


def _kept(study: Study, likely: Sequence[float]) -> list[bool]:
    blocks = study.scene.page.blocks
    leading_away = promoted((block.text, block.linked) for block in blocks)
    title = words_of(study.claims.title.casefold())
    enough = _enough(likely, study.scene.sizes)
    in_card = boxes.carded(study.scene.page, [value >= enough for value in likely])
    kept = [
        value >= (_LIKELY_IN_BOX if is_in_box else enough)
        and not (leads_away or is_in_card)
        and not boxes.is_boilerplate_line(block.text)
        and not (title and words_of(block.text.casefold()) == title)
        for block, value, is_in_box, leads_away, is_in_card in zip(
            blocks, likely, study.scene.boxed, leading_away, in_card, strict=True
        )
    ]
    return tables.whole(study.scene, _with_notices(blocks, _without_author(study, kept)))


def _with_notices(blocks: Sequence[Block], kept: Sequence[bool]) -> list[bool]:
    """What is kept, with what takes something of it back: sites set that in a footer or a box."""
    own = [place for place, keep in enumerate(kept) if keep]
    near = range(own[0] - _NEAR, own[-1] + _NEAR + 1) if own else range(0)
    return [
        keep or (place in near and block.linked < _LINK * len(block.text) and is_notice(block.text))
        for place, (block, keep) in enumerate(zip(blocks, kept, strict=True))
    ]


def _without_author(study: Study, kept: Sequence[bool]) -> list[bool]:
    """What is kept, without what presents the author to its readers."""
    rest, before = list(kept), list[str]()
    for place, text in enumerate(study.shown):
        if rest[place]:
            rest[place] = not boxes.is_about_author(text, study.claims.authors, before)
            before += [text] if rest[place] else []
    return rest


def _enough(likely: Sequence[float], sizes: Sequence[int]) -> float:
    """The likelihood from which on keeping blocks of so many words promises the best F1."""
    return max(_LIKELY, key=lambda least: _promise(likely, sizes, [v >= least for v in likely]))


def _certainty(study: Study, likely: Sequence[float], kept: Sequence[bool]) -> float:
    return round(_promise(likely, study.scene.sizes, kept), 3)


def _promise(likely: Sequence[float], sizes: Sequence[int], kept: Sequence[bool]) -> float:
    """The F1 to be expected of the kept words, if the likelihoods are right."""
    right = sum(size * value for size, value, keep in zip(sizes, likely, kept, strict=True) if keep)
    chosen = sum(size for size, keep in zip(sizes, kept, strict=True) if keep)
    wanted = sum(size * value for size, value in zip(sizes, likely, strict=True))
    return 2 * right / (chosen + wanted) if chosen else 0.0


def _is_far_fuller(claimed: Sequence[str], shown: Sequence[str]) -> bool:
    told, seen = (sum(len(text.split()) for text in texts) for texts in (claimed, shown))
    return told >= _CLAIMED_WORDS and told > _FAR_FULLER * seen
