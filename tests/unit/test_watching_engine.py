"""Watches against documents: operators, scopes, and the proof in the words of the original."""

from __future__ import annotations

import sqlite3
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.errors import WatchError
from aggregator.models import Document, TermHit, Watch
from aggregator.text import fold, folded_words
from aggregator.text.fold import before_apostrophe, elided
from aggregator.watching.engine import Engine, find
from aggregator.watching.language import fts_expression, parse, parse_term

#: A busy machine is no failure.
steady = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

FILLER = "The committee met and went on with its long agenda. " * 13


def found(query: str, document: Document) -> list[str] | None:
    """The mentions, as the original writes them; None where the query does not hold."""
    hits = find(parse(query), document)
    return None if hits is None else [hit.text for hit in hits]


# ── single terms ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("term", "text", "mentions"),
    [
        pytest.param(
            "Iran", "Iran-backed, IRAN’s and iran.", ["Iran", "IRAN’s", "iran"], id="folds"
        ),
        pytest.param("Iran", "Iranian, Tirana", None, id="whole words"),
        pytest.param("Islamic State", "the ISLAMIC\nSTATE", ["ISLAMIC\nSTATE"], id="phrase"),
        pytest.param("Islamic State", "Islamic, State; Islamic. State", None, id="phrase stops"),
        pytest.param("Islamic State", "Islamic\n\nState", None, id="phrase ends with a paragraph"),
        pytest.param("Mt Everest", "Mt. Everest", ["Mt. Everest"], id="abbreviation in a phrase"),
        pytest.param("Paris, Texas", "Paris, Texas", ["Paris, Texas"], id="the term's own comma"),
        pytest.param("Paris, Texas", "Paris. Texas", ["Paris. Texas"], id="the term's own pause"),
        pytest.param(
            "Baloch*", "Balochs, Balochistan, Bal", ["Balochs", "Balochistan"], id="prefix"
        ),
        pytest.param("=IS", "Is IS-linked is", ["IS"], id="exact"),
        pytest.param("=US", "the U.S. told us", ["U.S."], id="exact initials"),
        pytest.param(
            "=São Tomé", "Sao Tome, Sa\u0303o Tomé", ["Sa\u0303o Tomé"], id="exact phrase"
        ),
        pytest.param("BLA", "the B.L.A. and B.L.A.N.", ["B.L.A."], id="initials"),
        pytest.param(
            "Jundallah", "Jund Allah, Jund-allah", ["Jund Allah", "Jund-allah"], id="parted"
        ),
        pytest.param("Jund Allah", "Jundallah", ["Jundallah"], id="joined"),
        pytest.param(
            "al-Shabaab", "AlShabaab, al Shabaab", ["AlShabaab", "al Shabaab"], id="article"
        ),
        pytest.param(
            "Jundallah", "Jund, Allah; Jund. Allah", None, id="parted, but not by a comma"
        ),
        pytest.param("Paris, Texas", "ParisTexas", None, id="a comma does not join"),
        pytest.param("Tik Tok", "TikTok", None, id="too short to join"),
        pytest.param("جندالله", "جند\u200cالله", ["جند\u200cالله"], id="parted by ZWNJ"),
        pytest.param("真主党", "黎巴嫩真主党代表", ["真主党"], id="Chinese"),
        pytest.param("マリ", "横浜のマリーナ、マリで", ["マリ"], id="Japanese"),
        pytest.param("ลาว", "ประเทศ\u200bลาว\u200bเปิด", ["ลาว"], id="Thai"),
        pytest.param("بی ایل اے", "میں بی۔ایل۔اے سے", ["بی۔ایل۔اے"], id="Urdu initials"),
        pytest.param("Côte d'Ivoire", "Cote d’Ivoire", ["Cote d’Ivoire"], id="elision in a phrase"),
    ],
)
def test_term(term: str, text: str, mentions: list[str] | None) -> None:
    hits = find(parse_term(term), Document(text=text, lang="en"))
    assert (hits and [hit.text for hit in hits]) == mentions


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        pytest.param("WHERE IS THE NEW AIRPORT?", False, id="all capitals"),
        pytest.param("WHERE IS THE AIRPORT?\n\nThe minister said", False, id="a line of capitals"),
        pytest.param("The minister said\nWHERE IS THE AIRPORT?", False, id="below small letters"),
        pytest.param("Fighters of IS, police said", True, id="among small letters"),
        pytest.param("IS", True, id="nothing around it"),
        pytest.param("داعش IS داعش", True, id="among letters without case"),
        pytest.param("TALKS WITH IS — " + "police said so " * 3, True, id="capitals on one side"),
    ],
)
def test_capitals_prove_nothing_among_capitals(text: str, fires: bool) -> None:
    assert (found("=IS", Document(text=text)) is not None) is fires


