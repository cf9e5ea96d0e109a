"""Pairs that are hard to decide on weigh more in the loss of relations and stances.

As in Lin et al. (2017), *Focal Loss for Dense Object Detection*: the cross entropy of a decision is multiplied by
``(1 - p) ** gamma``, where ``p`` is the probability that the model gives to what is right. Most pairs carry nothing and
are soon known for it; focal losses give them less say in the gradient. The weights of positive decisions in the recipe
stay and take the place of the paper's alpha. Means are taken as the library takes them, over all decisions and not, as
in the paper, over the positive ones: with a gamma of 0 the loss is that of the library, and with a higher one the two
layers weigh less against entities and statuses. Nothing but the training differs.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from secrel.nn import model as network
from secrel.nn.heads import PairLogits
from secrel.nn.model import IGNORE, LossWeights, Targets
from secrel.pipeline import Pipeline
from variants import Run, patched, pipeline_of


def pipeline(run: Run, *, gamma: float) -> Pipeline:
    """Trains with focal losses of relations and stances.

    Args:
        run: What to train.
        gamma: How much less what is easy counts, 0 for no less; the paper found 2 best.

    Raises:
        ValueError: If ``gamma`` is below 0.
    """
    if gamma < 0:
        raise ValueError(f"gamma is at least 0, not {gamma}")
    plain = network._pair_losses

    def losses(logits: PairLogits, targets: Targets, weights: LossWeights) -> dict[str, Tensor]:
        parts = plain(logits, targets, weights)
        if "relation" in parts:
            parts["relation"] = weights.relation * relation_loss(logits, targets, weights.relation_positive, gamma)
        if "stance" in parts:
            parts["stance"] = weights.stance * stance_loss(logits, targets, weights.stance_positive, gamma)
        return parts

    with patched(network, "_pair_losses", losses):
        return pipeline_of(run.train())


def relation_loss(logits: PairLogits, targets: Targets, positive: float, gamma: float) -> Tensor:
    """Mean over the pairs and labels that the scheme allows, of which there is one at least.

    Args:
        logits: Relations of P pairs, (P, n_relations).
        targets: What is right, in the same shape.
        positive: Weight of a relation that holds.
        gamma: How much less what is easy counts.
    """
    allowed = targets.relation != IGNORE
    holds = targets.relation[allowed] == 1
    chosen = logits.relation.float()[allowed]
    right = torch.where(holds, chosen, -chosen)
    weight = torch.where(holds, positive, 1.0)
    # Powers of 1 - p by way of its logarithm, whose gradient stays finite where p is 1.
    return (weight * (gamma * F.logsigmoid(-right)).exp() * -F.logsigmoid(right)).mean()


def stance_loss(logits: PairLogits, targets: Targets, positive: float, gamma: float) -> Tensor:
    """Mean, weighted by class, over the pairs that may carry a stance, of which there is one at least.

    Args:
        logits: Stances of P pairs, (P, 1 + n_polarities).
        targets: What is right, (P,).
        positive: Weight of a pair with a stance.
        gamma: How much less what is easy counts.
    """
    staged = targets.stance != IGNORE
    wanted = targets.stance[staged].unsqueeze(1)
    log_probabilities = logits.stance.float()[staged].log_softmax(-1)
    right = log_probabilities.gather(1, wanted).squeeze(1)
    wrong = log_probabilities.scatter(1, wanted, -torch.inf).logsumexp(1)
    weight = torch.where(wanted.squeeze(1) > 0, positive, 1.0)
    return (weight * (gamma * wrong).exp() * -right).sum() / weight.sum()
