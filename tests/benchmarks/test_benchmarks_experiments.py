"""The rows of docs/experiments.md."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from secrel.config import read_recipe, read_toml
from secrel.domain import Document, Entity, LabelScheme, Pair, Relation, Span, Stance
from secrel.errors import ConfigError
from secrel.reading import Corpus

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def experiments() -> ModuleType:
    path = ROOT / "benchmarks" / "experiments.py"
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location("benchmarks_experiments", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_every_row_is_a_recipe_that_differs_in_what_it_says(experiments: ModuleType) -> None:
    base = read_recipe(experiments.RECIPE).to_dict()
    rows = read_toml(experiments.ROWS)["rows"]
    assert len(rows) >= 4
    for name, row in rows.items():
        recipe = experiments.changed(row.get("changes", {}), seed=7).to_dict()
        for section, values in row.get("changes", {}).items():
            for key, value in values.items():
                assert recipe[section].pop(key) == value, name
        assert recipe["training"].pop("seed") == 7
        for section, values in recipe.items():
            assert values == {key: base[section][key] for key in values}, name
        assert row["note"]


def test_an_unknown_change_is_refused(experiments: ModuleType) -> None:
    with pytest.raises(ConfigError, match=r"training, epoch: found an unknown key"):
        experiments.changed({"training": {"epoch": 3}}, seed=0)


def test_the_screening_articles_are_training_articles(experiments: ModuleType, corpus: Corpus) -> None:
    screening = read_toml(experiments.ROWS)["screening"]
    train = set(corpus.names("train"))
    assert set(screening) == {"written"}
    assert screening["written"]
    assert set(screening["written"]) <= train
    assert not train & set(corpus.names("dev", "dev-news"))


def test_rows_can_leave_parts_out(experiments: ModuleType) -> None:
    document = Document("x", "dse-01")
    assert experiments.kept(document, ())
    assert experiments.kept(document, ("re3d-",))
    assert not experiments.kept(document, ("re3d-", "dse-"))


class Fake:
    """A pipeline that finds what it was given."""

    def __init__(self, found: Document) -> None:
        self.found = found

    def __call__(self, document: Document) -> Document:
        assert (document.entities, document.relations, document.stances) == ((), (), ())
        return self.found

    def classify(self, document: Document) -> Document:
        return self.found


def test_scores_are_those_of_the_best_threshold(experiments: ModuleType, scheme: LabelScheme) -> None:
    text = "Oslo aids Riga and Bern."
    oslo, riga, bern = (Entity(Span(a, a + 4), "GPE", text[a : a + 4]) for a in (0, 10, 19))
    gold = Document(
        text,
        sentences=(Span(0, len(text)),),
        entities=(oslo, riga, bern),
        relations=(Relation(Pair(oslo, riga), "cooperates-with", "actual"),),
        stances=(Stance(Pair(oslo, riga), "favor"),),
    )
    found = gold.replace(
        entities=(oslo, riga),
        relations=(
            Relation(Pair(oslo, riga), "cooperates-with", "planned", 0.6),
            Relation(Pair(oslo, bern), "cooperates-with", "planned", 0.5),
        ),
        stances=(Stance(Pair(oslo, riga), "favor", 0.2), Stance(Pair(riga, oslo), "favor", 0.3)),
    )
    measured: dict[str, Any] = experiments.measured(Fake(found), {"written": [gold], "news": []}, scheme)
    assert set(measured) == {"written", "units"}
    assert measured["units"]["written"]["entities"] == [[2, 0, 1]]
    assert measured["written"] == {
        "entities": 0.8,
        "relations": 1.0,  # cut between 0.5 and 0.6
        "status": 0.0,
        "stances": pytest.approx(0.6667),  # no cut can drop the wrong one alone
        "gold relations": 1.0,
        "gold status": 0.0,
        "gold stances": pytest.approx(0.6667),
    }


def test_the_table_has_means_over_seeds(experiments: ModuleType) -> None:
    values = dict.fromkeys(experiments.SCORES, 0.5)
    records = [
        {"row": "a", "sentences": 100, "minutes": 10.0, "written": values},
        {"row": "a", "sentences": 100, "minutes": 12.0, "written": {**values, "relations": 0.6}},
        {"row": "gone", "sentences": 100, "minutes": 12.0, "written": values},
    ]
    lines = experiments.table(records, {"a": {"note": "as it is"}, "b": {"note": "not run"}}).splitlines()
    same = " | ".join(["50.0 (50.0–50.0)"] * 5)
    assert lines[2] == f"| `a`: as it is | 2 | 100 | 11 | 50.0 (50.0–50.0) | 55.0 (50.0–60.0) | {same} |"
    assert not any("gone" in line or "not run" in line for line in lines)


def test_rows_are_compared_document_by_document(experiments: ModuleType) -> None:
    def record(row: str, seed: int, *units: list[int], sentences: int = 100) -> dict[str, Any]:
        counts = {key: list(units) for key in experiments.SCORES}
        return {"row": row, "seed": seed, "sentences": sentences, "units": {"written": counts}}

    good, bad = [4, 0, 0], [2, 2, 2]
    records = [
        record("a", 0, bad, bad),
        record("a", 1, bad, bad),
        record("b", 0, good, good),
        record("b", 1, good, bad),
        record("b", 2, bad, bad),  # a seed that `a` was not run with
        record("b", 0, bad, bad, sentences=50),
        {"row": "c", "seed": 0, "sentences": 100, "written": {}},  # recorded before counts were
    ]
    rows = {"a": {"note": "-"}, "b": {"note": "-"}, "c": {"note": "-"}}
    lines = experiments.comparison(records, rows, "a").splitlines()
    assert [line for line in lines if line.startswith("| `")] == [
        f"| `b` | 2 | {' | '.join(['+37.5 (+25.0 to +50.0)'] * len(experiments.SCORES))} |"
    ]
    with pytest.raises(ValueError, match="'c'"):
        experiments.comparison(records, rows, "c")


def test_devices_are_kept_apart(
    experiments: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def record(row: str, units: list[int], f1: float, **more: str) -> dict[str, Any]:
        counts = {key: [units, units] for key in experiments.SCORES}
        written = dict.fromkeys(experiments.SCORES, f1)
        return (
            {"row": row, "seed": 0, "sentences": 9, "minutes": 1.0, "written": written}
            | more
            | {"units": {"written": counts}}
        )

    results = tmp_path / "results.jsonl"
    good, bad = [4, 0, 0], [2, 2, 2]
    records = [record("base", bad, 0.5), record("base", good, 1.0, device="GPU"), record("pooled", good, 1.0)]
    results.write_text("".join(json.dumps(r) + "\n" for r in records))

    def printed(*arguments: str) -> list[str]:
        monkeypatch.setattr("sys.argv", ["experiments.py", "--table", "--results", str(results), *arguments])
        experiments.main()
        return [
            line.split(" | ")[0].split(": ")[0]
            for line in capsys.readouterr().out.splitlines()
            if line.startswith("| `")
        ]

    assert printed() == ["| `base` (GPU)", "| `base`", "| `pooled`"]
    assert printed("--device", "GPU") == ["| `base`"]
    assert printed("pooled") == ["| `pooled`"]
    # Compared with the run on the same device alone.
    assert printed("pooled", "--base", "base") == ["| `pooled`", "| `pooled`"]
    assert experiments.comparison(records, {"pooled": {}}, "base").splitlines()[2].count("| +50.0 (") == 7
    with pytest.raises(SystemExit):
        printed("poolled")
    assert "no row poolled; expected some of base," in capsys.readouterr().err
