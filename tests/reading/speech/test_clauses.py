"""Where clauses begin and end, as far as words and marks tell."""

from __future__ import annotations

import pytest

from secrel.domain import Span
from secrel.reading.speech.clauses import REACH, Clauses
from secrel.reading.speech.phrases import split_units


def clauses(text: str) -> Clauses:
    return Clauses(text, split_units(text, Span(0, len(text)), ()))


@pytest.mark.parametrize(
    ("text", "word", "begins"),
    [
        ("A slept, but B woke", "woke", "B"),
        ("A slept, B woke", "woke", "A"),
        ("A slept; B woke", "woke", "B"),
        ("A slept while B woke", "woke", "B"),
        ("A slept, that old dog, and woke", "dog", "A"),
        ("A slept, for its part, and woke", "part", "A"),
        ("A “slept; and slept” and woke", "woke", "A"),
        ("A slept, as B said", "said", "B"),
    ],
)
def test_clause_start(text: str, word: str, begins: str) -> None:
    found = clauses(text)
    index = next(k for k, unit in enumerate(found.units) if unit.word == word)
    assert found.units[found.clause_start(index)].span.of(text) == begins


@pytest.mark.parametrize(
    ("text", "past", "ends"),
    [
        ("A slept, and B woke", True, "A slept"),
        ("A slept, and B would wake", True, "A slept, and B would wake"),
        ("A slept, and B would wake", False, "A slept"),
        ("A slept, and that B woke", False, "A slept, and that B woke"),
        ("A slept; B would wake", True, "A slept"),
        ("A slept, B and C woke", True, "A slept, B and C woke"),
        ("A slept, adding that B woke", True, "A slept"),
        ("A slept, a thing that B mocked", True, "A slept"),
    ],
)
def test_clause_end(text: str, past: bool, ends: str) -> None:
    found = clauses(text)
    assert found.span(0, found.clause_end(0, past=past)).of(text) == ends


def test_nothing_is_looked_for_further_than_its_reach() -> None:
    found = clauses("word " * 3 * REACH)
    assert found.clause_end(0, past=True) == REACH
    assert found.next_stop(10) == REACH + 10
    assert found.clause_start(3 * REACH - 1) > REACH


def test_words_outside_of_the_sentence_are_empty() -> None:
    found = clauses("A slept")
    assert (found.word(-1), found.word(0), found.word(2)) == ("", "a", "")
    assert found.is_stop(2)
    assert found.spans((0, 0), (1, 2)) == (Span(2, 7),)
