"""The endings that names take, by language: tables over folded words.

A line of a table holds the end of the dictionary form (a regular expression), what is taken off it
(`-` alone: nothing), and what may follow instead (`_`: nothing).  Every line that fits applies.
`+` before it: the name of a people, which the language writes small.  `~`: within a phrase only.
The tables stay within what a name does: no feminine of a surname, no singular of a plural.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import product
from typing import NamedTuple


class Paradigm(NamedTuple):
    """A stem, and the endings that make it another form of the same name."""

    stem: str
    endings: frozenset[str]
    #: False: not to be trusted alone; good within a phrase.
    alone: bool = True
    #: In small letters it is the same name.
    small: bool = False


class Rule(NamedTuple):
    end: re.Pattern[str]
    taken: str
    endings: frozenset[str]
    mark: str


Table = tuple[Rule, ...]


def _table(lines: str) -> Table:
    rules = []
    for line in filter(None, map(str.strip, lines.splitlines())):
        mark = line[0] if line[0] in "+~" else ""
        end, taken, *endings = line.removeprefix(mark).split()
        rules.append(
            Rule(
                re.compile(f"(?:{end})$"),
                taken[1:],
                frozenset("" if ending == "_" else ending for ending in endings),
                mark,
            )
        )
    return tuple(rules)


# й is kept by the folding, ё is е.
_RUSSIAN = _table(
    """
    [гкх]ий                     -ий  ого ому им ом
    [нжшщч]ий                   -ий  его ему им ем
    [^гкх]ий                    -й   я ю ем и
    ый                          -ый  ого ому ым ом
    ой                          -ой  ого ому ым им ом
    ая                          -ая  ой ую ою ей ею
    яя                          -яя  ей юю ею
    ое                          -ое  ого ому ым им ом
    ее                          -ее  его ему им ем
    [рл]е                       -е   я ю ем
    ые                          -ые  ых ым ыми
    [гкхжшщч]ие                 -ие  их им ими
    [^гкхжшщч]ие|ье             -е   я ю ем и
    ия                          -я   и ю ей ею
    [^и]я                       -я   и е ю ей ею
    [гкхжчшщ]а                  -а   и е у ой ою ей ею
    ца                          -а   ы е у ей ею ой
    [бвдзлмнпрстф]а             -а   ы е у ой ою
    [бвдзлмнпрстф]              -    а у ом е ы ов ам ами ах
    [гкх]                       -    а у ом е и ов ам ами ах
    [жшчщ]                      -    а у ем ом е и ей ам ами ах
    ц                           -    а у ем ом е ы ев ов ам ами ах
    [ое]в|[иы]н                 -    ым
    [^аеиоуыэюя]ец              -ец  ца цу цем цом це цы цев цов цам цами цах
    [аеиоуыэюя]ец               -ец  йца йцу йцем йце йцы йцев йцам йцами йцах
    [рвз]ел                     -ел  ла лу лом ле
    ь                           -ь   и ью я ю ем е ей ям ями ях
    [аеоуыэюя]й                 -й   я ю ем е
    (?:ств|[оеи]в|[иы]н|л|р|ц)о -о   а у ом е
    +..[бвдзлмнпрстфц]ы         -ы   ов ам ами ах _
    +[гкхжчшщ]и                 -и   ов ей ам ами ах
    [бвдзлмнпрстф]и             -и   ей ям ями ях
    +[ая]не                     -е   _ ам ами ах
    """
)
# ї is folded to і.
_UKRAINIAN = _table(
    """
    ий                          -ий  ого ому им ім
    [нжшщч]ій                   -ій  ього ьому ім
    [аеоуі]й                    -й   я ю єм єві і
    (?:[сцз]ьк|н|в)а            -а   оі ій
    ~[^аеиоуюяєі]а              -а   оі ій
    е                           -е   ого ому им ім
    [рл]е                       -е   я ю ем і
    ще                          -е   а у ем і
    [оеє]в|[иі]н                -    им
    [кгхнв]і                    -і   их им ими
    ія                          -я   і ю єю
    [аеоу]я                     -я   і ю єю
    [^аеиоуюяєі]я               -я   і ю ею
    (?:жж|зз|лл|нн|сс|тт|чч|шш)я  -  м
    [бвдзлмнпрстфц]а            -а   и і у ою
    [жчшщ]а                     -а   і у ею
    га                          -га  зі ги гу гою
    ка                          -ка  ці ки ку кою
    ха                          -ха  сі хи ху хою
    [бвгґдзклмнпрстфх]          -    а у ом ові і и ів ам ами ах
    г                           -г   зі
    к                           -к   ці
    х                           -х   сі
    [жчшщ]                      -    а у ем еві і ів ам ами ах
    ець                         -ець ця цю цем цеві ці ців цям цями цях
    ь                           -ь   я ю ем еві і ів ям ями ях
    нь                          -ь   ню
    ль                          -ь   лю
    ть                          -ь   тю
    сь                          -ь   сю
    о                           -о   а у ом і
    +..[бвгдзклмнпрстфх]и       -и   ів ам ами ах _
    +..[^кгхнв]і                -і   ів ям ями ях
    ів                          -ів  ова ову овом ові єва єву євом єві ева еву евом еві
    іг                          -іг  ога огу огом озі
    іль                         -іль оля олю олем олі
    """
)
_BULGARIAN = _table(
    """
    а|я         -   та
    и           -   те
    о|е         -   то
    [^аеиоуъюя] -   а ът и ите
    й           -й  я ят и ите
    """
)
_SERBIAN_CYRILLIC = _table(
    """
    а              -а  е и у о ом
    [^аеиоу]       -   а у е ом ем и има
    о              -о  а у ом
    е              -е  а у ем
    (?:ск|шк|чк)и  -и  ог ога ом ому им
    ка             -ка ци
    """
)
_SOUTH_SLAVIC = _table(
    """
    a              -a  e i u o om
    [^aeiou]       -   a u e om em i ima ih
    o              -o  a u om
    e              -e  a u em
    (?:sk|ck)i     -i  og oga om omu im
    ka             -ka ci
    ga             -ga zi
    """
)
# Ą, ę, ó, ł and the rest are folded.
_POLISH = _table(
    """
    [bdfhmnprstwz]a         -a  y ie e a o
    [^bdfhmnprstwzaeiouk]a  -a  i e a o
    [aeiou]a                -a  i e a o
    ka                      -ka ki ce ke ko
    ga                      -ga gi dze ge go
    ra                      -a  ze
    ta                      -ta cie
    da                      -a  zie
    [bcdfghjklmnprstwzx]    -   a u owi em y ow om ami ach
    [bfmnpwsz]              -   ie
    d                       -   zie
    t                       -t  cie
    r                       -   ze
    [kg]                    -   iem i
    [cnszj]                 -   i ia
    (?:dz|sz|cz|l)          -   e i ia
    (?:[sc]k|g)i            -i  iego iemu im
    (?:[sc]k|g)ie           -ie iego iemu im
    (?:[sc]k|g)a            -a  iej
    [bdfhjlmnprstwz]y       -y  ego emu ym ow om ami ach _
    [bdfhjlmnprstwz]e       -e  ego emu ym
    na|wa                   -a  ej
    ~[^aeiou]a              -a  ej
    owie                    -owie ow om ami ach
    o                       -o  a u em ie
    [^cskg]i                -i  ow om ami ach
    """
)
_CZECH = _table(
    """
    a           -a  y u e ou o i
    ka          -ka ce
    ga          -ga ze
    ha          -ha ze
    o           -o  a u em e
    [^aeiouy]   -   a u em e ovi y i ech um ich
    k           -k  ci cich
    e           -e  i
    ie          -e  i
    y           -y  eho emu ym em ech um
    e           -e  eho emu ym em
    """
)
_GREEK = _table(
    """
    οσ    -οσ  ου ο ε οι ων ουσ
    α|η   -    σ
    ησ|ασ -σ   _
    ο     -ο   ου
    οι    -οι  ων ουσ
    εσ    -εσ  ων
    """
)
_GERMAN = _table(
    """
    [^aeiousxz]         -   s
    .[aeiou]            -   s
    e                   -   n
    ~e                  -   r s m
    (?:sch|lich|ig)e    -   r s m
    er                  -   n
    [^aeious]..[^aeiou] -   es en e
    (?:sch|lich|ig)er   -er e en em es
    (?:sch|lich|ig)es   -es e en em er
    ~er                 -er e en em es
    ~es                 -es e en em er
    """
)
_DUTCH = _table(
    """
    [^aeiousxz]         -   s
    .[aeiou]            -   s
    [^aeious]..[^aeiou] -   en
    [aeiou][^aeiou]{2}  -   en
    """
)
_PLURAL_S = _table(
    """
    [^s]  -  s
    """
)
_FRENCH = _table(
    """
    +[^sxz]  -  s
    +au      -  x
    """
)
_SPANISH = _table(
    """
    +[aeiou]    -  s
    +[^aeious]  -  es
    +i          -  es
    """
)
_PORTUGUESE = _table(
    """
    +[aeiou]     -   s
    +[^aeiousm]  -   es
    +ao          -ao oes aes
    +m           -m  ns
    """
)
_ITALIAN = _table(
    """
    +o  -o  i
    +e  -e  i
    """
)
_ARABIC = _table(
    """
    ..ون    -ون  ين
    ..ين    -ين  ون
    ....ي   -    ون ين
    ^ابو    -و   ي ا
    ^اخو    -و   ي ا
    """
)
_PERSIAN = _table(
    """
    ...   -   ها هاي
    """
)

#: By language: the letters a word must have, those it must have to be trusted alone, its table.
_TABLES: Mapping[str, tuple[int, int, Table]] = {
    "ru": (2, 3, _RUSSIAN),
    "uk": (2, 3, _UKRAINIAN),
    "bg": (4, 4, _BULGARIAN),
    "sr-cyrillic": (3, 3, _SERBIAN_CYRILLIC),
    "sr": (3, 3, _SOUTH_SLAVIC),
    "pl": (3, 3, _POLISH),
    "cs": (3, 3, _CZECH),
    "el": (4, 4, _GREEK),
    "de": (4, 4, _GERMAN),
    "nl": (4, 4, _DUTCH),
    "en": (3, 4, _PLURAL_S),
    "fr": (3, 4, _FRENCH),
    "es": (4, 4, _SPANISH),
    "pt": (4, 4, _PORTUGUESE),
    "it": (5, 5, _ITALIAN),
    "ar": (3, 3, _ARABIC),
    "fa": (3, 3, _PERSIAN),
}
#: Of four letters only these are trusted with an s: Kurd, Turk, but not Hama, Mali.
_FIRM = re.compile("[^aeiou]$|.{5}")
_PLURAL = frozenset({"s"})


#: Names whose paradigms are remembered: a text has many forms of few names.
REMEMBERED = 1 << 15


@lru_cache(maxsize=REMEMBERED)
def paradigms(word: str, language: str) -> tuple[Paradigm, ...]:
    """What a folded word may become in a language (a key of this module's tables); none if there is
    no rule for it."""
    if language == "tr":
        return _turkish(word)
    if language == "ko":
        return _korean(word)
    if language not in _TABLES:
        return ()
    letters, alone, table = _TABLES[language]
    if len(word) < letters:
        return ()
    firm = bool(_FIRM.search(word))
    return tuple(
        Paradigm(
            word.removesuffix(rule.taken),
            rule.endings,
            alone=len(word) >= alone and rule.mark != "~" and (firm or not rule.endings & _PLURAL),
            small=rule.mark == "+",
        )
        for rule in table
        if rule.end.search(word)
    )


#: An ending of a form, and all that it may stand for in the name itself.
Ending = tuple[str, tuple[str, ...]]


@cache
def endings(language: str) -> Mapping[str, tuple[Ending, ...]]:
    """Every ending that a form may have, by its last letter; under "" the one that is nothing."""
    found: dict[str, dict[str, None]] = {}
    for ending in _SUFFIXED.get(language, ()):
        found[ending] = {"": None}
    for rule in _TABLES[language][2] if language in _TABLES else ():
        for ending in rule.endings:
            found.setdefault(ending, {})[rule.taken] = None
    by_last: dict[str, list[Ending]] = {}
    for ending, taken in found.items():
        by_last.setdefault(ending[-1:], []).append((ending, tuple(taken)))
    return {last: tuple(group) for last, group in by_last.items()}


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
#: Folding makes ı and i, o and ö, u and ü one letter each.
_HARMONY = {"a": "ai", "e": "ei", "i": "aei", "o": "aeu", "u": "aeu"}


def _turkish(word: str) -> tuple[Paradigm, ...]:
    vowels = [letter for letter in word if letter in _HARMONY]
    if len(word) < 3 or not vowels:
        return ()
    cases = _CASES_AFTER_VOWEL if word[-1] in _HARMONY else _CASES
    allowed = set(_HARMONY[vowels[-1]])
    fitting = frozenset(
        ending
        for ending in (*cases, *_PLURALS_AND_CASES)
        if next(letter for letter in ending if letter in _HARMONY) in allowed
    )
    return (Paradigm(word, fitting),)


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


def _korean(word: str) -> tuple[Paradigm, ...]:
    if ord(word[-1]) not in _HANGUL:
        return ()
    final = (ord(word[-1]) - _HANGUL.start) % 28
    fitting = set(_PARTICLES) | set(_AFTER_CONSONANT if final else _AFTER_VOWEL)
    if final == _RIEUL:
        fitting |= set(_WITH_RIEUL)
    return (Paradigm(word, frozenset(fitting)),)


#: Languages whose endings only follow the name.
_SUFFIXED: Mapping[str, tuple[str, ...]] = {
    "tr": (*_CASES, *_CASES_AFTER_VOWEL, *_PLURALS_AND_CASES),
    "ko": (*_PARTICLES, *_AFTER_CONSONANT, *_AFTER_VOWEL, *_WITH_RIEUL),
}
