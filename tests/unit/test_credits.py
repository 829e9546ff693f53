"""Who wrote an article stands around it and goes; what it tells of writers and reports stays."""

from __future__ import annotations

import time

import pytest

from aggregator.text.appended import own_words
from aggregator.text.credits import end_of_credits, is_credit, without_credits

NEWS = (
    "A bomb went off in the market at noon.",
    "Nobody has said so far who did it or why.",
)


@pytest.mark.parametrize(
    "credit",
    [
        "(Reporting by Parisa Hafezi in Dubai and Ali al-Khan; Editing by William Maclean)",
        "Additional reporting by the BBC's Rushdi Abualouf in Istanbul",
        "Edited by: Jane Doe for DW",
        "Ali Khan contributed to this report from Quetta.",
        "This article was originally published by The Conversation.",
        "This story was published in partnership with Dawn.",
        "The article was originally published by Dawn.",
        "Originally published on dawn.com",
        "Published in Dawn, May 3rd, 2026",
        "Follow Ali Khan on Twitter at @alikhan",
        "Like us on Facebook and tell your friends.",
        "About the author: Ali Khan writes on Quetta.",
        "By Ali Khan, a reporter in Quetta",
        "The author is a fellow at Quetta University.",
        "The writers are journalists based in Quetta.",
        "Contact the reporter if you have a story.",
        "Der Autor ist Redakteur der Quetta-Zeitung.",
        "Die Autorin lebt und arbeitet in Quetta.",
        "L’auteur est journaliste à Quetta.",
        "La autora es profesora de la Universidad de Quetta.",
        "L’autore è docente all’Università di Quetta.",
        "Автор — корреспондент газеты «Кветта».",
        "Об авторе: живёт в Кветте.",
        "الكاتب صحفي من كويتا",
        "QUETTA, Pakistan (AP)",
        "QUETTA, 2 November 2026",
        "This article is republished from The Conversation under a Creative Commons license.",
        "Dieser Artikel erschien zuerst in der Quetta-Zeitung.",
        "Follow us on TikTok",
        "(With inputs from agencies)",
        "With additional reporting from AFP in Quetta",
        "The author is a professor who teaches at Quetta University.",
    ],
)
def test_a_credit_goes_from_both_ends(credit: str) -> None:
    assert is_credit(credit)
    assert without_credits([credit, *NEWS, credit]) == NEWS
    assert end_of_credits(f"{credit}\n{NEWS[0]}") == len(credit) + 1


