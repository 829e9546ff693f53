"""One reading of a URL: what is asked, of whom, in which bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import FetchError
from aggregator.net.target import Target, follow, parse


@pytest.mark.parametrize(
    ("url", "host", "port", "path"),
    [
        pytest.param("http://e.org", "e.org", 80, "/", id="no path"),
        pytest.param("https://E.org/a", "e.org", 443, "/a", id="upper case host"),
        pytest.param("https://e.org:8443/a", "e.org", 8443, "/a", id="port"),
        pytest.param("http://e.org:/a", "e.org", 80, "/a", id="empty port"),
        pytest.param("http://e.org?x=1", "e.org", 80, "/?x=1", id="query without a path"),
        pytest.param("http://e.org/a#b", "e.org", 80, "/a", id="fragment"),
        pytest.param("http://e.org/a?", "e.org", 80, "/a?", id="empty query stays"),
        pytest.param("http://e.org//a/../b/.", "e.org", 80, "//a/../b/.", id="dots stay"),
        pytest.param("http://e.org/%2F%2f%7e", "e.org", 80, "/%2F%2f%7e", id="escapes stay"),
        pytest.param("http://e.org/%zz%", "e.org", 80, "/%zz%", id="broken escapes stay"),
        pytest.param(
            "http://e.org/a?s=A%2BB+C&sig=x%3D%3D&b[]=1|'\"<>",
            "e.org",
            80,
            "/a?s=A%2BB+C&sig=x%3D%3D&b[]=1|'\"<>",
            id="signed",
        ),
        pytest.param("http://e.org/a b\tc", "e.org", 80, "/a%20b%09c", id="spaces"),
        pytest.param("  http://e.org/a\n", "e.org", 80, "/a", id="space around"),
        pytest.param(
            "http://e.org/اخبار?q=é",
            "e.org",
            80,
            "/%D8%A7%D8%AE%D8%A8%D8%A7%D8%B1?q=%C3%A9",
            id="scripts",
        ),
        pytest.param("http://bücher.example/", "xn--bcher-kva.example", 80, "/", id="idn"),
        pytest.param("http://a_b.e.org/", "a_b.e.org", 80, "/", id="underscore"),
        pytest.param("http://e.org./", "e.org.", 80, "/", id="trailing dot"),
        pytest.param("http://127.1/", "127.0.0.1", 80, "/", id="short address"),
        pytest.param("http://2130706433/", "127.0.0.1", 80, "/", id="address as a number"),
        pytest.param("http://0x7f.1/", "127.0.0.1", 80, "/", id="hexadecimal address"),
        pytest.param("http://0177.0.0.1/", "127.0.0.1", 80, "/", id="octal address"),
        pytest.param("http://127.0.0.1./", "127.0.0.1", 80, "/", id="address with a dot"),
        pytest.param("http://１２７。０。０。１/", "127.0.0.1", 80, "/", id="full-width address"),
        pytest.param("http://[::1]:81/", "::1", 81, "/", id="ipv6"),
        pytest.param("http://[0:0::0:1]/", "::1", 80, "/", id="ipv6 in long"),
        pytest.param("http://[::ffff:7f00:1]/", "::ffff:127.0.0.1", 80, "/", id="mapped"),
    ],
)
def test_a_url_is_read_once_and_sent_as_it_is(url: str, host: str, port: int, path: str) -> None:
    target = parse(url)
    assert (target.host, target.port, target.path) == (host, port, path)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        pytest.param("ftp://e.org/", "bad_scheme", id="ftp"),
        pytest.param("file:///etc/passwd", "bad_scheme", id="file"),
        pytest.param("javascript:alert(1)", "bad_scheme", id="javascript"),
        pytest.param("data:text/html,x", "bad_scheme", id="data"),
        pytest.param("", "bad_url", id="empty"),
        pytest.param("/a", "bad_url", id="relative"),
        pytest.param("e.org/a", "bad_url", id="no scheme"),
        pytest.param("http:e.org", "bad_url", id="no slashes"),
        pytest.param("http:///a", "bad_url", id="no host"),
        pytest.param("http://e.org:99999/", "bad_url", id="port too high"),
        pytest.param("http://e.org:0/", "bad_url", id="port zero"),
        pytest.param("http://e.org:8x/", "bad_url", id="port no number"),
        pytest.param("http://e.org:８０/", "bad_url", id="port in other digits"),
        pytest.param("http://a..b/", "bad_url", id="empty label"),
        pytest.param("http://" + "a" * 64 + ".org/", "bad_url", id="long label"),
        pytest.param("http://" + "a." * 130 + "org/", "bad_url", id="long name"),
        pytest.param("http://e%2eorg/", "bad_url", id="escape in the host"),
        pytest.param("http://e.org\\@127.0.0.1\\/", "bad_url", id="backslashes"),
        pytest.param("http://1.2.3.4.5/", "bad_url", id="five numbers"),
        pytest.param("http://256.1.1.1/", "bad_url", id="number too high"),
        pytest.param("http://e.0x7f/", "bad_url", id="ends in a number"),
        pytest.param("http://[::1/", "bad_url", id="open bracket"),
        pytest.param("http://[::1%25eth0]/", "bad_url", id="zone id"),
        pytest.param("http://[fe80::1%eth0]/", "bad_url", id="raw zone id"),
        pytest.param("http://[e.org]/", "bad_url", id="name in brackets"),
        pytest.param("http://💩\u200d.\u0600/", "bad_url", id="no domain name"),
        pytest.param("http://e.org/\ud800", "bad_url", id="half a character"),
        pytest.param("http://e.org/" + "a" * 20_000, "bad_url", id="too long"),
    ],
)
def test_what_cannot_be_asked_for_has_a_reason(url: str, reason: str) -> None:
    with pytest.raises(FetchError) as caught:
        parse(url)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("location", "leads_to"),
    [
        pytest.param("https://f.org/x", "https://f.org/x", id="absolute"),
        pytest.param("//f.org/x", "http://f.org/x", id="other host"),
        pytest.param("/x?y=%2F", "http://e.org:81/x?y=%2F", id="absolute path"),
        pytest.param("x", "http://e.org:81/a/x", id="relative path"),
        pytest.param("../x", "http://e.org:81/x", id="upwards"),
        pytest.param("?q", "http://e.org:81/a/b?q", id="query"),
        pytest.param("", "http://e.org:81/a/b?c", id="empty"),
        pytest.param(" /x ", "http://e.org:81/x", id="space around"),
        pytest.param("http:/x", "http://e.org:81/x", id="scheme and path"),
        pytest.param("http:x", "http://e.org:81/a/x", id="scheme and relative path"),
        pytest.param("/caf\xe9", "http://e.org:81/caf%E9", id="latin-1 bytes"),
        pytest.param("/caf\xc3\xa9", "http://e.org:81/caf%C3%A9", id="utf-8 bytes"),
        pytest.param("http://user:secret@f.org/", "http://f.org/", id="credentials dropped"),
        pytest.param("http://f.org/a/../b", "http://f.org/a/../b", id="dots stay"),
    ],
)
def test_a_location_leads_somewhere(location: str, leads_to: str) -> None:
    there = follow(parse("http://e.org:81/a/b?c"), location)
    assert there.url == leads_to
    assert there.userinfo == ""


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        pytest.param("gopher://e.org/", "bad_scheme", id="scheme"),
        pytest.param("http://[", "bad_url", id="bracket"),
        pytest.param("//[/", "bad_url", id="bracket without a scheme"),
        pytest.param("https:x", "bad_url", id="another scheme without a host"),
    ],
)
def test_a_broken_location_has_a_reason(location: str, reason: str) -> None:
    with pytest.raises(FetchError) as caught:
        follow(parse("http://e.org/"), location)
    assert caught.value.reason == reason


def test_credentials_are_kept_apart() -> None:
    target = parse("http://amina:p%40ss:w@e.org/feed")
    assert target.url == "http://e.org/feed"
    assert target.basic_auth() == "Basic YW1pbmE6cEBzczp3"
    assert parse("http://e.org/feed").basic_auth() is None


@given(st.text(max_size=60))
def test_any_text_is_a_target_or_an_error(text: str) -> None:
    for url in (text, f"http://{text}", f"http://e.org/{text}"):
        try:
            target = parse(url)
        except FetchError:
            continue
        assert isinstance(target, Target)
        assert target.url.isascii()
        assert target.url.isprintable()
        assert " " not in target.url
        assert parse(target.url) == Target(target.scheme, target.host, target.port, target.path)


@given(st.text(alphabet=st.characters(max_codepoint=0xFF), max_size=60))
def test_any_location_is_a_target_or_an_error(location: str) -> None:
    try:
        target = follow(parse("http://e.org/a"), location)
    except FetchError:
        return
    assert target.url.isascii()
    assert target.scheme in ("http", "https")
