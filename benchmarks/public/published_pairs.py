"""The published classifiers of pairs with the encoder of the recipes: every pair is a text of its own.

``markers``: special tokens around both arguments, the states of the two opening ones, and a linear layer. It is the
"entity start" of Baldini Soares et al. (ACL 2019) and the baseline of CrossRE (Bassignana and Plank, EMNLP Findings
2022), whose markers name the types of the arguments. ``mentions``: no markers, the state of the first subword of either
argument, and two layers with a hyperbolic tangent, as the classifier of Wen et al. (ACL 2024) for directed sentiment.

    python benchmarks/public/published_pairs.py dse --data FOLDER -o out/dse.json
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import permutations
from typing import Any

import torch
from directed import CLASSES, classes, gold_pairs, stance_of
from published import (
    Classifier,
    Data,
    Encoder,
    command,
    encoder_of,
    parser,
    read,
    result_of,
    train_and_predict,
)
from scores import directed_scores, relation_scores
from torch import Tensor, nn
from torch.nn import functional

from secrel.domain import Document, Entity, LabelScheme, Pair, Relation, Span
from secrel.evaluation import Counts, relation_counts, total
from secrel.evaluation.matching import merge

MARKERS, MENTIONS = "markers", "mentions"
METHODS = {MARKERS: "published: pairs with markers", MENTIONS: "published: pairs by first subwords"}
FIVE_CLASSES = "five classes, entities given"
SETTINGS = {"related": "relations of related pairs", "all": "relations, entities given"}
ALL_PAIRS_EPOCHS = 10
"""A pass over all pairs holds six to eight times as many as one over the related ones."""
NONE = "none"

Candidate = tuple[Span, Entity, Entity, int]
"""A sentence, both arguments, and the index of the class."""
Candidates = Callable[[Document], Iterable[Candidate]]


@dataclass(frozen=True, slots=True)
class PairExample:
    """A pair of two entities.

    Attributes:
        document: Index of its document.
        arguments: First and second argument.
        words: The text in pieces; a marker and a mention are pieces of their own.
        places: Pieces whose first subword stands for the first and for the second argument.
        class_: Index of the class.
        length: Subwords.
    """

    document: int
    arguments: tuple[Entity, Entity]
    words: tuple[str, ...]
    places: tuple[int, int]
    class_: int
    length: int


def marker_tokens(scheme: LabelScheme) -> list[str]:
    """An opening and a closing marker for either argument and every entity label."""
    return [f"<{slash}E{role}:{label}>" for label in scheme.entities for role in (1, 2) for slash in ("", "/")]


def pieces(
    text: str, sentence: Span, arguments: Sequence[Entity], form: str
) -> tuple[tuple[str, ...], tuple[int, int]]:
    """A sentence in pieces, and the two pieces that stand for the arguments; see :class:`PairExample`."""
    found: list[str] = []
    places = {}
    position = sentence.start
    for role, entity in sorted(enumerate(arguments, 1), key=lambda item: item[1].span):
        if before := text[position : entity.start].strip():
            found.append(before)
        places[role] = len(found)
        marked = [f"<E{role}:{entity.label}>", entity.text, f"</E{role}:{entity.label}>"]
        found += marked if form == MARKERS else [entity.text]
        position = entity.end
    if after := text[position : sentence.end].strip():
        found.append(after)
    return tuple(found), (places[1], places[2])


def directed_candidates(document: Document) -> Iterator[Candidate]:
    """P and q of every sentence with their class of five."""
    pairs = list(gold_pairs(document))
    sentences = (span for _, span, _ in document.entities_by_sentence())
    for sentence, (p, q), class_ in zip(sentences, pairs, classes(document, pairs), strict=True):
        yield sentence, p, q, class_


def relation_candidates(document: Document, labels: Sequence[str], *, related: bool) -> Iterator[Candidate]:
    """Ordered pairs of the entities of every sentence, with the first label that the set gives, as its authors do.

    Args:
        document: The document.
        labels: The classes; the first one is "none" unless ``related``.
        related: Whether to leave out pairs without a relation.
    """
    first: dict[tuple[Entity, Entity], str] = {}
    for relation in document.relations:
        first.setdefault((relation.head, relation.tail), relation.label)
    for _, sentence, entities in document.entities_by_sentence():
        for head, tail in permutations(entities, 2):
            label = first.get((head, tail))
            if label is not None or not related:
                yield sentence, head, tail, labels.index(NONE if label is None else label)


def examples_of(
    documents: Sequence[Document], candidates: Candidates, encoder: Encoder, form: str
) -> list[PairExample]:
    """One example for every candidate pair of the documents."""
    examples = []
    for number, document in enumerate(documents):
        for sentence, first, second, class_ in candidates(document):
            words, places = pieces(document.text, sentence, (first, second), form)
            length = sum(len(encoder.pieces(word)) for word in words)
            examples.append(PairExample(number, (first, second), words, places, class_, length))
    return examples


class PairClassifier(Classifier[PairExample]):
    """The classifier; B pairs, C classes, encoder H wide.

    Args:
        encoder: The encoder, with the markers in its vocabulary.
        n_classes: C.
        form: ``markers`` or ``mentions``.
        dropout: Of the representation of a pair (B, 2H).
    """

    def __init__(self, encoder: Encoder, n_classes: int, *, form: str, dropout: float) -> None:
        super().__init__()
        self.encoder = encoder
        layers: list[nn.Module] = [nn.Dropout(dropout)]
        if form == MENTIONS:  # Wen et al. do not say how wide the layer between is.
            layers += [nn.Linear(2 * encoder.size, 2 * encoder.size), nn.Tanh()]
        self.classify = nn.Sequential(*layers, nn.Linear(2 * encoder.size, n_classes))

    def forward(self, examples: Sequence[PairExample]) -> Tensor:
        """Logits (B, C)."""
        first = self.encoder([example.words for example in examples]).firsts()
        rows = torch.arange(len(examples))
        places = torch.tensor([example.places for example in examples])
        logits: Tensor = self.classify(torch.cat([first[rows, places[:, 0]], first[rows, places[:, 1]]], -1))
        return logits.float()

    def loss(self, examples: Sequence[PairExample]) -> Tensor:
        """Mean cross-entropy."""
        return functional.cross_entropy(self(examples), torch.tensor([example.class_ for example in examples]))


def _classified(
    data: Data, options: argparse.Namespace, candidates: Candidates, n_classes: int, *, epochs: int
) -> tuple[list[PairExample], list[int], dict[str, Any]]:
    """Trains and classifies: pairs of dev, their classes, and the entries for the file of results."""
    encoder = encoder_of(data, options, marker_tokens(data.scheme) if options.form == MARKERS else ())
    network = PairClassifier(encoder, n_classes, form=options.form, dropout=options.dropout)
    training = examples_of(data.train, candidates, encoder, options.form)
    scored = examples_of(data.dev, candidates, encoder, options.form)
    return scored, *train_and_predict(network, training, scored, options, epochs=epochs, missing="no pair")


def directed_task(data: Data, options: argparse.Namespace) -> dict[str, Any]:
    """The five classes of directed sentiment, p and q being given."""
    epochs = data.recipe.training.epochs
    examples, found, entries = _classified(data, options, directed_candidates, len(CLASSES), epochs=epochs)
    stances: list[list[Any]] = [[] for _ in data.dev]
    for example, class_ in zip(examples, found, strict=True):
        if (stance := stance_of(class_, *example.arguments)) is not None:
            stances[example.document].append(stance)
    predicted = [document.replace(stances=tuple(some)) for document, some in zip(data.dev, stances, strict=True)]
    right = sum(example.class_ == class_ for example, class_ in zip(examples, found, strict=True))
    counts = Counts(right, len(found) - right, len(found) - right)
    return directed_scores(data.dev, predicted) | asdict(counts) | entries


def relation_task(data: Data, options: argparse.Namespace, *, related: bool) -> dict[str, Any]:
    """Relations between gold entities, of related pairs only or of all ordered pairs of a sentence."""
    labels = data.scheme.relation_labels if related else (NONE, *data.scheme.relation_labels)
    epochs = data.recipe.training.epochs if related else ALL_PAIRS_EPOCHS
    candidates = partial(relation_candidates, labels=labels, related=related)
    examples, found, entries = _classified(data, options, candidates, len(labels), epochs=epochs)
    relations: list[list[Relation]] = [[] for _ in data.dev]
    for example, class_ in zip(examples, found, strict=True):
        if labels[class_] != NONE:
            relations[example.document].append(Relation(Pair(*example.arguments), labels[class_]))
    predicted = [document.replace(relations=tuple(some)) for document, some in zip(data.dev, relations, strict=True)]
    counts = merge(relation_counts(g, p, data.scheme) for g, p in zip(data.dev, predicted, strict=True))
    # The script of the set's authors leaves out labels that the gold marks lack.
    held = [item.f1 for item in counts.values() if item.support]
    macro = {"macro_f1_of_gold_labels": round(sum(held) / len(held), 4) if held else 0.0}
    return relation_scores(data.dev, predicted, data.scheme) | macro | asdict(total(counts)) | entries


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Trains and scores; see the module."""
    data = read(options)
    if options.name == "dse":
        tasks = {FIVE_CLASSES: directed_task(data, options)}
    else:
        tasks = {SETTINGS[name]: relation_task(data, options, related=name == "related") for name in options.pairs}
    return result_of(METHODS[options.form], data, options, tasks)


def arguments() -> argparse.ArgumentParser:
    """The options of this method."""
    epochs = f"the recipe's; {ALL_PAIRS_EPOCHS} over all pairs of CrossRE"
    options = parser(__doc__, ("dse", "crossre-news", "crossre-politics"), epochs=epochs)
    options.add_argument("--form", choices=METHODS, default=MARKERS, help="what stands for an argument")
    options.add_argument("--pairs", choices=SETTINGS, nargs="+", default=[*SETTINGS], help="CrossRE: a model for each")
    options.add_argument("--prediction-batch-size", type=int, default=64, help="pairs")
    return options


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command."""
    return command(arguments().parse_args(argv), run)


if __name__ == "__main__":
    raise SystemExit(main())
