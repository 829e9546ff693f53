"""A page written with every box around its article; the clean text is asserted word for word."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from aggregator.models import ArticleRule
from aggregator.reading.extract import Extracted, extract, extract_text

URL = "https://courier.example/2026/11/convoy"

BODY = tuple(
    " ".join(paragraph.split())
    for paragraph in """
Gunmen attacked a supply convoy on the road to the border on Monday, wounding two drivers,
the provincial government said in a statement.

The convoy was carrying flour and medicine to three towns that have been cut off by floods
since the end of October.

A group that split from Jundallah two years ago said in a message that it had carried out
the attack, and threatened to close the road for good.

“We heard the shots and lay down between the wheels,” one of the drivers told reporters at
the hospital in the evening.

The ministry said that soldiers would go with every convoy from now on, and that the road
was open again.
""".split("\n\n")
)

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<title>Gunmen attack a convoy near the border | The Invented Courier</title>
<meta property="og:site_name" content="The Invented Courier">
<meta property="og:title" content="Gunmen attack a convoy near the border | The Invented Courier">
<script type="application/ld+json">{"@context": "https://schema.org", "@type": "NewsArticle",
 "headline": "Gunmen attack a convoy near the border", "datePublished": "2026-11-02T10:30:00+05:00",
 "author": [{"@type": "Person", "name": "Amina Rind"}, {"@type": "Person", "name": "Bilal Shah"}]}
</script></head>
<body class="single has-sidebar">
<div class="cookie-banner"><p>We use cookies to measure how many people read us.
You can say no.</p></div>
<header><nav><ul><li><a href="/">Home</a></li>
<li><a href="/world">World</a></li></ul></nav></header>
<main><article class="post">
<h1>Gunmen attack a convoy near the border</h1>
<div class="byline">By Amina Rind and Bilal Shah</div>
<p class="dateline">2 November 2026, 10:30</p>
<figure><img src="a.jpg"><figcaption>The road to the border in spring.
Photo: K. Marri</figcaption></figure>
<div class="share-bar"><a href="/s/1">Share</a> <a href="/s/2">Tweet</a></div>
<div class="entry-content">
<p>{0}</p>
<p>{1}</p>
<div class="ad-slot"><p>Advertisement</p>
<p>Winter tyres from Sariab Motors, fitted while you wait.</p></div>
<p>{2}</p>
<p>Read also: <a href="/other">The emir of the north writes his memoirs</a></p>
<p>{3}</p>
<aside class="related"><h3>Related stories</h3>
<ul><li><a href="/x">Islamic State loses a town</a></li>
<li><a href="/y">The price of flour doubles in Quetta</a></li></ul></aside>
<p>{4}</p>
</div>
<div class="author-box"><h4>About the author</h4><p>Amina Rind writes for the Quetta Times on armed
groups, and has been a correspondent in Kabul since 2011.</p></div>
<div class="newsletter"><h3>The morning letter</h3><p>Five stories before breakfast, every day but
Friday, in your inbox.</p></div>
</article>
<section class="comments"><h3>2 comments</h3><p>They said the same thing about Jaish al-Adl ten
years ago in Zahedan, and nobody listened.</p></section></main>
<footer><p>The Invented Courier is printed nowhere. All rights imagined.</p></footer>
</body></html>"""


def page(template: str = PAGE, body: tuple[str, ...] = BODY) -> bytes:
    for number, paragraph in enumerate(body):
        template = template.replace(f"{{{number}}}", paragraph)
    return template.encode()


def test_nothing_but_the_article_is_its_text() -> None:
    assert extract(page(), URL).paragraphs == BODY


def test_the_scored_seam_gives_the_same_text() -> None:
    assert extract_text(page(), URL) == "\n\n".join(BODY)


def test_what_the_page_says_of_itself() -> None:
    found = extract(page(), URL)
    assert found.title == "Gunmen attack a convoy near the border"
    assert found.authors == ("Amina Rind", "Bilal Shah")
    assert found.published == datetime(2026, 11, 2, 5, 30, tzinfo=UTC)
    assert found.language == "en"
    assert (found.reason, found.wall) == ("extracted", "")


