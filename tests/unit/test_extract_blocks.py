"""Blocks, their alignment with a text, and the choice among them."""

from __future__ import annotations

import json
import time
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from aggregator.reading import boxes, features, model
from aggregator.reading.align import Alignment
from aggregator.reading.blocks import Node, Page, segment
from aggregator.reading.choose import UNWEIGHED, choose_by
from aggregator.reading.clues import Clues
from aggregator.reading.metadata import Metadata, names, plain_paragraphs, without_site
from aggregator.reading.study import Study, shares, study, words_of


def page_of(markup: str) -> Page:
    return segment(html.document_fromstring(f"<html><body>{markup}</body></html>").find("body"))


def texts(markup: str) -> list[str]:
    return [block.text for block in page_of(markup).blocks]


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        pytest.param("<p>a</p>b<p>c</p>", ["a", "b", "c"], id="text between blocks"),
        pytest.param("<div>a<div>b</div>c</div>", ["a", "b", "c"], id="text around a block"),
        pytest.param("<a href=x><div>a</div>b</a>", ["a", "b"], id="a block in a link"),
        pytest.param(
            "<span style='display:block'>a</span>b", ["a", "b"], id="a span set as a block"
        ),
        pytest.param("<p>a<button>Share</button>b</p>", ["ab"], id="labels are no text"),
        pytest.param("<p hidden>a</p><p style='display:none'>b</p>c", ["c"], id="hidden"),
        pytest.param("<p>a<span class=sr-only>b</span></p>", ["a"], id="for screen readers"),
        pytest.param("<p>a<meta itemprop=x content=y>b</p>", ["ab"], id="microdata in a line"),
        pytest.param("<td>a</td><td>b</td>", ["a", "b"], id="cells"),
    ],
)
def test_segment(markup: str, wanted: list[str]) -> None:
    if markup.startswith("<td"):
        markup = f"<table><tr>{markup}</tr></table>"
    assert texts(markup) == wanted


def test_an_article_that_waits_for_a_script_is_kept_and_marked() -> None:
    page = page_of(f"<div style='display:none'><p>{'word ' * 400}</p></div><p>shown</p>")
    assert [block.hidden for block in page.blocks] == [True, False]


def test_paragraphs_hidden_until_a_click_are_kept_and_marked() -> None:
    hidden = f"<div class=subscribers style='display:none'><p>{'word ' * 20}</p></div>"
    page = page_of(f"<p>shown</p>{hidden}<p>a<span style='display:none'>{'b ' * 60}</span></p>")
    assert [block.hidden for block in page.blocks] == [False, True, False]


def test_a_button_that_never_ends_does_not_swallow_the_page() -> None:
    assert len(texts(f"<button><p>{'word ' * 200}</p><p>{'more ' * 200}</p>")) == 2


def test_parents_come_before_their_children() -> None:
    page = page_of("<div><ul><li>a<p>b</p></li></ul></div><section>c</section>")
    assert all(node.parent < place for place, node in enumerate(page.nodes))
    tags = [[page.nodes[each].tag for each in page.above(block.node)] for block in page.blocks]
    assert tags[1] == ["p", "li", "ul", "div", "body"]


def flagged(page: str, text: str) -> str:
    words = page.split()
    flags = Alignment(words).matched(text.split())
    return " ".join(word for word, flag in zip(words, flags, strict=True) if flag)


ARTICLE = "the army said on monday that two soldiers were killed when a mine went off"


@pytest.mark.parametrize(
    ("page", "text", "wanted"),
    [
        pytest.param(f"home news {ARTICLE} share", ARTICLE, ARTICLE, id="in the middle"),
        pytest.param(ARTICLE, "", "", id="nothing"),
        pytest.param("", ARTICLE, "", id="no page"),
        pytest.param(
            f"two soldiers {ARTICLE} soldiers", ARTICLE, ARTICLE, id="each word is used once"
        ),
        pytest.param(
            f"home {ARTICLE} small screens {ARTICLE} end",
            ARTICLE,
            ARTICLE,
            id="an article that stands twice counts once",
        ),
        pytest.param(
            f"{ARTICLE} advertisement it was the third",
            f"{ARTICLE} it was the third",
            f"{ARTICLE} it was the third",
            id="what stands between is left out",
        ),
    ],
)
def test_alignment(page: str, text: str, wanted: str) -> None:
    assert flagged(page, text) == wanted


