"""Marked documents as training examples, through the very feature code that extraction uses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from secrel.domain import Document, Dropped, Entity, LabelScheme
from secrel.errors import AnnotationError
from secrel.features.decoding import encode_bio
from secrel.features.encoding import EncodedSentence, SentenceEncoder, SentenceIntegers
from secrel.features.pairs import CandidatePair, PairIntegers, candidate_pairs, encode_pairs
from secrel.nn.markers import TOKENS_PER_PAIR
from secrel.nn.model import IGNORE

_MISALIGNED = "entities that do not begin and end at word boundaries: widened to whole words"
_OUTSIDE = "entities outside of every sentence, or touching no word: not trained on"
_NO_CANDIDATE = "relations or stances that the scheme allows no candidate pair for: not trained on"


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence with what the model should say of it.

    Attributes:
        sentence: The sentence.
        pairs: Its entities and candidate pairs.
        tags: BIO tag of every word.
        relation: For every pair and relation label 1, 0, or :data:`IGNORE` where the scheme does not allow it.
        status: For every pair and relation label the status, or :data:`IGNORE`.
        stance: For every pair 0 or 1 + polarity, or :data:`IGNORE` where the scheme does not allow a stance.
    """

    sentence: SentenceIntegers
    pairs: PairIntegers
    tags: Sequence[int]
    relation: Sequence[Sequence[int]]
    status: Sequence[Sequence[int]]
    stance: Sequence[int]

    @property
    def length(self) -> int:
        """The tokens that it takes: subwords, and two for a pair's markers."""
        pairs = {frozenset(pair) for pair in zip(self.pairs.heads, self.pairs.tails, strict=True)}
        return self.sentence.n_subwords + TOKENS_PER_PAIR * len(pairs)

    def to_row(self) -> dict[str, Any]:
        """The example as a row of a ``datasets.Dataset``, with its length."""
        return {**asdict(self), "length": self.length}

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Example:
        """The inverse of :meth:`to_row`."""
        return cls(
            SentenceIntegers(**row["sentence"]),
            PairIntegers(**row["pairs"]),
            row["tags"],
            row["relation"],
            row["status"],
            row["stance"],
        )


def make_examples(
    documents: Iterable[Document], encoder: SentenceEncoder, scheme: LabelScheme
) -> tuple[list[Example], tuple[Dropped, ...]]:
    """One example for every sentence of marked documents, and what could not be represented.

    Args:
        documents: Marked documents with sentences.
        encoder: Turns sentences into integers.
        scheme: The label scheme.

    Raises:
        AnnotationError: If a document has an entity label or a polarity that the scheme does not have.
    """
    examples: list[Example] = []
    lost: Counter[str] = Counter()
    for document in documents:
        _check_labels(document, scheme)
        lost[_OUTSIDE] += len(document.entities)
        lost[_NO_CANDIDATE] += len(document.relations) + len(document.stances)
        encoded = encoder.encode(document.text, document.sentences or ())
        for index, _, entities in document.entities_by_sentence():
            if encoded[index].words:
                kept = tuple(e for e in entities if encoded[index].word_range(e.span) is not None)
                examples.append(_example(encoded[index], kept, document, scheme, lost))
    return examples, tuple(Dropped(reason, n) for reason, n in lost.items() if n)


def _check_labels(document: Document, scheme: LabelScheme) -> None:
    marks = [(entity.text, "label", entity.label, scheme.entities) for entity in document.entities]
    if scheme.stance:
        marks += [(s.holder.text, "polarity", s.polarity, scheme.polarities) for s in document.stances]
    for text, kind, label, known in marks:
        if label not in known:
            raise AnnotationError(
                f"{document.id}, {text!r}", found=f"{kind} {label!r}", expected=f"one of {', '.join(known)}"
            )


def _example(
    sentence: EncodedSentence,
    entities: tuple[Entity, ...],
    document: Document,
    scheme: LabelScheme,
    lost: Counter[str],
) -> Example:
    label_ids = {label: n for n, label in enumerate(scheme.entities)}
    ranges = []
    for entity in entities:
        words = sentence.word_range(entity.span)
        if words is not None:
            ranges.append((*words, label_ids[entity.label]))
            lost[_OUTSIDE] -= 1
            lost[_MISALIGNED] += not sentence.fits(entity.span)
    pairs = candidate_pairs(entities, scheme)
    relation, status, stance, n_found = _pair_targets(sentence, entities, pairs, document, scheme)
    lost[_NO_CANDIDATE] -= n_found
    return Example(
        sentence=sentence.integers,
        pairs=encode_pairs(sentence, entities, pairs, scheme),
        tags=encode_bio(ranges, len(sentence.words)),
        relation=relation,
        status=status,
        stance=stance,
    )


def _pair_targets(
    sentence: EncodedSentence,
    entities: tuple[Entity, ...],
    pairs: list[CandidatePair],
    document: Document,
    scheme: LabelScheme,
) -> tuple[list[list[int]], list[list[int]], list[int], int]:
    inside = sentence.sentence.contains
    held: dict[tuple[Entity, Entity, str], str | None] = {}
    for r in document.relations:
        if inside(r.head.span):
            # Symmetric relations are offered in text order only.
            reverse = scheme.is_symmetric(r.label) and r.tail.start < r.head.start
            held[(r.tail, r.head, r.label) if reverse else (r.head, r.tail, r.label)] = r.status
    stances = {(s.holder, s.target): s.polarity for s in document.stances if inside(s.holder.span)}
    relation: list[list[int]] = []
    status: list[list[int]] = []
    stance: list[int] = []
    n_found = 0
    for pair in pairs:
        head, tail = entities[pair.head], entities[pair.tail]
        row, statuses = [], []
        for column, label in enumerate(scheme.relation_labels):
            holds = pair.relations[column] and (head, tail, label) in held
            row.append(int(holds) if pair.relations[column] else IGNORE)
            value = held.get((head, tail, label)) if holds else None
            statuses.append(scheme.statuses.index(value) if value in scheme.statuses else IGNORE)
            n_found += holds
        polarity = stances.get((head, tail)) if pair.stance else None
        n_found += polarity is not None
        relation.append(row)
        status.append(statuses)
        if not pair.stance:
            stance.append(IGNORE)
        else:
            stance.append(0 if polarity is None else 1 + scheme.polarities.index(polarity))
    return relation, status, stance, n_found
