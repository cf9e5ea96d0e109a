"""Thresholds of labels, chosen on some articles and scored on others."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest

from secrel.domain import Document, Entity, LabelScheme, Pair, Relation, RelationType, Span
from secrel.evaluation import Counts


@pytest.fixture(scope="module")
def thresholds() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "benchmarks_thresholds", Path(__file__).parents[2] / "benchmarks" / "thresholds.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


PORTS = frozenset({"GPE"})
SCHEME = LabelScheme("test", "1", ("GPE",), (RelationType("owns", PORTS, PORTS), RelationType("visits", PORTS, PORTS)))


def documents(n: int, right: Mapping[str, float], wrong: Mapping[str, float]) -> tuple[list[Document], list[Document]]:
    """Marked documents, and the same as they were read: three relations of a label are right, three are not."""
    text = "Oslo " * 24
    entities = tuple(Entity(Span(5 * k, 5 * k + 4), "GPE", "Oslo") for k in range(24))
    sentence = Span(0, len(text))
    gold, found = [], []
    for number in range(n):
        marks, marked = [], []
        for k in range(12):
            label, is_right = ("owns", "visits")[k % 2], k < 6
            score = (right if is_right else wrong)[label] + 0.01 * (number % 3)
            relation = Relation(Pair(entities[2 * k], entities[2 * k + 1]), label, None, score, 1.0, sentence)
            marks.append(relation)
            marked += [relation] if is_right else []
        document = Document(text, f"d{number}", sentences=(sentence,), entities=entities)
        gold.append(document.replace(relations=tuple(marked)))
        found.append(document.replace(relations=tuple(marks)))
    return gold, found


def compared(module: ModuleType, n: int, right: Mapping[str, float], wrong: Mapping[str, float]) -> dict[str, str]:
    cells = module.compared(*documents(n, right, wrong), SCHEME, 5)
    assert set(cells) == {"relations", "stances"}
    return dict(zip(module.WAYS, cells["relations"], strict=True))


def test_labels_with_different_scores_gain_by_thresholds_or_calibrations_of_their_own(thresholds: ModuleType) -> None:
    found = compared(thresholds, 20, {"owns": 0.4, "visits": 0.9}, {"owns": 0.1, "visits": 0.6})
    assert float(found["moderate"]) < 90.0
    for way in ("thresholds", "calibrations"):
        assert found[way].startswith("100.0, +")
        assert "(+0" not in found[way]


def test_labels_with_like_scores_gain_nothing(thresholds: ModuleType) -> None:
    found = compared(thresholds, 20, {"owns": 0.8, "visits": 0.8}, {"owns": 0.3, "visits": 0.3})
    assert found.pop("moderate") == "100.0"
    assert set(found.values()) == {"100.0, +0.0 (+0.0 to +0.0)"}


def test_nothing_is_scored_on_what_it_was_chosen_on(thresholds: ModuleType) -> None:
    # In one document right relations score as the wrong ones of the other, so that either misleads about the other.
    gold, found = documents(1, {"owns": 0.9, "visits": 0.9}, {"owns": 0.5, "visits": 0.5})
    others, read = documents(1, {"owns": 0.5, "visits": 0.5}, {"owns": 0.9, "visits": 0.9})
    best = thresholds.compared(gold + others, found + read, SCHEME, 2)["relations"][1]
    assert float(best.split(",")[0]) < 70.0


def test_which_of_the_good_thresholds_is_taken(thresholds: ModuleType) -> None:
    flat = [{"owns": dict.fromkeys(thresholds.GRID, Counts(tp=2, fn=3))}]
    assert thresholds.nearest(flat, ["owns"], lambda _: 0.5) == 0.5
    # F1 is 4/7.
    assert thresholds.nearest(flat, ["owns"], thresholds.half) == 0.3
    peak = [{"owns": {t: Counts(tp=int(t == 0.8), fn=int(t != 0.8)) for t in thresholds.GRID}}]
    assert thresholds.nearest(peak, ["owns"], thresholds.half) == 0.8
    _, choose = thresholds.WAYS["half"]
    assert choose(peak, ["owns"]) == {"owns": 0.5}


def test_a_document_without_a_label_counts_nothing_for_it(thresholds: ModuleType) -> None:
    assert thresholds.summed({}, {"owns": 0.5}) == Counts()
