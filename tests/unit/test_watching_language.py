"""The language: what it reads, how it prints, and what it says of mistakes."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.errors import WatchError
from aggregator.models import Watch
from aggregator.watching.language import compile_watch, parse, parse_term, show, warnings
from aggregator.watching.tree import (
    And,
    Count,
    Distinct,
    Except,
    Expr,
    Field,
    Near,
    Not,
    Or,
    Scope,
    Term,
    With,
)

#: A busy machine is no failure.
steady = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

GROUPS = {
    "isis": ("ISIS", "=IS", "Islamic State"),
    "one": ("Daesh",),
    "both": ("@isis", "@one"),
    "loop": ("@loop",),
    "short": ("Ira*",),
    "empty": (),
    "justice": ("Jaish al-Adl", "=JAA", "Army of Justice"),
}
A, B, C = Term("a"), Term("b"), Term("c")


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        pytest.param("Iran", Term("Iran"), id="word"),
        pytest.param('"Islamic  State"', Term("Islamic State"), id="phrase"),
        pytest.param("“Islamic State”", Term("Islamic State"), id="curly quotation marks"),
        pytest.param("«a b»", Term("a b"), id="guillemets"),
        pytest.param("al-Shabaab", Term("al-Shabaab"), id="hyphenated word"),
        pytest.param("Baloch*", Term("Baloch", "prefix"), id="prefix"),
        pytest.param('"Islamic Stat*"', Term("Islamic Stat", "prefix"), id="prefix phrase"),
        pytest.param("=IS", Term("IS", "exact"), id="exact word"),
        pytest.param('="Da\'esh group"', Term("Da'esh group", "exact"), id="exact phrase"),
        pytest.param('צה"ל', Term("צה״ל"), id="gershayim are no quotation mark"),
        pytest.param('"AND"', Term("AND"), id="quoted keyword"),
        pytest.param("a AND b AND c", And((A, B, C)), id="and"),
        pytest.param("a OR b OR c", Or((A, B, C)), id="or"),
        pytest.param("(a AND b) OR c", Or((And((A, B)), C)), id="mixed with parentheses"),
        pytest.param("((a))", A, id="needless parentheses"),
        pytest.param("a AND NOT (b OR c)", And((A, Not(Or((B, C))))), id="and not"),
        pytest.param("NOT b AND a", And((Not(B), A)), id="not first"),
        pytest.param("a NEAR/8 b", Near(A, B, 8), id="near"),
        pytest.param("a BEFORE/2 b", Near(A, B, 2, ordered=True), id="before"),
        pytest.param("a NEAR/s (b OR c)", Near(A, Or((B, C)), None), id="same sentence"),
        pytest.param("a NEAR/2 b AND c", And((Near(A, B, 2), C)), id="near binds tighter"),
        pytest.param("a EXCEPT (b)", Except(A, B), id="except"),
        pytest.param("a EXCEPT b WITH c", With(Except(A, B), C), id="except and with"),
        pytest.param("a AND b WITH (c)", And((A, With(B, C))), id="with binds tighter"),
        pytest.param("COUNT/3(a OR b)", Count(3, Or((A, B))), id="count"),
        pytest.param("ANY/2(a, b AND c, a)", Distinct(2, (A, And((B, C)))), id="any"),
        pytest.param("ANY/2(a OR b OR c)", Distinct(2, (A, B, C)), id="any of alternatives"),
        pytest.param("title:(a OR b)", Scope("title", Or((A, B))), id="field"),
        pytest.param("lead: a AND text:b", And((Scope("lead", A), Scope("text", B))), id="fields"),
        pytest.param("exact:(a)", Scope("exact", A), id="exact forms"),
        pytest.param('source:"The Sun"', Field("source", "The Sun"), id="source"),
        pytest.param("url:/a b(c)\\/d/", Field("url", "/a b(c)\\/d/"), id="pattern"),
        pytest.param("url:/news/asia/", Field("url", "/news/asia/"), id="path"),
        pytest.param("# why\na # because\n  OR b", Or((A, B)), id="comments"),
        pytest.param("@one", Term("Daesh"), id="group of one"),
        pytest.param(
            "@isis AND a",
            And((Or((Term("ISIS"), Term("IS", "exact"), Term("Islamic State"))), A)),
            id="group",
        ),
        pytest.param(
            "ANY/2(@isis)",
            Distinct(2, (Term("ISIS"), Term("IS", "exact"), Term("Islamic State"))),
            id="any of a group",
        ),
        pytest.param(
            '@justice -"Army of justice" -JAA AND a',
            And((Term("Jaish al-Adl"), A)),
            id="names taken out of a group",
        ),
        pytest.param("@both -ISIS -=IS", Or((Term("Islamic State"), Term("Daesh"))), id="of two"),
    ],
)
def test_reads(query: str, tree: Expr) -> None:
    assert parse(query, GROUPS) == tree


@pytest.mark.parametrize(
    ("query", "line", "column", "problem"),
    [
        pytest.param("", 1, 1, "empty", id="empty"),
        pytest.param("  # only why", 1, 13, "empty", id="only a comment"),
        pytest.param("a OR b AND c", 1, 8, "mixed", id="or and and"),
        pytest.param("a AND b OR c", 1, 9, "mixed", id="and and or"),
        pytest.param("a\n  b", 2, 3, "side by side", id="neighbours"),
        pytest.param('"a b" c', 1, 7, "side by side", id="phrase and word"),
        pytest.param("a COUNT/2(b)", 1, 3, "side by side", id="word and function"),
        pytest.param("a and b", 1, 3, "and is a word here", id="small operator"),
        pytest.param("NOT a", 1, 1, "NOT alone", id="not alone"),
        pytest.param("a OR NOT b", 1, 1, "NOT alone", id="or not"),
        pytest.param("a AND (NOT b)", 1, 8, "NOT alone", id="not alone inside"),
        pytest.param("a NOT b", 1, 3, "AND is missing", id="and missing"),
        pytest.param("a AND NOT NOT b", 1, 11, "twice", id="not twice"),
        pytest.param("a AND", 1, 6, "ends", id="ends early"),
        pytest.param("AND a", 1, 1, "missing before AND", id="begins with and"),
        pytest.param("a AND OR b", 1, 7, "missing before OR", id="two operators"),
        pytest.param("(a", 1, 1, "not closed", id="parenthesis not closed"),
        pytest.param("a)", 1, 2, "never opened", id="parenthesis not opened"),
        pytest.param("a AND ()", 1, 7, "empty", id="empty parenthesis"),
        pytest.param('a OR "b c', 1, 6, "not closed", id="quotation mark not closed"),
        pytest.param('a OR ""', 1, 6, "empty", id="empty phrase"),
        pytest.param("a OR --", 1, 6, "no letters", id="no letters"),
        pytest.param("a, b", 1, 2, "comma", id="comma"),
        pytest.param("Ira*", 1, 1, "fewer than 4", id="short prefix"),
        pytest.param("a OR بلو*", 1, 6, "fewer than 4", id="short Arabic prefix"),
        pytest.param("*stan", 1, 1, "end of a word", id="star first"),
        pytest.param("=Baloch*", 1, 1, "exclude", id="exact prefix"),
        pytest.param("a NEAR b", 1, 3, "number", id="near without number"),
        pytest.param("a NEAR/x b", 1, 3, "number", id="near without a good number"),
        pytest.param("a NEAR/0 b", 1, 3, "number", id="near zero"),
        pytest.param("a BEFORE/s b", 1, 3, "number", id="before in a sentence"),
        pytest.param("a NEAR/3", 1, 9, "ends", id="near without right side"),
        pytest.param("a NEAR/3 b NEAR/3 c", 1, 12, "parentheses", id="chain"),
        pytest.param("a NEAR/3 (b AND c)", 1, 10, "takes terms", id="near a condition"),
        pytest.param("COUNT/2(a AND b)", 1, 8, "takes terms", id="count a condition"),
        pytest.param("COUNT/2 a", 1, 1, "parenthesis", id="count without parenthesis"),
        pytest.param("COUNT(a)", 1, 1, "number", id="count without number"),
        pytest.param("ANY/2()", 1, 6, "no members", id="any of none"),
        pytest.param("ANY/3(a, b)", 1, 1, "never holds", id="any of too few"),
        pytest.param("a OR b WITH (c)", 1, 8, "mixed", id="or and with"),
        pytest.param("a EXCEPT (b) OR c", 1, 3, "mixed", id="except and or"),
        pytest.param("a AND/2 b", 1, 3, "no number", id="and with a number"),
        pytest.param("headline:(a)", 1, 1, "no field headline", id="unknown field"),
        pytest.param("title:()", 1, 7, "empty", id="empty field"),
        pytest.param("title:", 1, 1, "nothing to look for", id="field of nothing"),
        pytest.param("title:(text:a)", 1, 1, "inside", id="field in a field"),
        pytest.param("a AND lang:", 1, 7, "no value", id="no value"),
        pytest.param("url:/(/", 1, 5, "RE2", id="broken pattern"),
        pytest.param("a AND @none", 1, 7, "no group @none", id="unknown group"),
        pytest.param("@loop", 1, 1, "holds itself", id="group of itself"),
        pytest.param("@short", 1, 1, "in the group @short", id="mistake in a group"),
        pytest.param("@empty", 1, 1, "is empty", id="empty group"),
        pytest.param("a -b", 1, 3, "takes a name out", id="a dash behind a term"),
        pytest.param("-b AND a", 1, 1, "takes a name out", id="a dash at the beginning"),
        pytest.param('@isis -"Islamic Stat"', 1, 7, "has no name", id="a name it has not"),
        pytest.param("@one -Daesh", 1, 6, "nothing is left", id="every name taken out"),
        pytest.param("a OR @preset/no-such", 1, 6, "no preset no-such", id="unknown preset"),
        pytest.param("(" * 60 + "a" + ")" * 60, 1, 51, "too deep", id="too deep"),
    ],
)
def test_refuses(query: str, line: int, column: int, problem: str) -> None:
    with pytest.raises(WatchError) as raised:
        parse(query, GROUPS)
    error = raised.value
    assert problem in error.problem
    assert (error.line, error.column) == (line, column)
    assert error.mend
    assert error.source == query


@pytest.mark.parametrize(
    ("query", "mend"),
    [
        ("a OR b AND c", "write (a OR b) AND …"),
        ("Iran Oman", '"Iran Oman", or Iran AND Oman'),
        ("titel:a", "did you mean title:?"),
        ("@isys", "did you mean @isis?"),
    ],
)
def test_mends(query: str, mend: str) -> None:
    with pytest.raises(WatchError) as raised:
        parse(query, GROUPS)
    assert mend in raised.value.mend


@pytest.mark.parametrize(
    ("entry", "term"),
    [
        ("Islamic State", Term("Islamic State")),
        ("=São Tomé", Term("São Tomé", "exact")),
        (" Baloch* ", Term("Baloch", "prefix")),
        ('"Islamic State"', Term("Islamic State")),
        ('צה"ל', Term("צה״ל")),
        ("Lebanon, Pennsylvania", Term("Lebanon, Pennsylvania")),
        ("@one", Term("Daesh")),
    ],
)
def test_reads_an_entry_of_a_list(entry: str, term: Expr) -> None:
    assert parse_term(entry, GROUPS) == term


# ── the short form ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("watch", "query"),
    [
        pytest.param(Watch("w", any=("a", "b c")), 'a OR "b c"', id="any"),
        pytest.param(Watch("w", any=("a",), query="b AND c"), "a OR (b AND c)", id="any or query"),
        pytest.param(
            Watch("w", weak={"=IS": ("Syria", "Iraq")}), "=IS WITH (Syria OR Iraq)", id="weak"
        ),
        pytest.param(
            Watch("w", any=("a",), weak={"b": ("c",)}), "a OR (b WITH (c))", id="strong or weak"
        ),
        pytest.param(
            Watch("w", any=("a", "b"), excepted=("a c", "b c")),
            '(a OR b) EXCEPT ("a c" OR "b c")',
            id="except",
        ),
        pytest.param(Watch("w", any=("a",), unwanted=("b",)), "a AND NOT b", id="not"),
        pytest.param(
            Watch("w", any=("a",), unwanted=("b", "c"), where="title"),
            "title:(a) AND NOT (b OR c)",
            id="in does not bind not",
        ),
        pytest.param(
            Watch("w", any=("a",), languages=("en", "ru"), feeds=("us",)),
            "a AND (lang:en OR lang:ru) AND (source:us OR tag:us)",
            id="languages and feeds",
        ),
        pytest.param(Watch("w", any=("a",), forms="exact"), "exact:(a)", id="forms"),
        pytest.param(
            Watch("w", any=("@isis",)), 'ISIS OR =IS OR "Islamic State"', id="group in a list"
        ),
    ],
)
def test_compiles_the_short_form(watch: Watch, query: str) -> None:
    tree = compile_watch(watch, GROUPS)
    assert show(tree) == query
    assert parse(query) == tree


@pytest.mark.parametrize(
    "watch",
    [
        pytest.param(Watch("w"), id="nothing"),
        pytest.param(Watch("w", query="  "), id="empty query"),
        pytest.param(Watch("w", unwanted=("a",)), id="only exclusions"),
        pytest.param(Watch("w", any=("",)), id="empty term"),
        pytest.param(Watch("w", any=("Ira*",)), id="short prefix"),
        pytest.param(Watch("w", weak={"a": ()}), id="weak without context"),
        pytest.param(Watch("w", any=("a",), excepted=("",)), id="empty exception"),
        pytest.param(Watch("w", any=("@none",)), id="unknown group"),
        pytest.param(Watch("w", any=("a",), where="body"), id="unknown place"),  # type: ignore[arg-type]
        pytest.param(Watch("w", any=("a",), forms="all"), id="unknown forms"),  # type: ignore[arg-type]
        pytest.param(Watch("w", any=("a",), languages=("",)), id="empty language"),
    ],
)
def test_refuses_a_watch(watch: Watch) -> None:
    with pytest.raises(WatchError) as raised:
        compile_watch(watch, GROUPS)
    assert raised.value.mend


@pytest.mark.parametrize(
    ("query", "warned"),
    [
        ("IS OR ISIS", ["IS", "ISIS"]),
        ("=IS OR Isis OR NATOS", []),
        ("ISI WITH (Pakistan)", []),
    ],
)
def test_warns_of_short_words_in_capitals(query: str, warned: list[str]) -> None:
    assert [warning.split()[0] for warning in warnings(parse(query), query)] == warned


@pytest.mark.parametrize(
    ("entry", "warned"),
    [
        ("Jundallah OR Jundullah", True),
        ("Jundallah NEAR/8 Quetta", True),
        ("Jundallah NOT cricket", True),
        ("title:Jundallah", True),
        ("Jundallah or Jundullah", False),
        ("OR Tambo International", False),
        ("Title: Jundallah", False),
    ],
)
def test_warns_of_a_query_in_a_list(entry: str, warned: bool) -> None:
    told = warnings(parse_term(entry), entry, listed=True)
    assert [warning for warning in told if "under query:" in warning] == (
        [f"{entry} is one phrase here (write it under query:)"] * warned
    )


# ── properties ────────────────────────────────────────────────────────────────────────────────────


def _readable(text: str) -> bool:
    try:
        return isinstance(parse_term(text), Term)
    except WatchError:
        return False


words = st.sampled_from(
    [
        "Iran",
        "al-Shabaab",
        "Islamic State",
        "AND",
        "NEAR",
        "Lebanon, Pa",
        "U.S.",
        "צה״ל",
        "真主党",
        "1",
    ]
)
written = words | st.text(max_size=12).filter(_readable)
terms = (
    written.map(lambda text: parse_term(text))
    | words.map(lambda text: Term(text, "exact"))
    | st.sampled_from([Term("Baloch", "prefix"), Term("Islamic Stat", "prefix")])
)
fields = st.builds(
    Field,
    st.sampled_from(["source", "lang", "tag", "author", "url"]),
    st.sampled_from(["x", "a b"]),
) | st.just(Field("url", "/a|b c/"))


def several(parts: st.SearchStrategy[Expr]) -> st.SearchStrategy[tuple[Expr, ...]]:
    return st.lists(parts, min_size=2, max_size=3, unique=True).map(tuple)


mentions = st.recursive(
    terms,
    lambda inner: st.one_of(
        several(inner).map(Or),
        st.builds(Except, inner, inner),
        st.builds(With, inner, inner),
        st.builds(Near, inner, inner, st.none() | st.integers(1, 9), st.just(False)),
        st.builds(Near, inner, inner, st.integers(1, 9), st.just(True)),
        st.builds(Scope, st.just("exact"), inner),
    ),
    max_leaves=5,
)
conditions = st.recursive(
    mentions | fields | st.builds(Scope, st.sampled_from(["title", "lead", "text"]), mentions),
    lambda inner: st.one_of(
        several(inner).map(And),
        several(inner).map(Or),
        several(inner).map(lambda parts: And((parts[0], *map(Not, parts[1:])))),
        several(inner).map(lambda parts: Distinct(len(parts), parts)),
        st.builds(Count, st.integers(1, 9), mentions),
        st.builds(With, mentions, inner),
    ),
    max_leaves=6,
)


@steady
@given(conditions)
def test_a_tree_printed_and_parsed_is_the_same_tree(tree: Expr) -> None:
    assert parse(show(tree)) == tree


PIECES = """
a "b c" Ira* =x ( ) , " “ AND OR NOT NEAR/2 COUNT/2( ANY/2( title: url:/(/ # * =
@isis -IS -"x @preset/isis @preset/
""".split()


def mistake(query: str) -> WatchError | None:
    try:
        parse(query, GROUPS)
    except WatchError as error:
        return error
    return None


@steady
@given(st.text() | st.lists(st.sampled_from(PIECES)).map(" ".join))
def test_nothing_but_a_watch_error_is_raised(query: str) -> None:
    if error := mistake(query):
        lines = query.split("\n")
        assert 1 <= error.line <= len(lines)
        assert 1 <= error.column <= len(lines[error.line - 1]) + 1
