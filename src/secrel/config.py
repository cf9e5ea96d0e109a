"""Recipes, label schemes and splits from TOML; unknown keys are refused."""

from __future__ import annotations

import math
import sys
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar

from secrel.domain import LabelScheme, RelationType, StanceType
from secrel.errors import ConfigError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """Name and version of the model that a recipe trains."""

    name: str
    version: str = "0.1.0"
    description: str = ""


@dataclass(frozen=True, slots=True)
class EncoderConfig:
    """The pretrained encoder.

    Attributes:
        name: Folder, or name on the Hugging Face hub.
        sha256: Checksum of its weights file, verified where given.
        max_length: Subwords in one window, special tokens included; at most what the encoder has positions for.
        stride: Subwords that neighbouring windows of one long sentence share.
        dropout: Dropout inside the encoder, or ``None`` for the encoder's own.
        freeze_words: Leave the embeddings of subwords as they are pretrained: names that no training text has then stay
            in step with those that it has, and a step is cheaper.
        random_init: Start from random weights; for tests.
    """

    name: str
    sha256: str = ""
    max_length: int = 256
    stride: int = 64
    dropout: float | None = None
    freeze_words: bool = False
    random_init: bool = False


@dataclass(frozen=True, slots=True)
class HeadConfig:
    """Sizes of the layers above the encoder.

    Attributes:
        feature_size: Width of each word feature's embedding.
        tagger_size: Hidden width of the entity tagger.
        pair_size: Width of span and pair representations.
        pair_heads: Attention heads of the pair classifier.
        dropout: Dropout in the heads.
        case_in_encoder: Whether case is added to the encoder's input embeddings.
        gazetteer: Whether the tagger is told which words are names of populated places.
        pair_shortcut: Whether a linear layer on maxima of the encoder's word vectors adds to the logits of pairs.
        pair_markers: Whether the encoder itself reads markers of the pairs: better and slower, and not possible with
            every encoder (see :func:`secrel.nn.encoder.takes_markers`).
    """

    feature_size: int = 16
    tagger_size: int = 256
    pair_size: int = 256
    pair_heads: int = 4
    dropout: float = 0.2
    case_in_encoder: bool = True
    gazetteer: bool = False
    pair_markers: bool = False
    pair_shortcut: bool = False


@dataclass(frozen=True, slots=True)
class CorpusConfig:
    """The marked text.

    Attributes:
        folder: Corpus folder, relative to the recipe.
        train: Names of the splits to train on.
        dev: Splits on which decision thresholds are tuned.
        test: Splits for the final evaluation.
        leave_one_out: Splits whose articles are held out one by one in cross-validation.
    """

    folder: str
    train: tuple[str, ...] = ("train",)
    dev: tuple[str, ...] = ("dev",)
    test: tuple[str, ...] = ("test",)
    leave_one_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LossConfig:
    """Weights of the layers in the joint loss, and of the classes within them.

    Attributes:
        entity: Weight of the entity loss.
        relation: Weight of the relation loss.
        status: Weight of the status loss.
        stance: Weight of the stance loss.
        relation_positive: Weight of a positive relation decision against a negative one.
        stance_positive: Weight of a pair with a stance against one without.
        status_smoothing: Exponent in [0, 1] of the inverse frequency with which statuses are weighted.
    """

    entity: float = 1.0
    relation: float = 1.0
    status: float = 0.5
    stance: float = 1.0
    relation_positive: float = 2.0
    stance_positive: float = 2.0
    status_smoothing: float = 0.5


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """How long and how fast to train.

    Attributes:
        seed: Seed of every random choice.
        epochs: Passes over the data.
        batch_size: Sentences in a batch, of every process.
        learning_rate: Highest learning rate of the encoder.
        head_learning_rate: Highest learning rate of the heads.
        weight_decay: Decoupled weight decay.
        warmup: Share of the steps in which the learning rate rises.
        max_grad_norm: Gradients are clipped to this norm.
        label_dropout: Share of entity labels hidden from the pair classifier while training.
        entity_masking: Share of entities whose subwords are hidden from the encoder while training, so that it learns
            to read the context of names that it has never seen.
        name_swap: Share of the names that are replaced by other names of their label in a second copy of every
            training document; 0 for no copy.
        replicas: Processes that train side by side, each on a share of the data; on a GPU or one core, 1. See
            :mod:`secrel.training.replicas`.
        average_every: Steps after which these processes average their weights.
        bf16: Automatic mixed precision in bfloat16.
        evaluate_every: Evaluate on dev every so many epochs; 0 for at the end only.
        half_precision: Whether weights are saved in 16 bits.
        start_from: Folder of a trained model, relative to the recipe, whose weights the training starts from where both
            mean the same; its encoder must have the same vocabulary. It must not have seen what is held out here.
    """

    seed: int = 0
    epochs: int = 20
    batch_size: int = 16
    learning_rate: float = 1e-4
    head_learning_rate: float = 1e-3
    weight_decay: float = 0.01
    warmup: float = 0.1
    max_grad_norm: float = 1.0
    label_dropout: float = 0.1
    entity_masking: float = 0.0
    name_swap: float = 0.0
    replicas: int = 1
    average_every: int = 16
    bf16: bool = True
    evaluate_every: int = 0
    half_precision: bool = True
    start_from: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """The thresholds that turn calibrated probabilities into marks, tuned on the development split.

    Attributes:
        relation: Least probability of a relation.
        stance: Least probability of a stance.
        one_label: Whether all mentions of a name in a document get the label that they have most often, weighted by
            score.
    """

    relation: float = 0.5
    stance: float = 0.5
    one_label: bool = False


