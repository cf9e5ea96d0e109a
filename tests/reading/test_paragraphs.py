"""Paragraphs, by the sentences of a text."""

from __future__ import annotations

from secrel.domain import Span
from secrel.reading.paragraphs import paragraph_end, paragraph_start, same_paragraph

TEXT = "One.\nTwo.\n\nThree\nand more.\nFour."
SENTENCES = [Span(0, 4), Span(5, 9), Span(11, 26), Span(27, 32)]


def test_same_paragraph() -> None:
    one, two, three, four = SENTENCES
    assert not same_paragraph(TEXT, one, two)
    assert not same_paragraph(TEXT, two, three)
    assert same_paragraph(TEXT, three, four)  # The text is wrapped.


def test_where_a_paragraph_begins_and_ends() -> None:
    assert [paragraph_start(TEXT, SENTENCES, i) for i in range(4)] == [0, 1, 2, 2]
    assert paragraph_start(TEXT, SENTENCES, 3, earliest=3) == 3
    assert [paragraph_end(TEXT, SENTENCES, i) for i in range(4)] == [0, 1, 3, 3]
