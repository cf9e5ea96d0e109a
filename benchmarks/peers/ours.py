"""secrel itself, by the recipe of the packaged model, for comparisons on a share of the corpus.

What the tables set the other methods against where they are trained on a share::

    python benchmarks/peers/ours.py --share 0.25 -o out/ours.json
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from common import Data, Marks, System, parser, run
from sentences import Sentence

from secrel.config import Decision
from secrel.domain import Document, Entity
from secrel.pipeline import Pipeline
from secrel.training.trainer import train as train_model
from secrel.training.tuning import GRID, settle


class Ours(System):
    """A secrel model behind the interface of the peers.

    Args:
        data: The corpus.
        options: The options of the command line.
    """

    finds_entities = True
    layers = ("relations", "stances")

    def __init__(self, data: Data, options: argparse.Namespace) -> None:
        super().__init__()
        training = replace(data.recipe.training, seed=options.seed, epochs=options.epochs)
        with tempfile.TemporaryDirectory() as folder:
            trained = train_model(
                replace(data.recipe, training=training),
                data.scheme,
                data.train,
                work_folder=folder,
                recipe_folder=options.recipe.parent,
                progress=False,
            )
        checkpoint = settle(trained.checkpoint, data.dev) if data.dev else trained.checkpoint
        self.weights = checkpoint.n_parameters
        self.losses = {"all": [entry["loss"] for entry in trained.history if "loss" in entry]}
        # The thresholds are tuned, and everything below them left out, by what all methods share.
        lowest = Decision(GRID[0], GRID[0], one_label=checkpoint.decision.one_label)
        self.pipeline = Pipeline.from_checkpoint(replace(checkpoint, decision=lowest), resolve=False)
        # Pairs are asked for apart: scoring them with the entities too would count their time twice.
        tagging = [stage for stage in self.pipeline.stages if "entities" not in stage.requires]
        self.tagger = Pipeline(tagging, scheme=data.scheme)

    def entities(self, sentences: Sequence[Sentence]) -> list[tuple[Entity, ...]]:
        """Entities of every sentence."""
        return [
            tuple(entity for entity in done.entities if sentence.span.contains(entity.span))
            for sentence, done in self._read(sentences, gold=False)
        ]

    def pairs(self, sentences: Sequence[Sentence]) -> list[Marks]:
        """Relations and stances of every sentence."""
        return [
            (
                [r for r in done.relations if r.head in sentence.entities and r.tail in sentence.entities],
                [s for s in done.stances if s.holder in sentence.entities and s.target in sentence.entities],
            )
            for sentence, done in self._read(sentences, gold=True)
        ]

    def _read(self, sentences: Sequence[Sentence], *, gold: bool) -> list[tuple[Sentence, Document]]:
        """Every sentence with its document as the pipeline marks it, read once a document."""
        groups: dict[int, list[Sentence]] = {}
        for sentence in sentences:
            groups.setdefault(sentence.document, []).append(sentence)
        done: dict[int, Document] = {}
        for key, group in groups.items():
            document = Document(
                text=group[0].text,
                sentences=tuple(sentence.span for sentence in group),
                entities=tuple(entity for sentence in group for entity in sentence.entities) if gold else (),
            )
            done[key] = self.pipeline.classify(document) if gold else self.tagger(document)
        return [(sentence, done[sentence.document]) for sentence in sentences]


def arguments() -> argparse.ArgumentParser:
    """The options of this method."""
    return parser(__doc__, epochs=12)


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Runs the method."""
    return run("secrel", arguments().parse_args(argv), Ours, "torch", "transformers", "numpy")


if __name__ == "__main__":
    main()
