"""Lines around a text that credit who wrote, edited and first published it, and requests below it.

They name towns and papers that the article does not speak of: "reporting by X in Quetta" is no news
from Quetta.  Only whole paragraphs go, and only from the beginning and the end of a text: in its
middle the same words may be news.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from aggregator.text.promotion import is_request

#: Longer paragraphs say more than who wrote them.
_LONGEST = 400
#: No article has more of them at one end.
_MOST = 4

#: Names, and what joins them in a credit.  Any other word in small letters makes it a sentence.
_NAMES = r"""(?:(?-i:
    (?!(?<![\w'’.@/-])[a-z])
    |(?=(?:a|an|the|and|at|by|for|from|in|of|on|to|under|via|with|am|pm|al|bin|da|de|del|den|der|di|du|el|ibn|la|le|ul|van|von
        |additional|compiled|contributed|contributors?|correspondents?|desk|edited|editing|editors?|freelance|freelancer|further
        |graphics|journalists?|news|newsroom|other|photographs|photography|producers?|production|reporters?|reporting|research
        |staff|title|translated|translation|video|writers?|writing|agenc(?:y|ies)|bureaus?|wires|[\w-]+\.[a-z]{2,})\b)
    ).)"""
_PLATFORMS = r"(?:facebook|twitter|x|instagram|telegram|whatsapp|youtube|patreon)"

_CREDIT = re.compile(
    rf"""^\W*(?:
    # (Reporting by X in Quetta; editing by Y)
    (?:with\s)?(?:additional\s)?(?:reporting|writing|editing|compiled|translated|edited)\sby:?\s(?:the\s)?(?-i:[A-Z]){_NAMES}{{1,300}}
    |[^.!?]{{2,80}}\scontributed\s(?:reporting|to\sthis\s(?:report|article|story|piece))(?:\W+(?:from|in)\s.{{1,80}})?
    # This article was first published by …
    |this\s(?:article|story|piece|report|essay|post)\s(?:was\s|has\sbeen\s)?(?:(?:first|originally)\s)?
        (?:published|appeared|republished)\s(?:(?:first|originally)\s)?(?:in|on|by|at|from|with)\s.{{2,200}}
    |the\s(?:article|story|piece|essay)\swas\s(?:originally\spublished|republished)\s(?:in|on|by|at|from|with)\s{_NAMES}{{2,200}}
    |(?:originally|first)\spublished\s(?:in|on|by|at)\s{_NAMES}{{2,150}}
    |published\sin\s(?={_NAMES}*$)[^.!?]{{2,60}},\s(?:\w+\s\d{{1,2}}|\d{{1,2}}\s\w+).{{0,40}}
    |the\spost\s(?:.{{1,300}}\sappeared\sfirst|(?-i:(?![a-z,])).{{1,300}}\sfirst\sappeared)\son\s.{{1,100}}
    # The outlet itself
    |(?:support|follow|like|join)\s(?:us|our\s\w+)\son\s{_PLATFORMS}\b.{{0,120}}
    |(?:follow|join)\s[^.!?,]{{2,40}}\son\s{_PLATFORMS}\b{_NAMES}{{0,120}}(?:\sfor\s.{{1,80}})?
    )\W*$""",
    re.VERBOSE | re.IGNORECASE,
)
#: Who the author is.  "The author" of a deed is news, and so is one who was arrested.
_ABOUT_AUTHOR = re.compile(
    r"""^\W*(?:
    about\sthe\s(?:authors?|writers?)\b(?!\s(?-i:[a-z])).{0,300}
    # By X, who writes for …
    |(?:written\s)?by\s(?-i:[A-Z][\w.'’-]+(?:\s[A-Z][\w.'’-]+){1,4}),?\s(?:who\s(?:writes|reports|works)|(?:is\s)?an?\s(?:\w+\s){0,3}(?:journalist|reporter
        |correspondent|columnist|writer)|staff\s(?:writer|reporter)|special\scorrespondent)\b(?!.*,\s(?:the|this|it)\s).{0,120}
    # The author is a fellow of …
    |the\s(?:author|writer)s?\s(?:is|are|works|teaches|tweets)\s(?:(?!who).){0,60}
        \b(?:fellows?|professors?|researchers?|analysts?|journalists?|reporters?|correspondents?|columnists?|lecturers?|editors?
        |scholars?|students?|consultants?|diplomats?|ambassadors?|director|governor|minister|freelance|based\sin|university|@\w+)
        .{0,250}
    |(?:contact|write\sto|e-?mail)\s(?:the\s)?(?:writer|author|reporter|newsroom)s?\b.{0,120}
    |(?:der|die)\sautor(?:in)?\s(?:ist\s.{0,80}(?:journalist|redakteur|korrespondent|reporter|professor|schriftsteller|historiker
        |wissenschaftler|politolog|publizist|kolumnist|dozent|forsch|ökonom|jurist|mitarbeiter|fellow)
        |lebt\s(?:und\sarbeitet|als)|arbeitet\s(?:als|bei|für)).{0,250}
    |l[’'](?:auteure?|autrice)\sest\s.{0,80}(?:journalist|profess|cherche|écrivain|histori|politolog|économist|chroniqu|correspond
        |enseign|directeur|directrice|éditorialist|essayist|sociolog|avocat|doctorant).{0,250}
    |(?:el\sautor|la\sautora)\ses\s.{0,80}(?:periodist|profesor|investigad|escrit|analist|correspons|columnist|historiad
        |politólog|economist|catedrátic|director|editor|abogad).{0,250}
    |l[’']aut(?:ore|rice)\sè\s.{0,80}(?:giornalist|professor|ricercat|scritt|analist|corrispond|storic|docente|editorialist
        |direttor|economist).{0,250}
    |автор\s*[—–-]\s.{0,80}(?:журналист|корреспондент|профессор|политолог|историк|обозревател|эксперт|редактор|доцент|доктор
        |кандидат|аналитик|писател|научн).{0,250}
    |об\sавторе\s*(?:[:.—–-].{0,250})?
    |نویسنده(?:\sاین\s\w+)?\s.{0,120}(?:خبرنگار|روزنامه‌نگار|پژوهشگر|استاد)\s.{0,100}است
    |(?:ال)?كاتبة?\s?:?\s?(?:هو\s|هي\s|و)?(?:صحفي|صحافي|باحث|أستاذ|محلل).{0,150}
    )\W*$""",
    re.VERBOSE | re.IGNORECASE,
)
#: What is told of people in the news, and by whom.
_NEWS = re.compile(
    r"""\b(?:said|says|told|found|show(?:s|ed)|reveal(?:s|ed)|confirm(?:s|ed)|according|accused|arrested|charged|convicted|detained|freed
    |being\sheld|imprisoned|jailed|killed|missing|murdered|police|sentenced|shot|terroris\w*|urged?|wanted
    |(?:de|di)\s\d+\s(?:ans|años|anni)
    |haft|verhaftet|festgenommen|angeklagt|getötet|arrêtée?|détenue?|condamnée?|tuée?|detenid[oa]|arrestad[oa]|condenad[oa]|acusad[oa]
    |arrestat[oa]|detenut[oa]|condannat[oa]|accusat[oa]|задержан\w*|арестован\w*|убит\w*|осужд[её]н\w*|террорист\w*
    |بازداشت|دستگیر|کشته|زندان|قتل|اعتقل\w?|اعتقال|قال)\b""",
    re.VERBOSE | re.IGNORECASE,
)
#: A town in capitals with a day or a wire, and nothing behind it.
_DATELINE = re.compile(
    r"^\W*[A-Z][A-Z.'’ -]{2,40}(?:,\s[\w. ]{2,30}){0,3}\s*"
    r"(?:\((?:Reuters|AP|AFP|dpa|UPI|TASS|Xinhua|ANI|PTI|APP|IRNA)\)|\d)\W*$"
)


#: Who writes, presented: a name at the beginning, and what that person does.
_PRESENTED = re.compile(
    r"""^\W*(?P<name>[A-Z][\w.'’-]+(?:\s[A-Z][\w.'’-]+){1,3}),?\s(?:
    (?:who\s)?(?:is|works\sas)\s(?:an?|the|our)\s(?:[\w-]+\s){0,5}(?:journalist|reporter|correspondent|columnist|writer|editor
        |freelancer|contributor|fellow|photographer|lecturer)\b
    |(?:writes\s(?:for|from|about|on)|reports\s(?:for|from))\b)
    (?!.*\bthat\b).{0,200}$""",
    re.VERBOSE,
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
    return bool(found) and not any(surname in paragraph for paragraph in before)


def is_credit(text: str) -> bool:
    """Is this a credit or a dateline, and nothing else?"""
    return len(text) <= _LONGEST and bool(
        _DATELINE.match(text)
        or _CREDIT.match(text)
        or (_ABOUT_AUTHOR.match(text) and not _NEWS.search(text))
    )