def test_an_author_of_a_paper_in_quetta_does_not_put_quetta_into_the_text() -> None:
    line = "Bilal Shah, who writes for the Quetta Times, is a correspondent of ours."
    signed = page().replace(b'<div class="author-box">', f"<p>{line}</p><div>".encode())
    assert "Quetta" not in extract(signed, URL).text


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        pytest.param(
            "The <b>Jund</b>allah fighters", "The Jundallah fighters", id="bold part of a word"
        ),
        pytest.param(
            "The <b>Jund</b> <i>allah</i> men", "The Jund allah men", id="space between tags"
        ),
        pytest.param(
            "word<span>s</span>\n   of\tthe  day", "words of the day", id="white space runs"
        ),
        pytest.param("Islamic&nbsp;State men", "Islamic State men", id="no-break space is a space"),
        pytest.param("Jun&shy;dal&#8203;lah men", "Jundallah men", id="invisible hyphens"),
        pytest.param("a<wbr>b<img src=x>c d", "abc d", id="empty inline elements"),
        pytest.param(
            "one<sup>st</sup> day<script>x()</script>s", "onest days", id="script in a word"
        ),
        pytest.param(
            "می\u200cگویند که آمد", "می\u200cگویند که آمد", id="the joiner of Persian stays"
        ),
        pytest.param(
            "the <x-link>Jund</x-link>allah men", "the Jundallah men", id="a site's own element"
        ),
        pytest.param("first line<br>second line", "first line\nsecond line", id="one line break"),
    ],
)
def test_inline_spacing_is_kept_exactly(markup: str, wanted: str) -> None:
    text = f"{BODY[0]} {markup}"
    found = extract(page(body=(text, *BODY[1:])), URL)
    assert found.paragraphs == (f"{BODY[0]} {wanted}", *BODY[1:])


@pytest.mark.parametrize(
    "border",
    [
        pytest.param("</p><p>", id="paragraphs"),
        pytest.param("<br><br>", id="two breaks"),
        pytest.param("<br/>\n <br />", id="two breaks with space between"),
        pytest.param("</p><div>", id="a division after a paragraph"),
        pytest.param("</p><hr><p>", id="a rule"),
        pytest.param("<!-- x --></p>\n\n<section><p>", id="a section"),
    ],
)
def test_borders_of_blocks_part_paragraphs(border: str) -> None:
    found = extract(page(body=(f"{BODY[0]}{border}{BODY[1]}", BODY[2], BODY[3], BODY[4], "")), URL)
    assert found.paragraphs[:3] == BODY[:3]


LANGUAGES = {
    "ar": (
        "قالت وزارة الداخلية إن ثلاثة مسلحين هاجموا حافلة على الطريق المؤدي إلى الحدود مساء.",
        "وأضافت الوزارة في بيان أن اثنين من السائقين أصيبا بجروح ونقلا إلى مستشفى المدينة.",
        "ولم تعلن أي جهة مسؤوليتها عن الهجوم حتى الآن، لكن السلطات فتحت تحقيقا في الحادث.",
    ),
    "fa": (
        "استانداری اعلام کرد که افراد مسلح شامگاه دوشنبه به یک کاروان در جادهٔ مرزی حمله کردند.",
        "بنا بر این گزارش، دو راننده زخمی شده‌اند و برای درمان به بیمارستان شهر منتقل شده‌اند.",
        "گروهی که دو سال پیش از جندالله جدا شد مسئولیت این حمله را در پیامی بر عهده گرفت.",
    ),
    "ur": (
        "صوبائی حکومت نے بتایا ہے کہ مسلح افراد نے سرحد جانے والی سڑک پر قافلے پر حملہ کیا۔",
        "حکام کے مطابق دو ڈرائیور زخمی ہوئے ہیں جنہیں شہر کے ہسپتال میں منتقل کر دیا گیا ہے۔",
        "ایک گروہ نے جو دو سال پہلے جنداللہ سے الگ ہوا تھا اس حملے کی ذمہ داری قبول کی ہے۔",
    ),
    "ru": (
        "Вооружённые люди напали на колонну на дороге к границе, сообщило правительство области.",
        "Двое водителей ранены, их доставили в городскую больницу, где им оказали помощь.",
        "Министерство заявило, что отныне каждую колонну будут сопровождать военные.",
    ),
    "zh": (
        "省政府周一在一份声明中表示,武装人员在通往边境的公路上袭击了一支车队,造成两名司机受伤。",
        "这支车队正在向三个城镇运送面粉和药品,这些城镇自十月底以来一直被洪水围困。",
        "内政部表示,从现在起每支车队都将由士兵护送,公路已经重新开放。",
    ),
    "hi": (
        "प्रांतीय सरकार ने एक बयान में कहा कि सोमवार की शाम सीमा की ओर जाने वाली सड़क पर हमला हुआ।",
        "अधिकारियों के अनुसार दो चालक घायल हुए हैं और उन्हें शहर के अस्पताल में भर्ती किया गया है।",
        "मंत्रालय ने कहा कि अब से हर काफिले के साथ सैनिक जाएंगे और सड़क फिर से खुल गई है।",
    ),
}


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_script_is_read(code: str) -> None:
    paragraphs = LANGUAGES[code]
    markup = "".join(f"<p>{text}</p>" for text in paragraphs)
    html = f"""<html><head><meta charset="utf-8"><title>x</title></head><body>
    <div id="nav"><a href="/">1</a></div><div class="text">{markup}</div>
    <div class="related"><a href="/1">{paragraphs[0][:40]}</a></div></body></html>"""
    found = extract(html.encode(), URL)
    assert found.paragraphs == paragraphs
    assert found.language == code


