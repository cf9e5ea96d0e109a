"""Training in one call from a recipe, on `datasets` and the `transformers` Trainer."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from torch import nn
from torch.utils.data import DataLoader
from transformers import (
    AutoConfig,
    AutoModel,
    AutoTokenizer,
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainingArguments,
    set_seed,
)
from transformers.trainer import TRAINER_STATE_NAME

from secrel.checkpoints import Checkpoint, model_sizes
from secrel.config import Decision, EncoderConfig, Recipe
from secrel.domain import Document, Dropped, LabelScheme, ModelTag
from secrel.errors import ConfigError, ModelError
from secrel.evaluation import score
from secrel.features.encoding import SentenceEncoder
from secrel.nn.encoder import position_offset, takes_markers, trim_positions
from secrel.nn.model import JointModel
from secrel.pipeline import Pipeline
from secrel.training.augmentation import name_inventory, swap_names
from secrel.training.encoders import find_encoder
from secrel.training.examples import Example, make_examples
from secrel.training.network import Collator, TrainableModel, loss_weights, parameter_groups
from secrel.training.replicas import Averaging, AveragingCallback, replicas
from secrel.training.sampling import LengthGroupedSampler, deal
from secrel.training.transfer import transfer_weights
from secrel.training.tuning import settle

_LOG = logging.getLogger(__name__)
# What the configurations of BERT and RoBERTa, of DistilBERT and of ModernBERT call their dropout.
_DROPOUTS = (
    "hidden_dropout_prob",
    "attention_probs_dropout_prob",
    "dropout",
    "attention_dropout",
    "embedding_dropout",
    "mlp_dropout",
)
_SEEDS_APART = 1_000_003


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training run gives.

    Attributes:
        checkpoint: The model, with its thresholds.
        dropped: What of the training documents could not be represented.
        history: What was logged, a dictionary an entry.
    """

    checkpoint: Checkpoint
    dropped: tuple[Dropped, ...]
    history: tuple[dict[str, Any], ...]


def train(
    recipe: Recipe,
    scheme: LabelScheme,
    training: Sequence[Document],
    development: Sequence[Document] = (),
    *,
    work_folder: str | Path,
    recipe_folder: str | Path = ".",
    resume: bool = False,
    progress: bool = True,
) -> Trained:
    """Trains a model.

    Args:
        recipe: What to train.
        scheme: The label scheme.
        training: Marked documents to train on.
        development: Marked documents on which scores are calibrated and thresholds tuned; without any, scores stay as
            they are and thresholds 0.5.
        work_folder: Folder for the state of the run, written after every epoch.
        recipe_folder: Folder that relative paths in the recipe start from.
        resume: Whether to go on from the state in ``work_folder``.
        progress: Whether to show a progress bar on standard error.

    Returns:
        The trained model, calibrated and with tuned thresholds.

    Raises:
        ConfigError: If a number of the recipe is below 1, or there is not a sentence for each of its processes.
        ModelError: If the encoder, or the model that the recipe starts from, cannot be loaded, or there is no state of
            this recipe to resume from, or a process that trains beside this one has ended.
        ValueError: If there is nothing to train on.
    """
    if not training:
        raise ValueError("there is no document to train on")
    for key in ("epochs", "batch_size", "replicas", "average_every"):
        if (value := getattr(recipe.training, key)) < 1:
            raise ConfigError(f"recipe, training, {key}", found=str(value), expected="a whole number from 1 up")
    job = _Job(recipe, scheme, tuple(training), Path(work_folder), Path(recipe_folder), resume)
    start = _prepare(job)
    network, encoder = start.network, start.encoder

    def pipeline(decision: Decision) -> Pipeline:
        checkpoint = Checkpoint(_tag(recipe), scheme, recipe, decision, network.model.eval(), encoder)
        return Pipeline.from_checkpoint(checkpoint, resolve=False)

    callbacks: list[TrainerCallback] = []
    if recipe.training.evaluate_every and development:
        callbacks.append(_DevelopmentCallback(pipeline, development, scheme, recipe.training.evaluate_every))
    _prepare_folder(job)
    n_replicas = recipe.training.replicas
    with replicas(_replica, job, n_replicas, every=recipe.training.average_every) as averaging:
        history = _fit(job, start, averaging, callbacks, progress=progress)
    network.model.float().eval()
    checkpoint = Checkpoint(_tag(recipe), scheme, recipe, Decision(), network.model, encoder)
    if development:
        checkpoint = settle(checkpoint, development)
    return Trained(checkpoint, start.dropped, history)


