"""Which sentences a source bracket covers."""

from __future__ import annotations

import pytest

from secrel.domain import LabelScheme
from secrel.reading import parse_inline
from secrel.reading.bracket_reach import names_outlet
from secrel.reading.citations import parse_citations
from secrel.reading.sentences import split_sentences

COMMENT = "Nobody in the valley sleeps well."


def covered(scheme: LabelScheme, *sentences: str) -> list[tuple[int, ...]]:
    """The sentences that every bracket of a paragraph covers."""
    document = parse_inline("\n".join(sentences), scheme).document
    text = document.text.replace("\n", " ")
    assert document.sentences is not None
    return [c.sentences for c in parse_citations(text, document.sentences, year=2006, entities=document.entities)]


def test_from_the_sentence_that_names_the_outlet(scheme: LabelScheme) -> None:
    first = "[Lantern Post]MEDIA reported that the pass was shut."
    assert covered(scheme, first, COMMENT, "Snow fell (Lantern Post, July 6).") == [(0, 1, 2)]
    assert covered(scheme, COMMENT, first, "Snow fell (Lantern Post, July 6).") == [(1, 2)]
    assert covered(scheme, first, COMMENT, "Snow fell (Herald, July 6).") == [(2,)]
    # A bracket before it ends what it reaches.
    assert covered(scheme, first, "Snow fell (Herald, July 6).", "It rained (Lantern Post, July 6).") == [(1,), (2,)]


def test_a_person_who_goes_on_speaking(scheme: LabelScheme) -> None:
    said = "Defense Minister [Ottokar Muskar]PERSON said that the pass was shut."
    assert covered(scheme, COMMENT, said, "[Muskar]PERSON also denied the snow (Herald, July 6).") == [(1, 2)]
    assert covered(
        scheme, COMMENT, said, "The Bordurian Minister [Muskar]PERSON denied the snow (Herald, July 6)."
    ) == [(1, 2)]
    assert covered(scheme, COMMENT, said, "Contrary to what [Muskar]PERSON said, it snowed (Herald, July 6).") == [(2,)]
    assert covered(scheme, COMMENT, said, "[Wagner]PERSON also denied the snow (Herald, July 6).") == [(2,)]


def test_brackets_are_no_part_of_what_is_told(scheme: LabelScheme) -> None:
    # The day in the bracket is not that of the sentence.
    met = "On [July 4]DATE [Muskar]PERSON met [Wagner]PERSON."
    assert covered(scheme, met, "[Wagner]PERSON praised the soup (Herald, July 6).") == [(0, 1)]


def test_two_brackets_of_one_sentence_and_a_text_without_paragraphs(scheme: LabelScheme) -> None:
    assert covered(scheme, "Snow fell.", "He wept (Herald, July 6), and it rained (Post, July 7).") == [(0, 1), (1,)]
    named = "[Lantern Post]MEDIA reported that the pass was shut."
    far = [named, *[COMMENT] * 9, "Snow fell (Lantern Post, July 6)."]
    assert covered(scheme, *far) == [(10,)]


def test_a_paragraph_of_its_own_covers_no_other() -> None:
    # Sources below a paragraph may be those of the whole item, whose last paragraph is often the author's comment.
    text = f"{COMMENT}\n\nSnow fell. It rained.\n\n(Herald, July 6)\n\n{COMMENT}"
    (citation,) = parse_citations(text, split_sentences(text), year=2006)
    assert citation.sentences == (3,)


@pytest.mark.parametrize(
    ("sentence", "outlet", "named"),
    [
        ("Lantern Post reported it.", "Lantern Post", True),
        ("The lantern-post said so.", "Lantern Post", True),
        ("As Interfax-Klow has it.", "Interfax", True),
        ("Lantern Poster reported it.", "Lantern Post", False),
        ("24.kg reported it.", "24.kg", True),
    ],
)
def test_names_outlet(sentence: str, outlet: str, named: bool) -> None:
    assert names_outlet(sentence, outlet) is named
