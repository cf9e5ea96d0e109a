"""What the two peers on spaCy share: a component that classifies pairs of entities, and a training loop.

The component follows the description of spaCy's tutorial on custom relation components
(https://explosion.ai/blog/relation-extraction): the tokens of each entity are pooled by their mean, the two means of an
ordered pair are joined, and a linear layer with a sigmoid gives a probability a label. Statuses and polarities are
further labels. The loss is the cross-entropy, not the tutorial's squared error: few pairs hold anything, and with the
squared error the probabilities of a trial fell to zero, where its gradient vanishes.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from common import Data, Marks, System
from sentences import Sentence, sentences_of
from spacy.language import Language
from spacy.pipeline import TrainablePipe
from spacy.tokens import Doc
from spacy.tokens import Span as SpacySpan
from spacy.training import Example
from spacy.util import filter_spans, minibatch
from spacy.vocab import Vocab
from thinc.api import Linear, Model, chain, set_dropout_rate
from thinc.types import Floats2d

from secrel.domain import Entity, LabelScheme, Pair, Relation, Stance
from secrel.features.pairs import candidate_pairs

SENTENCE, PREDICTED = "secrel_sentence", "secrel_pairs"


def pair_layer(tok2vec: Model[list[Doc], list[Floats2d]]) -> Model[list[Doc], Floats2d]:
    """A layer that gives both pooled mentions (P, 2H) of every candidate pair of some documents, in order."""
    return Model("pair_layer", _forward, layers=[tok2vec], refs={"tok2vec": tok2vec}, init=_initialize)


def _initialize(model: Model[list[Doc], Floats2d], X: Any = None, Y: Any = None) -> None:  # noqa: N803, ARG001
    model.get_ref("tok2vec").initialize(X)


def _forward(
    model: Model[list[Doc], Floats2d], docs: list[Doc], is_train: bool
) -> tuple[Floats2d, Callable[[Floats2d], list[Doc]]]:
    vectors, backprop = model.get_ref("tok2vec")(docs, is_train)
    pieces = []
    for doc, matrix in zip(docs, vectors, strict=True):
        sentence, candidates = doc.user_data[SENTENCE]
        for pair in candidates:
            places = sentence.ranges[pair.head], sentence.ranges[pair.tail]
            pieces.append(np.concatenate([matrix[start:end].mean(0) for start, end in places]))
    width = vectors[0].shape[1]
    pooled = np.asarray(pieces, dtype="float32") if pieces else np.zeros((0, 2 * width), dtype="float32")

    def backward(gradient: Floats2d) -> list[Doc]:
        back = [np.zeros_like(matrix) for matrix in vectors]
        row = 0
        for doc, matrix in zip(docs, back, strict=True):
            sentence, candidates = doc.user_data[SENTENCE]
            for pair in candidates:
                for half, place in enumerate((pair.head, pair.tail)):
                    start, end = sentence.ranges[place]
                    matrix[start:end] += gradient[row, half * width : (half + 1) * width] / (end - start)
                row += 1
        result: list[Doc] = backprop(back)
        return result

    return model.ops.asarray2f(pooled), backward  # type: ignore[arg-type]


def _sigmoid(logits: Any) -> Any:
    return 1 / (1 + np.exp(-np.clip(logits, -30, 30)))


def _cross_entropy(probabilities: Any, wanted: Any) -> float:
    right = np.where(wanted > 0, probabilities, 1 - probabilities)
    return float(-np.log(np.maximum(right, 1e-9)).sum())


class PairComponent(TrainablePipe):  # type: ignore[misc]
    """Probabilities of all labels for every candidate pair of ``doc.user_data``.

    Args:
        vocab: spaCy's vocabulary.
        model: The layers.
        name: Name in the pipeline.
    """

    def __init__(self, vocab: Vocab, model: Model[list[Doc], Floats2d], name: str = "pairs") -> None:
        self.vocab, self.model, self.name = vocab, model, name
        self.cfg: dict[str, Any] = {}

    def predict(self, docs: Iterable[Doc]) -> Floats2d:
        """Probabilities (P, labels) of all pairs."""
        probabilities: Floats2d = _sigmoid(self.model.predict(list(docs)))
        return probabilities

    def set_annotations(self, docs: Iterable[Doc], scores: Floats2d) -> None:
        """Writes each document's rows to its ``user_data``."""
        row = 0
        for doc in docs:
            n = len(doc.user_data[SENTENCE][1])
            doc.user_data[PREDICTED] = np.asarray(scores[row : row + n])
            row += n

    def update(
        self, examples: Iterable[Example], *, drop: float = 0.0, sgd: Any = None, losses: dict[str, float] | None = None
    ) -> dict[str, float]:
        """One step on the cross-entropy, summed over pairs and labels."""
        losses = {} if losses is None else losses
        losses.setdefault(self.name, 0.0)
        set_dropout_rate(self.model, drop)
        docs = [example.predicted for example in examples]
        logits, backprop = self.model.begin_update(docs)
        probabilities = _sigmoid(logits)
        wanted = np.concatenate([doc.user_data["wanted"] for doc in docs])
        gradient = probabilities - wanted
        # Without a pair there is still a step: the layer below waits for the gradient of every listener.
        backprop(self.model.ops.asarray2f(gradient))
        if sgd is not None:
            self.finish_update(sgd)
        losses[self.name] += _cross_entropy(probabilities, wanted)
        return losses

    def get_loss(self, examples: Iterable[Example], scores: Floats2d) -> float:
        """Cross-entropy of some scores."""
        wanted = np.concatenate([example.predicted.user_data["wanted"] for example in examples])
        return _cross_entropy(scores, wanted)

    def initialize(self, get_examples: Callable[[], Iterable[Example]], *, nlp: Language | None = None) -> None:  # noqa: ARG002
        """Infers the sizes of the layers."""
        docs = [example.predicted for example, _ in zip(get_examples(), range(10), strict=False)]
        n_labels = docs[0].user_data["wanted"].shape[1]
        width = self.model.get_ref("pairs").get_ref("tok2vec").get_dim("nO")
        linear = self.model.get_ref("linear")
        linear.set_dim("nI", 2 * width)
        linear.set_dim("nO", n_labels)
        self.model.initialize(X=docs)