WORDS = st.lists(st.sampled_from("a b c d e f g h".split()), max_size=60)


@given(WORDS, WORDS)
def test_what_is_matched_stands_in_the_text_in_order(page: list[str], text: list[str]) -> None:
    flags = Alignment(page).matched(text)
    found = iter(text)
    assert all(word in found for word, flag in zip(page, flags, strict=True) if flag)


@given(WORDS)
def test_a_page_matches_itself(page: list[str]) -> None:
    assert shares([page], Alignment(page).matched(page)) == ([1.0] if page else [0.0])


@pytest.mark.parametrize(
    ("node", "is_box"),
    [
        pytest.param(Node(0, "aside"), True, id="tag"),
        pytest.param(Node(0, "div", role="complementary"), True, id="role"),
        pytest.param(Node(0, "div", "author-box"), True, id="hyphens"),
        pytest.param(Node(0, "div", "relatedArticles"), True, id="capitals"),
        pytest.param(Node(0, "div", "post__share_bar"), True, id="underscores"),
        pytest.param(Node(0, "div", "jp-relatedposts"), True, id="a plugin's"),
        pytest.param(Node(0, "div", "b-interstitial-link"), True, id="in between"),
        pytest.param(Node(0, "div", "ilgili-haber"), True, id="Turkish"),
        pytest.param(Node(0, "div", "noticiasRelacionadas"), True, id="Spanish"),
        pytest.param(Node(0, "div", "notizie_correlate"), True, id="Italian"),
        pytest.param(Node(0, "div", "leia-mais"), True, id="Portuguese"),
        pytest.param(Node(0, "div", "a-lire-aussi"), True, id="French"),
        pytest.param(Node(0, "div", "baca-juga"), True, id="Indonesian"),
        pytest.param(Node(0, "div", "entry-content"), False, id="the text"),
        pytest.param(
            Node(0, "div", "admiral authority leads correlation"), False, id="parts of words"
        ),
        pytest.param(Node(0, "div"), False, id="no name"),
    ],
)
def test_boxes_are_known_by_name(node: Node, is_box: bool) -> None:
    assert boxes.is_box(node) is is_box


def test_a_box_that_holds_most_of_the_text_is_a_layout() -> None:
    page = page_of(
        f"<div class=related><p>{'word ' * 40}</p><div class=share>Share it</div></div>"
        "<div class=related><p>Another story</p></div>"
    )
    assert boxes.boxed(page, [True, False, False]) == [False, True, True]


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement",
        "Share this article",
        "Sign up for our newsletter",
        "By Amina Rind and Bilal Shah",
        "2 November 2026, 10:30",
        "Last updated: Nov 2, 2026",
        "Photo: K. Marri / Courier",
        "责任编辑\uff1a张三",
        "作者\uff1a张三",
        "Copyright Reuters 2026",
        "Loading comments …",
        "More from the Courier",
        "Follow @courier on X",
        "Join our WhatsApp channel for updates",
        "BY AMINA RIND, STAFF WRITER",
        "By Amina al-Rind and Bilal Shah | Published May 2, 2026 11:00 a.m. EST",
        "By Dr. Amina K. Rind, Quetta Times, updated 2 days ago",
        "By amina | May 2, 2026",
        "By signing up, you agree to our privacy policy.",
        "Updated 1:39 am EST, Wednesday, November 20, 2019",
        "Posted on the 15/12/2025 at 19:00 by @amina",
        "Published 3 hours ago",
        "Share on Facebook",
        "Share with friends",
        "Follow us on",
        "Подпишитесь на наш канал",
        "Поделиться с друзьями",
        "شارك على فيسبوك",
        "Автор: Амина Ринд",
        # what a browser lacks
        "This slideshow requires JavaScript.",
        "Please enable JavaScript to view the comments powered by Disqus.",
        "Your browser does not support the video tag.",
        "We're sorry but Courier doesn't work properly without JavaScript enabled.",
        "You need to enable JavaScript to run this app.",
        "JavaScript is disabled in your browser.",
        "Ihr Browser unterstützt das Video-Element nicht.",
        "Ce diaporama nécessite JavaScript.",
        "Tu navegador no soporta este vídeo.",
        "Ваш браузер не поддерживает видео.",
        "您的浏览器不支持视频播放。",
        # what software should have filled in
        "{{ad}}",
        "{{ article.title }} {{ article.author }}",
        '[gallery ids="1,2"]',
        "[gallery]",
        "[convertkit form=1630175]",
        "[READING_TIME]",
        '[button link="https://e.org/" type=”big”] Send us YOUR review [/button]',
        '[caption id="a1"]Gwadar harbour[/caption] [/column]',
        "[embed]https://video.example/1[/embed]",
        "[email protected]",
    ],
)
def test_lines_about_the_page(line: str) -> None:
    assert boxes.is_boilerplate_line(line)


