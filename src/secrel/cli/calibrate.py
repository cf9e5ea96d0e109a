"""``secrel calibrate``: settle the scores and thresholds of a model anew."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

from secrel.cli.arguments import add_articles, say


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the verb to the command line."""
    parser = verbs.add_parser(
        "calibrate",
        help="settle scores and thresholds of a model on marked articles",
        description="Fits the calibration of a model on a split that it was not trained on, and chooses its thresholds,"
        " as training does at its end; the weights stay as they are.",
    )
    parser.add_argument("model", metavar="MODEL", help="model folder, or the name of a model that ships with secrel")
    parser.add_argument("corpus", metavar="CORPUS", help="corpus folder")
    parser.add_argument("--split", default="dev", help="split to settle on (default: dev)")
    parser.add_argument("-o", "--output", metavar="OUT", help="model folder to write (default: MODEL)")
    add_articles(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Runs the verb."""
    from secrel.checkpoints import Checkpoint
    from secrel.pipeline import find_model
    from secrel.reading import read_corpus
    from secrel.training.tuning import settle

    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    folder = find_model(arguments.model)
    checkpoint = Checkpoint.from_pretrained(folder)
    corpus = read_corpus(arguments.corpus, articles=arguments.articles)
    here, missing = corpus.available(arguments.split)
    for name in missing:
        say(f"left aside {name}: its text is not at hand")
    if not here:
        return 1
    settled = settle(checkpoint, [corpus.document(name) for name in here])
    output = Path(arguments.output) if arguments.output else folder
    settled.save_pretrained(output, half_precision=checkpoint.recipe.training.half_precision)
    say(f"model written to {output}")
    return 0
