"""The generated archive is the same for the same seed and is what its key says; a killed run is compared with it."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "archive"
pytestmark = pytest.mark.skipif(not BENCHMARK.is_dir(), reason="benchmarks/ is not part of this copy of the sources")


def call(script: str, *arguments: object) -> str:
    command = [sys.executable, str(BENCHMARK / script), *map(str, arguments)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.txt")}


def test_archive_is_made_by_its_seed(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        call("make.py", tmp_path / name, "--articles", 60, "--reprints", 0.1, "--sentences", 20, "--seed", seed)
    one = files(tmp_path / "a")
    assert one == files(tmp_path / "b") != files(tmp_path / "c")
    key = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert len(one) == 60 + len(key["corrupt"]) == 63
    assert {*key["corrupt"], *key["reprints"], *key["reprints"].values()} <= set(one)
    assert key["reprints"]
    text = next(content for name, content in one.items() if name not in key["corrupt"]).decode("utf-8")
    assert text.startswith("Publication: ")
    assert "{" not in text


def test_killed_runs_are_compared_with_an_undisturbed_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call("make.py", tmp_path / "archive", "--articles", 40, "--reprints", 0.1, "--sentences", 20)
    call("run.py", tmp_path / "archive", "-o", tmp_path / "out", "--jobs", 2, "--delay", 0.02, "--kills", 2)
    report = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert report["same"]
    assert report["problems"] == []
    assert (report["undisturbed"]["n_written"], report["undisturbed"]["n_failed"]) == (40, 3)
    assert report["once more"]["n_read"] == 0
    assert 0 < report["killed"]["kills"] <= 2

    # Under a name of its own: there are other benchmarks with a `run.py`.
    spec = importlib.util.spec_from_file_location("archive_benchmark", BENCHMARK / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    torn = tmp_path / "out-killed"
    lines = (torn / "articles.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (torn / "articles.jsonl").write_text("".join([*lines[1:], lines[-1]]), encoding="utf-8")
    first, last = (json.loads(line)["id"] for line in (lines[0], lines[-1]))
    assert module.problems(tmp_path / "archive", tmp_path / "out", torn)[:3] == [
        "articles.jsonl differs",
        f"{first} stands 0 times",
        f"{last} stands 2 times",
    ]
