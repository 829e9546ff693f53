"""The endings that names take, by language: tables over folded words.

A line of a table holds the end of the dictionary form (a regular expression), what is taken off it
(`-` alone: nothing), and what may follow instead (`_`: nothing).  Every line that fits applies.
`+` before it: the name of a people, which the language writes small.  `~`: within a phrase only.
`!`: with an s, however short the name.
The tables stay within what a name does: no feminine of a surname, no singular of a plural.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from aggregator.watching import ending_tables_asia as asia

# й is kept by the folding, ё is е.
_RUSSIAN = """
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
    (?:ств|[оеи]в|[иы]н|...[лрц])о -о   а у ом е
    +..[бвдзлмнпрстфц]ы         -ы   ов ам ами ах _
    +[гкхжчшщ]и                 -и   ов ей ам ами ах
    [бвдзлмнпрстф]и             -и   ей ям ями ях
    +[ая]не                     -е   _ ам ами ах
"""
# ї is folded to і.
_UKRAINIAN = """
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
_BULGARIAN = """
    а|я         -   та
    и           -   те
    о|е         -   то
    [^аеиоуъюя] -   а ът и ите
    й           -й  я ят и ите
"""
_SERBIAN_CYRILLIC = """
    а              -а  е и у о ом
    [^аеиоу]       -   а у е ом ем и има
    ....о          -о  а у ом
    е              -е  а у ем
    (?:ск|шк|чк)и  -и  ог ога ом ому им
    ка             -ка ци
"""
_SOUTH_SLAVIC = """
    a              -a  e i u o om
    [^aeiou]       -   a u e om em i ima ih
    ....o          -o  a u om
    e              -e  a u em
    (?:sk|ck)i     -i  og oga om omu im
    ka             -ka ci
    ga             -ga zi
"""
# Ą, ę, ó, ł and the rest are folded.
_POLISH = """
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
    [bdfklmnprstwz]         -   owie
    owie                    -owie ow om ami ach
    o                       -o  a u em ie
    [^cskg]i                -i  ow om ami ach
"""
_CZECH = """
    a           -a  y u e ou o i
    ka          -ka ce
    ga          -ga ze
    ha          -ha ze
    o           -o  a u em
    [^k]o       -o  e
    [^aeiouy]   -   a u em e ovi y i ech um ich
    k           -k  ci cich
    e           -e  i
    ie          -e  i
    y           -y  eho emu ym em ech um
    e           -e  eho emu ym em
"""
_GREEK = """
    οσ    -οσ  ου ο ε οι ων ουσ
    α|η   -    σ
    ησ|ασ -σ   _
    ο     -ο   ου
    οι    -οι  ων ουσ
    εσ    -εσ  ων
"""
# Short names that are another name with an s: Hamas, Abbas, Dumas.
_NO_S = "(?!(?:hama|abba|duma|elia|jona|lago|luka|vega)$)"
_GERMAN = f"""
    [^aeiousxz]         -   s
    !^{_NO_S}.*[aeiou]  -   s
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
_DUTCH = """
    [^aeiousxz]         -   s
    .[aeiou]            -   s
    [^aeious]..[^aeiou] -   en
    [aeiou][^aeiou]{2}  -   en
"""
# A Swede is a kurd, a Dane a kurder.
_SWEDISH = f"""
    !^{_NO_S}.*[^sxz]    -  s
    +..[^aeiousxz]       -  er erna ernas
"""
_DANISH = f"""
    !^{_NO_S}.*[^sxz]    -  s
    +er                  -  e ne nes
"""
_ROMANIAN = """
    [^aeou]     -   ul ului
    [^aeiou]    -   ii ilor
    ia          -a  ei
    [^aeiou]a   -a  ei
    u           -   l lui
"""
_LITHUANIAN = """
    a     -a   os oje ai
    as    -as  o e a ui u
    is    -is  io yje i iui iu
"""
_LATVIAN = """
    a     -a   as u ai
    s     -s   a u am
"""
# Folding makes á one with a; -val and -vel take the consonant before them.
_HUNGARIAN = """
    .          -  ban ben ba be bol rol tol nak nek hoz hez ra re nal nel ert ig t
    [^aeiou]   -  on en ot et at
    [aeiou]    -  val vel
    n          -  nal nel
    r          -  ral rel
    k          -  kal kel
    l          -  lal lel
    t          -  tal tel
    s          -  sal sel
    +[^aeiou]  -  ok ek okat eket oknak eknek