RULED = """<html><body><div class="teaser"><p>{0}</p></div><div class="entry"><p>{1}</p>
<div class="bio">Who wrote this.</div><p>{2}</p><ul><li>A point.</li></ul></div>
<table><tr><th>Party<th>Seats<tr><td>Reform<td>12</table></body></html>"""


@pytest.mark.parametrize(
    ("rule", "wanted", "method"),
    [
        pytest.param(
            ArticleRule("div.entry", (".bio",)),
            (*BODY[1:3], "A point."),
            "select",
            id="select, remove",
        ),
        pytest.param(
            ArticleRule("div.entry, .entry p"),
            (BODY[1], "Who wrote this.", BODY[2], "A point."),
            "select",
            id="what is selected twice stands once",
        ),
        pytest.param(ArticleRule("table"), ("Party\tSeats", "Reform\t12"), "select", id="a table"),
        pytest.param(ArticleRule(None, (".teaser", ".bio", "ul")), BODY[1:3], "", id="remove only"),
        pytest.param(
            ArticleRule("#nothing", (".teaser", ".bio", "ul")), BODY[1:3], "", id="a miss"
        ),
    ],
)
def test_the_operators_rule_overrides(
    rule: ArticleRule, wanted: tuple[str, ...], method: str
) -> None:
    found = extract(page(RULED), URL, rule=rule)
    assert found.paragraphs == wanted
    assert (found.method == "select") == (method == "select")


def test_a_selector_that_is_none_is_told() -> None:
    assert extract(page(), URL, rule=ArticleRule("div[[")).reason == "bad_selector"


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        pytest.param(b"", "text/html", "empty", id="empty"),
        pytest.param(b" \n\t ", "text/html", "empty", id="white space"),
        pytest.param(b"%PDF-1.7 \x00\x01<x>", "text/html", "pdf", id="pdf by its bytes"),
        pytest.param(b"<x>", "application/pdf", "pdf", id="pdf by its label"),
        pytest.param(b"\x89PNG\r\n\x1a\n<", "", "image", id="png"),
        pytest.param(b"\xff\xd8\xff\xe0<", "text/html", "image", id="jpeg"),
        pytest.param(b"RIFF\x00\x00\x00\x00WEBPVP8 <", "", "image", id="webp"),
        pytest.param(b"<svg>", "image/svg+xml", "image", id="image by its label"),
        pytest.param(b'{"a": 1}', "application/json", "not_html", id="json"),
        pytest.param(b"<html><body></body></html>", "text/html", "no_text", id="no text"),
        pytest.param(b"<!-- -->", "text/html", "empty", id="a comment"),
    ],
)
def test_what_is_no_page_says_why(body: bytes, content_type: str, reason: str) -> None:
    found = extract(body, URL, content_type)
    assert (found.reason, found.paragraphs, found.text) == (reason, (), "")


WALL = "<html><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>"


