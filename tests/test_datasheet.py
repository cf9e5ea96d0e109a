"""The tables of the datasheet are what their commands print."""

from __future__ import annotations

from pathlib import Path

import pytest

from secrel.reading import Corpus


def test_every_table_is_what_its_command_prints(root: Path, corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    if missing := corpus.available()[1]:
        pytest.skip(f"the tables count texts that are not part of the repository: {missing[0]} is not at hand")
    monkeypatch.syspath_prepend(str(root / "benchmarks"))
    import datasheet_tables

    text = (root / "annotations" / "DATASHEET.md").read_text(encoding="utf-8")
    commands = [match[2] for match in datasheet_tables._BLOCK.finditer(text)]
    assert [command.split()[1] for command in commands] == [
        "stats",
        "stats",
        "stats",
        "similarity",
        "agreement",
        "agreement",
        "agreement",
    ]
    assert datasheet_tables.filled(text) == text
