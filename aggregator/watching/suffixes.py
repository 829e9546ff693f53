"""Endings that only follow a name and leave it whole, as Turkish and Korean have them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product

# ── Turkish: endings follow the last vowel ────────────────────────────────────────────────────────

_CASES = "i u in un e a de da te ta den dan ten tan le la".split()
_CASES_AFTER_VOWEL = (
    "yi yu nin nun ye ya de da den dan yle yla ni nu ne na nde nda nden ndan".split()
)
_PLURAL_CASES = ["", *"i in e a de da den dan le la".split()]
_PLURALS_AND_CASES = [
    plural + case
    for plural, case in product(("ler", "lar"), _PLURAL_CASES)
    if not case or set(case) & set("aei") <= set("ai" if plural == "lar" else "ei")
]
#: Behind a name of fewer letters the other endings make too many other words where no apostrophe
#: is written: Maliye, Musa, Kabile.
_LONG = 6
_CERTAIN = frozenset(
    {*_PLURALS_AND_CASES, *"da de ta te dan den tan ten nda nde ndan nden in un nin nun".split()}
)
#: Folding makes ı and i, o and ö, u and ü one letter each.
_HARMONY = {"a": "ai", "e": "ei", "i": "aei", "o": "aeu", "u": "aeu"}


def _turkish(word: str) -> frozenset[str]:
    fitting = _harmonious(word)
    return fitting if len(word) >= _LONG else fitting & _CERTAIN


def _harmonious(word: str) -> frozenset[str]:
    vowels = [letter for letter in word if letter in _HARMONY]
    if len(word) < 3 or not vowels:
        return frozenset()
    cases = _CASES_AFTER_VOWEL if word[-1] in _HARMONY else _CASES
    allowed = set(_HARMONY[vowels[-1]])
    return frozenset(
        ending
        for ending in (*cases, *_PLURALS_AND_CASES)
        if next(letter for letter in ending if letter in _HARMONY) in allowed
    )


# ── Korean: particles follow the last syllable's end ──────────────────────────────────────────────

_PARTICLES = """
    의 에 도 만 에서 에게 께 한테 까지 부터 보다 처럼 마저 조차 밖에
    에는 에도 에의 에서는 에서도 에서의 에게는 에게도 에게서 까지의 까지도 부터의 만의 만이 만을
    들 들이 들은 들을 들과 들의 들에 들도 들에게 들로 들만 들까지
""".split()
_AFTER_CONSONANT = """
    이 은 을 과 과의 과는 과도 이나 이며 이고 이라는 이라고 이란 이자
    으로 으로의 으로는 으로도 으로부터 으로서
""".split()
_AFTER_VOWEL = """
    가 는 를 와 와의 와는 와도 나 며 고 라는 라고 란 자 로 로의 로는 로도 로부터 로서
""".split()
_WITH_RIEUL = "로 로의 로는 로도 로부터 로서".split()
_HANGUL = range(0xAC00, 0xD7A4)
_RIEUL = 8


def _korean(word: str) -> frozenset[str]:
    if ord(word[-1]) not in _HANGUL:
        return frozenset()
    final = (ord(word[-1]) - _HANGUL.start) % 28
    fitting = set(_PARTICLES) | set(_AFTER_CONSONANT if final else _AFTER_VOWEL)
    if final == _RIEUL:
        fitting |= set(_WITH_RIEUL)
    return frozenset(fitting)


#: By language: those that fit a folded word; none where it is too short to be told.
FITTING: Mapping[str, Callable[[str], frozenset[str]]] = {"tr": _turkish, "ko": _korean}
#: By language: all that there are.
ALL: Mapping[str, tuple[str, ...]] = {
    "tr": (*_CASES, *_CASES_AFTER_VOWEL, *_PLURALS_AND_CASES),
    "ko": (*_PARTICLES, *_AFTER_CONSONANT, *_AFTER_VOWEL, *_WITH_RIEUL),
}