@Language.factory("peer_pairs", default_config={"tok2vec": None})
def make_pairs(nlp: Language, name: str, tok2vec: Model[list[Doc], list[Floats2d]]) -> PairComponent:
    """The component over a layer that gives a vector a token."""
    pairs, linear = pair_layer(tok2vec), Linear()
    model: Model[list[Doc], Floats2d] = chain(pairs, linear)
    model.set_ref("pairs", pairs)
    model.set_ref("linear", linear)
    return PairComponent(nlp.vocab, model, name)


class SpacySystem(System):
    """A spaCy pipeline with ``ner`` and ``pairs``.

    Args:
        data: The corpus.
        options: The options of the command line.
        nlp: The pipeline.
        optimizer: Makes thinc's optimizer once the pipeline is initialised.
    """

    finds_entities = True
    layers = ("relations", "stances")

    def __init__(self, data: Data, options: argparse.Namespace, nlp: Language, optimizer: Callable[[], Any]) -> None:
        super().__init__()
        self.nlp, self.scheme, self.options = nlp, data.scheme, options
        self.names = (*data.scheme.relation_labels, *data.scheme.statuses, *data.scheme.polarities)
        training = sentences_of(data.train, data.scheme)
        for label in data.scheme.entities:
            nlp.get_pipe("ner").add_label(label)  # type: ignore[attr-defined]
        # Sentences with marks first: the sizes of layers are inferred from the first few.
        sample = sorted(training, key=lambda sentence: not sentence.relations)[:50]
        nlp.initialize(lambda: [self.example(sentence) for sentence in sample])
        self._train(training, sentences_of(data.dev, data.scheme), optimizer())
        self.weights = sum(
            node.get_param(name).size
            for _, pipe in nlp.pipeline
            for node in pipe.model.walk()  # type: ignore[attr-defined]
            for name in node.param_names
            if node.has_param(name)
        ) + sum(
            parameter.numel()
            for _, pipe in nlp.pipeline
            for node in pipe.model.walk()  # type: ignore[attr-defined]
            for shim in node.shims
            for parameter in shim._model.parameters()
        )

    def doc(self, sentence: Sentence, *, entities: bool) -> Doc:
        """A sentence as spaCy's document, of secrel's words, with or without its entities."""
        words = [sentence.word(n) for n in range(len(sentence.words))]
        ends = [word.start for word in sentence.words[1:]] + [sentence.words[-1].end]
        spaces = [end > word.end for word, end in zip(sentence.words, ends, strict=True)]
        doc = Doc(self.nlp.vocab, words=words, spaces=spaces)
        if entities:
            spans = [
                SpacySpan(doc, *place, label=entity.label)
                for place, entity in zip(sentence.ranges, sentence.entities, strict=True)
            ]
            doc.ents = filter_spans(spans)
        doc.user_data[SENTENCE] = (sentence, candidate_pairs(sentence.entities, self.scheme))
        return doc

    def example(self, sentence: Sentence) -> Example:
        """A sentence to train on. The pairs are those of its gold entities."""
        predicted = self.doc(sentence, entities=False)
        candidates = predicted.user_data[SENTENCE][1]
        wanted = np.zeros((len(candidates), len(self.names)), dtype="float32")
        for row, pair in enumerate(candidates):
            held: list[str | None] = []
            for label in self.scheme.relation_labels:
                if (pair.head, pair.tail, label) in sentence.relations:
                    held += [label, sentence.relations[pair.head, pair.tail, label]]
            held.append(sentence.stances.get((pair.head, pair.tail)))
            for name in held:
                if name is not None:
                    wanted[row, self.names.index(name)] = 1.0
        predicted.user_data["wanted"] = wanted
        return Example(predicted, self.doc(sentence, entities=True))

    def _train(self, training: Sequence[Sentence], development: Sequence[Sentence], optimizer: Any) -> None:
        """Passes over shuffled batches; the weights of the pass with the best F1 on dev are kept, as spaCy does."""
        chooser = random.Random(self.options.seed)
        order = list(training)
        best, kept = -1.0, b""
        for epoch in range(self.options.epochs):
            chooser.shuffle(order)
            losses: dict[str, float] = {}
            for batch in minibatch(order, self.options.batch_size):  # type: ignore[no-untyped-call]
                examples = [self.example(sentence) for sentence in batch]
                self.nlp.update(examples, drop=self.options.dropout, sgd=optimizer, losses=losses)
                optimizer.step_schedules()
            for part in ("ner", "pairs"):
                self.losses.setdefault(part, []).append(float(losses[part]) / max(1, len(order)))
            scored = self._f1(development) if development else float(epoch)
            shown = ", ".join(f"{part} {values[-1]:.4f}" for part, values in self.losses.items())
            print(f"  pass {epoch + 1} of {self.options.epochs}: loss {shown}; dev {scored:.4f}", flush=True)
            if scored > best:
                best, kept = scored, self.nlp.to_bytes(exclude=["vocab"])
        self.nlp.from_bytes(kept, exclude=["vocab"])

    def _f1(self, development: Sequence[Sentence]) -> float:
        """Mean of the F1 of entities and of the labels of pairs, with gold entities and a threshold of one half."""
        hits = [0, 0]
        sizes = [0, 0]
        for sentence, found in zip(development, self.entities(development), strict=True):
            gold = {(entity.span, entity.label) for entity in sentence.entities}
            hits[0] += len(gold & {(entity.span, entity.label) for entity in found})
            sizes[0] += len(gold) + len(found)
        wanted = [self.example(sentence).predicted.user_data["wanted"] for sentence in development]
        for truth, scores in zip(wanted, self._scores(development), strict=True):
            hits[1] += int(((scores >= 0.5) & (truth > 0)).sum())
            sizes[1] += int((scores >= 0.5).sum() + truth.sum())
        return sum(2 * hit / max(1, size) for hit, size in zip(hits, sizes, strict=True)) / 2

    def entities(self, sentences: Sequence[Sentence]) -> list[tuple[Entity, ...]]:
        """What ``ner`` finds."""
        docs = [self.doc(sentence, entities=False) for sentence in sentences]
        with self.nlp.select_pipes(disable=["pairs"]):
            found = list(self.nlp.pipe(docs))
        return [
            tuple(sentence.entity(span.start, span.end, span.label_) for span in doc.ents)
            for sentence, doc in zip(sentences, found, strict=True)
        ]

    def _scores(self, sentences: Sequence[Sentence]) -> list[Any]:
        docs = [self.doc(sentence, entities=False) for sentence in sentences]
        with self.nlp.select_pipes(disable=["ner"]):
            return [doc.user_data[PREDICTED] for doc in self.nlp.pipe(docs)]

    def pairs(self, sentences: Sequence[Sentence]) -> list[Marks]:
        """Relations with the status of highest probability, and stances."""
        return [
            _marks(sentence, scores, self.scheme)
            for sentence, scores in zip(sentences, self._scores(sentences), strict=True)
        ]


def _marks(sentence: Sentence, scores: Any, scheme: LabelScheme) -> Marks:
    n_labels, n_statuses = len(scheme.relations), len(scheme.statuses)
    relations, stances = [], []
    for candidate, row in zip(candidate_pairs(sentence.entities, scheme), scores, strict=True):
        pair = Pair(sentence.entities[candidate.head], sentence.entities[candidate.tail])
        status = scheme.statuses[int(row[n_labels : n_labels + n_statuses].argmax())]
        for column, label in enumerate(scheme.relation_labels):
            if candidate.relations[column]:
                relations.append(Relation(pair, label, status, float(row[column])))
        if candidate.stance:
            polarity = row[n_labels + n_statuses :]
            stances.append(Stance(pair, scheme.polarities[int(polarity.argmax())], float(polarity.max())))
    return relations, stances
