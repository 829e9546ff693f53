"""Lines that lead away from an article go; its sentences stay, whatever they begin with."""

from __future__ import annotations

import tomllib
from importlib import resources

import pytest
from lxml import html

from aggregator.reading import boxes
from aggregator.reading.blocks import segment
from aggregator.reading.extract import extract
from aggregator.text.credits import without_credits
from aggregator.text.promotion import is_promotion, is_request, promoted

STORED = tomllib.loads(
    (resources.files("aggregator.text") / "promotion.toml").read_text(encoding="utf-8")
)
BY_LANGUAGE = [
    pytest.param(phrase, id=f"{language}: {phrase}")
    for language, phrases in STORED["elsewhere"].items()
    for phrase in (phrases[0], phrases[-1])
]


@pytest.mark.parametrize("phrase", BY_LANGUAGE)
def test_a_phrase_alone_before_a_sign_or_with_a_link_leads_away(phrase: str) -> None:
    headline = "Gwadar 2026"
    assert is_promotion(f"» {phrase.upper()}", linked=0)
    assert is_promotion(f"{phrase}: {headline}", linked=0)
    assert is_promotion(f"[{phrase}] {headline}", linked=0)
    assert is_promotion(f"{phrase} {headline}", linked=len(headline))


@pytest.mark.parametrize("phrase", BY_LANGUAGE)
def test_a_phrase_in_a_sentence_does_not(phrase: str) -> None:
    assert not is_promotion(f"{phrase} Gwadar 2026 Quetta.", linked=6)


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        pytest.param("İLGİLİ HABERLER", 0, id="Turkish capitals"),
        pytest.param("ΔΙΑΒΑΣΤΕ ΕΠΙΣΗΣ: Άνοιξε το λιμάνι", 0, id="Greek capitals lose accents"),
        pytest.param("إقرأ أيضًا: الميناء", 0, id="Arabic, with a hamza and a tanwin"),
        pytest.param("【相关阅读】港口重新开放", 0, id="Chinese brackets"),
        pytest.param("相关阅读\uff1a港口重新开放", 0, id="a full-width colon"),
        pytest.param("👉 Te puede interesar | Reabre el puerto", 0, id="a picture and a bar"),
        pytest.param("Read: Port reopens after the storm", 30, id="a label before a link"),
        pytest.param("Read more about the port here.", 29, id="a link that is a sentence"),
        pytest.param("Also read: Will the port reopen?", 0, id="a question is a headline"),
        pytest.param("Related: Port reopens", 0, id="one word before a headline"),
        pytest.param("Related: how the port reopened", 24, id="one word before a link"),
        pytest.param("WATCH MORE: Port reopens", 12, id="a label of two words before a link"),
        pytest.param("➡️ Port reopens", 12, id="an arrow that points at a link"),
        pytest.param(">> Port reopens", 12, id="an arrow of signs"),
    ],
)
def test_forms_of_promotion(text: str, linked: int) -> None:
    assert is_promotion(text, linked)


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        pytest.param("Read more books, the minister told children", 0, id="goes on"),
        pytest.param("See also the commission's report.", 0, id="a reference"),
        pytest.param("See also the commission's report.", 6, id="with a link in it"),
        pytest.param("Related: two men were held. They deny it.", 0, id="sentences after a sign"),
        pytest.param("Read: the book of the year", 0, id="a label without a link"),
        pytest.param("Background: the war began in 2011", 0, id="a heading of its own"),
        pytest.param("More than 200 people were killed", 32, id="a label within a phrase"),
        pytest.param("Background", 0, id="a label alone may be a heading"),
        pytest.param(
            "➡️ Jundallah: two dead, three held", 9, id="an arrow before a point of a list"
        ),
        pytest.param("Next: the trial of the two men", 0, id="what comes next"),
        pytest.param("Related: how the militia was founded", 0, id="one word, and no headline"),
        pytest.param("Читайте также роман Толстого, советует он.", 0, id="advice"),
        pytest.param("相关阅读材料由学校提供。", 0, id="words that are not parted"),
        pytest.param(f"Also read: {'the long story ' * 25}", 300, id="more than a line"),
        pytest.param("Relatedly: the port", 11, id="only the beginning of a word"),
        pytest.param("…", 0, id="no word"),
    ],
)
def test_sentences_stay(text: str, linked: int) -> None:
    assert not is_promotion(text, linked)


def test_links_below_a_line_that_announces_them_go() -> None:
    link, sentence = ("Port reopens", 12), ("The port reopened.", 0)
    announcing, leading = ("Also read:", 0), ("Also read: Storm nears", 0)
    assert promoted([link, announcing, link, link, sentence, link]) == [
        False, True, True, True, False, False,
    ]  # fmt: skip
    assert promoted([leading, link]) == [True, False]
    assert promoted([announcing, sentence, link]) == [True, False, False]


