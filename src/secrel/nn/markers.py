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
    """Text and markers of a batch as the encoder reads them. R windows of at most T tokens, P pairs.

    Attributes:
        embedded: Input embeddings: text, its markers, padding, (R, T, embedding_size).
        mask: What is added to the attention logits, 0 or the lowest value, (R, 1, T, T).
        positions: Position of every token in its window, from 0, (R, T).
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
        lengths = batch.attention_mask.sum(1)
        n_markers = TOKENS_PER_PAIR * torch.bincount(row, minlength=n_windows)
        # Markers follow the text of their own window, not that of the longest: less padding.
        slot = lengths[row] + TOKENS_PER_PAIR * _ranks(row, n_windows)
        total = int((lengths + n_markers).max())
        marked = embedded.new_zeros(n_windows, total, size)
        marked[:, :length] = embedded
        marked[row, slot] = contents[first].to(marked.dtype)
        marked[row, slot + 1] = contents[second].to(marked.dtype)
        positions = torch.arange(total, device=embedded.device).repeat(n_windows, 1)
        positions[positions >= lengths.unsqueeze(1)] = 0
        positions[row, slot] = entity_position[first]
        elsewhere = entity_row[second] != row
        positions[row, slot + 1] = torch.where(elsewhere, lengths[row] - 1, entity_position[second])
        turned = (pairs.head == second[which]).long()
        return MarkedInput(
            marked,
            _mask(lengths, n_markers, total, embedded.dtype),
            positions,
            row[which],
            slot[which] + turned,
            slot[which] + 1 - turned,
        )


_SPREAD = 0.02


def _span_means(words: Tensor, pairs: PairTensors) -> Tensor:
    inside = _inside(pairs, words.shape[1])
    weights = inside.to(words.dtype) / inside.sum(1, keepdim=True).clamp(min=1)
    return torch.bmm(weights.unsqueeze(1), words[pairs.sentence]).squeeze(1)


def _places(batch: SentenceTensors, pairs: PairTensors) -> tuple[Tensor, Tensor]:
    """Window and position of the first subword of each entity; the start of its sentence if it has none."""
    n_sentences, n_words = batch.word_mask.shape
    n_gathered = batch.gather_slot.shape[0]
    order = torch.arange(n_gathered, device=batch.gather_slot.device)
    first = torch.full((n_sentences * n_words,), n_gathered, device=order.device)
    first = first.scatter_reduce(0, batch.gather_slot, order, "amin").view(n_sentences, n_words)
    # Not every word has a subword: tokenizers drop invisible characters.
    chosen = first[pairs.sentence].masked_fill(~_inside(pairs, n_words), n_gathered).min(1).values
    found = chosen < n_gathered
    nowhere = order.new_zeros(1)
    row = torch.cat([batch.gather_row, nowhere])[chosen]
    position = torch.cat([batch.gather_position, nowhere])[chosen]
    return torch.where(found, row, batch.first_window[pairs.sentence]), torch.where(found, position, 0)


def _inside(pairs: PairTensors, n_words: int) -> Tensor:
    """Which words are in which entity, (E, W)."""
    position = torch.arange(n_words, device=pairs.start.device)
    return (position >= pairs.start.unsqueeze(1)) & (position < pairs.end.unsqueeze(1))


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


def _mask(lengths: Tensor, n_markers: Tensor, total: int, dtype: torch.dtype) -> Tensor:
    place = torch.arange(total, device=lengths.device).unsqueeze(0)
    is_text = place < lengths.unsqueeze(1)
    is_marker = ~is_text & (place < (lengths + n_markers).unsqueeze(1))
    pair = torch.where(is_marker, (place - lengths.unsqueeze(1)) // TOKENS_PER_PAIR, -1)
    partners = (pair.unsqueeze(1) == pair.unsqueeze(2)) & is_marker.unsqueeze(1)
    allowed = is_text.unsqueeze(1) | partners
    lowest = torch.finfo(dtype).min
    return torch.zeros(allowed.shape, dtype=dtype, device=allowed.device).masked_fill(~allowed, lowest).unsqueeze(1)
