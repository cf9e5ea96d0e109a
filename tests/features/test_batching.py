"""Batches of sentences by number of subwords."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secrel.features.batching import token_batches


@pytest.mark.parametrize(
    ("lengths", "budget", "expected"),
    [
        ([], 10, []),
        ([7], 10, [[0]]),
        ([3, 3, 3], 6, [[0, 1], [2]]),
        ([2, 5, 1, 5], 10, [[1, 3], [0, 2]]),
        ([11, 1], 10, [[0], [1]]),
        ([0, 0], 1, [[0, 1]]),
    ],
)
def test_batches_by_hand(lengths: list[int], budget: int, expected: list[list[int]]) -> None:
    assert token_batches(lengths, budget=budget) == expected


@given(st.lists(st.integers(0, 300), max_size=60), st.integers(1, 600))
def test_every_item_once_and_no_batch_above_the_budget(lengths: list[int], budget: int) -> None:
    batches = token_batches(lengths, budget=budget)
    assert sorted(index for batch in batches for index in batch) == list(range(len(lengths)))
    flat = [lengths[index] for batch in batches for index in batch]
    assert flat == sorted(lengths, reverse=True)
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(lengths[index] for index in batch) <= budget


@given(st.lists(st.integers(1, 50), min_size=2, max_size=30), st.integers(1, 300))
def test_a_batch_is_closed_only_when_the_next_item_does_not_fit(lengths: list[int], budget: int) -> None:
    batches = token_batches(lengths, budget=budget)
    for batch in batches[:-1]:
        assert lengths[batch[0]] * (len(batch) + 1) > budget
