from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from secrel.config import Recipe
from secrel.domain import Document, LabelScheme
from secrel.errors import ConfigError
from secrel.pipeline import Pipeline, load
from secrel.training.curve import curve_table, epochs_for, learning_curve, nested_subset, read_points

GROUPS = {
    "own": [Document(f"o{n}", id=f"o{n}") for n in range(8)],
    "far": [Document(f"f{n}", id=f"f{n}") for n in range(3)],
}


def test_shares_are_nested_and_drawn_from_every_group() -> None:
    ids = {f: [d.id for d in nested_subset(GROUPS, f, seed=0)] for f in (0.1, 0.25, 0.5, 1.0)}
    assert {f: len(names) for f, names in ids.items()} == {0.1: 2, 0.25: 3, 0.5: 6, 1.0: 11}
    assert set(ids[0.1]) <= set(ids[0.25]) <= set(ids[0.5]) <= set(ids[1.0])
    assert all(any(name.startswith("f") for name in names) for names in ids.values())
    assert [d.id for d in nested_subset(GROUPS, 0.5, seed=1)] != ids[0.5]


def test_fewer_articles_are_passed_over_more_often() -> None:
    assert [epochs_for(12, f) for f in (0.25, 0.5, 1.0)] == [24, 17, 12]


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch, tiny_model: Path) -> list[tuple[int, int, int]]:
    """Stands in for training: what was trained on, and a model that is there already."""
    runs: list[tuple[int, int, int]] = []
    pipeline = load(tiny_model)

    def train(recipe: Recipe, scheme: LabelScheme, training: list[Document], *_: Any, **options: Any) -> Any:
        runs.append((len(training), recipe.training.seed, recipe.training.epochs))
        return SimpleNamespace(checkpoint=None)

    monkeypatch.setattr("secrel.training.trainer.train", train)
    monkeypatch.setattr(Pipeline, "from_checkpoint", lambda checkpoint, resolve: pipeline)
    return runs


def _run(
    recipe: Recipe, scheme: LabelScheme, documents: list[Document], tmp_path: Path, keep: int = 4, **options: Any
) -> Any:
    settings: dict[str, Any] = {"fractions": [1.0, 0.5], "seeds": [0, 1]} | options
    return list(
        learning_curve(
            recipe,
            scheme,
            {"own": documents[:keep]},
            (),
            {"test": documents[4:], "nothing": []},
            output=tmp_path / "out" / "points.jsonl",
            work_folder=tmp_path / "runs",
            **settings,
        )
    )


def test_every_point_is_scored_and_kept(
    tiny_recipe: Recipe,
    scheme: LabelScheme,
    tiny_documents: list[Document],
    tmp_path: Path,
    trained: list[tuple[int, int, int]],
) -> None:
    points = _run(tiny_recipe, scheme, tiny_documents, tmp_path)
    assert trained == [(2, 0, 17), (2, 1, 17), (4, 0, 12), (4, 1, 12)]
    assert [(p["fraction"], p["seed"], p["articles"]) for p in points] == [
        (0.5, 0, 2),
        (0.5, 1, 2),
        (1.0, 0, 4),
        (1.0, 1, 4),
    ]
    assert set(points[0]["scores"]) == {"test"}
    assert 0 < points[0]["scores"]["test"]["entities, strict"] < 1
    path = tmp_path / "out" / "points.jsonl"
    assert read_points(path) == json.loads(json.dumps(points))
    # What is there is not trained again; what is new is.
    again = _run(tiny_recipe, scheme, tiny_documents, tmp_path, seeds=[0, 1, 2], fractions=[0.5])
    assert [(p["fraction"], p["seed"]) for p in again] == [(0.5, 2)]
    assert len(trained) == 5


def test_points_of_another_recipe_are_not_mixed_in(
    tiny_recipe: Recipe,
    scheme: LabelScheme,
    tiny_documents: list[Document],
    tmp_path: Path,
    trained: list[tuple[int, int, int]],
) -> None:
    _run(tiny_recipe, scheme, tiny_documents, tmp_path, seeds=[0], fractions=[0.5])
    other = replace(tiny_recipe, training=replace(tiny_recipe.training, batch_size=3))
    with pytest.raises(ConfigError, match="found points of another recipe; expected an output file of its own"):
        _run(other, scheme, tiny_documents, tmp_path)
    with pytest.raises(ConfigError, match=r"found 1\.5; expected shares in \(0, 1\]"):
        _run(tiny_recipe, scheme, tiny_documents, tmp_path, fractions=[1.5])


def test_points_of_other_articles_are_not_mixed_in(
    tiny_recipe: Recipe,
    scheme: LabelScheme,
    tiny_documents: list[Document],
    tmp_path: Path,
    trained: list[tuple[int, int, int]],
) -> None:
    _run(tiny_recipe, scheme, tiny_documents, tmp_path, seeds=[0], fractions=[0.5])
    with pytest.raises(ConfigError, match="found a point of 2 articles; expected 1 articles, as now"):
        _run(tiny_recipe, scheme, tiny_documents, tmp_path, keep=2)


def test_points_keep_what_they_were_judged_on(
    tiny_recipe: Recipe,
    scheme: LabelScheme,
    tiny_documents: list[Document],
    tmp_path: Path,
    trained: list[tuple[int, int, int]],
) -> None:
    path = tmp_path / "out" / "points.jsonl"
    (point,) = _run(tiny_recipe, scheme, tiny_documents, tmp_path, seeds=[0], fractions=[0.5])
    path.write_text(json.dumps(point | {"scores": {"elsewhere": point["scores"]["test"]}}) + "\n")
    (other,) = _run(tiny_recipe, scheme, tiny_documents, tmp_path, seeds=[0, 1], fractions=[0.5])
    assert len(trained) == 2
    assert [list(p["scores"]) for p in read_points(path)] == [["elsewhere"], ["test"]]
    assert other["seed"] == 1


def test_broken_points_are_named(tmp_path: Path) -> None:
    path = tmp_path / "points.jsonl"
    assert read_points(path) == []
    for line in ("{", "[]", json.dumps({"fraction": 1})):
        path.write_text(line + "\n")
        with pytest.raises(ConfigError, match=r"points\.jsonl, line 1: found .* expected a point of a curve"):
            read_points(path)


def test_table_has_mean_and_range() -> None:
    assert curve_table([]) == []
    points: list[dict[str, Any]] = [
        {"fraction": 0.5, "sentences": 10, "scores": {"test": dict.fromkeys(_metrics(), value)}} for value in (0.5, 0.7)
    ]
    points.append({"fraction": 1.0, "sentences": 20, "scores": {"other": dict.fromkeys(_metrics(), 0.9)}})
    lines = curve_table(points)
    assert lines[0] == "| test | 50 % (10 sentences) |"
    assert "| gold: relations | 60.0 (50.0–70.0) |" in lines
    assert "| other | 100 % (20 sentences) |" in lines


def _metrics() -> list[str]:
    from secrel.training.curve import CURVE_METRICS, GOLD_METRICS

    return [*CURVE_METRICS, *(f"gold: {metric}" for metric in GOLD_METRICS)]
