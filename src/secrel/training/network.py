"""What the `transformers` Trainer trains: batches, a module with a loss, and parameter groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import fields
from itertools import chain
from typing import Any

import torch
from torch import Tensor, nn

from secrel.backends.collate import collate_pairs, collate_sentences, long_tensor, padded
from secrel.config import LossConfig, TrainingConfig
from secrel.domain import LabelScheme
from secrel.nn.inputs import PairTensors, SentenceTensors
from secrel.nn.model import IGNORE, JointModel, LossWeights, Targets, joint_loss
from secrel.training.examples import Example


class Collator:
    """Turns rows of examples into one flat dictionary of tensors.

    Args:
        scheme: The label scheme.
        pad_id: Identifier of the padding token.
    """

    def __init__(self, scheme: LabelScheme, *, pad_id: int) -> None:
        self.scheme = scheme
        self.pad_id = pad_id

    def __call__(self, rows: Sequence[dict[str, Any]]) -> dict[str, Tensor]:
        """The tensors of :class:`SentenceTensors`, :class:`PairTensors` and :class:`Targets` by field name."""
        examples = [Example.from_row(row) for row in rows]
        sentences = collate_sentences([example.sentence for example in examples], pad_id=self.pad_id)
        pairs = collate_pairs([example.pairs for example in examples])
        n_relations = len(self.scheme.relations)

        def matrix(name: str) -> Tensor:
            values = list(chain.from_iterable(getattr(example, name) for example in examples))
            return torch.tensor(values, dtype=torch.long).reshape(len(values), n_relations)

        targets = Targets(
            tags=padded([example.tags for example in examples], IGNORE, width=sentences.word_mask.shape[1]),
            relation=matrix("relation"),
            status=matrix("status"),
            stance=long_tensor(list(chain.from_iterable(example.stance for example in examples))),
        )
        return {
            f"{prefix}_{field.name}": getattr(part, field.name)
            for prefix, part in (("sentence", sentences), ("pair", pairs), ("target", targets))
            for field in fields(part)
        }


class TrainableModel(nn.Module):
    """A :class:`JointModel` that takes a collator's batch and gives its loss, as the Trainer wants it.

    Args:
        model: The network.
        weights: Weights of the loss.
        label_dropout: Share of entity labels hidden from the pair classifier while training.
        entity_masking: Share of entities whose subwords are hidden from the encoder while training.
        mask_id: Subword that hides another one.
    """

    def __init__(
        self,
        model: JointModel,
        weights: LossWeights,
        *,
        label_dropout: float = 0.0,
        entity_masking: float = 0.0,
        mask_id: int = 0,
    ) -> None:
        super().__init__()
        self.model = model
        self.weights = weights
        self.label_dropout = label_dropout
        self.entity_masking = entity_masking
        self.mask_id = mask_id

    def forward(self, **batch: Tensor) -> dict[str, Tensor]:
        """The loss of each layer and their sum, ``loss``."""

        def part(prefix: str, cls: Any) -> Any:
            return cls(**{field.name: batch[f"{prefix}_{field.name}"] for field in fields(cls)})

        sentences: SentenceTensors = part("sentence", SentenceTensors)
        pairs: PairTensors = part("pair", PairTensors)
        if self.training and self.entity_masking:
            hide_entities(sentences, pairs, share=self.entity_masking, mask_id=self.mask_id)
        if self.training and self.label_dropout:
            hidden = torch.rand(pairs.label.shape, device=pairs.label.device) < self.label_dropout
            pairs.label.masked_fill_(hidden, self.model.sizes.n_labels)
        tags, logits = self.model(sentences, pairs)
        return joint_loss(tags, logits, part("target", Targets), self.weights)


def hide_entities(sentences: SentenceTensors, pairs: PairTensors, *, share: float, mask_id: int) -> None:
    """Replaces, in place, the subwords of a random share of a batch's entities by ``mask_id``."""
    n_sentences, n_words = sentences.word_mask.shape
    position = torch.arange(n_words, device=pairs.start.device)
    chosen = torch.rand(pairs.start.shape, device=pairs.start.device) < share
    inside = (position >= pairs.start.unsqueeze(1)) & (position < pairs.end.unsqueeze(1)) & chosen.unsqueeze(1)
    words = torch.zeros(n_sentences, n_words, device=pairs.start.device).index_add(0, pairs.sentence, inside.float())
    hidden = words.flatten()[sentences.gather_slot] > 0
    sentences.input_ids[sentences.gather_row[hidden], sentences.gather_position[hidden]] = mask_id


def loss_weights(config: LossConfig, examples: Iterable[Example], scheme: LabelScheme) -> LossWeights:
    """Loss weights of a recipe; statuses are weighted by a power of their inverse frequency in the examples.

    The mean weight of a marked relation is 1, so that the weight of the status layer means what it says.
    """
    counts = Counter(status for example in examples for row in example.status for status in row if status != IGNORE)
    total = sum(counts.values())
    raw = [(total / max(1, counts[n])) ** config.status_smoothing for n in range(len(scheme.statuses))]
    mean = sum(raw[n] * counts[n] for n in range(len(raw))) / total if total else 1.0
    return LossWeights(
        entity=config.entity,
        relation=config.relation,
        status=config.status,
        stance=config.stance,
        relation_positive=config.relation_positive,
        stance_positive=config.stance_positive,
        status_weights=tuple(weight / mean for weight in raw),
    )


def parameter_groups(model: nn.Module, config: TrainingConfig) -> list[dict[str, Any]]:
    """Encoder and heads with their learning rates; biases, norms and case embeddings without weight decay.

    Weights that take no gradient are in no group.
    """
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        in_encoder = ".backbone." in name
        decays = parameter.ndim >= 2 and "embedding" not in name
        groups.setdefault((in_encoder, decays), []).append(parameter)
    return [
        {
            "params": parameters,
            "lr": config.learning_rate if in_encoder else config.head_learning_rate,
            "weight_decay": config.weight_decay if decays else 0.0,
        }
        for (in_encoder, decays), parameters in groups.items()
    ]
