"""Lower layers of the encoder learn slower.

As in Howard and Ruder (2018), *Universal Language Model Fine-tuning for Text Classification* (discriminative
fine-tuning): each layer learns at a share of the rate of the layer above it.
"""

from __future__ import annotations

import re
from typing import Any

from torch import nn

from secrel.config import TrainingConfig
from secrel.pipeline import Pipeline
from secrel.training import trainer
from secrel.training.network import parameter_groups
from variants import Run, patched, pipeline_of

_LAYER = re.compile(r"\.backbone\..*\blayers?\.(\d+)\.")


def pipeline(run: Run, *, decay: float) -> Pipeline:
    """Trains with the rate of each layer ``decay`` times that of the layer above it; embeddings count as the lowest."""

    def groups(model: nn.Module, config: TrainingConfig) -> list[dict[str, Any]]:
        names = {parameter: name for name, parameter in model.named_parameters()}
        depths = [int(match[1]) + 1 for name in names.values() if (match := _LAYER.search(name))]
        split: dict[tuple[int, int], dict[str, Any]] = {}
        for place, group in enumerate(parameter_groups(model, config)):
            for parameter in group["params"]:
                name = names[parameter]
                match = _LAYER.search(name)
                depth = int(match[1]) + 1 if match else 0
                below = max(depths) - depth if ".backbone." in name else 0
                same = split.setdefault((place, below), {**group, "params": [], "lr": group["lr"] * decay**below})
                same["params"].append(parameter)
        return list(split.values())

    with patched(trainer, "parameter_groups", groups):
        return pipeline_of(run.train())
