"""Walls in place of articles, and articles that speak of walls; each page is made here.

A wall that is taken for an article alarms nobody and hides a story; an article that is taken for a
wall loses its text.  Both kinds stand below side by side.
"""

from __future__ import annotations

import pytest

from aggregator.reading.extract import extract
from tests.unit.test_extract import BODY, LANGUAGES

URL = "https://courier.example/news/convoy"


def page(title: str, body: str, head: str = "") -> bytes:
    return (
        f'<html><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body>{body}</body></html>"
    ).encode()


def wall_of(title: str, body: str, head: str = "") -> str:
    return extract(page(title, body, head), URL).wall


CAPTCHAS = {
    "a delivery network's challenge": (
        "Just a moment...",
        (
            "<h1>courier.example</h1><p>Verifying you are human. This may take a few seconds.</p>"
            "<p>courier.example needs to review the security of your connection first.</p>"
        ),
    ),
    "an older challenge": (
        "Attention Required! | Cloudflare",
        (
            "<h1>One more step</h1><p>Please complete the security check to access the site</p>"
            "<p>Ray ID: 7d1f0</p>"
        ),
    ),
    "a challenge by name of its form": (
        "courier.example",
        '<form id="challenge-form" action="/cdn-cgi/x"><p>Wait.</p></form>',
    ),
    "a slider in a frame": (
        "courier.example",
        (
            "<p>Please enable JS and disable any ad blocker</p>"
            '<script src="https://ct.captcha-delivery.com/c.js"></script>'
        ),
    ),
    "a button to be held": (
        "Access to this page has been denied",
        "<p>Press &amp; Hold to confirm you are a human (and not a bot).</p><p>Reference ID b7</p>",
    ),
    "an incident with a number": (
        "",
        "<p>Request unsuccessful. Incapsula incident ID: 4490004-27</p>",
    ),
    "access denied, with a reference": (
        "Access Denied",
        (
            "<h1>Access Denied</h1><p>You don't have permission to access this page on this "
            "server.</p>"
            "<p>Reference #18.2d351ab8</p>"
        ),
    ),
    "rejected, with a support number": (
        "Request Rejected",
        (
            "<p>The requested URL was rejected. Please consult with your administrator.</p>"
            "<p>Your support ID is: 1186</p>"
        ),
    ),
    "a box to be ticked": (
        "Courier",
        '<p>Tick the box to go on.</p><div class="g-recaptcha" data-sitekey="x"></div>',
    ),
    "another box": ("Courier", '<p>To go on:</p><div class="h-captcha"></div>'),
    "unusual traffic": (
        "Sorry",
        "<p>Our systems have detected unusual traffic from your computer network.</p>",
    ),
    "proof of work": (
        "Making sure you're not a bot!",
        "<p>Loading... This page protects the server from being scraped.</p>",
    ),
    "Russian": ("Проверка браузера", "<p>Подтвердите, что вы не робот, чтобы продолжить.</p>"),
    "Chinese": ("安全验证", "<p>请完成下方验证后继续访问</p>"),
    "Spanish": ("Verificación", "<p>Comprueba que no eres un robot para continuar.</p>"),
    "German": ("Sicherheitsabfrage", "<p>Bitte bestätigen Sie, dass Sie kein Roboter sind.</p>"),
    "French": ("Vérification", "<p>Confirmez que vous n'êtes pas un robot.</p>"),
    "Portuguese": ("Verificação", "<p>Confirme que você não é um robô para continuar.</p>"),
    "Turkish": ("Doğrulama", "<p>Devam etmek için robot olmadığınızı doğrulayın.</p>"),
    "Arabic": ("التحقق", "<p>يرجى التأكد من أنك لست روبوتا للمتابعة.</p>"),
    "Persian": ("بررسی", "<p>برای ادامه تأیید کنید که ربات نیستید.</p>"),
    "Japanese": ("確認", "<p>ロボットではないことを確認してください。</p>"),
    "Korean": ("확인", "<p>로봇이 아님을 확인해 주세요.</p>"),
}
CONSENTS = {
    "before you continue": (
        "Before you continue",
        (
            "<p>We and our partners store cookies on your device and process personal data.</p>"
            "<p>With your consent we may use exact location data and measure content.</p>"
        ),
    ),
    "a choice of two ways to pay": (
        "Courier",
        (
            "<h1>Read with advertising, or subscribe</h1><p>Accept cookies and tracking by us "
            "and our "
            "210 partners, or take a subscription without tracking.</p>"
        ),
    ),
    "pay or accept, German": (
        "Der Kurier",
        (
            "<h1>Mit Werbung weiterlesen</h1><p>Besuchen Sie uns wie gewohnt mit Werbung und "
            "Tracking. "
            "Details in der Datenschutzerklärung und im Privacy Center.</p>"
            "<p>Ihre Einwilligung können Sie jederzeit widerrufen.</p>"
        ),
    ),
    "French": (
        "Le Courrier",
        (
            "<h1>Votre vie privée</h1><p>Avec votre consentement, nos partenaires et nous "
            "utilisons des "
            "traceurs pour stocker des données personnelles.</p><p>Continuer sans accepter</p>"
        ),
    ),
    "Spanish": (
        "El Correo",
        (
            "<h1>Su privacidad</h1><p>Nosotros y nuestros socios usamos cookies y tratamos datos "
            "personales.</p><p>Puede retirar su consentimiento en cualquier momento.</p>"
        ),
    ),
    "Italian": (
        "Il Corriere",
        (
            "<h1>La tua privacy</h1><p>Noi e i nostri partner usiamo cookie e trattiamo dati "
            "personali "
            "con il tuo consenso.</p>"
        ),
    ),
    "Portuguese": (
        "O Correio",
        (
            "<p>Nós e os nossos parceiros usamos cookies e tratamos dados pessoais.</p>"
            "<p>Pode retirar o seu consentimento a qualquer momento.</p>"
        ),
    ),
    "Dutch": (
        "De Koerier",
        (
            "<h1>Jouw privacy</h1><p>Wij en onze partners gebruiken cookies en verwerken "
            "persoonsgegevens. Geef toestemming om verder te gaan.</p>"
        ),
    ),
    "Polish": (
        "Kurier",
        (
            "<p>My i nasi partnerzy używamy plików cookie i przetwarzamy dane osobowe.</p>"
            "<p>Zgodę możesz wycofać w każdej chwili.</p>"
        ),
    ),
    "Russian": (
        "Курьер",
        (
            "<p>Мы и наши партнёры используем файлы cookie и обрабатываем персональные данные.</p>"
            "<p>Согласие можно отозвать в любое время.</p>"
        ),
    ),
    "Turkish": (
        "Kurye",
        "<p>Biz ve iş ortaklarımız çerezleri kullanıyor ve kişisel verileri işliyoruz.</p>",
    ),
    "Arabic": (
        "الساعي",
        "<p>نستخدم نحن وشركاؤنا ملفات تعريف الارتباط ونعالج البيانات الشخصية بموافقتك.</p>",
    ),
}
LOGINS = {
    "a form": (
        "Log in to the Courier",
        "<form><input name=u><input type=password></form><p>Forgot your password? Ask us.</p>",
    ),
    "a form without words": ("Courier", "<form><input><input type=password></form><p>E-mail</p>"),
    "single sign-on": (
        "Sign in - Courier",
        "<h1>Sign in</h1><p>Continue with your account, or create an account.</p>",
    ),
    "members only": (
        "Courier members",
        "<h1>Please log in</h1><p>You must be logged in to view this page.</p>",
    ),
    "German": ("Anmelden | Kurier", "<h1>Anmelden</h1><p>Passwort vergessen?</p>"),
    "French": ("Connexion", "<h1>Connexion</h1><p>Mot de passe oublié ?</p>"),
    "Spanish": ("Iniciar sesión", "<h1>Iniciar sesión</h1><p>¿Olvidó su contraseña?</p>"),
    "Portuguese": ("Entrar", "<h1>Entrar</h1><p>Esqueceu a senha?</p>"),
    "Russian": ("Вход", "<h1>Войти</h1><p>Забыли пароль?</p>"),
    "Turkish": ("Giriş yap", "<h1>Giriş yap</h1><p>Şifremi unuttum</p>"),
    "Arabic": ("تسجيل الدخول", "<h1>تسجيل الدخول</h1><p>هل نسيت كلمة المرور؟</p>"),
    "Persian": ("ورود به سایت", "<p>ورود به حساب</p><p>رمز عبور را فراموش کرده‌اید؟</p>"),
    "Chinese": ("登录", "<p>请登录后查看</p><p>忘记密码?</p>"),
}
REGIONS = {
    "by law": (
        "451: Unavailable for legal reasons",
        (
            "<p>We recognise you are attempting to access this website from a country belonging "
            "to the "
            "European Economic Area (EEA), and therefore access cannot be granted at this time.</p>"
        ),
    ),
    "by rights": ("Courier", "<p>Sorry, this content is not available in your region.</p>"),
    "by country": ("Courier", "<p>This page is not available in your country.</p>"),
}
SCRIPTS = {
    "an application's shell": (
        "Courier",
        '<noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div>',
    ),
    "a request in words": ("Courier", "<p>Please enable JavaScript to view this page.</p>"),
    "a browser that is old": (
        "Courier",
        (
            "<p>JavaScript is disabled in your browser. Please turn it on, and load the page "
            "again.</p>"
        ),
    ),
}
ERRORS = {
    "not found": ("Page not found", "<p>What you looked for is not here. Try the search.</p>"),
    "404": ("404 | Courier", "<p>Nothing here.</p>"),
    "in the heading only": ("Courier", "<h1>Page not found</h1><p>Try our home page.</p>"),
    "removed": ("Courier", "<h1>This article is no longer available</h1><p>Sorry.</p>"),
    "German": ("Seite nicht gefunden", "<p>Die Seite gibt es nicht mehr.</p>"),
    "French": ("Page introuvable", "<p>Cette page n'existe plus.</p>"),
    "Spanish": ("Página no encontrada", "<p>La página no existe.</p>"),
    "Russian": ("Страница не найдена", "<p>Такой страницы нет.</p>"),
    "Turkish": ("Sayfa bulunamadı", "<p>Aradığınız sayfa yok.</p>"),
    "under repair": ("Down for maintenance", "<p>We will be back soon.</p>"),
    "a domain for sale": ("courier.example", "<p>This domain is for sale. Make an offer.</p>"),
    "a suspended account": ("Account Suspended", "<p>Contact your hosting provider.</p>"),
}
TEASER = f"<article><p>{BODY[0]}</p><p>{BODY[1]}</p></article>"
PAYWALLS = {
    "English, subscribe": "Subscribe now to continue reading this article.",
    "English, subscribers only": "This story is for subscribers.",
    "English, exclusive": "This article is exclusive to our members.",
    "English, the limit": "You've reached your limit of free articles this month.",
    "English, the rest": "To read the full story, subscribe or sign in.",
    "English, an account": "Create a free account to keep reading.",
    "English, registration": "Register for free to continue reading.",
    "English, a trial": "Start your free trial to unlock this article.",
    "English, already": "Already a subscriber? Log in.",
    "German": "Weiterlesen mit Abo: Dieser Artikel ist nur für Abonnenten lesbar.",
    "German, a plus": "Jetzt Plus-Abo abschließen und weiterlesen.",
    "French": "Cet article est réservé aux abonnés.",
    "French, the rest": "Il vous reste 80 % de cet article à lire. Abonnez-vous.",
    "Spanish": "Contenido exclusivo para suscriptores.",
    "Spanish, to go on": "Suscríbete para seguir leyendo.",
    "Italian": "Contenuto riservato agli abbonati.",
    "Italian, to go on": "Abbonati per continuare a leggere.",
    "Portuguese": "Conteúdo exclusivo para assinantes.",
    "Dutch": "Dit artikel is alleen voor abonnees.",
    "Swedish": "Den här artikeln är bara för prenumeranter.",
    "Polish": "Artykuł dostępny tylko dla prenumeratorów.",
    "Turkish": "Bu içerik yalnızca aboneler içindir.",
    "Russian": "Материал доступен только подписчикам.",
    "Ukrainian": "Матеріал доступний лише передплатникам.",
    "Arabic": "هذا المحتوى للمشتركين فقط.",
    "Persian": "این مطلب ویژه مشترکان است.",
    "Urdu": "یہ مضمون صرف سبسکرائبرز کے لیے ہے۔",
    "Hindi": "यह लेख केवल सब्सक्राइबर्स के लिए है।",
    "Chinese": "本文仅供订阅用户阅读。",
    "Japanese": "この記事は有料会員限定です。",
    "Korean": "이 기사는 유료회원 전용입니다.",
    "Indonesian": "Artikel ini khusus pelanggan.",
}
#: Said by the page to machines alone.
PAID = {
    "schema.org": (
        '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": '
        '"False"}'
        "</script>"
    ),
    "schema.org, in a part": (
        '<script type="application/ld+json">{"@type": "NewsArticle", "hasPart": {"@type": '
        '"WebPageElement", "isAccessibleForFree": false, "cssSelector": ".rest"}}</script>'
    ),
    "a tier": '<meta property="article:content_tier" content="locked">',
}