@pytest.mark.parametrize(
    "line",
    [
        "By Monday evening the road was open again.",
        "Read the statement in full, the minister told us, and you will see.",
        "Two drivers were wounded.",
        "Share prices fell after the attack on the port.",
        "They signed up for the army in the spring of 2011.",
        "شارك الوزير في المؤتمر.",
        "编辑部昨天说，港口重新开放。",
        "Copyright law in Iran was changed on Monday.",
        "Updated to 40, the death toll rose again.",
        "Published in 2019, it named 40 men of Hamas.",
        "Posted on Telegram at 9pm, the video names Jundallah.",
        "Loading guns, they fled.",
        "Follow him on foot, the guide said.",
        "More from Gaza are expected in Cairo.",
        "Join the jihad today.",
        # what was done by a day, a way or somebody
        "By Tuesday Hamas had freed 12 hostages",
        "By Saturday Hamas Wants Aid",
        "By land and sea, Houthi fighters reached Hodeidah",
        "By 2014 the group held Mosul",
        "By noon 12 hostages were free",
        "By late May Hamas was gone",
        "By Hamas' count 40 people died",
        "By striking Tehran, Israel broke a taboo",
        "Written by hand, the letter names Jundallah",
        "Автор: 19-летний житель Казани",
        # what people are told to do, by others
        "Share with your neighbours what you have, the imam said",
        "Share post-war Gaza with Egypt, Hamas tells the PA",
        "Join us, the militants told the youths, and be free",
        "Subscribe to the channel, Jundallah ordered its men, or leave the channel",
        "“Subscribe to the channel” is all that the hostage wrote today",
        "Write a reply to Hamas, families ask Netanyahu",
        "Click here, the message told victims in Kyiv, and pay",
        "Подпишитесь на канал, приказала группировка",
        "Поделиться едой с соседями призвал имам в Казани",
        # what happened so many times, or to so many
        "Published in Dawn, 12 names of missing men shocked Quetta",
        "Updated: 12 killed in Quetta blast",
        "Updated: 12 Killed in Quetta",
        "Posted to 12 villages, militiamen loot Darfur",
        "شارك على الأقل 50 من حماس",
        # tools of terror, and of the trade
        "Please enable us to live in Gaza, families ask",
        "This video requires no comment.",
        "This site requires JavaScript. Jundallah runs it from Zahedan.",
        "JavaScript is required reading in Quetta's schools.",
        "Turn on JavaScript, the phishing page told activists in Tehran.",
        "Your browser history is no secret to the ministry.",
        # brackets of an article
        "[Applause]",
        "[sic]",
        "[Hamas]",
        "[Editor's note: the group = Jundallah]",
        "[1] Jundallah's statement of 2014",
        "[al-Qaeda in Iraq]",
        "[caption: Gwadar harbour]",
        '[box color="red"]Jundallah struck Zahedan.[/box]',
        "[dropcap]J[/dropcap]undallah struck Zahedan.",
        "[button link=“/a”]Buy[/button] Jundallah struck Zahedan.",
        "[button a=1]Buy[/button] Jundallah struck. [button a=1]Buy[/button]",
        "{Jundallah} struck {{Zahedan}}.",
        # headings
        "Copyright Act of Iran Divides Tehran",
        "More from Gaza: 12 dead",
    ],
)
def test_lines_of_an_article(line: str) -> None:
    assert not boxes.is_boilerplate_line(line)


