"""Ways to train that were tried and are no part of the library, for rows of ``experiments.toml``.

A row with ``variant = "NAME"`` is trained by ``variants/NAME.py``, which has one function::

    def pipeline(run: Run, **options) -> Pipeline

``options`` are what the row has under ``[rows.ROW.options]``. What turns out to help moves into the library and leaves
this folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from secrel.checkpoints import Checkpoint
from secrel.config import Decision, Recipe
from secrel.domain import Document, LabelScheme
from secrel.pipeline import Pipeline
from secrel.training.trainer import train

ALMOST_ALL = Decision(0.1, 0.1)
"""The lowest threshold that rows are scored with: marks less probable are never scored."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a row trains.

    Attributes:
        recipe: The base recipe with the changes of the row, and the seed.
        scheme: The label scheme.
        training: Marked documents.
        work_folder: Folder for the state of the run.
        recipe_folder: Folder that relative paths in the recipe start from.
    """

    recipe: Recipe
    scheme: LabelScheme
    training: Sequence[Document]
    work_folder: Path
    recipe_folder: Path

    def train(self, recipe: Recipe | None = None, *, name: str = "") -> Checkpoint:
        """Trains as the library does.

        Args:
            recipe: Another recipe than that of the row.
            name: Keeps apart the states of several trainings of one row.
        """
        return train(
            recipe or self.recipe,
            self.scheme,
            self.training,
            work_folder=self.work_folder / name,
            recipe_folder=self.recipe_folder,
            progress=False,
        ).checkpoint


def pipeline_of(checkpoint: Checkpoint) -> Pipeline:
    """A pipeline that keeps every mark that may be scored."""
    return Pipeline.from_checkpoint(replace(checkpoint, decision=ALMOST_ALL), resolve=False)


@contextmanager
def patched(module: ModuleType | type, name: str, value: Any) -> Iterator[None]:
    """Puts something else in the place of a name of a module or class for a while.

    Raises:
        AttributeError: If it has no such name, so that a variant does not silently change nothing.
    """
    before = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, before)
