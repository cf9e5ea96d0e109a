"""What every peer shares: the corpus sentence by sentence, the common options, scoring, and the file of results."""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from sentences import Sentence, limit, sentences_of

from secrel.config import Decision, Recipe, read_recipe
from secrel.domain import Document, Entity, LabelScheme, Relation, Stance
from secrel.errors import ConfigError
from secrel.evaluation import score
from secrel.evaluation.report import Unit
from secrel.reading import read_corpus

ROOT = Path(__file__).parents[2]
RECIPE = ROOT / "models" / "edm" / "recipe.toml"
END_TO_END, GOLD_ENTITIES = "end to end", "gold entities"
TESTS: Mapping[str, Unit] = {"test": "document", "real-dev": "sentence"}
"""The splits that are scored, with what the bootstrap draws there, as in the README's table."""

Marks = tuple[list[Relation], list[Stance]]


@dataclass(frozen=True, slots=True)
class Data:
    """The corpus of one run.

    Attributes:
        scheme: The label scheme.
        recipe: The recipe, which names the encoder.
        train: Documents to train on.
        dev: Documents to tune on.
        tests: Documents to score, by split.
        missing: Articles whose text is not at hand.
    """

    scheme: LabelScheme
    recipe: Recipe
    train: tuple[Document, ...]
    dev: tuple[Document, ...]
    tests: Mapping[str, tuple[Document, ...]]
    missing: tuple[str, ...]


class System:
    """A trained method. A subclass overrides what it has: entities, pairs, or both.

    Attributes:
        finds_entities: Whether ``entities`` is there.
        layers: Which of relations and stances ``pairs`` gives.
        weights: Number of trained weights.
        losses: Mean loss of every pass over the training sentences, by part of the model.
    """

    finds_entities: bool = False
    layers: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.weights = 0
        self.losses: dict[str, list[float]] = {}

    def tune(self, development: Sequence[Sentence]) -> dict[str, Any]:  # noqa: ARG002
        """Sets what is tuned on dev beside the thresholds of relations and stances, and returns it for the record."""
        return {}

    def entities(self, sentences: Sequence[Sentence]) -> list[tuple[Entity, ...]]:
        """Entities of every sentence; the marks of the sentences must not be looked at."""
        raise NotImplementedError

    def pairs(self, sentences: Sequence[Sentence]) -> list[Marks]:
        """Every relation and stance that is considered, with its score, for the entities that the sentences have."""
        raise NotImplementedError


def parser(description: str | None, *, epochs: int) -> argparse.ArgumentParser:
    """The options that all peers have. ``epochs`` is the default."""
    options = argparse.ArgumentParser(description=(description or "").partition("\n")[0])
    options.add_argument("--seed", type=int, default=0, help="of every random choice")
    options.add_argument("--epochs", type=int, default=epochs, help="passes over the training sentences")
    options.add_argument(
        "--share", type=float, default=1.0, help="share of the training articles, drawn once and alike for all methods"
    )
    options.add_argument("--limit-sentences", type=int, metavar="N", help="only the first N of each split, for trials")
    options.add_argument("--threads", type=int, default=1, help="of PyTorch and of the libraries for matrices")
    options.add_argument("--recipe", type=Path, default=RECIPE, help="names the corpus and the encoder")
    options.add_argument("--corpus", type=Path, help="corpus folder, instead of the recipe's")
    options.add_argument(
        "--articles", type=Path, action="append", default=[], help="folder with texts that are not ours"
    )
    options.add_argument("--also", action="append", default=[], metavar="SPLIT", help="a further split to train on")
    options.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.json")
    return options