@dataclass(frozen=True, slots=True)
class _Job:
    """What every process of a training run is told."""

    recipe: Recipe
    scheme: LabelScheme
    training: tuple[Document, ...]
    work_folder: Path
    recipe_folder: Path
    resume: bool

    def states(self, rank: int) -> dict[int, Path]:
        """The whole states of a process, by their step."""
        found = self.folder(rank).glob("checkpoint-*")
        # Of the files of a state, the Trainer writes this one last.
        return {int(state.name.rpartition("-")[2]): state for state in found if (state / TRAINER_STATE_NAME).is_file()}

    def folder(self, rank: int) -> Path:
        """Where a process keeps its states."""
        return self.work_folder / f"replica-{rank}" if rank else self.work_folder

    def last_step(self) -> int | None:
        """The last step of which all processes have a state, if there is one."""
        steps = [self.states(rank).keys() for rank in range(self.recipe.training.replicas)]
        return max(set.intersection(*map(set, steps)), default=None)


@dataclass(frozen=True, slots=True)
class _Start:
    """What every process of a training run starts from, the same in all of them."""

    network: TrainableModel
    encoder: SentenceEncoder
    examples: list[Example]
    dropped: tuple[Dropped, ...]


def _prepare(job: _Job) -> _Start:
    recipe, scheme, training = job.recipe, job.scheme, job.training
    set_seed(recipe.training.seed)
    model, encoder = initial_model(recipe, scheme, recipe_folder=job.recipe_folder)
    if recipe.training.start_from:
        _start_from(job.recipe_folder / recipe.training.start_from, model, scheme, encoder)
    examples, dropped = make_examples(training, encoder, scheme)
    if recipe.training.name_swap:
        generator = np.random.default_rng(recipe.training.seed)
        inventory = name_inventory(training)
        copies = [
            swap_names(document, inventory, share=recipe.training.name_swap, generator=generator)
            for document in training
        ]
        examples += make_examples(copies, encoder, scheme)[0]
    network = TrainableModel(
        model,
        loss_weights(recipe.loss, examples, scheme),
        label_dropout=recipe.training.label_dropout,
        entity_masking=recipe.training.entity_masking,
        mask_id=encoder.mask_id,
    )
    return _Start(network, encoder, examples, dropped)


def _fit(
    job: _Job, start: _Start, averaging: Averaging, callbacks: Sequence[TrainerCallback] = (), *, progress: bool = False
) -> tuple[dict[str, Any], ...]:
    """Trains the network in place and returns what was logged."""
    examples = deal(start.examples, averaging.n)[averaging.rank]
    if averaging.n > 1:
        callbacks = [AveragingCallback(averaging, start.network), *callbacks]
    trainer = _trainer(job, start, examples, averaging, callbacks, progress=progress)
    if averaging.rank:
        # The first process prints what is logged.
        trainer.remove_callback(PrinterCallback)
    step = job.last_step() if job.resume else None
    trainer.train(resume_from_checkpoint=None if step is None else str(job.states(averaging.rank)[step]))
    return tuple(trainer.state.log_history)


def _replica(averaging: Averaging, job: _Job) -> None:
    """The training in a process beside the first."""
    _fit(job, _prepare(job), averaging)


