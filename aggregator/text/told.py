"""Whether a text tells of somebody: a site that asks its readers to follow or to share does not.

"Follow us on Telegram" is the site's.  "Follow us on Telegram, the group told its members" is news,
whatever verb of saying stands in it, and so is "Police closed our Telegram channel".
"""

from __future__ import annotations

import re

#: Those who are quoted may well say "follow us on Telegram".
_QUOTED = re.compile(r'["“”„«「」]|»\w')
_SAYS = re.compile(
    r"\b(?:say|said|says|told|tells?(?!\s(?:us|your)\b)|asked|asks?|urged?|urges|warn(?:s|ed)|order(?:s|ed)|according|wrote|writes"
    r"|reads|promise[sd]"
    r"|sagte?|teilte|schrieb|schreibt|rief|riefen|befahl|befiehlt|fordert\w*|verlangt\w*|warnt\w*|versprach"
    r"|dit|annonce|annoncé|ordonne|ordonné|exige|promet|selon|dijo|pide|piden|ordenó|ordena|promete|exigió|según"
    r"|disse|afferma|ordina|ordinato|chiede|zei|zegt|eist|eiste|diye|dedi"
    r"|сказал\w*|просят|призва\w+|призыва\w+|приказа\w+|потребова\w+|заяви\w+|обеща\w+|пиш[еу]т"
    r"|و?قالت?|و?دعت?ا?|طالبت?|أمرت?|حثت?|گفت|نوشت|خواست|کہا|אמר|אמרה|कहा)(?!\w)|呼びかけ|表示"
)
#: Behind a comma somebody does something: "…, the imam promised", "…, Hamas orders its men".
_BEHIND_COMMA = re.compile(
    r""",\s(?:
    (?:the|an?|his|her|its|their|der|die|das|ein|eine|el|los|las|un|una|le|les|il|gli|de|het)\s[^\W\d]+
    |[A-Z]\S*(?:\s[A-Z]\S*)*
    )\s(?!(?:and|or|for|to|from|on|at|in|by|of|with|us|our|your|via|y|o|en|et|ou|sur|und|oder|auf)\b)[a-z]""",
    re.VERBOSE,
)
#: "Our channel was closed"; at the beginning, "Iran closed …", "The police closed …".
_DONE = re.compile(
    r"\b(?:has|had|was|were|(?!need\b|feed\b)[a-z]{2,}ed\s(?:our|us))\b"
    r"|(?:^|[.!?]\s)\W{0,3}(?!(?:Stay|Get|Keep|Be|This|It)\b)(?:(?:The|An?)\s)?[\w-]+(?:\s[A-Z][\w-]+)*\s(?!need\b|feed\b)[a-z]{2,}ed\b"
)


def is_told(text: str) -> bool:
    """Does a text, or one of its sentences, tell what somebody says or does?"""
    return any(sign.search(text) for sign in (_QUOTED, _SAYS, _BEHIND_COMMA, _DONE))
