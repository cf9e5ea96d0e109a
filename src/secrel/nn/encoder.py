"""A pretrained encoder that gives one vector a word."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from secrel.nn.inputs import SentenceTensors


class WordEncoder(nn.Module):
    """Runs a Hugging Face encoder over subwords and averages them into words.

    Case is given back to an uncased encoder as an embedding that is added to its input embeddings; it starts at
    zero, so that training starts from the pretrained encoder.

    Args:
        backbone: A model of ``transformers`` that takes ``inputs_embeds`` and gives ``last_hidden_state``.
        n_cases: Number of case classes, 0 for no case embedding.
    """

    def __init__(self, backbone: nn.Module, *, n_cases: int) -> None:
        super().__init__()
        self.backbone = backbone
        # The pooler of BERT-like models reads the first token only and has no use here.
        if isinstance(getattr(backbone, "pooler", None), nn.Module):
            backbone.pooler = None  # type: ignore[assignment]
        embeddings: nn.Embedding = backbone.get_input_embeddings()  # type: ignore[operator]
        self.hidden_size = int(backbone.config.hidden_size)  # type: ignore[union-attr, arg-type]
        self.case_embedding: nn.Embedding | None = None
        if n_cases:
            self.case_embedding = nn.Embedding(n_cases, embeddings.embedding_dim)
            nn.init.zeros_(self.case_embedding.weight)

    def forward(self, batch: SentenceTensors) -> Tensor:
        """Encodes a batch.

        Args:
            batch: B sentences of at most W words.

        Returns:
            Word vectors, (B, W, hidden_size); zero for padding and for words without a subword.
        """
        embedded = self.backbone.get_input_embeddings()(batch.input_ids)  # type: ignore[operator]
        if self.case_embedding is not None:
            embedded = embedded + self.case_embedding(batch.case_ids)
        output = self.backbone(inputs_embeds=embedded, attention_mask=batch.attention_mask)
        hidden: Tensor = output.last_hidden_state
        n_sentences, n_words = batch.word_mask.shape
        picked = hidden[batch.gather_row, batch.gather_position]
        total = torch.zeros(
            n_sentences * n_words, self.hidden_size, dtype=torch.float32, device=hidden.device
        ).index_add(0, batch.gather_slot, picked.float())
        count = torch.zeros(n_sentences * n_words, dtype=torch.float32, device=hidden.device).index_add(
            0, batch.gather_slot, torch.ones_like(batch.gather_slot, dtype=torch.float32)
        )
        words = total / count.clamp(min=1.0).unsqueeze(-1)
        return words.view(n_sentences, n_words, self.hidden_size)
