"""The names of months: Gregorian ones in some fifty languages, and the Persian and Afghan ones.

Where two languages give one name to two months (October is `listopad` in Croatian, November in
Polish), the language with more feeds is listed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

#: January to December in each language and each of its forms, without accents.
_NAMES = """
    jan feb mar apr may jun jul aug sep oct nov dec
    january february march april may june july august september october november december
    janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
    janv fevr mars avr mai juin juil aout sept oct nov dec
    januar februar marz april mai juni juli august september oktober november dezember
    janner feber maerz april mai juni juli august sept okt nov dez
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
    ene feb mar abr may jun jul ago set oct nov dic
    gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
    gen feb mar apr mag giu lug ago set ott nov dic
    janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro
    jan fev mar abr mai jun jul ago set out nov dez
    januari februari maart april mei juni juli augustus september oktober november december
    jan feb mrt apr mei jun jul aug sep okt nov dec
    januari februari mars april maj juni juli augusti september oktober november december
    januar februar marts april maj juni juli august september oktober november desember
    januar februar mars april mai juni juli august september oktober november des
    tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesakuuta heinakuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta
    tammikuu helmikuu maaliskuu huhtikuu toukokuu kesakuu heinakuu elokuu syyskuu lokakuu marraskuu joulukuu
    tammi helmi maalis huhti touko kesa heina elo syys loka marras joulu
    stycznia lutego marca kwietnia maja czerwca lipca sierpnia wrzesnia pazdziernika listopada grudnia
    styczen luty marzec kwiecien maj czerwiec lipiec sierpien wrzesien pazdziernik listopad grudzien
    sty lut mar kwi maj cze lip sie wrz paz lis gru
    ledna unora brezna dubna kvetna cervna cervence srpna zari rijna listopadu prosince
    leden unor brezen duben kveten cerven cervenec srpen zari rijen listopad prosinec
    januara februara marca aprila maja juna jula augusta septembra oktobra novembra decembra
    ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie
    ian feb mar apr mai iun iul aug sept oct noi dec
    januar februar marcius aprilis majus junius julius augusztus szeptember oktober november december
    jan febr marc apr maj jun jul aug szept okt nov dec
    ocak subat mart nisan mayis haziran temmuz agustos eylul ekim kasim aralik
    oca sub mar nis may haz tem agu eyl eki kas ara
    yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr
    yanvar fevral mart aprel may iyun iyul avgust sentabr oktabr noyabr dekabr
    januari februari maret april mei juni juli agustus september oktober november desember
    jan feb mar apr mei jun jul agt sep okt nov des
    января февраля марта апреля мая июня июля августа сентября октября ноября декабря
    январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь
    янв фев мар апр май июн июл авг сен окт ноя дек
    янв февр март апр мая июн июл авг сент окт нояб дек
    січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
    січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень
    січ лют бер кві тра чер лип сер вер жов лис гру
    студзеня лютага сакавіка красавіка мая чэрвеня ліпеня жніўня верасня кастрычніка лістапада снежня
    януари февруари март април май юни юли август септември октомври ноември декември
    јануар фебруар март април мај јун јул август септембар октобар новембар децембар
    ιανουαριου φεβρουαριου μαρτιου απριλιου μαιου ιουνιου ιουλιου αυγουστου σεπτεμβριου οκτωβριου νοεμβριου δεκεμβριου
    ιανουαριος φεβρουαριος μαρτιος απριλιος μαιος ιουνιος ιουλιος αυγουστος σεπτεμβριος οκτωβριος νοεμβριος δεκεμβριος
    ιαν φεβ μαρ απρ μαι ιουν ιουλ αυγ σεπ οκτ νοε δεκ
    ιαν φεβ μαρ απρ μαϊ ιουν ιουλ αυγ σεπτ οκτ νοε δεκ
    ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר
    בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר
    يناير فبراير مارس ابريل مايو يونيو يوليو اغسطس سبتمبر اكتوبر نوفمبر ديسمبر
    جانفي فيفري مارس افريل ماي جوان جويلية اوت سبتمبر اكتوبر نوفمبر ديسمبر
    جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر
    ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر
    जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर
    जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितम्बर अक्तूबर नवम्बर दिसम्बर
    জানুয়ারি ফেব্রুয়ারি মার্চ এপ্রিল মে জুন জুলাই আগস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর
    มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม
    januar februar mart april maj jun jul avgust septembar oktobar novembar decembar
    januara februara marta aprila maja juna jula avgusta septembra oktobra novembra decembra
    sausio vasario kovo balandzio geguzes birzelio liepos rugpjucio rugsejo spalio lapkricio gruodzio
    janvaris februaris marts aprilis maijs junijs julijs augusts septembris oktobris novembris decembris
    janvari februari marta aprili maija junija julija augusta septembri oktobri novembri decembri
    jaanuar veebruar marts aprill mai juuni juuli august september oktoober november detsember
    janar shkurt mars prill maj qershor korrik gusht shtator tetor nentor dhjetor
    gener febrer marc abril maig juny juliol agost setembre octubre novembre desembre
    januarie februarie maart april mei junie julie augustus september oktober november desember
    januari februari mac april mei jun julai ogos september oktober november disember
    enero pebrero marso abril mayo hunyo hulyo agosto setyembre oktubre nobyembre disyembre
    januari februari machi aprili mei juni julai agosti septemba oktoba novemba desemba
    janaayo febraayo maarso abriil maajo juun luulyo agoosto sebtembar oktoobar nofembar disembar
    yanwar fewral mart aprel may iyun iyul awgust sentyabr oktyabr noyabr dekabr
    қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан
    январи феврали марти апрели майи июни июли августи сентябри октябри ноябри декабри
    იანვარი თებერვალი მარტი აპრილი მაისი ივნისი ივლისი აგვისტო სექტემბერი ოქტომბერი ნოემბერი დეკემბერი
    հունվարի փետրվարի մարտի ապրիլի մայիսի հունիսի հուլիսի օգոստոսի սեպտեմբերի հոկտեմբերի նոյեմբերի դեկտեմբերի
    جنوري فبروري مارچ اپریل می جون جولای اګست سپتمبر اکتوبر نومبر دسمبر
    ஜனவரி பிப்ரவரி மார்ச் ஏப்ரல் மே ஜூன் ஜூலை ஆகஸ்ட் செப்டம்பர் அக்டோபர் நவம்பர் டிசம்பர்
