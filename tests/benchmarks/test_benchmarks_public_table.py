"""The table of all runs on public sets, from made-up files of results."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PUBLIC = Path(__file__).parents[2] / "benchmarks" / "public"
pytestmark = pytest.mark.skipif(not PUBLIC.is_dir(), reason="benchmarks/ is not part of this copy of the sources")


@pytest.fixture(autouse=True)
def _public(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Makes the script importable; `table` is also the name of another one."""
    monkeypatch.syspath_prepend(str(PUBLIC))
    monkeypatch.delitem(sys.modules, "table", raising=False)
    yield
    sys.modules.pop("table", None)


def library(seed: int, micro: float, macro: float, **changes: Any) -> dict[str, Any]:
    return {
        "set": "dse",
        "part": "dev",
        "secrel": "1",
        "encoder": "hub/mini",
        "epochs": 4,
        "seed": seed,
        "limit": None,
        "sentences": {"train": 9, "dev": 5},
        "training seconds": 90.0,
        "micro_f1": {"end to end": {"entities": 0.1, "stances": 0.2}},
        "five classes, entities given": {"micro_f1": micro, "macro_f1": macro},
        "published": [{"system": "Q", "source": "P et al.", "micro": 79.7, "macro": 67.7}],
        "caveat": "other part",
    } | changes


def published(task: str, **changes: Any) -> dict[str, Any]:
    figures = {"micro_f1": 0.5, "macro_f1": 0.25, "epochs": 3, "tp": 1, "fp": 1, "fn": 1}
    return {
        **{key: library(0, 0, 0)[key] for key in ("set", "part", "secrel", "encoder", "seed", "limit", "sentences")},
        "method": "published: pairs",
        "options": {"seed": 0, "dropout": 0.1},
        "training seconds": 30.0,
        task: figures,
    } | changes


def files(folder: Path, *results: dict[str, Any]) -> list[Path]:
    paths = [folder / f"{n}.json" for n in range(len(results))]
    for path, result in zip(paths, results, strict=True):
        path.write_text(json.dumps(result), encoding="utf-8")
    return paths


def test_table_puts_published_methods_and_figures_beside_the_library(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from table import main

    relations = {"micro_f1": 0.3, "macro_f1": 0.2}
    results = (
        library(0, 0.7, 0.4),
        library(1, 0.8, 0.5),
        published("five classes, entities given"),
        library(0, 0, 0, set="re3d", published=[], micro_f1={"end to end": {"entities": 0.6}}),
        published("entities, end to end", set="re3d"),
        library(0, 0, 0, set="crossre-news", published=[]) | {"relations, entities given": relations},
        published("relations of related pairs", set="crossre-news")
        | {"relations, entities given": {"micro_f1": 0.2, "macro_f1": 0.1, "epochs": 10}},
    )
    main([str(path) for path in files(tmp_path, *results)])
    lines = capsys.readouterr().out.splitlines()
    assert "**dse**, dev part, 5 sentences, F1 in percent" in lines
    assert "| secrel | mini | 4 | 2 | 75.0 [70.0–80.0] | 45.0 [40.0–50.0] | 1.5 min |" in lines
    assert "| published: pairs | mini | 3 | 1 | 50.0 | 25.0 | 0.5 min |" in lines
    assert "| Q (P et al.) | | | | 79.7 | 67.7 | |" in lines
    assert lines.count("Other part.") == 3
    assert "| secrel | mini | 4 | 1 | 60.0 | 1.5 min |" in lines
    assert "| published: pairs | mini | 3 | 1 | 50.0 | 0.5 min |" in lines
    assert "| secrel | mini | 4 | 1 | 30.0 | 20.0 | – | – | 1.5 min |" in lines
    assert "| published: pairs | mini | 10, 3 | 1 | 20.0 | 10.0 | 50.0 | 25.0 | 0.5 min |" in lines
    widths = [line.count("|") for line in lines if line.startswith("|")]
    assert sorted(set(widths)) == [7, 8, 10]


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (library(0, 0.1, 0.1), "seed 0 twice"),
        (library(1, 0.1, 0.1, secrel="2"), "other secrel"),
        (published("five classes, entities given", sentences={"train": 9, "dev": 4}), "as in another run on dse"),
        ({"method": "x"}, "expected a file of a run"),
    ],
)
def test_table_refuses_what_cannot_stand_together(tmp_path: Path, second: dict[str, Any], message: str) -> None:
    from table import read_results

    with pytest.raises(SystemExit, match=message):
        read_results(files(tmp_path, library(0, 0.5, 0.5), second))


def test_table_refuses_other_options_in_a_row(tmp_path: Path) -> None:
    from table import read_results

    first, second = (published("five classes, entities given", seed=seed) for seed in (0, 1))
    assert len(read_results(files(tmp_path, first, second))["dse"]) == 1
    second["options"] = {"seed": 1, "dropout": 0.3}
    with pytest.raises(SystemExit, match="other options"):
        read_results(files(tmp_path, first, second))
