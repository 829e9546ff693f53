"""Two addresses compared: one document or two?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.net.urls import canonical_key, origin, same_origin

SAME = [
    pytest.param("https://e.org/a?utm_source=x&id=7", "https://e.org/a?id=7", id="keeps the id"),
    pytest.param("https://e.org/a?fbclid=Iw", "https://e.org/a?msclkid=5b", id="click ids"),
    pytest.param("https://e.org/a?ref=rss", "https://e.org/a", id="a channel named in ref"),
    pytest.param("https://e.org/a?ref=rss_world", "https://e.org/a", id="a qualified channel"),
    pytest.param("https://e.org/a?CMP=share_tw", "https://e.org/a", id="labels in capitals"),
    pytest.param("http://www.e.org:80/a/", "https://e.org/a", id="scheme, www, port, slash"),
    pytest.param("https://m.news.e.org/a", "https://news.e.org/a", id="mobile host"),
    pytest.param("https://en.m.wikipedia.org/wiki/A", "https://en.wikipedia.org/wiki/A", id="wiki"),
    pytest.param("https://E.org/a", "https://e.org/a", id="host in capitals"),
    pytest.param("https://bücher.org/a", "https://xn--bcher-kva.org/a", id="punycode"),
    pytest.param("https://e.org/%7ea/%d0%bc", "https://e.org/~a/м", id="escapes"),
    pytest.param("https://e.org/x/../a/./b", "https://e.org/a/b", id="dots"),
    pytest.param("https://e.org//a", "https://e.org/a", id="doubled slash"),
    pytest.param("https://e.org/a?y=1&x=2", "https://e.org/a?x=2&y=1", id="order"),
    pytest.param("https://e.org/a?&id=1&", "https://e.org/a?id=1", id="stray separators"),
    pytest.param("https://e.org/a?id=1&amp;c=2", "https://e.org/a?id=1&c=2", id="escaped twice"),
    pytest.param("https://e.org/a?q=x+y", "https://e.org/a?q=x%20y", id="blanks in a value"),
    pytest.param("https://e.org/a/index.html", "https://e.org/a", id="index file"),
    pytest.param(
        "https://e.org/a;jsessionid=0A1B.n1?b=1", "https://e.org/a?b=1", id="Java session"
    ),
    pytest.param("https://e.org/(S(4hqa0t55))/a.aspx", "https://e.org/a.aspx", id="ASP session"),
    pytest.param("https://e.org/a#comments", "https://e.org/a", id="a place on the page"),
    pytest.param("https://e.org/a#:~:text=x=1", "https://e.org/a", id="text fragment"),
    pytest.param("https://e.org/a#xtor=RSS-1", "https://e.org/a", id="marker in the fragment"),
    pytest.param("https://e.org/the-end/amp/", "https://amp.e.org/the-end", id="AMP views"),
    pytest.param("https://e.org/12.amp.html", "https://e.org/12.html", id="AMP file"),
    pytest.param("https://e.org/the-end?print=1", "https://e.org/the-end", id="print view"),
    pytest.param(
        "https://e-org.cdn.ampproject.org/c/s/e.org/a?amp=1", "https://e.org/a", id="AMP cache"
    ),
    pytest.param("https://www.google.com/amp/s/e.org/a", "https://e.org/a", id="AMP viewer"),
    pytest.param(
        "https://www.google.com/url?sa=t&url=https%3A%2F%2Fwww.e.org%2Fa%3Futm_id%3D1",
        "https://e.org/a",
        id="redirector that spells out its target",
    ),
    pytest.param(
        "https://youtu.be/9bXq2LmTz0E?si=a",
        "https://youtube.com/watch?v=9bXq2LmTz0E&t=1",
        id="video",
    ),
    pytest.param("https://twitter.com/a/status/12?s=20", "https://x.com/a/status/12", id="post"),
    pytest.param("https://t.me/s/wire/12", "https://t.me/wire/12", id="channel preview"),
    pytest.param("https://ann:pw@e.org/a", "https://ann@e.org/a", id="a name without a password"),
    pytest.param("https://@e.org/a", "https://e.org/a", id="nobody's name"),
    pytest.param(
        "https://e.org/a?roistat_visit=12&ysclid=lq&_openstat=dG&from=yandex",
        "https://e.org/a",
        id="Russian labels",
    ),
    pytest.param(
        "https://e.org/a?bd_vid=1&hmsr=x&isappinstalled=0&wxshare_count=1",
        "https://e.org/a",
        id="Chinese labels",
    ),
    pytest.param(
        "https://e.org/a?NaPm=ct%3Dx&n_media=1&n_query=2", "https://e.org/a", id="Korean labels"
    ),
    pytest.param(
        "https://e.org/a?__cft__[0]=AZ&__tn__=-R&mibextid=x&paipv=0",
        "https://e.org/a",
        id="Meta's labels",
    ),
    pytest.param(
        "https://e.org/a?mtm_group=a&matomo_kwd=b&piwik_kwd=c&pk_source=d",
        "https://e.org/a",
        id="Matomo's labels",
    ),
    pytest.param(
        "https://e.org/a?spMailingID=1&vgo_ee=x&_bhlid=y&__s=z&elqTrackId=1",
        "https://e.org/a",
        id="mailing systems",
    ),
    pytest.param(
        "https://e.org/a?dm_i=1AB,2DE,3GH,1,1", "https://e.org/a", id="a mailing's four keys"
    ),
    pytest.param(
        "https://e.org/a?int_source=x&itm_campaign=y",
        "https://e.org/a",
        id="campaigns within the site",
    ),
    pytest.param(
        "https://e.org/a?like_comment=9&_wpnonce=ab12",
        "https://e.org/a",
        id="housekeeping of a blog",
    ),
    pytest.param(
        "https://e.org/@a/war-12ab?source=rss-12ab------2",
        "https://e.org/@a/war-12ab",
        id="a blog platform's feed",
    ),
    pytest.param(
        "https://e.org/a?CFID=1234567&CFTOKEN=876&id=2",
        "https://e.org/a?id=2",
        id="ColdFusion session",
    ),
    pytest.param("https://e.org/a/index.xhtml", "https://e.org/a", id="index file in XHTML"),
    pytest.param(
        "https://e.org/amphtml/news/the-war-ends",
        "https://e.org/news/the-war-ends",
        id="AMP prefix",
    ),
    pytest.param("https://e.org/a/%2e%2e/b", "https://e.org/b", id="dots escaped"),
    pytest.param("https://e.org./a", "https://e.org/a", id="dot after the host"),
    pytest.param(
        "https://ПРИМЕР.РФ/a",
        "https://xn--e1afmkfd.xn--p1ai/a",
        id="international name in capitals",
    ),
    pytest.param(
        "https://web.archive.org/web/2026/https://e.org/a",
        "https://web.archive.org/web/2026/https:/e.org/a",
        id="snapshot with its slashes halved",
    ),
    pytest.param(
        "https://news.google.com/rss/articles/CBMiA?oc=5&hl=en-US&gl=US&ceid=US:en",
        "https://news.google.com/read/CBMiA",
        id="Google News",
    ),
    pytest.param(
        "https://ok.ru/dk?cmd=logExternal&st.link=https%3A%2F%2Fe.org%2Fa",
        "https://e.org/a",
        id="a social site's exit",
    ),
    pytest.param(
        "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fe.org%2Fa&data=1",
        "https://e.org/a",
        id="a mail scanner's query",
    ),
    pytest.param(
        "https://urldefense.com/v3/__https://e.org/a__;!!Ab!de$",
        "https://e.org/a",
        id="a mail scanner's path",
    ),
    pytest.param(
        "https://r.search.yahoo.com/_ylt=A/RE=1/RO=10/RU=https%3a%2f%2fe.org%2fa%3fb=1/RK=2/RS=x-",
        "https://e.org/a?b=1",
        id="a search's path",
    ),
    pytest.param(
        "https://www.instagram.com/p/Cx/?img_index=1",
        "https://instagram.com/p/Cx/",
        id="a picture of a post",
    ),
    pytest.param(
        "https://e.org/a?feedType=RSS&feedName=world&rpc=22", "https://e.org/a", id="a feed's name"
    ),
    pytest.param("https://e.org/a?share=twitter&nb=1", "https://e.org/a", id="a share and its kin"),
    pytest.param(
        "https://e.org/a?regi_id=1&user_id=2&campaign_id=3&id=4",
        "https://e.org/a?id=4",
        id="a newsletter's reader",
    ),
    pytest.param(
        "https://e.org/a?mod=rss_world&ftcamp=x&ito=1490&.tsrc=rss&reflink=y&wpsrc=z&n_cid=w",
        "https://e.org/a",
        id="newspapers' labels",
    ),
    pytest.param(
        "https://e.org/a?__twitter_impression=true&sf12345678=1&extid=CL-UNK-UNK&tt_medium=x",
        "https://e.org/a",
        id="labels of social sites",
    ),
    pytest.param("https://e.org/a&utm_source=x&utm_id=1", "https://e.org/a", id="labels, no query"),
    pytest.param("https://e.org/[a]", "https://e.org/%5Ba%5D", id="brackets"),
    pytest.param("https://e.org/a?rnd=0.4711081512", "https://e.org/a", id="a number for caches"),
    pytest.param("https://e.org/a?layout=print", "https://e.org/a", id="print by its layout"),
    pytest.param("https://e.org/node/118/print", "https://e.org/node/118", id="print of a number"),
    pytest.param("https://e.org/a?ref=facebook.com", "https://e.org/a", id="a channel's host"),
    pytest.param(
        "https://mp.weixin.qq.com/s?__biz=MzA&mid=2&idx=1&sn=ab&chksm=8f&scene=21#wechat_redirect",
        "https://mp.weixin.qq.com/s?__biz=MzA&mid=2&idx=1&sn=ab",
        id="a story of WeChat",
    ),
    pytest.param("https://wap.e.org/a", "https://mobil.e.org/a", id="mobile hosts of many names"),
    pytest.param(
        "https://ann.substack.com/p/war?r=1ab&isFreemail=true",
        "https://ann.substack.com/p/war",
        id="a newsletter's issue",
    ),
    pytest.param(
        "https://medium.com/desk/the-war-0a1b2c3d4e5f?sk=9f",
        "https://ann.medium.com/war-0a1b2c3d4e5f",
        id="a story under two titles",
    ),
    pytest.param(" https://e.org/a\n", "https://e.org/a", id="white space around"),
]

DIFFERENT = [
    pytest.param("https://e.org/a?id=1", "https://e.org/a?id=2", id="id"),
    pytest.param("https://e.org/?p=1", "https://e.org/", id="a post and the front page"),
    pytest.param("https://e.org/a?ref=v1.2", "https://e.org/a?ref=v1.3", id="ref of a version"),
    pytest.param("https://e.org/a?source=12", "https://e.org/a?source=13", id="numbered source"),
    pytest.param("https://e.org/a?cmp=12", "https://e.org/a?cmp=13", id="numbered company"),
    pytest.param("https://e.org/?s=war", "https://e.org/?s=peace", id="two searches"),
    pytest.param("https://e.org/a?sid=118", "https://e.org/a?sid=119", id="short sid"),
    pytest.param("https://e.org/a?trk=512", "https://e.org/a?trk=513", id="track"),
    pytest.param("https://e.org/a?feature=1", "https://e.org/a?feature=2", id="film"),
    pytest.param("https://e.org/a?page=2", "https://e.org/a", id="second page"),
    pytest.param("https://e.org/a?x=1&x=2", "https://e.org/a?x=2&x=1", id="order of one name"),
    pytest.param("https://e.org/a?q=b%26c=1", "https://e.org/a?q=b&c=1", id="escaped separator"),
    pytest.param("https://e.org/a?q=b%2Bc", "https://e.org/a?q=b+c", id="escaped plus"),
    pytest.param("https://e.org/a%2Fb", "https://e.org/a/b", id="escaped slash"),
    pytest.param("https://e.org/.../a", "https://e.org/a", id="three dots"),
    pytest.param("https://e.org/Ab", "https://e.org/aB", id="case of the path"),
    pytest.param("https://e.org/?v=Ab", "https://e.org/?v=aB", id="case of a value"),
    pytest.param("http://e.org:8080/a", "http://e.org/a", id="port"),
    pytest.param("https://m.org/a", "https://mobile.org/a", id="m is the whole name"),
    pytest.param("https://m.co.uk/a", "https://mobile.co.uk/a", id="m below a registry"),
    pytest.param("https://blog.e.org/a", "https://www.e.org/a", id="another site of the house"),
    pytest.param("https://wwwe.org/a", "https://www.e.org/a", id="www without its dot"),
    pytest.param("https://e.org/#/a/1", "https://e.org/#/a/2", id="routes"),
    pytest.param("https://e.org/#a/1", "https://e.org/#a/2", id="routes without a mark"),
    pytest.param("https://e.org/a&b=1", "https://e.org/a", id="an ampersand in a path"),
    pytest.param("https://e.org/a#id=1", "https://e.org/a#id=2", id="the id in the fragment"),
    pytest.param("https://e.org/tag/amp/", "https://e.org/tag/", id="a tag called amp"),
    pytest.param("https://e.org/index/", "https://e.org/", id="a section called index"),
    pytest.param("https://e.org/a/feed/", "https://e.org/a/", id="an article and its feed"),
    pytest.param("https://e.org/a;v=1", "https://e.org/a;v=2", id="matrix parameter"),
    pytest.param("https://e.org/en/a", "https://e.org/fr/a", id="languages"),
    pytest.param("https://t.co/abcdef", "https://t.co/abcdeg", id="short links"),
    pytest.param(
        "https://out.e.org/go?url=https://a.org/1",
        "https://out.e.org/go?url=https://a.org/2",
        id="an unknown redirector's targets",
    ),
    pytest.param("https://ann@e.org/inbox", "https://bob@e.org/inbox", id="users"),
    pytest.param("https://ann@e.org/feed", "https://e.org/feed", id="a user and nobody"),
    pytest.param("http://e.org:443/a", "http://e.org/a", id="http on the port of https"),
    pytest.param("https://e.org/a+b", "https://e.org/a%20b", id="plus in a path"),
    pytest.param("https://e.org/a%3Fb=1", "https://e.org/a?b=1", id="escaped question mark"),
    pytest.param("https://straße.de/a", "https://strasse.de/a", id="sharp s in a name"),
    pytest.param("https://e.org/a?hl=fa", "https://e.org/a?hl=en", id="language of the interface"),
    pytest.param(
        "https://e.org/a?from=2026-01-01", "https://e.org/a?from=2026-02-01", id="dates in from"
    ),
    pytest.param(
        "https://e.org/a?feedName=world", "https://e.org/a?feedName=sport", id="a feed alone"
    ),
    pytest.param(
        "https://e.org/a?campaign_id=3&user_id=2",
        "https://e.org/a?campaign_id=3&user_id=4",
        id="kin without its marker",
    ),
    pytest.param(
        "https://mp.weixin.qq.com/s?__biz=MzA&mid=2&idx=1&sn=ab",
        "https://mp.weixin.qq.com/s?__biz=MzA&mid=2&idx=2&sn=cd",
        id="two stories of one message",
    ),
    pytest.param("https://e.org/a?mod=news", "https://e.org/a?mod=film", id="a module"),
    pytest.param("https://e.org/a?rnd=4", "https://e.org/a?rnd=5", id="a round"),
    pytest.param("https://e.org/mag/2026/print", "https://e.org/mag/2026", id="print of a year"),
    pytest.param("https://e.org/p/war?r=1", "https://e.org/p/war?r=2", id="r elsewhere"),
    pytest.param("https://www2.e.org/a", "https://www.e.org/a", id="numbered www"),
    pytest.param(
        "https://web.archive.org/web/2026/https://e.org/a",
        "https://web.archive.org/web/2026/https://e.org/b",
        id="snapshots",
    ),
    pytest.param(
        "https://news.google.com/rss/articles/CBMiA",
        "https://news.google.com/rss/articles/CBMiB",
        id="Google News articles",
    ),
    pytest.param(
        "https://feeds.feedburner.com/~r/a/~3/x1/",
        "https://feeds.feedburner.com/~r/a/~3/x2/",
        id="feed proxy's entries",
    ),
    pytest.param(
        "https://t.me/wire/12?comment=5",
        "https://t.me/wire/12?comment=6",
        id="a comment under a post",
    ),
    pytest.param(
        "https://e.org/archive?u=ab12&id=55",
        "https://e.org/archive?u=ab12&id=56",
        id="a mailing's issues",
    ),
    pytest.param(
        "https://urldefense.com/v3/__https://e.org/a__;!!Ab!de$",
        "https://urldefense.com/v3/__https://e.org/b__;!!Ab!de$",
        id="a scanner's targets",
    ),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_document(one: str, other: str) -> None:
    assert canonical_key(one) == canonical_key(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_documents(one: str, other: str) -> None:
    assert canonical_key(one) != canonical_key(other)


@pytest.mark.parametrize("text", ["", "tag:e.org,2026:1", "mailto:a@e.org", "12", "http://", "a b"])
def test_what_is_no_web_address_stays(text: str) -> None:
    assert canonical_key(text) == text


PIECES = st.sampled_from(
    """http:// https:// // ann:pw@ www. m. amp. e.org cdn.ampproject.org /c/s/ google.com /url?q=
    urldefense.com/v3/__ __; /RU= /RK= news.google.com /read/ t.me/iv?url= /amp/s/
    / /amp /print index.html .amp .html ; ;jsessionid=1 ? & &amp; amp; = id= utm_source=rss # #/ !
    :80 :443 @ % %2 %2F %25 %41 .. \\ youtu.be youtube.com /watch?v= abcdefgh t.me /s/ x.com
    /a/status/1 reddit.com /comments/1x/y redd.it (S(a)) é ü İ \u3002 \ud800
    + a-b 12345 [ ] [::1]""".split()
)


@given(st.lists(PIECES | st.text(max_size=3), max_size=12).map("".join))
def test_idempotent_and_never_raises(url: str) -> None:
    key = canonical_key(url)
    assert canonical_key(key) == key


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param("https://e.org/a", ("https", "e.org", 443), id="default port"),
        pytest.param("http://E.org:8080", ("http", "e.org", 8080), id="odd port"),
        pytest.param("ftp://e.org/", None, id="not fetched"),
        pytest.param("e.org", None, id="not absolute"),
    ],
)
def test_origin(url: str, expected: tuple[str, str, int] | None) -> None:
    assert origin(url) == expected


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        pytest.param("https://e.org/feed", "https://E.org:443/news/1", True, id="one site"),
        pytest.param("https://e.org/feed", "http://e.org/feed", False, id="another scheme"),
        pytest.param("https://e.org/feed", "https://e.org:8443/feed", False, id="another port"),
        pytest.param("https://e.org/feed", "https://www.e.org/feed", False, id="another host"),
        pytest.param("nonsense", "nonsense", False, id="neither can be fetched"),
    ],
)
def test_same_origin(one: str, two: str, same: bool) -> None:
    assert same_origin(one, two) is same
