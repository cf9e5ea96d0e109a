"""Trained models as folders.

A model folder holds ``config.json`` (format, name, version, shapes, decision thresholds), ``labels.toml``,
``recipe.toml``, ``encoder.json`` (the encoder's configuration), the files of its tokenizer and
``model.safetensors``; beside them ``metrics.json`` and ``MODEL_CARD.md``, which nothing reads. Nothing is pickled.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import tomli_w
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from secrel.config import (
    Calibration,
    Decision,
    HeadConfig,
    ModelConfig,
    Recipe,
    build,
    read_recipe,
    read_scheme,
    scheme_to_dict,
)
from secrel.domain import LabelScheme, ModelTag
from secrel.errors import ConfigError, ModelError
from secrel.features.encoding import SentenceEncoder
from secrel.features.pairs import N_DISTANCES
from secrel.features.shapes import CASES, N_SHAPES, WORD_FEATURES
from secrel.nn.model import JointModel, ModelSizes

FORMAT_VERSION = 1
"""Version of the folder's layout; a model of another version is refused."""

CONFIG, LABELS, RECIPE, ENCODER, WEIGHTS = (
    "config.json",
    "labels.toml",
    "recipe.toml",
    "encoder.json",
    "model.safetensors",
)
_TOKENIZER = "tokenizer.json"


@dataclass(frozen=True, slots=True)
class _Config:
    format_version: int
    model: ModelConfig
    max_length: int
    stride: int
    n_parameters: int
    decision: Decision
    calibration: Calibration = field(default_factory=Calibration)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A model with everything that is needed to run it.

    Attributes:
        tag: Name and version.
        scheme: The label scheme.
        recipe: The recipe it was trained by.
        decision: The thresholds that turn probabilities into marks.
        model: The network, in single precision, in evaluation mode.
        encoder: Turns sentences into the network's integers.
        calibration: Makes the network's probabilities mean the share of marks that are right.
    """

    tag: ModelTag
    scheme: LabelScheme
    recipe: Recipe
    decision: Decision
    model: JointModel
    encoder: SentenceEncoder
    calibration: Calibration = field(default_factory=Calibration)

    @property
    def n_parameters(self) -> int:
        """Number of weights."""
        return sum(parameter.numel() for parameter in self.model.parameters())

    def save_pretrained(self, folder: str | Path, *, half_precision: bool = True) -> None:
        """Writes the model folder; files of another kind in it are left alone.

        ``config.json`` is written last, so that a folder whose writing was interrupted is refused as incomplete.

        Args:
            folder: The folder, made where it is missing.
            half_precision: Whether weights are written in 16 bits. They are read back in 32.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / CONFIG).unlink(missing_ok=True)
        self.encoder.tokenizer.save_pretrained(folder)
        # The indentation of a vocabulary is a third of the file.
        tokenizer = json.loads((folder / _TOKENIZER).read_text(encoding="utf-8"))
        compact = json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":"))
        (folder / _TOKENIZER).write_text(compact + "\n", encoding="utf-8")
        self.model.encoder.backbone.config.to_json_file(folder / ENCODER)  # type: ignore[union-attr, operator]
        (folder / LABELS).write_bytes(tomli_w.dumps(scheme_to_dict(self.scheme)).encode())
        if not _holds(folder / RECIPE, self.recipe):
            (folder / RECIPE).write_bytes(tomli_w.dumps(self.recipe.to_dict()).encode())
        dtype = torch.float16 if half_precision else torch.float32
        weights = {name: tensor.detach().to(dtype).contiguous() for name, tensor in self.model.state_dict().items()}
        save_file(weights, folder / WEIGHTS, metadata={"format": "pt"})
        config = {
            "format_version": FORMAT_VERSION,
            "model": {**asdict(self.recipe.model), "name": self.tag.name, "version": self.tag.version},
            "max_length": self.encoder.max_length,
            "stride": self.encoder.stride,
            "n_parameters": self.n_parameters,
            "decision": asdict(self.decision),
            "calibration": asdict(self.calibration),
        }
        (folder / CONFIG).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")

    @classmethod
    def from_pretrained(cls, folder: str | Path) -> Checkpoint:
        """Reads a model folder.

        Raises:
            ModelError: If the folder is missing, incomplete, damaged, or of another format version.
        """
        return load_checkpoint(Path(folder))


def _holds(path: Path, recipe: Recipe) -> bool:
    # A recipe that stands in the model folder keeps the comments of whoever wrote it.
    try:
        return read_recipe(path) == recipe
    except ConfigError:
        return False