def _start_from(folder: Path, model: JointModel, scheme: LabelScheme, encoder: SentenceEncoder) -> None:
    """Takes over the weights of another model, in place."""
    other = Checkpoint.from_pretrained(folder)
    if other.encoder.tokenizer.get_vocab() != encoder.tokenizer.get_vocab():
        raise ModelError(
            folder, found="an encoder with another vocabulary", expected="the encoder of the recipe that starts from it"
        )
    n_copied = transfer_weights(other.model, other.scheme, model, scheme)
    n_weights = sum(tensor.numel() for tensor in model.state_dict().values())
    _LOG.info("%d of %d weights taken from %s", n_copied, n_weights, other.tag)


def _prepare_folder(job: _Job) -> None:
    """Checks that there is a state of this recipe to resume from, or clears away that of an earlier run."""
    folder = job.work_folder
    record = folder / "recipe.json"
    now = json.dumps(job.recipe.to_dict(), indent=1)
    if not job.resume:
        for state in [*folder.glob("checkpoint-*"), *folder.glob("replica-*/checkpoint-*")]:
            shutil.rmtree(state)
        folder.mkdir(parents=True, exist_ok=True)
        record.write_text(now, encoding="utf-8")
    elif not any(folder.glob("checkpoint-*")):
        raise ModelError(folder, found="no state of an earlier run", expected="checkpoint-* folders to resume from")
    elif not record.is_file() or record.read_text(encoding="utf-8") != now:
        raise ModelError(
            record, found="the state of a run with another recipe", expected="the recipe that the run was begun with"
        )
    elif job.last_step() is None:
        raise ModelError(
            folder, found="no state that is whole in every process", expected="a run without resume, from the beginning"
        )


def initial_model(
    recipe: Recipe, scheme: LabelScheme, *, recipe_folder: Path = Path()
) -> tuple[JointModel, SentenceEncoder]:
    """The pretrained encoder with fresh heads, and the tokenizer around it.

    Raises:
        ModelError: If the encoder is not to be had, or its weights are not those of the recipe's checksum.
    """
    config: EncoderConfig = recipe.encoder
    source = find_encoder(config, beside=recipe_folder)
    try:
        tokenizer = AutoTokenizer.from_pretrained(source)
        backbone_config = AutoConfig.from_pretrained(source)
    except (OSError, ValueError) as error:
        raise ModelError(
            f"encoder {config.name!r}",
            found=str(error).splitlines()[0],
            expected="a folder, an encoder in an installed package, or a name on the Hugging Face hub",
        ) from error
    if config.dropout is not None:
        for name in _DROPOUTS:
            if hasattr(backbone_config, name):
                setattr(backbone_config, name, config.dropout)
    # Eager attention trains faster than the fused one on CPUs.
    options = {} if torch.cuda.is_available() else {"attn_implementation": "eager"}
    backbone: nn.Module
    if config.random_init:
        backbone = AutoModel.from_config(backbone_config, **options)
    else:
        backbone = AutoModel.from_pretrained(source, config=backbone_config, dtype=torch.float32, **options)
    limit = _position_limit(backbone_config)
    if limit is not None and config.max_length > limit:
        raise ModelError(
            f"encoder {config.name!r}",
            found=f"max_length {config.max_length}",
            expected=f"at most {limit}, its positions",
        )
    trim_positions(backbone, config.max_length)
    try:
        encoder = SentenceEncoder(
            tokenizer, max_length=config.max_length, stride=config.stride, gazetteer=recipe.heads.gazetteer
        )
    except ValueError as error:
        raise ModelError(f"encoder {config.name!r}", found=str(error), expected="a fast tokenizer") from error
    model = JointModel(backbone.float(), model_sizes(scheme, recipe.heads))
    if recipe.heads.pair_markers and not takes_markers(model.encoder, config.max_length):
        raise ModelError(
            f"encoder {config.name!r}",
            found=f"{backbone_config.model_type}, in which markers change how {config.max_length} subwords are read",
            expected="another encoder, a shorter max_length, or pair_markers = false in [heads]",
        )
    if config.freeze_words:
        backbone.get_input_embeddings().requires_grad_(False)  # type: ignore[operator]
    return model, encoder


def _position_limit(config: Any) -> int | None:
    limit = getattr(config, "max_position_embeddings", None)
    return None if limit is None else int(limit) - position_offset(config)


