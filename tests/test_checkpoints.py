"""Model folders: written, read back, and refused where something is wrong with them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from secrel.checkpoints import Checkpoint, build_backbone, read_config
from secrel.errors import ModelError
from secrel.pipeline import Pipeline

FILES = ("config.json", "encoder.json", "labels.toml", "model.safetensors", "recipe.toml", "tokenizer.json")
TEXT = "Moscow told Kyiv to drop its NATO bid."


@pytest.fixture
def copy(tiny_model: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_model, tmp_path / "model"))


def edit_json(path: Path, **changes: object) -> None:
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")


@pytest.mark.parametrize("half_precision", [True, False])
def test_round_trip(tiny_model: Path, tmp_path: Path, half_precision: bool) -> None:
    first = Checkpoint.from_pretrained(tiny_model)
    first.save_pretrained(tmp_path / "a" / "b", half_precision=half_precision)
    again = Checkpoint.from_pretrained(tmp_path / "a" / "b")
    assert (again.tag, again.scheme, again.recipe, again.decision) == (
        first.tag,
        first.scheme,
        first.recipe,
        first.decision,
    )
    assert again.n_parameters == first.n_parameters == read_config(tiny_model)["n_parameters"]
    weights, others = first.model.state_dict(), again.model.state_dict()
    assert weights.keys() == others.keys()
    assert all(torch.equal(weights[name], others[name]) for name in weights)
    assert all(tensor.dtype == torch.float32 for tensor in others.values())
    assert not again.model.training
    assert Pipeline.from_checkpoint(again)(TEXT) == Pipeline.from_checkpoint(first)(TEXT)


def test_full_precision_is_exact_and_half_is_half_as_large(tiny_model: Path, tmp_path: Path) -> None:
    checkpoint = Checkpoint.from_pretrained(tiny_model)
    with torch.no_grad():
        for parameter in checkpoint.model.parameters():
            parameter.add_(1e-6)  # Below what 16 bits resolve near 1.
    for name, half_precision in (("half", True), ("full", False)):
        checkpoint.save_pretrained(tmp_path / name, half_precision=half_precision)
    size = {name: (tmp_path / name / "model.safetensors").stat().st_size for name in ("half", "full")}
    assert 1.8 < size["full"] / size["half"] < 2.0
    full = Checkpoint.from_pretrained(tmp_path / "full").model.state_dict()
    assert all(torch.equal(full[name], tensor) for name, tensor in checkpoint.model.state_dict().items())


def test_saving_leaves_other_files_alone_and_pickles_nothing(tiny_model: Path, tmp_path: Path) -> None:
    (tmp_path / "MODEL_CARD.md").write_text("mine", encoding="utf-8")
    Checkpoint.from_pretrained(tiny_model).save_pretrained(tmp_path)
    assert (tmp_path / "MODEL_CARD.md").read_text(encoding="utf-8") == "mine"
    assert {path.suffix for path in tmp_path.iterdir()} == {".json", ".md", ".safetensors", ".toml"}


def test_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as error:
        Checkpoint.from_pretrained(tmp_path / "none")
    assert str(error.value) == (f"{tmp_path / 'none'}: found no such folder; expected a model folder with config.json")


@pytest.mark.parametrize("name", FILES)
def test_each_file_is_needed(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(ModelError) as error:
        Checkpoint.from_pretrained(copy)
    assert str(error.value) == f"{copy}: found no {name}; expected a complete model folder"


@pytest.mark.parametrize("damage", [b"", b"\xff\x00garbage", None], ids=["empty", "garbage", "cut off"])
@pytest.mark.parametrize("name", [*FILES, "tokenizer_config.json"])
def test_damaged_files(copy: Path, name: str, damage: bytes | None) -> None:
    data = (copy / name).read_bytes()
    # A TOML file that ends behind a whole line would be read.
    cut = data.index(b"=") + 1 if name.endswith(".toml") else len(data) // 2
    (copy / name).write_bytes(data[:cut] if damage is None else damage)
    with pytest.raises(ModelError) as error:
        Checkpoint.from_pretrained(copy)
    expected = "tokenizer.json" if name.startswith("tokenizer") else name
    assert error.value.where.startswith(str(copy / expected))
    assert error.value.found
    assert error.value.expected


@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_other_format_version(copy: Path, version: object) -> None:
    edit_json(copy / "config.json", format_version=version)
    with pytest.raises(ModelError) as error:
        Checkpoint.from_pretrained(copy)
    assert str(error.value) == (
        f"{copy / 'config.json'}: found format version {version!r}; "
        "expected 1; train the model anew or install the secrel version it was made with"
    )


def test_config_that_is_no_object(copy: Path) -> None:
    (copy / "config.json").write_text("[1]", encoding="utf-8")
    with pytest.raises(ModelError, match="found format version None"):
        read_config(copy)


def test_config_without_keys_is_refused_even_without_loading(copy: Path) -> None:
    (copy / "config.json").write_text('{"format_version": 1}', encoding="utf-8")
    with pytest.raises(ModelError, match=r"config\.json, model: found nothing; expected this key"):
        read_config(copy)


def test_unknown_key_in_the_recipe(copy: Path) -> None:
    recipe = (copy / "recipe.toml").read_text(encoding="utf-8")
    (copy / "recipe.toml").write_text(recipe.replace("[training]", "[training]\nepoch = 3"), encoding="utf-8")
    with pytest.raises(ModelError, match=r"recipe\.toml, training, epoch: found an unknown key; expected one of seed"):
        Checkpoint.from_pretrained(copy)


def test_labels_that_do_not_fit_the_weights(copy: Path) -> None:
    labels = (copy / "labels.toml").read_text(encoding="utf-8")
    (copy / "labels.toml").write_text(labels.replace('    "DATE",\n]\nstatuses', '    "DATE",\n    "X",\n]\nstatuses'))
    with pytest.raises(ModelError, match=r"model\.safetensors, .*: found \[\d+.*; expected a tensor of shape"):
        Checkpoint.from_pretrained(copy)


def test_tensor_of_another_shape_and_missing_tensor(copy: Path) -> None:
    weights = load_file(copy / "model.safetensors")
    name = "pairs.stance.weight"
    shape = list(weights[name].shape)
    save_file(weights | {name: torch.zeros(shape[0] + 1, shape[1])}, copy / "model.safetensors")
    with pytest.raises(ModelError) as error:
        Checkpoint.from_pretrained(copy)
    where = f"{copy / 'model.safetensors'}, {name}"
    assert str(error.value) == (f"{where}: found [{shape[0] + 1}, {shape[1]}]; expected a tensor of shape {shape}")
    del weights[name]
    save_file(weights, copy / "model.safetensors")
    with pytest.raises(ModelError) as error:
        Checkpoint.from_pretrained(copy)
    assert str(error.value) == f"{where}: found nothing; expected a tensor of shape {shape}"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"model_type": "no-such-type"}, "no-such-type"),
        ({"hidden_size": 33}, "33"),
        ({"num_hidden_layers": "two"}, "two"),
    ],
)
def test_encoder_that_cannot_be_built(copy: Path, change: dict[str, object], found: str) -> None:
    edit_json(copy / "encoder.json", **change)
    with pytest.raises(ModelError) as error:
        build_backbone(copy / "encoder.json")
    assert error.value.where == str(copy / "encoder.json")
    assert found in error.value.found
    assert error.value.expected == "an encoder configuration of transformers"


def test_window_without_room_for_its_stride(copy: Path) -> None:
    edit_json(copy / "config.json", max_length=10, stride=60)
    with pytest.raises(ModelError, match=r"config\.json: found a window of 10 subwords .*; expected a window longer"):
        Checkpoint.from_pretrained(copy)


@pytest.mark.parametrize("attention", ["sdpa", "eager", "no-such-attention"])
def test_backbone_with_any_attention(tiny_model: Path, attention: str) -> None:
    backbone: Callable[..., object] = build_backbone(tiny_model / "encoder.json", attention=attention)
    assert sum(p.numel() for p in backbone.parameters()) > 10_000  # type: ignore[attr-defined]


def test_a_recipe_that_already_stands_there_keeps_its_comments(tiny_model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    checkpoint = Checkpoint.from_pretrained(tiny_model)
    checkpoint.save_pretrained(folder)
    commented = "# ours\n" + (folder / "recipe.toml").read_text(encoding="utf-8")
    (folder / "recipe.toml").write_text(commented, encoding="utf-8")
    checkpoint.save_pretrained(folder)
    assert (folder / "recipe.toml").read_text(encoding="utf-8") == commented


def test_an_interrupted_save_leaves_an_incomplete_folder(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "model"
    checkpoint = Checkpoint.from_pretrained(tiny_model)
    checkpoint.save_pretrained(folder)

    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("secrel.checkpoints.save_file", fail)
    with pytest.raises(KeyboardInterrupt):
        checkpoint.save_pretrained(folder)
    with pytest.raises(ModelError, match=r"no config\.json"):
        Checkpoint.from_pretrained(folder)