@pytest.mark.parametrize(
    "text",
    [
        "Follow us on WhatsApp for more.",
        "For breaking news, join our WhatsApp channel",
        "Подписывайтесь на наш Telegram-канал!",
        "欢迎关注我们的公众号。",
        "تابعونا على تلغرام",
        "Siga o nosso canal no Telegram",
        "Share this article",
        "Follow Quetta Times on Telegram and X for more.",
        "Get the latest news, analysis and podcasts delivered to your inbox.",
    ],
)
def test_requests(text: str) -> None:
    assert is_request(text)
    assert without_credits(["The port reopened.", text]) == ("The port reopened.",)


def test_a_request_goes_from_the_end_only() -> None:
    request, sentence = "For breaking news, join our WhatsApp channel", "The port reopened."
    assert without_credits([request, sentence, request]) == (request, sentence)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("“Follow us on Telegram,” the gang's notice said.", id="somebody's words"),
        pytest.param("The trial resumes on Monday. Follow us on Twitter.", id="not all of it"),
        pytest.param("He asked them to follow the road on foot.", id="other words"),
        pytest.param(f"Follow us on Telegram, {'he wrote to them, ' * 20}", id="more than a line"),
    ],
)
def test_no_requests(text: str) -> None:
    assert not is_request(text)


SENTENCES = [
    f"The {nth} convoy reached the harbour on Monday, and {count} lorries were unloaded by noon."
    for nth, count in (("first", 12), ("second", 20), ("third", 31), ("fourth", 45), ("fifth", 52))
]


@pytest.mark.parametrize(
    ("promotion", "headline"),
    [
        ("<p>Also read: <a href=/k>Jundallah claims the attack</a></p>", "Jundallah"),
        ("<p><b>Lire aussi</b></p><p><a href=/k>Attaque à Quetta, deux morts</a></p>", "Quetta"),
        ("<p><strong>ये भी पढ़ें: क्वेटा में हमला</strong></p>", "क्वेटा"),
    ],
)
def test_the_headline_of_another_article_is_not_in_the_text(promotion: str, headline: str) -> None:
    before, after = (
        "".join(f"<p>{s}</p>" for s in part) for part in (SENTENCES[:3], SENTENCES[3:])
    )
    page = (
        f"<html><body><article><h1>Convoys</h1>{before}{promotion}{after}</article></body></html>"
    )
    found = extract(page.encode(), "https://quetta.example/convoys")
    assert found.paragraphs == tuple(SENTENCES)
    assert headline not in found.text


CARD = "<div><div>Related</div><h5><a href=/k>Jundallah claims it</a></h5><p>In Quetta.</p></div>"
REST = "<div><p>Continue reading</p><p>The harbour is open.</p></div>"


@pytest.mark.parametrize(
    ("card", "wanted"),
    [
        pytest.param("", [False, False], id="none"),
        pytest.param(CARD, [False, True, True, True, False], id="a card with its teaser"),
        pytest.param(REST, [False, False, False, False], id="the article goes on, without a link"),
        pytest.param(
            "Related<p><a href=/k>Jundallah claims it</a></p>",
            [False, False, False, False],
            id="in the article's own element a line opens nothing",
        ),
    ],
)
def test_cards_of_other_articles(card: str, wanted: list[bool]) -> None:
    body = html.document_fromstring(
        f"<body><p>{SENTENCES[0]}</p>{card}<p>{SENTENCES[1]}</p></body>"
    )
    page = segment(body)
    chosen = [block.text in SENTENCES for block in page.blocks]
    assert boxes.carded(page, chosen) == wanted


def test_what_holds_most_of_the_text_is_no_card() -> None:
    body = html.document_fromstring(
        f"<body><div><p>Related</p><a href=/k>K</a><p>{SENTENCES[0]}</div>"
    )
    page = segment(body)
    assert boxes.carded(page, [False, False, True]) == [True, False, False]


def test_a_body_told_to_machines_loses_them_too() -> None:
    told = "\\n\\n".join(
        [*(SENTENCES * 3)[:8], "Also read: Jundallah claims the attack", *SENTENCES]
    )
    page = (
        '<html><head><script type="application/ld+json">{"@type": "NewsArticle", "articleBody": "'
        + told
        + '"}</script></head><body><p>Loading the story of the convoys.</p></body></html>'
    )
    found = extract(page.encode(), "https://quetta.example/convoys")
    assert found.method == "json-ld"
    assert "Jundallah" not in found.text
