"""Entities by matching spans with label names that stand before the text, in the manner of GLiNER.

From the description of Zaratiana et al., *GLiNER: Generalist Model for Named Entity Recognition using Bidirectional
Transformer*, NAACL 2024: one encoder reads ``[ENT] name [ENT] name ... [SEP] text``; a label is the output of its
``[ENT]`` behind two layers, a span the outputs of its first and last word behind two layers; the sigmoid of their dot
product is the probability.

    python benchmarks/peers/gliner_style.py -o out/gliner.json
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from typing import Any

import torch
from common import Data, System, parser, run
from network import PACKAGES, WordEncoder, batches, encoder_of, fit, n_weights, schedule_options, words_of
from sentences import Sentence, sentences_of, without_overlap
from torch import Tensor, nn
from torch.nn import functional

from secrel.domain import Entity
from secrel.evaluation import Counts

Range = tuple[int, int]
ENTITY, SEPARATOR = "[ENT]", "[SEP]"
NAMES = {
    "NORP": "nationality or political group",
    "GPE": "country or city",
    "LOC": "location",
    "FAC": "facility",
    "ORG": "organization",
    "MIL": "military force",
}
"""What the abbreviations of the packaged scheme are called; another label is called by its own name in lower case."""

GRID = tuple(round(0.05 * step, 2) for step in range(2, 19))


class Network(nn.Module):
    """The encoder with two layers over spans and two over labels.

    Args:
        encoder: The encoder, with ``[ENT]`` in its vocabulary.
        options: The options of the command line.
    """

    def __init__(self, encoder: WordEncoder, options: argparse.Namespace) -> None:
        super().__init__()
        self.encoder = encoder
        size = encoder.size
        self.span = nn.Sequential(
            nn.Linear(2 * size, 2 * size), nn.ReLU(), nn.Dropout(options.dropout), nn.Linear(2 * size, size)
        )
        self.label = nn.Sequential(
            nn.Linear(size, 2 * size), nn.ReLU(), nn.Dropout(options.dropout), nn.Linear(2 * size, size)
        )
        # The paper has none. It starts near the share of spans that are entities, so that the first passes are not
        # spent on learning that few are (Lin et al., 2017, section 4.1).
        self.bias = nn.Parameter(torch.tensor(-5.0))

    def forward(
        self, sentences: Sequence[Sentence], ranges: Sequence[Sequence[Range]], labels: Sequence[str]
    ) -> list[Tensor]:
        """For every sentence logits (spans, labels)."""
        prompt: list[str] = []
        opened = []
        for label in labels:
            opened.append(len(prompt))
            prompt += [ENTITY, *NAMES.get(label, label.lower()).split()]
        prompt.append(SEPARATOR)
        encoded = self.encoder([[*prompt, *words_of(sentence)] for sentence in sentences])
        first = encoded.firsts()
        # The scale keeps the first logits near zero; without it training from fresh layers is unsteady.
        named = self.label(first[:, torch.tensor(opened)]) / self.encoder.size**0.5
        logits = []
        for row, some in enumerate(ranges):
            places = torch.tensor(some) + len(prompt)
            spans = self.span(torch.cat([first[row, places[:, 0]], first[row, places[:, 1] - 1]], -1))
            logits.append((spans @ named[row].T + self.bias).float())
        return logits


class GlinerStyle(System):
    """The matcher of spans and labels; entities only.

    Args:
        data: The corpus.
        options: The options of the command line.
    """

    finds_entities = True

    def __init__(self, data: Data, options: argparse.Namespace) -> None:
        super().__init__()
        self.scheme, self.options = data.scheme, options
        self.threshold = 0.5
        self.chooser = random.Random(options.seed)
        self.network = Network(encoder_of(data, options, [ENTITY]), options)
        self.weights = n_weights(self.network)
        training = sentences_of(data.train, data.scheme)
        self.losses["entities"] = fit(
            self.network,
            self.loss,
            lambda _: training,
            lambda sentence: len(sentence.words),
            options,
            n_epochs=options.epochs,
        )

    def loss(self, sentences: list[Sentence]) -> Tensor:
        """Binary cross-entropy of all spans and labels: sum over a sentence, mean over sentences."""
        # As in the paper the order of the labels changes, and labels that no sentence of the batch has are dropped
        # at random, so that the model reads the names.
        held = {entity.label for sentence in sentences for entity in sentence.entities}
        labels = [
            label for label in self.scheme.entities if label in held or self.chooser.random() > self.options.label_drop
        ] or list(self.scheme.entities)
        self.chooser.shuffle(labels)
        ranges = [self._spans(sentence) for sentence in sentences]
        total = torch.zeros(())
        for sentence, some, logits in zip(sentences, ranges, self.network(sentences, ranges, labels), strict=True):
            wanted = torch.zeros_like(logits)
            rows = {place: n for n, place in enumerate(some)}
            for place, entity in zip(sentence.ranges, sentence.entities, strict=True):
                if place in rows:
                    wanted[rows[place], labels.index(entity.label)] = 1.0
            total = total + functional.binary_cross_entropy_with_logits(logits, wanted, reduction="sum")
        return total / len(sentences)

    def tune(self, development: Sequence[Sentence]) -> dict[str, Any]:
        """Sets the threshold with the best F1 of entities on dev."""
        bare = [sentence.with_entities(()) for sentence in development]
        candidates = self._candidates(bare, GRID[0])
        f1 = {}
        for threshold in GRID:
            counts = Counts()
            for sentence, some in zip(development, candidates, strict=True):
                gold = {(entity.span, entity.label) for entity in sentence.entities}
                found = {(e.span, e.label) for e in without_overlap([e for e in some if e.score >= threshold])}
                counts += Counts(len(gold & found), len(found - gold), len(gold - found))
            f1[threshold] = counts.f1
        self.threshold = max(GRID, key=lambda threshold: (f1[threshold], -abs(threshold - 0.5)))
        return {"entity": self.threshold}

    def _spans(self, sentence: Sentence) -> list[Range]:
        n_words, widest = len(sentence.words), self.options.max_width
        return [(start, end) for start in range(n_words) for end in range(start + 1, min(start + widest, n_words) + 1)]

    def entities(self, sentences: Sequence[Sentence]) -> list[tuple[Entity, ...]]:
        """The spans above the threshold, the most probable of those that overlap (the paper's greedy flat decoding)."""
        return [without_overlap(some) for some in self._candidates(sentences, self.threshold)]

    @torch.inference_mode()
    def _candidates(self, sentences: Sequence[Sentence], threshold: float) -> list[list[Entity]]:
        found: list[list[Entity]] = [[] for _ in sentences]
        labels = self.scheme.entities
        for rows in batches(sentences, self.options.batch_size, lambda sentence: len(sentence.words)):
            some = [sentences[n] for n in rows]
            ranges = [self._spans(sentence) for sentence in some]
            for n, places, logits in zip(rows, ranges, self.network(some, ranges, labels), strict=True):
                probabilities = logits.sigmoid()
                for span, label in (probabilities >= threshold).nonzero().tolist():
                    score = float(probabilities[span, label])
                    found[n].append(sentences[n].entity(places[span][0], places[span][1], labels[label], score))
        return found


def arguments() -> argparse.ArgumentParser:
    """The options of this method."""
    options = parser(__doc__, epochs=12)
    schedule_options(options)
    options.add_argument("--max-width", type=int, default=12, help="words of the longest span")
    options.add_argument(
        "--label-drop", type=float, default=0.5, help="share of labels without a mark that are dropped"
    )
    options.add_argument("--dropout", type=float, default=0.1)
    return options


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Runs the method."""
    return run("GLiNER-style matching", arguments().parse_args(argv), GlinerStyle, *PACKAGES)


if __name__ == "__main__":
    main()
