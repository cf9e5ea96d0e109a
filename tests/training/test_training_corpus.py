"""The documents of a recipe's splits."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from secrel.config import CorpusConfig, Recipe
from secrel.errors import ConfigError, InputError
from secrel.training.corpus import load_splits

LABELS = 'name = "ships"\nversion = "1"\nentities = ["SHIP"]\n'
AWAY = "Gannet sank."


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A corpus of two articles with text and one whose text lies elsewhere."""
    monkeypatch.delenv("SECREL_ARTICLES", raising=False)
    folder = tmp_path / "project" / "corpus"
    folder.mkdir(parents=True)
    (folder / "labels.toml").write_text(LABELS, encoding="utf-8")
    (folder / "splits.toml").write_text('[splits]\ntrain = ["one", "away"]\ndev = ["two"]\nrest = ["away"]\n')
    for name, text in (("one", "Petrel sank."), ("two", "Dunlin sank.")):
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        (folder / f"{name}.ann").write_text(f"T1\tSHIP 0 6\t{text[:6]}\n", encoding="utf-8")
    (folder / "away.ann").write_text("T1\tSHIP 0 6\tGannet\n", encoding="utf-8")
    (folder / "SHA256SUMS").write_text(f"{hashlib.sha256(AWAY.encode()).hexdigest()}  away.txt\n", encoding="utf-8")
    return folder


def with_corpus(recipe: Recipe, **changes: object) -> Recipe:
    return replace(recipe, corpus=CorpusConfig("corpus", **changes))


def test_splits_and_missing_texts(folder: Path, tiny_recipe: Recipe) -> None:
    splits = load_splits(with_corpus(tiny_recipe, leave_one_out=("rest", "dev")), folder.parent)
    assert splits.scheme.entities == ("SHIP",)
    assert [d.id for d in splits.train] == ["one"]
    assert [d.id for d in splits.dev] == ["two"]
    assert [d.id for d in splits.held_out] == ["two"]
    assert splits.missing == ("away",)
    assert [entity.text for entity in splits.train[0].entities] == ["Petrel"]
    assert splits.train[0].sentences is not None


def test_texts_are_found_in_the_folders_given(folder: Path, tiny_recipe: Recipe, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "away.txt").write_text(AWAY, encoding="utf-8")
    splits = load_splits(with_corpus(tiny_recipe), folder.parent, articles=[tmp_path / "elsewhere"])
    assert [d.id for d in splits.train] == ["one", "away"]
    assert splits.missing == ()
    assert splits.held_out == ()
    (tmp_path / "elsewhere" / "away.txt").write_text("Another text", encoding="utf-8")
    with pytest.raises(InputError, match="the text that was marked"):
        load_splits(with_corpus(tiny_recipe), folder.parent, articles=[tmp_path / "elsewhere"])


def test_an_unknown_split_is_refused(folder: Path, tiny_recipe: Recipe) -> None:
    with pytest.raises(ConfigError, match="found no split 'nope'; expected one of train, dev, rest"):
        load_splits(with_corpus(tiny_recipe, dev=("nope",)), folder.parent)


def test_no_splits_to_read(folder: Path, tiny_recipe: Recipe) -> None:
    splits = load_splits(with_corpus(tiny_recipe, train=(), dev=()), folder.parent)
    assert (splits.train, splits.dev, splits.held_out, splits.missing) == ((), (), (), ())