@pytest.mark.parametrize(
    ("title", "body", "wall"),
    [
        pytest.param(*made, wall, id=f"{wall}: {name}")
        for wall, pages in {
            "captcha": CAPTCHAS,
            "consent": CONSENTS,
            "login": LOGINS,
            "region": REGIONS,
            "script": SCRIPTS,
            "error_page": ERRORS,
        }.items()
        for name, made in pages.items()
    ],
)
def test_a_wall_in_the_place_of_an_article(title: str, body: str, wall: str) -> None:
    assert wall_of(title, body) == wall


@pytest.mark.parametrize("name", PAYWALLS)
def test_a_wall_behind_the_first_paragraphs(name: str) -> None:
    body = f'{TEASER}<div class="offer"><p>{PAYWALLS[name]}</p></div>'
    assert wall_of("Gunmen attack a convoy", body) == "paywall"


@pytest.mark.parametrize("name", PAYWALLS)
def test_what_a_paywall_offers_is_none_of_the_article(name: str) -> None:
    offer = f"<p>{PAYWALLS[name]}</p><p>News of Jundallah without limits. {PAYWALLS[name]}</p>"
    body = TEASER.replace("</article>", f"{offer}</article>")
    found = extract(page("Gunmen attack a convoy", body), URL)
    assert (found.wall, found.paragraphs) == ("paywall", BODY[:2])


