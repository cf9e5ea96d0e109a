"""What the published methods share: a set as the library reads it, the encoder of its recipe, training, results.

The encoder over words and the schedule are those of the peers (``benchmarks/peers/network.py``).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Generic, Protocol, TypeVar

import torch
from prepare import RECIPES, ROOT, prepare, report

sys.path.insert(1, str(ROOT / "benchmarks" / "peers"))
from common import seed
from network import PACKAGES, WordEncoder, batches, fit, n_weights, schedule_options
from torch import Tensor, nn

from secrel import __version__, read_corpus
from secrel.config import Recipe, read_recipe
from secrel.domain import Document, LabelScheme
from secrel.errors import InputError, SecrelError
from secrel.output.atomic import write_whole
from secrel.training.encoders import find_encoder

DEV = "dev"
Encoder = WordEncoder


class Example(Protocol):
    """A text that is encoded once, with the number of its subwords."""

    @property
    def length(self) -> int:
        """Subwords, without those that the encoder adds at both ends."""


E = TypeVar("E", bound=Example)


class Classifier(nn.Module, Generic[E]):
    """A network over the encoder of the recipe; called with examples it gives logits, the classes last.

    Attributes:
        encoder: The encoder.
    """

    encoder: WordEncoder

    def loss(self, examples: Sequence[E]) -> Tensor:
        """Mean loss of some examples."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Data:
    """A set as ``secrel train`` and ``secrel evaluate`` get it from :mod:`prepare`.

    Attributes:
        scheme: Its labels.
        recipe: Its recipe, which names the encoder and the library's number of passes.
        train: Documents to train on.
        dev: Documents to score.
        sentences: Sentences by part.
        lost: Marks that were left out or changed, by reason.
    """

    scheme: LabelScheme
    recipe: Recipe
    train: Sequence[Document]
    dev: Sequence[Document]
    sentences: dict[str, int]
    lost: dict[str, int]


def parser(description: str | None, names: Sequence[str], *, epochs: str) -> argparse.ArgumentParser:
    """The options of a published method; ``epochs`` says in words what their default number is."""
    options = argparse.ArgumentParser(description=(description or "").partition("\n")[0])
    options.add_argument("name", choices=names, metavar="NAME", help=", ".join(names))
    options.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="folder with the public sets")
    options.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.json", help="file of results")
    options.add_argument("--seed", type=int, default=0, help="of the training; the deal into parts has its own")
    options.add_argument("--epochs", type=int, metavar="E", help=f"passes over the examples (default: {epochs})")
    options.add_argument("--limit", type=int, metavar="N", help="at most N sentences of every part, as for run.py")
    options.add_argument("--threads", type=int, default=1, help="of PyTorch")
    options.add_argument("--dropout", type=float, default=0.1, help="of what the classifier reads")
    options.add_argument("--encoder", metavar="FOLDER", help="another encoder than the recipe's; it is not verified")
    schedule_options(options)
    return options


def read(options: argparse.Namespace) -> Data:
    """The set that the options name, by the files that the library would be trained on.

    Raises:
        SecrelError: If a file of the set is missing or has another form, or the limit is below 1.
    """
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        sentences, lost = prepare(options.name, options.data, folder, limit=options.limit)
        report(sentences, lost)
        corpus = read_corpus(folder)
        recipe = read_recipe(folder / "recipe.toml")
        return Data(corpus.scheme, recipe, corpus.documents("train"), corpus.documents(DEV), sentences, lost)


def encoder_of(data: Data, options: argparse.Namespace, markers: Sequence[str] = ()) -> WordEncoder:
    """The encoder of the recipe, found and verified as ``secrel train`` does, with markers added to its vocabulary.

    Random choices start from the seed of the options here, so that no run depends on one before it.

    Raises:
        ModelError: If the encoder is not to be had, or is another than the recipe's.
    """
    seed(options.seed, options.threads)
    config = data.recipe.encoder
    if options.encoder is not None:
        config = replace(config, name=options.encoder, sha256="")
    return WordEncoder(find_encoder(config, beside=RECIPES), markers)