"""  # noqa: E501  a language a line
#: From Nauroz on: Persian, Dari, Pashto.
_PERSIAN_NAMES = """
    فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند
    حمل ثور جوزا سرطان اسد سنبله میزان عقرب قوس جدی دلو حوت
    وری غویی غبرګولی چنګاښ زمری وږی تله لړم لیندۍ مرغومی سلواغه کب
"""

_MARKS = re.compile("[\u0300-\u036f\u064b-\u0655]")


def plain(text: str) -> str:
    """As names are compared: casefolded, without accents, with ASCII digits."""
    decomposed = _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return unicodedata.normalize("NFC", decomposed).translate(_LOOKALIKES)


_LOOKALIKES = {
    **{digit: str(unicodedata.digit(chr(digit))) for start in (0x660, 0x6F0, 0x966, 0x9E6, 0xE50)
       for digit in range(start, start + 10)},
    ord("ı"): "i", ord("ł"): "l", ord("ø"): "o", ord("đ"): "d", 0xA0: " ", 0x200E: "", 0x200F: "",
    ord("ي"): "ی", ord("ك"): "ک", ord("إ"): "ا", ord("أ"): "ا", ord("آ"): "ا", ord("،"): ",",
}  # fmt: skip


def _months(names: str) -> Iterator[tuple[str, int]]:
    for line in names.split("\n"):
        for number, name in enumerate(line.split(), start=1):
            yield plain(name).rstrip("."), number


_MONTHS = dict(_months(_NAMES))
_PERSIAN = dict(_months(_PERSIAN_NAMES))
#: Names that are no single word: the Levant's of two words, Thailand's short ones.
_SPELLED = {plain(name): month for name, month in {
    "كانون الثاني": 1, "شباط": 2, "اذار": 3, "نيسان": 4, "ايار": 5, "حزيران": 6, "تموز": 7,
    "اب": 8, "ايلول": 9, "تشرين الاول": 10, "تشرين الثاني": 11, "كانون الاول": 12,
    "ม.ค.": 1, "ก.พ.": 2, "มี.ค.": 3, "เม.ย.": 4, "พ.ค.": 5, "มิ.ย.": 6,
    "ก.ค.": 7, "ส.ค.": 8, "ก.ย.": 9, "ต.ค.": 10, "พ.ย.": 11, "ธ.ค.": 12,
}.items()}  # fmt: skip
#: With the vowel signs of India and Thailand, which are no letters.
_WORD = re.compile("[^\\W\\d_](?:[^\\W\\d_]|[\u0900-\u0e4f])*")

#: Tuesday, of Romance languages, before it is March.
_WEEKDAYS = frozenset(("mar",))


def month_named(text: str) -> int | None:
    """The first Gregorian month that a plain text names."""
    for name, month in _SPELLED.items():
        if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text):
            return month
    return _first(text, _MONTHS)


def persian_month_named(text: str) -> int | None:
    """Some of these names are words of other languages: the year has to tell."""
    return _first(text, _PERSIAN)


def month_of_abbreviation(word: str) -> int | None:
    """`nov`, in lower case."""
    return _MONTHS.get(word)


def _first(text: str, months: Mapping[str, int]) -> int | None:
    named = [word for word in _WORD.findall(text) if word in months]
    if len(named) > 1 and named[0] in _WEEKDAYS:
        named = named[1:]
    return months[named[0]] if named else None
