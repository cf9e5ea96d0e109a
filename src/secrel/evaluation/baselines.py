"""Baselines that a model has to beat. All take the entities of the document they are given.

* *always none* predicts no relation and no stance.
* *co-occurrence* predicts, for every pair of entities in a sentence that the scheme allows, the relation and the
  polarity that pairs of their types have most often in the training documents, and none where most have none of
  a higher F1: it takes the type pairs whose share of related pairs maximises F1 on the training documents.
* *lexicon* predicts a relation where a word of its lexicon stands in the sentence, for the nearest mention before
  and the nearest mention behind that word that may be its arguments; status and stance likewise.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import resources
from typing import TypeVar

from secrel.config import read_toml
from secrel.domain import Document, Entity, LabelScheme, Pair, Relation, Span, Stance

Types = tuple[str, str, bool]
Mark = TypeVar("Mark")


def always_none(document: Document) -> Document:
    """The document without any relation or stance."""
    return document.replace(relations=(), stances=())


def ordered_pairs(document: Document) -> Iterator[tuple[Span, Entity, Entity]]:
    """All ordered pairs of two entities of one sentence, with the sentence."""
    for _, sentence, entities in document.entities_by_sentence():
        for head in entities:
            for tail in entities:
                if head is not tail:
                    yield sentence, head, tail


class CoOccurrence:
    """The most frequent relation and polarity of a pair's types; see the module.

    Args:
        training: Marked documents to count in.
        scheme: The label scheme.
    """

    def __init__(self, training: Iterable[Document], scheme: LabelScheme) -> None:
        pairs: Counter[Types] = Counter()
        relations: dict[Types, Counter[tuple[str, str | None]]] = defaultdict(Counter)
        stances: dict[Types, Counter[str]] = defaultdict(Counter)
        for document in training:
            for _, head, tail in ordered_pairs(document):
                pairs[_types(head, tail)] += 1
            for relation in document.relations:
                relations[_types(relation.head, relation.tail)][relation.label, relation.status] += 1
            for stance in document.stances:
                stances[_types(stance.holder, stance.target)][stance.polarity] += 1
        self.scheme = scheme
        self.relations = _best_types(pairs, relations)
        self.stances = _best_types(pairs, stances)

    def __call__(self, document: Document) -> Document:
        """The document with the relations and stances of this baseline."""
        relations, stances = [], []
        for sentence, head, tail in ordered_pairs(document):
            types = _types(head, tail)
            if types in self.relations:
                label, status = self.relations[types]
                relations.append(Relation(Pair(head, tail), label, status, evidence=sentence))
            if types in self.stances:
                stances.append(Stance(Pair(head, tail), self.stances[types], evidence=sentence))
        return document.replace(relations=tuple(relations), stances=tuple(stances))


class Lexicon:
    """Trigger words with the nearest mentions as arguments; see the module.

    Args:
        scheme: The label scheme; labels without an entry in the lexicon are never predicted.
    """

    def __init__(self, scheme: LabelScheme) -> None:
        with resources.as_file(resources.files("secrel.evaluation") / "lexicon.toml") as path:
            data = read_toml(path)
        self.scheme = scheme
        self.relations = {label: _stems(data["relations"].get(label, ())) for label in scheme.relation_labels}
        self.statuses = {s: _stems(data["statuses"].get(s, ())) for s in scheme.statuses}
        self.stances = {p: _stems(data["stances"].get(p, ())) for p in scheme.polarities}

    def __call__(self, document: Document) -> Document:
        """The document with the relations and stances of this baseline."""
        relations: list[Relation] = []
        stances: list[Stance] = []
        for _, sentence, entities in document.entities_by_sentence():
            relations += self._relations(document.text, sentence, entities)
            stances += self._stances(document.text, sentence, entities)
        return document.replace(relations=tuple(relations), stances=tuple(stances))

    def _relations(self, text: str, sentence: Span, entities: Sequence[Entity]) -> Iterator[Relation]:
        status = next(
            (s for s, stems in self.statuses.items() if stems and stems.search(text, sentence.start, sentence.end)),
            self.scheme.statuses[-1] if self.scheme.statuses else None,
        )
        for relation in self.scheme.relations:
            pairs = _triggered(text, sentence, entities, self.relations[relation.label], relation.allows)
            for pair in pairs:
                yield Relation(pair, relation.label, status, evidence=sentence)

    def _stances(self, text: str, sentence: Span, entities: Sequence[Entity]) -> Iterator[Stance]:
        if self.scheme.stance is None:
            return
        taken: set[Pair] = set()
        for polarity, stems in self.stances.items():
            for pair in _triggered(text, sentence, entities, stems, self.scheme.stance.allows):
                if pair not in taken:
                    taken.add(pair)
                    yield Stance(pair, polarity, evidence=sentence)


def _triggered(
    text: str,
    sentence: Span,
    entities: Sequence[Entity],
    stems: re.Pattern[str] | None,
    allows: Callable[[str, str], bool],
) -> list[Pair]:
    if stems is None:
        return []
    found: list[Pair] = []
    for trigger in stems.finditer(text, sentence.start, sentence.end):
        if any(entity.start <= trigger.start() < entity.end for entity in entities):
            continue
        before = [entity for entity in entities if entity.end <= trigger.start()]
        behind = [entity for entity in entities if entity.start >= trigger.end()]
        pair = next(
            (Pair(head, tail) for head in reversed(before) for tail in behind if allows(head.label, tail.label)),
            None,
        )
        if pair is not None and pair not in found:
            found.append(pair)
    return found


def _stems(stems: Iterable[str]) -> re.Pattern[str] | None:
    alternatives = "|".join(map(re.escape, sorted(stems, key=len, reverse=True)))
    return re.compile(rf"\b(?:{alternatives})", re.IGNORECASE) if alternatives else None


def _types(head: Entity, tail: Entity) -> Types:
    return head.label, tail.label, head.start < tail.start


def _best_types(pairs: Counter[Types], marks: Mapping[Types, Counter[Mark]]) -> dict[Types, Mark]:
    """The type pairs, best share of hits first, as far as taking them raises F1 on the documents counted."""
    best = {types: counter.most_common(1)[0] for types, counter in marks.items()}
    gold = sum(sum(counter.values()) for counter in marks.values())
    order = sorted(best, key=lambda types: (-best[types][1] / max(1, pairs[types]), types))
    hits = predicted = kept = 0
    top = 0.0
    for n, types in enumerate(order, 1):
        hits += best[types][1]
        predicted += pairs[types]
        f1 = 2 * hits / (predicted + gold)
        if f1 > top:
            top, kept = f1, n
    return {types: best[types][0] for types in order[:kept]}
