"""How publishers say that they take something back."""

from __future__ import annotations

import pytest

from aggregator.text.corrections import is_notice, labels


@pytest.mark.parametrize(
    "paragraph",
    [
        "Correction: Two men were arrested, not three.",
        "CORRECTION — Two men were arrested.",
        "Correction, Nov. 3: Two men were arrested.",
        "Correction (5 May): Two men were arrested.",
        "Correction, May 3: two men were arrested",
        "Correction:",
        "This article was amended on 3 May 2026. Two men were arrested, not three.",
        "An earlier version of this story gave a wrong name.",
        "(This version corrects the name of the governor in paragraph 3.)",
        "This story has been corrected to show that two men were arrested.",
        "Rectificatif : deux hommes ont été arrêtés.",
        "Une version antérieure de cet article citait un autre nom.",
        "Fe de errores: dos hombres fueron detenidos.",
        "Korrektur: Zwei Männer wurden festgenommen.",
        "In einer früheren Version dieses Artikels stand ein anderer Name.",
        "Düzeltme: İki kişi gözaltına alındı.",
        "Исправление: задержаны двое.",
        "В предыдущей версии материала было другое имя.",
        "В первоначальной версии этой новости было другое имя.",
        "Una versión anterior de esta nota daba otro nombre.",
        "في نسخة سابقة من هذا المقال ورد اسم آخر.",
        "در نسخه قبلی این گزارش نام دیگری بود.",
        "تصحيح: تم توقيف رجلين.",
        "اصلاحیه: دو نفر دستگیر شدند.",
        "भूल सुधार: दो लोग गिरफ़्तार हुए।",
        "更正：两人被捕，而非三人。",
        "訂正：逮捕されたのは二人です。",
        "정정: 두 명이 체포됐다.",
    ],
)
def test_a_notice(paragraph: str) -> None:
    assert is_notice(paragraph)


@pytest.mark.parametrize(
    "paragraph",
    [
        "",
        "Correction officers: two men were arrested.",
        "Correction: markets fall 12 %",
        "Corrección: el Ibex cae un 12 %",
        "Correction of the course is needed, the minister said: prices fall.",
        "The record was corrected by the court.",
        "He asked for clarification and got none.",
        "An earlier version of this missile was tested in 2019.",
        "In a previous version of this bill, prison was asked for.",
        "The story was corrected by witnesses, who told police of three men.",
        "В первоначальной версии законопроекта срок был три года.",
        "Una versión anterior de esta ley preveía tres años.",
        "10:32 - Update: two men were arrested.",
        "Market correction hits Karachi",
        "تم تصحيح المسار السياسي في البلاد بعد الانتخابات",
        f"Correction: {'two men were arrested ' * 60}",
    ],
)
def test_no_notice(paragraph: str) -> None:
    assert not is_notice(paragraph)


def test_labels_of_a_headline() -> None:
    assert labels("Correction: a pledge") == {"correction"}
    assert labels("Исправлено: удар") == {"исправлено"}
    assert labels("更正：声明") == {"更 正"}
    assert labels("Correctional officers speak") == frozenset()
