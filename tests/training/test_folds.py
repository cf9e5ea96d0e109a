from __future__ import annotations

from pathlib import Path

import pytest

from secrel.config import Recipe
from secrel.domain import Document, LabelScheme
from secrel.errors import ConfigError
from secrel.training.folds import cross_fitted, make_folds


def test_folds_part_the_documents() -> None:
    documents = [Document(f"text {n}", id=str(n)) for n in range(7)]
    folds = make_folds(documents, 3)
    assert sorted(map(len, folds)) == [2, 2, 3]
    assert sorted(document.id for fold in folds for document in fold) == [str(n) for n in range(7)]
    assert make_folds(documents, 3) == folds
    assert make_folds(documents, 3, seed=1) != folds
    for n in (1, 8):
        with pytest.raises(ConfigError, match=f"found {n} folds of 7 articles; expected 2 folds or more"):
            make_folds(documents, n)


def test_no_model_has_seen_the_articles_of_its_fold(
    monkeypatch: pytest.MonkeyPatch, tiny_recipe: Recipe, scheme: LabelScheme, tmp_path: Path
) -> None:
    seen: list[tuple[set[str], int]] = []

    class StoppedError(Exception):
        pass

    def train(recipe: Recipe, scheme: LabelScheme, training: list[Document], **options: object) -> None:
        seen.append(({document.id for document in training}, recipe.training.epochs))
        raise StoppedError

    monkeypatch.setattr("secrel.training.trainer.train", train)
    documents = [Document(f"text {n}", id=str(n)) for n in range(4)]
    with pytest.raises(StoppedError):
        list(cross_fitted(tiny_recipe, scheme, documents, n_folds=2, work_folder=tmp_path, epochs=3))
    held_out = {document.id for document in make_folds(documents, 2, seed=tiny_recipe.training.seed)[0]}
    assert seen == [({"0", "1", "2", "3"} - held_out, 3)]
