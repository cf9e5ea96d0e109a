"""Integers of sentences as padded tensors."""

from __future__ import annotations

import torch

from secrel.backends.collate import collate_pairs, collate_sentences, long_tensor, padded
from secrel.features.encoding import SentenceIntegers
from secrel.features.pairs import PairIntegers

TWO_WINDOWS = SentenceIntegers(
    windows=[[2, 5, 6, 3], [2, 6, 7, 8, 3]],
    cases=[[0, 1, 2, 0], [0, 2, 3, 4, 0]],
    gather=[(0, 0, 1), (1, 1, 1), (1, 1, 2), (2, 1, 3)],
    features=[(1, 0, 0, 1, 0), (2, 0, 0, 0, 1), (3, 1, 1, 0, 1)],
)
ONE_WORD = SentenceIntegers([[2, 9, 3]], [[0, 5, 0]], [(0, 0, 1)], [(4, 0, 0, 1, 0)])
NO_WORD = SentenceIntegers([[2, 3]], [[0, 0]], [], [])


def test_a_batch_by_hand() -> None:
    batch = collate_sentences([ONE_WORD, TWO_WINDOWS, NO_WORD], pad_id=1)
    assert batch.input_ids.tolist() == [[2, 9, 3, 1, 1], [2, 5, 6, 3, 1], [2, 6, 7, 8, 3], [2, 3, 1, 1, 1]]
    assert batch.attention_mask.tolist() == [[1, 1, 1, 0, 0], [1, 1, 1, 1, 0], [1] * 5, [1, 1, 0, 0, 0]]
    assert batch.case_ids.tolist() == [[0, 5, 0, 0, 0], [0, 1, 2, 0, 0], [0, 2, 3, 4, 0], [0] * 5]
    # Slots are sentence * 3 + word.
    assert batch.gather_slot.tolist() == [0, 3, 4, 4, 5]
    assert batch.gather_row.tolist() == [0, 1, 2, 2, 2]
    assert batch.gather_position.tolist() == [1, 1, 1, 2, 3]
    assert batch.word_mask.tolist() == [[True, False, False], [True] * 3, [False] * 3]
    assert batch.word_features[0].tolist() == [[4, 0, 0, 1, 0], [0] * 5, [0] * 5]
    assert batch.word_features[1].tolist() == [list(row) for row in TWO_WINDOWS.features]
    assert not batch.word_features[2].any()


def test_a_batch_without_words_has_room_for_one() -> None:
    batch = collate_sentences([NO_WORD], pad_id=0)
    assert batch.word_mask.tolist() == [[False]]
    assert batch.gather_slot.shape == (0,)
    assert batch.gather_slot.dtype == torch.long


def test_pairs_count_entities_over_the_batch() -> None:
    first = PairIntegers((0, 2), (1, 3), (4, 0), (0, 1), (1, 0), (1, 11))
    none = PairIntegers((), (), (), (), (), ())
    alone = PairIntegers((5,), (6,), (2,), (), (), ())
    last = PairIntegers((1, 4), (2, 6), (1, 1), (1,), (0,), (12,))
    pairs = collate_pairs([first, none, alone, last])
    assert pairs.sentence.tolist() == [0, 0, 2, 3, 3]
    assert pairs.start.tolist() == [0, 2, 5, 1, 4]
    assert pairs.end.tolist() == [1, 3, 6, 2, 6]
    assert pairs.label.tolist() == [4, 0, 2, 1, 1]
    assert pairs.head.tolist() == [0, 1, 4]
    assert pairs.tail.tolist() == [1, 0, 3]
    assert pairs.distance.tolist() == [1, 11, 12]
    assert len(pairs) == 3


def test_no_pairs() -> None:
    pairs = collate_pairs([PairIntegers((), (), (), (), (), ())])
    assert len(pairs) == 0
    assert pairs.head.dtype == pairs.start.dtype == torch.long


def test_padded_and_long() -> None:
    assert padded([[1], [2, 3]], -100).tolist() == [[1, -100], [2, 3]]
    assert padded([[1]], 0, width=3).tolist() == [[1, 0, 0]]
    assert long_tensor([]).shape == (0,)
    assert long_tensor(()).dtype == torch.long
