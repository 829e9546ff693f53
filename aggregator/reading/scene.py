"""What the model's numbers are taken from: a page in blocks, and what others say of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aggregator.reading.blocks import Page


@dataclass(frozen=True, slots=True)
class Scene:
    """A page in blocks, with what is known beside its looks."""

    page: Page
    words: Sequence[Sequence[str]]
    #: How many words each block has; where no spaces part them, as many as its signs make.
    sizes: Sequence[int]
    #: Which share of each block's words the general extractor took.
    taken: Sequence[float]
    #: Which share stands in schema.org's `articleBody`.
    claimed: Sequence[float]
    #: Whether each stands in a box that is named for what is no article.
    boxed: Sequence[bool]
    title: str = ""
    description: str = ""
