"""robots.txt: what it says, and how long it is believed."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import FetchError, Forbidden, RedirectError, TimedOut, Unreachable
from aggregator.models import FetchResult
from aggregator.net.robots import Robots, parse
from aggregator.net.target import parse as target

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        pytest.param("", "/a", True, id="empty file"),
        pytest.param("User-agent: *\nDisallow:", "/a", True, id="empty rule"),
        pytest.param("User-agent: *\nDisallow: /", "/a", False, id="everything"),
        pytest.param("User-agent: *\nDisallow: /a", "/abc", False, id="prefix"),
        pytest.param("User-agent: *\nDisallow: /a", "/b/a", True, id="only a prefix"),
        pytest.param("User-agent: *\nDisallow: /A", "/a", True, id="case matters in paths"),
        pytest.param("USER-AGENT: *\nDISALLOW: /a", "/a", False, id="but not in names"),
        pytest.param("User-agent: *\r\nDisallow: /a\r\n", "/a", False, id="crlf"),
        pytest.param("User-agent: *\rDisallow: /a", "/a", False, id="cr"),
        pytest.param("\ufeffUser-agent: *\nDisallow: /a", "/a", False, id="byte order mark"),
        pytest.param(
            "  User-agent : * # all\n  Disallow : /a # x", "/a", False, id="spaces, comments"
        ),
        pytest.param("User-agent: *\n\n\nDisallow: /a", "/a", False, id="empty lines part nothing"),
        pytest.param("User-agent: *\nCrawl-delay: 3\nDisallow: /a", "/a", False, id="other lines"),
        pytest.param("Disallow: /a", "/a", True, id="rule of nobody"),
        pytest.param("<html><body>Disallow: /</body></html>", "/a", True, id="a page instead"),
        # whose group
        pytest.param("User-agent: Aggregator\nDisallow: /a", "/a", False, id="ours"),
        pytest.param(
            "User-agent: aggregator/2.0\nDisallow: /a", "/a", False, id="ours with a version"
        ),
        pytest.param("User-agent: agg\nDisallow: /a", "/a", True, id="the start of our name"),
        pytest.param("User-agent: aggregatorbot\nDisallow: /a", "/a", True, id="a longer name"),
        pytest.param("User-agent: other\nDisallow: /a", "/a", True, id="another's"),
        pytest.param(
            "User-agent: *\nDisallow: /\nUser-agent: aggregator\nDisallow: /x",
            "/a",
            True,
            id="ours goes first",
        ),
        pytest.param(
            "User-agent: *\nDisallow: /\nUser-agent: aggregator\nDisallow:",
            "/a",
            True,
            id="ours is empty",
        ),
        pytest.param(
            "User-agent: aggregator\nUser-agent: other\nDisallow: /a",
            "/a",
            False,
            id="shared group",
        ),
        pytest.param(
            "User-agent: other\nSitemap: x\nUser-agent: *\nDisallow: /a",
            "/a",
            False,
            id="sitemap parts nothing",
        ),
        pytest.param(
            "User-agent: *\nDisallow: /a\nUser-agent: x\nDisallow: /\nUser-agent: *\nDisallow: /b",
            "/b",
            False,
            id="groups of one name are one",
        ),
        pytest.param(
            "User-agent: *\nDisallow: /\nUser-agent: x\nAllow: /", "/a", False, id="another's leave"
        ),
        # the longest match
        pytest.param("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True, id="longer allow"),
        pytest.param(
            "User-agent: *\nAllow: /a\nDisallow: /a/b", "/a/b/c", False, id="longer disallow"
        ),
        pytest.param("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True, id="a tie allows"),
        pytest.param("User-agent: *\nAllow: /p\nDisallow: /", "/page", True, id="rfc: p"),
        pytest.param(
            "User-agent: *\nAllow: /page\nDisallow: /*.htm", "/page.htm", False, id="rfc: htm"
        ),
        pytest.param("User-agent: *\nAllow: /$\nDisallow: /", "/", True, id="only the front page"),
        pytest.param(
            "User-agent: *\nAllow: /$\nDisallow: /", "/page.htm", False, id="not the rest"
        ),
        # wildcards
        pytest.param("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf", False, id="end"),
        pytest.param("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf?x", True, id="not the end"),
        pytest.param("User-agent: *\nDisallow: /a$", "/ab", True, id="exact"),
        pytest.param("User-agent: *\nDisallow: /a*", "/abc", False, id="star at the end"),
        pytest.param("User-agent: *\nDisallow: *", "/abc", False, id="star alone"),
        pytest.param(
            "User-agent: *\nDisallow: *?print=", "/a?x&print=1", True, id="query elsewhere"
        ),
        pytest.param("User-agent: *\nDisallow: *print=", "/a?x&print=1", False, id="query"),
        pytest.param("User-agent: *\nDisallow: /a*b*c", "/axxbyyc/z", False, id="two stars"),
        pytest.param("User-agent: *\nDisallow: /a*b*c", "/acb", True, id="in order"),
        pytest.param("User-agent: *\nDisallow: /a*a$", "/a", True, id="parts do not share letters"),
        pytest.param("User-agent: *\nDisallow: /$a", "/$a", False, id="dollar inside"),
        # percent-encoding
        pytest.param("User-agent: *\nDisallow: /%7ejoe/", "/~joe/", False, id="unreserved"),
        pytest.param("User-agent: *\nDisallow: /~joe/", "/%7Ejoe/", False, id="the other way"),
        pytest.param("User-agent: *\nDisallow: /a%3cd", "/a%3Cd", False, id="case of digits"),
        pytest.param("User-agent: *\nDisallow: /a%2fb", "/a/b", True, id="reserved differs"),
        pytest.param(
            "User-agent: *\nDisallow: /اخبار", "/%D8%A7%D8%AE%D8%A8%D8%A7%D8%B1", False, id="utf-8"
        ),
    ],
)
def test_rules(text: str, path: str, allowed: bool) -> None:
    assert parse(text.encode()).allow(path) is allowed


@given(st.binary(max_size=400), st.text(alphabet="/ab*$%?4", max_size=30))
def test_any_bytes_are_rules(text: bytes, path: str) -> None:
    parse(b"User-agent: *\nDisallow: " + text).allow("/" + path)
    parse(text).allow("/" + path)


def test_a_hostile_file_costs_little_time() -> None:
    rules = [f"Disallow: /*{'*a' * 30}{number}$" for number in range(8_000)]
    started = time.process_time()
    parsed = parse("\n".join(["User-agent: *", *rules]).encode())
    parsed.allow("/" + "a" * 8_000)
    # With a back-tracking matcher this would not end in a lifetime.
    assert time.process_time() - started < 2
    assert len(parsed.rules) == 5_000


@dataclass
class Site:
    """Answers for robots.txt, and counts how often it is asked."""

    answer: FetchResult
    asked: list[str] = field(default_factory=list)

    async def __call__(self, url: str) -> FetchResult:
        self.asked.append(url)
        await asyncio.sleep(0)
        return self.answer


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


def result(
    status: int | None = 200, body: str = "", error: FetchError | None = None
) -> FetchResult:
    return FetchResult("u", "u", NOW, status=status, body=body.encode(), error=error)


DISALLOW = result(body="User-agent: *\nDisallow: /private")


async def verdict(robots: Robots, url: str) -> str:
    try:
        await robots.check(target(url))
    except Forbidden as error:
        return error.reason
    return "ok"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        pytest.param(result(body=""), "ok", id="empty"),
        pytest.param(DISALLOW, "robots", id="disallowed"),
        pytest.param(result(404), "ok", id="404"),
        pytest.param(result(401), "ok", id="401"),
        pytest.param(result(403), "ok", id="403"),
        pytest.param(result(429), "ok", id="429"),
        pytest.param(result(302), "ok", id="redirect without a location"),
        pytest.param(result(500), "robots_unreachable", id="500"),
        pytest.param(result(503), "robots_unreachable", id="503"),
        pytest.param(result(None, error=TimedOut()), "robots_unreachable", id="timeout"),
        pytest.param(result(None, error=Unreachable(reason="dns")), "robots_unreachable", id="dns"),
        pytest.param(result(301, error=RedirectError(reason="redirect_loop")), "ok", id="loop"),
        pytest.param(
            result(
                200,
                "User-agent: *\nDisallow: /private",
                error=Unreachable(reason="truncated"),
            ),
            "robots",
            id="truncated",
        ),
        pytest.param(
            result(None, error=Forbidden(reason="private_address")),
            "private_address",
            id="the guard's word",
        ),
    ],
)
async def test_what_an_answer_means(answer: FetchResult, said: str) -> None:
    assert await verdict(Robots(Site(answer), Clock()), "http://e.org/private/x") == said


async def test_it_is_asked_for_once_a_day_and_origin() -> None:
    site, clock = Site(DISALLOW), Clock()
    robots = Robots(site, clock)
    for url in ("http://e.org/a", "http://e.org/private", "https://e.org/a", "http://e.org:81/a"):
        await verdict(robots, url)
    assert site.asked == [
        "http://e.org/robots.txt",
        "https://e.org/robots.txt",
        "http://e.org:81/robots.txt",
    ]
    clock.now += timedelta(hours=23)
    await verdict(robots, "http://e.org/b")
    assert len(site.asked) == 3
    clock.now += timedelta(hours=1)
    await verdict(robots, "http://e.org/b")
    assert len(site.asked) == 4


async def test_many_pages_at_once_ask_once() -> None:
    site = Site(DISALLOW)
    robots = Robots(site, Clock())
    said = await asyncio.gather(*(verdict(robots, f"http://e.org/{n}") for n in range(20)))
    assert said == ["ok"] * 20
    assert len(site.asked) == 1


async def test_who_gives_up_leaves_the_question_to_the_next() -> None:
    site = Site(DISALLOW)
    robots = Robots(site, Clock())
    first = asyncio.create_task(verdict(robots, "http://e.org/a"))
    second = asyncio.create_task(verdict(robots, "http://e.org/private"))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == "robots"


async def test_unreachable_is_asked_again_soon() -> None:
    site, clock = Site(result(503)), Clock()
    robots = Robots(site, clock)
    assert await verdict(robots, "http://e.org/a") == "robots_unreachable"
    clock.now += timedelta(minutes=9)
    assert await verdict(robots, "http://e.org/a") == "robots_unreachable"
    assert len(site.asked) == 1
    site.answer = DISALLOW
    clock.now += timedelta(minutes=1)
    assert await verdict(robots, "http://e.org/a") == "ok"


async def test_an_old_copy_serves_while_no_new_one_can_be_had() -> None:
    site, clock = Site(DISALLOW), Clock()
    robots = Robots(site, clock)
    await verdict(robots, "http://e.org/a")
    site.answer = result(503)
    clock.now += timedelta(days=2)
    assert await verdict(robots, "http://e.org/a") == "ok"
    assert await verdict(robots, "http://e.org/private") == "robots"
    clock.now += timedelta(minutes=11)
    await verdict(robots, "http://e.org/a")
    assert len(site.asked) == 3


async def test_the_guards_refusal_is_not_remembered() -> None:
    site = Site(result(None, error=Forbidden(reason="private_address")))
    robots = Robots(site, Clock())
    await verdict(robots, "http://e.org/a")
    site.answer = DISALLOW
    assert await verdict(robots, "http://e.org/a") == "ok"


async def test_robots_txt_itself_may_be_asked_for() -> None:
    site = Site(result(503))
    assert await verdict(Robots(site, Clock()), "http://e.org/robots.txt") == "ok"
    assert site.asked == []


async def test_large_files_of_many_sites_push_out_the_oldest() -> None:
    rules = "\n".join(f"Disallow: /{'x' * 80}{number}" for number in range(5_000))
    site = Site(result(body=f"User-agent: *\n{rules}"))
    robots = Robots(site, Clock())
    for number in range(20):
        await verdict(robots, f"http://host-{number}.example/")
    await verdict(robots, "http://host-19.example/")
    assert len(site.asked) == 20
    await verdict(robots, "http://host-0.example/")
    assert len(site.asked) == 21
