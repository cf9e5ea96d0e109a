"""Words and their shape features."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secrel.domain import Span
from secrel.features.shapes import CASES, WORD_FEATURES, case_of, word_features
from secrel.features.words import split_words


def words_of(text: str) -> list[str]:
    return [word.of(text) for word in split_words(text, Span(0, len(text)))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Baku trains Kyiv.", ["Baku", "trains", "Kyiv", "."]),
        ("U.S.-led force", ["U.S.", "-", "led", "force"]),
        ("pro-Russian", ["pro", "-", "Russian"]),
        ("Army’s drills", ["Army", "’s", "drills"]),
        ("(Trend, July 8)", ["(", "Trend", ",", "July", "8", ")"]),
        ("Baku/Tbilisi—Kars", ["Baku", "/", "Tbilisi", "—", "Kars"]),
        ("He flew to Naryan-Mar.", ["He", "flew", "to", "Naryan", "-", "Mar", "."]),
        ("one\u00a0two\r\nthree", ["one", "two", "three"]),
        ("\ufeffBaku  spoke", ["\ufeffBaku", "spoke"]),
        ("“Baku” 😀", ["“", "Baku", "”", "😀"]),
        (" \r\n\t ", []),
    ],
)
def test_words_are_split_where_names_can_end(text: str, expected: list[str]) -> None:
    assert words_of(text) == expected


def test_offsets_count_from_the_document_not_the_sentence() -> None:
    text = "😀 First. Baku spoke."
    assert split_words(text, Span(9, 20)) == (Span(9, 13), Span(14, 19), Span(19, 20))


@given(st.text(alphabet="aé’-. \u00a0\r\n\u0301😀“”()Я1/", min_size=1, max_size=40), st.text("x ", max_size=3))
def test_words_cover_all_but_white_space_in_order(text: str, before: str) -> None:
    sentence = Span(len(before), len(before) + len(text))
    words = split_words(before + text + "tail", sentence)
    covered: set[int] = set()
    end = sentence.start
    for word in words:
        assert end <= word.start
        end = word.end
        covered |= set(range(word.start, word.end))
    assert end <= sentence.end
    assert {len(before) + n for n, character in enumerate(text) if not character.isspace()} <= covered


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("baku", "lower"),
        ("Baku", "title"),
        ("A", "title"),
        ("NATO", "upper"),
        ("U.S.", "upper"),
        ("McKay", "mixed"),
        ("iPhone", "mixed"),
        ("2006", "digit"),
        ("S-300", "alphanumeric"),
        ("90th", "alphanumeric"),
        (",", "other"),
        ("😀", "other"),
        ("", "other"),
        ("Баку", "title"),
        ("e\u0301tat", "lower"),
    ],
)
def test_case(text: str, expected: str) -> None:
    assert CASES[case_of(text)] == expected


def test_features_of_every_word() -> None:
    text = '"Ok" (a [b] c) “d” e'
    words = split_words(text, Span(0, len(text)))
    rows = word_features(text, words)
    by_word = {word.of(text): row[1:5] for word, row in zip(words, rows, strict=True)}
    # in brackets, in quotation marks, first word, preceded by white space
    assert by_word["Ok"] == (0, 1, 0, 0)
    assert by_word["("] == (0, 0, 0, 1)
    assert by_word["a"] == (1, 0, 0, 0)
    assert by_word["b"] == (1, 0, 0, 0)
    assert by_word["]"] == (1, 0, 0, 0)
    assert by_word["c"] == (1, 0, 0, 1)
    assert by_word[")"] == (0, 0, 0, 0)
    assert by_word["d"] == (0, 1, 0, 0)
    assert by_word["”"] == (0, 0, 0, 0)
    assert by_word["e"] == (0, 0, 0, 1)
    assert rows[0] == (CASES.index("other"), 0, 0, 1, 0, 0)
    assert [CASES[row[0]] for row in rows[:2]] == ["other", "title"]


def test_names_of_places_have_a_beginning_and_an_inside() -> None:
    text = "Then Nizhniy Novgorod met Osh."
    rows = word_features(text, split_words(text, Span(0, len(text))))
    assert [row[5] for row in rows] == [0, 1, 2, 0, 1, 0]
    without = word_features(text, split_words(text, Span(0, len(text))), gazetteer=False)
    assert [row[5] for row in without] == [0] * 6
    assert [row[:5] for row in without] == [row[:5] for row in rows]


def test_a_bracket_closed_twice_opens_nothing() -> None:
    text = "a) ) (b"
    words = split_words(text, Span(0, len(text)))
    assert [row[1] for row in word_features(text, words)] == [0, 0, 0, 0, 1]


@given(st.text(alphabet="aA1 ()[]\"“”«».'", max_size=30).filter(str.strip))
def test_features_stay_within_their_number_of_values(text: str) -> None:
    rows = word_features(text, split_words(text, Span(0, len(text))))
    for row in rows:
        assert len(row) == len(WORD_FEATURES)
        assert all(0 <= value < n for value, n in zip(row, WORD_FEATURES, strict=True))
    assert [row[3] for row in rows] == [1] + [0] * (len(rows) - 1)
