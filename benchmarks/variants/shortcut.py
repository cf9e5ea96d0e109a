"""A linear layer on maxima of the encoder's own word vectors adds to the logits of the pair classifier.

The maxima are those of SpERT (Eberts and Ulges, 2020): over the words of each mention and over the words between them
(zeros where the mentions touch). Here a layer on them, and on the vectors of the markers, stands beside the library's
classifier: the encoder learns from a path without other layers in between.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from secrel.nn import model
from secrel.nn.heads import PairClassifier, PairLogits
from secrel.nn.inputs import PairTensors
from secrel.pipeline import Pipeline
from variants import Run, patched, pipeline_of


class ShortcutClassifier(PairClassifier):
    """A pair classifier with the shortcut; arguments as those of :class:`PairClassifier`."""

    def __init__(self, hidden_size: int, *, markers: bool = False, dropout: float, **sizes: Any) -> None:
        super().__init__(hidden_size, markers=markers, dropout=dropout, **sizes)
        width = (5 if markers else 3) * hidden_size
        n_statuses, n_stances = self.status.out_features, self.stance.out_features
        self.sizes = (self.n_relations, self.n_relations * n_statuses, n_stances)
        self.shortcut_dropout = nn.Dropout(dropout)
        self.shortcut = nn.Linear(width, sum(self.sizes))

    def forward(
        self, words: Tensor, word_mask: Tensor, pairs: PairTensors, mentions: Tensor | None = None
    ) -> PairLogits:
        """Logits of P pairs; arguments as those of :class:`PairClassifier`."""
        logits = super().forward(words, word_mask, pairs, mentions)
        parts = maxima(words, pairs)
        direct = self.shortcut(
            self.shortcut_dropout(torch.cat([*parts, *([] if mentions is None else [mentions])], -1))
        )
        relation, status, stance = direct.split(self.sizes, dim=-1)
        return PairLogits(
            relation=logits.relation + relation,
            status=logits.status + status.view_as(logits.status),
            stance=logits.stance + stance,
        )


def maxima(words: Tensor, pairs: PairTensors) -> list[Tensor]:
    """Maxima over the words of the first mention, of the second, and between them, each (P, hidden_size)."""
    position = torch.arange(words.shape[1], device=words.device)
    spans = _maximum(words[pairs.sentence], position, pairs.start, pairs.end)
    sentence = pairs.sentence[pairs.head]
    start = torch.minimum(pairs.end[pairs.head], pairs.end[pairs.tail])
    end = torch.maximum(pairs.start[pairs.head], pairs.start[pairs.tail])
    return [spans[pairs.head], spans[pairs.tail], _maximum(words[sentence], position, start, end)]


def _maximum(words: Tensor, position: Tensor, start: Tensor, end: Tensor) -> Tensor:
    """Maxima (N, D) over ranges of words (N, W, D); zeros for an empty range."""
    inside = (position >= start.unsqueeze(1)) & (position < end.unsqueeze(1))
    lowest = torch.finfo(words.dtype).min
    found: Tensor = words.masked_fill(~inside.unsqueeze(-1), lowest).amax(1)
    return torch.where(inside.any(1, keepdim=True), found, 0.0)


def pipeline(run: Run) -> Pipeline:
    """Trains with the shortcut."""
    with patched(model, "PairClassifier", ShortcutClassifier):
        return pipeline_of(run.train())