def test_the_guard_is_for_exact_terms_only() -> None:
    assert found("Iran", Document(title="WHERE IRAN STANDS")) == ["IRAN"]


# ── operators ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("query", "text", "mentions"),
    [
        pytest.param("a AND b", "b x a", ["b", "a"], id="and"),
        pytest.param("a AND b", "a", None, id="and: one is missing"),
        pytest.param("a OR b", "b", ["b"], id="or"),
        pytest.param("a AND NOT b", "a", ["a"], id="and not"),
        pytest.param("a AND NOT b", "a b", None, id="and not: it stands there"),
        pytest.param("a NEAR/3 b", "b x x a", ["b", "a"], id="near: at the limit, in any order"),
        pytest.param("a NEAR/3 b", "a x x x b", None, id="near: beyond"),
        pytest.param("a NEAR/3 a", "a", None, id="near: one mention is no pair"),
        pytest.param("a NEAR/2 a", "a x a", ["a", "a"], id="near: two of one name"),
        pytest.param("a NEAR/2 b", "a b x x x x a", ["a", "b"], id="near: only those in pairs"),
        pytest.param('"a b" NEAR/2 c', "a b x c", ["a b", "c"], id="near: from the phrase's edge"),
        pytest.param("a BEFORE/2 b", "a x b", ["a", "b"], id="before"),
        pytest.param("a BEFORE/2 b", "b a", None, id="before: wrong order"),
        pytest.param("a NEAR/s b", "a " + "x " * 40 + "b.", ["a", "b"], id="sentence"),
        pytest.param("a NEAR/s b", "Then a. But b.", None, id="sentence: two of them"),
        pytest.param("a NEAR/s b", "Up 3.5 a of b", ["a", "b"], id="sentence: a decimal point"),
        pytest.param("a NEAR/s a", "a.", None, id="sentence: one mention is no pair"),
        pytest.param("COUNT/3(a OR b)", "a b a", ["a", "b", "a"], id="count"),
        pytest.param("COUNT/3(a OR b)", "a b", None, id="count: too few"),
        pytest.param('COUNT/2("a b" OR b)', "a b", None, id="count: a mention inside another"),
        pytest.param('COUNT/2(a EXCEPT ("b a"))', "a b a", None, id="count: but the excepted"),
        pytest.param("ANY/2(a, b, c)", "a c a", ["a", "c", "a"], id="any"),
        pytest.param("ANY/2(a, b)", "a a", None, id="any: distinct ones"),
        pytest.param('a EXCEPT ("x a")', "x a and a", ["a"], id="except: another mention"),
        pytest.param('a EXCEPT ("x a" OR "a y")', "x a, a y", None, id="except: all inside"),
        pytest.param('(a OR b) EXCEPT ("a b")', "a b", None, id="except: alternatives"),
        pytest.param('(a EXCEPT ("x a")) NEAR/2 b', "x a b", None, id="except: inside near"),
        pytest.param("a WITH (b)", "a x b", ["a"], id="with: only the name is proof"),
        pytest.param("a WITH (b)", "a", None, id="with: no context"),
        pytest.param("a WITH (b)", "b", None, id="with: context alone"),
        pytest.param("exact:(Turk)", "Turks", None, id="exact: no plural"),
        pytest.param("exact:(Turk)", "Turk’s", ["Turk’s"], id="exact: a possessive is no form"),
    ],
)
def test_operator(query: str, text: str, mentions: list[str] | None) -> None:
    assert found(query, Document(text=text, lang="en")) == mentions


def test_a_name_is_found_once_though_it_may_be_parted() -> None:
    assert found('"Jund Allah" OR Jundallah', Document(text="Jund Allah")) == ["Jund Allah"] * 2


@pytest.mark.parametrize(("start", "holds"), [(599, True), (600, False)])
def test_the_lead_is_of_600_characters(start: int, holds: bool) -> None:
    text = " " * start + "Quetta"
    assert (found("lead:Quetta", Document(text=text)) is not None) == holds


