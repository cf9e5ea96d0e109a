"""The documents of a recipe's splits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from secrel.config import Recipe
from secrel.domain import Document, LabelScheme
from secrel.reading import read_corpus


@dataclass(frozen=True, slots=True)
class Splits:
    """The documents of a recipe.

    Attributes:
        scheme: The label scheme of the corpus.
        train: Documents to train on.
        dev: Documents to tune thresholds on.
        held_out: Documents to leave out one by one in cross-validation.
        missing: Names of articles whose text is not at hand.
    """

    scheme: LabelScheme
    train: tuple[Document, ...]
    dev: tuple[Document, ...]
    held_out: tuple[Document, ...]
    missing: tuple[str, ...]


def load_splits(recipe: Recipe, recipe_folder: Path, *, articles: Iterable[str | Path] = ()) -> Splits:
    """Reads the documents that a recipe names.

    Args:
        recipe: The recipe.
        recipe_folder: Folder that its corpus folder is relative to.
        articles: Folders in which to look for texts that are not part of the corpus.

    Raises:
        ConfigError: If corpus, label scheme or a split is missing.
        AnnotationError: If an annotation does not fit its text.
    """
    corpus = read_corpus(recipe_folder / recipe.corpus.folder, articles=articles)
    missing: list[str] = []

    def documents(splits: tuple[str, ...]) -> tuple[Document, ...]:
        if not splits:
            return ()
        here, absent = corpus.available(*splits)
        missing.extend(name for name in absent if name not in missing)
        return tuple(corpus.document(name) for name in here)

    return Splits(
        corpus.scheme,
        documents(recipe.corpus.train),
        documents(recipe.corpus.dev),
        documents(recipe.corpus.leave_one_out),
        tuple(missing),
    )
