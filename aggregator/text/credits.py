"""Lines around a text that credit who wrote, edited and first published it, and requests below it.

They name towns and papers that the article does not speak of: "reporting by X in Quetta" is no news
from Quetta.  Only whole paragraphs go, and only from the beginning and the end of a text: in its
middle the same words may be news.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources

from aggregator.text.names import MONTH, NAMES
from aggregator.text.promotion import PLATFORMS, is_invitation, is_request

#: Longer paragraphs say more than who wrote them.
_LONGEST = 400
#: No article has more of them at one end.
_MOST = 4

#: (Reporting by X in Quetta; editing by Y)
_CREDIT = re.compile(
    rf"""^\W*(?:
    (?:with\s)?(?:additional\s)?(?:reporting|writing|editing|compiled|translated|edited)\sby:?\s(?:the\s)?(?-i:[A-Z]){NAMES}{{1,300}}
    |[^.!?]{{2,80}}\scontributed\s(?:reporting|to\sthis\s(?:report|article|story|piece))(?:\W+(?:from|in)\s.{{1,80}})?
    )\W*$""",
    re.VERBOSE | re.IGNORECASE,
)
_OCCUPATION = (
    r"(?:journalist|reporter|correspondent|columnist|writer|editor|freelancer?|contributor|author|analyst|fellow|photographer"
    r"|lecturer)"
)
#: What is said of somebody who writes.
WRITES = rf"""(?:who\s)?(?:
    (?:is|works\sas)\s(?:an?|the|our)\s(?:[\w&’'-]+\s){{0,5}}(?i:{_OCCUPATION})\b
    |(?:writes|reports)\s(?:for|from|about|on)\b(?!\s(?:the\sfirst|(?i:{PLATFORMS}))\b)
    )"""
#: A name at the beginning, and what that person does.
_PRESENTED = re.compile(
    rf"^\W*(?P<name>[A-Z][\w.'’-]+(?:\s[A-Z][\w.'’-]+){{1,3}}),?\s{WRITES}.{{0,200}}$", re.VERBOSE
)
#: Who the author is.  Where an occupation wants no article, one makes it news: "L'auteur est un …".
_ABOUT_AUTHOR = re.compile(
    r"""^\W*(?:
    about\sthe\s(?:authors?|writers?)\b(?!\s(?-i:[a-z])).{0,300}
    # By X, who writes for …
    |(?:written\s)?by\s(?-i:[A-Z][\w.'’-]+(?:\s[A-Z][\w.'’-]+){1,4}),?\s(?:who\s(?:writes|reports|works)|(?:is\s)?an?\s(?:\w+\s){0,3}(?:journalist|reporter
        |correspondent|columnist|writer)|staff\s(?:writer|reporter)|special\scorrespondent)\b(?!.*,\s(?:the|this|it)\s).{0,120}
    # The author is a fellow of …
    |the\s(?:author|writer)s?\s(?:is|are|works|teaches|tweets)\s.{0,60}
        \b(?:fellows?|professors?|researchers?|analysts?|journalists?|reporters?|correspondents?|columnists?|lecturers?|editors?
        |scholars?|students?|consultants?|diplomats?|ambassadors?|director|governor|minister|freelance|based\sin|university|@\w+)
        .{0,250}
    |(?:contact|write\sto|e-?mail)\s(?:the\s)?(?:writer|author|reporter|newsroom)s?\b.{0,120}
    |(?:der|die)\sautor(?:in)?\s(?:ist\s(?!eine?\s).{0,80}(?:journalist|redakteur|korrespondent|reporter|professor|schriftsteller|historiker
        |wissenschaftler|politolog|publizist|kolumnist|dozent|forsch|ökonom|jurist|mitarbeiter|fellow)
        |lebt\s(?:und\sarbeitet|als)|arbeitet\s(?:als|bei|für)).{0,250}
    |l[’'](?:auteure?|autrice)\sest\s(?!une?\s).{0,80}(?:journalist|profess|cherche|écrivain|histori|politolog|économist|chroniqu|correspond
        |enseign|directeur|directrice|éditorialist|essayist|sociolog|avocat|doctorant).{0,250}
    |(?:el\sautor|la\sautora)\ses\s(?!una?\s).{0,80}(?:periodist|profesor|investigad|escrit|analist|correspons|columnist|historiad
        |politólog|economist|catedrátic|director|editor|abogad).{0,250}
    |l[’']aut(?:ore|rice)\sè\s(?!un[ao]?\s).{0,80}(?:giornalist|professor|ricercat|scritt|analist|corrispond|storic|docente|editorialist
        |direttor|economist).{0,250}
    |автор\s*[—–-]\s.{0,80}(?:журналист|корреспондент|профессор|политолог|историк|обозревател|эксперт|редактор|доцент|доктор
        |кандидат|аналитик|писател|научн).{0,250}
    |об\sавторе\s*(?:[:.—–-].{0,250})?
    |نویسنده(?:\sاین\s\w+)?\s.{0,120}(?:خبرنگار|روزنامه‌نگار|پژوهشگر|استاد)\s.{0,100}است
    |(?:ال)?كاتبة?\s?:?\s?(?:هو\s|هي\s|و)?(?:صحفي|صحافي|باحث|أستاذ|محلل).{0,150}
    )\W*$""",
    re.VERBOSE | re.IGNORECASE,
)
#: What is told of people in the news, by whom and when; and clauses that tell more than an office.
_NEWS = re.compile(
    r"""\b(?:say|said|says|told|found|show(?:s|ed)|reveal(?:s|ed)|confirm(?:s|ed)|according|believe[sd]?
    |abduct(?:s|ed)|accused|arrested|attack(?:s|ed)|being\sheld|beaten|charged|convicted|dead|defected|detained|died|disappeared|executed|fled|freed|hang(?:s|ed)?
    |hunger\sstrike|imprisoned|injured|jailed|kidnapped|kill(?:s|ed|ings)|missing|murdered|prison|released|sentenced|shot|urged?|vanished|wanted|wounded
    |on\s(?:mon|tues|wednes|thurs|fri|satur|sun)day|yesterday|last\s(?:week|month|night)
    |that|which|whom|where\s(?!he\b|she\b|they\b)|whose\s(?!work|writing|reporting|book|article)
    |who\s(?!also|is|writes|covers|works|reports|lives|teaches|studies|focus|speciali|has\s(?:written|covered|worked|reported))
    |que|qui|che|(?-i:,\sd(?:er|ie|as))|котор\w+
    |(?:de|di)\s\d+\s(?:ans|años|anni)
    |haft|verhaftet|festgenommen|angeklagt|getötet|ermordet|entführt|verschleppt|vermisst|floh
    |arrêtée?|détenue?|condamnée?|tuée?|assassinée?|enlevée?|disparue?
    |detenid[oa]|arrestad[oa]|condenad[oa]|acusad[oa]|asesinad[oa]|secuestrad[oa]|desaparecid[oa]
    |arrestat[oa]|detenut[oa]|condannat[oa]|accusat[oa]|uccis[oa]|rapit[oa]|scompars[oa]
    |задержан\w*|арестован\w*|убит\w*|осужд[её]н\w*|похищен\w*|пропал\w*|террорист\w*
    |بازداشت|دستگیر|کشته|زندان|قتل|اعتقل\w?|اعتقال|هرب\w?|قال)\b""",
    re.VERBOSE | re.IGNORECASE,
)
#: A town in capitals with a wire or a day, and nothing behind it.
_DATELINE = re.compile(
    r"^\W*[A-Z][A-Z.'’ -]{2,40}(?:,\s[\w. ]{2,30}){0,2}"
    r"(?:(?:,\s[\w. ]{2,30})?\s*\((?:Reuters|AP|AFP|dpa|UPI|TASS|Xinhua|ANI|PTI|APP|IRNA)\)"
    rf"|,\s(?i:{MONTH}\s\d{{1,2}}|\d{{1,2}}\s{MONTH})(?:,?\s\d{{4}})?)\W*$"
)


def without_credits(paragraphs: Sequence[str]) -> tuple[str, ...]:
    """The text between its credits and before its requests; all of it where nothing else is."""
    start, end = 0, len(paragraphs)
    while start < min(end, _MOST) and is_credit(paragraphs[start]):
        start += 1
    while end > max(start, len(paragraphs) - _MOST) and (
        is_credit(paragraphs[end - 1])
        or is_request(paragraphs[end - 1])
        or _presents_author(paragraphs[end - 1], paragraphs[: end - 1])
    ):
        end -= 1
    return tuple(paragraphs[start:end] or paragraphs)


def end_of_credits(text: str) -> int:
    """Where the lines of credit end with which a text begins; 0 where it begins with none."""
    end = 0
    for line in text.splitlines(keepends=True)[:_MOST]:
        if line.strip() and not is_credit(line.strip()):
            break
        end += len(line)
    return end


def _presents_author(text: str, before: Sequence[str]) -> bool:
    """Does it present somebody of whom the text has said nothing?  He wrote it."""
    found = _PRESENTED.match(text)
    surname = found["name"].split()[-1] if found else ""
    is_new = not any(surname in paragraph for paragraph in before)
    return bool(found) and is_new and not is_news(text)


def is_news(text: str) -> bool:
    """Does it tell more of somebody than that he writes?"""
    return bool(_NEWS.search(text))


def is_credit(text: str) -> bool:
    """Is this a credit or a dateline, and nothing else?"""
    return len(text) <= _LONGEST and bool(
        _DATELINE.match(text)
        or _CREDIT.match(text)
        or is_invitation(text)
        or _origin().match(text)
        or (_ABOUT_AUTHOR.match(text) and not is_news(text))
    )


@cache
def _origin() -> re.Pattern[str]:
    return re.compile(rf"^\W*(?:{origins()})\W*$", re.IGNORECASE)


@cache
def origins() -> str:
    """A pattern of how publishers say where a text stood first, without regard to case."""
    file = resources.files(__package__) / "credits.toml"
    by_language = tomllib.loads(file.read_text(encoding="utf-8"))["origins"]
    lines = (line for lines in by_language.values() for line in lines)
    return "|".join(lines).replace("NAMES", NAMES)
