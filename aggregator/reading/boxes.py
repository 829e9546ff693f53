"""The boxes around an article: which blocks are never its text, wherever an extractor puts them.

Two kinds of sign: the names that a site gives its boxes (class, id, role, tag), and the wording of
lines that stand alone.  A name is believed only of a part of the article: a class on a wrapper that
holds most of the text says something of the layout, not of the text.  The lines stand in
`boxes.toml`, by language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import zip_longest

from aggregator.reading.blocks import Block, Node, Page
from aggregator.text.credits import is_news, writes
from aggregator.text.names import MONTH, NAMES, WEEKDAY
from aggregator.text.promotion import PLATFORMS, is_announcement, is_invitation
from aggregator.text.told import is_told
from aggregator.text.wordlists import any_of, tables

_BOX_TAGS = frozenset("nav footer aside figcaption form menu".split())
_BOX_ROLES = frozenset(
    "navigation banner contentinfo complementary dialog alertdialog alert search menu note".split()
)
#: Words of class and id that name a box.  A name is cut at hyphens, underscores and capitals.
_BOX_NAMES = re.compile(
    r"""(?:^|\s)(?:
    cookies?|gdpr|consent|onetrust|cmp
    |author(?:s?)\s(?:box|bio|info|card|profile|block|description|about)|about\s(?:the\s)?authors?
    |author|authors|byline|bylines|bio|biography|dateline|timestamp|pubdate|postmeta|post\smeta|entry\smeta|article\smeta
    |related|recirc|recirculation|recommended|recommendations?|read\s?more|read\snext|readmore|also\sread|read\salso|see\salso|interstitials?
    |relacionad[oa]s?|correlat[ie]|ilgili|terkait|baca\sjuga|lire\saussi|leia\s(?:mais|tambem)|lea\stambien|leer\smas
    |most\s(?:read|popular|viewed)|popular|trending|more\s(?:from|news|stories|on)|up\snext|you\smay|next\s(?:article|post)
    |share|shares|sharing|sharedaddy|share\s?bar|addthis|addtoany|socials?|social\sshare|follow\sus
    |ad|ads|adv|advert|advertisement|advertising|adsense|sponsor|sponsored|promo|promoted|taboola|outbrain|dfp
    |newsletter|newsletters|subscribe|subscription|signup|sign\sup|mailing\slist|paywall|paywalled|regwall
    |caption|captions|credit|credits|copyright|wp\scaption|image\scredit|photo\scredit
    |comments?|respond|disqus|replies
    |breadcrumbs?|tags|tag\slist|taglist|toolbar|tools|pagination|pager|menu|navbar|nav|sidebar|foot|footer|masthead
    |whatsapp|telegram|jp\srelatedposts|crp\srelated|cite|citation|skip
    |print\sonly|toc|table\sof\scontents
    )(?:\s|$)""",
    re.VERBOSE | re.IGNORECASE,
)
_NAME_CUT = re.compile(r"[-_\s]+|(?<=[a-z])(?=[A-Z])")

#: When an article was written or changed, and perhaps by whom.
_STAMP = re.compile(
    rf"""^\W*(?:last\s)?(?:updated|published|posted|modified)\b(?=\D{{0,25}}\d)
    (?:[\W\d]|t(?=\d)|(?:at|on|the|of|am|pm|a\.m|p\.m|ago|an?|(?:sec(?:ond)?|min(?:ute)?|hour|hr|day|week|month)s?|(?<=\d)(?:st|nd|rd|th)
        |date|read|reading\stime|last|updated|published|posted|modified|{WEEKDAY}|{MONTH}|(?-i:(?!BY\b|IN\b)[A-Z]{{2,4}}))\b)++
    (?:(?:by|in)\b(?:\s\w+\W*|{NAMES}{{0,60}}))?$""",
    re.VERBOSE | re.IGNORECASE,
)
#: It holds names and what joins them; nothing that somebody did by Monday or by land.
_BYLINE = re.compile(
    rf"""^\W*(?:written\s|reported\s|story\s)?by\s:?\s?(?!(?:the|an?|all|{WEEKDAY})\b|{MONTH}\W*(?:\d|$))
    (?:\w+\W*$|\w+\s[|•·(–—-]\W*(?:\d|{MONTH}\s){NAMES}*|(?-i:[A-Z]){NAMES}{{1,80}})$""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
#: A line of its own that holds a date and little else.
_DATE = re.compile(
    rf"^\W*(?:{WEEKDAY}\W+)?"
    r"(?:\d{1,2}(?:st|nd|rd|th)?[\s./-]+(?:\w{3,9}|\d{1,2})[\s.,/-]+\d{2,4}"
    r"|[a-z]{3,9}\.?\s\d{1,2},?\s\d{4}|\d{4}[./-]\d{1,2}[./-]\d{1,2})"
    r"(?:[\sT,|-]*(?:at\s)?\d{1,2}[:.]\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?)?\s*\(?[A-Z]{0,4}\)?)?\W*$",
    re.IGNORECASE,
)
_TEXTLESS = "(?:button|caption|embed|audio|video|youtube|gallery|playlist)"
#: What a site's software should have filled in: {{ad}}, [gallery ids="1,2"], [button]Buy[/button].
#: Other names with an end, such as [quote] and [dropcap], hold the article's text.
_UNFILLED = re.compile(
    rf"""^\s*(?:(?:
    \{{\{{[^{{}}]*\}}\}}
    |\[{_TEXTLESS}\b[^\[\]]*\].*?\[/{_TEXTLESS}\]
    |\[[a-z][\w-]*\s+[\w-]+=[^\[\]]+\]
    |\[(?:/[a-z][\w-]*|\w+_\w+|gallery)\]
    )\s*)++$""",
    re.VERBOSE | re.DOTALL,
)
#: Where more of the chosen text than this stands in an element, its name is a layout's.
_WRAPPER_SHARE = 0.4
#: A block is a link when this share of its characters is.
_LINK_SHARE = 0.9


def boxed(page: Page, chosen: Sequence[bool]) -> list[bool]:
    """Which blocks stand in a box; `chosen` are those that an extractor took for the article."""
    return _in_parts(page, chosen, [is_box(node) for node in page.nodes])


def carded(page: Page, chosen: Sequence[bool]) -> list[bool]:
    """Which blocks stand in a card or a list of other articles, which "Related" and a link open."""
    opened, seen = [False] * len(page.nodes), set[int]()
    for block, below in zip_longest(page.blocks, page.blocks[1:]):
        opens = below is not None and _is_link(below) and is_announcement(block.text)
        for place in page.above(block.node):
            if place in seen:
                break
            seen.add(place)
            opened[place] = opens
    return _in_parts(page, chosen, opened)


def _is_link(block: Block) -> bool:
    return block.linked >= _LINK_SHARE * len(block.text)


def _in_parts(page: Page, chosen: Sequence[bool], are_parts: Sequence[bool]) -> list[bool]:
    """Which blocks stand in one of these elements, if it is a part of the page and no layout."""
    amounts = [
        len(block.text) * is_chosen for block, is_chosen in zip(page.blocks, chosen, strict=True)
    ]
    inside, total = page.sums(amounts), sum(amounts)
    verdicts: list[bool] = []
    for place, node in enumerate(page.nodes):
        wraps = inside[place] > _WRAPPER_SHARE * total
        verdicts.append(
            (node.parent >= 0 and verdicts[node.parent]) or (not wraps and are_parts[place])
        )
    return [verdicts[block.node] for block in page.blocks]


def is_box(node: Node) -> bool:
    """Does an element's own tag, role, class or id name a box?"""
    return node.tag in _BOX_TAGS or node.role in _BOX_ROLES or _named_box(node.name)


@lru_cache(maxsize=4096)
def _named_box(value: str) -> bool:
    return any(_BOX_NAMES.search(_NAME_CUT.sub(" ", name)) for name in value.split())


def is_boilerplate_line(text: str) -> bool:
    """Is a block, by its wording alone, a line about the page?"""
    if len(text) > 300:
        return False
    labels = (_lines("label", "lacking", "byline"), _UNFILLED, _STAMP, _DATE, _BYLINE)
    is_command = _lines("command").match(text) and not is_told(text)
    return any(line.match(text) for line in labels) or is_invitation(text) or bool(is_command)


@cache
def _lines(*kinds: str) -> re.Pattern[str]:
    lists = tables(__package__, "boxes.toml")
    lines = "|".join(any_of(lists[kind], PLATFORMS=PLATFORMS) for kind in kinds)
    return re.compile(rf"^\W*(?:{lines})\W*$", re.IGNORECASE)


def is_about_author(text: str, authors: Sequence[str], before: Iterable[str] = ()) -> bool:
    """Is a paragraph the box that presents who wrote the article?

    An article that has named its author `before` is about him, and so is what it says here.
    """
    if len(text) > 600:
        return False
    opening = text[:60].casefold()
    named = [name for name in authors if len(name) > 3 and name.casefold() in opening]
    if not (named and _says_who_writes().search(text)) or is_news(text):
        return False
    surnames = [name.split()[-1] for name in named]
    return not any(surname in paragraph for paragraph in before for surname in surnames)


@cache
def _says_who_writes() -> re.Pattern[str]:
    return re.compile(
        rf"(?:\b(?i:he|she|they)|\b[A-Z][\w.'’-]+),?\s{writes()}"
        r"|\b(?i:can\sbe\sreached\sat|follow\s(?:him|her|them)\son)\b"
    )