@pytest.mark.parametrize(
    ("text", "is_about_author"),
    [
        ("Ali Khan is a freelance journalist in Quetta who covers Jundallah.", True),
        ("About Ali Khan: he writes for the Quetta Times.", True),
        ("Ali Khan has worked in Quetta since 2018. He is a Senior Markets Reporter.", True),
        ("Ali Khan's book on Jundallah is out now. Follow him on Twitter @ali.", True),
        ("Bilal Shah is a freelance journalist in Quetta.", False),
        ("Ali Khan was a journalist, a poet and a father of three.", False),
        ("Ali Khan is a journalist and was shot dead in Quetta on Monday.", False),
        ("Ali Khan is an analyst whom the Taliban hold in Kabul.", False),
        ("Ali Khan provides usage reports for the first time, as an author would.", False),
        ("The army said that Ali Khan is a writer of Jundallah's leaflets.", False),
    ],
)
def test_a_box_about_the_author_tells_that_he_writes(text: str, is_about_author: bool) -> None:
    assert boxes.is_about_author(text, ["Ali Khan"]) is is_about_author


@pytest.mark.parametrize(
    ("before", "is_kept"),
    [
        pytest.param("Two drivers were wounded.", False, id="nothing said of him"),
        pytest.param("Gunmen fired at the car of Mr Khan.", True, id="named"),
        pytest.param("By Ali Khan and Bilal Shah", False, id="a byline says nothing of him"),
        pytest.param("Ali Khan is a reporter at large.", False, id="nor does another box"),
    ],
)
def test_an_article_about_its_author_keeps_what_it_says_of_him(before: str, is_kept: bool) -> None:
    about = "Ali Khan is a freelance journalist in Quetta who covers Jundallah."
    known = studied(f"<p>{before}</p><p>{about}</p><p>It rained.</p>", authors=("Ali Khan",))
    assert (about in choose_by(known, [0.9] * 3, "blocks").paragraphs) is is_kept


@pytest.mark.parametrize(
    "piece",
    [
        "May.",
        "By A ",
        "a-",
        "12 May ",
        "share on x ",
        "a.m. ",
        "by ",
        "(",
        "[a b=",
        "[video]",
        "{{",
    ],
)
@pytest.mark.parametrize(
    "start", ["", "Published 1 ", "By A", "Copyright A ", "Follow A on x ", "[video][/video]"]
)
def test_hostile_lines_take_no_long_time(start: str, piece: str) -> None:
    line = f"{(start + piece * 300)[:298]}¿q"
    began = time.process_time()
    for _ in range(20):
        boxes.is_boilerplate_line(line)
        boxes.is_about_author(line, ["By A", "May. May."])
    assert time.process_time() - began < 2


def test_the_model_was_trained_on_these_features() -> None:
    stored = json.loads((resources.files("aggregator.reading") / "blocks_model.json").read_text())
    assert tuple(stored["features"]) == features.NAMES
    assert len(set(features.NAMES)) == len(features.NAMES)


def test_a_row_has_a_number_for_every_name() -> None:
    tree = html.document_fromstring("<html><body><h1>a b</h1><div><p>c, d.</p></div></body></html>")
    for row in features.rows(study(tree, "https://e.example/").scene):
        assert len(row) == len(features.NAMES)


BRANCH = (1, 0.5, -0.04, 0.04)


