"""From the wheel alone, outside of the repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import secrel, sys
assert secrel.__file__.startswith(sys.argv[1]), secrel.__file__
import spacy
nlp = spacy.blank("en")
nlp.add_pipe("secrel")
doc = nlp("France will train Armenian officers in Yerevan.")
assert doc.ents, doc.ents
"""


@pytest.mark.slow
def test_wheel_works_alone(root: Path, default_model: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    for name in ("src", "models"):
        shutil.copytree(root / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "NOTICE"):
        shutil.copy(root / name, source / name)
    run = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(source)]
    subprocess.run(run, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    site, work = tmp_path / "site", tmp_path / "work"
    work.mkdir()
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(site), str(wheel)]
    subprocess.run(pip, check=True, capture_output=True)
    environment = {**os.environ, "PYTHONPATH": str(site)}
    subprocess.run([sys.executable, "-c", SCRIPT, str(site)], check=True, cwd=work, env=environment)
    (work / "note.txt").write_text("Ankara condemned Damascus. Russia trains Armenian officers.\n", encoding="utf-8")
    command = [sys.executable, "-m", "secrel", "extract", "note.txt", "--format", "jsonl"]
    done = subprocess.run(command, check=True, cwd=work, env=environment, capture_output=True, text=True)
    assert json.loads(done.stdout)["model"]["name"] == "edm"
