"""The tagger is trained as a linear-chain conditional random field.

As in Lafferty et al. (2001), *Conditional Random Fields*, on the outputs of a network as in Lample et al. (2016),
*Neural Architectures for Named Entity Recognition*: the score of a sequence of BIO tags is the sum of the tagger's
logits and of learned transitions, between tags and from the start and to the end of the sentence, and the negative
logarithm of the probability of the whole sequence takes the place of the cross-entropy of each word. Extraction finds
the best valid sequence by the same sum; scores of entities are, as in the library, means over the tagger's logits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from secrel.backends import torch_engine
from secrel.backends.protocol import Prepared
from secrel.backends.torch_engine import TorchEngine
from secrel.features.encoding import SentenceEncoder
from secrel.nn.model import IGNORE, JointModel, LossWeights, Targets, joint_loss
from secrel.pipeline import Pipeline
from secrel.training import network, trainer
from secrel.training.trainer import initial_model
from variants import Run, patched, pipeline_of


def pipeline(run: Run) -> Pipeline:
    """Trains and predicts with transitions, which start at zero and learn at the rate of the heads."""
    chain = Chain(1 + 2 * len(run.scheme.entities))

    def with_chain(*arguments: Any, **options: Any) -> tuple[JointModel, SentenceEncoder]:
        model, encoder = initial_model(*arguments, **options)
        model.tagger.chain = chain
        return model, encoder

    with (
        patched(trainer, "initial_model", with_chain),
        patched(network, "joint_loss", chain_loss(chain)),
        patched(torch_engine, "TorchEngine", ChainEngine),
    ):
        return pipeline_of(run.train())


class Chain(nn.Module):
    """Scores of a tag next to another one (T, T), in front (T) and at the end (T)."""

    def __init__(self, n_tags: int) -> None:
        super().__init__()
        self.between = nn.Parameter(torch.zeros(n_tags, n_tags))
        self.first = nn.Parameter(torch.zeros(n_tags))
        self.last = nn.Parameter(torch.zeros(n_tags))

    def log_likelihood(self, logits: Tensor, tags: Tensor) -> Tensor:
        """Logarithms of the probabilities of B tag sequences among all sequences, valid or not.

        Args:
            logits: Of the tags of each word, (B, W, T).
            tags: The sequences, (B, W), with :data:`IGNORE` behind their ends.
        """
        mask, gold = tags != IGNORE, tags.clamp(min=0)
        own = logits.gather(-1, gold.unsqueeze(-1)).squeeze(-1) * mask
        steps = self.between[gold[:, :-1], gold[:, 1:]] * mask[:, 1:]
        end = gold.gather(1, mask.sum(1, keepdim=True) - 1).squeeze(1)
        score = own.sum(1) + steps.sum(1) + self.first[gold[:, 0]] + self.last[end]
        forward = self.first + logits[:, 0]
        for word in range(1, logits.shape[1]):
            following = (forward.unsqueeze(2) + self.between).logsumexp(1) + logits[:, word]
            forward = torch.where(mask[:, word, None], following, forward)
        return score - (forward + self.last).logsumexp(1)

    def best_sequence(self, log_probabilities: NDArray[np.float32]) -> NDArray[np.int64]:
        """The best valid sequence (Viterbi, 1967) for at least one word: ``I-x`` follows only ``B-x`` or ``I-x``."""
        between, first, last = (p.detach().cpu().double().numpy() for p in (self.between, self.first, self.last))
        tag = np.arange(len(first))
        ahead = tag - tag[:, None]
        steps = np.where((tag > 0) & (tag % 2 == 0) & (ahead != 0) & (ahead != 1), -np.inf, between)
        best = first + log_probabilities[0]
        best[2::2] = -np.inf
        back = []
        for emission in log_probabilities[1:]:
            every = best[:, None] + steps
            back.append(every.argmax(0))
            best = every.max(0) + emission
        tags = [int((best + last).argmax())]
        for sources in reversed(back):
            tags.append(int(sources[tags[-1]]))
        return np.array(tags[::-1])


def chain_loss(chain: Chain) -> Callable[..., dict[str, Tensor]]:
    """The joint loss with the chain's in the place of the tagger's, a word, so that layers weigh as before."""

    def loss(tags: Tensor, logits: Any, targets: Targets, weights: LossWeights) -> dict[str, Tensor]:
        parts = joint_loss(tags, logits, targets, weights)
        n_words = (targets.tags != IGNORE).sum()
        parts["entity"] = -weights.entity * chain.log_likelihood(tags.float(), targets.tags).sum() / n_words
        parts["loss"] = torch.stack([part for name, part in parts.items() if name != "loss"]).sum()
        return parts

    return loss


class ChainEngine(TorchEngine):
    """Leaves of the probabilities of tags those of the best sequence, so that the entity stage decodes no other."""

    def tag(self, prepared: Prepared) -> list[NDArray[np.float32]]:
        """Log-probabilities of the tags of the best sequence of each sentence; of all others minus infinity."""
        found = []
        for tags in super().tag(prepared):
            kept = np.full_like(tags, -np.inf)
            if len(tags):
                best = np.arange(len(tags)), self.model.tagger.chain.best_sequence(tags)
                kept[best] = tags[best]
            found.append(kept)
        return found
