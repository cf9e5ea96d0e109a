"""Starting from the weights of another model."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from secrel.checkpoints import Checkpoint
from secrel.config import Decision, Recipe
from secrel.domain import Document, LabelScheme, ModelTag, RelationType, StanceType
from secrel.errors import ModelError
from secrel.nn.model import JointModel
from secrel.training.trainer import initial_model, train
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
    recipe = replace(tiny_recipe, heads=replace(tiny_recipe.heads, pair_markers=True, pair_shortcut=True))
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
    # helps by yes, no -> harms, helps by maybe, no
    name = "pairs.status_bias"
    torch.testing.assert_close(now[name][1, 1], given[name][0, 1])
    torch.testing.assert_close(now[name][0], before[name][0])
    torch.testing.assert_close(now[name][1, 0], before[name][1, 0])
    # Rows of the shortcut: helps; helps yes, helps no; none, favor, against
    # -> harms, helps; harms maybe, harms no, helps maybe, helps no; none, ambivalent, against
    name = "pairs.shortcut.1.weight"
    assert (len(given[name]), len(now[name])) == (6, 9)
    torch.testing.assert_close(now[name][[1, 5, 6, 8]], given[name][[0, 2, 3, 5]])
    torch.testing.assert_close(now[name][[0, 2, 3, 4, 7]], before[name][[0, 2, 3, 4, 7]])
    changed = sum(int((now[name] != before[name]).sum()) for name in now)
    assert 0.99 * changed <= n_copied <= sum(tensor.numel() for tensor in now.values())


def test_a_model_to_itself_copies_everything(models: tuple[JointModel, JointModel]) -> None:
    source, _ = models
    assert transfer_weights(source, FIRST, source, FIRST) == sum(t.numel() for t in source.state_dict().values())


def test_frozen_weights_stay_as_they_are(models: tuple[JointModel, JointModel]) -> None:
    source, model = models
    words = model.encoder.backbone.get_input_embeddings()  # type: ignore[operator]
    words.requires_grad_(False)
    before = words.weight.clone()
    for parameter in source.parameters():
        torch.nn.init.normal_(parameter)
    transfer_weights(source, FIRST, model, SECOND)
    torch.testing.assert_close(words.weight, before)


@pytest.fixture
def start(tiny_recipe: Recipe, tmp_path: Path) -> Recipe:
    """A recipe in ``models/x`` that starts from an untrained model of another scheme in ``models/first``."""
    (tmp_path / "models" / "x").mkdir(parents=True)
    model, encoder = initial_model(tiny_recipe, FIRST)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    checkpoint = Checkpoint(ModelTag("first", "1"), FIRST, tiny_recipe, Decision(), model.eval(), encoder)
    checkpoint.save_pretrained(tmp_path / "models" / "first", half_precision=False)
    changes = replace(tiny_recipe.training, start_from="../first", epochs=1, learning_rate=0.0, head_learning_rate=0.0)
    return replace(tiny_recipe, training=changes)


def test_training_starts_from_another_model(
    start: Recipe, tiny_documents: list[Document], scheme: LabelScheme, tmp_path: Path
) -> None:
    folders = {"work_folder": tmp_path / "runs", "recipe_folder": tmp_path / "models" / "x", "progress": False}
    trained = train(start, scheme, tiny_documents[:1], **folders)
    first = Checkpoint.from_pretrained(tmp_path / "models" / "first")
    name = "pairs.query.0.weight"
    assert trained.checkpoint.model.state_dict()[name].equal(first.model.state_dict()[name])


def test_a_missing_model_to_start_from_is_named(
    start: Recipe, tiny_documents: list[Document], scheme: LabelScheme, tmp_path: Path
) -> None:
    recipe = replace(start, training=replace(start.training, start_from="none"))
    with pytest.raises(ModelError, match=r"none: found no such folder"):
        train(recipe, scheme, tiny_documents[:1], work_folder=tmp_path, recipe_folder=tmp_path, progress=False)


def test_an_encoder_with_another_vocabulary_is_refused(
    start: Recipe, tiny_documents: list[Document], scheme: LabelScheme, tmp_path: Path
) -> None:
    path = tmp_path / "models" / "first" / "tokenizer.json"
    data = json.loads(path.read_text())
    vocabulary = data["model"]["vocab"]
    vocabulary["[other]"] = vocabulary.pop(next(token for token in vocabulary if token.isalpha() and len(token) > 3))
    path.write_text(json.dumps(data))
    with pytest.raises(ModelError, match="another vocabulary"):
        train(
            start,
            scheme,
            tiny_documents[:1],
            work_folder=tmp_path / "runs",
            recipe_folder=tmp_path / "models" / "x",
            progress=False,
        )
