"""Fixtures: the project's corpus, and a tiny model that trains in seconds."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path

import pytest

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
# Two threads make the tiny models of the tests slower, and many times so on a busy machine.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from secrel.config import Recipe, build, read_scheme
from secrel.domain import Document, LabelScheme
from secrel.reading import Corpus, read_corpus

ROOT = Path(__file__).parents[1]
# Named, so that the tiny model does not change with every article that joins the corpus.
TINY_TRAIN = (
    "a-berth-at-port-sudan",
    "a-law-and-its-authors",
    "a-law-nobody-wants",
    "a-runway-without-aircraft",
    "ankara-counts-its-friends",
    "banners-in-bishkek",
)


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def scheme() -> LabelScheme:
    """The packaged label scheme."""
    return read_scheme(ROOT / "annotations" / "labels.toml")


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    """The project's corpus."""
    return read_corpus(ROOT / "annotations")


@pytest.fixture(scope="session")
def articles_folder() -> Path:
    """The folder with the two EDM articles; skips where it is not at hand."""
    given = os.environ.get("SECREL_ARTICLES")
    folder = Path(given) if given else ROOT.parent / "shared" / "articles"
    if not (folder / "edm-v3-i133.txt").is_file():
        pytest.skip("the EDM articles are not part of the repository; name their folder in SECREL_ARTICLES")
    return folder


@pytest.fixture(scope="session")
def tiny_documents(corpus: Corpus) -> list[Document]:
    """A few marked articles."""
    return [corpus.document(name) for name in TINY_TRAIN]


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory, tiny_documents: list[Document]) -> Path:
    """A folder with a randomly initialised BERT of two narrow layers and its tokenizer."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizer

    folder = tmp_path_factory.mktemp("encoder")
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    # By hand: the trainer of `tokenizers` breaks ties by a hash that differs from run to run.
    words = Counter(re.findall(r"[a-z]+|[^\sa-z]", " ".join(document.text for document in tiny_documents).lower()))
    letters = sorted({letter for word in words for letter in word})
    frequent = [word for word, _ in sorted(words.items(), key=lambda item: (-item[1], item[0])) if len(word) > 1]
    vocabulary = [*special, *letters, *(f"##{letter}" for letter in letters), *frequent][:600]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    BertTokenizer(str(folder / "vocab.txt"), do_lower_case=True).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=128,
    )
    torch.manual_seed(0)  # The same weights whichever tests ran before.
    BertModel(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_recipe(tiny_encoder: Path) -> Recipe:
    """A recipe that trains the tiny encoder for a moment."""
    return build(
        Recipe,
        {
            "model": {"name": "tiny", "version": "0.0.1"},
            "encoder": {"name": str(tiny_encoder), "max_length": 64, "stride": 16},
            "corpus": {"folder": str(ROOT / "annotations")},
            "heads": {"tagger_size": 32, "pair_size": 32, "pair_heads": 2, "feature_size": 8},
            "training": {
                "epochs": 12,
                "batch_size": 8,
                "bf16": False,
                "learning_rate": 3e-3,
                "head_learning_rate": 3e-3,
            },
        },
        where="tiny recipe",
    )


@pytest.fixture(scope="session")
def tiny_model(
    tmp_path_factory: pytest.TempPathFactory,
    tiny_recipe: Recipe,
    tiny_documents: list[Document],
    scheme: LabelScheme,
) -> Path:
    """The folder of a model trained on a few articles: it finds little, but it is whole."""
    from secrel.training.trainer import train

    folder = tmp_path_factory.mktemp("model") / "tiny"
    trained = train(
        tiny_recipe,
        scheme,
        tiny_documents[:4],
        tiny_documents[4:],
        work_folder=tmp_path_factory.mktemp("runs"),
        progress=False,
    )
    trained.checkpoint.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def default_model() -> Path:
    """The folder of the model that ships with the package."""
    folder = ROOT / "models" / "edm"
    if not (folder / "model.safetensors").is_file():
        pytest.skip("models/edm has no weights yet: `secrel train models/edm/recipe.toml` makes them")
    return folder
