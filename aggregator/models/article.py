"""The clean text behind an entry, and what the watches found in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from aggregator.models.configured import Severity
from aggregator.models.fetching import Hop

Quality = Literal["full", "partial", "summary", "blocked", "none"]
FieldName = Literal["title", "summary", "text"]


@dataclass(frozen=True, slots=True)
class Article:
    """The clean text behind an entry, and where it came from."""

    title: str
    #: Paragraphs in order, parted by an empty line.
    text: str
    authors: tuple[str, ...] = ()
    #: As the feed claims, or else the page; like `modified`, shown and never trusted.
    published: datetime | None = None
    modified: datetime | None = None
    language: str | None = None
    #: The page's own name for itself, of the same site; "" where it gives none.
    canonical_url: str = ""
    #: The lead picture, http or https; "" where the page names none.
    image_url: str = ""
    #: Words of the text; a sign of Chinese or Japanese is half a word.
    words: int = 0
    quality: Quality = "none"
    #: Why it has this quality, a code: `extracted`, `feed_text`, `http_403`, `robots` …
    reason: str = ""
    #: Whose choice the text is: `blocks`, `trafilatura`, `json-ld`, `select`, `feed`.
    method: str = ""
    #: How sure that choice is, from 0 to 1: the F1 to be expected of it; None: it is the feed's.
    certainty: float | None = None
    #: What is to be said of that choice, a code: `second_choice`, `select_missed` …; "" mostly.
    note: str = ""
    final_url: str = ""
    #: Hex digest of the page's bytes as received; "" without a page.
    sha256: str = ""
    fetched_at: datetime | None = None
    #: The page's HTTP status; None: no page was asked for, or no answer came.
    status: int | None = None
    #: How the page was reached from the article's URL.
    hops: tuple[Hop, ...] = ()
    #: What read the page, with versions; "" where nothing did.
    extractor: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """What a watch is held against.  The fields are text, never HTML."""

    title: str = ""
    summary: str = ""
    text: str = ""
    lang: str | None = None
    #: Name and tags of the feed; `feeds:` of a watch chooses by them.
    source: str = ""
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    url: str = ""


#: How a slice of a text is a mention of a term.  `word`: the same but for folding; `exact`: as
#: written, behind a `=`; `prefix`: it begins so; `form`: an inflected form; `proclitic`: behind
#: particles written together with it; `joined`: in one word instead of several, or the other way.
Rule = Literal["word", "exact", "prefix", "form", "proclitic", "joined"]


@dataclass(frozen=True, slots=True)
class TermHit:
    """One mention: the term as the watch writes it, and the slice it was found in."""

    term: str
    text: str
    field: FieldName
    start: int
    end: int
    rule: Rule = "word"


@dataclass(frozen=True, slots=True)
class Match:
    """A watch that fired on a document, with its proof."""

    watch: str
    terms: tuple[TermHit, ...]
    severity: Severity = "normal"
