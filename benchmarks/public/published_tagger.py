"""The published tagger with the encoder of the recipes: BIO tags by a linear layer on the first subword of every word.

The token classification of Devlin et al. (NAACL 2019), with which ConfliBERT (Hu et al., NAACL 2022) is scored on re3d.

    python benchmarks/public/published_tagger.py re3d --data FOLDER -o out/re3d.json
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from formats import tagged_ranges
from published import Classifier, Encoder, command, encoder_of, parser, read, result_of, train_and_predict
from torch import Tensor, nn
from torch.nn import functional

from secrel.domain import Document, Entity, LabelScheme, Span
from secrel.evaluation import score

METHOD = "published: BIO tagger"
ENTITIES = "entities, end to end"
IGNORE = -100
_TOKEN = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class TaggedSentence:
    """A sentence of W tokens, as the set parts them.

    Attributes:
        document: Index of its document.
        tokens: Where they stand in the document's text (W).
        words: The tokens themselves (W).
        tags: Index of every token's tag (W).
        length: Subwords.
    """

    document: int
    tokens: tuple[Span, ...]
    words: tuple[str, ...]
    tags: tuple[int, ...]
    length: int


def tags_of(scheme: LabelScheme) -> list[str]:
    """All tags, ``O`` first."""
    return ["O", *(f"{prefix}-{label}" for label in scheme.entities for prefix in "BI")]


def sentences_of(documents: Sequence[Document], tags: Sequence[str], encoder: Encoder) -> list[TaggedSentence]:
    """All sentences of the documents."""
    sentences = []
    for number, document in enumerate(documents):
        for _, span, entities in document.entities_by_sentence():
            tokens = tuple(
                Span(span.start + match.start(), span.start + match.end())
                for match in _TOKEN.finditer(span.of(document.text))
            )
            words = tuple(token.of(document.text) for token in tokens)
            found = [tags.index(_tag(token, entities)) for token in tokens]
            length = sum(len(encoder.pieces(word)) for word in words)
            sentences.append(TaggedSentence(number, tokens, words, tuple(found), length))
    return sentences


def _tag(token: Span, entities: Sequence[Entity]) -> str:
    for entity in entities:
        if token.overlaps(entity.span):
            return f"{'B' if token.start <= entity.start else 'I'}-{entity.label}"
    return "O"


def entities_of(
    documents: Sequence[Document], sentences: Sequence[TaggedSentence], tags: Sequence[Sequence[str]]
) -> list[Document]:
    """The documents with the entities of some tags; an ``I-`` that goes on with nothing begins an entity."""
    found: list[list[Entity]] = [[] for _ in documents]
    for sentence, some in zip(sentences, tags, strict=True):
        for start, end, label in tagged_ranges(some):
            span = Span(sentence.tokens[start].start, sentence.tokens[end - 1].end)
            found[sentence.document].append(Entity(span, label, span.of(documents[sentence.document].text)))
    return [document.replace(entities=tuple(some)) for document, some in zip(documents, found, strict=True)]


class Tagger(Classifier[TaggedSentence]):
    """The tagger; B sentences of at most W tokens, T tags.

    Args:
        encoder: The encoder.
        n_tags: T.
        dropout: Of the states of first subwords.
    """

    def __init__(self, encoder: Encoder, n_tags: int, *, dropout: float) -> None:
        super().__init__()
        self.encoder = encoder
        self.classify = nn.Sequential(nn.Dropout(dropout), nn.Linear(encoder.size, n_tags))

    def forward(self, sentences: Sequence[TaggedSentence]) -> Tensor:
        """Logits (B, W, T); those behind the last token of a sentence say nothing."""
        logits: Tensor = self.classify(self.encoder([sentence.words for sentence in sentences]).firsts())
        return logits.float()

    def loss(self, sentences: Sequence[TaggedSentence]) -> Tensor:
        """Mean cross-entropy over tokens."""
        logits = self(sentences)
        wanted = torch.full(logits.shape[:2], IGNORE)
        for row, sentence in enumerate(sentences):
            wanted[row, : len(sentence.tags)] = torch.tensor(sentence.tags)
        return functional.cross_entropy(logits.flatten(0, 1), wanted.flatten(), ignore_index=IGNORE)


def run(options: argparse.Namespace) -> dict[str, Any]:
    """Trains and scores; see the module."""
    data = read(options)
    tags = tags_of(data.scheme)
    encoder = encoder_of(data, options)
    network = Tagger(encoder, len(tags), dropout=options.dropout)
    training, scored = sentences_of(data.train, tags, encoder), sentences_of(data.dev, tags, encoder)
    epochs = data.recipe.training.epochs
    found, entries = train_and_predict(network, training, scored, options, epochs=epochs, missing="no sentence")
    named = [[tags[n] for n in row[: len(s.tokens)]] for row, s in zip(found, scored, strict=True)]
    scores = score(data.dev, entities_of(data.dev, scored, named), data.scheme, unit="sentence").to_dict()
    figures = scores["entities, strict"]
    task = {"micro_f1": figures["f1"]} | figures | entries
    return result_of(METHOD, data, options, {ENTITIES: task})


def arguments() -> argparse.ArgumentParser:
    """The options of this method."""
    options = parser(__doc__, ("re3d", "wikigold"), epochs="the recipe's")
    options.add_argument("--prediction-batch-size", type=int, default=32, help="sentences")
    return options


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command."""
    return command(arguments().parse_args(argv), run)


if __name__ == "__main__":
    raise SystemExit(main())