def _tag(recipe: Recipe) -> ModelTag:
    return ModelTag(recipe.model.name, recipe.model.version)


class _Trainer(Trainer):  # type: ignore[misc]
    """A Trainer that reads the examples in the order of a :class:`LengthGroupedSampler`."""

    def get_train_dataloader(self) -> DataLoader[Any]:
        """Batches of similar length."""
        sampler = LengthGroupedSampler(
            self.train_dataset["length"], self.args.per_device_train_batch_size, seed=self.args.data_seed
        )
        loader = DataLoader(
            self.train_dataset,
            batch_size=self.args.per_device_train_batch_size,
            sampler=sampler,
            collate_fn=self.data_collator,
        )
        return self.accelerator.prepare(loader)  # type: ignore[no-any-return]


def _trainer(
    job: _Job,
    start: _Start,
    examples: Sequence[Example],
    averaging: Averaging,
    callbacks: Sequence[TrainerCallback],
    *,
    progress: bool,
) -> Trainer:
    config = job.recipe.training
    dataset = Dataset.from_list([example.to_row() for example in examples])
    steps = -(-len(examples) // config.batch_size) * config.epochs
    arguments = TrainingArguments(
        output_dir=str(job.folder(averaging.rank)),
        per_device_train_batch_size=config.batch_size,
        num_train_epochs=config.epochs,
        learning_rate=config.learning_rate,
        lr_scheduler_type="linear",
        warmup_steps=round(config.warmup * steps),
        max_grad_norm=config.max_grad_norm,
        optim="adamw_torch_fused",
        bf16=config.bf16,
        # Dropout and what is hidden differ between processes; the order of lengths does not.
        seed=config.seed + _SEEDS_APART * averaging.rank,
        data_seed=config.seed,
        use_cpu=not torch.cuda.is_available(),
        remove_unused_columns=False,
        logging_strategy="epoch",
        save_strategy="epoch",
        # Processes do not end their passes at the very same moment: of the last two states one is common to all.
        save_total_limit=1 if averaging.n == 1 else 2,
        report_to=[],
        disable_tqdm=not progress,
        dataloader_pin_memory=False,
    )
    optimizer = torch.optim.AdamW(parameter_groups(start.network, config), fused=True)
    return _Trainer(
        model=start.network,
        args=arguments,
        data_collator=Collator(job.scheme, pad_id=start.encoder.pad_id),
        train_dataset=dataset,
        callbacks=list(callbacks),
        optimizers=(optimizer, None),
    )


class _DevelopmentCallback(TrainerCallback):  # type: ignore[misc]
    """Logs the development scores every few epochs, with thresholds of 0.5."""

    def __init__(self, pipeline: Any, documents: Sequence[Document], scheme: LabelScheme, every: int) -> None:
        self.pipeline, self.documents, self.scheme, self.every = pipeline, documents, scheme, every

    def on_epoch_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:  # noqa: ARG002
        epoch = round(state.epoch)
        if epoch % self.every:
            return
        network: nn.Module = kwargs["model"]
        bare = [d.replace(entities=(), relations=(), stances=()) for d in self.documents]
        pipeline: Pipeline = self.pipeline(Decision())
        end_to_end = score(self.documents, list(pipeline.pipe(bare)), self.scheme)
        on_gold = score(self.documents, [pipeline.classify(d) for d in self.documents], self.scheme)
        network.train()
        entry = {
            "epoch": epoch,
            "dev_entities": end_to_end.total("entities, strict").f1,
            "dev_relations": end_to_end.total("relations, strict").f1,
            "dev_stances": end_to_end.total("stances, strict").f1,
            "dev_gold_relations": on_gold.total("relations, strict").f1,
            "dev_gold_relations_status": on_gold.total("relations with status, strict").f1,
            "dev_gold_stances": on_gold.total("stances, strict").f1,
        }
        state.log_history.append(entry)
        _LOG.info("%s", json.dumps({key: round(value, 4) for key, value in entry.items()}))