@pytest.mark.parametrize(
    ("trees", "row", "wanted"),
    [
        pytest.param([BRANCH] * 60, [9, 0.5], -2.4, id="a border belongs to the branch below"),
        pytest.param([BRANCH] * 60, [9, 0.6], 2.4, id="above it"),
        pytest.param([(0, 5.0, BRANCH, 1.0)], [6, 0], 1.0, id="a branch of branches"),
        pytest.param([0.2] * 20 + [-0.2] * 20, [0, 0], 4.0, id="what is decided stays so"),
        pytest.param([-0.2] * 20 + [0.2] * 20, [0, 0], -4.0, id="so does what is no text"),
        pytest.param([0.1] * 20 + [-0.1] * 20, [0, 0], 0.0, id="what is not goes on"),
    ],
)
def test_the_forest_votes(trees: list[model.Tree], row: list[float], wanted: float) -> None:
    assert model.vote(model.compiled(trees), row) == pytest.approx(wanted)


def test_likelihoods_are_told_apart() -> None:
    known = study(
        html.document_fromstring(
            "<html><body><nav><ul><li><a href=x>Home</a></li><li><a href=y>World</a></li></ul>"
            "</nav>"
            f"<article><h1>A convoy</h1>{'<p>Two men, the army said, were killed there.</p>' * 5}"
            "</article></body></html>"
        ),
        "https://e.example/",
    )
    likely = model.likelihoods(features.rows(known.scene))
    assert max(likely[:2]) < 0.1 < 0.5 < min(likely[3:6])


def test_likelihoods_by_other_trees() -> None:
    looks = model.compiled([[0, 0.5, -10.0, 0.0]])
    below, above = model.likelihoods([[0.0], [1.0]], looks)
    assert below < 0.001
    assert above == 0.5


CLUES = Clues(
    wording={"related": -1.0, "the army": 0.5, "late ago": 0.25, "length 0": -0.125},
    naming={"0 <p>": 1.0, "0 promo": -2.0, "1 story": 4.0, "1 role main": 8.0, "2 deep": 16.0},
)


@pytest.mark.parametrize(
    ("markup", "wording", "naming"),
    [
        pytest.param("<p>Related</p>", -1.125, 1.0, id="a word, a short line, a tag"),
        pytest.param("<p>So said the Army, whose long statement came</p>", 0.5, 1.0, id="a pair"),
        pytest.param(f"<p>{'word ' * 40} ago</p>", 0.25, 1.0, id="a late word of long text"),
        pytest.param("<div class=box-promo>army</div>", -0.125, -2.0, id="its own name"),
        pytest.param(
            "<div class=myStory role=main><p>army</p></div>", -0.125, 13.0, id="name and role above"
        ),
        pytest.param(
            "<div id=deep><div><div><p>army</p></div></div></div>", -0.125, 17.0, id="far above"
        ),
        pytest.param(
            "<p>今天下午,陆军发言人说,两名士兵在山谷里遇难身亡,调查仍在进行中。</p>",
            0.0,
            1.0,
            id="unknown script",
        ),
    ],
)
def test_clues(markup: str, wording: float, naming: float) -> None:
    page = page_of(markup)
    words = [words_of(block.text) for block in page.blocks]
    assert CLUES.of(page, words) == ([wording], [naming])


def test_to_an_unknown_language_length_and_names_are_left() -> None:
    page = page_of("<p>Related</p>")
    words = [words_of(block.text) for block in page.blocks]
    assert CLUES.unworded.of(page, words) == ([-0.125], [1.0])


def studied(markup: str, **claims: object) -> Study:
    tree = html.document_fromstring(f"<html><body>{markup}</body></html>")
    return study(tree, "https://e.example/", Metadata(**claims))  # type: ignore[arg-type]


def test_choice_follows_the_likelihoods() -> None:
    known = studied("<p>One of us.</p><p>Two of us.</p><p>Three of us.</p>")
    choice = choose_by(known, [0.9, 0.2, 0.6], "blocks")
    assert choice.paragraphs == ("One of us.", "Three of us.")
    assert choice.certainty == pytest.approx(2 * 4.5 / (6 + 5.1), abs=0.001)


