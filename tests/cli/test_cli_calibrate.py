"""``secrel calibrate``."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from secrel.cli import main
from secrel.domain import Document
from secrel.reading import from_document, write_standoff


@pytest.fixture
def corpus_folder(tmp_path: Path, root: Path, tiny_documents: list[Document]) -> Path:
    folder = tmp_path / "corpus"
    (folder / "part").mkdir(parents=True)
    shutil.copy(root / "annotations" / "labels.toml", folder)
    for document in tiny_documents[:3]:
        (folder / "part" / f"{document.id}.txt").write_bytes(document.text.encode())
        write_standoff(from_document(document), folder / "part" / f"{document.id}.ann")
    names = ", ".join(f'"{document.id}"' for document in tiny_documents[:3])
    (folder / "splits.toml").write_text(f"[splits]\ndev = [{names}]\n")
    return folder


def test_scores_and_thresholds_change_and_weights_do_not(
    tiny_model: Path, corpus_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "settled"
    assert main(["calibrate", str(tiny_model), str(corpus_folder), "-o", str(output)]) == 0
    assert f"model written to {output}" in capsys.readouterr().err
    assert (output / "model.safetensors").read_bytes() == (tiny_model / "model.safetensors").read_bytes()
    before, after = (json.loads((folder / "config.json").read_text()) for folder in (tiny_model, output))
    assert after["calibration"]["entity"] != {"scale": 1.0, "shift": 0.0}
    assert {key: before[key] for key in ("model", "n_parameters")} == {
        key: after[key] for key in ("model", "n_parameters")
    }
    # Settling what is settled gives the same.
    assert main(["calibrate", str(output), str(corpus_folder)]) == 0
    assert json.loads((output / "config.json").read_text()) == after


def test_a_missing_corpus_is_bad_usage(tiny_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calibrate", str(tiny_model), str(tmp_path / "none")]) == 2
    assert "none" in capsys.readouterr().err
