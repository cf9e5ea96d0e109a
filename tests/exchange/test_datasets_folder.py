from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from secrel.domain import LabelScheme
from secrel.errors import OutputError
from secrel.exchange.datasets_folder import Row, write_datasets_folder
from secrel.reading import parse_inline

TEXT = """\
[Osh]GPE#1 trains [Kars]GPE#2 for [Baku]GPE#3.
> trains 1 2 actual active
> stance 1 2 favor
> negative 1 3 co-mention
"""


def _row(scheme: LabelScheme, text: str, id: str, notes: dict[str, Any]) -> Row:
    article = parse_inline(text, scheme, id=id)
    return article.document, article.remarks, notes


def test_load_dataset_reads_it_back(scheme: LabelScheme, tmp_path: Path) -> None:
    from datasets import load_dataset

    notes = {"title": "Towns", "region": "Baltics", "year": 2006, "voice": "newswire"}
    splits = {
        "train": [_row(scheme, TEXT, "a", notes), _row(scheme, "Nothing.", "b", {})],
        "real-dev": [_row(scheme, "Nothing here.", "c", {})],
        "empty": [],
    }
    folder = tmp_path / "out"
    assert write_datasets_folder(splits, scheme, folder, card="# Datasheet\n") == {"train": 2, "real-dev": 1}
    data = load_dataset(str(folder), cache_dir=str(tmp_path / "cache"))
    assert {split: rows.num_rows for split, rows in data.items()} == {"train": 2, "real_dev": 1}
    row = data["train"][0]
    assert (row["id"], row["title"], row["year"], row["sentences"]) == ("a", "Towns", 2006, [{"start": 0, "end": 25}])
    for entity in row["entities"]:
        assert row["text"][entity["start"] : entity["end"]] == entity["text"]
    assert row["relations"] == [
        {"id": "R1", "head": "T1", "tail": "T2", "label": "trains", "status": "actual", "form": "active"}
    ]
    assert row["stances"] == [{"id": "S1", "head": "T1", "tail": "T2", "polarity": "favor"}]
    assert row["negatives"] == [{"head": "T1", "tail": "T3", "kind": "co-mention"}]
    assert data["real_dev"][0]["relations"] == []
    assert data["real_dev"].features == data["train"].features
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert card.startswith("---\n")
    assert "  - split: real_dev\n    path: data/real_dev.parquet\n" in card
    assert card.endswith("# Datasheet\n")


def test_a_folder_that_cannot_be_made(scheme: LabelScheme, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="expected a folder that can be written to"):
        write_datasets_folder({"train": [_row(scheme, TEXT, "a", {})]}, scheme, tmp_path / "file", card="")
