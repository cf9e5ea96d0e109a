"""Starting the training of one model from the weights of another, whose label scheme may differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from secrel.domain import LabelScheme
from secrel.nn.model import JointModel

_UNKNOWN = "*"
_NONE = "*"
_STATUS_BIAS = "pairs.status_bias"


def transfer_weights(source: JointModel, source_scheme: LabelScheme, model: JointModel, scheme: LabelScheme) -> int:
    """Copies, in place, the weights of ``source`` into ``model`` where both mean the same.

    Weights that stand for a label, or for a relation with a status, are copied one by one, by name; all others where
    name and shape are the same. What has no counterpart stays as it is, and so do weights that take no gradient.

    Args:
        source: The model to start from.
        source_scheme: Its label scheme.
        model: The model to be trained.
        scheme: Its label scheme.

    Returns:
        Number of weights that were copied.
    """
    rows, wanted = _rows(source_scheme), _rows(scheme)
    given = source.state_dict()
    frozen = {name for name, parameter in model.named_parameters() if not parameter.requires_grad}
    copied = 0
    with torch.no_grad():
        for name, target in model.state_dict().items():
            if name not in given or name in frozen:
                continue
            if name == _STATUS_BIAS:
                copied += _copy_status_bias(given[name], source_scheme, target, scheme)
            elif name in wanted:
                copied += _copy_labels(given[name], rows[name], target, wanted[name])
            elif given[name].shape == target.shape:
                target.copy_(given[name])
                copied += target.numel()
    return copied


def _copy_labels(given: Tensor, given_labels: Sequence[str], target: Tensor, labels: Sequence[str]) -> int:
    if given.shape[1:] != target.shape[1:]:
        return 0
    copied = 0
    for row, label in enumerate(labels):
        if label in given_labels:
            target[row] = given[given_labels.index(label)]
            copied += target[row].numel()
    return copied


def _copy_status_bias(given: Tensor, given_scheme: LabelScheme, target: Tensor, scheme: LabelScheme) -> int:
    copied = 0
    for row, label in enumerate(scheme.relation_labels):
        for column, status in enumerate(scheme.statuses):
            if label in given_scheme.relation_labels and status in given_scheme.statuses:
                place = (given_scheme.relation_labels.index(label), given_scheme.statuses.index(status))
                target[row, column] = given[place]
                copied += 1
    return copied


def _rows(scheme: LabelScheme) -> dict[str, Sequence[str]]:
    """The labels that the rows of a tensor stand for, of the tensors of which they do."""
    entities = (*scheme.entities, _UNKNOWN)
    tags = (_NONE, *_tags(scheme.entities))
    polarities = (_NONE, *scheme.polarities)
    # The shortcut gives the logits of relations, then of statuses by relation, then of stances.
    shortcut = (
        *(f"relation {label}" for label in scheme.relation_labels),
        *(f"status {label} {status}" for label in scheme.relation_labels for status in scheme.statuses),
        *(f"stance {polarity}" for polarity in polarities),
    )
    return {
        "encoder.markers.label_embedding.weight": entities,
        "pairs.label_embedding.weight": entities,
        "tagger.layers.4.weight": tags,
        "tagger.layers.4.bias": tags,
        "pairs.relation.weight": scheme.relation_labels,
        "pairs.relation.bias": scheme.relation_labels,
        "pairs.status.weight": scheme.statuses,
        "pairs.status.bias": scheme.statuses,
        "pairs.stance.weight": polarities,
        "pairs.stance.bias": polarities,
        "pairs.shortcut.1.weight": shortcut,
        "pairs.shortcut.1.bias": shortcut,
    }


def _tags(labels: Sequence[str]) -> Iterator[str]:
    for label in labels:
        yield f"B-{label}"
        yield f"I-{label}"
