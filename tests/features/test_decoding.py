"""BIO tags: the best valid sequence, and back and forth between ranges and tags."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secrel.features.decoding import TaggedRange, decode_ranges, encode_bio, viterbi_bio


def valid(tags: tuple[int, ...]) -> bool:
    previous = 0
    for tag in tags:
        if tag and tag % 2 == 0 and previous not in {tag - 1, tag}:
            return False
        previous = tag
    return True


def one_hot(tags: list[int], n_tags: int) -> np.ndarray:
    probabilities = np.full((len(tags), n_tags), 1e-6, dtype=np.float32)
    probabilities[np.arange(len(tags)), tags] = 1.0
    return np.log(probabilities)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 5), st.integers(1, 2), st.integers(0, 2**32 - 1), st.sampled_from([0.3, 1.0, 5.0]))
def test_viterbi_finds_the_best_of_all_valid_sequences(n_words: int, n_labels: int, seed: int, spread: float) -> None:
    n_tags = 1 + 2 * n_labels
    logits = np.random.default_rng(seed).normal(scale=spread, size=(n_words, n_tags)).astype(np.float32)
    tags = viterbi_bio(logits)
    assert valid(tuple(tags))
    totals = {
        sequence: sum(float(logits[word, tag]) for word, tag in enumerate(sequence))
        for sequence in product(range(n_tags), repeat=n_words)
        if valid(sequence)
    }
    assert totals[tuple(int(tag) for tag in tags)] == pytest.approx(max(totals.values()), abs=1e-5)


def test_an_inside_tag_does_not_begin_an_entity() -> None:
    log_probabilities = np.log(np.array([[0.1, 0.2, 0.7], [0.2, 0.1, 0.7]], dtype=np.float32))
    assert viterbi_bio(log_probabilities).tolist() == [1, 2]


def test_an_inside_tag_does_not_follow_another_label() -> None:
    # Word by word the best is B-a I-b; the best valid sequence is B-a I-a.
    probabilities = [[0.05, 0.8, 0.05, 0.05, 0.05], [0.05, 0.05, 0.3, 0.05, 0.55]]
    assert viterbi_bio(np.log(np.array(probabilities, dtype=np.float32))).tolist() == [1, 2]


def test_impossible_tags_are_no_trouble() -> None:
    with np.errstate(divide="ignore"):
        log_probabilities = np.log(np.array([[0, 1, 0], [0, 0, 1], [1, 0, 0]], dtype=np.float32))
    assert decode_ranges(log_probabilities) == [TaggedRange(0, 2, 0, 1.0)]


def test_no_words_no_ranges() -> None:
    assert decode_ranges(np.zeros((0, 5), dtype=np.float32)) == []


def test_score_is_the_geometric_mean_of_the_tags() -> None:
    probabilities = [[0.1, 0.8, 0.1], [0.4, 0.1, 0.5], [0.9, 0.05, 0.05]]
    (only,) = decode_ranges(np.log(np.array(probabilities, dtype=np.float32)))
    assert (only.start, only.end, only.label) == (0, 2, 0)
    assert only.score == pytest.approx((0.8 * 0.5) ** 0.5)


def test_neighbours_of_one_label_stay_two_entities() -> None:
    found = decode_ranges(one_hot([1, 1, 2, 3, 4, 0, 4 - 1], 5))
    assert [(r.start, r.end, r.label) for r in found] == [(0, 1, 0), (1, 3, 0), (3, 5, 1), (6, 7, 1)]


def test_encoding_by_hand() -> None:
    assert encode_bio([(1, 3, 0), (3, 4, 2)], 6) == [0, 1, 2, 5, 0, 0]
    assert encode_bio([], 2) == [0, 0]


@st.composite
def ranges_and_words(draw: st.DrawFn) -> tuple[list[tuple[int, int, int]], int]:
    pieces = draw(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 4), st.integers(0, 2)), max_size=6))
    ranges, position = [], 0
    for gap, length, label in pieces:
        ranges.append((position + gap, position + gap + length, label))
        position += gap + length
    return ranges, position + draw(st.integers(0, 2))


@settings(deadline=None)
@given(ranges_and_words())
def test_decoding_is_the_inverse_of_encoding(case: tuple[list[tuple[int, int, int]], int]) -> None:
    ranges, n_words = case
    found = decode_ranges(one_hot(encode_bio(ranges, n_words), 7))
    assert [(r.start, r.end, r.label) for r in found] == ranges
    assert all(r.score == pytest.approx(1.0) for r in found)