"""
_FINNISH = """
    [aeiouy]    -     n ssa sta lla lta lle ksi
    a           -     an a
    o           -     on a
    i           -     in a
    e           -     en a
    u           -     un a
    y           -     yn a
    [^aeiouy]   -     in issa ista iin illa ilta ille iksi
    [^aeiouyr]  -     ia
    kki         -kki  kin kissa kista
    nen         -nen  sen sessa sesta set sten
"""
_ESTONIAN = """
    [aeiou]     -     s st sse le lt ga
    [^aeiou]    -     i is ist isse ile ilt iga
"""
# Of Kurmanji: ê and î are folded.
_KURDISH = """
    [^aeiou]    -     e a en an
    [aeiou]     -     ye ya yen yan
"""
_PLURAL_S = """
    [^s]  -  s
"""
_FRENCH = """
    +[^sxz]  -  s
    +au      -  x
"""
_SPANISH = """
    +[aeiou]    -  s
    +[^aeious]  -  es
    +i          -  es
"""
_PORTUGUESE = """
    +[aeiou]     -   s
    +[^aeiousm]  -   es
    +ao          -ao oes aes
    +m           -m  ns
"""
_ITALIAN = """
    +o  -o  i
    +e  -e  i
"""
_ARABIC = """
    ....ون  -ون  ين
    ....ين  -ين  ون
    ....ي   -    ون ين
    ^ابو    -و   ي ا
    ^اخو    -و   ي ا
"""
_PERSIAN = """
    ...   -   ها هاي
"""


class Table(NamedTuple):
    """How one language bends its names."""

    #: The letters a word must have.
    letters: int
    #: Those it must have to be trusted alone.
    alone: int
    lines: str


TABLES: Mapping[str, Table] = {
    "ru": Table(2, 3, _RUSSIAN),
    "uk": Table(2, 3, _UKRAINIAN),
    "bg": Table(4, 4, _BULGARIAN),
    "sr-cyrillic": Table(3, 3, _SERBIAN_CYRILLIC),
    "sr": Table(3, 3, _SOUTH_SLAVIC),
    "pl": Table(3, 3, _POLISH),
    "cs": Table(3, 3, _CZECH),
    "el": Table(4, 4, _GREEK),
    "de": Table(4, 4, _GERMAN),
    "nl": Table(4, 4, _DUTCH),
    "en": Table(3, 4, _PLURAL_S),
    "sv": Table(4, 4, _SWEDISH),
    "da": Table(4, 4, _DANISH),
    "ro": Table(4, 4, _ROMANIAN),
    "lt": Table(5, 5, _LITHUANIAN),
    "lv": Table(5, 5, _LATVIAN),
    "hu": Table(4, 4, _HUNGARIAN),
    "fi": Table(4, 4, _FINNISH),
    "et": Table(4, 4, _ESTONIAN),
    "ku": Table(4, 4, _KURDISH),
    "fr": Table(3, 4, _FRENCH),
    "es": Table(4, 4, _SPANISH),
    "pt": Table(4, 4, _PORTUGUESE),
    "it": Table(5, 5, _ITALIAN),
    "ar": Table(3, 3, _ARABIC),
    "fa": Table(3, 3, _PERSIAN),
    "ur": Table(3, 3, asia.URDU),
    "ps": Table(3, 3, asia.PASHTO),
    "ckb": Table(3, 3, asia.SORANI),
    "he": Table(4, 4, asia.HEBREW),
    "hi": Table(3, 3, asia.HINDI),
    "mr": Table(3, 3, asia.MARATHI),
    "ne": Table(3, 3, asia.NEPALI),
    "bn": Table(3, 3, asia.BENGALI),
    "ta": Table(3, 3, asia.TAMIL),
    "ka": Table(4, 4, asia.GEORGIAN),
    "hy": Table(4, 4, asia.ARMENIAN),
    "kk": Table(4, 4, asia.TURKIC_CYRILLIC),
    "tg": Table(4, 4, asia.TAJIK),
}
