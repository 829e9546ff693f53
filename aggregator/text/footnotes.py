"""The raised 1, * or [1] behind a word, which points to a footnote: no part of the word.

`Jundullah<sup>1</sup>` names Jundullah.  What is raised and belongs to its word looks alike: powers
(m², 10⁶, R²), ordinals (1st, 5ᵉ), abbreviations (Mʳ, Nᵒ).
"""

from __future__ import annotations

import re
import unicodedata

#: 1 · 1,2 · 3–5
_NUMBERS = re.compile(r"\d{1,3}(?:[,;–-]\d{1,3})*[,;]?")
_SIGNS = re.compile(r"[*†‡§¶＊]{1,4}")
#: [1] · (a) · [iv] · [note 2]
_BRACKETED = re.compile(r"[\[(](?:[^\W\d_]{0,6}\.?\d{1,3}|[a-z]{1,2}|[ivx]{1,5})[\])]")
#: What a link to a footnote may say beside these.
_LETTERS = re.compile(r"[^\W\d_]{1,2}")
#: As long may a mark be, in characters.
_MARK = 20
#: What may stand between a word and its mark.
_CLOSING = ".,;:!?…\"'”’»)]"
#: [4,5] is parted from its word by its bracket.
_OPEN = re.compile(r"[\[(][\d,;\s–-]*$")
#: A full stop behind a price is none of a sentence: $19.⁹⁹
_YEAR = re.compile(r"(?<![\d.,$€£₹])(?:19|20)\d\d$")
#: A shorter word with a number above is a unit, a formula or a variable.
_SHORTEST = 3
#: Words that have squares and cubes.
_POWERED = frozenset(
    """
    inch inches foot feet yard yards mile miles meter meters metre metres metro metri mètre mètres
    centimeter centimeters centimetre centimetres kilometer kilometers kilometre kilometres
    kilomètre kilomètres kilómetros metros quilômetros sec sek метр метра метров километр километров
    sin cos tan log chi eta
    """.split()
)


def is_footnote_mark(mark: str, before: str, after: str = "", *, is_linked: bool = False) -> bool:
    """Does what is raised between these texts point to a footnote?

    `is_linked`: a link leads from it to another place of the page, or its name says what it is.
    Where white space stands before it, it is parted from the word already.
    """
    mark = "".join(mark.split())
    if not _is_told(before[-1:]) or _OPEN.search(before[-_MARK:]):
        return False
    if is_linked:
        return any(kind.fullmatch(mark) for kind in (_NUMBERS, _SIGNS, _BRACKETED, _LETTERS))
    if _BRACKETED.fullmatch(mark) or _SIGNS.fullmatch(mark):
        return len(_last_word(before)) != 1
    return bool(_NUMBERS.fullmatch(mark)) and not after[:1].isalnum() and _is_noted(before, mark)


def _is_noted(before: str, mark: str) -> bool:
    """Is a number behind this no power of it?"""
    told = before.rstrip(_CLOSING)
    is_closed = told != before
    word = _last_word(told).casefold()
    if len(word) >= _SHORTEST:
        return is_closed or mark not in ("2", "3") or word not in _POWERED
    return told.endswith("%") or (is_closed and bool(_YEAR.search(told)))


def _last_word(text: str) -> str:
    """The letters, with their marks, with which a text ends."""
    at = len(text)
    while at and _is_of_word(text[at - 1]) and not text[at - 1].isdigit():
        at -= 1
    return text[at:]


def _is_told(char: str) -> bool:
    return char != "" and (char in _CLOSING or char == "%" or _is_of_word(char))


def _is_of_word(char: str) -> bool:
    return unicodedata.category(char)[0] in "LMN"
