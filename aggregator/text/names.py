"""Parts of patterns, without regard to case: what names people, outlets, places and days."""

from __future__ import annotations

_JOINING = (
    "a|an|the|and|at|by|for|from|in|of|on|our|to|under|via|with|as|am|pm|ago|more|read|updated"
    "|al|bin|da|de|del|den|der|di|du|el|ibn|la|le|ul|van|von"
    "|min|mins|minutes?|hours?|days?|weeks?|months?"
    "|additional|compiled|contributed|contributing|edited|editing|freelance|further|other|reporting|senior|special|title|translated|writing"
    "|analysts?|columnists?|contributors?|correspondents?|editors?|fellows?|freelancer|journalists?|producers?|reporters?|staff|writers?"
    "|agenc(?:y|ies)|bureaus?|desk|graphics|news|newsroom|photographs|photography|production|research|translation|video|wires"
    r"|edition|issue|licen[cs]e|magazine|newspaper|online|partnership|permission|print|[\w-]+\.[a-z]{2,}"
)
#: One character of names and of what joins them.  Any other word in small letters makes a sentence.
#: Atomic: where a character is both, as in "a-a-a", there would be two ways each to go on.
NAMES = rf"(?:(?>(?-i:(?!(?<![\w'’.@/-])[a-z]))|(?=(?:{_JOINING})\b)).)"
WEEKDAY = "(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
