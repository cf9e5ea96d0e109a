"""`secrel info` and `python -m secrel`."""

from __future__ import annotations

import importlib.metadata
import json
import runpy
import shutil
import sys
from pathlib import Path

import pytest

from secrel import __version__
from secrel.cli import main
from secrel.domain import LabelScheme


def test_json(tiny_model: Path, scheme: LabelScheme, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", str(tiny_model), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    config = json.loads((tiny_model / "config.json").read_text(encoding="utf-8"))
    assert facts["secrel"] == __version__
    assert facts["libraries"]["torch"] == importlib.metadata.version("torch")
    assert facts["model"] == {
        "folder": str(tiny_model),
        "name": "tiny",
        "version": "0.0.1",
        "description": "",
        "parameters": config["n_parameters"],
        "megabytes": round((tiny_model / "model.safetensors").stat().st_size / 1e6, 1),
        "entities": list(scheme.entities),
        "relations": ["cooperates-with", "pressures", "trains", "deploys-to"],
        "statuses": ["denied", "ended", "planned", "possible", "actual"],
        "polarities": ["favor", "against", "ambivalent"],
        "thresholds": config["decision"],
        "calibration": config["calibration"],
    }


def test_text(tiny_model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", str(tiny_model)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"secrel: {__version__}"
    assert f"  folder: {tiny_model}" in lines
    assert "  relations: cooperates-with, pressures, trains, deploys-to" in lines
    assert any(line.startswith("    relation: 0.") for line in lines)


def test_library_that_is_not_installed(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    version = importlib.metadata.version

    def without_datasets(name: str) -> str:
        if name == "datasets":
            raise importlib.metadata.PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(importlib.metadata, "version", without_datasets)
    assert main(["info", str(tiny_model)]) == 0
    assert "  datasets: not installed" in capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("{", "config.json: found no JSON: "),
        ('{"format_version": 9}', "config.json: found format version 9; expected 1; train the model anew"),
        ('{"format_version": 1}', "config.json, model: found nothing; expected this key"),
    ],
)
def test_model_that_cannot_be_read(
    tiny_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], config: str, message: str
) -> None:
    folder = Path(shutil.copytree(tiny_model, tmp_path / "model"))
    (folder / "config.json").write_text(config, encoding="utf-8")
    assert main(["info", str(folder)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"secrel: {folder}/{message}")


def test_default_model(default_model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["model"]["name"] == "edm"


def test_module_is_a_program(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["secrel", "info", "no-such-model"])
    with pytest.raises(SystemExit) as stop:
        runpy.run_module("secrel", run_name="__main__")
    assert stop.value.code == 2
    assert capsys.readouterr().err.startswith("secrel: model 'no-such-model': found neither")
