"""The documents of a recipe's splits."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from secrel.config import Recipe, read_scheme
from secrel.domain import Document, LabelScheme
from secrel.errors import ConfigError
from secrel.reading import read_corpus
from secrel.reading.directed_sentiment import read_directed_sentiment
from secrel.reading.sources import DATA_VARIABLE, data_folders

_LOG = logging.getLogger(__name__)


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
    if recipe.corpus.format == "directed-sentiment":
        return _directed_sentiment(recipe, recipe_folder)
    if recipe.corpus.format != "secrel":
        raise ConfigError(
            f"recipe {recipe.model.name!r}, corpus, format",
            found=repr(recipe.corpus.format),
            expected="secrel or directed-sentiment",
        )
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


def _directed_sentiment(recipe: Recipe, recipe_folder: Path) -> Splits:
    folder = recipe_folder / recipe.corpus.folder
    # Recipes lie two folders deep in a project, beside which its data may lie.
    places = data_folders((folder.resolve() / "../../../shared/data").resolve())
    found = next((place / recipe.corpus.file for place in places if (place / recipe.corpus.file).is_file()), None)
    if found is None:
        raise ConfigError(
            f"recipe {recipe.model.name!r}, corpus, file",
            found=f"no {recipe.corpus.file} in {', '.join(map(str, places))}",
            expected=f"the file in a folder named by {DATA_VARIABLE}; it can be downloaded from {recipe.corpus.url}",
        )
    documents, dropped = read_directed_sentiment(found)
    for item in dropped:
        _LOG.info("%s: %d %s", found, item.n, item.reason)
    return Splits(read_scheme(folder / "labels.toml"), tuple(documents), (), (), ())