def train_and_predict(
    network: Classifier[E],
    training: Sequence[E],
    scored: Sequence[E],
    options: argparse.Namespace,
    *,
    epochs: int,
    missing: str,
) -> tuple[list[Any], dict[str, Any]]:
    """Trains for a fixed number of passes and classifies; nothing is chosen by the part that is scored.

    Args:
        network: The network.
        training: Examples to train on.
        scored: Examples to classify; what they say of their own classes is not looked at.
        options: As of :func:`parser`.
        epochs: Passes, unless the options say another number.
        missing: What is missing where there is nothing to train on, for the error.

    Returns:
        For every example the index of its class, or a list of them where the network gives several rows; and passes,
        losses, seconds and the like for the file of results.

    Raises:
        InputError: If there is nothing to train on.
    """
    if not training:
        raise InputError(f"{options.name}, train", found=missing, expected="at least one to train on")
    epochs = options.epochs if options.epochs is not None else epochs
    started, processor = time.monotonic(), time.process_time()
    losses = fit(network, network.loss, lambda _: training, _length, options, n_epochs=epochs)
    trained, trained_processor = time.monotonic(), time.process_time()
    found: list[Any] = [None] * len(scored)
    network.eval()
    with torch.inference_mode():
        for rows in batches(scored, options.prediction_batch_size, _length):
            for row, index in zip(rows, network([scored[n] for n in rows]).argmax(-1).tolist(), strict=True):
                found[row] = index
    longest = network.encoder.limit - 2
    return found, {
        "epochs": epochs,
        "trained on": len(training),
        "scored": len(scored),
        "longer than the encoder reads": sum(example.length > longest for example in (*training, *scored)),
        "weights": n_weights(network),
        "losses": [round(loss, 5) for loss in losses],
        "training seconds": round(trained - started, 1),
        "training processor seconds": round(trained_processor - processor, 1),
        "prediction seconds": round(time.monotonic() - trained, 1),
        "prediction processor seconds": round(time.process_time() - trained_processor, 1),
    }


def _length(example: Example) -> int:
    return example.length


def result_of(method: str, data: Data, options: argparse.Namespace, tasks: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The results as plain data, alike in form to those of ``run.py``.

    Args:
        method: Name of the method.
        data: The set.
        options: All options.
        tasks: Figures by task, each with the entries of :func:`train_and_predict`.
    """
    given = {key: value for key, value in vars(options).items() if key not in {"name", "data", "output"}}
    return {
        "method": method,
        "set": options.name,
        "part": DEV,
        "secrel": __version__,
        "packages": {package: version(package) for package in PACKAGES},
        "encoder": data.recipe.encoder.name if options.encoder is None else Path(options.encoder).name,
        "seed": options.seed,
        "limit": options.limit,
        "options": given | {"encoder": options.encoder and Path(options.encoder).name},
        "sentences": data.sentences,
        "left out or changed": data.lost,
        "training seconds": round(sum(task["training seconds"] for task in tasks.values()), 1),
        **tasks,
    }


def table(result: dict[str, Any]) -> str:
    """The figures in percent."""
    lines = [
        "",
        f"{result['set']}, {result['part']} part, {result['sentences'][result['part']]} sentences;"
        f" {result['method']}, {result['encoder']}, seed {result['seed']}",
    ]
    for name, task in result.items():
        if isinstance(task, dict) and "micro_f1" in task:
            macro = f", macro-F1 {100 * task['macro_f1']:.1f}" if "macro_f1" in task else ""
            lines.append(
                f"  {name}: micro-F1 {100 * task['micro_f1']:.1f}{macro} (tp {task['tp']}, fp {task['fp']},"
                f" fn {task['fn']}); {task['epochs']} epochs, trained in {task['training seconds']} s"
            )
    return "\n".join(lines)


def command(options: argparse.Namespace, run: Callable[[argparse.Namespace], dict[str, Any]]) -> int:
    """Runs a method, prints its figures and writes the file of results; gives the exit status."""
    try:
        result = run(options)
    except SecrelError as error:
        print(f"{options.name}: {error}", file=sys.stderr)
        return 1
    print(table(result))
    write_whole(options.output, json.dumps(result, indent=1) + "\n")
    print(f"written to {options.output}")
    return 0
