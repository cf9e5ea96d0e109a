"""From integers to padded tensors; used alike in training and in extraction."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import torch
from torch import Tensor

from secrel.features.encoding import SentenceIntegers
from secrel.features.pairs import PairIntegers
from secrel.features.shapes import WORD_FEATURES
from secrel.nn.inputs import PairTensors, SentenceTensors


def long_tensor(values: Sequence[int]) -> Tensor:
    """A vector of 64-bit integers, also of none."""
    return torch.tensor(list(values), dtype=torch.long)


def padded(rows: Sequence[Sequence[int]], value: int, *, width: int = 0) -> Tensor:
    """Rows of integers as a matrix, filled up on the right with ``value``."""
    width = max(width, *map(len, rows))
    return torch.tensor([[*row, *[value] * (width - len(row))] for row in rows], dtype=torch.long)


def collate_sentences(sentences: Sequence[SentenceIntegers], *, pad_id: int) -> SentenceTensors:
    """Pads a batch of at least one sentence."""
    windows = list(chain.from_iterable(sentence.windows for sentence in sentences))
    cases = list(chain.from_iterable(sentence.cases for sentence in sentences))
    width = max(1, *(len(sentence.features) for sentence in sentences))
    slots: list[int] = []
    rows: list[int] = []
    positions: list[int] = []
    first_rows: list[int] = []
    first_row = 0
    for index, sentence in enumerate(sentences):
        first_rows.append(first_row)
        for word, window, position in sentence.gather:
            slots.append(index * width + word)
            rows.append(first_row + window)
            positions.append(position)
        first_row += len(sentence.windows)
    mask = torch.zeros(len(sentences), width, dtype=torch.bool)
    n_features = max((len(row) for sentence in sentences for row in sentence.features), default=len(WORD_FEATURES))
    features = torch.zeros(len(sentences), width, n_features, dtype=torch.long)
    for index, sentence in enumerate(sentences):
        n_words = len(sentence.features)
        mask[index, :n_words] = True
        if n_words:
            features[index, :n_words] = torch.tensor(sentence.features, dtype=torch.long)
    return SentenceTensors(
        input_ids=padded(windows, pad_id),
        attention_mask=padded([[1] * len(window) for window in windows], 0),
        case_ids=padded(cases, 0),
        gather_slot=long_tensor(slots),
        gather_row=long_tensor(rows),
        gather_position=long_tensor(positions),
        first_window=long_tensor(first_rows),
        word_features=features,
        word_mask=mask,
    )


def collate_pairs(items: Sequence[PairIntegers]) -> PairTensors:
    """Entities and pairs of a batch of sentences, in the order of the sentences."""
    offsets = []
    total = 0
    for item in items:
        offsets.append(total)
        total += len(item.starts)

    def flat(name: str) -> Tensor:
        return long_tensor(list(chain.from_iterable(getattr(item, name) for item in items)))

    def shifted(name: str) -> Tensor:
        return long_tensor(
            [offset + n for offset, item in zip(offsets, items, strict=True) for n in getattr(item, name)]
        )

    return PairTensors(
        sentence=long_tensor([n for n, item in enumerate(items) for _ in item.starts]),
        start=flat("starts"),
        end=flat("ends"),
        label=flat("labels"),
        head=shifted("heads"),
        tail=shifted("tails"),
        distance=flat("distances"),
    )