def load(options: argparse.Namespace) -> Data:
    """The documents that the options name; articles whose text is not at hand are named on standard error.

    Raises:
        ConfigError: If the corpus lacks split ``train``, or its scheme relations, statuses or stances.
    """
    recipe = read_recipe(options.recipe)
    corpus = read_corpus(options.corpus or options.recipe.parent / recipe.corpus.folder, articles=options.articles)
    scheme = corpus.scheme
    if not (scheme.relations and scheme.statuses and scheme.stance):
        raise ConfigError(
            corpus.folder / "labels.toml",
            found=f"relations {scheme.relation_labels}, statuses {scheme.statuses}, polarities {scheme.polarities}",
            expected="a scheme with all three: the peers are written for it",
        )
    missing: list[str] = []

    def documents(*splits: str) -> tuple[Document, ...]:
        here, absent = corpus.available(*splits)
        missing.extend(absent)
        return limit([corpus.document(name) for name in here], options.limit_sentences)

    train = sample(documents("train", *options.also), options.share)
    dev = documents("dev") if "dev" in corpus.splits else ()
    tests = {split: documents(split) for split in TESTS if split in corpus.splits}
    tests = {split: some for split, some in tests.items() if some}
    if missing:
        print(f"peers: left out, since their texts are not at hand: {', '.join(missing)}", file=sys.stderr)
    return Data(scheme, recipe, train, dev, tests, tuple(missing))


def sample(documents: Sequence[Document], share: float) -> tuple[Document, ...]:
    """A share of the documents in their order.

    Every method and seed gets the same ones, and a larger share holds all of a smaller one.

    Raises:
        ValueError: If the share is not above 0 and at most 1.
    """
    if not 0 < share <= 1:
        raise ValueError(f"--share is above 0 and at most 1, not {share}")
    order = random.Random(0).sample(range(len(documents)), len(documents))
    kept = set(order[: max(1, round(share * len(documents)))])
    return tuple(document for place, document in enumerate(documents) if place in kept)


def predict(
    system: System, documents: Sequence[Document], scheme: LabelScheme, *, gold_entities: bool, decision: Decision
) -> list[Document]:
    """What a system makes of documents: with the gold entities, or end to end from the bare text."""
    sentences = sentences_of(documents, scheme)
    if gold_entities:
        sentences = [replace(sentence, relations={}, stances={}) for sentence in sentences]
    else:
        bare = [sentence.with_entities(()) for sentence in sentences]
        found = system.entities(bare)
        sentences = [sentence.with_entities(entities) for sentence, entities in zip(bare, found, strict=True)]
    marks = system.pairs(sentences) if system.layers else [([], []) for _ in sentences]
    entities: dict[int, list[Entity]] = {}
    relations: dict[int, list[Relation]] = {}
    stances: dict[int, list[Stance]] = {}
    for sentence, (some_relations, some_stances) in zip(sentences, marks, strict=True):
        where = sentence.document
        entities.setdefault(where, []).extend(sentence.entities)
        relations.setdefault(where, []).extend(r for r in some_relations if r.score >= decision.relation)
        stances.setdefault(where, []).extend(s for s in some_stances if s.score >= decision.stance)
    return [
        document.replace(
            entities=tuple(entities.get(n, ())),
            relations=tuple(relations.get(n, ())),
            stances=tuple(stances.get(n, ())),
        )
        for n, document in enumerate(documents)
    ]


def tune(system: System, development: Sequence[Document], scheme: LabelScheme) -> Decision:
    """The thresholds with the best F1 on dev, by the rule that the packaged model is tuned by.

    A system with entities is tuned end to end, as the packaged model is, one without on gold entities.
    """
    if not development or not system.layers:
        return Decision()
    from secrel.pipeline import Pipeline
    from secrel.training.tuning import GRID, tune_decision

    lowest = Decision(GRID[0], GRID[0])
    predicted = predict(system, development, scheme, gold_entities=not system.finds_entities, decision=lowest)
    return tune_decision(Pipeline([_Done(predicted)], scheme=scheme), development)


class _Done:
    """A stage that gives documents of which it has the marks already, in order."""

    name: str = "done"
    requires: tuple[str, ...] = ("text",)
    assigns: tuple[str, ...] = ("entities", "relations", "stances")

    def __init__(self, predicted: Sequence[Document]) -> None:
        self.predicted = iter(predicted)

    def __call__(self, document: Document) -> Document:
        done = next(self.predicted)
        if done.text != document.text:
            raise ValueError("documents come in another order than they were predicted in")
        return done


