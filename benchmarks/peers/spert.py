"""SpERT: entities and relations jointly over spans pooled from one encoder, with negative sampling.

From the description of Eberts and Ulges, *Span-based Joint Entity and Relation Extraction with Transformer
Pre-training*, ECAI 2020: a span is the maximum over its subwords, an embedding of its width, and the sentence's first
token; a relation is two spans and the maximum over what lies between them. Both are trained on gold marks and sampled
negatives.

    python benchmarks/peers/spert.py -o out/spert.json
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from typing import Any

import torch
from common import Data, Marks, System, parser, run
from network import (
    PACKAGES,
    Encoded,
    PairHeads,
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
from secrel.features.pairs import CandidatePair

Range = tuple[int, int]


class Network(nn.Module):
    """The encoder with a classifier of spans and one of pairs.

    Args:
        encoder: The encoder.
        scheme: The label scheme.
        options: The options of the command line.
    """

    def __init__(self, encoder: WordEncoder, scheme: LabelScheme, options: argparse.Namespace) -> None:
        super().__init__()
        self.encoder, self.max_width = encoder, options.max_width
        size, width = encoder.size, options.width_size
        # One more for all spans that are longer than those that are searched: gold marks may be.
        self.widths = nn.Embedding(options.max_width + 1, width)
        self.dropout = nn.Dropout(options.dropout)
        self.entity = nn.Linear(2 * size + width, 1 + len(scheme.entities))
        self.heads = PairHeads(3 * size + 2 * width, scheme, options.dropout)

    def spans(self, words: Tensor, ranges: Sequence[Range]) -> tuple[Tensor, Tensor]:
        """Maxima (N, H) of word representations (W, H) over N half-open ranges, and embeddings of their widths."""
        pooled = torch.stack([words[start:end].amax(0) for start, end in ranges])
        lengths = torch.tensor([min(end - start, self.max_width + 1) - 1 for start, end in ranges])
        return pooled, self.widths(lengths)

    def classify_spans(self, words: Tensor, first: Tensor, ranges: Sequence[Range]) -> Tensor:
        """Logits (N, 1 + labels) of N spans of one sentence; ``first`` (H) is its first token."""
        pooled, widths = self.spans(words, ranges)
        logits: Tensor = self.entity(self.dropout(torch.cat([pooled, widths, first.expand(len(ranges), -1)], -1)))
        return logits

    def represent_pairs(self, words: Tensor, ranges: Sequence[Range], pairs: Sequence[CandidatePair]) -> Tensor:
        """Representations of the candidate pairs of one sentence: both spans and the context between them."""
        pooled, widths = self.spans(words, ranges)
        spans = torch.cat([pooled, widths], -1)
        between: dict[Range, Tensor] = {}
        rows = []
        for pair in pairs:
            first, second = sorted((ranges[pair.head], ranges[pair.tail]))
            gap = (first[1], second[0])
            if gap not in between:
                # As in the paper, mentions that touch have zeros for context.
                between[gap] = words[gap[0] : gap[1]].amax(0) if gap[0] < gap[1] else words.new_zeros(words.size(-1))
            rows.append(torch.cat([spans[pair.head], between[gap], spans[pair.tail]]))
        return torch.stack(rows)


class Spert(System):
    """The joint model.

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
        self.network = Network(encoder_of(data, options), data.scheme, options)
        self.weights = n_weights(self.network)
        training = sentences_of(data.train, data.scheme)
        self.losses["joint"] = fit(
            self.network,
            self.loss,
            lambda _: training,
            lambda sentence: len(sentence.words),
            options,
            n_epochs=options.epochs,
        )

    def loss(self, sentences: list[Sentence]) -> Tensor:
        """Sum of the losses of spans and pairs; each the mean over the batch."""
        encoded = self.network.encoder([words_of(sentence) for sentence in sentences])
        maxima = encoded.maxima()
        logits, wanted, pairs, targets = [], [], [], []
        for row, sentence in enumerate(sentences):
            ranges, labels = self._training_spans(sentence)
            if ranges:
                logits.append(self.network.classify_spans(maxima[row], encoded.hidden[row, 0], ranges))
                wanted += labels
            found = pair_targets(sentence, self.scheme)
            chosen = [n for n in range(len(found.pairs)) if found.positive(n)]
            negatives = [n for n in range(len(found.pairs)) if not found.positive(n)]
            chosen += self.chooser.sample(negatives, min(len(negatives), self.options.negative_pairs))
            if chosen:
                targets.append(found.rows(chosen))
                pairs.append(self.network.represent_pairs(maxima[row], sentence.ranges, targets[-1].pairs))
        total: Tensor = maxima.sum() * 0.0
        if logits:
            total = total + functional.cross_entropy(torch.cat(logits).float(), torch.tensor(wanted))
        return total + self.network.heads.loss(torch.cat(pairs), targets) if pairs else total

    def _all_spans(self, n_words: int) -> list[Range]:
        widest = self.options.max_width
        return [(start, end) for start in range(n_words) for end in range(start + 1, min(start + widest, n_words) + 1)]

    def _training_spans(self, sentence: Sentence) -> tuple[list[Range], list[int]]:
        labels = {
            place: 1 + self.scheme.entities.index(entity.label)
            for place, entity in zip(sentence.ranges, sentence.entities, strict=True)
        }
        others = [place for place in self._all_spans(len(sentence.words)) if place not in labels]
        others = self.chooser.sample(others, min(len(others), self.options.negative_spans))
        return [*labels, *others], [*labels.values(), *[0] * len(others)]

    @torch.inference_mode()
    def entities(self, sentences: Sequence[Sentence]) -> list[tuple[Entity, ...]]:
        """The spans that are classified as an entity, the most probable of those that overlap."""
        found: list[tuple[Entity, ...]] = [()] * len(sentences)
        for rows, encoded in self._encoded(sentences):
            maxima = encoded.maxima()
            for row, n in enumerate(rows):
                ranges = self._all_spans(len(sentences[n].words))
                logits = self.network.classify_spans(maxima[row], encoded.hidden[row, 0], ranges)
                scores, labels = logits.softmax(-1).max(-1)
                found[n] = without_overlap(
                    [
                        sentences[n].entity(*place, self.scheme.entities[label - 1], score)
                        for place, label, score in zip(ranges, labels.tolist(), scores.tolist(), strict=True)
                        if label
                    ]
                )
        return found

    @torch.inference_mode()
    def pairs(self, sentences: Sequence[Sentence]) -> list[Marks]:
        """Relations and stances of all candidate pairs."""
        marks: list[Marks] = [([], []) for _ in sentences]
        for rows, encoded in self._encoded(sentences):
            maxima = encoded.maxima()
            for row, n in enumerate(rows):
                candidates = pair_targets(sentences[n], self.scheme).pairs
                if candidates:
                    pairs = self.network.represent_pairs(maxima[row], sentences[n].ranges, candidates)
                    marks[n] = self.network.heads.marks(self.network.heads(pairs), sentences[n], candidates)
        return marks

    def _encoded(self, sentences: Sequence[Sentence]) -> list[tuple[list[int], Encoded]]:
        groups = batches(sentences, self.options.batch_size, lambda sentence: len(sentence.words))
        return [(rows, self.network.encoder([words_of(sentences[n]) for n in rows])) for rows in groups]


def arguments() -> argparse.ArgumentParser:
    """The options of this method."""
    options = parser(__doc__, epochs=12)
    schedule_options(options)
    options.add_argument("--max-width", type=int, default=10, help="words of the longest span that is searched")
    options.add_argument("--width-size", type=int, default=25, help="of the embedding of a span's width")
    options.add_argument("--negative-spans", type=int, default=100, help="sampled a sentence")
    options.add_argument("--negative-pairs", type=int, default=100, help="sampled a sentence")
    options.add_argument("--dropout", type=float, default=0.1)
    return options


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Runs the method."""
    return run("SpERT", arguments().parse_args(argv), Spert, *PACKAGES)


if __name__ == "__main__":
    main()
