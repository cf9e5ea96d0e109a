"""Scoring of minimal pairs, with systems whose faults are known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from secrel.domain import BehaviourCase, Document, LabelScheme, Pair, Relation
from secrel.domain.behaviour import Kind
from secrel.evaluation import (
    END_TO_END,
    GOLD_ENTITIES,
    BehaviourScores,
    System,
    behaviour_table,
    describe_failure,
    score_behaviour,
    wilson_interval,
)
from secrel.reading import parse_inline

TRAINS = "[Avaria]GPE#1 trains the [Syldavian army]MIL#2.\n> trains 1 2 actual"
NEVER = "[Avaria]GPE#1 never trained the [Syldavian army]MIL#2.\n> trains 1 2 denied"
PRAISES = "[Avaria]GPE#1 praised [Borduria]GPE#2.\n> stance 1 2 favor"
SILENT = "[Avaria]GPE did not praise [Borduria]GPE."
TOGETHER = "[Avaria]GPE#1 and [Borduria]GPE#2 patrol together.\n> cooperates-with 1 2 actual"
SWAPPED = "[Great Syldavia]GPE#1 and [Zubrowka]GPE#2 patrol together.\n> cooperates-with 1 2 actual"


@pytest.fixture(scope="module")
def cases(scheme: LabelScheme) -> tuple[BehaviourCase, ...]:
    def case(id: str, capability: str, kind: Kind, before: str, after: str) -> BehaviourCase:
        sides = [parse_inline(text, scheme).document for text in (before, after)]
        return BehaviourCase(id, capability, kind, *sides)

    return (
        case("n1", "negation", "expectation", TRAINS, NEVER),
        case("n2", "negation", "expectation", PRAISES, SILENT),
        case("s1", "name-swap", "invariance", TOGETHER, SWAPPED),
    )


def gold_by_text(cases: tuple[BehaviourCase, ...]) -> dict[str, Document]:
    return {side.text: side for case in cases for side in case.sides}


def perfect(cases: tuple[BehaviourCase, ...]) -> System:
    gold = gold_by_text(cases)
    return lambda document: gold[document.text]


def never(document: Document) -> Document:
    return document


def deaf_to_negation(cases: tuple[BehaviourCase, ...]) -> System:
    """Reads the affirmed sides without a fault and takes every relation for actual, every negated praise for praise."""
    gold = gold_by_text(cases)

    def system(document: Document) -> Document:
        marked = gold[document.text]
        if "did not praise" in marked.text:
            stance = cases[1].before.stances[0]
            return marked.replace(stances=(replace(stance, pair=Pair(*marked.entities)),))
        return marked.replace(relations=tuple(replace(r, status="actual") for r in marked.relations))

    return system


def scored(cases: tuple[BehaviourCase, ...], system: System, scheme: LabelScheme) -> BehaviourScores:
    return score_behaviour(cases, {END_TO_END: system}, scheme)


def passed(scores: BehaviourScores) -> list[bool]:
    return [outcome.passed for outcome in scores.of(END_TO_END)]


def test_a_perfect_system_passes_everything(cases: tuple[BehaviourCase, ...], scheme: LabelScheme) -> None:
    scores = scored(cases, perfect(cases), scheme)
    assert passed(scores) == [True, True, True]
    numbers = scores.to_dict()["capabilities"]["all"]
    assert numbers["pairs"] == 3
    assert numbers[END_TO_END]["sides_right"] == 6
    assert (numbers[END_TO_END]["same"], numbers[END_TO_END]["invariance_pairs"]) == (1, 1)


def test_a_silent_system_is_right_only_where_nothing_is_said(
    cases: tuple[BehaviourCase, ...], scheme: LabelScheme
) -> None:
    scores = scored(cases, never, scheme)
    assert [outcome.right for outcome in scores.of(END_TO_END)] == [(False, False), (False, True), (False, False)]
    assert passed(scores) == [False, False, False]
    # It says the same on both sides, and is wrong.
    assert scores.to_dict()["capabilities"]["name-swap"][END_TO_END]["same"] == 1


def test_a_system_deaf_to_negation_fails_negation_alone(cases: tuple[BehaviourCase, ...], scheme: LabelScheme) -> None:
    scores = scored(cases, deaf_to_negation(cases), scheme)
    assert passed(scores) == [False, False, True]
    rows = scores.to_dict()["capabilities"]
    assert rows["negation"][END_TO_END]["passed"] == 0
    # "never trained" is right but for its status; praise that was not given stays wrong.
    assert rows["negation"][END_TO_END]["passed_if_status_is_ignored"] == 1
    assert rows["negation"][END_TO_END]["sides_right"] == 2
    assert rows["name-swap"][END_TO_END]["passed"] == 1


def test_gold_entities_go_to_that_setting_alone(cases: tuple[BehaviourCase, ...], scheme: LabelScheme) -> None:
    seen: dict[str, list[Document]] = {END_TO_END: [], GOLD_ENTITIES: []}

    def spy(setting: str) -> System:
        return lambda document: (seen[setting].append(document), document)[1]

    score_behaviour(cases, {setting: spy(setting) for setting in seen}, scheme)
    assert all(not document.entities for document in seen[END_TO_END])
    assert [d.entities for d in seen[GOLD_ENTITIES]] == [side.entities for case in cases for side in case.sides]
    assert not any(d.relations or d.stances for documents in seen.values() for d in documents)


def test_one_mark_too_many_or_of_another_label_is_wrong(cases: tuple[BehaviourCase, ...], scheme: LabelScheme) -> None:
    gold = gold_by_text(cases)

    def add(document: Document) -> Document:
        marked = gold[document.text]
        return marked.replace(relations=(*marked.relations, Relation(Pair(*marked.entities), "pressures", "actual")))

    def relabel(document: Document) -> Document:
        marked = gold[document.text]
        arguments = [replace(entity, label="ORG") for entity in marked.entities]
        return marked.replace(relations=tuple(replace(r, pair=Pair(*arguments)) for r in marked.relations))

    assert passed(scored(cases, add, scheme)) == [False, False, False]
    assert passed(scored(cases, relabel, scheme)) == [False, True, False]


def test_symmetric_relations_count_in_either_order(cases: tuple[BehaviourCase, ...], scheme: LabelScheme) -> None:
    gold = gold_by_text(cases)

    def backwards(document: Document) -> Document:
        marked = gold[document.text]
        turned = (replace(r, pair=Pair(r.tail, r.head)) for r in marked.relations)
        return marked.replace(relations=tuple(turned))

    scores = scored(cases, backwards, scheme)
    assert passed(scores) == [False, True, True]
    assert scores.of(END_TO_END, "name-swap")[0].same


def test_same_sees_a_difference_between_the_sides(cases: tuple[BehaviourCase, ...], scheme: LabelScheme) -> None:
    def only_known(document: Document) -> Document:
        return gold_by_text(cases)[document.text] if "Avaria" in document.text else document

    outcome = scored(cases, only_known, scheme).of(END_TO_END, "name-swap")[0]
    assert (outcome.right, outcome.same) == ((True, False), False)


def test_a_system_that_changes_the_text_is_refused(cases: tuple[BehaviourCase, ...], scheme: LabelScheme) -> None:
    with pytest.raises(ValueError, match="changed the text"):
        scored(cases, lambda document: document.replace(text=document.text.upper()), scheme)
    with pytest.raises(ValueError, match="at least one case"):
        scored((), never, scheme)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    # By hand from Wilson (1927): (p + z²/2n ± z·sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n).
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662)],
)
def test_wilson_interval(successes: int, n: int, low: float, high: float) -> None:
    interval = wilson_interval(successes, n)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=1e-4)


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (3, 2), (-1, 2)])
def test_wilson_interval_of_no_proportion(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match="0 to n successes"):
        wilson_interval(successes, n)


def test_the_table_and_the_failures_in_words(cases: tuple[BehaviourCase, ...], scheme: LabelScheme) -> None:
    scores = scored(cases, deaf_to_negation(cases), scheme)
    lines = behaviour_table(scores.to_dict()).splitlines()
    assert "| negation | 2 | 0.0 (0.0–65.8) | 50.0 | 50.0 |  |" in lines
    assert "| name-swap | 1 | 100.0 (20.7–100.0) | 100.0 | 100.0 | 100.0 |" in lines
    assert lines[-1].startswith("| **all** | 3 | 33.3 ")
    assert describe_failure(scores.of(END_TO_END)[0], scheme) == [
        "n1 (expectation)",
        "  before, right: Avaria trains the Syldavian army.",
        "  after, wrong: Avaria never trained the Syldavian army.",
        "    expected:  Avaria trains Syldavian army (denied)",
        "    predicted: Avaria trains Syldavian army (actual)",
    ]
    assert "    expected:  nothing" in describe_failure(scores.of(END_TO_END)[1], scheme)
