"""What is put behind a feed's text, and is not of it."""

from __future__ import annotations

import time

import pytest

from aggregator.text.appended import is_cut_off, own_words

CUT_OFF = {
    "English": "Two drivers were wounded. Read more",
    "English, by name": "Two drivers were wounded.\nContinue reading Gunmen attack convoy →",
    "an ellipsis": "Two drivers were …",
    "in brackets": "Two drivers were wounded [...]",
    "counted": "Two drivers were wo… [+1234 chars]",
    "German": "Zwei Fahrer wurden verletzt. Weiterlesen",
    "French": "Deux conducteurs ont été blessés. Lire la suite",
    "Spanish": "Dos conductores resultaron heridos. Seguir leyendo",
    "Portuguese": "Dois motoristas ficaram feridos. Leia mais",
    "Italian": "Due autisti sono rimasti feriti. Leggi tutto",
    "Polish": "Dwóch kierowców zostało rannych. Czytaj więcej",
    "Turkish": "İki sürücü yaralandı. Devamını oku",
    "Russian": "Ранены двое водителей. Читать далее",
    "Arabic": "وأصيب سائقان بجروح. اقرأ المزيد",
    "Persian": "دو راننده زخمی شدند. ادامه مطلب",
    "Urdu": "دو ڈرائیور زخمی ہوئے۔ مزید پڑھیں",
    "Hindi": "दो चालक घायल हुए। और पढ़ें",
    "Chinese": "两名司机受伤。阅读全文",
    "Japanese": "運転手二人が負傷した。続きを読む",
    "Korean": "운전자 두 명이 다쳤다. 기사 더보기",
    "Indonesian": "Dua sopir terluka. Selengkapnya",
}


@pytest.mark.parametrize("name", CUT_OFF)
def test_a_text_that_goes_on_elsewhere_is_cut_off(name: str) -> None:
    assert is_cut_off(CUT_OFF[name])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("She said that children should read more.", id="a last sentence"),
        pytest.param("Мы взяли хлеб, воду и так далее.", id="and so on"),
        pytest.param("ويحتاج السكان إلى المزيد.", id="more, in Arabic"),
        pytest.param("They want to keep reading the law their way.", id="to keep reading"),
    ],
)
def test_a_text_that_ends_is_not(text: str) -> None:
    assert not is_cut_off(text)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        pytest.param(
            "Flour is dear. The post Flour prices double appeared first on Quetta Times.",
            "Flour is dear.",
            id="WordPress",
        ),
        pytest.param(
            "Flour is dear. The post flour prices double appeared first on Quetta Times.",
            "Flour is dear.",
            id="WordPress, a headline in small letters",
        ),
        pytest.param(
            "Flour is dear […]\n\nThe post Flour is dear first appeared on Quetta Times.",
            "Flour is dear […]",
            id="in a paragraph of its own",
        ),
        pytest.param(
            "Mehl ist teuer. Der Beitrag Mehl erschien zuerst auf Quetta-Zeitung.",
            "Mehl ist teuer.",
            id="German",
        ),
        pytest.param(
            "Мука дорожает. Запись Мука впервые появилась на сайте Кветта Таймс.",
            "Мука дорожает.",
            id="Russian",
        ),
        pytest.param("Flour is … Read more at Quetta Times", "Flour is …", id="where it goes on"),
        pytest.param(
            "Flour is dear. Continue reading Flour prices double in Quetta →",
            "Flour is dear.",
            id="by its headline",
        ),
        pytest.param("Flour … Continue\u00a0reading", "Flour …", id="spaces that do not break"),
        pytest.param("Mehl ist teuer. Weiterlesen", "Mehl ist teuer.", id="German, it goes on"),
        pytest.param("آٹا مہنگا ہے۔ مزید پڑھیں", "آٹا مہنگا ہے۔", id="Urdu, it goes on"),
        pytest.param("面粉涨价。阅读全文", "面粉涨价。", id="Chinese, it goes on"),
        pytest.param(
            "Flour is dear.\n\nShare this: Facebook | X | WhatsApp", "Flour is dear.", id="sharing"
        ),
        pytest.param(
            "Мука дорожает.\nПоделиться в Телеграм", "Мука дорожает.", id="Russian, sharing"
        ),
        pytest.param(
            "Мука дорожает.\nПоделиться: ВКонтакте, Одноклассники",
            "Мука дорожает.",
            id="a word that begins with another",
        ),
        pytest.param("ارتفع السعر.\nشارك على فيسبوك", "ارتفع السعر.", id="Arabic, sharing"),
        pytest.param(
            "Flour is dear. Follow Quetta Times on Telegram and X.",
            "Flour is dear.",
            id="following",
        ),
        pytest.param(
            "Flour is dear.\n\nRelated: Jundallah attacks Quetta", "Flour is dear.", id="related"
        ),
        pytest.param(
            "Flour is dear …\n\nRelated: War in Quetta\n\nContinue reading...\n\nThe post Flour is"
            " dear appeared first on Quetta Times.\n\nShare",
            "Flour is dear …",
            id="all of it",
        ),
        pytest.param(
            "Flour is dear.\n\n(Reporting by Ali Khan in Quetta)", "Flour is dear.", id="a credit"
        ),
        pytest.param("Related: Jundallah attacks Quetta", None, id="the whole text is its own"),
        pytest.param("Share prices in Quetta fell.\nShare of Jundallah grew.", None, id="a share"),
        pytest.param("She said: read more from Quetta.", None, id="to read more"),
        pytest.param(
            "It burnt. Like others on Telegram, Jundallah claimed it.", None, id="as others do"
        ),
        pytest.param(
            "It burnt. Follow Jundallah on Telegram, he told them, and die.", None, id="an order"
        ),
        pytest.param(
            "He wrote the post in Quetta. It appeared first on a wall.",
            None,
            id="a text that says the same of its subject",
        ),
        pytest.param("", "", id="nothing"),
    ],
)
def test_what_a_feed_appends_is_not_its_text(text: str, own: str | None) -> None:
    assert own_words(text) == (text if own is None else own)


def test_what_goes_on_elsewhere_is_cut_off_whatever_stands_behind() -> None:
    assert is_cut_off("Flour is dear. Read more\n\nThe post Flour appeared first on Quetta Times.")
    assert not is_cut_off("Flour is dear.\n\nThe post Flour appeared first on Quetta Times.")


@pytest.mark.parametrize(
    "piece",
    [
        "share ",
        "\nshare this",
        "\nShare on Facebook",
        ". Read more at ",
        "Read more\n",
        "और पढ़ें। ",
        "the post ",
        "\n . ",
    ],
)
@pytest.mark.parametrize("end", ["", " Jundallah"])
def test_hostile_texts_take_no_long_time(piece: str, end: str) -> None:
    text = piece * 20_000 + end
    began = time.process_time()
    own_words(text)
    is_cut_off(text)
    assert time.process_time() - began < 2
