"""Models for articles that they were not trained on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from secrel.config import Recipe
from secrel.domain import Document, LabelScheme
from secrel.errors import ConfigError
from secrel.pipeline import Pipeline


def make_folds(documents: Sequence[Document], n_folds: int, *, seed: int = 0) -> list[list[Document]]:
    """Deals documents out at random into folds of equal size, give or take one.

    Args:
        documents: The documents.
        n_folds: Number of folds.
        seed: Seed of the deal.

    Raises:
        ConfigError: If there are fewer than two folds, or fewer documents than folds.
    """
    if not 2 <= n_folds <= len(documents):
        raise ConfigError(
            "folds",
            found=f"{n_folds} folds of {len(documents)} articles",
            expected="2 folds or more, of an article or more",
        )
    order = np.random.default_rng(seed).permutation(len(documents))
    return [[documents[index] for index in sorted(order[fold::n_folds])] for fold in range(n_folds)]


def cross_fitted(
    recipe: Recipe,
    scheme: LabelScheme,
    documents: Sequence[Document],
    *,
    n_folds: int,
    work_folder: Path,
    recipe_folder: Path = Path(),
    epochs: int | None = None,
    progress: bool = True,
) -> Iterator[tuple[Pipeline, list[Document]]]:
    """Trains once a fold, without its articles.

    Args:
        recipe: The recipe.
        scheme: The label scheme.
        documents: Marked documents.
        n_folds: Number of folds.
        work_folder: Folder for the states of the runs.
        recipe_folder: Folder that its paths are relative to.
        epochs: Passes over the data instead of the recipe's.
        progress: Whether to show progress bars.

    Yields:
        A pipeline with thresholds of 0.5, and the articles that it was not trained on.
    """
    from secrel.training.trainer import train

    if epochs is not None:
        recipe = replace(recipe, training=replace(recipe.training, epochs=epochs))
    for number, fold in enumerate(make_folds(documents, n_folds, seed=recipe.training.seed), 1):
        held_out = {document.id for document in fold}
        trained = train(
            recipe,
            scheme,
            [document for document in documents if document.id not in held_out],
            work_folder=work_folder / f"fold-{number}",
            recipe_folder=recipe_folder,
            progress=progress,
        )
        yield Pipeline.from_checkpoint(trained.checkpoint, resolve=False), fold
