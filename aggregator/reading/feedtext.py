"""A feed's own text without what its publisher's software puts behind each entry.

"The post Flour prices double appeared first on Quetta Times." does not mention Quetta.
"""

from __future__ import annotations

import re

#: Sentences longer than this are an author's.
_LONGEST = 500

_APPENDED = re.compile(
    r"""(?:^|\n|(?<=[.!?…»”"\])])\s)\s*(?:
    the\spost\s.{1,300}?\s(?:appeared\sfirst|first\sappeared)\son\s.{1,100}
    |der\sbeitrag\s.{1,300}?\serschien\szuerst\sauf\s.{1,100}
    |l[’']article\s.{1,300}?\sest\sapparu\sen\spremier\ssur\s.{1,100}
    |la\sentrada\s.{1,300}?\s(?:se\spublicó\sprimero|aparece\sprimero)\sen\s.{1,100}
    |o\spost\s.{1,300}?\sapareceu\sprimeiro\sem\s.{1,100}
    |l[’']articolo\s.{1,300}?\sproviene\sda\s.{1,100}
    |het\sbericht\s.{1,300}?\sverscheen\seerst\sop\s.{1,100}
    |artykuł\s.{1,300}?\spochodzi\sz\sserwisu\s.{1,100}
    |(?:запись|сообщение)\s.{1,300}?\s(?:впервые\sпоявил\w+|появил\w+\sсначала)\s(?:на\s)?.{1,100}
    |.{1,300}?\syazısı\silk\sönce\s.{1,100}?\süzerinde\sortaya\sçıktı
    |(?:ظهرت\sالمقالة|المقالة)\s.{1,300}?\sأولا\w?\sعلى\s.{1,100}
    |نوشته\s.{1,300}?\sاولین\sبار\sدر\s.{1,100}?\sپدیدار\sشد
    )\W*$""",
    re.VERBOSE | re.IGNORECASE,
)


def own_words(text: str) -> str:
    """The text up to what was appended to it: a prefix, so that spans keep their meaning."""
    text = text.strip()
    place = max(0, len(text) - _LONGEST)
    appended = _APPENDED.search(text, place)
    return text[: appended.start()].rstrip() if appended else text
