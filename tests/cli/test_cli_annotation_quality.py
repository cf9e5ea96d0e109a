"""`secrel annotations agreement | similarity | suspects`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from secrel.cli import main
from secrel.pipeline import load
from secrel.reading import read_corpus


@pytest.fixture
def second(corpus_folder: Path) -> Path:
    """Second marks of both articles, which differ in one relation's status and lack one mention of `two`."""
    folder = corpus_folder / "second"
    folder.mkdir()
    good = (corpus_folder / "texts" / "one.ann").read_text(encoding="utf-8")
    (folder / "one.ann").write_text(good.replace("Status R1 actual", "Status R1 planned"), encoding="utf-8")
    (folder / "two.ann").write_text(good.replace("T3\tGPE 22 29\tSyldava\n", ""), encoding="utf-8")
    return folder


def test_second_marks_are_no_part_of_the_corpus(corpus_folder: Path, second: Path) -> None:
    assert read_corpus(corpus_folder).names() == ("one", "two")


def test_agreement(corpus_folder: Path, second: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["annotations", "agreement", str(corpus_folder / "texts"), str(second), "--corpus", str(corpus_folder)]
    assert main(arguments) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert err == ""
    assert lines[0] == "2 articles, 4 sentences. F1 in percent of a against b, exact spans and labels."
    assert "| **entities** | 90.9 | 6 | 5 |  |  |" in lines
    assert "| **relations** | 100.0 | 2 | 2 | 1.00 | 4 |" in lines
    assert "| **relations with status** | 50.0 | 2 | 2 | 0.00 | 2 |" in lines
    assert main([*arguments, "--differences"]) == 0
    assert capsys.readouterr().out.splitlines()[len(lines) :] == [
        "one\tsentence 1\tonly a\tattacks actual\t'Avaria' 0 → 'Borduria' 11",
        "one\tsentence 1\tonly b\tattacks planned\t'Avaria' 0 → 'Borduria' 11",
        "two\tsentence 2\tonly a\tGPE\t'Syldava' 22",
    ]
    assert main([*arguments, "--part", "texts"]) == 0
    assert capsys.readouterr().out.splitlines() == lines


def test_agreement_of_nothing(
    corpus_folder: Path, second: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = ["--corpus", str(corpus_folder)]
    assert main(["annotations", "agreement", str(tmp_path), str(second), *corpus]) == 2
    assert "found no .ann file of one name in both; expected at least one" in capsys.readouterr().err
    assert main(["annotations", "agreement", str(second), str(second), *corpus, "--part", "other"]) == 2
    assert main(["annotations", "agreement", str(tmp_path / "none"), str(second), *corpus]) == 2
    assert "none: found no such folder; expected a folder with .ann files" in capsys.readouterr().err
    shutil.copytree(second, tmp_path / "third")
    for folder in (second, tmp_path / "third"):
        (folder / "one.ann").rename(folder / "gone.ann")
        (folder / "two.ann").unlink()
    assert main(["annotations", "agreement", str(second), str(tmp_path / "third"), *corpus]) == 1
    assert capsys.readouterr().err == (
        "secrel: not compared: gone, whose text is not at hand\n"
        f"secrel: run `secrel annotations fetch {corpus_folder}` to get them, or name their folder by --articles\n"
    )


def test_similarity_finds_a_leak(corpus_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["annotations", "similarity", str(corpus_folder)]) == 1
    out, err = capsys.readouterr()
    assert "| words: all to all | 2 | 1.00 | 1.00 | 1.00 | 1.00 | 1.00 | 1.00 |" in out.splitlines()
    assert "| skeleton: test to train | 1 | 1.00 | 1.00 | 1.00 | 1.00 | 1.00 | 1.00 |" in out.splitlines()
    assert "words: one ~ two: 1.00" in out.splitlines()
    assert "| texts | 4 | 3 | 3 | 4 | 5 | 5 | 5 |" in out.splitlines()
    assert err.splitlines()[0] == "secrel: across splits: one ~ two: 1.00, 0.5 is the most allowed"
    (corpus_folder / "texts" / "two.txt").write_text("Grain rots in the harbor.\n")
    (corpus_folder / "texts" / "two.ann").write_text("")
    assert main(["annotations", "similarity", str(corpus_folder)]) == 0


def test_suspects_of_a_cross_fitted_corpus(  # noqa: PLR0917
    corpus_folder: Path,
    tmp_path: Path,
    tiny_model: Path,
    tiny_encoder: Path,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pipeline = load(tiny_model)
    asked: dict[str, Any] = {}

    def cross_fitted(recipe: Any, scheme: Any, documents: Any, **options: Any) -> Any:
        asked.update(options, names=[document.id for document in documents])
        yield pipeline, documents[:1]
        yield pipeline, documents[1:]

    monkeypatch.setattr("secrel.training.folds.cross_fitted", cross_fitted)
    shutil.copy(root / "annotations" / "labels.toml", corpus_folder / "labels.toml")
    for name in ("one", "two"):
        path = corpus_folder / "texts" / f"{name}.ann"
        path.write_text(path.read_text(encoding="utf-8").replace("attacks", "pressures"), encoding="utf-8")
    recipe = {
        "model": {"name": "mini"},
        "encoder": {"name": str(tiny_encoder)},
        "corpus": {"folder": "corpus", "dev": ["test"]},
    }
    (tmp_path / "recipe.toml").write_text(tomli_w.dumps(recipe), encoding="utf-8")
    arguments = ["annotations", "suspects", str(tmp_path / "recipe.toml"), "--folds", "2", "--epochs", "1", "-q"]
    assert main([*arguments, "--most", "3"]) == 0
    out, err = capsys.readouterr()
    assert (asked["names"], asked["n_folds"], asked["epochs"]) == (["one", "two"], 2, 1)
    assert len(out.splitlines()) <= 3
    assert all(line.split("\t")[0] in {"one", "two"} for line in out.splitlines())
    assert "decisions; " in err
    assert main([*arguments, "--splits", "train"]) == 0
    assert asked["names"] == ["one"]
