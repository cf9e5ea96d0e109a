"""Marked documents sentence by sentence, as the peers read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from secrel.domain import Document, Entity, LabelScheme, Span
from secrel.features.words import split_words


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence with its words and its gold marks. All spans are offsets into ``text``.

    Attributes:
        document: Index of its document in the split.
        text: Text of the whole document.
        span: The sentence.
        words: Its words.
        entities: Its entities, in order of their spans.
        ranges: Half-open range of words that each entity touches.
        relations: Status by head, tail (indices of entities) and label; symmetric ones in text order.
        stances: Polarity by holder and target.
    """

    document: int
    text: str
    span: Span
    words: tuple[Span, ...]
    entities: tuple[Entity, ...] = ()
    ranges: tuple[tuple[int, int], ...] = ()
    relations: Mapping[tuple[int, int, str], str | None] = field(default_factory=dict)
    stances: Mapping[tuple[int, int], str] = field(default_factory=dict)

    def word(self, index: int) -> str:
        """Text of one word."""
        return self.words[index].of(self.text)

    def entity(self, start: int, end: int, label: str, probability: float = 1.0) -> Entity:
        """The entity that covers a half-open range of words."""
        span = Span(self.words[start].start, self.words[end - 1].end)
        return Entity(span, label, span.of(self.text), probability)

    def with_entities(self, entities: Sequence[Entity]) -> Sentence:
        """The sentence with other entities and without relations and stances; entities that touch no word are left."""
        kept, ranges = [], []
        for entity in sorted(entities, key=lambda item: item.span):
            touched = [n for n, word in enumerate(self.words) if word.overlaps(entity.span)]
            if touched:
                kept.append(entity)
                ranges.append((touched[0], touched[-1] + 1))
        return replace(self, entities=tuple(kept), ranges=tuple(ranges), relations={}, stances={})


def limit(documents: Sequence[Document], n: int | None) -> tuple[Document, ...]:
    """The first ``n`` sentences of the documents with the marks inside them; all sentences where ``n`` is ``None``."""
    if n is None:
        return tuple(documents)
    kept: list[Document] = []
    for document in documents:
        sentences = (document.sentences or ())[:n]
        n -= len(sentences)
        if sentences:
            end = sentences[-1].end
            kept.append(
                document.replace(
                    sentences=sentences,
                    entities=tuple(e for e in document.entities if e.end <= end),
                    relations=tuple(r for r in document.relations if max(r.head.end, r.tail.end) <= end),
                    stances=tuple(s for s in document.stances if max(s.holder.end, s.target.end) <= end),
                )
            )
    return tuple(kept)


def sentences_of(documents: Sequence[Document], scheme: LabelScheme) -> list[Sentence]:
    """The sentences of marked documents, in order; sentences without a word are left out."""
    return [s for index, document in enumerate(documents) for s in _sentences(index, document, scheme)]


def _sentences(index: int, document: Document, scheme: LabelScheme) -> Iterator[Sentence]:
    for _, span, entities in document.entities_by_sentence():
        words = split_words(document.text, span)
        if not words:
            continue
        sentence = Sentence(index, document.text, span, words).with_entities(entities)
        places = {entity: n for n, entity in enumerate(sentence.entities)}
        relations: dict[tuple[int, int, str], str | None] = {}
        for relation in document.relations:
            if relation.head in places and relation.tail in places:
                head, tail = places[relation.head], places[relation.tail]
                if scheme.is_symmetric(relation.label) and tail < head:
                    head, tail = tail, head
                relations[head, tail, relation.label] = relation.status
        stances = {
            (places[s.holder], places[s.target]): s.polarity
            for s in document.stances
            if s.holder in places and s.target in places
        }
        yield replace(sentence, relations=relations, stances=stances)


def without_overlap(entities: Sequence[Entity]) -> tuple[Entity, ...]:
    """The entities of highest score that do not overlap, in order of their spans: the corpus has no nested marks."""
    kept: list[Entity] = []
    for entity in sorted(entities, key=lambda item: (-item.score, item.span)):
        if not any(entity.span.overlaps(other.span) for other in kept):
            kept.append(entity)
    return tuple(sorted(kept, key=lambda item: item.span))
