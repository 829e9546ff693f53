"""What the pages of one host have in common is the host's, not the article's.

Promotion in the middle of a text, a line of the house under each of them, a consent page in the
place of every article: on one page nothing gives them away, on several pages of a host they do.
Nothing is learnt from copies: pages of one URL or under one headline are one article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from urllib.parse import urlsplit

from aggregator.models import DueEntry, FetchResult, HostPage
from aggregator.reading.extract import Extracted
from aggregator.reading.places import Places, learn
from aggregator.reading.words import WORD, count_words, headline_words, tells_of

#: On so many other articles a paragraph is no article's own.
_OTHERS = 3
#: Under so many headlines, its own among them, a text is no article's.
_HEADLINES = 3
#: Who would take away more of a text than this has met a template, or a copy.
_MOST = 0.5
#: So many pages say where a host sets its articles: a redesign is learnt within as many.
_TEACHERS = 30
#: Shorter paragraphs are alike by chance: an interview's "Yes.", a table's "3–1".
_MIN_WORDS = 3
_DIGEST = 8
_NONE = bytes(_DIGEST)
#: A wall counts its visitors ("your reference is a91f33"), and a series its headlines.
_NUMBERED = re.compile(r"[a-z\d]*\d[a-z\d]*")
#: Walls that gave themselves away need no others to be known by.
_KNOWN_WALLS = frozenset({"captcha", "consent", "login", "region", "script", "error_page"})


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What is left of a page when its host's part is taken away."""

    extracted: Extracted | None
    #: The entries whose pages said the very same, if that was no article.
    same: tuple[int, ...] = ()


def page_of(entry: DueEntry, page: FetchResult, extracted: Extracted) -> HostPage | None:
    """What to remember of a page; None where it did not come, or has no text, or no host."""
    host = host_of(page.final_url)
    if page.reason != "ok" or not host or not extracted.paragraphs:
        return None
    paragraphs = [_words(text) for text in extracted.paragraphs]
    return HostPage(
        host=host,
        entry_id=entry.id,
        url=_digest(entry.url),
        title=_title_digest(entry.title),
        text=_digest(_NUMBERED.sub("0", " ".join(paragraphs))),
        paragraphs=b"".join(
            _digest(words) if _is_telling(words) else _NONE for words in paragraphs
        ),
        places=b"" if extracted.wall in _KNOWN_WALLS else extracted.places,
    )


def places(entry: DueEntry, past: Sequence[HostPage]) -> Places:
    """What the newest of a host's other articles say of the elements of its pages."""
    url, title = _digest(entry.url), _title_digest(entry.title)
    others = _different(url, title, [page for page in past if page.entry_id != entry.id])
    return learn(page.places for page in others[-_TEACHERS:])


def clean(
    entry: DueEntry, extracted: Extracted, own: HostPage, past: Sequence[HostPage]
) -> Cleaned:
    """The page without what its host says everywhere.

    `past` are other pages of the host.  Where most of the text would go all of it stays, with the
    reason `mostly_shared`; where all of it stands under other headlines, and is not the story
    of its own, the page is a wall, `same_text`.  What the feed's own rule selects loses nothing.
    """
    if extracted.wall in _KNOWN_WALLS:
        return Cleaned(extracted)
    others = [page for page in past if page.entry_id != own.entry_id]
    same = _different_from(own, [page for page in others if page.text == own.text])
    if len(same) + 1 >= _HEADLINES and not tells_of(entry.title, extracted.text):
        return Cleaned(replace(extracted, wall="same_text"), tuple(page.entry_id for page in same))
    if extracted.method == "select":
        return Cleaned(extracted)
    kept = _kept(entry, extracted.paragraphs, own, others)
    if len(kept) == len(extracted.paragraphs):
        return Cleaned(extracted)
    left, all_words = (count_words("\n".join(each)) for each in (kept, extracted.paragraphs))
    if left < (1 - _MOST) * all_words:
        return Cleaned(replace(extracted, reason="mostly_shared"))
    return Cleaned(replace(extracted, paragraphs=kept))


def _kept(
    entry: DueEntry, paragraphs: Sequence[str], own: HostPage, others: Sequence[HostPage]
) -> tuple[str, ...]:
    about, shared = headline_words(entry.title), _shared(own, others)
    return tuple(
        text
        for text, digest in zip(paragraphs, _digests(own), strict=True)
        # Follow-ups repeat their background: it is about what the headline is about.
        if digest not in shared or not about.isdisjoint(headline_words(text))
    )


def _shared(own: HostPage, others: Sequence[HostPage]) -> frozenset[int]:
    """Which paragraphs of a page stand on enough other articles."""
    holders: dict[int, list[HostPage]] = {digest: [] for digest in _digests(own)}
    holders.pop(0, None)
    for page in others:
        for digest in holders.keys() & set(_digests(page)):
            holders[digest].append(page)
    return frozenset(
        digest
        for digest, pages in holders.items()
        if len(pages) >= _OTHERS and len(_different_from(own, pages)) >= _OTHERS
    )


def _digests(page: HostPage) -> list[int]:
    """One for each paragraph, 0 for those too short to tell."""
    return memoryview(page.paragraphs).cast("Q").tolist()


def _different_from(own: HostPage, pages: Sequence[HostPage]) -> list[HostPage]:
    return _different(own.url, own.title, pages)


def _different(url: bytes, title: bytes, pages: Sequence[HostPage]) -> list[HostPage]:
    """Those that are articles of their own: another URL and another headline than any before."""
    urls, titles, chosen = {url}, {title}, []
    for page in pages:
        if page.url not in urls and page.title not in titles:
            urls.add(page.url)
            titles.add(page.title)
            chosen.append(page)
    return chosen


def _is_telling(words: str) -> bool:
    return words.count(" ") + 1 >= _MIN_WORDS or count_words(words) >= _MIN_WORDS


def _words(text: str) -> str:
    return " ".join(WORD.findall(text.casefold()))


def _title_digest(title: str) -> bytes:
    return _digest(_NUMBERED.sub("0", _words(title)))


def _digest(words: str) -> bytes:
    return blake2b(words.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()


def host_of(url: str) -> str:
    """With the port, where one is named: another port is another site."""
    try:
        parts = urlsplit(url)
        return f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname or ""
    except ValueError:
        return ""
