"""Names of populated places."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from secrel.domain import Span
from secrel.features.words import split_words
from secrel.knowledge import find_places, place_names
from secrel.knowledge.places import FILE, MOST_WORDS, plain


def found(text: str) -> list[str]:
    words = split_words(text, Span(0, len(text)))
    return [text[words[start].start : words[end - 1].end] for start, end in find_places(text, words)]


@pytest.mark.parametrize(
    ("name", "simple"),
    [
        ("Osh", "osh"),
        ("Ts’khinvali", "tskhinvali"),
        ("Poznań", "poznan"),
        ("Ust-Kamenogorsk", "ust-kamenogorsk"),
        ("Nizhniy \n Novgorod", "nizhniy novgorod"),
        ("", ""),
    ],
)
def test_plain(name: str, simple: str) -> None:
    assert plain(name) == simple


def test_places_are_found_the_longest_first() -> None:
    assert found("From Nizhniy Novgorod to Osh and Ust-Kamenogorsk.") == ["Nizhniy Novgorod", "Osh", "Ust-Kamenogorsk"]
    assert found("Murmansk's governor met the mayor of Poznań.") == ["Murmansk", "Poznań"]
    assert found("Pro-Moscow rebels left Batumi-based units.") == ["Moscow", "Batumi"]


def test_a_name_begins_with_a_capital_and_ends_with_a_word() -> None:
    assert found("He was in osh, and at the oshkosh plant.") == []
    assert found("The Muscovite Oshkosharians") == []
    assert find_places("", []) == []


def test_line_breaks_within_a_name_do_not_matter() -> None:
    assert found("in Nizhniy\nNovgorod") == ["Nizhniy\nNovgorod"]


def test_the_file_is_as_it_says() -> None:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    names = [line for line in lines if not line.startswith("#")]
    assert "GeoNames" in lines[1]
    assert "CC BY 4.0" in lines[1]
    assert names == sorted(set(names))
    assert len(names) == len(place_names()) > 80_000
    for name in names:
        assert plain(name) == name
    assert max(len(split_words(name, Span(0, len(name)))) for name in names[::50]) <= MOST_WORDS


def test_a_long_text_takes_no_longer_than_its_length() -> None:
    text = "The Mayor Of New York City Met Them. " * 2000
    words = split_words(text, Span(0, len(text)))
    start = time.perf_counter()
    ranges = find_places(text, words)
    assert time.perf_counter() - start < 5
    assert len(ranges) >= 2000
    assert all(a < b <= c for (a, b), (c, _) in pairwise(ranges))