def test_an_exception_may_begin_where_the_place_ends() -> None:
    filling = "x " * 299
    assert found('lead:(a EXCEPT ("a b"))', Document(text=f"{filling}a b")) is None
    assert found('lead:(a EXCEPT ("a b"))', Document(text=f"{filling}a c")) == ["a"]


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("title:(a)", True),
        ("title:(b)", False),
        ("title:(a AND b)", False),
        ("text:(a)", False),
        ("text:(c)", True),
        ("lead:(a AND b AND c)", True),
        ("lead:(z)", False),
        ("text:(z)", True),
        ("title:(a WITH (z))", True),
        ("a NEAR/9 b", False),
        ("a NEAR/s b", False),
        ("lang:en AND a", True),
        ("lang:fr AND a", False),
        ("source:herald", True),
        ("source:her", False),
        ("tag:US", True),
        ('author:"jane doe"', True),
        ("author:jan", False),
        ("url:example.org/asia", True),
        ("url:/\\/asia\\/[0-9]+$/", True),
        ("url:/^asia/", False),
    ],
)
def test_scopes_and_fields(query: str, holds: bool) -> None:
    document = Document(
        title="a",
        summary="b",
        text=f"c {FILLER} z",
        lang="en-GB",
        source="Herald",
        tags=("us",),
        authors=("Jane Doe",),
        url="https://Example.org/Asia/77",
    )
    assert (found(query, document) is not None) is holds


def test_an_article_of_unknown_language_is_in_every_scope() -> None:
    assert found("a AND lang:en", Document(title="a")) == ["a"]


# ── watches ───────────────────────────────────────────────────────────────────────────────────────


def matched(document: Document, *watches: Watch) -> dict[str, list[str]]:
    matches = Engine(watches, {"isis": ["ISIS", "Daesh"]}).match(document)
    return {match.watch: [hit.text for hit in match.terms] for match in matches}


def test_the_short_form() -> None:
    watch = Watch(
        "w",
        any=("Jordan",),
        weak={"=IS": ("Syria",)},
        excepted=("Michael Jordan",),
        unwanted=("basketball",),
        where="title",
        languages=("en",),
    )
    for title, text, lang, mentions in [
        ("Jordan signs", "", "en", ["Jordan"]),
        ("Jordan signs", "", "ru", None),
        ("Michael Jordan", "", "en", None),
        ("Michael Jordan in Jordan", "", "en", ["Jordan"]),
        ("Jordan signs", "basketball", "en", None),
        ("Nothing", "Jordan", "en", None),
        ("Fighters of IS left", "Syria", "en", ["IS"]),
        ("Fighters of IS left", "", "en", None),
    ]:
        document = Document(title=title, text=text, lang=lang)
        assert matched(document, watch).get("w") == mentions


def test_only_the_watches_that_hold_are_told_in_their_order() -> None:
    document = Document(title="Daesh in Mosul", text="Rain.", lang="en")
    assert matched(
        document,
        Watch("far", any=("Oman",)),
        Watch("group", any=("@isis",), severity="high"),
        Watch("both", query="@isis AND Mosul"),
        Watch("unmet", query="Mosul AND Raqqa"),
        Watch("known", query="lang:en"),
        Watch("either", query="Oman OR lang:en"),
    ) == {"group": ["Daesh"], "both": ["Daesh", "Mosul"], "known": [], "either": []}


def test_the_proof_is_a_slice_of_the_original() -> None:
    document = Document(title="Ｄａｅｓｈ!", summary="da\u00adesh", text="so: Daesh’s¹", lang="en")
    (match,) = Engine([Watch("w", any=("Daesh", "=Daesh"))], {}).match(document)
    assert match.terms == (
        TermHit("Daesh", "Ｄａｅｓｈ", "title", 0, 5),
        TermHit("Daesh", "da\u00adesh", "summary", 0, 6),
        TermHit("Daesh", "Daesh’s", "text", 4, 11),
        TermHit("=Daesh", "Daesh’s", "text", 4, 11, "exact"),
    )


def test_a_document_without_words_matches_nothing() -> None:
    assert matched(Document(), Watch("w", any=("a",))) == {}


# ── properties ────────────────────────────────────────────────────────────────────────────────────

WORDS = """
Iran Iran's l'Iran IRAN Irans Ирана Иран Москве Москва Jundallah Jund Allah al Shabaab AlShabaab
العراق والعراق للعراق בבית הבית הלבן 真 主 党 マリ B.L.A. Ankara'da Ankara is IS of Kurds
""".split()
TERMS = [
    *"Iran Иран Москва Jundallah al-Shabaab العراق 真主党 マリ BLA =BLA Ankara =IS".split(),
    *["הבית הלבן", "Jund Alla*", "Anka*", "=Iran", "Kurd"],
]
texts = st.lists(
    st.tuples(st.sampled_from(WORDS), st.sampled_from([" ", "", ", ", ". ", "-", "\n\n"])),
    max_size=8,
).map(lambda pairs: "".join(map("".join, pairs)))
documents = st.builds(
    Document,
    title=texts,
    summary=texts,
    text=texts,
    lang=st.sampled_from([None, "en", "ru", "tr", "ar", "he", "fr"]),
)


