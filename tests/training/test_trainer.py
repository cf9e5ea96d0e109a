"""Training end to end on a tiny encoder."""

from __future__ import annotations

from pathlib import Path

from secrel.checkpoints import Checkpoint
from secrel.domain import Document
from secrel.pipeline import load


def test_train_save_load_extract(tiny_model: Path, tiny_documents: list[Document]) -> None:
    pipeline = load(tiny_model)
    document = pipeline(tiny_documents[0].text)
    assert document.text == tiny_documents[0].text
    assert document.sentences == tiny_documents[0].sentences
    assert document.entities
    for entity in document.entities:
        assert entity.span.of(document.text) == entity.text


def test_saved_again_is_the_same(tiny_model: Path, tmp_path: Path) -> None:
    Checkpoint.from_pretrained(tiny_model).save_pretrained(tmp_path / "again")
    for name in ("model.safetensors", "config.json", "labels.toml", "recipe.toml"):
        assert (tmp_path / "again" / name).read_bytes() == (tiny_model / name).read_bytes()
