"""How far up a block there stands an element that sites give to a part of the page, by name or tag.

The order of the names and of the tags is part of the model that reads them.
"""

from __future__ import annotations

from functools import lru_cache

from aggregator.reading.blocks import Page

#: Further away than this is nowhere.
FAR = 9

#: What sites call the parts of a page, each with bits of names in lower case, in which a space is
#: a hyphen, an underscore, a space or an end.
NAMED = {
    part: tuple(bits.replace("·", " ") for bits in looks.split())
    for part, looks in {
        "comment": "comment disqus respond discuss reply replies",
        "share": "share sharing social addto follow whatsapp facebook twitter",
        "related": "relat recirc recommend read·more readmore more· trending popular latest also "
        "next",
        "author": "author byline ·bio· contributor profile avatar writer",
        "nav": "·nav menu breadcrumb pagination pager toolbar skip",
        "foot": "foot",
        "head": "header masthead topbar banner hero",
        "ad": "·ad· ·ads· advert sponsor promo taboola outbrain affiliate ·cta·",
        "letter": "newsletter subscri signup sign·up mailing optin paywall donat",
        "caption": "caption credit figure image photo gallery media video slide thumb",
        "tag": "·tag· ·tags· topic categor keyword label",
        "meta": "meta date time publish info reading",
        "title": "title headline heading",
        "dek": "subtitle sub·title dek summary lead lede standfirst intro excerpt abstract descri",
        "body": "body content text entry prose rich paragraph copy",
        "article": "article story post single blog news",
        "side": "side widget rail column secondary",
        "popup": "popup modal cookie consent overlay gdpr notice alert tooltip dropdown",
        "quote": "quote callout highlight pull inset box",
        "card": "card teaser item list grid tile feed carousel slider",
        "toc": "·toc· table·of contents jump anchor index",
        "fold": "faq accordion tab collapse toggle expand",
        "shop": "product price rating review buy shop cart deal offer",
        "note": "footnote reference citation source disclaimer disclosure copyright legal "
        "correction",
    }.items()
}
_BITS = [(bit, place) for place, bits in enumerate(NAMED.values()) for bit in bits]
_SEPARATORS = str.maketrans("-_\n\t", "    ")
TAGS = "article main aside footer header figure table ul li blockquote section".split()
_TAG_PLACE = {tag: len(NAMED) + number for number, tag in enumerate(TAGS)}
_PLACES = len(NAMED) + len(TAGS)


def near(page: Page) -> list[list[float]]:
    """For each node, how many nodes up each name and each tag stands, at most FAR."""
    table: list[list[float]] = [[]] * len(page.nodes)
    if page.nodes:
        # What names the whole page names no part of it.
        table[0] = [float(FAR)] * _PLACES
    for place in sorted({each for block in page.blocks for each in page.above(block.node)} - {0}):
        node = page.nodes[place]
        here = [step + 1.0 if step < FAR else step for step in table[node.parent]]
        if node.tag in _TAG_PLACE:
            here[_TAG_PLACE[node.tag]] = 0.0
        if node.name:
            for named in _named(node.name):
                here[named] = 0.0
        table[place] = here
    return table


@lru_cache(maxsize=4096)
def _named(name: str) -> frozenset[int]:
    name = f" {name.lower().translate(_SEPARATORS)} "
    return frozenset(place for bit, place in _BITS if bit in name)
