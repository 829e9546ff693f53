"""How publishers say that they take something back, in the languages that are read here."""

from __future__ import annotations

import re

from aggregator.text.fold import fold
from aggregator.text.tokens import cut

#: They stand in a headline, or before a notice: `Correction:`, `Correction, 3 May:`.
_LABELS = """
    correction; corrected; corrects; clarification; retraction; retracted; erratum; errata
    rectificatif; rectification; erratum; mise au point
    corrección; rectificación; fe de errores; fe de erratas; correção; retificação
    rettifica; errata corrige; correzione
    korrektur; berichtigung; richtigstellung; rectificatie; correctie; rättelse
    düzeltme; tekzip; sprostowanie; korekta; koreksi; ralat
    исправлено; исправление; уточнение; опровержение; спростування; виправлення; уточнення
    تصحيح; توضيح; تصحیح; اصلاحیه; توضیح; وضاحت; भूल सुधार; सुधार; שגיאה תוקנה; תיקון
    更正; 訂正; 정정; 바로잡습니다
"""
#: They stand anywhere in a notice, and speak of the article itself.
_PHRASES = """
    article has been corrected; article was corrected; article has been amended; article was amended
    story has been corrected; report has been corrected; headline has been corrected
    story has been amended; story was amended
    version corrects; story corrects; corrected to show; corrected to say; corrected to reflect
    article a été corrigé; artículo ha sido corregido; bu haberin önceki; haberin önceki sürümünde
    इस खबर के पिछले; 本文早前版本; 本文此前版本; 本文先前版本; この記事の以前の版; 이 기사의 이전 버전
"""
#: So do these, where the next word is one of those: bills and missiles have versions as well.
_VERSIONS = """
    earlier version of this; previous version of this; original version of this
    version antérieure de cet; version précédente de cet
    versión anterior de esta; versión anterior de este; versão anterior desta; versão anterior deste
    versione precedente di questo; früheren version dieses; früheren fassung dieses
    eerdere versie van dit; wcześniejszej wersji tego; versi sebelumnya dari
    в предыдущей версии; в первоначальной версии; в более ранней версии; у попередній версії
    в предыдущей версии этой; в первоначальной версии этой
    в предыдущей версии этого; в первоначальной версии этого
    في نسخة سابقة من هذا; نسخه قبلی این
"""
_ITSELF = """
    article; caption; column; headline; item; page; piece; post; report; review; story; video
    artículo; información; nota; noticia; reportaje; texto; artigo; matéria; reportagem; articolo
    pezzo; testo; artikels; artikel; beitrags; berichts; textes; bericht; stuk; artykułu; tekstu
    статьи; материала; новости; заметки; публикации; текста; матеріалу; статті; новини
    المقال; الخبر; التقرير; گزارش; خبر; مطلب; مقاله
"""
#: A notice is no longer than this; in code points.
_LONGEST = 800
_STOP = re.compile(r"[.!?…。।۔؟！？]\W*$")
#: What stands before the first colon or dash.
_HEAD = re.compile(r"[\W_]*([^\n:：–—|]{1,48}?)\s*[:：–—|]")


def _words(text: str) -> str:
    folded = (fold(word) for word in cut(text)[1::2])
    return f" {' '.join(filter(None, folded))} "


def _listed(text: str) -> tuple[str, ...]:
    return tuple(_words(one) for one in re.split(r"[;\n]", text) if one.strip())


_FOLDED_LABELS, _FOLDED_PHRASES = _listed(_LABELS), _listed(_PHRASES)
_FOLDED_VERSIONS, _FOLDED_ITSELF = _listed(_VERSIONS), _listed(_ITSELF)


def labels(headline: str) -> frozenset[str]:
    """Those that stand in it, folded."""
    words = _words(headline)
    return frozenset(label.strip() for label in _FOLDED_LABELS if label in words)


def is_notice(sentence: str) -> bool:
    """Does it say that the article that it stands in was corrected?

    >>> is_notice("Correction, May 3: Two men were arrested, not three.")
    True
    >>> is_notice("Correction officers: two men were arrested.")
    False
    """
    if len(sentence) > _LONGEST:
        return False
    words = _words(sentence)
    return (
        any(phrase in words for phrase in _FOLDED_PHRASES)
        or any(_names_itself_behind(version, words) for version in _FOLDED_VERSIONS)
        or _begins_with_label(sentence)
    )


def _names_itself_behind(phrase: str, words: str) -> bool:
    return f" {words.partition(phrase)[2]}".startswith(_FOLDED_ITSELF)


def _begins_with_label(sentence: str) -> bool:
    """A label with its date, or alone: headlines say "Correction: markets fall", without a stop."""
    if not (head := _HEAD.match(sentence)):
        return False
    words = _words(head[1])
    labels = [label for label in _FOLDED_LABELS if words.startswith(label)]
    is_dated = any(map(str.isdigit, words))
    is_sentence = not sentence[head.end() :].strip() or bool(_STOP.search(sentence))
    return any(is_dated or (words == label and is_sentence) for label in labels)
