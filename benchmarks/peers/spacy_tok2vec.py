"""spaCy's own entity recognizer on tok2vec, and a classifier of pairs on the same tok2vec; no pretrained encoder.

The default network of spaCy 3 (hash embeddings of norm, prefix, suffix and shape, and four convolutions of width 96),
shared by ``ner`` (transition-based) and by the relation component of :mod:`spacy_parts`.

    python benchmarks/peers/spacy_tok2vec.py -o out/spacy_tok2vec.json
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from common import Data, System, parser, run


def train(data: Data, options: argparse.Namespace) -> System:
    """Builds and trains the pipeline."""
    import spacy
    from spacy_parts import SpacySystem
    from thinc.api import Adam

    nlp = spacy.blank("en")
    nlp.add_pipe(
        "tok2vec",
        config={
            "model": {
                "@architectures": "spacy.HashEmbedCNN.v2",
                "pretrained_vectors": None,
                "width": options.width,
                "depth": 4,
                "embed_size": 2000,
                "window_size": 1,
                "maxout_pieces": 3,
                "subword_features": True,
            }
        },
    )
    listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": options.width, "upstream": "tok2vec"}
    nlp.add_pipe("ner", config={"model": {"tok2vec": listener}})
    nlp.add_pipe("peer_pairs", name="pairs", config={"tok2vec": listener})

    def optimizer() -> Any:
        return Adam(options.learning_rate, L2=0.01, L2_is_weight_decay=True, grad_clip=1.0, use_averages=False)

    return SpacySystem(data, options, nlp, optimizer)


def arguments() -> argparse.ArgumentParser:
    """The options of this method."""
    options = parser(__doc__, epochs=20)
    options.add_argument("--batch-size", type=int, default=16, help="sentences")
    options.add_argument("--learning-rate", type=float, default=1e-3)
    options.add_argument("--dropout", type=float, default=0.1)
    options.add_argument("--width", type=int, default=96, help="of a token's vector")
    return options


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Runs the method."""
    return run("spaCy, tok2vec", arguments().parse_args(argv), train, "spacy", "thinc", "numpy")


if __name__ == "__main__":
    main()
