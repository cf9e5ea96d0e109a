"""Candidate pairs and their integers."""

from __future__ import annotations

import pytest

from secrel.domain import Entity, LabelScheme, RelationType, Span, StanceType
from secrel.features.encoding import EncodedSentence, SentenceIntegers
from secrel.features.pairs import (
    N_DISTANCES,
    CandidatePair,
    PairIntegers,
    candidate_pairs,
    distance_bucket,
    encode_pairs,
)

PARTIES = frozenset({"GPE", "MIL"})
SCHEME = LabelScheme(
    "test",
    "1",
    ("GPE", "MIL", "LAW"),
    relations=(
        RelationType("meets", PARTIES, PARTIES, symmetric=True),
        RelationType("commands", frozenset({"GPE"}), frozenset({"MIL"})),
    ),
    stance=StanceType(("favor", "against"), frozenset({"GPE"}), frozenset({"LAW"})),
)
TEXT = "Kyiv asked Army on Treaty"
KYIV, ARMY, TREATY = (
    Entity(Span(0, 4), "GPE", "Kyiv"),
    Entity(Span(11, 15), "MIL", "Army"),
    Entity(Span(19, 25), "LAW", "Treaty"),
)


def words_only(*words: tuple[int, int]) -> EncodedSentence:
    spans = tuple(Span(*word) for word in words)
    return EncodedSentence(Span(0, spans[-1].end), spans, SentenceIntegers((), (), (), ()))


SENTENCE = words_only((0, 4), (5, 10), (11, 15), (16, 18), (19, 25))


def test_pairs_that_some_label_allows() -> None:
    assert candidate_pairs([KYIV, ARMY, TREATY], SCHEME) == [
        CandidatePair(0, 1, (True, True), False),
        CandidatePair(0, 2, (False, False), True),
    ]


def test_a_symmetric_label_is_offered_in_text_order_only() -> None:
    army, kyiv = Entity(Span(0, 4), "MIL", "Army"), Entity(Span(11, 15), "GPE", "Kyiv")
    assert candidate_pairs([army, kyiv], SCHEME) == [
        CandidatePair(0, 1, (True, False), False),
        CandidatePair(1, 0, (False, True), False),
    ]


@pytest.mark.parametrize("entities", [[], [KYIV], [TREATY, TREATY], [Entity(Span(0, 4), "OTHER", "Kyiv"), ARMY]])
def test_no_pair(entities: list[Entity]) -> None:
    assert candidate_pairs(entities, SCHEME) == []


def test_a_scheme_of_entities_only_has_no_pairs() -> None:
    assert candidate_pairs([KYIV, ARMY], LabelScheme("test", "1", ("GPE", "MIL"))) == []


@pytest.mark.parametrize(
    ("head", "tail", "bucket"),
    [
        ((0, 1), (1, 2), 0),
        ((0, 1), (2, 3), 1),
        ((0, 1), (3, 4), 2),
        ((0, 1), (4, 5), 3),
        ((0, 1), (5, 6), 3),
        ((0, 1), (6, 7), 4),
        ((0, 2), (38, 40), 8),
        ((0, 2), (39, 40), 9),
        ((0, 1), (900, 901), 9),
        ((0, 3), (1, 2), 0),
        ((1, 2), (0, 1), 10),
        ((2, 3), (0, 1), 11),
        ((900, 901), (0, 1), 19),
    ],
)
def test_distance_counts_the_words_between(head: tuple[int, int], tail: tuple[int, int], bucket: int) -> None:
    assert N_DISTANCES == 20
    assert distance_bucket(head, tail) == bucket


def test_pairs_as_integers() -> None:
    entities = [KYIV, ARMY, Entity(Span(16, 25), "OTHER", "on Treaty")]
    pairs = [CandidatePair(0, 1, (True, True), False), CandidatePair(2, 0, (False, False), True)]
    assert encode_pairs(SENTENCE, entities, pairs, SCHEME) == PairIntegers(
        starts=(0, 2, 3), ends=(1, 3, 5), labels=(0, 1, 3), heads=(0, 2), tails=(1, 0), distances=(1, 12)
    )


def test_an_entity_inside_a_word_is_that_word() -> None:
    integers = encode_pairs(SENTENCE, [Entity(Span(12, 14), "MIL", "rm")], [], SCHEME)
    assert (integers.starts, integers.ends, integers.heads) == ((2,), (3,), ())


def test_an_entity_that_touches_no_word_is_refused() -> None:
    with pytest.raises(ValueError, match="touches no word of its sentence"):
        encode_pairs(SENTENCE, [Entity(Span(4, 5), "GPE", " ")], [], SCHEME)
