"""What a worker makes its pipeline from, and by what it is told apart."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from secrel.batch.loading import model_loader
from secrel.errors import ConfigError
from secrel.pipeline import Pipeline


@pytest.fixture
def model(tmp_path: Path, root: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    shutil.copy(root / "annotations" / "labels.toml", folder / "labels.toml")
    (folder / "config.json").write_text('{"model": {"name": "x", "version": "1"}}', encoding="utf-8")
    return folder


@pytest.fixture
def table(tmp_path: Path) -> Path:
    header = next(
        line
        for line in (Path(__file__).parents[2] / "src/secrel/knowledge/actors/groups.tsv")
        .read_text("utf-8")
        .splitlines()
        if not line.startswith("#")
    )
    path = tmp_path / "own.tsv"
    path.write_text(header + "\n", encoding="utf-8")
    return path


def test_fingerprint_is_of_what_own_tables_say(model: Path, table: Path, tmp_path: Path) -> None:
    bare = model_loader(model).fingerprint
    once = model_loader(model, knowledge=[table]).fingerprint
    assert len({bare, once, model_loader(model, knowledge=[table, table]).fingerprint}) == 3
    moved = shutil.copy(table, tmp_path / "other.tsv")
    assert model_loader(model, knowledge=[moved]).fingerprint == once
    table.write_text("# A note.\n" + table.read_text(encoding="utf-8"), encoding="utf-8")
    assert model_loader(model, knowledge=[table]).fingerprint not in {bare, once}


def test_own_tables_reach_the_pipeline(model: Path, table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, object] = {}

    def load(folder: Path, **options: object) -> Pipeline | None:
        given.update(options)
        return None

    monkeypatch.setattr("secrel.batch.loading.load", load)
    monkeypatch.chdir(table.parent)
    # A worker may have another working folder.
    loader = model_loader(model, min_score=0.5, knowledge=[table.name])
    loader()
    assert given == {"min_score": 0.5, "knowledge": (table,)}


def test_own_table_that_is_none_is_found_before_the_first_article(model: Path, table: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.tsv"):
        model_loader(model, knowledge=[table.parent / "none.tsv"])
