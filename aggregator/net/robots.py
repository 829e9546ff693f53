"""What a site asks of robots (RFC 9309), honoured for article pages.

The parser is our own: the standard library's does not know wildcards or the longest match, and the
best of the others keeps every robot's rules, at some fifty times the memory, for each site.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from aggregator.errors import Forbidden
from aggregator.models import FetchResult
from aggregator.net.gate import HostGate
from aggregator.net.target import Target
from aggregator.protocols import Clock

#: Our product token; what stands before the slash in our User-Agent.
PRODUCT = "aggregator"

_FRESH = timedelta(days=1)
#: RFC 9309 §2.3.1.4 wants a site left alone whose robots.txt cannot be had, but not for how long.
#: Short, because every page of the site waits.
_UNREACHABLE = timedelta(minutes=10)
#: No site is known that has more; the bound keeps a hostile file from costing time on every page.
_MAX_RULES = 5_000
#: Characters of patterns over all sites; some ten thousand usual sites.
_CACHE_SIZE = 8_000_000

#: Errors beside which the answer still says what it wants; endless redirects are "unavailable".
_READABLE = ("truncated", "redirect_loop", "too_many_redirects")

#: Larger files and rules are worked on in a thread: a hostile one takes half a
#: second, in which the loop would serve nobody.  In characters.
_LARGE = 32_768

_A = TypeVar("_A")
_B = TypeVar("_B")

_LINE = re.compile(rb"[ \t]*(user-?agent|allow|disallow)[ \t]*:([^#\r\n]*)", re.IGNORECASE)
_TOKEN = re.compile(r"[a-z_-]+")
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})|([^\x21-\x7e])")
_UNRESERVED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")


@dataclass(frozen=True, slots=True)
class Rules:
    """What one site asks of us."""

    #: (pattern, allowed), the longest pattern first; of two as long, the one that allows.
    rules: tuple[tuple[str, bool], ...] = ()

    def allow(self, path: str) -> bool:
        """May this path (with its query) be asked for?  The longest matching pattern decides."""
        path = _normal(path)
        return next((allowed for pattern, allowed in self.rules if _matches(pattern, path)), True)

    @property
    def size(self) -> int:
        """Roughly what it takes to keep them, in characters."""
        return sum(len(pattern) + 100 for pattern, _ in self.rules) + 200


def parse(text: bytes) -> Rules:
    """The rules of the groups for us, or else of those for everybody."""
    ours: list[tuple[str, bool]] | None = None
    everybodys: list[tuple[str, bool]] = []
    for agents, rules in _groups(text):
        if PRODUCT in agents:
            ours = (ours or []) + rules
        elif "*" in agents:
            everybodys += rules
    chosen = everybodys if ours is None else ours
    by_length = sorted(set(chosen[:_MAX_RULES]), key=lambda rule: (-len(rule[0]), not rule[1]))
    return Rules(tuple(by_length))


def _groups(text: bytes) -> Iterator[tuple[set[str], list[tuple[str, bool]]]]:
    agents: set[str] = set()
    rules: list[tuple[str, bool]] = []
    in_rules = False
    for line in text.removeprefix(b"\xef\xbb\xbf").splitlines():
        match = _LINE.match(line)
        if match is None:
            continue
        name, value = match[1].lower(), match[2].decode("utf-8", "replace").strip()
        if name.startswith(b"user"):
            if in_rules:
                yield agents, rules
                agents, rules, in_rules = set(), [], False
            agents.add(_agent(value))
        else:
            in_rules = True
            if value and agents:
                rules.append((_normal(value), name == b"allow"))
    yield agents, rules


def _agent(value: str) -> str:
    """`Aggregator/2.0` names us too."""
    if value.startswith("*"):
        return "*"
    token = _TOKEN.match(value.lower())
    return token[0] if token else ""


def _normal(path: str) -> str:
    """One spelling for what percent-encoding can write in several (RFC 9309 §2.2.2)."""
    return _ESCAPE.sub(_one_spelling, path)


def _one_spelling(match: re.Match[str]) -> str:
    if match[2]:
        return "".join(f"%{byte:02X}" for byte in match[2].encode("utf-8", "replace"))
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()


def _matches(pattern: str, path: str) -> bool:
    """`*` is any run of characters, `$` at the end the end; without back-tracking."""
    if "*" not in pattern and not pattern.endswith("$"):
        return path.startswith(pattern)
    anchored = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    if not others:
        return at == len(path)
    *middle, last = others
    for part in middle:
        at = path.find(part, at)
        if at < 0:
            return False
        at += len(part)
    if anchored:
        return len(path) - at >= len(last) and path.endswith(last)
    return path.find(last, at) >= 0


@dataclass(frozen=True, slots=True)
class _Known:
    #: None: robots.txt could not be had.
    rules: Rules | None
    until: datetime
    #: The reason of the fetch that told.
    why: str
    size: int


class Robots:
    """Judges pages by their site's robots.txt, which it fetches once a day."""

    def __init__(self, fetch: Callable[[str], Awaitable[FetchResult]], clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        #: Least recently used first.
        self._known: OrderedDict[tuple[str, str, int], _Known] = OrderedDict()
        self._size = 0
        #: So that twenty pages of one site ask for its robots.txt once.
        self._one_asks = HostGate(0)

    async def check(self, target: Target) -> None:
        """Raises Forbidden `robots` or `robots_unreachable`, or why its host may not be asked."""
        if target.path == "/robots.txt":
            return
        known = await self._about(target)
        if known.rules is None:
            raise Forbidden(
                f"the site's robots.txt cannot be had ({known.why})", reason="robots_unreachable"
            )
        if not await _aside(known.size > _LARGE, known.rules.allow, target.path):
            raise Forbidden("the site's robots.txt disallows this page", reason="robots")

    async def _about(self, target: Target) -> _Known:
        known = self._fresh(target)
        if known is None:
            async with self._one_asks.turn(target.origin):
                known = self._fresh(target) or await self._ask(target)
        return known

    def _fresh(self, target: Target) -> _Known | None:
        known = self._known.get(target.origin)
        if known is None or known.until <= self._clock():
            return None
        self._known.move_to_end(target.origin)
        return known

    async def _ask(self, target: Target) -> _Known:
        result = await self._fetch(f"{target.scheme}://{target.authority}/robots.txt")
        if isinstance(result.error, Forbidden):
            raise result.error
        rules, lasts = await _aside(len(result.body) > _LARGE, _read, result)
        if rules is None and target.origin in self._known:
            # RFC 9309 §2.4: an old copy may be used for as long as no new one can be had.
            rules = self._known[target.origin].rules
        known = _Known(rules, self._clock() + lasts, result.reason, rules.size if rules else 200)
        self._remember(target.origin, known)
        return known

    def _remember(self, origin: tuple[str, str, int], known: _Known) -> None:
        forgotten = self._known.pop(origin, None)
        self._size += known.size - (forgotten.size if forgotten else 0)
        self._known[origin] = known
        while self._size > _CACHE_SIZE and len(self._known) > 1:
            _, oldest = self._known.popitem(last=False)
            self._size -= oldest.size


async def _aside(large: bool, work: Callable[[_A], _B], given: _A) -> _B:
    return await asyncio.to_thread(work, given) if large else work(given)


def _read(result: FetchResult) -> tuple[Rules | None, timedelta]:
    """The rules, or None where the site must be left alone; and for how long that holds."""
    if result.error is not None and result.error.reason not in _READABLE:
        return None, _UNREACHABLE
    if result.status is None or result.status >= 500:
        return None, _UNREACHABLE
    if 200 <= result.status < 300:
        return parse(result.body), _FRESH
    # §2.3.1.3: nobody asks anything of robots here.
    return Rules(), _FRESH
