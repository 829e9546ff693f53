"""Fold a word, so that spellings of one name become one string.

Width, case, accents and vowel points go; letters that one script writes for another's are one
letter (Persian and Arabic yeh and kaf); an English possessive goes.  Vowel signs and viramas of
the scripts of India and South-East Asia are letters, not accents: they stay.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from aggregator.text.marks import stream_safe
from aggregator.text.scripts import APOSTROPHES, IGNORED
from aggregator.text.tokens import cut

#: Raise it with every change of what `fold` or `cut` answer: the index is then built anew.
FOLDING_VERSION = 4

#: Marks of these blocks are accents or vowel points: generic, Cyrillic, Hebrew, Arabic, Syriac.
_ACCENTS = (
    range(0x300, 0x370),
    range(0x483, 0x488),
    range(0x591, 0x5C8),
    range(0x610, 0x61B),
    range(0x64B, 0x660),
    range(0x670, 0x671),
    range(0x6D6, 0x6EE),
    range(0x711, 0x74B),
    range(0x8D3, 0x900),
    range(0x1AB0, 0x1B00),
    range(0x1DC0, 0x1E00),
    range(0x20D0, 0x2100),
    range(0xFE20, 0xFE30),
)
#: The dot under borrowed consonants, often left out: Devanagari to Kannada.
_NUKTA = "\u093c\u09bc\u0a3c\u0abc\u0b3c\u0cbc"
_LETTERS = {
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i",
    # Arabic, Persian, Urdu, Kurdish; hamza and madda above a letter are marks, and gone.
    "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ک": "ك", "ة": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه",
    "ۃ": "ه", "ٱ": "ا", "ـ": "",
    # Gershayim tell an acronym (או״ם) from a word: kept, in one shape.
    '"': "\u05f4",
    # Candrabindu is written as anusvara.
    "\u0901": "\u0902",
}  # fmt: skip


def _table() -> dict[int, str | None]:
    table: dict[int, str | None] = {ord(char): fold for char, fold in _LETTERS.items()}
    table |= dict.fromkeys(map(ord, _NUKTA))
    for block in _ACCENTS:
        table |= {
            point: None for point in block if unicodedata.category(chr(point)).startswith("M")
        }
    # Compatibility forms bring in signs that are no part of a word: ¼, ⑴, ŀ.
    gone = re.compile(f"[{IGNORED}{APOSTROPHES}.\\s()⁄·]")
    table |= dict.fromkeys(map(ord, gone.findall("".join(map(chr, range(0x10000))))))
    table |= {
        point: str(unicodedata.decimal(chr(point)))
        for point in range(0x80, 0xAC00)
        if chr(point).isdecimal()
    }
    return table


_FOLDS = _table()
_INVISIBLE = re.compile(f"[{IGNORED}]")
_APOSTROPHE = re.compile(f"[{APOSTROPHES}]")
#: Typed as two apostrophes, in Hebrew.
_GERSHAYIM = re.compile(f"(?<=[א-ת])[{APOSTROPHES}]{{2}}(?=[א-ת])")
_ELISION = re.compile(
    # French, Italian, Catalan: what may lose its vowel before a name.
    rf"(?:[cdjlmnst]|qu|(?:jus|lors|puis|quoi)qu|(?:d|n|qu)?all|dell|nell|sull|dall|un)[{APOSTROPHES}]"
    r"(?=[^\W\d_])",
    re.IGNORECASE,
)
#: English: a possessive, and what is left of a verb.
_CLITIC = re.compile(
    rf"^(i|he|she|we|you|they)[{APOSTROPHES}][dm]$|[{APOSTROPHES}](?:s|ll|re|ve)$", re.IGNORECASE
)
#: A nasal before a stop of its own place is the same sound as anusvara (हिन्दी, हिंदी).
_NASAL = re.compile("ङ्(?=[क-घ])|ञ्(?=[च-झ])|ण्(?=[ट-ढ])|न्(?=[त-ध])|म्(?=[प-भ])")
#: A tone mark may be typed before or after the circle of SARA AM.
_SARA_AM = re.compile("(\u0e4d)([\u0e48-\u0e4b]+)(?=\u0e32)|(\u0ecd)([\u0ec8-\u0ecb]+)(?=\u0eb2)")
#: Small և is a letter of its own; in capitals it is written ԵՎ.
_ARMENIAN_EW = "եւ"
_CYRILLIC_SHORT_I = "и\u0306"
#: Latin letters that look like Cyrillic ones, small or in capitals.
_TO_CYRILLIC = str.maketrans("abcehikmoptxy", "авсенікмортху")
_LATIN, _CYRILLIC = re.compile("[a-z]"), re.compile("[а-ӿ]")


def fold(word: str) -> str:
    """The folded form of one word as `cut` gives it; "" where nothing of it is a letter.

    >>> fold("Łódź"), fold("Da’esh"), fold("B.L.A."), fold("Sudan's")
    ('lodz', 'daesh', 'bla', 'sudan')
    """
    # Quicker than the cache, for words are met in an order that is of no use to it.
    if word.isascii() and word.isalnum():
        return word.lower()
    return _remembered(word)


@lru_cache(maxsize=1 << 15)
def _remembered(word: str) -> str:
    # Most words hold letters only that fold one by one: the long way gives the same.
    plain = word.lower().translate(_COMPOSED)
    return plain if _PLAIN.fullmatch(plain) else _fold(_CLITIC.sub(r"\1", word))


def _fold(word: str) -> str:
    word = _GERSHAYIM.sub("\u05f4", stream_safe(word))
    text = unicodedata.normalize("NFKC", word).casefold()
    text = unicodedata.normalize("NFKD", text)
    # й is a letter of its own, not an и with an accent.
    text = text.replace(_CYRILLIC_SHORT_I, "й").translate(_FOLDS)
    if text.isascii():
        return text
    text = _NASAL.sub("\u0902", text).replace(_ARMENIAN_EW, "եվ")
    text = _SARA_AM.sub(lambda found: "".join(filter(None, found.group(2, 1, 4, 3))), text)
    text = _all_cyrillic(text)
    return unicodedata.normalize("NFC", text)


def _all_cyrillic(text: str) -> str:
    """Kиїв typed with a Latin K is Київ.  What is no Cyrillic word even so stays: СOVID."""
    if _LATIN.search(text) and _CYRILLIC.search(text):
        typed = text.translate(_TO_CYRILLIC)
        return text if _LATIN.search(typed) else typed
    return text


#: Letters with accents, Latin and of the Cyrillic alphabets, straight to what they fold to.
_COMPOSED = {
    point: _fold(chr(point))
    for point in (*range(0xC0, 0x250), ord("ё"), ord("ї"))
    if chr(point).isalpha()
}
#: Letters that are folded as they stand: Latin; Cyrillic; Hebrew, Arabic, Hangul.
_PLAIN = re.compile(
    "[a-z0-9]+|[0-9а-яєіґ]+|[0-9\u05d0-\u05ea\u0621\u0627\u0628\u062a-\u063a\u0641-\u0648\u064aپچژگ가-힣]+"
)


def elided(word: str) -> str | None:
    """The name behind an elision, where the word has one.

    >>> elided("l’Iran")
    'Iran'
    """
    found = _ELISION.match(word)
    return word[found.end() :] if found else None


def before_apostrophe(word: str) -> str | None:
    """The part before the last apostrophe: where Turkish hangs its endings on a name.

    >>> before_apostrophe("Ankara'da")
    'Ankara'
    """
    found = list(_APOSTROPHE.finditer(word))
    return word[: found[-1].start()] if found else None


def exactly(word: str) -> str:
    """What `=` compares: case and accents stay; invisible characters, the shape of an apostrophe,
    the dots of initials and an English possessive do not."""
    visible = _INVISIBLE.sub(
        "", unicodedata.normalize("NFC", stream_safe(_CLITIC.sub(r"\1", word)))
    )
    return _APOSTROPHE.sub("'", visible).replace(".", "")


def folded_words(text: str) -> str:
    """The folded words of a text, parted by single spaces; behind an elided word its name as well.

    What the full-text index holds, and what the hash of a text is made of.
    """
    words = cut(text)[1::2]
    folded = list(map(fold, words))
    for at, word in enumerate(words):
        if not word.isalnum() and (name := elided(word)):
            folded[at] += f" {fold(name)}"
    return " ".join(filter(None, folded))


__all__ = ["FOLDING_VERSION", "before_apostrophe", "elided", "exactly", "fold", "folded_words"]
