"""Inflection: which words of a text count as the name, by language; and which never do."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.models import Document
from aggregator.text import fold
from aggregator.watching import endings, suffixes
from aggregator.watching.ending_tables import TABLES
from aggregator.watching.engine import find
from aggregator.watching.forms import behind_proclitics, rules_for, with_proclitics
from aggregator.watching.language import parse_term

#: A busy machine is no failure.
steady = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

FORMS = {
    "ru": {
        "Москва": "Москвы Москве Москву Москвой МОСКВУ",
        "Чечня": "Чечни Чечне Чечню Чечнёй",
        "Сирия": "Сирии Сирию Сирией",
        "Корея": "Кореи Корее Корею Кореей",
        "Иран": "Ирана Ирану Ираном Иране",
        "Китай": "Китая Китаю Китаем Китае",
        "Израиль": "Израиля Израилю Израилем Израиле",
        "Казань": "Казани Казанью",
        "Лавров": "Лаврова Лаврову Лавровым Лаврове",
        "Зеленский": "Зеленского Зеленскому Зеленским Зеленском",
        "Толстой": "Толстого Толстому Толстым",
        "Юрий": "Юрия Юрию Юрием",
        "Хуситы": "хуситов хуситам",
        "Косово": "Косова Косову Косовом Косове",
        "Орёл": "Орла Орлу Орле",
        "палестинец": "палестинца палестинцы палестинцев палестинцами",
        "китаец": "китайца китайцы китайцев",
        "талиб": "талибы талибов талибам",
        "талибы": "талибов талибам талибами талибах",
        "боевики": "боевиков боевикам",
        "ХАМАС": "ХАМАСа ХАМАСом",
        "ИГИЛ": "ИГИЛа ИГИЛом",
        "Северная Корея": "Северной|Кореи Северную|Корею",
        "Исламское государство": "Исламского|государства",
        "Нижний Новгород": "Нижнего|Новгорода Нижнем|Новгороде",
        "Ростов-на-Дону": "Ростове-на-Дону",
    },
    "uk": {
        "Київ": "Києва Києву Києвом Києві",
        "Харків": "Харкова Харкові",
        "Львів": "Львова Львові",
        "Прага": "Праги Празі Прагу Прагою",
        "Америка": "Америки Америці",
        "Одеса": "Одеси Одесі Одесу Одесою",
        "Росія": "Росії Росію Росією",
        "Польща": "Польщі Польщу Польщею",
        "Казань": "Казані Казанню",
        "Ізраїль": "Ізраїлю Ізраїлем",
        "Зеленський": "Зеленського Зеленському Зеленським",
        "хусити": "хуситів хуситам хуситами",
        "українець": "українці українців",
    },
    "pl": {
        "Warszawa": "Warszawy Warszawie Warszawę Warszawą",
        "Praga": "Pragi Pradze Pragę",
        "Rosja": "Rosji Rosję Rosją",
        "Iran": "Iranu Iranowi Iranem Iranie",
        "Irak": "Iraku Irakiem",
        "Egipt": "Egiptu Egipcie",
        "Kair": "Kairu Kairze",
        "Łódź": "Łodzi Łodzią",
        "Państwo Islamskie": "Państwa|Islamskiego",
        "Talib": "Talibowie Talibów",
    },
    "cs": {"Praha": "Prahy Praze Prahu Prahou", "Brno": "Brna Brně Brnem", "Írán": "Íránu"},
    "tr": {
        "Ankara": "Ankara'da Ankara’nın ANKARA'YA Ankaraya",
        "Kürt": "Kürtler Kürtlerin Kürdistan'da|Kürtleri",
        "PKK": "PKK'nın",
        "Kars": "Kars'ta Kars’a",
        "İslam Devleti": "İslam|Devleti'nin İslam|Devletine",
    },
    "de": {
        "Iran": "Irans",
        "Kurde": "Kurden",
        "Europäische Union": "Europäischen|Union",
        "Islamischer Staat": "Islamischen|Staates Islamischen|Staat",
        "Roter Halbmond": "Roten|Halbmonds",
        "Mali": "Malis",
        "Gaza": "Gazas",
    },
    "sv": {"Kurd": "Kurder kurderna", "Mali": "Malis", "Irak": "Iraks"},
    "da": {"kurder": "kurdere kurderne", "Syrien": "Syriens"},
    "nb": {"Mali": "Malis"},
    "fr": {"Houthi": "Houthis houthis", "Iran": "d'Iran l’Iran"},
    "es": {"talibán": "talibanes", "Hutí": "hutíes", "kurdo": "kurdos"},
    "en": {
        "Kurd": "Kurds Kurd's",
        "Hutu": "Hutus",
        "Shia": "Shias",
        "Houthi": "Houthis Houthis’",
        "guinea pig": "guinea|pigs",
        "Houthi rebel": "Houthi|rebels",
        "Tamil Tiger": "Tamil|Tigers",
        "BLA": "B.L.A.",
    },
    "ro": {"Siria": "Siriei", "București": "Bucureștiului", "taliban": "talibanii talibanilor"},
    "lt": {"Ukraina": "Ukrainos Ukrainoje Ukrainą", "Irakas": "Irake Irako"},
    "lv": {"Sīrija": "Sīrijas Sīrijā Sīriju"},
    "hu": {
        "Szíria": "Szíriában Szíriából Szíriával",
        "Irán": "Iránnak Iránnal Iránt",
        "kurd": "kurdok",
        "Iszlám Állam": "Iszlám|Államot",
    },
    "fi": {"Syyria": "Syyrian Syyriassa Syyriaan", "Iran": "Iranin Iranissa", "Turkki": "Turkin"},
    "et": {"Süüria": "Süürias Süüriast", "Iraak": "Iraaki"},
    "ku": {"Rojava": "Rojavayê", "Şengal": "Şengalê"},
    "kk": {"Қазақстан": "Қазақстанда Қазақстанның"},
    "ky": {"Баткен": "Баткенде Баткенге"},
    "tg": {"Тоҷикистон": "Тоҷикистони"},
    "hi": {"कुर्द": "कुर्दों", "माओवादी": "माओवादियों", "हूती": "हूतियों", "नागा": "नागाओं"},
    "mr": {"पाकिस्तान": "पाकिस्तानने पाकिस्तानात पाकिस्तानच्या"},
    "ne": {"काठमाडौं": "काठमाडौंमा काठमाडौंको"},
    "bn": {"রোহিঙ্গা": "রোহিঙ্গাদের রোহিঙ্গারা", "মিয়ানমার": "মিয়ানমারের মিয়ানমারে"},
    "ta": {"இலங்கை": "இலங்கையில் இலங்கையின்", "யாழ்ப்பாணம்": "யாழ்ப்பாணத்தில்"},
    "ka": {"აფხაზეთი": "აფხაზეთის აფხაზეთში აფხაზეთიდან", "უკრაინა": "უკრაინის უკრაინაში"},
    "hy": {"Արցախ": "Արցախում Արցախի", "Սիրիա": "Սիրիայում Սիրիայի"},
    "am": {"ትግራይ": "በትግራይ የትግራይ"},
    "el": {"Λίβανος": "Λιβάνου ΛΙΒΑΝΟ"},
    "ko": {
        "이란": "이란은 이란이 이란의 이란과의 이란으로 이란에서는",
        "터키": "터키는 터키가 터키로",
        "서울": "서울로 서울은",
    },
    "ar": {
        "العراق": "والعراق بالعراق للعراق وللعراق كالعراق فالعراق",
        "مصر": "بمصر ومصر لمصر",
        "لبنان": "للبنان ولبنان",
        "داعش": "وداعش لداعش",
        "أمل": "كأمل وأمل",
        "الحوثيون": "الحوثيين والحوثيين",
        "أبو بكر": "أبي|بكر أبا|بكر",
        "حزب الله": "لحزب|الله وحزب|الله",
    },
    "he": {
        "ירושלים": "בירושלים ובירושלים מירושלים שבירושלים",
        "כנסת": "הכנסת שבכנסת והכנסת",
        "הבית הלבן": "בבית|הלבן לבית|הלבן",
        "תל אביב": "בתל־אביב",
        'צה"ל': 'בצה״ל לצה"ל',
        "דאעש": 'דאע״ש לדאע"ש',
        'דאע"ש': "דאעש בדאעש",
    },
    "fa": {"بلوچ": "بلوچ‌ها بلوچها"},
    "ur": {"بلوچ": "بلوچوں", "حوثی": "حوثیوں", "شیعہ": "شیعوں"},
    "ps": {"طالبان": "طالبانو", "بلوچ": "بلوچان"},
    "ckb": {"کورد": "کوردەکان", "کوردستان": "کوردستاندا"},
}

OTHERS = {
    "ru": {
        "Нигер": "Нигерии Нигерия",
        "Нигерия": "Нигере Нигеру",
        "Сирия": "Сириус Сирийский",
        "Куба": "Кубани Кубок кубы",
        "Катар": "Катарина катаром",
        "Лавров": "лавровым",
        "Афины": "Афина",
        "Грузия": "Грузы Груз",
        "Оман": "Роман",
        "ИРА": "Ире Иру",
        "Москва": "Московский",
        "Моро": "Море Мора",
    },
    "uk": {"Крим": "Кримінальний", "Куба": "Кубок", "Литва": "Молитва"},
    "pl": {"Iran": "Iranka", "Oman": "Roman"},
    "tr": {
        "Türk": "Türkiye",
        "Kars": "Karşı karşı",
        "Muş": "olmuş Musa",
        "Van": "vanilya Vana",
        "Mali": "Maliye",
        "Kürt": "Kurtlar kurt",
        "Kabil": "Kabile",
    },
    "de": {
        "Ukraine": "Ukrainer",
        "Islamischer Staat": "islamische|Staaten",
        "Kiel": "Kielwasser",
        "Hama": "Hamas",
        "Islamist": "Islam|ist",
        "Iran": "Iraner iranisch",
        "Abba": "Abbas",
        "Fur": "für",
    },
    "sv": {"Hama": "Hamas", "Iran": "iranier"},
    "da": {"Iran": "iraner Iraner"},
    "fr": {
        "Oman": "romans",
        "Hui": "aujourd'hui",
        "État islamique": "États|islamiques états|islamiques",
    },
    "es": {
        "Estado Islámico": "Estados|Islámicos estados|islámicos",
        "Sudán": "sudanés Sudanés SUDANÉS",
    },
    "cs": {"Rusko": "Ruské Ruskému"},
    "hr": {"Togo": "Toga"},
    "ro": {"Putin": "puțin puțini"},
    "it": {"Stato Islamico": "Stati|Islamici"},
    "en": {
        "Hama": "Hamas",
        "Mali": "Malis Malian",
        "Abba": "Abbas",
        "ISI": "ISIS",
        "Somalia": "Somali|a",
        "Islamic State": "Islamic|states",
        "Wa": "W.A.",
    },
    "hu": {"Irán": "iránt iráni Iráni", "Mali": "Malina"},
    "fi": {"Iran": "iranilainen Iranilainen", "Niger": "Nigeria"},
    "lv": {"Mali": "Malis"},
    "hi": {"असम": "असमंजस असमान", "ईरान": "ईरानी"},
    "bn": {"ইরান": "ইরানি"},
    "ka": {"ირანი": "ირანელი"},
    "hy": {"Իրան": "Իրանական"},
    "kk": {"Иран": "ирандық Ирандық"},
    "ko": {
        "이란": "이란성 이란가",
        "인도": "인도네시아",
        "북한": "북한산",
        "터키": "터키석 터키은",
    },
    "ar": {
        "العراق": "الأعراق",
        "حلب": "حلبة",
        "مالي": "المالي",
        "فاس": "فاسد",
        "غزة": "عزة",
        "حزب الله": "حزب|والله",
        "قم": "بقم وقم ق.م",
        "جنين": "جنون بجنون",
        "أمل": "كامل",
        "ليما": "سليما",
    },
    "he": {"עזה": "נועזה", "סין": "סיני", "לוב": "לובי", 'או"ם': "אום", "חמאס": "חמאה"},
    "fa": {"سپاه": "سپاهان", "آمل": "کامل", "ایران": "ایرانشهر وایران"},
    "ur": {"آمل": "کامل", "بلوچ": "بلوچی بلوچستان", "افریقہ": "افریقی", "سندھ": "سندوں"},
}


def cases(table: dict[str, dict[str, str]]) -> list[object]:
    return [
        pytest.param(language, name, word.replace("|", " "), id=f"{language}-{name}-{word}")
        for language, names in table.items()
        for name, words in names.items()
        for word in words.split()
    ]


def found(language: str, name: str, text: str, query: str = "") -> bool:
    expr = parse_term(query or name)
    return find(expr, Document(text=f"123, {text} 456", lang=language)) is not None


@pytest.mark.parametrize(("language", "name", "word"), cases(FORMS))
def test_a_form_of_the_name(language: str, name: str, word: str) -> None:
    assert found(language, name, word)


@pytest.mark.parametrize(("language", "name", "word"), cases(OTHERS))
def test_another_word(language: str, name: str, word: str) -> None:
    assert not found(language, name, word)


@pytest.mark.parametrize(
    ("language", "word", "rules"),
    [
        ("ru", "москва", "ru"),
        ("en", "москва", "ru"),
        ("uk", "київ", "uk"),
        ("ru", "tehran", ""),
        ("", "tehran", "en"),
        ("sv", "iran", "sv"),
        ("nb", "iran", "da"),
        ("kk", "қазақстан", "kk"),
        ("bn", "ইরান", "bn"),
        ("si", "ඉරානය", ""),
        ("vi", "iran", ""),
        ("ar", "داعش", "ar"),
        ("", "داعش", "ar"),
        ("ur", "داعش", "ur"),
        ("sd", "داعش", ""),
        ("en", "ירושלים", "he"),
        ("ja", "이란", "ko"),
        ("zh", "伊", ""),
    ],
)
def test_rules_go_by_language_and_script(language: str, word: str, rules: str) -> None:
    assert rules_for(language, word) == rules


@pytest.mark.parametrize("rules", ["ar", "he", "am"])
@steady
@given(word=st.text(alphabet="ابلكوفسقדהובכלמשתበየለከት", min_size=3, max_size=7))
def test_proclitics_go_both_ways(rules: str, word: str) -> None:
    for name in behind_proclitics(word, rules):
        if rules_for("", name) == rules:
            assert word in set(with_proclitics(name))


@pytest.mark.parametrize("language", [*TABLES, *suffixes.ALL])
def test_a_form_leads_back_to_its_name(language: str) -> None:
    known = endings.endings(language)
    for name in (
        "москва",
        "киів",
        "praha",
        "warszawa",
        "ankara",
        "이란",
        "kurde",
        "الحوثيون",
        "ab",
    ):
        for paradigm in endings.paradigms(name, language):
            assert name.startswith(paradigm.stem)
            for ending in paradigm.endings:
                taken = dict(known[ending[-1:]])[ending]
                assert name.removeprefix(paradigm.stem) in taken


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param(rule, id=f"{language} {rule.end.pattern}")
        for language in TABLES
        for rule in endings.rules(language)
    ],
)
@settings(steady, max_examples=8)
@given(data=st.data())
def test_what_a_rule_takes_off_is_there(rule: endings.Rule, data: st.DataObject) -> None:
    word = data.draw(st.from_regex(rule.end).map(lambda text: text.rstrip("\n")))
    assert word.endswith(rule.taken)
    assert all(ending == fold(ending) for ending in rule.endings)
