"""Encoder and heads in one module, with the joint loss."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from secrel.nn.encoder import WordEncoder
from secrel.nn.heads import EntityTagger, PairClassifier, PairLogits
from secrel.nn.inputs import PairTensors, SentenceTensors

IGNORE = -100
"""Target of what does not count in the loss."""


@dataclass(frozen=True, slots=True)
class ModelSizes:
    """Everything that decides the shapes of the weights above the encoder.

    Attributes:
        n_labels: Entity labels.
        n_relations: Relation labels.
        n_statuses: Statuses.
        n_polarities: Stance polarities.
        n_cases: Case classes of subwords, 0 for no case embedding.
        n_distances: Distance buckets.
        feature_values: Number of values of each word feature.
        feature_size: Width of each word feature's embedding.
        tagger_size: Hidden width of the tagger.
        pair_size: Width of span and pair representations.
        pair_heads: Attention heads of the pair classifier.
        dropout: Dropout probability in the heads.
        pair_markers: Whether the encoder reads markers of the pairs.
        pair_shortcut: Whether maxima of word vectors add to the logits of pairs.
    """

    n_labels: int
    n_relations: int
    n_statuses: int
    n_polarities: int
    n_cases: int
    n_distances: int
    feature_values: tuple[int, ...]
    feature_size: int
    tagger_size: int
    pair_size: int
    pair_heads: int
    dropout: float
    pair_markers: bool = False
    pair_shortcut: bool = False


@dataclass(frozen=True, slots=True)
class Targets:
    """What the model should say of a batch.

    Attributes:
        tags: Tag of each word, (B, W), :data:`IGNORE` for padding.
        relation: 1 where the relation holds, 0 where it does not, :data:`IGNORE` where the scheme does not
            allow it, (P, n_relations).
        status: Status of each relation that holds, (P, n_relations), else :data:`IGNORE`.
        stance: 0 for none, else 1 + polarity, :data:`IGNORE` where the scheme does not allow a stance, (P,).
    """

    tags: Tensor
    relation: Tensor
    status: Tensor
    stance: Tensor


@dataclass(frozen=True, slots=True)
class LossWeights:
    """Weights of the layers and of their classes; see :class:`secrel.config.LossConfig`."""

    entity: float
    relation: float
    status: float
    stance: float
    relation_positive: float
    stance_positive: float
    status_weights: tuple[float, ...]


class JointModel(nn.Module):
    """One encoder for entities, relations, statuses and stances.

    Args:
        backbone: A model of ``transformers``.
        sizes: Shapes of everything above it.
    """

    def __init__(self, backbone: nn.Module, sizes: ModelSizes) -> None:
        super().__init__()
        self.sizes = sizes
        self.encoder = WordEncoder(
            backbone,
            n_cases=sizes.n_cases,
            n_labels=sizes.n_labels if sizes.pair_markers else 0,
        )
        hidden_size = self.encoder.hidden_size
        self.tagger = EntityTagger(
            hidden_size,
            sizes.feature_values,
            feature_size=sizes.feature_size,
            tagger_size=sizes.tagger_size,
            n_tags=1 + 2 * sizes.n_labels,
            dropout=sizes.dropout,
        )
        self.pairs = PairClassifier(
            hidden_size,
            n_labels=sizes.n_labels,
            n_distances=sizes.n_distances,
            n_relations=sizes.n_relations,
            n_statuses=sizes.n_statuses,
            n_polarities=sizes.n_polarities,
            size=sizes.pair_size,
            n_heads=sizes.pair_heads,
            dropout=sizes.dropout,
            markers=sizes.pair_markers,
            shortcut=sizes.pair_shortcut,
        )

    @property
    def device(self) -> torch.device:
        """The device of the weights."""
        return next(self.parameters()).device

    def forward(self, batch: SentenceTensors, pairs: PairTensors) -> tuple[Tensor, PairLogits | None]:
        """Tag logits (B, W, n_tags) and, if there are any pairs, their logits."""
        words, mentions = self.encoder.with_markers(batch, pairs)
        tags = self.tagger(words, batch)
        return tags, self.pairs(words, batch.word_mask, pairs, mentions) if len(pairs) else None


def joint_loss(tags: Tensor, logits: PairLogits | None, targets: Targets, weights: LossWeights) -> dict[str, Tensor]:
    """The loss of each layer, weighted, and their sum as ``loss``.

    Each layer's loss is a mean over what it decides on in the batch: words, allowed (pair, label) combinations,
    relations that hold, pairs that may carry a stance.
    """
    parts = {
        "entity": weights.entity
        * F.cross_entropy(tags.float().flatten(0, 1), targets.tags.flatten(), ignore_index=IGNORE)
    }
    if logits is not None:
        parts |= _pair_losses(logits, targets, weights)
    parts["loss"] = torch.stack(list(parts.values())).sum()
    return parts


def _pair_losses(logits: PairLogits, targets: Targets, weights: LossWeights) -> dict[str, Tensor]:
    parts: dict[str, Tensor] = {}
    allowed = targets.relation != IGNORE
    if allowed.any():
        chosen, wanted = logits.relation.float()[allowed], targets.relation[allowed].float()
        positive = torch.tensor(weights.relation_positive, device=chosen.device)
        parts["relation"] = weights.relation * F.binary_cross_entropy_with_logits(chosen, wanted, pos_weight=positive)
    held = targets.status != IGNORE
    if held.any():
        parts["status"] = weights.status * F.cross_entropy(
            logits.status.float()[held],
            targets.status[held],
            weight=torch.tensor(weights.status_weights, device=logits.status.device),
        )
    staged = targets.stance != IGNORE
    if logits.stance.shape[1] > 1 and staged.any():
        class_weights = torch.full((logits.stance.shape[1],), weights.stance_positive)
        class_weights[0] = 1.0
        parts["stance"] = weights.stance * F.cross_entropy(
            logits.stance.float()[staged],
            targets.stance[staged],
            weight=class_weights.to(logits.stance.device),
        )
    return parts
