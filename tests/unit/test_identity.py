"""Feeds over several polls: what is new, what was edited, what is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.models import KnownEntry, ParsedEntry, ParsedFeed
from aggregator.polling.identity import Judgement, Policy, Trust, judge, keys, keys_of, words

SITE = "https://dawn.example"
FERRY = "The ferry from Kestrel Bay stays in port while divers look at its hull, the owner said."
WHEAT = "Wheat fell by two percent after the first good rain in seven weeks reached the plains."
QUAKE = (
    "An earthquake of magnitude 5.2 was felt in Lumo at night; no damage has been reported so far."
)
STRIKE = (
    "Crane drivers have voted to stop work for two days over a new shift plan at the eastern quay."
)


@dataclass
class Shelf:
    """Storage of one feed: a key names one entry, the first that had it."""

    names: dict[str, int] = field(default_factory=dict)
    words: dict[int, str] = field(default_factory=dict)
    trust: Trust = field(default_factory=Trust)
    policy: Policy = "auto"

    def poll(self, entries: Sequence[ParsedEntry]) -> Judgement:
        judged = judge(entries, self.known(entries), self.trust, self.policy)
        for new in judged.new:
            entry_id = len(self.words) + 1
            self.words[entry_id] = new.words
            self._name(new.keys, entry_id)
        for seen in judged.seen:
            self._name(seen.keys, seen.id)
            if seen.edited is not None:
                self.words[seen.id] = seen.words
        self.trust = judged.trust
        return judged

    def known(self, entries: Sequence[ParsedEntry]) -> list[KnownEntry]:
        asked = keys_of(ParsedFeed(entries=tuple(entries)))
        return [
            KnownEntry(entry_id, self._keys(entry_id), self.words[entry_id])
            for entry_id in sorted({self.names[key] for key in asked if key in self.names})
        ]

    def _keys(self, entry_id: int) -> frozenset[str]:
        return frozenset(key for key, owner in self.names.items() if owner == entry_id)

    def _name(self, held: Iterable[str], entry_id: int) -> None:
        for key in held:
            self.names.setdefault(key, entry_id)


def entry(guid: str = "", path: str = "", title: str = "", text: str = "") -> ParsedEntry:
    return ParsedEntry(
        guid=guid or None, link=SITE + path if path else None, title=title, summary=text
    )


FERRY_1 = entry("1", "/ferry", "Ferry held in port", FERRY)
WHEAT_2 = entry("2", "/wheat", "Wheat price slips", WHEAT)
QUAKE_3 = entry("3", "/quake", "Earthquake felt in Lumo", QUAKE)
STRIKE_4 = entry("4", "/strike", "Dock workers vote for strike", STRIKE)
USUAL = [FERRY_1, WHEAT_2, QUAKE_3]


def told(*documents: Sequence[ParsedEntry], policy: Policy = "auto") -> list[tuple[int, int]]:
    """New and updated, for each document of one feed in turn."""
    shelf = Shelf(policy=policy)
    counts = []
    for document in documents:
        judged = shelf.poll(document)
        assert len(judged.new) + judged.updated + judged.known == len(document)
        counts.append((len(judged.new), judged.updated))
    return counts


def guids(form: str, entries: Sequence[ParsedEntry] = USUAL) -> list[ParsedEntry]:
    return [replace(each, guid=form.format(number)) for number, each in enumerate(entries)]


def without_guids(entries: Sequence[ParsedEntry]) -> list[ParsedEntry]:
    return [replace(each, guid=None) for each in entries]


def at(path: str, entries: Sequence[ParsedEntry]) -> list[ParsedEntry]:
    return [replace(each, link=SITE + path.format(number)) for number, each in enumerate(entries)]


def block(number: int, text: str) -> ParsedEntry:
    return entry(f"b{number}", f"/live#b{number}", "Thanks", text)


KNOWN = [
    pytest.param(USUAL, USUAL[::-1], id="order turned round"),
    pytest.param(USUAL, [*USUAL, *USUAL], id="everything twice"),
    pytest.param(USUAL, guids("n{}"), id="guid scheme changed"),
    pytest.param(USUAL, without_guids(USUAL), id="guids gone"),
    pytest.param(without_guids(USUAL), USUAL, id="guids come"),
    pytest.param(
        USUAL, guids(" \n{} ", [replace(e, guid=e.guid) for e in USUAL]), id="guid padded"
    ),
    pytest.param(USUAL, at("/new/{}", USUAL), id="links changed, guids kept"),
    pytest.param(USUAL, at("/n/{}", guids("x{}")), id="guids and links changed for all"),
    pytest.param(
        without_guids(USUAL), at("/n/{}", without_guids(USUAL)), id="links changed, no guids"
    ),
    pytest.param(USUAL, [replace(e, link=None) for e in USUAL], id="links gone"),
    pytest.param(
        USUAL,
        [replace(e, published=datetime(2030, 1, 1, tzinfo=UTC), authors=("x",)) for e in USUAL],
        id="other date and byline",
    ),
    pytest.param(
        USUAL, [replace(e, summary="", content=e.summary) for e in USUAL], id="summary as content"
    ),
    pytest.param(
        USUAL,
        [replace(e, summary=e.summary.replace(" ", "\u00a0 \n")) for e in USUAL],
        id="other white space",
    ),
    pytest.param(
        [entry(text="The siren is tested.")], [entry(text="The siren is tested.")], id="text"
    ),
    pytest.param([entry(title="???")], [entry(title="???")], id="signs only"),
    pytest.param([entry(guid="0")], [entry(guid=" 0\n")], id="guid only"),
    pytest.param(
        [
            entry("x", "/1", "Note", "Yes."),
            entry("x", "/2", "Bus"),
            entry("x", "/2", "Note", "Yes."),
        ],
        [
            entry("x", "/2", "Note", "Yes."),
            entry("x", "/2", "Bus"),
            entry("x", "/1", "Note", "Yes."),
        ],
        id="no name and no words of its own",
    ),
    pytest.param(
        [ParsedEntry(enclosures=(SITE + "/1.mp3",))],
        [ParsedEntry(enclosures=(SITE + "/1.mp3?utm_source=x",))],
        id="enclosure only",
    ),
    pytest.param([ParsedEntry()], [ParsedEntry()], id="nothing at all"),
]


@pytest.mark.parametrize(("before", "after"), KNOWN)
def test_what_is_the_same_is_known(
    before: Sequence[ParsedEntry], after: Sequence[ParsedEntry]
) -> None:
    first, second, third = told(before, after, after)
    assert first == (len([each for each in before if keys(each)]), 0)
    assert (second, third) == ((0, 0), (0, 0))


RESCUE = (
    "An avalanche covered the road over the pass at noon and two skiers are missing, police said."
)
COUNT = (
    "The commission ordered a full recount in two districts of the capital after a narrow result."
)

NEW = [
    pytest.param(USUAL, [STRIKE_4, *USUAL], 1, id="one more"),
    pytest.param(USUAL, [replace(STRIKE_4, guid="1"), *USUAL[1:]], 1, id="guid reused"),
    pytest.param(
        USUAL, [replace(STRIKE_4, guid="1"), *USUAL], 1, id="guid reused beside the one that has it"
    ),
    pytest.param(
        [entry("9", "/live", "Live: rescue", RESCUE), WHEAT_2],
        [entry("10", "/live", "Live: count", COUNT), WHEAT_2],
        1,
        id="another event on the live page",
    ),
    pytest.param(
        [entry("", "/live", "Live: rescue", RESCUE), WHEAT_2],
        [entry("", "/live", "Live: count", COUNT), WHEAT_2],
        1,
        id="another event on the live page, no guids",
    ),
    pytest.param(
        [entry("m", "/marine", "Bulletin 1", FERRY)],
        [entry("m", "/marine", "Bulletin 2", QUAKE)],
        1,
        id="bulletin under one guid and link",
    ),
    pytest.param(
        [entry("m", "/marine", "Bulletin 09", FERRY)],
        [entry("m", "/marine", "Bulletin 10", FERRY.replace("divers", "experts"))],
        1,
        id="bulletin of like words counted one further, alone under one guid and link",
    ),
    pytest.param(
        [entry("", "/marine", "Notice of 20 November", FERRY)],
        [entry("", "/marine", "Notice of 21 November", FERRY.replace("divers", "experts"))],
        1,
        id="the next day's notice, alone under one link",
    ),
    pytest.param(
        [entry("m", "/marine", "Bulletin", FERRY)],
        [entry("m", "/marine", "Bulletin", QUAKE)],
        1,
        id="bulletin under one guid, link and title",
    ),
    pytest.param(
        [entry("1", "/1", "Open thread", "Be kind."), WHEAT_2],
        [entry("2", "/2", "Open thread", "Be kind."), QUAKE_3, WHEAT_2],
        2,
        id="short words repeated under another guid and link",
    ),
    pytest.param(
        [entry("1", "/1", "Weekly notes", FERRY), entry("2", "/2", "Weekly notes", FERRY)],
        [entry("3", "/3", "Weekly notes", FERRY), entry("2", "/2", "Weekly notes", FERRY)],
        1,
        id="long words repeated side by side",
    ),
    pytest.param(
        [entry("41", "/report", "Situation report 41", FERRY)],
        [entry("42", "/report", "Situation report 42", FERRY.replace("divers", "experts"))],
        1,
        id="next report on one page, alike, under another guid and title",
    ),
    pytest.param(
        [block(1, "Yes.")], [block(2, "Yes."), block(1, "Yes.")], 1, id="two blocks alike"
    ),
    pytest.param(
        [entry("1", "/brief", "Office", "Closed today."), entry("2", "/brief", "Bus", "Late.")],
        [entry("3", "/brief", "Office", "Closed today."), entry("2", "/brief", "Bus", "Late.")],
        1,
        id="short brief repeated on a shared page under another guid",
    ),
    pytest.param(
        [entry("", "/warn", "Warning", FERRY), entry("", "/warn", "Warning", QUAKE)],
        [entry("", "/warn", "Warning", WHEAT), entry("", "/warn", "Warning", FERRY)],
        1,
        id="one link and title for all",
    ),
    pytest.param(
        [entry("1", "", "Notes", FERRY), WHEAT_2],
        [entry("2", "", "Notes", FERRY), entry("3", "", "Notes", FERRY), WHEAT_2],
        2,
        id="two with the words of one that is gone",
    ),
    pytest.param(
        USUAL,
        [replace(FERRY_1, guid="9", link=SITE + "/9"), WHEAT_2, QUAKE_3],
        1,
        id="long words repeated under another guid and link",
    ),
    pytest.param(
        USUAL,
        [*at("/new/{}", guids("n{}", USUAL[:2])), QUAKE_3],
        2,
        id="most are renamed, one has kept its name",
    ),
    pytest.param(
        without_guids(at("/", USUAL)),
        [
            entry(
                "", "/", "Boats", FERRY.partition(" while")[0] + " because the wind is too strong."
            )
        ],
        1,
        id="alike, under a link that is everybody's",
    ),
    pytest.param(
        [entry("x", "/1", "Note", "Yes."), entry("x", "/2", "Other", "No.")],
        [entry("x", "/3", "Note", "Yes."), entry("x", "/1", "Note", "Yes.")],
        1,
        id="guid of the feed, words repeated under another link",
    ),
]


@pytest.mark.parametrize(("before", "after", "new"), NEW)
def test_what_is_new_is_not_lost(
    before: Sequence[ParsedEntry], after: Sequence[ParsedEntry], new: int
) -> None:
    assert told(before, after, after) == [(len(before), 0), (new, 0), (0, 0)]


def edit(which: ParsedEntry, *, old: str = "", new: str = "", **changes: str) -> ParsedEntry:
    changed = replace(which, summary=which.summary.replace(old, new)) if old else which
    return replace(changed, **changes)  # type: ignore[arg-type]


HOME = at("/", USUAL)
EDITED = [
    pytest.param(USUAL, edit(FERRY_1, old="divers", new="experts"), id="a word of the text"),
    pytest.param(USUAL, edit(FERRY_1, title="No ferry today"), id="the title"),
    pytest.param(
        USUAL,
        edit(FERRY_1, title="WITHDRAWN: Ferry held in port", summary="This article is withdrawn."),
        id="withdrawn",
    ),
    pytest.param(USUAL, edit(FERRY_1, summary=COUNT), id="all of the text under the same title"),
    pytest.param(USUAL, edit(FERRY_1, content=FERRY + " " + COUNT), id="teaser became full text"),
    pytest.param(
        USUAL, edit(FERRY_1, old="divers", new="experts", link=SITE + "/slug"), id="link as well"
    ),
    pytest.param(USUAL, edit(FERRY_1, old="divers", new="experts", guid="n1"), id="guid as well"),
    pytest.param(
        without_guids(USUAL),
        edit(FERRY_1, old="divers", new="experts", guid=""),
        id="text without guids",
    ),
    pytest.param(
        without_guids(USUAL), edit(FERRY_1, title="No ferry", guid=""), id="title without guids"
    ),
    pytest.param(
        without_guids(HOME), edit(HOME[0], old="port", new="dock", guid=""), id="shared link"
    ),
    pytest.param(
        [replace(e, guid="x") for e in HOME],
        edit(HOME[0], old="port", new="dock", guid="x"),
        id="shared guid and link",
    ),
    pytest.param(
        [replace(e, link=None, guid=None) for e in USUAL],
        edit(entry("", "", "Ferry held in port", FERRY), old="port", new="dock"),
        id="neither guid nor link",
    ),
    pytest.param(
        [entry("1", "/1", "Ferry fire: 5 hurt", FERRY), WHEAT_2],
        entry("1", "/1", "Ferry fire: 6 hurt", FERRY.replace("divers", "experts")),
        id="one more hurt, beside others",
    ),
    pytest.param(
        [entry("1", "/1", "Ferry fire: 5 hurt", FERRY)],
        entry("1", "/1", "Ferry fire: 9 hurt", FERRY.replace("divers", "experts")),
        id="more hurt, alone",
    ),
]


@pytest.mark.parametrize(("before", "edited"), EDITED)
def test_an_edit_is_told_once(before: Sequence[ParsedEntry], edited: ParsedEntry) -> None:
    after = [edited, *before[1:]]
    assert told(before, after, after) == [(len(before), 0), (0, 1), (0, 0)]


def test_the_revision_carries_the_edited_entry_and_its_words() -> None:
    shelf = Shelf()
    shelf.poll(USUAL)
    edited = edit(FERRY_1, old="divers", new="experts")
    (seen,) = shelf.poll([edited]).seen
    assert (seen.id, seen.edited, seen.words) == (1, edited, words(edited))


def test_two_spellings_of_one_edit_do_not_take_turns() -> None:
    doubled = [replace(FERRY_1, guid="home-1"), FERRY_1]
    edited = [edit(each, old="divers", new="experts") for each in doubled]
    assert told(doubled, edited, edited[::-1]) == [(1, 0), (0, 1), (0, 0)]


def test_a_feed_that_renders_all_texts_anew_has_nothing_new() -> None:
    garbled = [
        replace(each, title=f"\u00d0\u00b0{number}", summary=f"\u00d1\u0083{number}")
        for number, each in enumerate(USUAL)
    ]
    assert told(USUAL, garbled, garbled) == [(3, 0), (0, 3), (0, 0)]


def test_a_title_is_edited_under_a_link_that_is_everybodys() -> None:
    before = without_guids(HOME)
    after = [before[0], edit(before[1], title="Rain at last"), before[2]]
    assert told(before, after, after) == [(3, 0), (0, 1), (0, 0)]


def test_words_of_before_are_not_claimed_twice() -> None:
    was, now = entry("1", "", "Notes", FERRY), entry("1", "", "Notes", FERRY + " " + WHEAT)
    assert told([was], [now], [now, entry("2", "", "Notes", FERRY)]) == [(1, 0), (0, 1), (1, 0)]


def test_one_edit_and_one_new_entry_while_all_guids_change() -> None:
    after = guids("n{}", [STRIKE_4, edit(FERRY_1, summary=COUNT), WHEAT_2, QUAKE_3])
    assert told(USUAL, after) == [(3, 0), (1, 1)]


def test_one_edit_and_one_new_entry_while_all_links_change() -> None:
    before = without_guids(USUAL)
    after = [STRIKE_4, edit(FERRY_1, old="divers", new="experts"), WHEAT_2, QUAKE_3]
    assert told(before, at("/2026/{}", without_guids(after))) == [(3, 0), (1, 1)]


# ── trust ─────────────────────────────────────────────────────────────────────────────────────────


def test_guids_that_change_with_every_document_are_distrusted_and_no_longer_kept() -> None:
    shelf = Shelf()
    codes = [shelf.poll(guids(f"{number}-{{}}")).changed for number in range(8)]
    assert codes == ["", "", "guids_distrusted", "", "", "", "", ""]
    assert not shelf.trust.guid
    assert sum(name.startswith("guid:") for name in shelf.names) == 6


def test_guids_that_repeat_in_a_document_are_distrusted_at_once() -> None:
    shelf = Shelf()
    assert shelf.poll([replace(each, guid="feed") for each in USUAL]).changed == "guids_distrusted"


def test_links_that_repeat_in_a_document_are_distrusted_at_once() -> None:
    shelf = Shelf()
    assert shelf.poll(HOME).changed == "links_distrusted"
    assert shelf.trust == Trust(guid_strikes=0, link_strikes=2)


def test_one_change_of_scheme_costs_no_trust_for_long() -> None:
    shelf = Shelf()
    for document in (USUAL, guids("n{}"), guids("n{}")):
        shelf.poll(document)
    assert shelf.trust == Trust()


def test_trust_is_won_back() -> None:
    shelf = Shelf()
    shelf.poll([replace(each, guid="feed") for each in USUAL])
    for _ in range(3):
        shelf.poll([*USUAL, STRIKE_4])
    assert shelf.trust.guid


# ── what the operator wants ───────────────────────────────────────────────────────────────────────

EDITED_FERRY = edit(FERRY_1, old="divers", new="experts")


@pytest.mark.parametrize(
    ("policy", "after", "expected"),
    [
        pytest.param("guid", replace(STRIKE_4, guid="1"), (0, 1), id="guid alone"),
        pytest.param("guid", replace(FERRY_1, guid="9"), (1, 0), id="another guid"),
        pytest.param("guid", replace(FERRY_1, guid=None), (0, 0), id="no guid to go by"),
        pytest.param("link", replace(STRIKE_4, link=FERRY_1.link), (0, 1), id="link alone"),
        pytest.param("link", replace(FERRY_1, link=SITE + "/x"), (1, 0), id="another link"),
        pytest.param("content", EDITED_FERRY, (1, 0), id="other words"),
        pytest.param("content", entry("9", "/x", FERRY_1.title, FERRY), (0, 0), id="same words"),
    ],
)
def test_the_operator_chooses_what_decides(
    policy: Policy, after: ParsedEntry, expected: tuple[int, int]
) -> None:
    document = [after, WHEAT_2, QUAKE_3]
    assert told(USUAL, document, document, policy=policy) == [(3, 0), expected, (0, 0)]


# ── keys ──────────────────────────────────────────────────────────────────────────────────────────


def test_guid_link_and_words_together_are_known_whatever_else_was_learnt() -> None:
    whole = frozenset(key for key in keys(FERRY_1) if key.startswith("whole:"))
    known = KnownEntry(1, whole | {"guid:lent", "link:lent"}, words(FERRY_1))
    assert judge([FERRY_1], [known], Trust()).new == ()


def test_long_guids_stay_apart_and_short() -> None:
    one, two = (keys(entry("x" * 300 + last)) for last in "ab")
    assert one.isdisjoint(two)
    assert all(len(key) < 80 for key in one | two)


def test_most_entries_need_three_keys() -> None:
    (new,) = judge([FERRY_1], [], Trust()).new
    assert {key.partition(":")[0] for key in new.keys} == {"guid", "link", "words"}


def test_a_word_that_moves_from_title_to_text_is_an_edit() -> None:
    assert words(entry(title="Ferry held")) != words(entry(title="Ferry", text="held"))


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        pytest.param("A fine day.", "a  FINE\u00a0day", True, id="case, space, signs"),
        pytest.param("ﬁne\u00ad day", "fine day", True, id="ligature and soft hyphen"),
        pytest.param("3.5 percent", "35 percent", False, id="numbers"),
        pytest.param("今日は晴れ", "今日は雨", False, id="without spaces"),
    ],
)
def test_words_are_what_a_reader_sees(one: str, two: str, *, same: bool) -> None:
    assert (words(entry(text=one)) == words(entry(text=two))) is same


# ── properties ────────────────────────────────────────────────────────────────────────────────────

SENTENCES = [FERRY, WHEAT, FERRY.replace("divers", "experts"), "Be kind.", "", "\ud800\x00"]
ENTRIES = st.builds(
    ParsedEntry,
    guid=st.sampled_from([None, "", "1", "2", "x" * 99, "\ud800"]),
    link=st.sampled_from([None, SITE + "/1", SITE + "/2", SITE + "/1#a", SITE + "/1#b", "//[", ""]),
    title=st.sampled_from(["", "Ferry held in port", "Ferry held in port again", "Note"]),
    summary=st.sampled_from(SENTENCES),
    content=st.sampled_from(["", "", QUAKE]),
    enclosures=st.sampled_from([(), (SITE + "/1.mp3",)]),
)
DOCUMENTS = st.lists(ENTRIES, max_size=6)
POLICIES = st.sampled_from(["auto", "guid", "link", "content"])


@settings(max_examples=150, deadline=None)
@given(st.lists(DOCUMENTS, max_size=3), DOCUMENTS, st.data(), POLICIES)
def test_what_was_judged_is_never_new_again(
    before: list[list[ParsedEntry]],
    document: list[ParsedEntry],
    data: st.DataObject,
    policy: Policy,
) -> None:
    shelf = Shelf(policy=policy)
    for each in [*before, document]:
        shelf.poll(each)
    again = data.draw(st.permutations([*document, *document]))
    assert not shelf.poll(again).new


@settings(max_examples=100, deadline=None)
@given(st.lists(DOCUMENTS, min_size=1, max_size=4), POLICIES)
def test_every_entry_is_accounted_for(documents: list[list[ParsedEntry]], policy: Policy) -> None:
    shelf = Shelf(policy=policy)
    for document in documents:
        judged = shelf.poll(document)
        assert len(judged.new) + judged.updated + judged.known == len(document)
        assert judged.updated >= 0


@settings(max_examples=100, deadline=None)
@given(st.lists(DOCUMENTS, max_size=3), DOCUMENTS, st.text(min_size=1), POLICIES)
def test_what_has_no_known_key_is_always_new(
    before: list[list[ParsedEntry]], beside: list[ParsedEntry], guid: str, policy: Policy
) -> None:
    shelf = Shelf(policy=policy)
    for each in before:
        shelf.poll(each)
    unheard = entry(f"unheard of {guid}", "/unheard-of", "Unheard of", COUNT)
    assert unheard in [new.entry for new in shelf.poll([*beside, unheard]).new]


@given(st.lists(ENTRIES, max_size=4), st.text(), st.sets(st.text(), max_size=3))
def test_foreign_memories_do_no_harm(
    document: list[ParsedEntry], said: str, held: set[str]
) -> None:
    asked = keys_of(ParsedFeed(entries=tuple(document)))
    known = [KnownEntry(1, frozenset(held | set(asked)), said)]
    assert judge(document, known, Trust(7, 1)).known >= 0


def test_a_document_that_says_one_thing_very_often_is_judged_in_linear_time() -> None:
    """Each compared with each, this would take minutes."""
    entries = [ParsedEntry(guid=f"g{number}", title="Update") for number in range(20_000)]
    judged = judge(entries, (), Trust())
    assert len(judged.new) + judged.known == 20_000
    assert len(judged.new) > 19_000
