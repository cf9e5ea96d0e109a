"""In which order, in which batches and in which process training examples are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch.utils.data import Sampler

from secrel.errors import ConfigError
from secrel.training.examples import Example

_BATCHES_SORTED_TOGETHER = 50


class LengthGroupedSampler(Sampler[int]):
    """Random batches of examples of similar length, other ones in every pass.

    The examples are shuffled and, in groups of 50 batches, sorted by length, so that little is padded; then the batches
    are shuffled, so that long and short ones alternate. The order depends on nothing but the arguments and the pass:
    samplers of the same arguments agree in different processes, and in a run that is resumed.

    Args:
        lengths: Length of every example.
        batch_size: Examples in a batch.
        seed: Seed of the order.
    """

    def __init__(self, lengths: Sequence[int], batch_size: int, *, seed: int) -> None:
        self.lengths = lengths
        self.batch_size = batch_size
        self.seed = seed
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Says which pass comes next, from 0 up."""
        self.epoch = epoch

    def __len__(self) -> int:
        return len(self.lengths)

    def __iter__(self) -> Iterator[int]:
        # Seeds next to each other would give passes in common: seed 0 in its second pass, seed 1 in its first.
        generator = torch.Generator().manual_seed(self.seed * 1_000_003 + self.epoch)
        order = torch.randperm(len(self.lengths), generator=generator).tolist()
        group = _BATCHES_SORTED_TOGETHER * self.batch_size
        for start in range(0, len(order), group):
            order[start : start + group] = sorted(order[start : start + group], key=self.lengths.__getitem__)
        batches = [order[start : start + self.batch_size] for start in range(0, len(order), self.batch_size)]
        # A last batch that is not full stays last: what reads the indices cuts them into batches by counting.
        n_full = len(order) // self.batch_size
        for n in torch.randperm(n_full, generator=generator).tolist():
            yield from batches[n]
        for batch in batches[n_full:]:
            yield from batch


def deal(examples: Sequence[Example], n: int) -> list[list[Example]]:
    """Deals examples out to processes that train side by side.

    Examples of similar length get the same place in all shares, so that processes whose samplers agree have as much to
    do at every step. All shares have the same size; where the examples do not go round, the last are given twice.

    Args:
        examples: What there is to train on.
        n: Number of processes.

    Raises:
        ConfigError: If there are fewer examples than processes.
    """
    if n == 1:
        return [list(examples)]
    if len(examples) < n:
        raise ConfigError(
            "recipe, training, replicas", found=f"{n}", expected=f"at most {len(examples)}, the sentences to train on"
        )
    ordered = sorted(examples, key=lambda example: example.length)
    size = -(-len(ordered) // n)
    n_twice = size * n - len(ordered)
    ordered += ordered[len(ordered) - n_twice :]
    return [ordered[rank::n] for rank in range(n)]
