"""The heads above the word encoder: an entity tagger and a pair classifier."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from secrel.nn.inputs import PairTensors, SentenceTensors

# Where a word stands relative to a pair: outside before / between / after, in the head, in the tail.
_N_ROLES = 5


class EntityTagger(nn.Module):
    """Tag logits for every word, from its vector and its case and shape features.

    Args:
        hidden_size: Width of the word vectors.
        feature_values: Number of values of each word feature.
        feature_size: Width of each feature's embedding.
        tagger_size: Hidden width.
        n_tags: Number of tags.
        dropout: Dropout probability.
    """

    def __init__(
        self,
        hidden_size: int,
        feature_values: tuple[int, ...],
        *,
        feature_size: int,
        tagger_size: int,
        n_tags: int,
        dropout: float,
    ) -> None:
        super().__init__()
        self.features = nn.ModuleList(nn.Embedding(n, feature_size) for n in feature_values)
        width = hidden_size + feature_size * len(feature_values)
        self.layers = nn.Sequential(
            nn.Dropout(dropout),
            nn.Linear(width, tagger_size),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(tagger_size, n_tags),
        )

    def forward(self, words: Tensor, batch: SentenceTensors) -> Tensor:
        """Logits, (B, W, n_tags), of word vectors (B, W, hidden_size)."""
        columns = [embedding(batch.word_features[..., n]) for n, embedding in enumerate(self.features)]
        logits: Tensor = self.layers(torch.cat([words, *columns], dim=-1))
        return logits


@dataclass(frozen=True, slots=True)
class PairLogits:
    """Logits of P pairs.

    Attributes:
        relation: (P, n_relations), each an independent yes or no.
        status: (P, n_relations, n_statuses), given the relation.
        stance: (P, 1 + n_polarities), ``none`` first.
    """

    relation: Tensor
    status: Tensor
    stance: Tensor


class PairAttention(nn.Module):
    """Multi-head attention (Vaswani et al., 2017) of pairs over the words of their sentence.

    The key and value of a word are sums of what it is, projected once a sentence, and of its role in the pair,
    one of a handful of learned vectors; so the cost of a further pair is small.

    Args:
        size: Width of queries and words.
        n_heads: Number of heads, a divisor of ``size``.
        n_roles: Number of roles.
        dropout: Dropout of the attention weights.
    """

    def __init__(self, size: int, n_heads: int, *, n_roles: int, dropout: float) -> None:
        super().__init__()
        self.n_heads = n_heads
        self.query = nn.Linear(size, size)
        self.key_value = nn.Linear(size, 2 * size)
        self.role_embedding = nn.Embedding(n_roles, 2 * size)
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(size, size)

    def forward(self, query: Tensor, words: Tensor, word_mask: Tensor, sentence: Tensor, roles: Tensor) -> Tensor:
        """Attends.

        Args:
            query: One vector a pair, (P, size).
            words: Word vectors, (B, W, size).
            word_mask: True for words, (B, W).
            sentence: Sentence of each pair, (P,).
            roles: Role of each word in each pair, (P, W).

        Returns:
            One vector a pair, (P, size).
        """
        n_pairs, size = query.shape
        heads = (self.n_heads, size // self.n_heads)
        queries = self.query(query).view(n_pairs, *heads)
        keys, values = (part.reshape(*words.shape[:2], *heads) for part in self.key_value(words).chunk(2, dim=-1))
        role_keys, role_values = (
            part.reshape(-1, *heads).to(keys.dtype) for part in self.role_embedding.weight.chunk(2, dim=-1)
        )
        # One sentence, as in extraction: no copy of its words for every pair.
        alone = words.shape[0] == 1
        logits = (
            torch.einsum("phd,whd->phw", queries, keys[0])
            if alone
            else torch.einsum("phd,pwhd->phw", queries, keys[sentence])
        )
        role_logits = torch.einsum("phd,rhd->phr", queries, role_keys)
        role_index = roles.unsqueeze(1).expand(-1, self.n_heads, -1)
        logits = (logits + role_logits.gather(-1, role_index)) / heads[1] ** 0.5
        logits = logits.float().masked_fill(~word_mask[sentence].unsqueeze(1), torch.finfo(torch.float32).min)
        weights = self.dropout(logits.softmax(-1)).to(values.dtype)
        context = (
            torch.einsum("phw,whd->phd", weights, values[0])
            if alone
            else torch.einsum("phw,pwhd->phd", weights, values[sentence])
        )
        role_weights = torch.zeros(*weights.shape[:2], role_keys.shape[0], dtype=weights.dtype, device=weights.device)
        role_weights = role_weights.scatter_add(-1, role_index, weights)
        context = context + torch.einsum("phr,rhd->phd", role_weights, role_values)
        output: Tensor = self.output(context.reshape(n_pairs, size))
        return output


class PairClassifier(nn.Module):
    """Scores ordered pairs of entities from one encoding of their sentence.

    A pair is read in two steps: the two mentions (first, last and mean word, with their entity labels) make a
    query, and the query attends over the words of the sentence, each marked with where it stands relative to the
    pair, so that a trigger is found wherever it is: between the mentions, before or behind them.

    Args:
        hidden_size: Width of the word vectors.
        n_labels: Number of entity labels; one more stands for "unknown".
        n_distances: Number of distance buckets.
        n_relations: Number of relation labels.
        n_statuses: Number of statuses.
        n_polarities: Number of stance polarities.
        size: Width of span and pair representations.
        n_heads: Attention heads.
        dropout: Dropout probability.
        markers: Whether pairs come with the encoder's own vectors of their mentions.
        shortcut: Whether a linear layer on :func:`pair_maxima`, and on the vectors of the markers, adds to the logits.
            The encoder then also learns from a path without other layers in between, as in SpERT (Eberts and Ulges,
            2020), whose maxima these are.
    """

    def __init__(
        self,
        hidden_size: int,
        *,
        n_labels: int,
        n_distances: int,
        n_relations: int,
        n_statuses: int,
        n_polarities: int,
        size: int,
        n_heads: int,
        dropout: float,
        markers: bool = False,
        shortcut: bool = False,
    ) -> None:
        super().__init__()
        self.n_relations, self.n_statuses = n_relations, n_statuses
        self.label_embedding = nn.Embedding(n_labels + 1, size)
        self.distance_embedding = nn.Embedding(n_distances, size)
        self.span = nn.Sequential(nn.Dropout(dropout), nn.Linear(3 * hidden_size, size), nn.GELU())
        self.word = nn.Sequential(nn.Dropout(dropout), nn.Linear(hidden_size, size), nn.LayerNorm(size))
        self.query = nn.Sequential(nn.Linear(4 * size, size), nn.GELU(), nn.LayerNorm(size))
        self.attention = PairAttention(size, n_heads, n_roles=_N_ROLES, dropout=dropout)
        width = 5 * size + (2 * hidden_size if markers else 0)
        self.hidden = nn.Sequential(
            nn.LayerNorm(width),
            nn.Dropout(dropout),
            nn.Linear(width, 2 * size),
            nn.GELU(),
            nn.Dropout(dropout),
        )
        self.relation = nn.Linear(2 * size, n_relations)
        self.status = nn.Linear(2 * size, n_statuses)
        self.status_bias = nn.Parameter(torch.zeros(n_relations, n_statuses))
        self.stance = nn.Linear(2 * size, 1 + n_polarities)
        self.shortcut_sizes = (n_relations, n_relations * n_statuses, 1 + n_polarities)
        self.shortcut: nn.Sequential | None = None
        if shortcut:
            width = (5 if markers else 3) * hidden_size
            self.shortcut = nn.Sequential(nn.Dropout(dropout), nn.Linear(width, sum(self.shortcut_sizes)))

    def forward(
        self, words: Tensor, word_mask: Tensor, pairs: PairTensors, mentions: Tensor | None = None
    ) -> PairLogits:
        """Logits of P pairs.

        Args:
            words: Word vectors, (B, W, hidden_size).
            word_mask: True for words, (B, W).
            pairs: The entities and pairs.
            mentions: The encoder's vectors of the mentions of each pair, (P, 2 * hidden_size), if it has markers.
        """
        spans = self._spans(words, pairs)
        head, tail = spans[pairs.head], spans[pairs.tail]
        distance = self.distance_embedding(pairs.distance)
        query = self.query(torch.cat([head, tail, head * tail, distance], dim=-1))
        context = self.attention(
            query, self.word(words), word_mask, pairs.sentence[pairs.head], self._roles(words, pairs)
        )
        parts = [head, tail, head * tail, query, context]
        hidden = self.hidden(torch.cat(parts if mentions is None else [*parts, mentions], dim=-1))
        logits = PairLogits(
            relation=self.relation(hidden),
            status=self.status(hidden).unsqueeze(1) + self.status_bias,
            stance=self.stance(hidden),
        )
        if self.shortcut is None:
            return logits
        maxima = pair_maxima(words, pairs)
        direct = self.shortcut(torch.cat([*maxima, *([] if mentions is None else [mentions])], dim=-1))
        relation, status, stance = direct.split(self.shortcut_sizes, dim=-1)
        return PairLogits(
            relation=logits.relation + relation,
            status=logits.status + status.view(len(status), self.n_relations, self.n_statuses),
            stance=logits.stance + stance,
        )

    def _spans(self, words: Tensor, pairs: PairTensors) -> Tensor:
        position = torch.arange(words.shape[1], device=words.device)
        inside = (position >= pairs.start.unsqueeze(1)) & (position < pairs.end.unsqueeze(1))
        weights = inside.to(words.dtype) / inside.sum(1, keepdim=True).clamp(min=1)
        in_sentence = words[pairs.sentence]
        mean = torch.bmm(weights.unsqueeze(1), in_sentence).squeeze(1)
        first = words[pairs.sentence, pairs.start]
        last = words[pairs.sentence, pairs.end - 1]
        span: Tensor = self.span(torch.cat([first, last, mean], dim=-1)) + self.label_embedding(pairs.label)
        return span

    @staticmethod
    def _roles(words: Tensor, pairs: PairTensors) -> Tensor:
        position = torch.arange(words.shape[1], device=words.device)
        head_start, head_end = pairs.start[pairs.head].unsqueeze(1), pairs.end[pairs.head].unsqueeze(1)
        tail_start, tail_end = pairs.start[pairs.tail].unsqueeze(1), pairs.end[pairs.tail].unsqueeze(1)
        first, last = torch.minimum(head_start, tail_start), torch.maximum(head_end, tail_end)
        roles = torch.ones(len(pairs), words.shape[1], dtype=torch.long, device=words.device)
        roles = roles.masked_fill(position < first, 0).masked_fill(position >= last, 2)
        roles = roles.masked_fill((position >= head_start) & (position < head_end), 3)
        return roles.masked_fill((position >= tail_start) & (position < tail_end), 4)


def pair_maxima(words: Tensor, pairs: PairTensors) -> tuple[Tensor, Tensor, Tensor]:
    """Maxima of word vectors over the first mention of each pair, the second, and the words between them.

    Args:
        words: Word vectors, (B, W, D).
        pairs: E entities and P pairs.

    Returns:
        Three tensors (P, D); zeros between mentions that touch.
    """
    position = torch.arange(words.shape[1], device=words.device)
    spans = _maxima(words[pairs.sentence], position, pairs.start, pairs.end)
    start = torch.minimum(pairs.end[pairs.head], pairs.end[pairs.tail])
    end = torch.maximum(pairs.start[pairs.head], pairs.start[pairs.tail])
    return spans[pairs.head], spans[pairs.tail], _maxima(words[pairs.sentence[pairs.head]], position, start, end)


def _maxima(words: Tensor, position: Tensor, start: Tensor, end: Tensor) -> Tensor:
    """Maxima over half-open ranges of words (N, W, D), as (N, D); zeros for an empty range."""
    inside = (position >= start.unsqueeze(1)) & (position < end.unsqueeze(1))
    found: Tensor = words.masked_fill(~inside.unsqueeze(-1), torch.finfo(words.dtype).min).amax(1)
    return found.masked_fill(~inside.any(1, keepdim=True), 0.0)
