"""Which query parameters only tell how a reader came: campaign labels, click ids, sessions, views.

A name alone is enough where it was made for the purpose (`utm_source`, `fbclid`).  Where the same
name elsewhere chooses the document (`ref`, `cid`, `s`), its value has to speak for it.  In doubt a
parameter is kept: two addresses of one document are a nuisance, two documents under one are a loss.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

#: Names that were made for marking; compared in lower case.
_MARKER_NAMES = re.compile(
    r"""
      (?: utm_ | int_(?:source|medium|campaign|content|term) | itm_ | pf_rd_ | relatedposts_
        | n_(?:media|query|rank|ad|keyword|campaign) | roistat | wt_z?mc
        | piwik_ | mtm_ | matomo_ | wt\. | hsa_ | bsft_ | guce_ | sfmc_ | cx_ | amp_
        | gad_ | vero_ | oly_ | utm- | otm_ | pinned_post_ | pd_rd_ | adobe_mc
        | aspsessionid | ml_subscriber | ck_subscriber | __cft__
        | ns_(?:mchannel|campaign|source|linkname|fee)
        | tt_(?:medium|content|source|campaign)
        | ga_(?:source|medium|term|content|campaign|place) | gaa_(?:at|n|ts|sig)
        | hmb_(?:source|medium|campaign) | ss_(?:source|campaign|email)
        | trk_(?:contact|msg|module|sid)
        | pk_(?:campaign|kwd|keyword|source|medium|content|cid|vid)
        | sc_(?:campaign|channel|content|medium|cid)
        | fb_(?:action|source|ref|xd|aggregation|comment_id) | action_(?:object|type|ref)_map
        | share_(?:id|source|medium)
        | cm_(?:mmc|ven|cat|pla|ite|lm|re|sp)
        | at_(?:medium|campaign|custom|creation|variant|network|format|link|ptr|bbc|term|channel
             |email|recipient|send|audience|detail)
        | elq(?:track|at|ak|aid|cst|campaign)
      ).*
    | (?:[a-z]{1,4}|rb_|ob_|outbrain)cl(?:ic)?k?_?id | sf\d{6,} | syn-[0-9a-f]{8}
    | (?: clickid | click_id | gclsrc | [gw]braid | igshid | igsh | mibextid | _rdr | __tn__
        | __xts__ | hc_ref | hc_location | fref | mc_[ce]id | mkt_tok | _hsenc | _hsmi
        | __hs(?:sc|tc|fp) | hsctatracking | hss_(?:channel|meta) | hootpostid
        | _ga | _gl | _gac | _ke | _kx | li_fat_id | epik | sccid | rdt_cid | dicbo
        | tblci | oborigurl | srsltid | ceid | emci | emdi
        | _branch_match_id | _branch_referrer | _openstat | xt(?:or|ref|cr|atc) | int_?cmp | intcid
        | wpisrc | wprss | wpmm | ftag | mbid | soc_src | soc_trk | replytocom | doing_wp_cron
        | traffic_source | taid | smid | smtyp | sms_ss | unlocked_article_code | guccounter | cndid
        | bxid | sref | srnd | leadsource | fsrc | eref | maca | ref_src | ref_url | ref_ | refsrc
        | original_referer | _ptid | et_rid | s_kwcid | s_cid | echobox | link_time | ampshare | aoh
        | google_editors_picks | mkevt | mkcid | usqp | sfnsn | phpsessid | jsessionid | oscsid
        | zenid | xtcsid | cftoken | no_?cache | hilit | gift_?token | wicked(?:id|source)
        | trkcampaign | trkemail | bd_(?:vid|bxst) | hm(?:sr|pl|cu|kw|ci) | isappinstalled | nsukey
        | wxshare_count | tt_from | spm_id_from | vd_source | paipv | ef_id | __s | napm
        | sp(?:mailing|user|job)id | spreportid | is_from_webapp | sender_device | pwapi_token
        | referringsource | cfid | openexternalbrowser | irgwc | vgo_ee | _bhlid | like_comment
        | gs_lc?p? | sxsrf | sca_esv | os_ehash | wtrid | \.?tsrc | hpt | iref | reflink | sharetype
        | n_cid | wpsrc | nrid | pgtype | regi_id | share_token | chksm | refresh_ce | pfrom
        | id_externo_rsoc | akamai-rum | mc_tc | mkwid | pcrid | _trk(?:parms|sid) | wprov | lipi
        | mid(?:token|sig) | cj(?:event|data) | ran(?:mid|eaid|siteid) | zanpid | et_cid
        | sp_[rm]id | tpcc | from_?rss | cn-reloaded | embedded-checkout | soc_platform
        | showcomments | spref
        | _wpnonce | __twitter_impression | sr_share | ftcamp | ito | isfreemail | triedredirect
      )
    """,
    re.VERBOSE,
)

#: Campaign labels; but a bare number under these names is the id of a thing.
_UNLESS_NUMBER = frozenset(("cmp", "cmpid", "icid", "ocid", "ncid", "itid", "emc"))

#: Markers only where the value names a channel or a place on the site.
_IF_CHANNEL = frozenset(
    """ref refer referer referrer source src from via cid xid iid tid campaign medium channel
    partner origin share shared feedtype track input cloc camp campid campaignid rf refid ref_id
    wtmc rss_source from_source""".split()
)
_CHANNELS = frozenset(
    """rss rss1 rss2 atom feed feeds feedburner feedly twitter tw facebook fb social soc socialflow
    instagram ig linkedin telegram tg whatsapp wa reddit pinterest youtube tiktok vk mastodon
    bluesky threads flipboard pocket google googlenews bing yahoo msn applenews newsletter
    newsletters nl email mail mailing digest push notification notifications homepage
    home hp frontpage footer header sidebar navbar menu share sharing shared button btn link
    yandex dzen rambler smi2 mailru baidu weibo weixin wechat toutiao naver
    copylink permalink related
    recommended mostread popular trending topstories promo teaser widget banner partner syndication
    referral dlvr hootsuite buffer ifttt external internal""".split()
)
#: Words that only qualify a channel: alone they could be a subject.
_QUALIFIERS = frozenset(
    """com world news sport business web site mobile desktop app x most read top stories box daily
    weekly""".split()
)
_WORDS = re.compile(r"[\W_]+")

_YES = frozenset(("", "1", "true", "yes", "y", "on"))
#: Another view of the same page: print, mobile and AMP.
_VIEWS = {
    **dict.fromkeys(
        """_amp mobile nomobile print printable printview printmode printpage printer
        printerfriendly printer_friendly""".split(),
        _YES,
    ),
    "amp": _YES | {"amp"},
    "view": frozenset(("print", "printable", "amp", "mobile")),
    "format": frozenset(("print", "amp")),
    "output": frozenset(("print", "amp")),
    "outputtype": frozenset(("amp",)),
    "mode": frozenset(("print", "amp")),
    "action": frozenset(("print",)),
    "do": frozenset(("print",)),
    "tmpl": frozenset(("component",)),
    "hs_amp": _YES,
    **dict.fromkeys(
        ("layout", "template", "version", "style", "media", "display", "op", "service"),
        frozenset(("print", "printable", "amp")),
    ),
    "pagewanted": frozenset(("all", "print")),
}

_HEX_32 = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)
#: Values by which a name that elsewhere chooses the document is seen to be a marker.
_SHAPES = {
    "feature": re.compile(r"shared?|youtu\.be|emb_\w+|oembed|player_\w+|rss|related"),
    "mod": re.compile(
        r"(?:rss|hp|mw|searchresults|trending)_\w+|djem\w*|e2(?:tw|fb)", re.IGNORECASE
    ),
    "from": re.compile(r"singlemessage|groupmessage|timeline"),
    "extid": re.compile(r"\w{2,5}-UNK-[\w-]+"),
    "trk": re.compile(r"(?=.{6})[a-z]+(?:[_-][\w-]+)+", re.IGNORECASE),
    "trackingid": re.compile(r"[\w+/-]{16,}={1,2}"),
    "spm": re.compile(r"[\w-]+(?:\.[\w-]+)+"),
    "ved": re.compile(r"[0-2][a-z]\w{4,}", re.IGNORECASE),
    "usg": re.compile(r"(?:AOvVaw|AFQj)[\w-]*"),
    "tid": re.compile(r"(?:ss|sm)_[\w-]+"),
    "referrer": re.compile(r"https?://.*"),
    "referer": re.compile(r"https?://.*"),
    "source": re.compile(r"rss-[\w-]*-{3,}\d+"),
    "elq": _HEX_32,
    "awc": re.compile(r"\d+_\d+_\w+"),
    "dm_i": re.compile(r"\w+(?:,\w+){3,}"),
    "_": re.compile(r"\d{9,}"),
    **dict.fromkeys(
        ("rnd", "rand", "random", "cb", "cachebust", "cachebuster", "_dc"),
        re.compile(r"(?:0\.)?\d{7,}"),
    ),
    "cvid": _HEX_32,
    "ssm": re.compile(r"[A-Z]{2}_CM\w*"),
    "src": re.compile(r"twsrc\^\w+"),
}

#: What is a marker only where a sure one stands beside it.
_COMPANIONS = {
    **dict.fromkeys(("feedname", "rpc"), "feedtype"),
    "nb": "share",
    "scm": "spm",
    **dict.fromkeys("campaign_id instance_id segment_id user_id nl te".split(), "regi_id"),
    **dict.fromkeys(("nname", "nid", "nlid"), "nrid"),
    **dict.fromkeys("action module region context contentcollection".split(), "pgtype"),
}

#: A session id is a long random word; a short number under these names is a story or a talk.
_SESSION_NAMES = frozenset(("sid", "sess", "session", "sessionid", "session_id", "sessid"))
_ALNUM = re.compile(r"[0-9a-z]{16,}", re.IGNORECASE)
_LETTER_BESIDE_DIGIT = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])", re.IGNORECASE)


def without_markers(query: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The parameters that may choose a document, in their order."""
    query = list(query)
    kept = [pair for pair in query if not is_marker(*pair)]
    gone = {name.lower() for name, _ in query} - {name.lower() for name, _ in kept}
    return [pair for pair in kept if _COMPANIONS.get(pair[0].lower()) not in gone]


def is_marker(name: str, value: str) -> bool:
    """Could this parameter be left out without another document being named?"""
    name = name.lower()
    if _MARKER_NAMES.fullmatch(name):
        return True
    if name in _UNLESS_NUMBER:
        return not value.isdecimal()
    if name in _VIEWS and value.lower() in _VIEWS[name]:
        return True
    if name in _IF_CHANNEL and names_a_channel(value):
        return True
    if name == "s":  # vBulletin's session, WordPress's search
        return _HEX_32.fullmatch(value) is not None
    if name in _SESSION_NAMES:
        return looks_random(value)
    shape = _SHAPES.get(name)
    return shape is not None and shape.fullmatch(value) is not None


def names_a_channel(value: str) -> bool:
    """`rss`, `newsletter`, `rss_world`: words of channels, one of which is no subject by itself."""
    words = set(filter(None, _WORDS.split(value.lower())))
    return words <= _CHANNELS | _QUALIFIERS and bool(words & _CHANNELS)


def looks_random(value: str) -> bool:
    """`0A1B2C3D4E5F6071` does, `ceasefire2026talks` does not."""
    return bool(_ALNUM.fullmatch(value)) and len(_LETTER_BESIDE_DIGIT.findall(value)) >= 4
