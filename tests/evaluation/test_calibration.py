"""Scores against the share of marks that are right."""

from __future__ import annotations

import pytest

from secrel.domain import Document, Entity, LabelScheme, Pair, Relation, RelationType, Span, Stance, StanceType
from secrel.evaluation import ScoredMarks, scored_marks

PARTY = frozenset({"GPE"})
SCHEME = LabelScheme(
    "test",
    "1",
    ("GPE", "ORG"),
    statuses=("actual", "denied"),
    relations=(RelationType("aids", PARTY, PARTY, symmetric=True),),
    stance=StanceType(("favor", "against"), PARTY, PARTY),
)
TEXT = "Baku aids Kyiv."


def document(*, label: str = "GPE", status: str = "actual", polarity: str = "favor", turned: bool = False) -> Document:
    baku, kyiv = Entity(Span(0, 4), "GPE", "Baku", 0.9), Entity(Span(10, 14), label, "Kyiv", 0.6)
    pair = Pair(kyiv, baku) if turned else Pair(baku, kyiv)
    return Document(
        TEXT,
        sentences=(Span(0, len(TEXT)),),
        entities=(baku, kyiv),
        relations=(Relation(pair, "aids", status, 0.8, 0.7),),
        stances=(Stance(pair, polarity, 0.4),),
    )


def test_a_perfect_prediction() -> None:
    marks = scored_marks([document()], [document()], SCHEME)
    assert marks["entity"] == ScoredMarks((0.9, 0.6), (True, True))
    assert marks["relation"] == ScoredMarks((0.8,), (True,))
    assert marks["status"] == ScoredMarks((0.7,), (True,))
    assert marks["stance"] == ScoredMarks((0.4,), (True,))


def test_a_wrong_argument_makes_the_pair_wrong_and_its_status_unjudged() -> None:
    marks = scored_marks([document()], [document(label="ORG")], SCHEME)
    assert marks["entity"].right == (True, False)
    assert marks["relation"].right == (False,)
    assert marks["status"] == ScoredMarks()
    assert marks["stance"].right == (False,)


def test_a_wrong_status_leaves_the_relation_right() -> None:
    marks = scored_marks([document()], [document(status="denied")], SCHEME)
    assert (marks["relation"].right, marks["status"].right) == ((True,), (False,))


def test_symmetric_relations_are_right_in_either_order_and_stances_are_not() -> None:
    marks = scored_marks([document()], [document(turned=True)], SCHEME)
    assert (marks["relation"].right, marks["stance"].right) == ((True,), (False,))


def test_documents_are_pooled_in_order() -> None:
    gold, wrong = document(), document(polarity="against")
    assert scored_marks([gold, gold], [wrong, gold], SCHEME)["stance"].right == (False, True)


def test_bins() -> None:
    marks = ScoredMarks((0.0, 0.25, 0.3, 1.0), (False, True, False, True))
    low, second, third, high = marks.bins(4)
    assert (low.low, low.high, low.n, low.score, low.right) == (0.0, 0.25, 1, 0.0, 0.0)
    assert (second.n, second.score, second.right) == (2, pytest.approx(0.275), 0.5)
    assert (third.n, third.score, third.right) == (0, 0.0, 0.0)
    assert (high.low, high.high, high.n, high.right) == (0.75, 1.0, 1, 1.0)


def test_expected_error_is_the_weighted_distance() -> None:
    # Two bins: |0.2 - 0.5| with weight 1/2, |0.9 - 0.5| with weight 1/2.
    assert ScoredMarks((0.2, 0.2, 0.9, 0.9), (True, False, True, False)).expected_error() == pytest.approx(0.35)
    assert ScoredMarks((1.0, 0.0), (True, False)).expected_error() == 0.0
    assert ScoredMarks().expected_error() == 0.0


def test_plain_data() -> None:
    data = ScoredMarks((0.2, 0.2), (True, False)).to_dict()
    assert (data["n"], data["ece"], len(data["bins"])) == (2, 0.3, 10)
    assert data["bins"][2] == {"low": 0.2, "high": 0.3, "n": 2, "score": 0.2, "right": 0.5}


def test_no_bins_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        ScoredMarks((0.5,), (True,)).bins(0)
