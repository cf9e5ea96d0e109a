"""TF-IDF of the words around two mentions, and logistic regression: relations, status and stance without a network.

Words and pairs of words before, between and behind the mentions are weighted as in Salton and Buckley (1988), each area
with its own vocabulary; labels, order and distance of the mentions are further features. One binary classifier a
relation label, one for the status given the label, one for none and the polarities of a stance. The strength of the L2
penalty is chosen on dev. End to end the entities are those of a secrel model (``--model``).

    python benchmarks/peers/tfidf.py -o out/tfidf.json
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from common import ROOT, Data, Marks, System, parser, run
from sentences import Sentence, sentences_of

from secrel.domain import Document, Entity, LabelScheme, Pair, Relation, Stance
from secrel.features.pairs import CandidatePair, candidate_pairs, distance_bucket

PENALTIES = (0.3, 1.0, 3.0, 10.0, 30.0)
AREAS = ("before", "between", "behind")


@dataclass(frozen=True, slots=True)
class Instance:
    """One candidate pair of a sentence.

    Attributes:
        sentence: Index of the sentence.
        pair: The candidate.
        areas: Text of the words before, between and behind the mentions, as far as ``--window`` reaches.
        features: Labels, order and distance.
    """

    sentence: int
    pair: CandidatePair
    areas: tuple[str, str, str]
    features: Mapping[str, float]


def instances_of(sentences: Sequence[Sentence], scheme: LabelScheme, window: int) -> list[Instance]:
    """All candidate pairs that the scheme allows."""
    return [
        Instance(n, pair, _areas(sentence, pair, window), _features(sentence, pair))
        for n, sentence in enumerate(sentences)
        for pair in candidate_pairs(sentence.entities, scheme)
    ]


def _areas(sentence: Sentence, pair: CandidatePair, window: int) -> tuple[str, str, str]:
    first, second = sorted((sentence.ranges[pair.head], sentence.ranges[pair.tail]))
    labels = {
        n: entity.label
        for place, entity in enumerate(sentence.entities)
        if place not in {pair.head, pair.tail}
        for n in range(*sentence.ranges[place])
    }

    def words(start: int, end: int) -> str:
        # The names of other mentions say little about the pair; their labels do.
        return " ".join(labels.get(n) or sentence.word(n).lower() for n in range(start, end))

    return (
        words(max(0, first[0] - window), first[0]),
        words(first[1], second[0]),
        words(second[1], min(len(sentence.words), second[1] + window)),
    )


def _features(sentence: Sentence, pair: CandidatePair) -> dict[str, float]:
    head, tail = sentence.entities[pair.head], sentence.entities[pair.tail]
    ranges = sentence.ranges[pair.head], sentence.ranges[pair.tail]
    low, high = sorted((pair.head, pair.tail))
    order = "head-first" if pair.head < pair.tail else "tail-first"
    return {
        f"head={head.label}": 1.0,
        f"tail={tail.label}": 1.0,
        f"labels={head.label},{tail.label},{order}": 1.0,
        order: 1.0,
        f"distance={distance_bucket(*ranges)}": 1.0,
        f"mentions between={min(3, high - low - 1)}": 1.0,
    }


class Vectors:
    """Instances as sparse vectors.

    Args:
        instances: The training instances, whose words make the vocabulary.
    """

    def __init__(self, instances: Sequence[Instance]) -> None:
        from sklearn.feature_extraction import DictVectorizer
        from sklearn.feature_extraction.text import TfidfVectorizer

        self.areas = [
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, lowercase=False, token_pattern=r"\S+") for _ in AREAS
        ]
        self.features = DictVectorizer()
        for n, vectorizer in enumerate(self.areas):
            # A word that never stands in an area of the training text would leave the vocabulary empty.
            vectorizer.fit([*(instance.areas[n] for instance in instances), "<nothing>"])
        self.features.fit([dict(instance.features) for instance in instances])

    def __call__(self, instances: Sequence[Instance]) -> Any:
        """A sparse matrix with a row an instance.

        The words are repeated with the order of the mentions, so that a word can speak for one direction.
        """
        from scipy.sparse import csr_matrix, diags, hstack  # type: ignore[import-untyped]

        first = np.array([float(instance.pair.head < instance.pair.tail) for instance in instances])
        columns = []
        for n, vectorizer in enumerate(self.areas):
            area = vectorizer.transform([instance.areas[n] for instance in instances])
            columns += [diags(first) @ area, diags(1 - first) @ area]
        columns.append(self.features.transform([dict(instance.features) for instance in instances]))
        return csr_matrix(hstack(columns))


class TfIdf(System):
    """The classifiers.

    Args:
        data: The corpus.
        options: The options of the command line.
    """

    layers = ("relations", "stances")

    def __init__(self, data: Data, options: argparse.Namespace) -> None:
        super().__init__()
        self.scheme, self.options = data.scheme, options
        self.finds_entities = bool(options.model)
        self.model: Any = None
        self.training = sentences_of(data.train, data.scheme)
        instances = instances_of(self.training, self.scheme, options.window)
        self.vectors = Vectors(instances)
        self.instances, self.matrix = instances, self.vectors(instances)
        self.fit(1.0)

    def fit(self, penalty: float) -> None:
        """Fits all classifiers; ``penalty`` is the inverse strength of the L2 penalty."""
        relations, statuses, stances = self._targets()
        self.relation, self.status = {}, {}
        for column, label in enumerate(self.scheme.relation_labels):
            allowed = np.array([instance.pair.relations[column] for instance in self.instances], dtype=bool)
            targets = relations[:, column]
            self.relation[label] = self._classifier(self.matrix[allowed], targets[allowed], penalty)
            self.status[label] = self._classifier(self.matrix[targets == 1], statuses[targets == 1, column], penalty)
        allowed = np.array([instance.pair.stance for instance in self.instances], dtype=bool)
        self.stance = self._classifier(self.matrix[allowed], stances[allowed], penalty)
        fitted = [*self.relation.values(), *self.status.values(), self.stance]
        self.weights = sum(model.coef_.size + model.intercept_.size for model in fitted if hasattr(model, "coef_"))

    def _targets(self) -> tuple[Any, Any, Any]:
        labels = self.scheme.relation_labels
        relations = np.zeros((len(self.instances), len(labels)), dtype=int)
        statuses = np.full((len(self.instances), len(labels)), self.scheme.statuses[-1], dtype=object)
        stances = np.full(len(self.instances), "", dtype=object)
        for row, instance in enumerate(self.instances):
            sentence, pair = self.training[instance.sentence], instance.pair
            stances[row] = sentence.stances.get((pair.head, pair.tail), "")
            for column, label in enumerate(labels):
                if (pair.head, pair.tail, label) in sentence.relations:
                    relations[row, column] = 1
                    statuses[row, column] = sentence.relations[pair.head, pair.tail, label]
        return relations, statuses, stances

    def _classifier(self, matrix: Any, targets: Any, penalty: float) -> Any:
        from sklearn.dummy import DummyClassifier
        from sklearn.linear_model import LogisticRegression

        if not len(targets):
            # No pair to learn from: the values that are predicted where nothing is known.
            return DummyClassifier(strategy="prior").fit(self.matrix[:1], [self.scheme.statuses[-1]])
        if len(set(targets)) == 1:
            return DummyClassifier(strategy="prior").fit(matrix, list(targets))
        model = LogisticRegression(C=penalty, max_iter=1000, random_state=self.options.seed)
        return model.fit(matrix, list(targets))

    def tune(self, development: Sequence[Sentence]) -> dict[str, Any]:
        """Chooses the penalty by the log-likelihood of the relations and stances of dev, with gold entities."""
        likelihood = {}
        for penalty in PENALTIES:
            self.fit(penalty)
            total = 0.0
            for sentence, (relations, stances) in zip(development, self.pairs(development), strict=True):
                places = {entity: n for n, entity in enumerate(sentence.entities)}
                for r in relations:
                    held = (places[r.head], places[r.tail], r.label) in sentence.relations
                    total += np.log(max(1e-6, r.score if held else 1 - r.score))
                for s in stances:
                    held = sentence.stances.get((places[s.holder], places[s.target])) == s.polarity
                    total += np.log(max(1e-6, s.score if held else 1 - s.score))
            likelihood[penalty] = total
        best = max(PENALTIES, key=lambda penalty: likelihood[penalty])
        self.fit(best)
        return {"penalty": best}

    def entities(self, sentences: Sequence[Sentence]) -> list[tuple[Entity, ...]]:
        """The entities of the secrel model, article by article."""
        from secrel.pipeline import Pipeline, load

        if self.model is None:
            whole = load(self.options.model)
            # Without the stages of relations and stances, so that the time is that of the entities alone.
            stages = [stage for stage in whole.stages if "entities" not in stage.requires]
            self.model = Pipeline(stages, scheme=whole.scheme)
        found: list[tuple[Entity, ...]] = []
        groups: dict[int, list[Sentence]] = {}
        for sentence in sentences:
            groups.setdefault(sentence.document, []).append(sentence)
        for group in groups.values():
            document = Document(group[0].text, sentences=tuple(sentence.span for sentence in group))
            found += [entities for _, _, entities in self.model(document).entities_by_sentence()]
        return found

    def pairs(self, sentences: Sequence[Sentence]) -> list[Marks]:
        """Relations and stances with the probabilities of the classifiers."""
        marks: list[Marks] = [([], []) for _ in sentences]
        instances = instances_of(sentences, self.scheme, self.options.window)
        if not instances:
            return marks
        matrix = self.vectors(instances)
        pairs = [
            Pair(sentences[i.sentence].entities[i.pair.head], sentences[i.sentence].entities[i.pair.tail])
            for i in instances
        ]
        for column, label in enumerate(self.scheme.relation_labels):
            model, status = self.relation[label], self.status[label]
            held = model.predict_proba(matrix)[:, list(model.classes_).index(1)] if 1 in model.classes_ else None
            if held is None:
                continue
            statuses = status.predict(matrix)
            for row, instance in enumerate(instances):
                if instance.pair.relations[column]:
                    found = Relation(pairs[row], label, str(statuses[row]), float(held[row]))
                    marks[instance.sentence][0].append(found)
        probabilities = self.stance.predict_proba(matrix)
        polarities = [n for n, polarity in enumerate(self.stance.classes_) if polarity]
        for row, instance in enumerate(instances):
            if instance.pair.stance and polarities:
                best = max(polarities, key=lambda n: probabilities[row, n])
                found_stance = Stance(pairs[row], str(self.stance.classes_[best]), float(probabilities[row, best]))
                marks[instance.sentence][1].append(found_stance)
        return marks


def arguments() -> argparse.ArgumentParser:
    """The options of this method."""
    options = parser(__doc__, epochs=1)
    options.epilog = "--epochs has no meaning here: the classifiers are fitted to convergence."
    options.add_argument("--window", type=int, default=8, help="words before and behind the mentions that are read")
    options.add_argument(
        "--model", default=str(ROOT / "models" / "edm"), help="secrel model whose entities are taken; '' for gold only"
    )
    return options


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Runs the method."""
    return run("TF-IDF + logistic regression", arguments().parse_args(argv), TfIdf, "scikit-learn", "numpy")


if __name__ == "__main__":
    main()
