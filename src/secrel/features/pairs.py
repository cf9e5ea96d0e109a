"""Candidate pairs of a sentence, and what is known of each before any model looks at it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from secrel.domain import Entity, LabelScheme
from secrel.features.encoding import EncodedSentence

DISTANCE_BOUNDS = (0, 1, 2, 4, 7, 11, 16, 24, 36)
"""Upper bounds, in words between the mentions, of the distance buckets; one more bucket lies above the last."""

N_DISTANCES = 2 * (len(DISTANCE_BOUNDS) + 1)


@dataclass(frozen=True, slots=True)
class CandidatePair:
    """An ordered pair that some label of the scheme allows.

    Attributes:
        head: Index of the first argument among the sentence's entities.
        tail: Index of the second.
        relations: For each relation label of the scheme, whether it may hold of this ordered pair.
        stance: Whether a stance may hold of it.
    """

    head: int
    tail: int
    relations: tuple[bool, ...]
    stance: bool


def candidate_pairs(entities: Sequence[Entity], scheme: LabelScheme) -> list[CandidatePair]:
    """All ordered pairs of a sentence's entities that the scheme allows any relation or stance for.

    A symmetric relation is offered only for the pair whose head comes first in the text.
    """
    candidates = []
    for i, head in enumerate(entities):
        for j, tail in enumerate(entities):
            if i == j:
                continue
            relations = tuple(
                relation.allows(head.label, tail.label)
                and not (relation.symmetric and (tail.start, j) < (head.start, i))
                for relation in scheme.relations
            )
            stance = scheme.stance is not None and scheme.stance.allows(head.label, tail.label)
            if stance or any(relations):
                candidates.append(CandidatePair(i, j, relations, stance))
    return candidates


def distance_bucket(head: tuple[int, int], tail: tuple[int, int]) -> int:
    """Bucket in ``range(N_DISTANCES)`` of the words between two word ranges; the upper half if the tail comes first."""
    if head[0] <= tail[0]:
        return bisect_right(DISTANCE_BOUNDS, max(0, tail[0] - head[1]) - 1)
    return N_DISTANCES // 2 + bisect_right(DISTANCE_BOUNDS, max(0, head[0] - tail[1]) - 1)


@dataclass(frozen=True, slots=True)
class PairIntegers:
    """Entities and pairs of one sentence as the model reads them. E entities, P pairs.

    Attributes:
        starts: First word of each entity (E).
        ends: Word behind its last (E).
        labels: Its label; the number of labels stands for a label that the scheme does not have (E).
        heads: Entity index of each pair's first argument (P).
        tails: Entity index of its second argument (P).
        distances: Its distance bucket (P).
    """

    starts: Sequence[int]
    ends: Sequence[int]
    labels: Sequence[int]
    heads: Sequence[int]
    tails: Sequence[int]
    distances: Sequence[int]


def encode_pairs(
    sentence: EncodedSentence,
    entities: Sequence[Entity],
    pairs: Sequence[CandidatePair],
    scheme: LabelScheme,
) -> PairIntegers:
    """Entities and candidate pairs of a sentence as integers.

    Raises:
        ValueError: If an entity touches no word of the sentence.
    """
    label_ids = {label: n for n, label in enumerate(scheme.entities)}
    ranges = []
    for entity in entities:
        words = sentence.word_range(entity.span)
        if words is None:
            raise ValueError(f"entity {entity} touches no word of its sentence")
        ranges.append(words)
    return PairIntegers(
        starts=tuple(start for start, _ in ranges),
        ends=tuple(end for _, end in ranges),
        labels=tuple(label_ids.get(entity.label, len(label_ids)) for entity in entities),
        heads=tuple(pair.head for pair in pairs),
        tails=tuple(pair.tail for pair in pairs),
        distances=tuple(distance_bucket(ranges[pair.head], ranges[pair.tail]) for pair in pairs),
    )
