"""`secrel behaviour` on the shipped model with a handful of cases."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from secrel.cli import main

CASES = """\
[[case]]
id = "easy"
kind = "expectation"
before = '''
[Russia]GPE#1 will train [Tajik border guards]MIL#2.
> trains 1 2 planned
'''
after = '''
[Russia]GPE#1 no longer trains [Tajik border guards]MIL#2.
> trains 1 2 ended
'''

[[case]]
id = "unfair"
kind = "expectation"
before = '''
[Russia]GPE#1 will train [Tajik border guards]MIL#2.
> pressures 2 1 denied
'''
after = '''
[Russia]GPE#1 no longer trains [Tajik border guards]MIL#2.
> pressures 2 1 denied
'''
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "status.toml").write_text(CASES, encoding="utf-8")
    return tmp_path / "cases"


def test_prints_the_table_and_the_failures(
    folder: Path, default_model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["behaviour", str(default_model), str(folder)]) == 0
    table = capsys.readouterr().out
    assert "| end to end | pairs |" in table
    assert "| gold entities | pairs |" in table
    assert table.count("| status | 2 | 50.0 (9.5–90.5) | 50.0 | 50.0 |  |") == 2
    assert "expected:" not in table
    assert main(["behaviour", str(default_model), str(folder), "--failures", "3"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(table)
    assert "end to end, status: 1 failed, 1 shown\nunfair (expectation)\n" in out
    assert "    expected:  Tajik border guards pressures Russia (denied)\n" in out
    assert "easy (expectation)" not in out


def test_writes_metrics_and_card(
    folder: Path, default_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = Path(shutil.copytree(default_model, tmp_path / "model"))
    (model / "metrics.json").write_text('{"test": 1}', encoding="utf-8")
    (model / "MODEL_CARD.md").write_text("A\n<!-- scores: behaviour -->\nold\n<!-- end -->\nB\n", encoding="utf-8")
    assert main(["behaviour", str(model), str(folder), "--write"]) == 0
    table, warnings = capsys.readouterr()
    assert not warnings
    metrics = json.loads((model / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["test"] == 1
    assert metrics["behaviour"]["capabilities"]["status"]["end to end"]["passed"] == 1
    card = (model / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert card == f"A\n<!-- scores: behaviour -->\n{table.strip()}\n<!-- end -->\nB\n"
    (model / "MODEL_CARD.md").write_text("no mark", encoding="utf-8")
    assert main(["behaviour", str(model), str(folder), "--write"]) == 0
    assert "MODEL_CARD.md has no line '<!-- scores: behaviour -->'" in capsys.readouterr().err


def test_bad_usage(folder: Path, default_model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "status.toml").write_text(CASES.replace("ended", "gone"), encoding="utf-8")
    assert main(["behaviour", str(default_model), str(folder)]) == 2
    assert "status.toml, easy, after, line 2: found '> trains 1 2 gone'" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["behaviour", str(default_model), str(folder), "--failures", "-1"])
    assert "found '-1'; expected a whole number from 0" in capsys.readouterr().err
