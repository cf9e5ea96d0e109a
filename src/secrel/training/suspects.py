"""Marks that a model trained on other articles contradicts with high confidence.

Confident learning (Northcutt, Jiang and Chuang, Journal of Artificial Intelligence Research 70, 2021): a class is taken
for the true one of an item where the probability that a model gives it, out of sample, is at least the model's mean
probability of that class on the items marked so. Where that class is not the one marked, and the more probable of the
two, the mark is suspect. For entities the items are the mentions marked, what the model takes for one, and, so that the
probability of none has its mean over unmarked text too, the other words of every sentence taken together. The
models are cross-fitted by article; what they list is for a reader to decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from secrel.backends import Engine, Prepared
from secrel.domain import Document, Entity, LabelScheme
from secrel.features.decoding import decode_ranges
from secrel.pipeline import Pipeline
from secrel.stages import EntityStage, PairScorer

NONE = "none"


@dataclass(frozen=True, slots=True)
class Judged:
    """One decision of a model on a marked item that it was not trained on.

    Attributes:
        layer: ``entity``, ``relation``, ``status`` or ``stance``.
        task: Decisions are compared within a task: the layer, or one relation label.
        document: Identifier of the document.
        sentence: Index of the sentence.
        what: The mention, or the two arguments, as text.
        marked: The class marked.
        probabilities: Probability of every class.
    """

    layer: str
    task: str
    document: str
    sentence: int
    what: str
    marked: str
    probabilities: dict[str, float]


@dataclass(frozen=True, slots=True)
class Suspect:
    """A mark that a model contradicts.

    Attributes:
        judged: The decision.
        believed: The class that the model takes for the true one.
        confidence: Its probability.
        margin: By how much it exceeds the probability of the class marked, in [0, 1].
    """

    judged: Judged
    believed: str
    confidence: float
    margin: float

    def __str__(self) -> str:
        item = self.judged
        return (
            f"{item.document}\tsentence {item.sentence + 1}\t{item.layer}\t{item.what}\tmarked {item.marked}"
            f"\tmodel {self.believed} {self.confidence:.2f}, {item.marked} {item.probabilities[item.marked]:.2f}"
        )


def find_suspects(judged: Iterable[Judged]) -> list[Suspect]:
    """The suspect marks, the largest margin first."""
    by_task: dict[str, list[Judged]] = {}
    for item in judged:
        by_task.setdefault(item.task, []).append(item)
    found: list[Suspect] = []
    for items in by_task.values():
        threshold = _self_confidence(items)
        for item in items:
            confident = {c: p for c, p in item.probabilities.items() if c in threshold and p >= threshold[c]}
            if not confident:
                continue
            believed = max(confident, key=lambda name: confident[name])
            if believed != item.marked:
                margin = confident[believed] - item.probabilities[item.marked]
                if margin > 0:
                    found.append(Suspect(item, believed, confident[believed], margin))
    return sorted(found, key=lambda s: (-s.margin, s.judged.document, s.judged.sentence, s.judged.what))


def _self_confidence(items: Sequence[Judged]) -> dict[str, float]:
    """The mean probability of every class on the items marked so."""
    sums: dict[str, list[float]] = {}
    for item in items:
        sums.setdefault(item.marked, []).append(item.probabilities[item.marked])
    return {name: float(np.mean(values)) for name, values in sums.items()}


def judge(pipeline: Pipeline, document: Document) -> list[Judged]:
    """What a model says of every mark of a document, and of everything that it would mark itself.

    Args:
        pipeline: A pipeline with an entity stage that was not trained on the document.
        document: The marked document.
    """
    engine = next(stage.engine for stage in pipeline.stages if isinstance(stage, EntityStage))
    prepared = engine.prepare(document.text, document.sentences or ())
    return [*_entities(engine, prepared, document), *_pairs(PairScorer(engine), document, pipeline.scheme)]


def _entities(engine: Engine, prepared: Prepared, document: Document) -> Iterator[Judged]:
    tags = engine.tag(prepared)
    labels = engine.scheme.entities
    for index, _, entities in document.entities_by_sentence():
        sentence = prepared.sentences[index]
        gold: dict[tuple[int, int], Entity] = {}
        for entity in entities:
            words = sentence.word_range(entity.span)
            if words is not None:
                gold[words] = entity
        covered = {word for start, end in gold for word in range(start, end)}
        marked: dict[tuple[int, int], str] = {words: entity.label for words, entity in gold.items()}
        for tagged in decode_ranges(tags[index]):
            if not covered & set(range(tagged.start, tagged.end)):
                marked[tagged.start, tagged.end] = NONE
                covered |= set(range(tagged.start, tagged.end))
        others = [word for word in range(len(sentence.words)) if word not in covered]
        if others:
            probabilities = _label_probabilities(tags[index][others], labels)
            yield Judged("entity", "entity", document.id, index, "the other words", NONE, probabilities)
        for (start, end), label in marked.items():
            text = document.text[sentence.words[start].start : sentence.words[end - 1].end]
            yield Judged(
                "entity",
                "entity",
                document.id,
                index,
                text,
                label,
                _label_probabilities(tags[index][start:end], labels),
            )


def _label_probabilities(logs: NDArray[np.float32], labels: Sequence[str]) -> dict[str, float]:
    """Mean over some words of the probability of O and of each label, whether begun or continued."""
    mean = np.exp(logs).mean(axis=0)
    found = {NONE: float(mean[0])}
    found |= {label: float(mean[1 + 2 * n] + mean[2 + 2 * n]) for n, label in enumerate(labels)}
    return found


def _pairs(scorer: PairScorer, document: Document, scheme: LabelScheme) -> Iterator[Judged]:
    held = {(r.head, r.tail, r.label): r.status for r in document.relations}
    staged = {(s.holder, s.target): s.polarity for s in document.stances}
    scored, _ = scorer.score(document)
    for item in scored:
        entities = item.pairs.entities
        for row, candidate in enumerate(item.pairs.pairs):
            head, tail = entities[candidate.head], entities[candidate.tail]
            what = f"{head.text} → {tail.text}"
            for column, relation in enumerate(scheme.relations):
                if not candidate.relations[column]:
                    continue
                key = (head, tail, relation.label)
                if relation.symmetric and key not in held:
                    key = (tail, head, relation.label)
                p = float(item.scores.relation[row, column])
                yield Judged(
                    "relation",
                    relation.label,
                    document.id,
                    item.pairs.sentence,
                    what,
                    relation.label if key in held else NONE,
                    {relation.label: p, NONE: 1 - p},
                )
                status = held.get(key)
                if status in scheme.statuses:
                    values = item.scores.status[row, column]
                    yield Judged(
                        "status",
                        "status",
                        document.id,
                        item.pairs.sentence,
                        f"{what} ({relation.label})",
                        status,
                        {name: float(value) for name, value in zip(scheme.statuses, values, strict=True)},
                    )
            if candidate.stance:
                values = item.scores.stance[row]
                names = (NONE, *scheme.polarities)
                yield Judged(
                    "stance",
                    "stance",
                    document.id,
                    item.pairs.sentence,
                    what,
                    staged.get((head, tail), NONE),
                    {name: float(value) for name, value in zip(names, values, strict=True)},
                )