def fits(query: str) -> bool:
    try:
        parse(query)
    except WatchError:
        return False
    return True


queries = st.recursive(
    st.sampled_from([f'="{term[1:]}"' if term[0] == "=" else f'"{term}"' for term in TERMS]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({' OR '.join(parts)})"),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({' AND '.join(parts)})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} AND NOT {pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} WITH {pair[1]})"),
        inner.map(lambda part: f"title:{part}" if "title" not in part else part),
        st.lists(inner, min_size=2, max_size=3, unique=True).map(
            lambda parts: f"ANY/2({', '.join(parts)})"
        ),
    ),
    max_leaves=4,
).filter(fits)


@steady
@given(queries, documents)
def test_every_mention_is_a_slice_of_the_document(query: str, document: Document) -> None:
    for hit in find(parse(query), document) or ():
        assert getattr(document, hit.field)[hit.start : hit.end] == hit.text


@steady
@given(documents)
def test_a_plain_mention_folds_to_its_term(document: Document) -> None:
    for hit in find(parse('exact:("Iran" OR "BLA" OR "Kurd")'), document) or ():
        parts = filter(None, (hit.text, elided(hit.text), before_apostrophe(hit.text)))
        assert fold(hit.term) in map(fold, parts)


@steady
@given(queries, documents)
def test_a_watch_and_a_search_agree(query: str, document: Document) -> None:
    hits = find(parse(query), document)
    matches = Engine([Watch("w", query=query)], {}).match(document)
    assert bool(matches) is (hits is not None)
    assert not matches or matches[0].terms == hits


def index_of(document: Document) -> sqlite3.Connection:
    """As the store keeps it: every folded word is one token of the index."""
    signs = string.punctuation.replace("'", "''").replace('"', '""')
    index = sqlite3.connect(":memory:")
    tokenizer = f"tokenize = \"ascii tokenchars '{signs}'\""
    index.execute(f"CREATE VIRTUAL TABLE items USING fts5 (title, text, {tokenizer})")
    index.execute(
        "INSERT INTO items VALUES (?, ?)",
        (folded_words(document.title), folded_words(f"{document.summary}\n{document.text}")),
    )
    return index


@steady
@given(queries, documents)
def test_the_index_finds_whatever_holds(query: str, document: Document) -> None:
    expr = parse(query)
    if find(expr, document) is None or (fts := fts_expression(expr)) is None:
        return
    index = index_of(document)
    assert index.execute("SELECT 1 FROM items WHERE items MATCH ?", (fts,)).fetchone(), fts
    index.close()


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("Jundallah", "Jund Allah"),
        ('"Jund Allah"', "Jundallah"),
        ('"Ansar Dine Mali"', "AnsarDine Mali"),
        ("العراق", "وللعراق"),
        ('"הבית הלבן"', "בבית הלבן"),
        ("Москва", "Москвой"),
        ("Прага", "Празі"),
        ("Iran", "d’Iran"),
        ("Ankara", "Ankara'da"),
        ("=IŞİD", "IŞİD’e"),
        ("真主党", "黎巴嫩真主党代表"),
        ("Baloch*", "Balochistan"),
        ("M23", "M-23"),
        ('"G-5 Sahel"', "G5 Sahel"),
        ("דאעש", 'לדאע"ש'),
        ("Kurd NEAR/3 Iran", "Kurds of Iran"),
    ],
)
def test_the_index_finds_every_spelling(query: str, text: str) -> None:
    for lang in ("en", "ar", "he", "ru", "uk", "tr"):
        document = Document(text=text, lang=lang)
        if find(parse(query), document):
            index = index_of(document)
            fts = fts_expression(parse(query))
            assert index.execute("SELECT 1 FROM items WHERE items MATCH ?", (fts,)).fetchone()
            index.close()
            return
    pytest.fail("it holds in no language")


@pytest.mark.parametrize(
    ("query", "bound"),
    [
        ("lang:en", False),
        ("lang:en OR Iran", False),
        ("lang:en AND Iran", True),
        ("Iran AND NOT Oman", True),
        ("title:(真主党)", True),
    ],
)
def test_what_the_index_can_narrow_down(query: str, bound: bool) -> None:
    assert (fts_expression(parse(query)) is not None) is bound


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("a" * 100_000, id="one word"),
        pytest.param(f'"{"valley " * 10_000}"', id="one phrase"),
    ],
)
def test_what_is_longer_than_any_name_is_looked_up_as_it_stands(query: str) -> None:
    """Cut in two, or joined, at each of its places it would fill gigabytes."""
    assert len(fts_expression(parse(query)) or "") < 4 * len(query)