def run(
    method: str, options: argparse.Namespace, train: Callable[[Data, argparse.Namespace], System], *packages: str
) -> dict[str, Any]:
    """Trains, tunes and scores a method and writes the file that the options name.

    Args:
        method: Its name in the table.
        options: What :func:`parser` gave.
        train: Makes the system.
        packages: Whose versions are recorded, beside secrel's.

    Returns:
        What was written.
    """
    seed(options.seed, options.threads)
    data = load(options)
    start, start_processor = time.perf_counter(), time.process_time()
    system = train(data, options)
    seconds_training, seconds_processor = time.perf_counter() - start, time.process_time() - start_processor
    tuned = system.tune(sentences_of(data.dev, data.scheme)) if data.dev else {}
    decision = tune(system, data.dev, data.scheme)
    result: dict[str, Any] = {
        "method": method,
        "options": {key: _plain(value) for key, value in vars(options).items() if key != "output"},
        "encoder": data.recipe.encoder.name,
        "packages": {name: _version(name) for name in ("secrel", *packages)},
        "missing": list(data.missing),
        "sentences_trained_on": sum(len(document.sentences or ()) for document in data.train),
        "weights": system.weights,
        "losses": {part: [round(loss, 5) for loss in losses] for part, losses in system.losses.items()},
        "seconds_training": round(seconds_training, 1),
        "processor_seconds_training": round(seconds_processor, 1),
        "tuned": {"relation": decision.relation, "stance": decision.stance, **tuned},
        "scores": {split: _section(system, data, split, decision) for split in data.tests},
    }
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    _report(result)
    return result


def _section(system: System, data: Data, split: str, decision: Decision) -> dict[str, Any]:
    documents = data.tests[split]
    n_sentences = sum(len(document.sentences or ()) for document in documents)
    settings: dict[str, Any] = {}
    for setting in (END_TO_END, GOLD_ENTITIES):
        if (setting == END_TO_END and not system.finds_entities) or (setting == GOLD_ENTITIES and not system.layers):
            continue
        start, start_processor = time.perf_counter(), time.process_time()
        predicted = predict(system, documents, data.scheme, gold_entities=setting == GOLD_ENTITIES, decision=decision)
        seconds, seconds_processor = time.perf_counter() - start, time.process_time() - start_processor
        scores = score(documents, predicted, data.scheme, unit=TESTS[split]).to_dict()
        layers = (*system.layers, "entities") if setting == END_TO_END else system.layers
        settings[setting] = {
            "seconds_a_sentence": round(seconds / max(1, n_sentences), 6),
            "processor_seconds_a_sentence": round(seconds_processor / max(1, n_sentences), 6),
            **{metric: entry for metric, entry in scores.items() if metric.startswith(layers)},
        }
    return {
        "documents": len(documents),
        "sentences": n_sentences,
        "bootstrap_unit": TESTS[split],
        "settings": settings,
    }


def _report(result: Mapping[str, Any]) -> None:
    seconds, processor = result["seconds_training"], result["processor_seconds_training"]
    print(f"{result['method']}: {result['weights']:,} weights, trained {seconds} s ({processor} s of processor time)")
    for part, losses in result["losses"].items():
        print(f"  loss, {part}: {' '.join(f'{loss:.4f}' for loss in losses)}")
    for split, section in result["scores"].items():
        for setting, entries in section["settings"].items():
            cells = [
                f"{metric.removesuffix(', strict')} {100 * entry['f1']:.1f} ({entry['tp']}/{entry['fp']}/{entry['fn']})"
                for metric, entry in entries.items()
                if metric.endswith("strict")
            ]
            milliseconds = 1000 * entries["processor_seconds_a_sentence"]
            print(f"  {split}, {setting}, F1 (tp/fp/fn): {', '.join(cells)}; {milliseconds:.1f} ms a sentence")


def seed(number: int, threads: int) -> None:
    """Seeds Python's and NumPy's choices, and PyTorch's where it is installed, and sets the number of threads."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    random.seed(number)
    np.random.seed(number)
    if find_spec("threadpoolctl"):
        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

        threadpool_limits(threads)
    if find_spec("torch"):
        import torch

        torch.manual_seed(number)
        torch.set_num_threads(threads)


def encoder_folder(data: Data, options: argparse.Namespace) -> str:
    """Folder (or hub name) of the encoder that the recipe names, its checksum verified.

    Raises:
        ModelError: If it is not to be had.
    """
    from secrel.training.encoders import find_encoder

    return find_encoder(data.recipe.encoder, beside=options.recipe.parent)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, Path):
        return str(value.relative_to(ROOT)) if value.is_relative_to(ROOT) else value.name
    return value
