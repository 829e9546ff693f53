"""What an edit takes back of what people were told."""

from __future__ import annotations

import pytest

from aggregator.models import Correction, Match, Revision, TermHit
from aggregator.reading.corrections import correction

LEAD = "Gunmen of Jundallah attacked a convoy near Turbat on Monday and killed 12 people."
MORE = "The convoy carried food for a camp, its driver told a local paper by telephone."
LAST = "Daesh fighters were seen on the road at 10:15, the police of the district said."
BACKGROUND = "\n\n".join(
    f"The {name} road has been closed since the spring, and the army guards it by day and night."
    for name in ("northern", "southern", "eastern", "western", "coastal")
)
TOLD = LEAD


def words(text: str, title: str = "Convoy attacked", *, of_page: bool = True) -> Revision:
    hits = tuple(
        TermHit(term, term, "text", text.index(term), text.index(term) + len(term))
        for term in ("Jundallah", "Daesh")
        if term in text
    )
    return Revision(None, title, "A summary.", text, of_page, (Match("Jundallah", hits),))


def article(*paragraphs: str) -> str:
    return "\n\n".join((*paragraphs, BACKGROUND))


BEFORE = article(LEAD, MORE, LAST)
POSTS = [
    f"Post {number}: a word of the day from the capital and the coast." for number in range(40)
]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        pytest.param(BEFORE, None, id="as it was"),
        pytest.param(
            article(LEAD.replace("12", "15"), MORE, LAST),
            Correction(corrected=True),
            id="a number of the sentence told",
        ),
        pytest.param(
            article(LEAD.replace("killed 12 people", "killed fifteen people"), MORE, LAST),
            Correction(corrected=True),
            id="in words",
        ),
        pytest.param(
            article(f"{LEAD} Another 3 were hurt.", MORE, LAST), None, id="a number that came"
        ),
        pytest.param(
            article(LEAD, MORE.replace("food", "5 tons of food"), LAST), None, id="elsewhere"
        ),
        pytest.param(
            article(LEAD, MORE, LAST, "Correction: the camp is near Turbat."),
            Correction(corrected=True),
            id="a notice",
        ),
        pytest.param(
            article(LEAD, MORE, f"{LAST} Correction, Nov. 3: the camp is near Turbat."),
            Correction(corrected=True),
            id="a notice that ends a paragraph",
        ),
        pytest.param(
            article(LEAD.replace("of Jundallah ", ""), MORE, LAST),
            Correction(gone=("Jundallah",)),
            id="a term that is gone",
        ),
        pytest.param(article(MORE, LAST), Correction(gone=("Jundallah",)), id="its paragraph is"),
        pytest.param(article(LEAD.replace("Gunmen", "Armed men"), MORE, LAST), None, id="reworded"),
        pytest.param(
            "\n\n".join(POSTS), None, id="a live page from which what was told has fallen"
        ),
        pytest.param(
            "\n\n".join((*POSTS, LEAD.replace("12", "15"))), None, id="a live page that counts on"
        ),
        pytest.param(
            "\n\n".join((*POSTS, "Correction: the camp is near Turbat.", LEAD)),
            Correction(corrected=True),
            id="a live page that says so",
        ),
    ],
)
def test_what_is_taken_back(after: str, expected: Correction | None) -> None:
    assert correction(words(BEFORE), words(after), "Jundallah", TOLD) == expected


def test_the_number_ends_the_sentence() -> None:
    before = article("The men of Jundallah killed 12. Nobody else was there to see it, he said.")
    after = before.replace("killed 12.", "killed 15.")
    told = "The men of Jundallah killed 12."
    made = correction(words(before), words(after), "Jundallah", told)
    assert made == Correction(corrected=True)


def test_a_time_of_day_is_no_number() -> None:
    after = words(article(LEAD, MORE, LAST.replace("10:15", "11:45")))
    assert correction(words(BEFORE), after, "Jundallah", LAST) is None


def test_only_what_the_watch_was_told_for() -> None:
    after = words(article(LEAD.replace("of Jundallah ", ""), MORE, LAST))
    assert correction(words(BEFORE), after, "Another", MORE) is None


def test_a_feeds_own_text_says_nothing_of_a_page() -> None:
    after = words("A short text.", of_page=False)
    assert correction(words(BEFORE), after, "Jundallah", TOLD) is None


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(f"{LEAD} {MORE}", id="two sentences in a row"),
        pytest.param(f"{LEAD} … {LAST}", id="two apart"),
        pytest.param(
            "… attacked a convoy near Turbat on Monday and killed 12 people.", id="a piece"
        ),
    ],
)
def test_whatever_piece_of_it_was_told(told: str) -> None:
    after = words(article(LEAD.replace("12", "15"), MORE, LAST))
    assert correction(words(BEFORE), after, "Jundallah", told) == Correction(corrected=True)
