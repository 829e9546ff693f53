"""Marks of footnotes behind words, in pages and in feeds."""

from __future__ import annotations

import time

import pytest
from lxml import html

from aggregator.polling.plain import plain_text
from aggregator.reading.blocks import segment
from aggregator.text import folded_words

#: Markup, and its text.
DROPPED = {
    "a number": ("Jundullah<sup>1</sup> struck", "Jundullah struck"),
    "numbers": ("Jundullah<sup>1,2</sup> struck", "Jundullah struck"),
    "a sign": ("Jundullah<sup>*</sup> struck", "Jundullah struck"),
    "a dagger": ("Jundullah<sup> † </sup>’s men", "Jundullah’s men"),
    "brackets": ("Jundullah<sup>[1]</sup> struck", "Jundullah struck"),
    "a letter in brackets": ("Jundullah<sup>[a]</sup> struck", "Jundullah struck"),
    "a note in brackets": ("Jundullah<sup>[note 2]</sup> struck", "Jundullah struck"),
    "a link in it": ('Jundullah<sup><a href="#n1">1</a></sup>, too', "Jundullah, too"),
    "a link to a letter": ('Jundullah<sup><a href="#n1">a</a></sup>, too', "Jundullah, too"),
    "behind bold": ("<b>Jundullah</b><sup>1</sup> struck", "Jundullah struck"),
    "behind a sentence": ("They fled.<sup>1</sup> It rained.", "They fled. It rained."),
    "behind a quotation": ("“They fled.”<sup>12</sup>", "“They fled.”"),
    "behind a bracket": ("(the group)<sup>3</sup> fled", "(the group) fled"),
    "behind a year": ("since 2016.<sup>4</sup>", "since 2016."),
    "behind a unit's stop": ("400 metres.<sup>2</sup>", "400 metres."),
    "behind an escape": ("caf&eacute;<sup>1</sup> closed", "café closed"),
    "behind what is not seen": ("Jundullah\u200b<sup>1</sup> struck", "Jundullah struck"),
    "behind a share": ("61%<sup>2</sup> of them", "61% of them"),
    "behind a short name": ('IS<sup class="fn">1</sup> struck', "IS struck"),
    "behind a number": ('12<sup><a href="#n">3</a></sup> were killed', "12 were killed"),
    "Arabic": ("جندالله<sup>1</sup> گفت", "جندالله گفت"),
    "Hindi": ("जुंदल्लाह<sup>१</sup> ने", "जुंदल्लाह ने"),
    "Chinese": ("哈马斯<sup>[1]</sup>在加沙", "哈马斯在加沙"),
}
KEPT = {
    "a formula": ("H<sub>2</sub>O", "H2O"),
    "a formula raised": ("CO<sup>2</sup>", "CO2"),
    "a power of a year": ("2016<sup>2</sup>", "20162"),
    "a power": ("10<sup>6</sup> people", "106 people"),
    "a price": ("$19.<sup>99</sup>", "$19.99"),
    "a dear price": ("$1999.<sup>99</sup>", "$1999.99"),
    "a unit": ("400 m<sup>2</sup> or km<sup>2</sup>", "400 m2 or km2"),
    "a unit in full": ("400 metres<sup>2</sup>", "400 metres2"),
    "a variable": ("R<sup>2</sup> of C<sup>*</sup>", "R2 of C*"),
    "brackets of a sum": ("(a+b)<sup>2</sup>", "(a+b)2"),
    "an ordinal": ("the 1<sup>st</sup>, 5<sup>e</sup> and 2<sup>o</sup>", "the 1st, 5e and 2o"),
    "an abbreviation": ("M<sup>r</sup>, N<sup>o</sup>, S<sup>te</sup>", "Mr, No, Ste"),
    "a charge": ("Fe<sup>2+</sup>", "Fe2+"),
    "an isotope": ("from <sup>235</sup>U", "from 235U"),
    "a trade mark": ("Acme<sup>®</sup>", "Acme®"),
    "within a name": ("Clean<sup>3</sup>Power", "Clean3Power"),
    "parted by an escape": ("Jundullah&nbsp;<sup>1</sup> struck", "Jundullah 1 struck"),
    "parted already": ("Jundullah <sup>1</sup> struck", "Jundullah 1 struck"),
    "a note's own number": ("<sup>1</sup> A note", "1 A note"),
    "a note below a line": ("They fled.<br><sup>1</sup> A note", "They fled.\n1 A note"),
    "a word": ("Jundullah<sup>new</sup>", "Jundullahnew"),
}


def of_page(markup: str) -> str:
    tree = html.document_fromstring(f"<html><body><p>{markup}</p></body></html>")
    return "\n\n".join(block.text for block in segment(tree.find("body")).blocks)


def of_feed(markup: str) -> str:
    return plain_text(f"<p>Before.</p><p>{markup}</p>").removeprefix("Before.\n\n")


@pytest.mark.parametrize("name", DROPPED)
def test_the_mark_of_a_footnote_is_no_part_of_a_word(name: str) -> None:
    markup, wanted = DROPPED[name]
    assert (of_page(markup), of_feed(markup)) == (wanted, wanted)


@pytest.mark.parametrize("name", KEPT)
def test_what_belongs_to_its_word_stays(name: str) -> None:
    markup, wanted = KEPT[name]
    assert of_page(markup) == wanted
    assert folded_words(of_feed(markup)) == folded_words(wanted)


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        ('Jundullah<a href="#n1">1</a> struck', "Jundullah struck"),
        ('Jundullah<a href="#n1"><sup>1</sup></a> struck', "Jundullah struck"),
        ('the (<a href="#us">US</a>) and (<a href="#n1">1</a>)', "the (US) and (1)"),
        ('Jundullah [4,<a href="#n5">5</a>] struck', "Jundullah [4,5] struck"),
        ('the Jund<a href="#al">al</a>lah', "the Jundallah"),
        ('Jundullah<a href="/page/2">2</a>', "Jundullah2"),
    ],
)
def test_a_link_to_a_note_need_not_be_raised(markup: str, wanted: str) -> None:
    assert of_page(markup) == wanted


@pytest.mark.parametrize("piece", ["a<sup>1</sup>", "<sup>", "<sup><a ", '<sup "', "<a href=#>1"])
def test_hostile_marks_take_no_long_time(piece: str) -> None:
    began = time.process_time()
    of_page(piece * 5000)
    of_feed(piece * 20_000)
    assert time.process_time() - began < 3