@dataclass(frozen=True, slots=True)
class Scaling:
    """A monotone map from a network's probability to a calibrated one, linear in the log-odds.

    Platt (1999), *Probabilistic Outputs for Support Vector Machines*; with a shift of 0 it is the temperature scaling
    of Guo et al. (2017), *On Calibration of Modern Neural Networks*, with temperature ``1 / scale``.

    Attributes:
        scale: Factor of the log-odds, above 0.
        shift: What is added to them.

    Raises:
        ValueError: If the scale is not above 0, or either is not finite.
    """

    scale: float = 1.0
    shift: float = 0.0

    def __post_init__(self) -> None:
        if not (0 < self.scale < math.inf and math.isfinite(self.shift)):
            raise ValueError(f"a scale is finite and above 0, and a shift finite, not {self.scale} and {self.shift}")

    def __call__(self, probability: float) -> float:
        """The calibrated probability, in [0, 1]."""
        if (self.scale, self.shift) == (1.0, 0.0):
            return probability
        bounded = min(max(probability, _LEAST), 1.0 - _LEAST)
        odds = self.scale * math.log(bounded / (1.0 - bounded)) + self.shift
        # Beyond this the result is 0 or 1 in any case, and the exponential would overflow.
        return 1.0 / (1.0 + math.exp(-min(max(odds, -_MOST_ODDS), _MOST_ODDS)))


