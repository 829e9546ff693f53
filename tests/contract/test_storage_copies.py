"""Copies: which texts are candidates, which links are kept, and that nothing of it is in memory."""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from itertools import chain

from hypothesis import given, settings
from hypothesis import strategies as st
from samples import DAWN, MINUTE, NOW, TOLO, fingerprint, new, poll, read

from aggregator.models import Fingerprint, Link
from aggregator.protocols import Storage
from aggregator.reading.fingerprint import copies_of, likenesses
from aggregator.reading.fingerprint import fingerprint as fingerprint_of
from storage import open_storage

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def known(storage: Storage, text: Fingerprint, entry: int = 0) -> list[int]:
    return [found.entry_id for found in storage.known_texts(text, NOW, entry)]


def test_texts_that_share_a_band_are_candidates_in_order_of_time(storage: Storage) -> None:
    second, third, other = poll(storage, new("b"), new("c"), new("d"), at=NOW + SECOND)
    (first,) = poll(storage, new("a"), feed=TOLO, at=NOW)
    at = NOW + MINUTE
    read(storage, fingerprint=fingerprint("wire"), at=at)
    read(storage, fingerprint=fingerprint("wire", bands=(1, 2, 3)), at=at)
    read(storage, fingerprint=fingerprint("wire", bands=(3, -4)), at=at)
    read(storage, fingerprint=fingerprint("else", bands=(5,)), at=at)
    assert known(storage, fingerprint("wire", bands=(1, 3))) == [first, second, third]
    assert known(storage, fingerprint("wire", bands=(-4,)), third) == []
    assert known(storage, fingerprint("else", bands=(5,))) == [other]
    assert known(storage, fingerprint("new", bands=(6,))) == []


def test_a_fingerprint_comes_back_as_it_was(storage: Storage) -> None:
    (entry,) = poll(storage, new())
    edges = frozenset((0, 2**32 - 1))
    kept = fingerprint("wire", bands=(2**63 - 1, -(2**63)), runs=edges, names=edges)
    read(storage, fingerprint=kept, story=entry)
    (found,) = storage.known_texts(kept, NOW, 0)
    assert (found.entry_id, found.story, found.first_seen) == (entry, entry, NOW)
    assert found.fingerprint == kept


def test_what_is_too_old_or_of_another_version_is_no_candidate(storage: Storage) -> None:
    poll(storage, new())
    read(storage, fingerprint=fingerprint("wire"))
    assert storage.known_texts(fingerprint("wire"), NOW + SECOND, 0) == []
    assert storage.known_texts(fingerprint("wire", version=2), NOW, 0) == []


def test_links_are_seen_from_both_sides(storage: Storage) -> None:
    first, second = poll(storage, new("a"), new("b"))
    read(storage, fingerprint=fingerprint("wire"))
    link = Link(first, "contained", 0.91, nothing_new=True)
    read(storage, fingerprint=fingerprint("wire"), copies=(link,))
    assert storage.copies(second) == [link]
    assert storage.copies(first) == [Link(second, "contained", 0.91, nothing_new=True)]


def test_a_new_reading_replaces_what_a_text_was_known_by(storage: Storage) -> None:
    first, second = poll(storage, new("a"), new("b"))
    read(storage, fingerprint=fingerprint("wire"))
    link = Link(first, "same_words", 1.0, nothing_new=True)
    read(storage, due_at=NOW, fingerprint=fingerprint("wire"), copies=(link,))
    read(storage, fingerprint=fingerprint("edited", bands=(9,)))
    assert known(storage, fingerprint("wire")) == [first]
    assert known(storage, fingerprint("edited", bands=(9,))) == [second]
    assert storage.copies(first) == storage.copies(second) == []


def test_old_fingerprints_are_forgotten_and_their_links_stay(storage: Storage) -> None:
    first, second = poll(storage, new("a"), new("b"))
    poll(storage, new("c"), feed=TOLO, at=NOW + DAY)
    read(storage, fingerprint=fingerprint("wire"))
    link = Link(first, "same_words", 1.0, nothing_new=True)
    read(storage, fingerprint=fingerprint("wire"), copies=(link,))
    read(storage, fingerprint=fingerprint("wire"), at=NOW + DAY)
    assert storage.prune_fingerprints(NOW + SECOND, 1) == 1
    assert known(storage, fingerprint("wire")) == [second, 3]
    assert storage.prune_fingerprints(NOW + SECOND, 9) == 1
    assert storage.prune_fingerprints(NOW + SECOND, 9) == 0
    assert known(storage, fingerprint("wire")) == [3]
    assert storage.copies(second) == [link]


# the whole step


def arrive(storage: Storage, texts: Sequence[str]) -> None:
    """Read these, one transaction each, in this order."""
    for number, text in enumerate(texts):
        (entry,) = poll(storage, new(text, keys=[text]), at=NOW + number * SECOND, feed=DAWN)
        made = fingerprint_of(text)
        assert made is not None
        found = copies_of(likenesses(made, storage.known_texts(made, NOW, entry)))
        read(storage, text, fingerprint=made, copies=found, at=NOW + MINUTE)


def pairs(storage: Storage) -> set[tuple[frozenset[str], str, float]]:
    """Every link, by the texts."""
    text = {item.id: item.title for item in storage.items()}
    return {
        (frozenset((text[entry], text[link.other])), link.reason, link.score)
        for entry in text
        for link in storage.copies(entry)
    }


def versions(seed: int) -> list[str]:
    """Texts of which some are copies, whole, cut or grown."""
    random_ = random.Random(seed)
    words = [f"w{number}" for number in range(400)]
    wires = [random_.choices(words, k=90) for _ in range(2)]
    cuts = [wire[start : start + random_.randint(45, 90)] for wire in wires for start in (0, 5, 30)]
    grown = [[*wire, *random_.choices(words, k=random_.randint(10, 80))] for wire in wires]
    return [" ".join(text) for text in chain(wires, cuts, grown)]


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 5), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_no_link(seed: int, shuffler: random.Random) -> None:
    texts = versions(seed)
    shuffled = list(texts)
    shuffler.shuffle(shuffled)
    found = []
    for order in (texts, shuffled):
        with closing(open_storage("sqlite://")) as storage:
            arrive(storage, order)
            found.append(pairs(storage))
    assert found[0] == found[1]
    assert found[0]
