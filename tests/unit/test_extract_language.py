"""The language of short texts, with and against what was declared."""

from __future__ import annotations

import pytest

from aggregator.reading.language import detect

TEXTS = [
    ("fa", "نیروهای امنیتی در سیستان و بلوچستان چند نفر را بازداشت کردند."),
    ("fa", "حمله به پاسگاه مرزی سه کشته برجا گذاشت"),
    ("ur", "کوئٹہ میں دھماکے کے بعد سکیورٹی سخت کر دی گئی ہے۔"),
    ("ur", "حکومت نے نیا بجٹ پیش کر دیا"),
    ("ar", "قالت وزارة الداخلية إن الهجوم أسفر عن مقتل ثلاثة أشخاص."),
    ("ar", "الحكومة تقر موازنة العام المقبل"),
    ("ps", "په کندهار کې د چاودنې له امله درې کسان ووژل شول"),
    ("ru", "Правительство внесло бюджет в Думу, заявил министр"),
    ("uk", "Міністр заявив, що переговори триватимуть"),
    ("kk", "Сыртқы істер министрі келіссөздер жалғасады деп мәлімдеді."),
    ("tg", "Вазири корҳои хориҷӣ гуфт, ки гуфтушунид идома меёбад."),
    ("en", "Gunmen attacked a checkpoint near Quetta on Monday, killing three."),
    ("de", "Bei einem Angriff nahe der Grenze sind drei Menschen getötet worden."),
    ("pt", "Três pessoas morreram em um ataque perto da fronteira com a Bolívia."),
    ("so", "Saddex qof ayaa ku dhintay weerar ka dhacay meel u dhow xadka dalka."),
    ("zh", "外交部表示,会谈将于下周继续举行。"),
    ("ja", "外務省は、協議が来週も続くと述べた。"),
    ("ko", "외무부는 협상이 다음 주에도 계속될 것이라고 밝혔다."),
    ("hi", "सीमा के पास हुए हमले में तीन लोग मारे गए हैं।"),
    ("he", "שר החוץ אמר כי השיחות יימשכו בשבוע הבא."),
]


@pytest.mark.parametrize(
    ("code", "text"), TEXTS, ids=[f"{c}-{n}" for n, (c, _) in enumerate(TEXTS)]
)
def test_detect(code: str, text: str) -> None:
    assert detect(text) == code


@pytest.mark.parametrize(
    ("text", "declared", "wanted"),
    [
        pytest.param("", "ur", "ur", id="no text"),
        pytest.param("", None, None, id="nothing known"),
        pytest.param("2026: 12 %", "fr", "fr", id="no letters"),
        pytest.param("Quetta", "ur", "ur", id="too short to contradict"),
        pytest.param(TEXTS[2][1], "en", "ur", id="contradicted by the script"),
        pytest.param(TEXTS[0][1], "en", "fa", id="a template's lang on a Persian page"),
        pytest.param(TEXTS[0][1], "prs", "prs", id="Dari is written like Persian"),
        pytest.param(TEXTS[12][1], "en", "de", id="contradicted by the words"),
    ],
)
def test_what_was_declared_stands_unless_contradicted(
    text: str, declared: str | None, wanted: str | None
) -> None:
    assert detect(text, declared) == wanted
