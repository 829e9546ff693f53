"""Which other forms of a name count as the name: by the article's language and the word's script.

Nothing is stemmed.  A word of the text is a form of a name only where the name's own paradigm in
that language has it, or where a proclitic of the language stands before it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import NamedTuple

from aggregator.watching.endings import endings, paradigms

#: First letters of the blocks that matter here, in order.
_SCRIPTS = (
    (0x0370, "greek"), (0x0400, "cyrillic"), (0x0530, "armenian"), (0x0590, "hebrew"),
    (0x0600, "arabic"), (0x0780, ""), (0x0900, "devanagari"), (0x0980, "bengali"), (0x0A00, ""),
    (0x0B80, "tamil"), (0x0C00, ""), (0x10A0, "georgian"), (0x1100, ""), (0x1200, "ethiopic"),
    (0x1380, ""), (0x1E00, "latin"), (0x1F00, "greek"), (0x2000, ""), (0xAC00, "hangul"),
    (0xD7A4, ""), (0xFB1D, "hebrew"), (0xFB50, "arabic"), (0xFEFF, ""), (0xFF21, "latin"),
    (0xFF5B, ""),
)  # fmt: skip
#: The rules a language follows, by script; rules are named by the language they were made for.
_RULES: Mapping[str, Mapping[str, str]] = {
    "latin": {
        **{
            code: code
            for code in "de es fr it nl pl pt cs tr sr sv da ro lt lv hu fi et ku".split()
        },
        **dict.fromkeys(("", "en", "und", "mul"), "en"),
        **dict.fromkeys(("no", "nb", "nn"), "da"),
        "kmr": "ku",
        "sk": "cs",
        "sl": "sr",
        "hr": "sr",
        "bs": "sr",
        "ca": "es",
        "gl": "pt",
        "az": "tr",
    },
    "cyrillic": {"uk": "uk", "bg": "bg", "mk": "bg", "sr": "sr-cyrillic", "tg": "tg"}
    | dict.fromkeys(("kk", "ky", "uz", "tt"), "kk"),
    "hebrew": {"yi": ""},
    "arabic": dict.fromkeys(("sd", "ug", "pa", "ks", "bal"), "")
    | {"fa": "fa", "ur": "ur", "ps": "ps", "ckb": "ckb", "ku": "ckb"},
    "devanagari": {"mr": "mr", "ne": "ne"},
    "ethiopic": {},
    "greek": {},
    "hangul": {},
}
#: What a name follows in an article whose language is not of its script.
_MAIN = {
    "cyrillic": "ru", "hebrew": "he", "arabic": "ar", "greek": "el", "hangul": "ko",
    "armenian": "hy", "devanagari": "hi", "bengali": "bn", "tamil": "ta", "georgian": "ka",
    "ethiopic": "am",
}  # fmt: skip


def script(word: str) -> str:
    """The script of a word's first letter; "" where no rule is known for it."""
    point, name = ord(word[:1] or "\0"), "latin"
    for start, following in _SCRIPTS:
        if point < start:
            break
        name = following
    return name


def rules_for(language: str, word: str) -> str:
    """The rules that words of this script follow in an article of this language (an ISO 639 code;
    "": not known); "" where there are none."""
    written = script(word)
    return _RULES.get(written, {}).get(language, _MAIN.get(written, ""))


def all_rules(word: str) -> frozenset[str]:
    """Every set of rules that words of this script follow in some language."""
    written = script(word)
    return frozenset((*_RULES.get(written, {}).values(), _MAIN.get(written, "")))


class Form(NamedTuple):
    """A name, found by another form of it."""

    name: str
    #: It may be trusted where no phrase is around it.
    alone: bool
    #: It is the name in small letters too.
    small: bool


def names(word: str, rules: str, vocabulary: Container[str]) -> Iterator[Form]:
    """The names of a folded vocabulary that a folded word is another form of."""
    by_last = endings(rules)
    for ending, stands_for in (*by_last.get(word[-1:], ()), *by_last.get("", ())):
        if word.endswith(ending):
            stem = word[: len(word) - len(ending)]
            for taken in stands_for:
                if stem + taken in vocabulary:
                    yield from _confirmed(stem + taken, word, rules)


def _confirmed(name: str, word: str, rules: str) -> Iterator[Form]:
    """Endings alone prove nothing: the name's own paradigms must have the form."""
    found = [
        paradigm
        for paradigm in paradigms(name, rules)
        if word.startswith(paradigm.stem) and word[len(paradigm.stem) :] in paradigm.endings
    ]
    if found:
        alone = any(paradigm.alone for paradigm in found)
        yield Form(name, alone, small=any(paradigm.small for paradigm in found))


# ── what stands before a name ─────────────────────────────────────────────────────────────────────

_ARABIC = tuple(
    conjunction + preposition
    for conjunction in ("", "و", "ف")
    for preposition in ("", "ب", "ل", "ك")
)[1:]
_HEBREW = tuple(
    conjunction + relative + preposition + article
    for conjunction in ("", "ו")
    for relative in ("", "ש", "כש", "לכש", "מש")
    for preposition in ("", "ב", "כ", "ל", "מ")
    for article in ("", "ה")
)[1:]
#: By rules: the particles, the article, and the ones that swallow it, with what they then become.
_PROCLITICS: Mapping[str, tuple[tuple[str, ...], str, Mapping[str, str]]] = {
    "ar": (_ARABIC, "ال", {"ل": "لل"}),
    "he": (_HEBREW, "ה", {"ב": "ב", "כ": "כ", "ל": "ל"}),
    "am": (("በ", "የ", "ለ", "ከ", "ስለ"), "", {}),
}


def _swallowed(rules: str) -> Iterator[tuple[str, str]]:
    """Every proclitic, with what of the name's beginning it stands for."""
    proclitics, article, swallowing = _PROCLITICS[rules]
    for proclitic in proclitics:
        yield proclitic, ""
        if contracted := swallowing.get(proclitic[-1]):
            yield proclitic[:-1] + contracted, article


def _by_first(proclitics: Iterable[tuple[str, str]]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for proclitic, article in proclitics:
        found.setdefault(proclitic[0], []).append((proclitic, article))
    return found


_BEFORE = {rules: _by_first(_swallowed(rules)) for rules in _PROCLITICS}


def behind_proclitics(word: str, rules: str) -> Iterator[str]:
    """What is left of a folded word behind the particles that are written together with it;
    with its article put back where a particle swallows it."""
    for proclitic, article in _BEFORE[rules].get(word[:1], ()) if rules in _BEFORE else ():
        if len(proclitic) < len(word) and word.startswith(proclitic):
            yield article + word[len(proclitic) :]


def with_proclitics(name: str) -> Iterator[str]:
    """The other way round: all that behind_proclitics makes this name of."""
    rules = rules_for("", name)
    for proclitic, article in _swallowed(rules) if rules in _PROCLITICS else ():
        if name.startswith(article):
            yield proclitic + name[len(article) :]
