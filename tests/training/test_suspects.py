from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from secrel.domain import Document, Entity, LabelScheme, Pair, Relation, Span, Stance
from secrel.features.pairs import candidate_pairs
from secrel.pipeline import Pipeline, load
from secrel.training.suspects import NONE, Judged, find_suspects, judge


def _judged(marked: str, yes: float, what: str = "x", task: str = "trains") -> Judged:
    return Judged("relation", task, "d", 0, what, marked, {"yes": yes, "none": 1 - yes})


def test_confident_contradictions_are_found_in_order() -> None:
    sound = [_judged("yes", 0.9), _judged("yes", 0.8), _judged("none", 0.1), _judged("none", 0.2)]
    missed, unfounded = _judged("none", 0.95, "missed"), _judged("yes", 0.02, "unfounded")
    # Thresholds: yes (0.9 + 0.8 + 0.02) / 3 = 0.573, none (0.9 + 0.8 + 0.05) / 3 = 0.583.
    found = find_suspects([*sound, missed, unfounded])
    assert [(s.judged.what, s.believed) for s in found] == [("unfounded", "none"), ("missed", "yes")]
    assert [round(s.margin, 2) for s in found] == [0.96, 0.9]
    assert str(found[0]) == "d\tsentence 1\trelation\tunfounded\tmarked yes\tmodel none 0.98, yes 0.02"


def test_doubt_alone_is_no_suspicion() -> None:
    items = [_judged("yes", 0.9), _judged("yes", 0.9), _judged("none", 0.1), _judged("none", 0.55, "doubtful")]
    assert find_suspects(items) == []
    assert find_suspects([]) == []


def test_tasks_have_thresholds_of_their_own() -> None:
    timid = [_judged("yes", 0.5, task="timid"), _judged("none", 0.1, task="timid"), _judged("none", 0.6, "t", "timid")]
    bold = [_judged("yes", 0.95, task="bold"), _judged("none", 0.1, task="bold"), _judged("none", 0.6, "b", "bold")]
    assert [s.judged.what for s in find_suspects([*timid, *bold])] == ["t"]


@pytest.fixture(scope="module")
def pipeline(tiny_model: Path) -> Pipeline:
    return load(tiny_model)


def test_every_mark_and_every_pair_is_judged(
    pipeline: Pipeline, tiny_documents: list[Document], scheme: LabelScheme
) -> None:
    document = tiny_documents[5]
    judged = judge(pipeline, document)
    by_layer: dict[str, list[Judged]] = {}
    for item in judged:
        by_layer.setdefault(item.layer, []).append(item)
        assert sum(item.probabilities.values()) == pytest.approx(1, abs=1e-3)
        assert item.marked in item.probabilities
    assert sum(item.marked != NONE for item in by_layer["entity"]) == len(document.entities)
    assert sum(item.marked != NONE for item in by_layer["relation"]) == len(document.relations)
    assert len(by_layer["status"]) == len(document.relations)
    assert sum(item.marked != NONE for item in by_layer["stance"]) == len(document.stances)
    pairs = [p for _, _, entities in document.entities_by_sentence() for p in candidate_pairs(entities, scheme)]
    assert len(by_layer["relation"]) == sum(sum(pair.relations) for pair in pairs)
    assert len(by_layer["stance"]) == sum(pair.stance for pair in pairs)


def test_a_symmetric_relation_counts_in_either_order(pipeline: Pipeline) -> None:
    text = "Osh met Kars."
    osh, kars = Entity(Span(0, 3), "GPE", "Osh"), Entity(Span(8, 12), "GPE", "Kars")
    document = Document(
        text,
        sentences=(Span(0, 13),),
        entities=(osh, kars),
        relations=(Relation(Pair(kars, osh), "cooperates-with", "planned"),),
        stances=(Stance(Pair(kars, osh), "favor"),),
    )
    judged = judge(pipeline, document)
    assert [j.what for j in judged if j.marked == "cooperates-with"] == ["Osh → Kars"]
    assert [(j.what, j.marked) for j in judged if j.layer == "status"] == [("Osh → Kars (cooperates-with)", "planned")]
    assert [(j.what, j.marked) for j in judged if j.layer == "stance"] == [
        ("Osh → Kars", NONE),
        ("Kars → Osh", "favor"),
    ]


def test_a_wrong_label_is_suspect_to_a_model_that_learned_the_text(
    pipeline: Pipeline, tiny_documents: list[Document]
) -> None:
    # The place that the tiny model is surest of has to stand out when it is marked as a weapon.
    documents = list(tiny_documents[:4])
    judged = [item for document in documents for item in judge(pipeline, document) if item.layer == "entity"]
    index, entity = max(
        ((n, item) for n, item in enumerate(judged) if item.marked == "GPE"),
        key=lambda pair: pair[1].probabilities["GPE"],
    )
    judged[index] = replace(entity, marked="WEAPON")
    suspect = next(s for s in find_suspects(judged) if s.judged is judged[index])
    # How sure the tiny model is of another label hangs on the machine; that it is no weapon does not.
    assert suspect.believed != "WEAPON"
    assert np.isclose(suspect.margin, suspect.confidence - entity.probabilities["WEAPON"])
    assert suspect.margin > 0
