"""The ways to train in `benchmarks/variants`: each trains on a handful of sentences and changes what it says."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from secrel.config import Recipe
from secrel.domain import Document, LabelScheme

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
pytestmark = pytest.mark.skipif(not BENCHMARKS.is_dir(), reason="benchmarks/ is not part of this copy of the sources")


@pytest.fixture
def variants(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import variants

    return variants


@pytest.fixture
def run(
    variants: ModuleType, tiny_recipe: Recipe, scheme: LabelScheme, tiny_documents: list[Document], tmp_path: Path
) -> Any:
    """A run of a moment on a few sentences."""
    recipe = replace(tiny_recipe, training=replace(tiny_recipe.training, epochs=2))
    return variants.Run(recipe, scheme, tiny_documents[:2], tmp_path, tmp_path)


def test_patches_are_taken_back(variants: ModuleType) -> None:
    import secrel.errors as module

    before = module.InputError
    with pytest.raises(RuntimeError), variants.patched(module, "InputError", None):
        assert module.InputError is None
        raise RuntimeError
    assert module.InputError is before
    with pytest.raises(AttributeError), variants.patched(module, "NoSuchName", None):
        pass


def test_layer_decay(run: Any, variants: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    from secrel.training import trainer

    layer_decay = import_module("variants.layer_decay")
    rates: dict[str, float] = {}
    make = trainer._trainer

    def spy(recipe: Any, network: Any, *rest: Any, **options: Any) -> Any:
        made = make(recipe, network, *rest, **options)
        names = {parameter: name for name, parameter in network.named_parameters()}
        rates.update({names[p]: group["lr"] for group in made.optimizer.param_groups for p in group["params"]})
        assert set(rates) == {name for name, parameter in network.named_parameters() if parameter.requires_grad}
        return made

    monkeypatch.setattr(trainer, "_trainer", spy)
    recipe = replace(run.recipe, training=replace(run.recipe.training, learning_rate=1e-3, head_learning_rate=2e-3))
    pipeline = layer_decay.pipeline(replace(run, recipe=recipe), decay=0.5)
    assert pipeline(run.training[0].text).model is not None
    found = {
        part: {rate for name, rate in rates.items() if part in name}
        for part in ("layer.1.", "layer.0.", "word_embeddings", "tagger")
    }
    assert found == {"layer.1.": {1e-3}, "layer.0.": {5e-4}, "word_embeddings": {2.5e-4}, "tagger": {2e-3}}
