"""Markers that let an encoder read many pairs of mentions in one pass over their sentence.

Every unordered pair of mentions adds two tokens behind the text, one for each mention. A marker stands at the position
of its mention, reads the text and its partner, and nobody else reads it: so the text is encoded as if there were no
markers, and each pair as if there were no other. These are the levitated markers of Zhong and Chen (2021), *A
Frustratingly Easy Approach for Entity and Relation Extraction* (its "efficient batch computations"), and of Ye et al.
(2022), *Packed Levitated Marker for Entity and Relation Extraction*. Here one marker a mention stands for the usual
two, and it is filled with the mention's own words and its label instead of a token of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from secrel.nn.inputs import PairTensors, SentenceTensors

TOKENS_PER_PAIR = 2
"""Markers of one unordered pair."""


@dataclass(frozen=True, slots=True)
class MarkedInput:
    """Text and markers of a batch as the encoder reads them. R windows, L subwords, M markers a window, P pairs.

    Attributes:
        embedded: Input embeddings, text first, (R, L + M, embedding_size).
        mask: What is added to the attention logits, 0 or the lowest value, (R, 1, L + M, L + M).
        positions: Position of every token in its window, from 0, (R, L + M).
        row: Window of each ordered pair, (P,).
        head: Token of its first mention, (P,).
        tail: Token of its second mention, (P,).
    """

    embedded: Tensor
    mask: Tensor
    positions: Tensor
    row: Tensor
    head: Tensor
    tail: Tensor


class PairMarkers(nn.Module):
    """Makes the markers.

    Args:
        n_labels: Number of entity labels; one more stands for "unknown".
        start: Embedding that the label embeddings start from, (embedding_size,): that of a token that says nothing.
    """

    def __init__(self, n_labels: int, start: Tensor) -> None:
        super().__init__()
        self.label_embedding = nn.Embedding(n_labels + 1, start.shape[0])
        with torch.no_grad():
            self.label_embedding.weight.mul_(_SPREAD).add_(start)

    def forward(self, batch: SentenceTensors, pairs: PairTensors, embedded: Tensor, words: Tensor) -> MarkedInput:
        """Lays out the markers of a batch.

        Args:
            batch: The sentences.
            pairs: At least one pair.
            embedded: Input embeddings of the subwords, (R, L, embedding_size).
            words: Their means over words, (B, W, embedding_size).

        Returns:
            Text and markers. A pair whose mentions stand in different windows of one long sentence is read in the
            window of the earlier one, and its other marker stands at that window's last position.
        """
        n_windows, length, size = embedded.shape
        contents = _span_means(words, pairs) + self.label_embedding(pairs.label)
        entity_row, entity_position = _places(batch, pairs)
        first, second, which = _unordered(pairs)
        row = entity_row[first]
        slot = TOKENS_PER_PAIR * _ranks(row, n_windows)
        n_markers = int(slot.max()) + TOKENS_PER_PAIR
        markers = embedded.new_zeros(n_windows, n_markers, size)
        markers[row, slot] = contents[first].to(markers.dtype)
        markers[row, slot + 1] = contents[second].to(markers.dtype)
        positions = torch.arange(length + n_markers, device=embedded.device).repeat(n_windows, 1)
        positions[:, length:] = 0
        positions[row, length + slot] = entity_position[first]
        last = batch.attention_mask.sum(1)[row] - 1
        positions[row, length + slot + 1] = torch.where(entity_row[second] == row, entity_position[second], last)
        turned = (pairs.head == second[which]).long()
        return MarkedInput(
            torch.cat([embedded, markers], dim=1),
            _mask(batch.attention_mask, n_markers, embedded.dtype),
            positions,
            row[which],
            length + slot[which] + turned,
            length + slot[which] + 1 - turned,
        )


_SPREAD = 0.02


def _span_means(words: Tensor, pairs: PairTensors) -> Tensor:
    position = torch.arange(words.shape[1], device=words.device)
    inside = (position >= pairs.start.unsqueeze(1)) & (position < pairs.end.unsqueeze(1))
    weights = inside.to(words.dtype) / inside.sum(1, keepdim=True).clamp(min=1)
    return torch.bmm(weights.unsqueeze(1), words[pairs.sentence]).squeeze(1)


def _places(batch: SentenceTensors, pairs: PairTensors) -> tuple[Tensor, Tensor]:
    """Window and position of the first subword of each entity."""
    n_sentences, n_words = batch.word_mask.shape
    n_gathered = batch.gather_slot.shape[0]
    order = torch.arange(n_gathered, device=batch.gather_slot.device)
    first = torch.full((n_sentences * n_words,), n_gathered - 1, device=order.device)
    first = first.scatter_reduce(0, batch.gather_slot, order, "amin")
    chosen = first[pairs.sentence * n_words + pairs.start]
    return batch.gather_row[chosen], batch.gather_position[chosen]


def _unordered(pairs: PairTensors) -> tuple[Tensor, Tensor, Tensor]:
    """Earlier and later entity of each unordered pair, and the unordered pair of each ordered one."""
    n_entities = pairs.sentence.shape[0]
    keys = torch.minimum(pairs.head, pairs.tail) * n_entities + torch.maximum(pairs.head, pairs.tail)
    unique, which = torch.unique(keys, return_inverse=True)
    return unique // n_entities, unique % n_entities, which


def _ranks(row: Tensor, n_rows: int) -> Tensor:
    """For each item its number among those of its row, from 0."""
    order = torch.argsort(row, stable=True)
    counts = torch.bincount(row, minlength=n_rows)
    starts = counts.cumsum(0) - counts
    ranks = torch.empty_like(row)
    ranks[order] = torch.arange(row.shape[0], device=row.device) - starts[row[order]]
    return ranks


def _mask(attention_mask: Tensor, n_markers: int, dtype: torch.dtype) -> Tensor:
    n_windows, length = attention_mask.shape
    total = length + n_markers
    allowed = torch.zeros(n_windows, total, total, dtype=torch.bool, device=attention_mask.device)
    allowed[:, :, :length] = attention_mask.bool().unsqueeze(1)
    pair = torch.arange(n_markers, device=attention_mask.device) // TOKENS_PER_PAIR
    allowed[:, length:, length:] = pair.unsqueeze(0) == pair.unsqueeze(1)
    lowest = torch.finfo(dtype).min
    return torch.zeros(allowed.shape, dtype=dtype, device=allowed.device).masked_fill(~allowed, lowest).unsqueeze(1)
