"""Is it a wall instead of an article?  Captcha, consent, login; or a paywall before the rest.

A wall is told from an article that speaks of one by what little text there is around it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from aggregator.reading.metadata import Metadata

Wall = Literal["", "captcha", "consent", "login", "paywall", "error_page"]

#: Words of text above which a page is an article, whatever else it says.
_ARTICLE_WORDS = 250
#: A page with no more words than this and a password field is a login page.
_LOGIN_WORDS = 120

_CAPTCHA = re.compile(
    r"just a moment|attention required|are you (?:a )?(?:human|robot)|not a robot"
    r"|verify(?:ing)? (?:that )?you are"
    r"|checking (?:if the site connection is secure|your browser)|unusual (?:traffic|activity)"
    r"|security check"
    r"|enable javascript and cookies|pardon our interruption"
    r"|access (?:to this page has been )?denied"
    r"|ddos protection|request (?:was )?blocked|why have i been blocked|captcha|проверка браузера"
    r"|вы не робот"
    r"|请完成验证|安全验证",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"\bcookies?\b|\bconsent\b|\bpartners\b|personal data|legitimate interest|privacy (?:policy"
    r"|settings|choices)"
    r"|\bgdpr\b|tracking|einwilligung|datenschutz|consentement|données personnelles|файл\w* cookie"
    r"|ملفات تعريف|کوکی",
    re.IGNORECASE,
)
_CONSENT_TITLE = re.compile(
    r"before you continue|consent|your privacy|cookie|bevor (?:sie|du) ", re.IGNORECASE
)
_LOGIN = re.compile(
    r"^\W*(?:please )?(?:log|sign)[ -]?in\b|forgot(?:ten)? (?:your )?password|create an account"
    r"|войти|авторизац|تسجيل الدخول|ورود به|لاگ ان",
    re.IGNORECASE,
)
_PAYWALL = re.compile(
    r"subscribe (?:now )?(?:to|for)\b.{0,40}(?:read|continue|access|unlock|month|week|year)"
    r"|(?:story|article|content|report) is (?:only )?(?:for|available to|reserved for"
    r"|exclusive to) "
    r"(?:our )?(?:paid |premium )?(?:subscribers|members)"
    r"|(?:to )?(?:continue|keep) reading.{0,60}(?:subscri|sign|log|register|account)"
    r"|(?:subscri|sign in|log in|register).{0,60}(?:continue|keep) reading"
    r"|already (?:a |have a )?(?:subscriber|subscription|member)|unlock (?:this"
    r"|the full) (?:article|story)"
    r"|you(?:'|’)ve (?:read|reached) .{0,30}free (?:articles?|stories|limit)|subscriber[- ]only"
    r"|premium content"
    r"|réservé aux abonnés|nur für abonnenten|jetzt abonnieren|suscríbete para"
    r"|только для подписчиков"
    r"|للمشتركين فقط|ویژه مشترکان",
    re.IGNORECASE,
)
_ERROR = re.compile(
    r"(?:page|article|story|content) (?:could )?(?:not (?:be )?found|is no longer available"
    r"|doesn(?:'|’)t exist)"
    r"|^\W*(?:error )?(?:404|403|500|502|503)\b|internal server error|bad gateway"
    r"|service unavailable"
    r"|страница не найдена|الصفحة غير موجودة|صفحه (?:مورد نظر )?(?:یافت|پیدا) نشد|صفحہ نہیں ملا"
    r"|页面不存在",
    re.IGNORECASE,
)


def wall(claims: Metadata, page_text: str, paragraphs: Sequence[str], has_password: bool) -> Wall:
    """What stands before the article; "" where nothing does.

    `page_text` is all the page shows, `paragraphs` what was taken for the article; `has_password`
    says that the page asks for one.
    """
    shown, taken = len(page_text.split()), sum(len(text.split()) for text in paragraphs)
    if taken < _ARTICLE_WORDS:
        if shown < _ARTICLE_WORDS and _CAPTCHA.search(f"{claims.title}\n{page_text}"):
            return "captcha"
        if _asks_consent(claims.title, paragraphs):
            return "consent"
        if taken < _LOGIN_WORDS and _asks_login(claims.title, paragraphs, has_password):
            return "login"
        if taken < _LOGIN_WORDS and _ERROR.search(claims.title):
            return "error_page"
    if _is_paid(claims, page_text, taken):
        return "paywall"
    return ""


def _asks_consent(title: str, paragraphs: Sequence[str]) -> bool:
    about = sum(len(text) for text in paragraphs if _CONSENT.search(text))
    share = about / max(1, sum(map(len, paragraphs)))
    return share > 0.6 or (share > 0.3 and bool(_CONSENT_TITLE.search(title)))


def _asks_login(title: str, paragraphs: Sequence[str], has_password: bool) -> bool:
    asks = any(_LOGIN.search(text) for text in (title, *paragraphs))
    few = sum(len(text.split()) for text in paragraphs) < 40
    return (has_password and (asks or few)) or bool(_LOGIN.match(title) and few)


def _is_paid(claims: Metadata, page_text: str, taken: int) -> bool:
    if taken < _ARTICLE_WORDS and _PAYWALL.search(page_text):
        return True
    # Sites that mark their paid articles often send all of it, and hide it by script.
    return claims.paid and taken < _ARTICLE_WORDS
