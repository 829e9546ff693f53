"""Is it a wall instead of an article?  Captcha, consent, log-in, region, script; or a paywall
before the rest.

A wall is told from an article that speaks of one by what little text there is around it, and by
phrases that are said to a reader and not of a subject.  They stand in `walls.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from lxml import html

from aggregator.reading.metadata import Metadata
from aggregator.reading.words import count_words
from aggregator.text.told import is_told
from aggregator.text.wordlists import tables

Wall = Literal["", "captcha", "consent", "login", "region", "script", "paywall", "error_page"]

#: Words of text above which a page is an article, whatever else it says.
_ARTICLE_WORDS = 250
#: A page that shows no more words than this is hardly one.
_FEW_WORDS = 40
#: Fewer words than this beside a password field are a form.
_FORM_WORDS = 15
#: Characters after an article in which a paywall stands.
_BEHIND = 1500
#: Longer paragraphs, in characters, say more than what a subscription is for.
_OFFER = 300

#: Names that the makers of captchas give to what they put into a page.
_CHALLENGES = re.compile(
    r"challenge-form|cf-challenge|cf-turnstile|g-recaptcha|h-captcha|px-captcha|captcha-delivery"
    r"|_incapsula_|awswaf|geo\.captcha|kpsdk",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Signs:
    """What a page's elements give away."""

    has_password: bool = False
    has_challenge: bool = False
    #: It tells those without JavaScript that they see nothing.
    wants_script: bool = False


@dataclass(frozen=True, slots=True)
class _Words:
    lines: re.Pattern[str]
    #: Of a whole title, before the site's name.
    titles: re.Pattern[str]
    voice: re.Pattern[str]


def _signs(tree: html.HtmlElement) -> _Signs:
    named = tree.xpath("//form/@id | //div/@id | //div/@class | //iframe/@src | //script/@src")
    notices = [" ".join(note.itertext()) for note in tree.iter("noscript")]
    return _Signs(
        has_password=bool(tree.xpath("//input[@type='password']")),
        has_challenge=any(_CHALLENGES.search(name) for name in named),
        wants_script=_says("script", notices),
    )


def wall(
    claims: Metadata, shown: Sequence[str], paragraphs: Sequence[str], tree: html.HtmlElement
) -> Wall:
    """What stands before the article; "" where nothing does.

    `shown` is all that the page shows, by lines; `paragraphs` what was taken for the article; its
    tree holds what is not shown, forms and scripts.
    """
    taken = _count(paragraphs)
    if taken < _ARTICLE_WORDS:
        everything, signs = _count(shown), _signs(tree)
        if everything < _ARTICLE_WORDS and _is_captcha(claims.title, shown, everything, signs):
            return "captcha"
        if _asks_consent(claims.title, paragraphs):
            return "consent"
        if taken < _FEW_WORDS and (kind := _hardly_an_article(claims.title, shown, taken, signs)):
            return kind
        if claims.paid or _words("paywall").lines.search(_behind(shown, paragraphs)):
            return "paywall"
    return ""


def without_offer(paragraphs: Sequence[str]) -> Sequence[str]:
    """What a paywall leaves of an article, without the lines at its end that ask to be paid."""
    end = len(paragraphs)
    while end and _is_offer(paragraphs[end - 1]):
        end -= 1
    return paragraphs[:end] or paragraphs


def _is_offer(text: str) -> bool:
    is_line = len(text) <= _OFFER and not is_told(text)
    return is_line and bool(_words("paywall").lines.search(text))


def _is_captcha(title: str, shown: Sequence[str], count: int, signs: _Signs) -> bool:
    if signs.has_challenge and count < _FEW_WORDS:
        return True
    if _says("captcha", [title, *shown]):
        return True
    return count < _FEW_WORDS and _is_titled("captcha", [title, *shown])


def _asks_consent(title: str, paragraphs: Sequence[str]) -> bool:
    words = _words("consent")
    about = [text for text in paragraphs if words.lines.search(text)]
    share = sum(map(len, about)) / max(1, sum(map(len, paragraphs)))
    asks = any(words.voice.search(text) for text in about)
    return asks and (share > 0.6 or (share > 0.3 and _is_titled("consent", [title, *paragraphs])))


def _hardly_an_article(title: str, shown: Sequence[str], taken: int, signs: _Signs) -> Wall:
    """Of pages without text to speak of, what they are instead."""
    everything = _count(shown)
    lines = [title, *shown] if everything < _ARTICLE_WORDS else [title]
    if _asks_login(lines, taken, signs):
        return "login"
    if _is_titled("error_page", lines):
        return "error_page"
    if _says("region", lines) or _is_titled("region", lines):
        return "region"
    needs_script = signs.wants_script or _says("script", lines)
    return "script" if everything < _FEW_WORDS and needs_script else ""


def _asks_login(lines: Sequence[str], taken: int, signs: _Signs) -> bool:
    if signs.has_password and taken < _FORM_WORDS:
        return True
    return _is_titled("login", lines[:1]) or _says("login", lines)


def _behind(shown: Sequence[str], paragraphs: Sequence[str]) -> str:
    """The article's last paragraph and what follows it; everything where there is no article.

    Before it stands the head of the site, which offers subscriptions on every page.
    """
    last = paragraphs[-1] if paragraphs else ""
    start = len(shown) - 1 - shown[::-1].index(last) if last in shown else 0
    return "\n".join(shown[start:])[: len(last) + _BEHIND]


def _says(kind: str, lines: Iterable[str]) -> bool:
    return any(_words(kind).lines.search(line) for line in lines)


def _is_titled(kind: str, lines: Iterable[str]) -> bool:
    return any(_words(kind).titles.match(line) for line in lines)


def _count(lines: Sequence[str]) -> int:
    return count_words("\n".join(lines))


@cache
def _words(kind: str) -> _Words:
    table = tables(__package__, "walls.toml")[kind]
    # A site's name may follow behind a line or a dash.
    whole_title = rf"\W*(?:{_joined(table['titles'])})\W*(?:$|\s[|·»–—-]\s)"
    return _Words(
        lines=_any_of(table["lines"]),
        titles=re.compile(whole_title, re.IGNORECASE),
        voice=_any_of(table.get("voice", ())),
    )


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile(_joined(patterns), re.IGNORECASE)


def _joined(patterns: Sequence[str]) -> str:
    # Of no patterns: what never matches.
    return "|".join(patterns) or r"(?!)"