_LEAST = 1e-6
_MOST_ODDS = 500.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """What makes scores mean the share of marks that are right, fitted on the development split.

    Attributes:
        entity: For entities.
        relation: For relations whose label stands not in ``labels``.
        status: For the status of a relation that is right.
        stance: For stances.
        labels: For the relations of single labels.
    """

    entity: Scaling = field(default_factory=Scaling)
    relation: Scaling = field(default_factory=Scaling)
    status: Scaling = field(default_factory=Scaling)
    stance: Scaling = field(default_factory=Scaling)
    labels: Mapping[str, Scaling] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that decides what a training run gives, read from a TOML file.

    Attributes:
        model: Name and version.
        encoder: The pretrained encoder.
        corpus: The marked text.
        heads: Sizes of the layers above the encoder.
        loss: Weights in the loss.
        training: Schedule.
    """

    model: ModelConfig
    encoder: EncoderConfig
    corpus: CorpusConfig
    heads: HeadConfig = field(default_factory=HeadConfig)
    loss: LossConfig = field(default_factory=LossConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)

    def to_dict(self) -> dict[str, Any]:
        """The recipe as plain data, without the entries that are ``None``."""
        return {
            section: {key: value for key, value in values.items() if value is not None}
            for section, values in asdict(self).items()
        }


def read_recipe(path: str | Path) -> Recipe:
    """Reads a recipe.

    Raises:
        ConfigError: If the file is missing, not TOML, or has an unknown, missing or ill-typed key.
    """
    return build(Recipe, read_toml(path), where=str(path))


def read_scheme(path: str | Path) -> LabelScheme:
    """Reads a label scheme from a ``labels.toml``.

    Raises:
        ConfigError: If the file is missing, not TOML, or not a label scheme.
    """
    return parse_scheme(read_toml(path), where=str(path))


def read_toml(path: str | Path) -> dict[str, Any]:
    """Reads a TOML file.

    Raises:
        ConfigError: If the file cannot be read or is not TOML.
    """
    try:
        with Path(path).open("rb") as file:
            data: dict[str, Any] = tomllib.load(file)
    except OSError as error:
        raise ConfigError(path, found=str(error.strerror), expected="a readable TOML file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(path, found=f"no TOML: {error}", expected="a TOML file in UTF-8") from error
    return data


@dataclass(frozen=True, slots=True)
class _Relation:
    label: str
    head: tuple[str, ...]
    tail: tuple[str, ...]
    symmetric: bool = False


@dataclass(frozen=True, slots=True)
class _Stance:
    polarities: tuple[str, ...]
    holder: tuple[str, ...]
    target: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Scheme:
    name: str
    version: str
    entities: tuple[str, ...]
    statuses: tuple[str, ...] = ()
    relations: tuple[_Relation, ...] = ()
    stance: _Stance | None = None


def parse_scheme(data: Mapping[str, Any], *, where: str = "labels") -> LabelScheme:
    """A label scheme from plain data.

    Raises:
        ConfigError: If a key is unknown, missing or ill-typed, a label stands twice, or an argument is no entity.
    """
    raw = build(_Scheme, data, where=where)
    for kind, labels in (
        ("entities", raw.entities),
        ("statuses", raw.statuses),
        ("relations", tuple(relation.label for relation in raw.relations)),
        ("polarities", raw.stance.polarities if raw.stance else ()),
    ):
        for label in labels:
            if not label or any(character.isspace() or character == ":" for character in label):
                raise ConfigError(f"{where}, {kind}", found=repr(label), expected="a label without space or colon")
            if labels.count(label) > 1:
                raise ConfigError(f"{where}, {kind}", found=f"{label!r} twice", expected="each label once")
    if raw.stance and any(relation.label == "stance" for relation in raw.relations):
        raise ConfigError(
            f"{where}, relations", found="a relation called 'stance'", expected="another name: stances are written so"
        )
    if not raw.entities:
        raise ConfigError(f"{where}, entities", found="no label", expected="at least one entity label")
    arguments = [(r.label, (*r.head, *r.tail)) for r in raw.relations]
    if raw.stance:
        arguments.append(("stance", (*raw.stance.holder, *raw.stance.target)))
    for label, names in arguments:
        for name in names:
            if name not in raw.entities:
                raise ConfigError(
                    f"{where}, {label}",
                    found=f"argument {name!r}",
                    expected=f"one of {', '.join(raw.entities)}",
                )
    return LabelScheme(
        name=raw.name,
        version=raw.version,
        entities=raw.entities,
        statuses=raw.statuses,
        relations=tuple(
            RelationType(r.label, frozenset(r.head), frozenset(r.tail), r.symmetric) for r in raw.relations
        ),
        stance=StanceType(raw.stance.polarities, frozenset(raw.stance.holder), frozenset(raw.stance.target))
        if raw.stance
        else None,
    )


def scheme_to_dict(scheme: LabelScheme) -> dict[str, Any]:
    """A label scheme as plain data, the inverse of :func:`parse_scheme`."""

    def ordered(labels: frozenset[str]) -> list[str]:
        return [label for label in scheme.entities if label in labels]

    data: dict[str, Any] = {
        "name": scheme.name,
        "version": scheme.version,
        "entities": list(scheme.entities),
        "statuses": list(scheme.statuses),
        "relations": [
            {"label": r.label, "head": ordered(r.head), "tail": ordered(r.tail), "symmetric": r.symmetric}
            for r in scheme.relations
        ],
    }
    if scheme.stance:
        data["stance"] = {
            "polarities": list(scheme.stance.polarities),
            "holder": ordered(scheme.stance.holder),
            "target": ordered(scheme.stance.target),
        }
    return data


def build(cls: type[T], data: Any, *, where: str) -> T:
    """Builds a frozen dataclass from plain data, checking keys and types all the way down.

    Raises:
        ConfigError: Naming the key, what was found and what was expected.
    """
    if not isinstance(data, Mapping):
        raise ConfigError(where, found=_kind(data), expected="a table")
    hints = typing.get_type_hints(cls)
    known = {entry.name: entry for entry in fields(cls)}  # type: ignore[arg-type]
    for key in data:
        if key not in known:
            raise ConfigError(f"{where}, {key}", found="an unknown key", expected=f"one of {', '.join(known)}")
    values: dict[str, Any] = {}
    for name, entry in known.items():
        if name in data:
            values[name] = _convert(hints[name], data[name], where=f"{where}, {name}")
        elif entry.default is MISSING and entry.default_factory is MISSING:
            raise ConfigError(f"{where}, {name}", found="nothing", expected="this key")
    return cls(**values)


def _convert(hint: Any, value: Any, *, where: str) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, types.UnionType}:
        (hint,) = (argument for argument in arguments if argument is not type(None))
        return None if value is None else _convert(hint, value, where=where)
    if origin is tuple:
        if isinstance(value, str) or not isinstance(value, list | tuple):
            raise ConfigError(where, found=_kind(value), expected="a list")
        return tuple(_convert(arguments[0], item, where=f"{where}[{n}]") for n, item in enumerate(value))
    if origin is Mapping:
        if not isinstance(value, Mapping):
            raise ConfigError(where, found=_kind(value), expected="a table")
        return {str(key): _convert(arguments[1], item, where=f"{where}, {key}") for key, item in value.items()}
    if is_dataclass(hint):
        return build(typing.cast("type[Any]", hint), value, where=where)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        raise ConfigError(where, found=_kind(value), expected=f"a value of type {hint.__name__}")
    return value


def _kind(value: object) -> str:
    return f"{value!r} of type {type(value).__name__}"
