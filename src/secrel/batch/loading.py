"""What a worker process makes its pipeline from, and how two of them are told apart."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from secrel._version import __version__
from secrel.config import read_scheme
from secrel.domain import LabelScheme
from secrel.errors import ConfigError, ModelError
from secrel.knowledge import load_knowledge
from secrel.pipeline import Pipeline, find_model, load

# What stands in a model folder and is not read to run the model.
_BESIDE = frozenset({"metrics.json", "MODEL_CARD.md", "learning_curve.jsonl"})


class Loader(Protocol):
    """Makes the pipeline of a worker process, into which it is sent pickled.

    Attributes:
        title: Name and version, for people.
        fingerprint: Differs wherever results may differ.
        scheme: The label scheme of the results.
    """

    @property
    def title(self) -> str:
        """Name and version, for people."""
        ...

    @property
    def fingerprint(self) -> str:
        """Differs wherever results may differ."""
        ...

    @property
    def scheme(self) -> LabelScheme:
        """The label scheme of the results."""
        ...

    def __call__(self) -> Pipeline:
        """Loads the pipeline.

        Raises:
            ModelError: If it cannot be loaded.
        """
        ...


@dataclass(frozen=True, slots=True)
class ModelLoader:
    """Loads a model folder, to run on one thread.

    Results can differ in their last digits with the number of threads; with one thread in every process they do not
    depend on how many processes there are.
    """

    folder: Path
    title: str
    fingerprint: str
    scheme: LabelScheme
    min_score: float | None = None
    knowledge: tuple[Path, ...] = ()

    def __call__(self) -> Pipeline:
        """Loads the pipeline.

        Raises:
            ModelError: If the folder is incomplete or damaged.
            ConfigError: If a file of actors is missing or malformed.
        """
        import torch

        torch.set_num_threads(1)
        return load(self.folder, min_score=self.min_score, knowledge=self.knowledge)


def model_loader(
    model: str | Path | None = None, *, min_score: float | None = None, knowledge: Sequence[str | Path] = ()
) -> ModelLoader:
    """The loader of a model; the weights are read for their fingerprint only.

    Args:
        model: As for :func:`secrel.load`.
        min_score: As for :func:`secrel.load`.
        knowledge: As for :func:`secrel.load`. What the files say is part of the fingerprint.

    Raises:
        ModelError: If there is no such model, or its folder is damaged.
        ConfigError: If a file of actors is missing or malformed.
    """
    folder = find_model(model).resolve()
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        title = f"{config['model']['name']} {config['model']['version']}"
        scheme = read_scheme(folder / "labels.toml")
    except (OSError, ValueError, KeyError, TypeError, ConfigError) as error:
        raise ModelError(
            folder, found=f"{type(error).__name__}: {error}", expected="a complete model folder"
        ) from error
    tables = tuple(Path(path).resolve() for path in knowledge)
    if tables:
        load_knowledge(tables)
    return ModelLoader(folder, title, _fingerprint(folder, tables), scheme, min_score, tables)


def _fingerprint(folder: Path, tables: Sequence[Path]) -> str:
    whole = hashlib.sha256(f"secrel {__version__}".encode())
    for path in sorted(folder.iterdir()):
        if path.is_file() and not path.name.startswith(".") and path.name not in _BESIDE:
            whole.update(f"{path.name} {_digest(path)}\n".encode())
    for path in tables:
        # Later ones go before earlier ones.
        whole.update(f"knowledge {_digest(path)}\n".encode())
    return whole.hexdigest()


def _digest(path: Path) -> str:
    content = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            content.update(block)
    return content.hexdigest()
