"""A pretrained encoder that gives one vector a word, and one a mention of each pair."""

from __future__ import annotations

from inspect import signature
from typing import Any

import torch
from torch import Tensor, nn

from secrel.nn.inputs import PairTensors, SentenceTensors
from secrel.nn.markers import PairMarkers

# Their attention knows the distance of two tokens from where they stand in the input, not from given positions.
_RELATIVE = frozenset({"deberta", "deberta-v2", "mpnet", "xlnet", "t5", "longformer"})
# Positions of these count from behind the padding index.
_SHIFTED = frozenset({"roberta", "xlm-roberta", "camembert", "longformer", "mpnet"})


class WordEncoder(nn.Module):
    """Runs a Hugging Face encoder over subwords and averages them into words.

    Case is given back to an uncased encoder as an embedding that is added to its input embeddings; it starts at
    zero, so that training starts from the pretrained encoder.

    Args:
        backbone: A model of ``transformers`` that takes ``inputs_embeds`` and gives ``last_hidden_state``.
        n_cases: Number of case classes, 0 for no case embedding.
        n_labels: Number of entity labels, for markers of pairs; 0 for no markers.
    """

    def __init__(self, backbone: nn.Module, *, n_cases: int, n_labels: int = 0) -> None:
        super().__init__()
        self.backbone = backbone
        # The pooler of BERT-like models reads the first token only and has no use here.
        if isinstance(getattr(backbone, "pooler", None), nn.Module):
            backbone.pooler = None  # type: ignore[assignment]
        embeddings: nn.Embedding = backbone.get_input_embeddings()  # type: ignore[operator]
        config: Any = backbone.config
        self.hidden_size = int(config.hidden_size)
        self.first_position = position_offset(config)
        self.case_embedding: nn.Embedding | None = None
        if n_cases:
            self.case_embedding = nn.Embedding(n_cases, embeddings.embedding_dim)
            nn.init.zeros_(self.case_embedding.weight)
        self.markers = PairMarkers(n_labels, embeddings.weight.detach().mean(0)) if n_labels else None

    def forward(self, batch: SentenceTensors) -> Tensor:
        """Encodes a batch.

        Args:
            batch: B sentences of at most W words.

        Returns:
            Word vectors, (B, W, hidden_size); zero for padding and for words without a subword.
        """
        output = self.backbone(inputs_embeds=self._embed(batch), attention_mask=batch.attention_mask)
        return pool_words(output.last_hidden_state, batch)

    def with_markers(self, batch: SentenceTensors, pairs: PairTensors) -> tuple[Tensor, Tensor | None]:
        """Encodes a batch and the mentions of its pairs.

        Args:
            batch: B sentences of at most W words.
            pairs: P ordered pairs.

        Returns:
            Word vectors as :meth:`forward` gives them, and for each pair the vectors of its first and second mention
            side by side, (P, 2 * hidden_size); ``None`` if the encoder has no markers or there is no pair.
        """
        if self.markers is None or not len(pairs):
            return self(batch), None
        embedded = self._embed(batch)
        marked = self.markers(batch, pairs, embedded, pool_words(embedded, batch))
        output = self.backbone(
            inputs_embeds=marked.embedded,
            attention_mask=marked.mask,
            position_ids=marked.positions + self.first_position,
        )
        hidden: Tensor = output.last_hidden_state
        mentions = torch.cat([hidden[marked.row, marked.head], hidden[marked.row, marked.tail]], dim=-1)
        return pool_words(hidden[:, : embedded.shape[1]], batch), mentions.float()

    def _embed(self, batch: SentenceTensors) -> Tensor:
        embedded: Tensor = self.backbone.get_input_embeddings()(batch.input_ids)  # type: ignore[operator]
        return embedded if self.case_embedding is None else embedded + self.case_embedding(batch.case_ids)


def pool_words(subwords: Tensor, batch: SentenceTensors) -> Tensor:
    """Means of subword vectors (R, L, D) over words, (B, W, D); zero for padding and words without a subword."""
    n_sentences, n_words = batch.word_mask.shape
    picked = subwords[batch.gather_row, batch.gather_position].float()
    total = torch.zeros(n_sentences * n_words, picked.shape[-1], device=picked.device)
    total = total.index_add(0, batch.gather_slot, picked)
    count = torch.zeros(n_sentences * n_words, device=picked.device).index_add(
        0, batch.gather_slot, torch.ones(batch.gather_slot.shape, device=picked.device)
    )
    return (total / count.clamp(min=1.0).unsqueeze(-1)).view(n_sentences, n_words, -1)


def position_offset(config: Any) -> int:
    """The number that an encoder gives to the first position."""
    return int(config.pad_token_id or 0) + 1 if config.model_type in _SHIFTED else 0


def takes_markers(backbone: nn.Module) -> bool:
    """Whether an encoder can be told the positions of its tokens, and who reads whom."""
    config: Any = backbone.config
    return config.model_type not in _RELATIVE and "position_ids" in signature(backbone.forward).parameters
