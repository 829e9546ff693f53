"""Which language a text is in, told from its letters and its commonest words.

The script decides first; within a script the letters that one language has and its neighbours have
not; then the small words that stand in every sentence.  Codes are ISO 639-1, else 639-3.  A text
too short to tell is in the language it was declared to be.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib import resources

#: As much of a text as is looked at.
_SAMPLE = 2000
#: Letters below which nothing is told.
_FEW_LETTERS = 12
#: A language of common words must hold this share of the words, and lead by this factor.
_COMMON_SHARE = 0.08
_LEAD = 1.25

_SCRIPTS = (
    ("arabic", "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc"),
    ("cyrillic", "\u0400-\u052f"),
    ("han", "\u4e00-\u9fff\u3400-\u4dbf"),
    ("kana", "\u3040-\u30ff"),
    ("hangul", "\uac00-\ud7af\u1100-\u11ff"),
    ("devanagari", "\u0900-\u097f"),
    ("latin", "A-Za-z\u00c0-\u024f\u1e00-\u1eff"),
)
_ONE_LANGUAGE = (
    ("el", "\u0370-\u03ff"),
    ("he", "\u0590-\u05ff"),
    ("hy", "\u0530-\u058f"),
    ("ka", "\u10a0-\u10ff"),
    ("bn", "\u0980-\u09ff"),
    ("pa", "\u0a00-\u0a7f"),
    ("gu", "\u0a80-\u0aff"),
    ("or", "\u0b00-\u0b7f"),
    ("ta", "\u0b80-\u0bff"),
    ("te", "\u0c00-\u0c7f"),
    ("kn", "\u0c80-\u0cff"),
    ("ml", "\u0d00-\u0d7f"),
    ("si", "\u0d80-\u0dff"),
    ("th", "\u0e00-\u0e7f"),
    ("lo", "\u0e80-\u0eff"),
    ("bo", "\u0f00-\u0fff"),
    ("my", "\u1000-\u109f"),
    ("am", "\u1200-\u137f"),
    ("km", "\u1780-\u17ff"),
    ("dv", "\u0780-\u07bf"),
)
_RANGES = {name: re.compile(f"[{signs}]") for name, signs in (*_SCRIPTS, *_ONE_LANGUAGE)}
#: Words with the vowel signs that stand inside them (which `\w` leaves out) and apostrophes.
_WORD = re.compile(r"[^\s\d.,;:!?()\[\]«»“”\"।|/–—-]+")

#: Letters that give a language away among those of its script; the first that is common enough.
_TELLING_LETTERS: Mapping[str, tuple[tuple[str, str, float], ...]] = {
    "arabic": (
        ("sd", "ڪٻڄڦٺڏڌڙڳڱ", 0.02),
        ("ps", "ښځڅټډړږڼېۍ", 0.015),
        ("ckb", "ێۆڵڕە", 0.04),
        ("ug", "ۇۈېەۋ", 0.06),
        ("ur", "ٹڈڑںےھہ", 0.03),
        ("fa", "پچژگیک", 0.03),
        ("ar", "ةىيكأإ", 0.01),
    ),
    "cyrillic": (
        ("tg", "ӣӯҳҷ", 0.008),
        ("kk", "әұһң", 0.01),
        ("ky", "өүң", 0.01),
        ("uz", "ўғҳқ", 0.01),
        ("be", "ў", 0.006),
        ("uk", "іїєґ", 0.015),
        ("mk", "ѓќѕ", 0.002),
        ("sr", "јљњћђ", 0.01),
        ("ru", "ыэё", 0.004),
        ("bg", "ъ", 0.004),
    ),
}
_WITHOUT_TELLING = {"arabic": "ar", "cyrillic": "ru"}


@cache
def _common_words() -> Mapping[str, Mapping[str, frozenset[str]]]:
    """Script → language → its small words."""
    file = resources.files(__package__) / "common_words.toml"
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    return {
        script: {language: frozenset(words.split()) for language, words in table.items()}
        for script, table in tables.items()
    }


def common_in(word: str) -> tuple[str, ...]:
    """The languages in which nearly every text holds this small word."""
    folded = word.casefold()
    return tuple(
        language
        for table in _common_words().values()
        for language, known in table.items()
        if folded in known
    )


def detect(text: str, declared: str | None = None) -> str | None:
    """The language of a text.  What was declared stands, unless the text contradicts it."""
    sample = text[:_SAMPLE]
    seen = _by_script(sample.casefold())
    if seen is None:
        return declared
    if declared and _may_be(declared, seen):
        return declared
    return seen


#: Written so alike that common words and letters do not tell them apart: the declaration does.
_ALIKE = (
    frozenset({"bs", "hr", "sr", "sh", "me"}),
    frozenset({"no", "nb", "nn", "da"}),
    frozenset({"id", "ms"}),
    frozenset({"fa", "prs", "bal", "glk", "mzn"}),
    frozenset({"zh", "yue", "cmn"}),
    frozenset({"ar", "arz", "ary"}),
    frozenset({"ur", "pnb", "skr"}),
    frozenset({"hi", "bho", "mai", "sa"}),
    frozenset({"bg", "mk"}),
    frozenset({"tl", "fil"}),
    frozenset({"ku", "kmr"}),
    frozenset({"he", "iw", "yi"}),
)


def _may_be(declared: str, seen: str) -> bool:
    return declared == seen or any(declared in alike and seen in alike for alike in _ALIKE)


def _by_script(text: str) -> str | None:
    letters = Counter(text)
    each = "".join(letters)
    counts = {
        name: sum(letters[sign] for sign in signs.findall(each)) for name, signs in _RANGES.items()
    }
    total = sum(counts.values())
    if total < _FEW_LETTERS and counts["han"] + counts["kana"] + counts["hangul"] < 4:
        return None
    if counts["kana"] > 0.1 * (counts["han"] + counts["kana"]):
        counts["kana"] += counts["han"]
        counts["han"] = 0
    script = max(counts, key=lambda name: counts[name])
    # A few signs of Chinese hold as much as a line of letters.
    if counts["han"] * 3 > total:
        script = "han"
    match script:
        case "han":
            return "zh"
        case "kana":
            return "ja"
        case "hangul":
            return "ko"
        case "arabic" | "cyrillic":
            return _by_letters(text, script)
        case "devanagari":
            return _by_words(text, script) or "hi"
        case "latin":
            return _by_words(text, script)
    return script


def _by_letters(text: str, script: str) -> str:
    letters = Counter(_RANGES[script].findall(text))
    total = letters.total()
    for language, telling, share in _TELLING_LETTERS[script]:
        if sum(letters[sign] for sign in telling) > share * total:
            return language
    return _WITHOUT_TELLING[script]


def _by_words(text: str, script: str) -> str | None:
    words = [word.strip("'") for word in _WORD.findall(text.replace("’", "'"))]
    scores = sorted(
        (
            (sum(map(known.__contains__, words)), language)
            for language, known in _common_words()[script].items()
        ),
        reverse=True,
    )
    (best, language), (second, _) = scores[:2]
    if best < max(2, _COMMON_SHARE * len(words)) or best < _LEAD * second:
        return None
    return language
