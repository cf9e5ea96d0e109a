"""Starting from the weights of another model."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import torch

from secrel.checkpoints import Checkpoint
from secrel.config import Recipe
from secrel.domain import Document, LabelScheme, RelationType, StanceType
from secrel.errors import ConfigError
from secrel.nn.model import JointModel
from secrel.training.trainer import initial_model, intermediate_model, train
from secrel.training.transfer import transfer_weights

ANY = frozenset({"A", "B"})
FIRST = LabelScheme(
    "first",
    "1",
    ("A", "B"),
    statuses=("yes", "no"),
    relations=(RelationType("helps", ANY, ANY),),
    stance=StanceType(("favor", "against"), ANY, ANY),
)
SECOND = LabelScheme(
    "second",
    "1",
    ("C", "A"),
    statuses=("maybe", "no"),
    relations=(
        RelationType("harms", frozenset("A"), frozenset("A")),
        RelationType("helps", frozenset("A"), frozenset("A")),
    ),
    stance=StanceType(("ambivalent", "against"), frozenset("A"), frozenset("A")),
)


@pytest.fixture
def models(tiny_recipe: Recipe) -> tuple[JointModel, JointModel]:
    recipe = replace(tiny_recipe, heads=replace(tiny_recipe.heads, pair_markers=True))
    return initial_model(recipe, FIRST)[0], initial_model(recipe, SECOND)[0]


def test_labels_are_taken_by_name(models: tuple[JointModel, JointModel]) -> None:
    source, model = models
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    for parameter in source.parameters():
        torch.nn.init.normal_(parameter)
    n_copied = transfer_weights(source, FIRST, model, SECOND)
    given, now = source.state_dict(), model.state_dict()
    for name in ("encoder.markers.label_embedding.weight", "pairs.label_embedding.weight"):
        # Rows of FIRST are A, B, unknown; rows of SECOND are C, A, unknown.
        torch.testing.assert_close(now[name], torch.stack([before[name][0], given[name][0], given[name][2]]))
    # none, favor, against -> none, ambivalent, against
    name = "pairs.stance.weight"
    torch.testing.assert_close(now[name], torch.stack([given[name][0], before[name][1], given[name][2]]))
    torch.testing.assert_close(now["pairs.relation.bias"][1], given["pairs.relation.bias"][0])
    torch.testing.assert_close(now["pairs.relation.bias"][0], before["pairs.relation.bias"][0])
    torch.testing.assert_close(now["pairs.status.bias"][1], given["pairs.status.bias"][1])
    # O, B-A, I-A, B-B, I-B -> O, B-C, I-C, B-A, I-A
    name = "tagger.layers.4.weight"
    torch.testing.assert_close(now[name][[0, 3, 4]], given[name][[0, 1, 2]])
    torch.testing.assert_close(now[name][[1, 2]], before[name][[1, 2]])
    for name, tensor in now.items():
        if name.startswith("encoder.backbone"):
            torch.testing.assert_close(tensor, given[name])
    # A table of relations by statuses has another shape, and means something else.
    torch.testing.assert_close(now["pairs.status_bias"], before["pairs.status_bias"])
    changed = sum(int((now[name] != before[name]).sum()) for name in now)
    assert 0.99 * changed <= n_copied <= sum(tensor.numel() for tensor in now.values())


def test_a_model_to_itself_copies_everything(models: tuple[JointModel, JointModel]) -> None:
    source, _ = models
    assert transfer_weights(source, FIRST, source, FIRST) == sum(t.numel() for t in source.state_dict().values())


def with_intermediate(tmp_path: Path, recipe: Recipe) -> Recipe:
    """A recipe in models/x that starts from one in models/first, with a corpus of one marked sentence."""
    first = tmp_path / "models" / "first"
    (first / "corpus").mkdir(parents=True)
    (tmp_path / "models" / "x").mkdir(parents=True)
    (first / "corpus" / "labels.toml").write_text(
        'name = "s"\nversion = "1"\nentities = ["CITY"]\n[stance]\npolarities = ["favor", "against"]\n'
        'holder = ["CITY"]\ntarget = ["CITY"]\n'
    )
    (first / "corpus" / "splits.toml").write_text('[splits]\ntrain = ["one"]\n')
    (first / "corpus" / "one.txt").write_text("Oslo blames Riga.\n")
    (first / "corpus" / "one.ann").write_text(
        "T1\tCITY 0 4\tOslo\nT2\tCITY 12 16\tRiga\nR1\tstance Holder:T1 Target:T2\nA1\tPolarity R1 against\n"
    )
    heads = "\n".join(f"{key} = {json.dumps(value)}" for key, value in asdict(recipe.heads).items())
    (first / "recipe.toml").write_text(
        f'[model]\nname = "first"\n[encoder]\nname = "{recipe.encoder.name}"\nmax_length = 64\nstride = 16\n'
        f'[corpus]\nfolder = "corpus"\ndev = []\n[heads]\n{heads}\n'
        "[training]\nepochs = 1\nbatch_size = 4\nbf16 = false\n"
    )
    return replace(recipe, training=replace(recipe.training, intermediate="../first/recipe.toml", epochs=1))


def test_training_starts_from_the_intermediate_model(
    tiny_recipe: Recipe, tiny_documents: list[Document], scheme: LabelScheme, tmp_path: Path
) -> None:
    recipe = with_intermediate(tmp_path, tiny_recipe)
    still = replace(recipe, training=replace(recipe.training, learning_rate=0.0, head_learning_rate=0.0))
    folders = {"work_folder": tmp_path / "runs", "recipe_folder": tmp_path / "models" / "x", "progress": False}
    trained = train(still, scheme, tiny_documents[:1], **folders)
    first = Checkpoint.from_pretrained(tmp_path / "runs" / "intermediate-first")
    fresh, _ = initial_model(tiny_recipe, scheme)
    name = "pairs.query.0.weight"
    assert trained.checkpoint.model.state_dict()[name].equal(first.model.state_dict()[name])
    assert not trained.checkpoint.model.state_dict()[name].equal(fresh.state_dict()[name])
    # It is taken up again, or handed over, instead of being trained once more.
    written = (tmp_path / "runs" / "intermediate-first" / "model.safetensors").stat().st_mtime_ns
    again = intermediate_model(still, resume=True, **folders)
    assert again is not None
    train(still, scheme, tiny_documents[:1], start=again, **folders)
    assert (tmp_path / "runs" / "intermediate-first" / "model.safetensors").stat().st_mtime_ns == written
    assert intermediate_model(tiny_recipe, **folders) is None


def test_a_missing_intermediate_recipe_is_named(
    tiny_recipe: Recipe, tiny_documents: list[Document], scheme: LabelScheme, tmp_path: Path
) -> None:
    recipe = replace(tiny_recipe, training=replace(tiny_recipe.training, intermediate="none.toml"))
    with pytest.raises(ConfigError, match=r"none.toml"):
        train(recipe, scheme, tiny_documents[:1], work_folder=tmp_path, recipe_folder=tmp_path, progress=False)
