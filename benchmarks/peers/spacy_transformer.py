"""The same as :mod:`spacy_tok2vec`, with the encoder of the recipe (MiniLM) under it.

Needs a virtual environment of its own, since it needs an older NumPy than ``constraints.txt`` names::

    pip install -c constraints.txt "$(grep '^torch==' constraints.txt)" && pip install -c constraints.txt -e '.[train]'
    pip install -r benchmarks/peers/requirements.txt

The encoder is loaded from the folder that the recipe names, without network, by ``spacy-curated-transformers``;
``spacy-transformers`` is not used, since it does not allow the version of ``transformers`` that secrel needs.

    python benchmarks/peers/spacy_transformer.py -o out/spacy_transformer.json
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from common import Data, System, encoder_folder, parser, run


def train(data: Data, options: argparse.Namespace) -> System:
    """Builds and trains the pipeline."""
    import spacy
    import spacy_curated_transformers  # type: ignore[import-not-found]  # noqa: F401  # registers its architectures
    from spacy_parts import SpacySystem
    from thinc.api import Adam, warmup_linear
    from transformers import AutoConfig
    from transformers.utils import logging

    logging.disable_progress_bar()
    folder = encoder_folder(data, options)
    encoder = AutoConfig.from_pretrained(folder)
    nlp = spacy.blank("en")
    nlp.add_pipe("curated_transformer", name="transformer", config={"model": transformer(encoder)})
    nlp.config["initialize"]["components"]["transformer"] = {
        "encoder_loader": {
            "@model_loaders": "spacy-curated-transformers.HFTransformerEncoderLoader.v1",
            "name": folder,
        },
        "piecer_loader": {"@model_loaders": "spacy-curated-transformers.HFPieceEncoderLoader.v1", "name": folder},
    }
    listener = {
        "@architectures": "spacy-curated-transformers.LastTransformerLayerListener.v1",
        "width": encoder.hidden_size,
        "pooling": {"@layers": "reduce_mean.v1"},
        "upstream": "transformer",
    }
    nlp.add_pipe("ner", config={"model": {"tok2vec": listener, "use_upper": False}})
    nlp.add_pipe("peer_pairs", name="pairs", config={"tok2vec": listener})
    n_sentences = sum(len(document.sentences or ()) for document in data.train)
    n_steps = options.epochs * -(-n_sentences // options.batch_size)
    rate = warmup_linear(options.learning_rate, max(1, round(options.warmup * n_steps)), n_steps)

    def optimizer() -> Any:
        # thinc's own annotation does not know its own schedules.
        return Adam(rate, L2=0.01, L2_is_weight_decay=True, grad_clip=1.0, use_averages=False)  # type: ignore[arg-type]

    return SpacySystem(data, options, nlp, optimizer)


def transformer(encoder: Any) -> dict[str, Any]:
    """The architecture of an encoder of the BERT kind, from its configuration."""
    return {
        "@architectures": "spacy-curated-transformers.BertTransformer.v1",
        "vocab_size": encoder.vocab_size,
        "hidden_width": encoder.hidden_size,
        "intermediate_width": encoder.intermediate_size,
        "num_attention_heads": encoder.num_attention_heads,
        "num_hidden_layers": encoder.num_hidden_layers,
        "max_position_embeddings": encoder.max_position_embeddings,
        "layer_norm_eps": encoder.layer_norm_eps,
        "padding_idx": encoder.pad_token_id,
        "piece_encoder": {"@architectures": "spacy-curated-transformers.BertWordpieceEncoder.v1"},
        "with_spans": {
            "@architectures": "spacy-curated-transformers.WithStridedSpans.v1",
            "stride": 96,
            "window": 128,
        },
    }


def arguments() -> argparse.ArgumentParser:
    """The options of this method."""
    options = parser(__doc__, epochs=12)
    options.add_argument("--batch-size", type=int, default=16, help="sentences")
    options.add_argument("--learning-rate", type=float, default=1.5e-4, help="highest, of all layers")
    options.add_argument("--warmup", type=float, default=0.1, help="share of the steps in which the rate rises")
    options.add_argument("--dropout", type=float, default=0.1)
    return options


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Runs the method."""
    packages = ("spacy", "spacy-curated-transformers", "curated-transformers", "thinc", "torch", "transformers")
    return run("spaCy, MiniLM", arguments().parse_args(argv), train, *packages)


if __name__ == "__main__":
    main()
