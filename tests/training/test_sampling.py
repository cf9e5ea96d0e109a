"""The order of training examples and the shares of processes."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from secrel.errors import ConfigError
from secrel.features.encoding import SentenceIntegers
from secrel.features.pairs import PairIntegers
from secrel.training.examples import Example
from secrel.training.sampling import LengthGroupedSampler, deal


def lengths(n: int) -> list[int]:
    return [(index * 7919) % 97 for index in range(n)]


def order(sampler: LengthGroupedSampler, epoch: int) -> list[int]:
    sampler.set_epoch(epoch)
    return list(sampler)


@pytest.mark.parametrize("n", [1, 7, 8, 9, 1003])
def test_every_example_is_read_once_a_pass(n: int) -> None:
    sampler = LengthGroupedSampler(lengths(n), 8, seed=0)
    assert len(sampler) == n
    for epoch in range(3):
        assert sorted(order(sampler, epoch)) == list(range(n))


def test_batches_hold_examples_of_similar_length_and_do_not_come_by_length() -> None:
    known = lengths(800)
    chosen = order(LengthGroupedSampler(known, 8, seed=0), 0)
    batches = [[known[index] for index in chosen[start : start + 8]] for start in range(0, 800, 8)]
    assert max(max(batch) - min(batch) for batch in batches) < 10
    firsts = [batch[0] for batch in batches]
    rising = sum(first < second for first, second in pairwise(firsts))
    assert 30 < rising < 70


def test_the_order_follows_from_the_seed_and_the_pass_alone() -> None:
    one, same, other = (LengthGroupedSampler(lengths(100), 8, seed=seed) for seed in (0, 0, 1))
    assert order(one, 0) != order(one, 1)
    assert order(one, 0) == order(same, 0)
    assert order(one, 1) != order(other, 0) != order(one, 0)


def example(n_subwords: int) -> Example:
    sentence = SentenceIntegers(windows=[[0] * n_subwords], cases=[], gather=[], features=[])
    return Example(sentence, PairIntegers([], [], [], [], [], []), [], [], [], [])


def test_shares_have_the_same_size_and_lengths() -> None:
    examples = [example(n) for n in lengths(300)]
    shares = deal(examples, 3)
    assert [len(share) for share in shares] == [100, 100, 100]
    assert {id(item) for share in shares for item in share} == {id(item) for item in examples}
    for places in zip(*shares, strict=True):
        assert max(item.length for item in places) - min(item.length for item in places) <= 1


def test_what_does_not_go_round_is_given_twice() -> None:
    examples = [example(n) for n in (3, 1, 2, 5, 4)]
    shares = deal(examples, 3)
    assert [[item.length for item in share] for share in shares] == [[1, 4], [2, 5], [3, 5]]
    assert Counter(id(item) for share in shares for item in share).total() == 6


def test_one_process_gets_all_in_their_order() -> None:
    examples = [example(n) for n in (3, 1, 2)]
    assert deal(examples, 1) == [examples]


def test_there_is_something_for_every_process() -> None:
    with pytest.raises(ConfigError) as error:
        deal([example(1)], 2)
    assert (error.value.found, error.value.expected) == ("2", "at most 1, the sentences to train on")
