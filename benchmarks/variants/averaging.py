"""The weights are averaged over the last share of the steps.

As in Polyak and Juditsky (1992), *Acceleration of Stochastic Approximation by Averaging*, with an exponential moving
average, as Tarvainen and Valpola (2017), *Mean teachers are better role models*, take it: a step counts ``decay`` times
what the next one counts. The average is divided by the sum of what the steps count (the correction of Kingma and Ba,
2015, *Adam*), so that the weights at the first step do not count more than the others. Training itself goes on from the
weights as they are; the average takes their place when it ends.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from transformers import Trainer, TrainerCallback

from secrel.pipeline import Pipeline
from secrel.training import trainer
from variants import Run, patched, pipeline_of


def pipeline(run: Run, *, decay: float, start: float) -> Pipeline:
    """Trains as the library does and ends with averaged weights.

    Args:
        run: What to train.
        decay: What a step counts, as a share of what the next one counts; 0 for the last weights alone.
        start: Share of the steps before the first that counts.

    Raises:
        ValueError: If ``decay`` or ``start`` is not in [0, 1).
    """
    for name, value in (("decay", decay), ("start", start)):
        if not 0 <= value < 1:
            raise ValueError(f"{name} is in [0, 1), not {value}")
    make = trainer._trainer

    def with_average(job: Any, begun: Any, *rest: Any, **options: Any) -> Trainer:
        made = make(job, begun, *rest, **options)
        made.add_callback(_Averaging(begun.network, decay=decay, start=start))
        return made

    with patched(trainer, "_trainer", with_average):
        return pipeline_of(run.train())


class _Averaging(TrainerCallback):  # type: ignore[misc]
    """Follows the weights of a network, and puts their average in their place when the training ends."""

    def __init__(self, network: nn.Module, *, decay: float, start: float) -> None:
        self.network, self.decay, self.start = network, decay, start
        self.n_steps = 0
        self.averages: dict[str, Tensor] = {}

    @torch.no_grad()
    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:  # noqa: ARG002
        if state.global_step <= self.start * state.max_steps:
            return
        self.n_steps += 1
        if self.n_steps == 1:
            self.averages = {name: p.detach().clone() for name, p in self.network.named_parameters()}
            return
        # What this step counts of all steps up to it.
        share = (1 - self.decay) / (1 - self.decay**self.n_steps)
        for name, parameter in self.network.named_parameters():
            self.averages[name].lerp_(parameter, share)

    @torch.no_grad()
    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:  # noqa: ARG002
        for name, parameter in self.network.named_parameters():
            parameter.copy_(self.averages[name])
