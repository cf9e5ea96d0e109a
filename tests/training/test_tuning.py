"""Decision thresholds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from secrel.config import Decision
from secrel.domain import Document, Entity, LabelScheme, Pair, Relation, RelationType, Span, Stance, StanceType
from secrel.pipeline import Pipeline
from secrel.training.tuning import GRID, TOLERANCE, prefers_one_label, tune_decision

PARTY = frozenset({"GPE"})
SCHEME = LabelScheme(
    "test",
    "1",
    ("GPE",),
    relations=(RelationType("warns", PARTY, PARTY),),
    stance=StanceType(("favor",), PARTY, PARTY),
)
NAMES = ("Baku", "Kyiv", "Oslo", "Riga", "Rome", "Bern")
TEXT = " ".join(NAMES)
ENTITIES = tuple(Entity(Span(5 * n, 5 * n + 4), "GPE", name) for n, name in enumerate(NAMES))
PAIRS = tuple(Pair(ENTITIES[n], ENTITIES[n + 1]) for n in range(5))


def gold(relations: list[int], stances: list[int]) -> Document:
    return Document(
        TEXT,
        sentences=(Span(0, len(TEXT)),),
        entities=ENTITIES,
        relations=tuple(Relation(PAIRS[n], "warns") for n in relations),
        stances=tuple(Stance(PAIRS[n], "favor") for n in stances),
    )


class Scored:
    """A stage that gives every pair of neighbours a relation and a stance with scores that are set beforehand."""

    name = "scored"
    requires = ("text",)
    assigns = ("entities", "relations", "stances")

    def __init__(self, relations: list[float], stances: list[float]) -> None:
        self.scores = relations, stances

    def __call__(self, document: Document) -> Document:
        assert (document.entities, document.relations, document.stances) == ((), (), ())
        relations, stances = self.scores
        return document.replace(
            entities=ENTITIES,
            relations=tuple(Relation(PAIRS[n], "warns", score=score) for n, score in enumerate(relations)),
            stances=tuple(Stance(PAIRS[n], "favor", score=score) for n, score in enumerate(stances)),
        )


def tuned(scored: Scored, *documents: Document) -> Decision:
    return tune_decision(Pipeline([scored], scheme=SCHEME), documents)


def test_the_grid() -> None:
    assert GRID[0] == 0.1
    assert GRID[-1] == 0.9
    assert len(GRID) == 17


def test_the_best_threshold_of_each_layer() -> None:
    # Relations: right at 0.95, 0.72, wrong at 0.68, 0.6: best above 0.68 and up to 0.72, that is 0.7.
    # Stances: right at 0.5, 0.3, 0.27, wrong at 0.23: best above 0.23 and up to 0.27, that is 0.25.
    scored = Scored([0.95, 0.68, 0.72, 0.6], [0.5, 0.3, 0.27, 0.23])
    assert tuned(scored, gold([0, 2], [0, 1, 2])) == Decision(relation=0.7, stance=0.25)


def test_a_score_equal_to_the_threshold_counts() -> None:
    assert tuned(Scored([0.8, 0.79], []), gold([0], [])).relation == 0.8


def test_all_documents_count() -> None:
    # Above 0.3 lies one pair that is right in the first document and wrong in both others.
    scored = Scored([0.62, 0.3], [])
    documents = [gold([0, 1], []), gold([1], []), gold([1], [])]
    # At 0.3 and below: tp 4, fp 2, fn 0. Above: tp 1, fp 2, fn 3. Above 0.62: none.
    assert tuned(scored, *documents).relation == 0.3


@pytest.mark.parametrize("scored", [Scored([], []), Scored([0.9], [0.9])])
def test_between_equals_the_nearest_to_one_half(scored: Scored) -> None:
    assert tuned(scored, gold([], [])) == Decision(0.5, 0.5)
    assert tuned(Scored([0.9], []), gold([0], [])).relation == 0.5


def test_gold_relations_that_are_not_found_change_nothing() -> None:
    right = Scored([0.95, 0.68, 0.72, 0.6], [])
    missed = gold([0, 2, 4], [])
    assert tuned(right, missed).relation == 0.7
    assert tuned(right, replace(missed, stances=gold([], [1]).stances)) == Decision(0.7, 0.5)


def test_among_equal_thresholds_the_most_moderate_one_is_taken() -> None:
    assert tuned(Scored([0.95] * 4, []), gold([0, 1, 2, 3], [])).relation == 0.5
    assert TOLERANCE == 0.01


@pytest.mark.parametrize(("n_documents", "expected"), [(30, 0.5), (3, 0.1)])
def test_the_tolerance_is_measured_in_f1(n_documents: int, expected: float) -> None:
    # One gold pair in 5 * n_documents scores 0.12: below 0.15 it is found, above it is missed.
    class Weak(Scored):
        def __call__(self, document: Document) -> Document:
            self.scores = ([0.95] * 4 + [0.12 if document.id == "weak" else 0.95], [])
            return super().__call__(document)

    documents = [gold([0, 1, 2, 3, 4], []).replace(id="weak" if n == 0 else "strong") for n in range(n_documents)]
    assert tuned(Weak([], []), *documents).relation == expected


class Found:
    """A stage that finds the first so many entities."""

    name = "found"
    requires = ("text",)
    assigns = ("entities",)

    def __init__(self, n: int) -> None:
        self.n = n

    def __call__(self, document: Document) -> Document:
        return document.replace(entities=ENTITIES[: self.n])


@pytest.mark.parametrize(("separate", "agreed", "preferred"), [(3, 5, True), (5, 3, False), (4, 4, False)])
def test_one_label_a_name_only_if_entities_are_better(separate: int, agreed: int, preferred: bool) -> None:
    pipelines = (Pipeline([Found(n)], scheme=SCHEME) for n in (separate, agreed))
    assert prefers_one_label(*pipelines, [gold([], [])]) is preferred


def test_the_choice_is_noted() -> None:
    pipeline = Pipeline([Scored([0.9] * 5, [0.9] * 5)], scheme=SCHEME)
    assert tune_decision(pipeline, [gold([0], [0])], one_label=True).one_label
    assert not tune_decision(pipeline, [gold([0], [0])]).one_label