def read_config(folder: str | Path) -> dict[str, Any]:
    """The ``config.json`` of a model folder, after checking that the folder is complete.

    Raises:
        ModelError: If the folder is missing, incomplete, or of another format version.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ModelError(folder, found="no such folder", expected="a model folder with config.json")
    for name in (CONFIG, LABELS, RECIPE, ENCODER, _TOKENIZER, WEIGHTS):
        if not (folder / name).is_file():
            raise ModelError(folder, found=f"no {name}", expected="a complete model folder")
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except ValueError as error:
        raise ModelError(folder / CONFIG, found=f"no JSON: {error}", expected="a JSON object") from error
    version = config.get("format_version") if isinstance(config, Mapping) else None
    if version != FORMAT_VERSION:
        raise ModelError(
            folder / CONFIG,
            found=f"format version {version!r}",
            expected=f"{FORMAT_VERSION}; train the model anew or install the secrel version it was made with",
        )
    _parse_config(config, folder)
    return dict(config)


def _parse_config(raw: Mapping[str, Any], folder: Path) -> _Config:
    try:
        return build(_Config, raw, where=str(folder / CONFIG))
    except ConfigError as error:
        raise ModelError(error.where, found=error.found, expected=error.expected) from error


def load_checkpoint(folder: Path) -> Checkpoint:
    """Reads a model folder; see :meth:`Checkpoint.from_pretrained`."""
    config = _parse_config(read_config(folder), folder)
    try:
        scheme = read_scheme(folder / LABELS)
        recipe = read_recipe(folder / RECIPE)
    except ConfigError as error:
        raise ModelError(error.where, found=error.found, expected=error.expected) from error
    model = JointModel(build_backbone(folder / ENCODER), model_sizes(scheme, recipe.heads))
    try:
        weights = load_file(folder / WEIGHTS)
    except (SafetensorError, OSError) as error:
        raise ModelError(folder / WEIGHTS, found=str(error), expected="weights in safetensors form") from error
    state = model.state_dict()
    for name, tensor in state.items():
        if name not in weights or weights[name].shape != tensor.shape:
            shape = list(weights[name].shape) if name in weights else "nothing"
            raise ModelError(
                f"{folder / WEIGHTS}, {name}",
                found=f"{shape}",
                expected=f"a tensor of shape {list(tensor.shape)}",
            )
    model.load_state_dict({name: tensor.to(state[name].dtype) for name, tensor in weights.items() if name in state})
    return Checkpoint(
        tag=ModelTag(config.model.name, config.model.version),
        scheme=scheme,
        recipe=recipe,
        decision=config.decision,
        model=model.eval(),
        encoder=_sentence_encoder(folder, config, gazetteer=recipe.heads.gazetteer),
        calibration=config.calibration,
    )


def _sentence_encoder(folder: Path, config: _Config, *, gazetteer: bool) -> SentenceEncoder:
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(folder)
    except Exception as error:  # The tokenizers library raises bare exceptions.
        raise ModelError(
            folder / _TOKENIZER, found=f"{type(error).__name__}: {error}", expected="the tokenizer of the model"
        ) from error
    try:
        return SentenceEncoder(tokenizer, max_length=config.max_length, stride=config.stride, gazetteer=gazetteer)
    except ValueError as error:
        raise ModelError(folder / CONFIG, found=str(error), expected="a window longer than the stride") from error


def build_backbone(path: Path, *, attention: str = "sdpa") -> nn.Module:
    """An encoder with random weights from its configuration file.

    Raises:
        ModelError: If the file is no configuration of an encoder that ``transformers`` knows.
    """
    from huggingface_hub.errors import StrictDataclassError
    from transformers import AutoConfig, AutoModel

    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        try:
            model: nn.Module = AutoModel.from_config(AutoConfig.for_model(**data), attn_implementation=attention)
        except ValueError:
            # Not every architecture has every implementation of attention; a refused one stays in the configuration.
            model = AutoModel.from_config(AutoConfig.for_model(**data))
    except (ValueError, TypeError, KeyError, StrictDataclassError) as error:
        raise ModelError(path, found=str(error), expected="an encoder configuration of transformers") from error
    return model.float()


def model_sizes(scheme: LabelScheme, heads: HeadConfig) -> ModelSizes:
    """The shapes of the weights above the encoder for a scheme and a recipe's heads."""
    return ModelSizes(
        n_labels=len(scheme.entities),
        n_relations=len(scheme.relations),
        n_statuses=len(scheme.statuses),
        n_polarities=len(scheme.polarities),
        n_cases=len(CASES) if heads.case_in_encoder else 0,
        n_distances=N_DISTANCES,
        feature_values=WORD_FEATURES if heads.gazetteer else WORD_FEATURES[:N_SHAPES],
        feature_size=heads.feature_size,
        tagger_size=heads.tagger_size,
        pair_size=heads.pair_size,
        pair_heads=heads.pair_heads,
        dropout=heads.dropout,
        pair_markers=heads.pair_markers,
        pair_shortcut=heads.pair_shortcut,
    )
