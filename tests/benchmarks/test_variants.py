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


def test_focal(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    from secrel.nn import model
    from secrel.training import network

    focal = import_module("variants.focal")
    seen: list[Any] = []
    joint_loss, plain = network.joint_loss, model._pair_losses

    def spy(tags: Any, logits: Any, targets: Any, weights: Any) -> Any:
        parts = joint_loss(tags, logits, targets, weights)
        seen.append((logits, targets, weights, parts))
        return parts

    monkeypatch.setattr(network, "joint_loss", spy)
    loss = replace(run.recipe.loss, relation=3.0, stance=0.7, relation_positive=4.0, stance_positive=5.0)
    pipeline = focal.pipeline(replace(run, recipe=replace(run.recipe, loss=loss)), gamma=2.0)
    assert pipeline(run.training[0].text).model is not None
    assert model._pair_losses is plain
    n_compared = 0
    for logits, targets, weights, parts in seen:
        if not {"relation", "status", "stance"} <= set(parts):
            continue
        n_compared += 1
        before = plain(logits, targets, weights)
        torch.testing.assert_close(parts["status"], before["status"], rtol=0, atol=0)
        for name in ("relation", "stance"):
            assert parts[name] < 0.9 * before[name]
        probability = logits.relation.sigmoid()
        yes, no = targets.relation == 1, targets.relation == 0
        hard = (4.0 * (1 - probability[yes]) ** 2 * -probability[yes].log()).sum()
        easy = (probability[no] ** 2 * -(1 - probability[no]).log()).sum()
        torch.testing.assert_close(parts["relation"], 3.0 * (hard + easy) / (yes.sum() + no.sum()))
        staged = (targets.stance >= 0).nonzero().squeeze(1)
        right = logits.stance.softmax(-1)[staged, targets.stance[staged]]
        weight = torch.where(targets.stance[staged] > 0, 5.0, 1.0)
        focused = (weight * (1 - right) ** 2 * -right.log()).sum() / weight.sum()
        torch.testing.assert_close(parts["stance"], 0.7 * focused)
        # With a gamma of 0 nothing changes.
        torch.testing.assert_close(3.0 * focal.relation_loss(logits, targets, 4.0, 0.0), before["relation"])
        torch.testing.assert_close(0.7 * focal.stance_loss(logits, targets, 5.0, 0.0), before["stance"])
    assert n_compared > 3
    with pytest.raises(ValueError, match="gamma"):
        focal.pipeline(run, gamma=-1.0)


def test_focal_gradients_are_finite(run: Any) -> None:
    import torch

    from secrel.nn.heads import PairLogits
    from secrel.nn.model import Targets

    focal = import_module("variants.focal")
    sure = torch.tensor([[200.0, -200.0], [-200.0, 200.0]], requires_grad=True)
    targets = Targets(torch.zeros(1), torch.tensor([[1, 0], [1, 0]]), torch.zeros(1), torch.tensor([0, 0]))
    logits = PairLogits(sure, sure, sure)
    for name in ("relation_loss", "stance_loss"):
        loss = getattr(focal, name)(logits, targets, 1.0, 0.5)
        (gradient,) = torch.autograd.grad(loss, sure)
        assert gradient.isfinite().all()
        assert gradient[0].abs().max() < 1e-6
        assert gradient[1].abs().min() > 0.2


def test_averaging(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch
    from transformers import TrainerCallback

    from secrel.training import trainer

    averaging = import_module("variants.averaging")
    steps: list[dict[str, torch.Tensor]] = []
    make = trainer._trainer

    def spy(recipe: Any, network: Any, *rest: Any, **options: Any) -> Any:
        class Watch(TrainerCallback):  # type: ignore[misc]
            def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
                steps.append({name: p.detach().clone() for name, p in network.model.named_parameters()})

        made = make(recipe, network, *rest, **options)
        made.add_callback(Watch())
        return made

    monkeypatch.setattr(trainer, "_trainer", spy)
    pipeline = averaging.pipeline(run, decay=0.8, start=0.5)
    watched, n_steps = steps.copy(), len(steps)
    plain = dict(run.train(name="plain").model.named_parameters())
    _, entities, relations, stances = pipeline.stages
    assert entities.engine is relations.scorer.engine is stances.scorer.engine
    counted = watched[n_steps // 2 :]
    shares = 0.8 ** torch.arange(len(counted) - 1, -1, -1, dtype=torch.float64)
    shares /= shares.sum()
    moved = 0.0
    for name, weights in entities.engine.model.named_parameters():
        every = torch.stack([step[name].double() for step in counted])
        torch.testing.assert_close(weights.detach().double(), torch.tensordot(shares, every, 1), rtol=1e-4, atol=1e-6)
        moved = max(moved, (weights - plain[name]).abs().max().item())
        # The training itself does not know of the average.
        torch.testing.assert_close(watched[-1][name], plain[name].detach(), rtol=0, atol=0)
    assert n_steps >= 8
    assert moved > 1e-4
    assert pipeline(run.training[0].text).model is not None
    with pytest.raises(ValueError, match="start"):
        averaging.pipeline(run, decay=0.8, start=1.0)


def test_separate(run: Any) -> None:
    import torch
    from transformers import set_seed

    from secrel.training.trainer import initial_model

    separate = import_module("variants.separate")
    recipe = replace(run.recipe, training=replace(run.recipe.training, weight_decay=0.0, epochs=8))
    pipeline = separate.pipeline(replace(run, recipe=recipe))
    _, entities, relations, stances = pipeline.stages
    assert relations.scorer.engine is stances.scorer.engine is not entities.engine
    set_seed(recipe.training.seed)
    start = dict(initial_model(recipe, run.scheme)[0].named_parameters())

    def changed(engine: Any) -> set[str]:
        now = dict(engine.model.named_parameters())
        return {name for name, before in start.items() if not torch.equal(before, now[name])}

    finder, judge = changed(entities.engine), changed(relations.scorer.engine)
    assert {name.split(".")[0] for name in finder} == {"encoder", "tagger"}
    assert {name.split(".")[0] for name in judge} == {"encoder", "pairs"}
    for part in ("pairs.relation.weight", "pairs.status.weight", "pairs.stance.weight"):
        assert part in judge
    weights = [engine.model.encoder.backbone.state_dict() for engine in (entities.engine, relations.scorer.engine)]
    assert any(not torch.equal(one, other) for one, other in zip(*(w.values() for w in weights), strict=True))
    # What is found comes from the stages above, in either way of use.
    document = run.training[0]
    bare = document.replace(entities=(), relations=(), stances=())
    assert [e.span for e in pipeline(bare).entities] == [e.span for e in entities(bare).entities] != []
    given = pipeline.classify(document)
    assert [e.span for e in given.entities] == sorted(e.span for e in document.entities)
    assert [r.score for r in given.relations] == [r.score for r in relations(document).relations] != []