@pytest.mark.parametrize(
    ("last", "head"),
    [
        pytest.param(
            "The channel said that it was for subscribers only.", PAID["a tier"], id="told"
        ),
        pytest.param(f"Subscribers only. {BODY[2]} {BODY[3]}", "", id="more than an offer"),
    ],
)
def test_what_is_told_of_subscribers_stays(last: str, head: str) -> None:
    body = TEASER.replace("</article>", f"<p>{last}</p></article>")
    found = extract(page("Gunmen attack a convoy", body, head), URL)
    assert (found.wall, found.paragraphs) == ("paywall", (*BODY[:2], last))


def test_where_there_is_nothing_but_an_offer_it_stays() -> None:
    body = f"<article><p>{PAYWALLS['German']}</p></article>"
    found = extract(page("Gunmen attack a convoy", body), URL)
    assert (found.wall, found.paragraphs) == ("paywall", (PAYWALLS["German"],))


@pytest.mark.parametrize("name", PAID)
def test_a_wall_that_only_machines_are_told_of(name: str) -> None:
    assert wall_of("Gunmen attack a convoy", TEASER, PAID[name]) == "paywall"


# ── articles ──────────────────────────────────────────────────────────────────────────────────────

BRIEF = "".join(f"<p>{text}</p>" for text in BODY[:3])
CHINESE, HINDI = ("".join(f"<p>{text}</p>" for text in LANGUAGES[code]) for code in ("zh", "hi"))
#: A headline and sentences that a wall might have, in a short article.
ARTICLES = {
    "a security check on the road": (
        "Two killed at security check near Mastung",
        (
            "<p>Two people were killed at a security check on the highway near Mastung, where "
            "soldiers "
            "had asked passengers to verify who they are.</p>"
        ),
    ),
    "access denied to observers": (
        "Access denied: observers turned away from the camp",
        (
            "<p>Observers were denied access to the camp on Monday. The request was blocked by the "
            "governor, who said that visits need a permit from the ministry.</p>"
        ),
    ),
    "a captcha in the news": (
        "Police arrest gang that solved captchas for money",
        f"<p>Police said the gang solved captcha puzzles for ticket sellers.</p>{BRIEF}",
    ),
    "unusual traffic at the border": (
        "Unusual traffic reported at border crossing",
        f"<p>Truckers reported unusual traffic at the crossing.</p>{BRIEF}",
    ),
    "a bank that robots attacked": (
        "Bank blames robots for slow site",
        f"<p>The bank said that robots had overloaded its site.</p>{BRIEF}",
    ),
    "a law on personal data": (
        "Assembly passes law on personal data",
        (
            "<p>The assembly passed a law on personal data on Monday, after a debate of two "
            "days.</p>"
            "<p>Deputies of the opposition left the hall before the vote and called the bill a "
            "gift to "
            "the intelligence service, which may read messages for ten years.</p>"
            "<p>The minister said that courts would decide on each request, and that the first "
            "judges "
            "had been named.</p>"
        ),
    ),
    "partners of a coalition": (
        "Coalition partners agree on budget",
        (
            "<p>The partners of the coalition agreed on the budget late on Monday.</p>"
            "<p>Farmers get less than they had asked for, and the army more.</p>"
        ),
    ),
    "a log-in that was stolen": (
        "Sign in Kabul: new banner over the ministry",
        f"<p>A new banner was raised over the ministry.</p>{BRIEF}",
    ),
    "a password field in the header": (
        "Gunmen attack a convoy",
        f'<div class="header"><form><input name=u><input type=password></form></div>{BRIEF}',
    ),
    "comments ask for a log-in": (
        "Gunmen attack a convoy",
        (
            f"<article>{BRIEF}</article><div class=comments><p>Log in to leave a comment. "
            "Forgot your password?</p></div>"
        ),
    ),
    "a banner of cookies": (
        "Gunmen attack a convoy",
        (
            '<div class="cookie-banner"><p>We and our partners use cookies and process personal '
            "data "
            "with your consent. You can change your privacy settings at any time.</p></div>"
            f"<article>{BRIEF}</article>"
        ),
    ),
    "a letter to subscribe to": (
        "Gunmen attack a convoy",
        (
            f"<article>{BRIEF}</article><div class=newsletter><p>Subscribe to our newsletter. "
            "Already a member of our club? See your letters.</p></div>"
        ),
    ),
    "a comment form guarded by a captcha": (
        "Gunmen attack a convoy",
        (
            f"<article>{BRIEF}</article><form><textarea></textarea>"
            '<div class="g-recaptcha" data-sitekey="x"></div><p>Protected by reCAPTCHA.</p></form>'
        ),
    ),
    "a note for those without script": (
        "Gunmen attack a convoy",
        (
            f"<noscript>Please enable JavaScript to view this "
            f"page.</noscript><article>{BRIEF}</article>"
        ),
    ),
    "404 in a headline": (
        "404 people rescued from the flood",
        (
            "<p>Rescuers brought 404 people to safety on Monday, the district said, after the "
            "river had "
            "broken its banks in the night.</p>"
        ),
    ),
    "a page not found in the archive": (
        "Archive: page not found for sixty years turns up",
        f"<p>A page of the chronicle that was not found for sixty years turned up.</p>{BRIEF}",
    ),
    "Chinese, of one paragraph": ("车队遇袭", CHINESE),
    "Hindi": ("काफिले पर हमला", HINDI),
}


@pytest.mark.parametrize("name", ARTICLES)
def test_an_article_is_no_wall(name: str) -> None:
    assert wall_of(*ARTICLES[name]) == ""
