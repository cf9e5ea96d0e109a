"""PURE: a classifier of spans, and a second encoder that reads every pair of entities with typed markers in the text.

From the description of Zhong and Chen, *A Frustratingly Easy Approach for Entity and Relation Extraction*, NAACL 2021:
a span is its first and last subword and an embedding of its width; a pair is the two opening markers of a text of its
own, encoded once a pair. The two encoders share nothing. Relations are trained on gold entities. Status and stance are
further heads on the representation of the pair.

    python benchmarks/peers/pure.py -o out/pure.json
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from common import Data, Marks, System, parser, run
from network import (
    PACKAGES,
    PairHeads,
    PairTargets,
    WordEncoder,
    batches,
    encoder_of,
    fit,
    n_weights,
    pair_targets,
    schedule_options,
    words_of,
)
from sentences import Sentence, sentences_of, without_overlap
from torch import Tensor, nn
from torch.nn import functional

from secrel.domain import Entity, LabelScheme
from secrel.features.pairs import CandidatePair, candidate_pairs

Range = tuple[int, int]
ROLES = ("S", "O")


class EntityNetwork(nn.Module):
    """The classifier of spans.

    Args:
        encoder: Its encoder.
        scheme: The label scheme.
        options: The options of the command line.
    """

    def __init__(self, encoder: WordEncoder, scheme: LabelScheme, options: argparse.Namespace) -> None:
        super().__init__()
        self.encoder = encoder
        self.widths = nn.Embedding(options.max_width, options.width_size)
        hidden = options.hidden_size
        self.classify = nn.Sequential(
            nn.Dropout(options.dropout),
            nn.Linear(2 * encoder.size + options.width_size, hidden),
            nn.ReLU(),
            nn.Dropout(options.dropout),
            nn.Linear(hidden, hidden),
            nn.ReLU(),
            nn.Linear(hidden, 1 + len(scheme.entities)),
        )

    def forward(self, sentences: Sequence[Sentence], ranges: Sequence[Sequence[Range]]) -> Tensor:
        """Logits (N, 1 + labels) of all spans of all sentences, one behind the other."""
        encoded = self.encoder([words_of(sentence) for sentence in sentences])
        first, last = encoded.firsts(), encoded.lasts()
        row = torch.tensor([n for n, some in enumerate(ranges) for _ in some])
        start = torch.tensor([place[0] for some in ranges for place in some])
        stop = torch.tensor([place[1] - 1 for some in ranges for place in some])
        logits: Tensor = self.classify(torch.cat([first[row, start], last[row, stop], self.widths(stop - start)], -1))
        return logits.float()


class PairNetwork(nn.Module):
    """The classifier of pairs.

    Args:
        encoder: Its encoder, with the markers in its vocabulary.
        scheme: The label scheme.
        options: The options of the command line.
    """

    def __init__(self, encoder: WordEncoder, scheme: LabelScheme, options: argparse.Namespace) -> None:
        super().__init__()
        self.encoder = encoder
        self.norm = nn.LayerNorm(2 * encoder.size)
        self.heads = PairHeads(2 * encoder.size, scheme, options.dropout)

    def forward(self, items: Sequence[tuple[Sentence, CandidatePair]]) -> Tensor:
        """Representations (P, 2H) of pairs: the opening markers of both mentions."""
        texts, opened = zip(*(marked(sentence, pair) for sentence, pair in items), strict=True)
        encoded = self.encoder(texts)
        first = encoded.firsts()
        places = torch.tensor(opened)
        rows = torch.arange(len(items))
        pairs: Tensor = self.norm(torch.cat([first[rows, places[:, 0]], first[rows, places[:, 1]]], -1))
        return pairs


def marker_tokens(scheme: LabelScheme) -> list[str]:
    """An opening and a closing marker for every role and entity label."""
    return [f"[{slash}{role}:{label}]" for label in scheme.entities for role in ROLES for slash in ("", "/")]


def marked(sentence: Sentence, pair: CandidatePair) -> tuple[list[str], tuple[int, int]]:
    """Words of a sentence with typed markers around head (subject) and tail (object), and where these open."""
    words: list[str] = []
    opened = {}
    roles = {ROLES[0]: pair.head, ROLES[1]: pair.tail}
    for n in range(len(sentence.words)):
        for role, place in roles.items():
            if sentence.ranges[place][0] == n:
                opened[role] = len(words)
                words.append(f"[{role}:{sentence.entities[place].label}]")
        words.append(sentence.word(n))
        for role, place in roles.items():
            if sentence.ranges[place][1] == n + 1:
                words.append(f"[/{role}:{sentence.entities[place].label}]")
    return words, (opened[ROLES[0]], opened[ROLES[1]])


@dataclass(frozen=True, slots=True)
class PairExample:
    """One pair to train on."""

    sentence: Sentence
    targets: PairTargets


class Pure(System):
    """Both models.

    Args:
        data: The corpus.
        options: The options of the command line.
    """

    finds_entities = True
    layers = ("relations", "stances")

    def __init__(self, data: Data, options: argparse.Namespace) -> None:
        super().__init__()
        self.scheme, self.options = data.scheme, options
        self.chooser = random.Random(options.seed)
        self.entity_network = EntityNetwork(encoder_of(data, options), data.scheme, options)
        markers = marker_tokens(data.scheme)
        self.pair_network = PairNetwork(encoder_of(data, options, markers), data.scheme, options)
        self.weights = n_weights(self.entity_network, self.pair_network)
        training = sentences_of(data.train, data.scheme)
        self.losses["entities"] = fit(
            self.entity_network,
            self.entity_loss,
            lambda _: training,
            lambda sentence: len(sentence.words),
            options,
            n_epochs=options.epochs,
        )
        positives, negatives = self._pair_examples(training)
        if not positives:
            raise SystemExit("pure: found no relation and no stance in the training sentences; expected at least one")
        self.losses["pairs"] = fit(
            self.pair_network,
            self.pair_loss,
            lambda epoch: self._drawn(positives, negatives, epoch),
            lambda example: len(example.sentence.words),
            options,
            n_epochs=options.pair_epochs or max(1, options.epochs // 2),
        )

    def _spans(self, sentence: Sentence) -> list[Range]:
        n_words, widest = len(sentence.words), self.options.max_width
        return [(start, end) for start in range(n_words) for end in range(start + 1, min(start + widest, n_words) + 1)]

    def entity_loss(self, sentences: list[Sentence]) -> Tensor:
        """Cross-entropy over all spans; the sum over a sentence, as in the paper, the mean over sentences."""
        ranges = [self._spans(sentence) for sentence in sentences]
        wanted = []
        for sentence, some in zip(sentences, ranges, strict=True):
            labels = {
                place: 1 + self.scheme.entities.index(entity.label)
                for place, entity in zip(sentence.ranges, sentence.entities, strict=True)
            }
            wanted += [labels.get(place, 0) for place in some]
        logits = self.entity_network(sentences, ranges)
        return functional.cross_entropy(logits, torch.tensor(wanted), reduction="sum") / len(sentences)

    def pair_loss(self, examples: list[PairExample]) -> Tensor:
        """Loss of the heads."""
        pairs = self.pair_network([(example.sentence, example.targets.pairs[0]) for example in examples])
        return self.pair_network.heads.loss(pairs, [example.targets for example in examples])

    def _pair_examples(self, sentences: Sequence[Sentence]) -> tuple[list[PairExample], list[PairExample]]:
        positives: list[PairExample] = []
        negatives: list[PairExample] = []
        for sentence in sentences:
            targets = pair_targets(sentence, self.scheme)
            for row in range(len(targets.pairs)):
                example = PairExample(sentence, targets.rows([row]))
                (positives if targets.positive(row) else negatives).append(example)
        return positives, negatives

    def _drawn(self, positives: list[PairExample], negatives: list[PairExample], epoch: int) -> list[PairExample]:
        if self.options.negatives < 0:
            return positives + negatives
        n = min(len(negatives), round(self.options.negatives * len(positives)))
        # Other negatives in every pass.
        return positives + random.Random(1000 * self.options.seed + epoch).sample(negatives, n)

    @torch.inference_mode()
    def entities(self, sentences: Sequence[Sentence]) -> list[tuple[Entity, ...]]:
        """The spans that are classified as an entity, the most probable of those that overlap."""
        found: list[tuple[Entity, ...]] = [()] * len(sentences)
        for rows in batches(sentences, self.options.batch_size, lambda sentence: len(sentence.words)):
            some = [sentences[n] for n in rows]
            ranges = [self._spans(sentence) for sentence in some]
            scores, labels = self.entity_network(some, ranges).softmax(-1).max(-1)
            at = 0
            for n, places in zip(rows, ranges, strict=True):
                found[n] = without_overlap(
                    [
                        sentences[n].entity(
                            *place, self.scheme.entities[int(labels[at + k]) - 1], float(scores[at + k])
                        )
                        for k, place in enumerate(places)
                        if labels[at + k]
                    ]
                )
                at += len(places)
        return found

    @torch.inference_mode()
    def pairs(self, sentences: Sequence[Sentence]) -> list[Marks]:
        """Relations and stances of all candidate pairs, each encoded on its own."""
        marks: list[Marks] = [([], []) for _ in sentences]
        items = [(n, pair) for n, s in enumerate(sentences) for pair in candidate_pairs(s.entities, self.scheme)]
        for rows in batches(items, self.options.prediction_batch_size, lambda item: len(sentences[item[0]].words)):
            some = [items[row] for row in rows]
            logits = self.pair_network.heads(self.pair_network([(sentences[n], pair) for n, pair in some]))
            for k, (n, pair) in enumerate(some):
                one = (logits[0][k : k + 1], logits[1][k : k + 1], logits[2][k : k + 1])
                relations, stances = self.pair_network.heads.marks(one, sentences[n], [pair])
                marks[n][0].extend(relations)
                marks[n][1].extend(stances)
        return marks


def arguments() -> argparse.ArgumentParser:
    """The options of this method."""
    options = parser(__doc__, epochs=12)
    schedule_options(options)
    options.add_argument("--pair-epochs", type=int, help="passes over the pairs; half of --epochs where not given")
    options.add_argument(
        "--negatives", type=float, default=4.0, help="pairs without a mark for each with one, drawn anew; -1: all"
    )
    options.add_argument("--prediction-batch-size", type=int, default=64, help="pairs")
    options.add_argument("--max-width", type=int, default=8, help="words of the longest span")
    options.add_argument("--width-size", type=int, default=150, help="of the embedding of a span's width")
    options.add_argument("--hidden-size", type=int, default=150, help="of the classifier of spans")
    options.add_argument("--dropout", type=float, default=0.1)
    return options


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Runs the method."""
    return run("PURE", arguments().parse_args(argv), Pure, *PACKAGES)


if __name__ == "__main__":
    main()
