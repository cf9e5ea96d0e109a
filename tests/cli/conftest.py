"""A corpus of two articles for the tests of `secrel annotations`."""

from __future__ import annotations

from pathlib import Path

import pytest

LABELS = """\
name = "small"
version = "1"
entities = ["GPE", "MIL"]
statuses = ["actual", "planned"]

[[relations]]
label = "attacks"
head = ["GPE"]
tail = ["GPE", "MIL"]

[stance]
polarities = ["favor", "against"]
holder = ["GPE"]
target = ["GPE", "MIL"]
"""
#       0      7   11       20 23        34    40
TEXT = "Avaria hit Borduria. “Syldava’s army” saw the war.\n"
GOOD = (
    "T1\tGPE 0 6\tAvaria\nT2\tGPE 11 19\tBorduria\nT3\tGPE 22 29\tSyldava\n"
    "R1\tattacks Arg1:T1 Arg2:T2\nR2\tstance Holder:T2 Target:T1\nA1\tStatus R1 actual\nA2\tPolarity R2 against\n"
)


@pytest.fixture
def corpus_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    (folder / "texts").mkdir(parents=True)
    (folder / "labels.toml").write_text(LABELS, encoding="utf-8")
    (folder / "splits.toml").write_text('[splits]\ntrain = ["one"]\ntest = ["two"]\n', encoding="utf-8")
    for name in ("one", "two"):
        (folder / "texts" / f"{name}.txt").write_text(TEXT, encoding="utf-8")
        (folder / "texts" / f"{name}.ann").write_text(GOOD, encoding="utf-8")
    return folder
