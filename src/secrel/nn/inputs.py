"""Tensors that go into the model."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeVar

import torch
from torch import Tensor

Batch = TypeVar("Batch", "SentenceTensors", "PairTensors")


@dataclass(frozen=True, slots=True)
class SentenceTensors:
    """A batch of sentences. R windows of at most L subwords, B sentences of at most W words, K gathered subwords.

    Attributes:
        input_ids: Subword identifiers, (R, L), int64.
        attention_mask: 1 for subwords, 0 for padding, (R, L), int64.
        case_ids: Case of each subword, (R, L), int64.
        gather_slot: ``sentence * W + word`` of each gathered subword, (K,), int64.
        gather_row: Its window, (K,), int64.
        gather_position: Its position in the window, (K,), int64.
        first_window: First window of each sentence, (B,), int64.
        word_features: Feature values, (B, W, F), int64; a model may read the first few.
        word_mask: True for words, False for padding, (B, W), bool.
    """

    input_ids: Tensor
    attention_mask: Tensor
    case_ids: Tensor
    gather_slot: Tensor
    gather_row: Tensor
    gather_position: Tensor
    first_window: Tensor
    word_features: Tensor
    word_mask: Tensor


@dataclass(frozen=True, slots=True)
class PairTensors:
    """Entities and candidate pairs of a batch of sentences. E entities, P ordered pairs.

    Attributes:
        sentence: Sentence of each entity, (E,), int64.
        start: First word, (E,), int64.
        end: Word behind the last, (E,), int64.
        label: Entity label; the number of labels stands for "unknown", (E,), int64.
        head: Entity index of the first argument, (P,), int64.
        tail: Entity index of the second argument, (P,), int64.
        distance: Distance bucket, (P,), int64.
    """

    sentence: Tensor
    start: Tensor
    end: Tensor
    label: Tensor
    head: Tensor
    tail: Tensor
    distance: Tensor

    def __len__(self) -> int:
        return int(self.head.shape[0])

    def pairs(self, index: slice) -> PairTensors:
        """The same entities with some of the pairs."""
        return PairTensors(
            self.sentence,
            self.start,
            self.end,
            self.label,
            self.head[index],
            self.tail[index],
            self.distance[index],
        )


def to_device(batch: Batch, device: torch.device) -> Batch:
    """A copy of a batch on another device."""
    moved = {field.name: getattr(batch, field.name).to(device) for field in fields(batch)}
    return type(batch)(**moved)