@pytest.mark.parametrize(
    "sentence",
    [
        # of reports
        "The report published on Monday by Amnesty International says Jundallah killed 12.",
        "The report was published by Human Rights Watch on Tuesday.",
        "The article was published in the newspaper Kommersant on Monday and quotes a general.",
        "The story was first published by the Wall Street Journal on Friday.",
        "The essay was first published in 2019 by the Taliban.",
        "The story first appeared in Le Monde and caused protests in Dakar.",
        "Reporting by Reuters found that forces killed 40 people in Omdurman.",
        "Compiled by Amnesty International, the report documents 42 killings in Darfur.",
        "Edited by Khaled Hosseini, the anthology was banned in Kabul.",
        "With reporting by Bellingcat, the court convicted three men.",
        "With reports from Quetta of two dead, the army closed the road.",
        "First published in 1949, Orwell's novel is banned in Belarus.",
        "Originally published by Iran International, the video shows the strike.",
        "Published in Tehran, 12 pamphlets call for a strike in Ahvaz",
        "Written by Ahmed Rashid, a journalist, the book was seized in Lahore.",
        "Human Rights Watch reports on 40 killings in Darfur.",
        "Amnesty International reports from Khartoum that 40 people were killed.",
        "This report was published by Amnesty on Monday and accuses Hamas of war crimes.",
        "This story appeared in Dawn on Friday and led to arrests in Quetta.",
        "This post was published by a channel close to Hamas.",
        "First published in 2019 by Hamas",
        "Dieser Artikel erschien zuerst in der Prawda und löste in Minsk Proteste aus.",
        "The post Jundallah held first appeared on maps in 2009.",
        # of posts
        "The post about the strike first appeared on a channel close to Hamas.",
        "The post, which called for jihad, first appeared on Telegram.",
        "Сообщение о взрыве впервые появилось в телеграм-канале «База».",
        "Support for Hamas on Telegram has grown since May.",
        "Like many politicians on X, Musk has attacked the court.",
        "Follow the money on Telegram, investigators say.",
        "Follow us on Telegram, the group told its members, and wait for orders.",
        "Follow us on Telegram, Hamas orders its followers.",
        "Follow us on Telegram, reads a banner in Gaza.",
        "Follow us on Telegram, the imam begs his flock in Qom.",
        "Follow us on Telegram, the imam begged the youths of Mosul.",
        "Follow us on Telegram, Hamas implores its followers.",
        "Follow us on X. Gunmen attacked a convoy in Quetta.",
        "Our Telegram channel was closed by Iran on Monday.",
        "Police closed our YouTube channel and arrested two editors in Minsk.",
        "The court in Minsk banned our newsletter.",
        "Síguenos en Telegram, ordenó el grupo a sus miembros en Gaza.",
        "Folgen Sie uns auf Telegram, verlangte die Hamas von ihren Anhängern.",
        "Подпишитесь на наш канал, приказала группировка своим сторонникам.",
        "تابعونا على تلغرام، دعت حماس أنصارها",
        # of people
        "About the authors of the attack nothing is known.",
        "About the author little is known; police believe that he fled to Quetta.",
        "The author is wanted by Iran over a novel about Tehran University.",
        "The writers are students who were arrested in Tehran on Sunday.",
        "The author is being held in Evin prison, according to his editor.",
        "The writer is a student who was jailed in Cairo for a tweet.",
        "Contact the reporter if you know where the hostages are, the FBI said.",
        "Write to the author of the bill, activists urged voters in Lahore.",
        "Iranian drones contributed to this story of decline.",
        "L'auteur est un ancien professeur de 43 ans, connu des services de renseignement.",
        "Автор — профессор МГИМО — внесён в список террористов.",
        "Der Autor ist seit 2017 in türkischer Haft.",
        "Der Autor ist Journalist und seit 2017 in türkischer Haft.",
        "L’auteur est toujours en fuite, a indiqué la préfecture.",
        "L’autore è stato arrestato a Palermo.",
        "El autor es un menor de 15 años, ya detenido en Melilla.",
        "El autor es un periodista detenido en Melilla.",
        "Об авторе поджога ничего не известно.",
        "Автор — 19-летний житель Казани — задержан.",
        "الكاتب الصحفي جمال خاشقجي قتل في القنصلية السعودية في إسطنبول",
        "El autor es un profesor jubilado que atropelló a doce personas en Melilla.",
        "El autor es periodista y fue secuestrado en Culiacán.",
        "L’auteur est un professeur à la retraite qui a tiré sur la foule à Nice.",
        "Der Autor ist ein pensionierter Lehrer, der in Halle auf Menschen schoss.",
        "L’autore è un professore in pensione che ha sparato a Macerata.",
        "Автор — бывший профессор, который напал на прохожих в Казани.",
        "الكاتب صحفي هرب من صنعاء بعد هجوم الحوثيين",
        "The author is a professor who shelled Grozny as an officer.",
        "The author is a retired teacher and student of bombs, neighbours in Oslo say.",
        # of people who write, presented as an author is at the end
        "Ali Khan is a journalist and was shot dead in Quetta on Monday.",
        "Ali Khan is a journalist. He vanished on his way to Turbat.",
        "Ali Khan is the editor who published the names of Jundallah.",
        "Ali Khan is a writer whom Iran wants to hang.",
        "Ali Khan is a lecturer at Quetta University, where gunmen took 40 students.",
        "Ali Khan writes on Facebook of 40 killings in Darfur.",
        # of things in capitals with a number
        "GAZA 2014",
        "QUETTA 1",
        # of what is asked of others
        "The CDC urges adults to stay up to date with COVID-19 vaccines.",
        "Parents have to stay up to date with vaccines.",
        "The campaign, called Donate Now, is for flood victims in Quetta.",
        "Police want residents to share this post and to call the hotline.",
        "The minister urged Iranians to follow us on the path of peace.",
        "Wir haben unseren Newsletter eingestellt, teilte die Zeitung in Quetta mit.",
        "La Policía pide a los vecinos: comparte esta noticia con Melilla",
        "Subscribe to our cause, the militants tell youths in Mali.",
        "Our newsletter editor was arrested in Minsk, Nasha Niva writes.",
        "Abonnez-vous à notre chaîne, ordonne le groupe EI à ses partisans.",
        "Folgen Sie uns, riefen die Polizisten den Geiseln zu.",
        "हमें फॉलो करें, आतंकियों ने कहा",
        "フォローしてくださいと武装勢力が呼びかけた",
        "Hij zei dat zonder Amerikaanse steun ons leger het niet redt.",
        "Zonder Amerikaanse steun ons leger in Mali: het kan niet.",
        "אלפי גולשים הצטרפו לערוץ הטלגרם של הארגון.",
        "경찰은 그의 유튜브 채널을 구독 중인 500명을 조사하고 있다.",
    ],
)
def test_a_sentence_of_the_article_stays_wherever_it_stands(sentence: str) -> None:
    assert without_credits([sentence, *NEWS, sentence]) == (sentence, *NEWS, sentence)
    assert end_of_credits(sentence) == 0
    assert own_words(f"{' '.join(NEWS)} {sentence}").endswith(sentence)
    assert own_words(f"{' '.join(NEWS)}\n{sentence}").endswith(sentence)


CREDIT = "Reporting by Ali Khan"


def test_of_many_credits_at_an_end_four_go() -> None:
    text = (*[CREDIT] * 5, *NEWS, *[CREDIT] * 5)
    assert without_credits(text) == (CREDIT, *NEWS, CREDIT)


def test_a_longer_paragraph_is_no_credit() -> None:
    assert is_credit(f"{CREDIT}, {'Bilal Shah, ' * 20}")
    assert not is_credit(f"About the author: {'he lives in Quetta, ' * 30}")


def test_credits_end_where_the_text_begins() -> None:
    above = f"{CREDIT}\n\nQUETTA, Nov 2 (Reuters)\n\n"
    assert end_of_credits(f"{above}{NEWS[0]}\n{CREDIT}") == len(above)


@pytest.mark.parametrize(
    "piece", ["Reporting by A ", "Edited by A a-a-", "published in A, ", "By Ab Cd ", "A, ", "…"]
)
def test_hostile_lines_take_no_long_time(piece: str) -> None:
    lines = [(piece * 400)[:400]] * 1000
    began = time.process_time()
    assert sum(map(is_credit, lines)) in (0, len(lines))
    assert time.process_time() - began < 4
