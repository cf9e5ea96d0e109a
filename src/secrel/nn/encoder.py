"""A pretrained encoder that gives one vector a word, and one a mention of each pair."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from secrel.nn.inputs import PairTensors, SentenceTensors
from secrel.nn.markers import PairMarkers

# Positions of these count from behind the padding index.
_SHIFTED = frozenset(
    {
        "camembert",
        "data2vec-text",
        "ibert",
        "longformer",
        "luke",
        "mpnet",
        "mra",
        "roberta",
        "roberta-prelayernorm",
        "xlm-roberta",
        "xlm-roberta-xl",
        "xmod",
    }
)
# Text vectors with and without markers may differ in their last digits, not by more.
_TOLERANCE = 1e-3


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


def trim_positions(backbone: nn.Module, n_positions: int) -> None:
    """Drops, in place, the embeddings of positions that no window reaches: they would only make a model larger.

    Only BERT is trimmed, whose positions are counted from 0 and learned one by one; other encoders stay as they are.

    Args:
        backbone: A model of ``transformers``.
        n_positions: Subwords of the longest window.
    """
    config: Any = backbone.config
    if config.model_type != "bert" or config.max_position_embeddings <= n_positions:
        return
    embeddings: Any = backbone.embeddings
    kept = embeddings.position_embeddings.weight.detach()[:n_positions].clone()
    embeddings.position_embeddings = nn.Embedding(n_positions, kept.shape[1], _weight=kept)
    embeddings.position_ids = embeddings.position_ids[:, :n_positions]
    embeddings.token_type_ids = embeddings.token_type_ids[:, :n_positions]
    config.max_position_embeddings = n_positions


@torch.inference_mode()
def takes_markers(encoder: WordEncoder, length: int) -> bool:
    """Whether an encoder reads a text with markers as it reads the text alone, and each pair as if it were alone.

    That takes an encoder that can be told the position of every token and who reads whom, and in which nothing else
    mixes tokens: no distances counted in the input, no local windows shorter than the text, no convolution. It is tried
    on one text.

    Args:
        encoder: An encoder with markers.
        length: Subwords of the longest window that it will have to read.
    """
    training = encoder.training
    encoder.eval()
    try:
        text, pairs = _probe(encoder, length)
        plain = encoder(text)
        words, together = encoder.with_markers(text, pairs)
        _, alone = encoder.with_markers(text, pairs.pairs(slice(0, 1)))
    except (TypeError, ValueError, RuntimeError, IndexError):
        return False
    finally:
        encoder.train(training)
    if together is None or alone is None:
        return False
    return bool((plain - words).abs().max() < _TOLERANCE and (together[:1] - alone).abs().max() < _TOLERANCE)


def _probe(encoder: WordEncoder, length: int) -> tuple[SentenceTensors, PairTensors]:
    """A window of one-subword words, and four pairs of its first, middle and last word."""
    embeddings: nn.Embedding = encoder.backbone.get_input_embeddings()  # type: ignore[operator]
    places = torch.arange(length, device=embeddings.weight.device)
    zeros = torch.zeros_like(places)
    text = SentenceTensors(
        input_ids=(places * 7 % embeddings.num_embeddings).unsqueeze(0),
        attention_mask=torch.ones_like(places).unsqueeze(0),
        case_ids=zeros.unsqueeze(0),
        gather_slot=places,
        gather_row=zeros,
        gather_position=places,
        first_window=zeros[:1],
        word_features=zeros.view(1, -1, 1),
        word_mask=torch.ones(1, length, dtype=torch.bool, device=places.device),
    )
    start = places[[0, length // 2, length - 1]]
    head, tail = (torch.tensor(ends, device=places.device) for ends in ((0, 2, 1, 0), (2, 0, 2, 1)))
    return text, PairTensors(zeros[:3], start, start + 1, zeros[:3], head, tail, zeros[:4])
