"""Which predictions are right, counted by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secrel.domain import Document, Entity, LabelScheme, Pair, Relation, RelationType, Span, Stance, StanceType
from secrel.evaluation import Counts, entity_counts, relation_counts, stance_counts, total

PARTY = frozenset({"GPE", "ORG"})
SCHEME = LabelScheme(
    "test",
    "1",
    ("GPE", "ORG"),
    relations=(RelationType("meets", PARTY, PARTY, symmetric=True), RelationType("warns", PARTY, PARTY)),
    statuses=("planned", "actual"),
    stance=StanceType(("favor", "against"), PARTY, PARTY),
)
TEXT = "Baku met the Kyiv town council near Riga."


def mark(name: str, label: str = "GPE") -> Entity:
    start = TEXT.index(name)
    return Entity(Span(start, start + len(name)), label, name)


BAKU, KYIV, RIGA = mark("Baku"), mark("Kyiv"), mark("Riga")
COUNCIL, THE_COUNCIL, TOWN = mark("town council"), mark("the Kyiv town council"), mark("town")


def relation(head: Entity, tail: Entity, label: str = "warns", status: str | None = "actual") -> Relation:
    return Relation(Pair(head, tail), label, status)


def document(entities: list[Entity] = (), relations: list[Relation] = (), stances: list[Stance] = ()) -> Document:
    return Document(
        TEXT,
        sentences=(Span(0, len(TEXT)),),
        entities=tuple(entities),
        relations=tuple(relations),
        stances=tuple(stances),
    )


@pytest.mark.parametrize(
    ("gold", "predicted", "strict", "overlap"),
    [
        ([], [], Counts(), Counts()),
        ([BAKU], [], Counts(0, 0, 1), Counts(0, 0, 1)),
        ([], [BAKU], Counts(0, 1, 0), Counts(0, 1, 0)),
        ([BAKU, KYIV], [KYIV, BAKU], Counts(2, 0, 0), Counts(2, 0, 0)),
        ([COUNCIL], [THE_COUNCIL], Counts(0, 1, 1), Counts(1, 0, 0)),
        ([COUNCIL], [mark("town council", "ORG")], Counts(0, 1, 1), Counts(0, 1, 1)),
        ([KYIV], [TOWN], Counts(0, 1, 1), Counts(0, 1, 1)),  # they touch, but share no character
        ([THE_COUNCIL], [KYIV, TOWN], Counts(0, 2, 1), Counts(1, 1, 0)),
        ([KYIV, TOWN], [THE_COUNCIL], Counts(0, 1, 2), Counts(1, 0, 1)),
        ([BAKU], [BAKU, BAKU], Counts(1, 1, 0), Counts(1, 1, 0)),
        ([BAKU, BAKU], [BAKU], Counts(1, 0, 1), Counts(1, 0, 1)),
    ],
)
def test_entities(gold: list[Entity], predicted: list[Entity], strict: Counts, overlap: Counts) -> None:
    assert total(entity_counts(document(gold), document(predicted))) == strict
    assert total(entity_counts(document(gold), document(predicted), matching="overlap")) == overlap


def test_entities_are_counted_under_their_label() -> None:
    counts = entity_counts(document([BAKU, COUNCIL]), document([BAKU, mark("town council", "ORG")]))
    assert counts == {"GPE": Counts(1, 0, 1), "ORG": Counts(0, 1, 0)}


@pytest.mark.parametrize(
    ("gold", "predicted", "strict", "overlap"),
    [
        (relation(BAKU, KYIV), relation(BAKU, KYIV), True, True),
        (relation(BAKU, KYIV), relation(KYIV, BAKU), False, False),
        (relation(BAKU, KYIV, "meets"), relation(KYIV, BAKU, "meets"), True, True),
        (relation(BAKU, KYIV, "meets"), relation(BAKU, KYIV, "warns"), False, False),
        (relation(BAKU, KYIV), relation(BAKU, RIGA), False, False),
        (relation(BAKU, COUNCIL), relation(BAKU, THE_COUNCIL), False, True),
        (relation(COUNCIL, BAKU, "meets"), relation(BAKU, THE_COUNCIL, "meets"), False, True),
        (relation(BAKU, COUNCIL), relation(BAKU, mark("town council", "ORG")), False, False),
        (relation(BAKU, KYIV, "other"), relation(KYIV, BAKU, "other"), False, False),
    ],
)
def test_relations(gold: Relation, predicted: Relation, strict: bool, overlap: bool) -> None:
    hit, miss = Counts(1, 0, 0), Counts(0, 1, 1)
    one, other = document([], [gold]), document([], [predicted])
    assert total(relation_counts(one, other, SCHEME)) == (hit if strict else miss)
    assert total(relation_counts(one, other, SCHEME, matching="overlap")) == (hit if overlap else miss)


@pytest.mark.parametrize("matching", ["strict", "overlap"])
def test_status_counts_only_when_asked(matching: str) -> None:
    gold, predicted = document([], [relation(BAKU, KYIV)]), document([], [relation(BAKU, KYIV, status="planned")])
    assert relation_counts(gold, predicted, SCHEME, matching=matching) == {"warns": Counts(1, 0, 0)}
    with_status = relation_counts(gold, predicted, SCHEME, matching=matching, with_status=True)
    assert with_status == {"warns": Counts(0, 1, 1)}
    assert relation_counts(gold, gold, SCHEME, with_status=True) == {"warns": Counts(1, 0, 0)}


def test_a_gold_relation_without_entities_to_make_a_pair_of_is_a_miss() -> None:
    gold = document([BAKU, KYIV], [relation(BAKU, KYIV)])
    assert relation_counts(gold, document(), SCHEME) == {"warns": Counts(0, 0, 1)}


def test_one_prediction_matches_one_gold_relation() -> None:
    both = [relation(BAKU, KYIV, "meets"), relation(KYIV, BAKU, "meets")]
    assert relation_counts(document([], both[:1]), document([], both), SCHEME) == {"meets": Counts(1, 1, 0)}
    assert relation_counts(document([], both), document([], both[:1]), SCHEME) == {"meets": Counts(1, 0, 1)}
    gold = [relation(BAKU, KYIV), relation(BAKU, TOWN)]
    wide = [relation(BAKU, THE_COUNCIL)]
    assert relation_counts(document([], gold), document([], wide), SCHEME, matching="overlap") == {
        "warns": Counts(1, 0, 1)
    }


def test_scores_do_not_matter() -> None:
    unsure = Relation(Pair(Entity(BAKU.span, "GPE", "Baku", score=0.3), KYIV), "warns", "actual", score=0.2)
    assert relation_counts(document([], [relation(BAKU, KYIV)]), document([], [unsure]), SCHEME) == {
        "warns": Counts(1, 0, 0)
    }


def test_stances_have_a_direction_and_a_polarity() -> None:
    gold = document(stances=[Stance(Pair(BAKU, KYIV), "favor"), Stance(Pair(KYIV, COUNCIL), "against")])
    predicted = document(
        stances=[
            Stance(Pair(KYIV, BAKU), "favor"),
            Stance(Pair(BAKU, KYIV), "against"),
            Stance(Pair(KYIV, THE_COUNCIL), "against"),
        ]
    )
    assert stance_counts(gold, predicted) == {"favor": Counts(0, 1, 1), "against": Counts(0, 2, 1)}
    overlap = stance_counts(gold, predicted, matching="overlap")
    assert overlap == {"favor": Counts(0, 1, 1), "against": Counts(1, 1, 0)}


ENTITIES = st.builds(
    lambda start, length, label: Entity(Span(start, start + length), label, TEXT[start : start + length]),
    st.integers(0, 12),
    st.integers(1, 4),
    st.sampled_from(["GPE", "ORG"]),
)
RELATIONS = st.lists(
    st.builds(
        relation, ENTITIES, ENTITIES, st.sampled_from(["meets", "warns"]), st.sampled_from(["actual", "planned"])
    ),
    max_size=6,
)


@given(RELATIONS, RELATIONS, st.sampled_from(["strict", "overlap"]), st.booleans())
def test_every_mark_is_counted_once(
    gold: list[Relation], predicted: list[Relation], matching: str, with_status: bool
) -> None:
    counts = total(
        relation_counts(document([], gold), document([], predicted), SCHEME, matching=matching, with_status=with_status)
    )
    assert counts.tp + counts.fn == len(gold)
    assert counts.tp + counts.fp == len(predicted)


@given(RELATIONS, st.randoms())
def test_strict_counts_do_not_depend_on_the_order(relations: list[Relation], random: object) -> None:
    shuffled = list(relations)
    random.shuffle(shuffled)
    flipped = [relation(r.tail, r.head, r.label, r.status) if r.label == "meets" else r for r in shuffled]
    counts = total(relation_counts(document([], relations), document([], flipped), SCHEME, with_status=True))
    assert counts == Counts(len(relations), 0, 0)