@pytest.mark.parametrize("method", ["trafilatura", "anchor"])
def test_what_the_model_did_not_weigh_is_not_sure(method: str) -> None:
    known = studied("<p>One of us.</p><p>Two of us.</p>")
    assert choose_by(known, [1.0, 1.0], method).certainty == UNWEIGHED


def test_where_nothing_looks_sure_less_has_to_do() -> None:
    known = studied("<p>One of us.</p><p>Two of us.</p><p>Three of us.</p>")
    unsure = choose_by(known, [0.45, 0.4, 0.1], "blocks")
    assert unsure.paragraphs == ("One of us.", "Two of us.")
    sure = choose_by(known, [0.95, 0.32, 0.1], "blocks")
    assert sure.paragraphs == ("One of us.",)


def test_a_likely_block_in_a_box_must_be_likelier() -> None:
    known = studied("<p>One of us.</p><aside><p>Two.</p><p>Three.</p></aside>")
    assert choose_by(known, [0.9, 0.65, 0.9], "blocks").paragraphs == ("One of us.", "Three.")


def test_a_line_that_repeats_the_title_goes() -> None:
    known = studied("<h2>A  Convoy, attacked</h2><p>One of us.</p>", title="A convoy attacked")
    assert choose_by(known, [0.9, 0.9], "blocks").paragraphs == ("One of us.",)


def test_the_body_told_to_machines_is_taken_when_it_is_far_fuller() -> None:
    body = "<p>" + "A sentence of five words. " * 30 + "</p><p>The <b>e</b>nd &amp; more.</p>"
    choice = choose_by(studied("<p>One of us.</p>", body=body), [0.9], "blocks")
    assert choice.method == "json-ld"
    assert choice.paragraphs[1] == "The end & more."
    long = studied(f"<p>{'A sentence of five words. ' * 20}</p>", body=body)
    assert choose_by(long, [0.9], "blocks").method == "blocks"


@pytest.mark.parametrize(
    ("title", "site", "window", "wanted"),
    [
        pytest.param("A convoy | The Courier", "The Courier", False, "A convoy", id="behind"),
        pytest.param(
            "Courier: A convoy", "Courier", False, "Courier: A convoy", id="a colon parts no site"
        ),
        pytest.param(
            "The Courier - A convoy", "Courier", False, "A convoy", id="before, with article"
        ),
        pytest.param(
            "A convoy - and a road", "Courier", False, "A convoy - and a road", id="no site"
        ),
        pytest.param(
            "Gunmen attack a convoy » World",
            "",
            True,
            "Gunmen attack a convoy",
            id="a window's title",
        ),
        pytest.param(
            "Jaish al-Adl returns", "", True, "Jaish al-Adl returns", id="a hyphen in a name"
        ),
    ],
)
def test_a_title_is_without_its_site(title: str, site: str, window: bool, wanted: str) -> None:
    assert without_site(title, site, is_window=window) == wanted


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        pytest.param("By Amina Rind and Bilal Shah", ["Amina Rind", "Bilal Shah"], id="two"),
        pytest.param("زرمینہ کاسی 22-11-2026", ["زرمینہ کاسی"], id="a date behind"),
        pytest.param("https://e.example/author", [], id="an address"),
        pytest.param("Автор: А. Петров", ["А. Петров"], id="Russian"),
        pytest.param("作者\uff1a张三", ["张三"], id="Chinese"),
        pytest.param("Alexandra Anderson", ["Alexandra Anderson"], id="and in a name"),
        pytest.param("", [], id="nobody"),
    ],
)
def test_names(line: str, wanted: list[str]) -> None:
    assert names(line) == wanted


def test_plain_paragraphs() -> None:
    assert plain_paragraphs("a < b\n\nc") == ["a < b", "c"]
    assert words_of("Jund-allah, 2") == ["Jund", "allah", "2"]
