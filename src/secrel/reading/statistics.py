"""Counts over marked documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from secrel.domain import Document, Pair


@dataclass(slots=True)
class Statistics:
    """What a set of marked documents holds.

    Attributes:
        documents: Number of documents.
        sentences: Number of sentences.
        sentences_without_pair: Sentences that carry neither a relation nor a stance.
        characters: Length of the texts in code points.
        entities: Mentions per label.
        surfaces: Distinct mention texts per label.
        relations: Relations per (label, status).
        stances: Stances per polarity.
    """

    documents: int = 0
    sentences: int = 0
    sentences_without_pair: int = 0
    characters: int = 0
    entities: Counter[str] = field(default_factory=Counter)
    surfaces: dict[str, set[str]] = field(default_factory=dict)
    relations: Counter[tuple[str, str]] = field(default_factory=Counter)
    stances: Counter[str] = field(default_factory=Counter)

    def add(self, document: Document) -> None:
        """Counts one document in."""
        self.documents += 1
        self.characters += len(document.text)
        sentences = document.sentences or ()
        self.sentences += len(sentences)
        pairs: list[Pair] = [*(r.pair for r in document.relations), *(s.pair for s in document.stances)]
        marked = {document.sentence_index(pair.head.span) for pair in pairs}
        self.sentences_without_pair += len(sentences) - len(marked - {None})
        for entity in document.entities:
            self.entities[entity.label] += 1
            self.surfaces.setdefault(entity.label, set()).add(entity.text)
        for relation in document.relations:
            self.relations[relation.label, relation.status or "-"] += 1
        for stance in document.stances:
            self.stances[stance.polarity] += 1


def count(documents: Iterable[Document]) -> Statistics:
    """The counts over some documents."""
    statistics = Statistics()
    for document in documents:
        statistics.add(document)
    return statistics