@pytest.mark.parametrize(
    ("title", "body", "wall"),
    [
        pytest.param(
            "Just a moment...",
            "<p>Checking if the site connection is secure. This may take a few seconds.</p>",
            "captcha",
            id="captcha",
        ),
        pytest.param(
            "Before you continue",
            "<p>We and our partners store cookies on your device and process personal data.</p>"
            "<p>With your consent we may use exact location data and measure content.</p>"
            "<p>You can change your privacy choices at any time.</p>",
            "consent",
            id="consent",
        ),
        pytest.param(
            "Log in to the Courier",
            "<form><input name=u><input type=password></form><p>Forgot your password? Ask us.</p>",
            "login",
            id="login",
        ),
        pytest.param(
            "Gunmen attack a convoy",
            f"<div><p>{BODY[0]}</p><p>{BODY[1]}</p></div>"
            "<div class=paywall><p>Subscribe now to continue reading this article.</p></div>",
            "paywall",
            id="paywall",
        ),
        pytest.param(
            "Page not found",
            "<p>What you looked for is not here. Try the search.</p>",
            "error_page",
            id="a missing page that says 200",
        ),
        pytest.param(
            "New rules for cookies and consent",
            "".join(f"<p>{text}</p>" for text in BODY),
            "",
            id="an article that speaks of consent",
        ),
    ],
)
def test_a_wall_is_told_from_an_article(title: str, body: str, wall: str) -> None:
    assert extract(WALL.format(title=title, body=body).encode(), URL).wall == wall


def test_extracted_crosses_a_process_border() -> None:
    import pickle

    found = extract(page(), URL)
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301
    assert Extracted(reason="cpu_exceeded").text == ""


TOLD = {
    "zh": "边防部队星期一清晨在山谷公路上遭到伏击,两名士兵死亡,三人受伤,当局说。\n"
    "发言人表示,袭击者在浓雾中逃往边境,搜索行动仍在继续,道路已经关闭。",
    "ja": "月曜日の朝、谷の道路で待ち伏せ攻撃があり、兵士2人が死亡、3人が負傷した。\n"
    "住民は爆発音の後、約20分間の銃声を聞いたと話した。学校はこの日、休校となった。",
    "ar": "قتل جنديان وأصيب ثلاثة آخرون صباح الاثنين في كمين نصبه مسلحون على طريق الوادي.\n"
    "وقال المتحدث باسم الجيش إن المهاجمين فروا باتجاه الحدود وإن عمليات البحث مستمرة.",
    "th": "ทหารสองนายเสียชีวิตและอีกสามนายได้รับบาดเจ็บจากเหตุซุ่มโจมตีบนถนนในหุบเขาเมื่อเช้าวันจันทร์\n"
    "ชาวบ้านกล่าวว่าได้ยินเสียงระเบิดตามด้วยเสียงปืนนานประมาณยี่สิบนาที โรงเรียนปิดทำการ",
    "ru": "Двое военнослужащих погибли и трое ранены утром в засаде на дороге в ущелье.\n"
    "Местные жители рассказали, что слышали взрыв, а затем стрельбу около двадцати минут.",
    "hi": "सोमवार सुबह घाटी की सड़क पर घात लगाकर किए गए हमले में दो सैनिक मारे गए।\n"
    "स्थानीय लोगों ने बताया कि उन्होंने धमाके के बाद करीब बीस मिनट तक गोलीबारी सुनी।",
}


@pytest.mark.parametrize("language", TOLD)
def test_text_of_any_script_is_kept_and_its_menus_go(language: str) -> None:
    paragraphs = TOLD[language].split("\n") * 3
    title = paragraphs[1][:30]
    menu = "".join(f"<li><a href=/{n}>{title[:6]} {n}</a></li>" for n in range(8))
    more = "".join(f"<li><a href=/more/{n}>{title[4:24]}</a></li>" for n in range(6))
    page = (
        f"<html lang={language}><head><meta charset=utf-8><title>{title}</title></head><body>"
        f"<ul class=menu>{menu}</ul><div class=x1><div class=x2>{title}</div>"
        f"<div class=x3>{'<br><br>'.join(paragraphs)}</div></div>"
        f"<div class=x4><ul>{more}</ul></div></body></html>"
    )
    assert extract_text(page.encode(), URL) == "\n\n".join(paragraphs)
