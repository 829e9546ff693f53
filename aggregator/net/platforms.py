"""What certain hosts are known to do: redirectors, AMP caches, and sites under several names.

Only what the address itself spells out is used.  Short links and feed proxies hide their target:
they stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from urllib.parse import unquote

#: (host, path, the parameters that hold the target).
_REDIRECTORS = (
    (r"(?:www\.|news\.|news\.url\.)?google\.[a-z.]{2,6}", r"/(?:news/)?url", ("url", "q")),
    (r"lm?\.(?:facebook|messenger)\.com", r"/l\.php", ("u",)),
    (r"(?:www\.)?facebook\.com", r"/l\.php", ("u",)),
    (r"l\.(?:instagram|threads)\.(?:com|net)", r"/?", ("u",)),
    (r"(?:www\.)?youtube\.com", r"/redirect", ("q",)),
    (r"out\.reddit\.com", r"/.*", ("url",)),
    (r"(?:www\.)?reddit\.com", r"/out", ("url",)),
    (r"(?:www\.)?linkedin\.com", r"/(?:redir/redirect|safety/go/?)", ("url",)),
    (r"(?:www\.|m\.)?vk\.(?:com|ru)", r"/away(?:\.php)?", ("to",)),
    (r"t\.umblr\.com", r"/redirect", ("z",)),
    (r"(?:www\.)?duckduckgo\.com", r"/l/?", ("uddg",)),
    (r"(?:www\.)?bing\.com", r"/news/apiclick\.aspx", ("url",)),
    (r"[a-z0-9]+\.safelinks\.protection\.outlook\.com", r"/.*", ("url",)),
    (r"(?:www\.)?getpocket\.com", r"/redirect", ("url",)),
    (r"flipboard\.com", r"/redirect", ("url",)),
    (r"slack-redir\.net", r"/link", ("url",)),
    (r"disq\.us", r"/url", ("url",)),
    (r"steamcommunity\.com", r"/linkfilter/?", ("u", "url")),
    (r"t\.me", r"/iv", ("url",)),
    (r"(?:m\.)?ok\.ru", r"/dk", ("st.link",)),
    (r"checklink\.mail\.ru", r"/proxy", ("url",)),
    (r"link\.(?:zhihu\.com|csdn\.net)", r"/?", ("target",)),
    (r"(?:www\.)?weibo\.cn", r"/sinaurl", ("u", "toasturl")),
    (r"exit\.sc", r"/?", ("url",)),
)
_REDIRECTORS_COMPILED = tuple(
    (re.compile(host), re.compile(path), names) for host, path, names in _REDIRECTORS
)
_WEB = re.compile(r"https?://[^/?#\s]", re.IGNORECASE)

#: Of mail scanners and searches, in the path; the doubled slash has been read as one.
_IN_PATH = (
    (re.compile(r"urldefense\.(?:com|us)"), re.compile(r"/v3/__(https?):/([^*]*?)__;.*")),
    (re.compile(r"r\.search\.yahoo\.com"), re.compile(r".*/RU=(https?):%2F%2F(.*?)/R[KS]=.*")),
)

_AMP_CACHE = re.compile(r"(?:[a-z0-9-]+\.)?cdn\.ampproject\.org|(?:www\.)?bing-amp\.com")
_AMP_CACHE_PATH = re.compile(r"/(?:[a-z]/)?(s/)?([^/]+\.[^/]+(?:/.*)?)")
_AMP_VIEWER = re.compile(r"(?:www\.)?(?:google\.[a-z.]{2,6}|bing\.com)")
_AMP_VIEWER_PATH = re.compile(r"/amp/(s/)?([^/]+\.[^/]+(?:/.*)?)")


def target_spelled_out(host: str, path: str, query: Sequence[tuple[str, str]]) -> str | None:
    """The address behind a redirector or an AMP cache; None where there is none to be read.

    `query` is decoded.
    """
    for hosts, paths, names in _REDIRECTORS_COMPILED:
        if hosts.fullmatch(host) and paths.fullmatch(path):
            return next(
                (value for name, value in query if name in names and _WEB.match(value)), None
            )
    for hosts, path_with_target in _IN_PATH:
        if hosts.fullmatch(host) and (found := path_with_target.fullmatch(path)):
            return f"{found[1]}://{unquote(found[2])}"
    return _amp_target(host, path)


def _amp_target(host: str, path: str) -> str | None:
    match = None
    if _AMP_CACHE.fullmatch(host):
        match = _AMP_CACHE_PATH.fullmatch(path)
    elif _AMP_VIEWER.fullmatch(host):
        match = _AMP_VIEWER_PATH.fullmatch(path)
    if match is None:
        return None
    scheme = "https" if match[1] else "http"
    # Google's viewer writes the whole address as one escaped segment at times.
    rest = match[2] if "/" in match[2] else unquote(match[2])
    return f"{scheme}://{rest}"


_HOST_ALIASES = {
    "twitter.com": "x.com",
    "telegram.me": "t.me",
    "telegram.dog": "t.me",
    "dx.doi.org": "doi.org",
    "fb.com": "facebook.com",
    **dict.fromkeys(
        ("old.reddit.com", "np.reddit.com", "new.reddit.com", "sh.reddit.com"), "reddit.com"
    ),
    **dict.fromkeys(
        ("mbasic.facebook.com", "touch.facebook.com", "web.facebook.com"), "facebook.com"
    ),
    "youtube-nocookie.com": "youtube.com",
    "player.vimeo.com": "vimeo.com",
}
_WIKIMEDIA_MOBILE = re.compile(
    r"([a-z-]+)\.(?:m|zero)\.((?:wikipedia|wikinews|wikimedia|wiktionary|wikivoyage|wikisource"
    r"|wikiquote|wikibooks|wikidata)\.org)"
)


def known_host(host: str) -> str:
    """The one name of a site that has several."""
    host = _WIKIMEDIA_MOBILE.sub(r"\1.\2", host)
    return _HOST_ALIASES.get(host, host)


Query = list[tuple[str, str]]
Place = tuple[str, str, Query]

_YOUTUBE_PATH = re.compile(r"/(?:embed|shorts|live|v|e)/([\w-]{6,})/?")
_SHORT_CODE = re.compile(r"/([\w-]{6,})/?")
_X_STATUS = re.compile(r"/(?:[^/]+|i/web)/status(?:es)?/(\d+)(?:/(?:photo|video)/\d+)?/?")
_T_ME_PREVIEW = re.compile(r"/s(/[^/]+(?:/\d+)?)/?")
_REDDIT_POST = re.compile(r"(?:/(?:r|user)/[^/]+)?/comments/(\w+)(?:/[^/]*(?:/(\w+))?)?/?")
_INSTAGRAM = re.compile(r"(?:/[^/]+)?/(?:p|reel|reels|tv)/([\w-]+)/?")
_GOOGLE_NEWS = re.compile(r"/(?:(?:rss/)?articles|read)/([\w-]+)/?")
_MEDIUM = re.compile(r"(?:/[^/]+)?/(?:p/|[^/]+-)([0-9a-f]{11,12})/?")
_WEIXIN_STORY = frozenset(("__biz", "mid", "idx", "sn"))
_SUBSTACK = re.compile(r"/p/[^/]+/?")
_VIMEO_PLAYER = re.compile(r"/video/(\d+)")


def _youtube(place: Place) -> Place:
    host, path, query = place
    embedded = _YOUTUBE_PATH.fullmatch(path)
    video = embedded[1] if embedded else None
    if path.rstrip("/") == "/watch":
        video = next((value for name, value in query if name == "v"), None)
    # Beside the video there is its list, its second, its sharer: the video stays the same.
    return (host, "/watch", [("v", video)]) if video else place


def _youtu_be(place: Place) -> Place:
    code = _SHORT_CODE.fullmatch(place[1])
    return ("youtube.com", "/watch", [("v", code[1])]) if code else place


def _x(place: Place) -> Place:
    post = _X_STATUS.fullmatch(place[1])
    return (place[0], f"/i/status/{post[1]}", []) if post else place


def _t_me(place: Place) -> Place:
    host, path, query = place
    preview = _T_ME_PREVIEW.fullmatch(path)
    return (
        host,
        preview[1] if preview else path,
        [pair for pair in query if pair[0] not in ("single", "embed")],
    )


def _reddit(place: Place) -> Place:
    post = _REDDIT_POST.fullmatch(place[1])
    if post is None:
        return place
    comment = f"/_/{post[2]}" if post[2] else ""
    return place[0], f"/comments/{post[1]}{comment}", []


def _redd_it(place: Place) -> Place:
    code = re.fullmatch(r"/(\w+)/?", place[1])
    return ("reddit.com", f"/comments/{code[1]}", []) if code else place


def _instagram(place: Place) -> Place:
    post = _INSTAGRAM.fullmatch(place[1])
    return (place[0], f"/p/{post[1]}", []) if post else place


def _google_news(place: Place) -> Place:
    article = _GOOGLE_NEWS.fullmatch(place[1])
    return (place[0], f"/read/{article[1]}", []) if article else place


def _mailchimp(place: Place) -> Place:
    # The recipient.
    return place[0], place[1], [pair for pair in place[2] if pair[0] != "e"]


def _medium(place: Place) -> Place:
    # The last word of the path names the story, under whatever title, author and publication.
    story = _MEDIUM.fullmatch(place[1])
    return ("medium.com", f"/p/{story[1]}", []) if story else place


def _substack(place: Place) -> Place:
    return (place[0], place[1], []) if _SUBSTACK.fullmatch(place[1]) else place


def _weixin(place: Place) -> Place:
    return place[0], place[1], [pair for pair in place[2] if pair[0] in _WEIXIN_STORY]


def _vimeo(place: Place) -> Place:
    video = _VIMEO_PLAYER.fullmatch(place[1])
    return (place[0], f"/{video[1]}", []) if video else place


def _spotify(place: Place) -> Place:
    return place[0], place[1], [pair for pair in place[2] if pair[0] != "si"]


_PLATFORMS: dict[str, Callable[[Place], Place]] = {
    "youtube.com": _youtube,
    "youtu.be": _youtu_be,
    "x.com": _x,
    "t.me": _t_me,
    "reddit.com": _reddit,
    "redd.it": _redd_it,
    "instagram.com": _instagram,
    "vimeo.com": _vimeo,
    "medium.com": _medium,
    "news.google.com": _google_news,
    "mp.weixin.qq.com": _weixin,
    "mailchi.mp": _mailchimp,
    "open.spotify.com": _spotify,
}
#: Of all the hosts below a name.
_PLATFORMS_BELOW = {"medium.com": _medium, "substack.com": _substack}


def known_place(host: str, path: str, query: Query) -> Place:
    """Host, path and query in the one form by which a known platform names its post or video."""
    platform = _PLATFORMS.get(host) or _PLATFORMS_BELOW.get(host.partition(".")[2])
    return platform((host, path, query)) if platform else (host, path, query)
