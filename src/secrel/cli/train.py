"""``secrel train``: from a recipe to a model folder."""

from __future__ import annotations

import argparse
import logging
import sys
from contextlib import redirect_stdout
from pathlib import Path

from secrel.cli.arguments import add_training, say
from secrel.errors import ConfigError


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the verb to the command line."""
    parser = verbs.add_parser(
        "train",
        help="train a model from a recipe",
        description="Trains a model on the corpus that a recipe names and writes its folder.",
    )
    parser.add_argument("recipe", metavar="RECIPE", help="a recipe.toml")
    parser.add_argument("-o", "--output", metavar="OUT", help="model folder (default: the folder of the recipe)")
    parser.add_argument("--resume", action="store_true", help="go on from the state of an interrupted run")
    add_training(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Runs the verb."""
    from secrel.config import read_recipe
    from secrel.training.corpus import load_splits
    from secrel.training.trainer import train

    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    logging.getLogger("secrel").setLevel(logging.INFO)
    path = Path(arguments.recipe)
    recipe = read_recipe(path)
    splits = load_splits(recipe, path.parent, articles=arguments.articles)
    for name in splits.missing:
        say(f"not trained on {name}: its text is not at hand")
    if not splits.train:
        raise ConfigError(
            path, found="no training article whose text is at hand", expected="at least one in corpus.train"
        )
    # The Trainer prints its log on standard output, which is for results.
    with redirect_stdout(sys.stderr):
        trained = train(
            recipe,
            splits.scheme,
            splits.train,
            splits.dev,
            work_folder=Path(arguments.runs) / recipe.model.name,
            recipe_folder=path.parent,
            resume=arguments.resume,
            progress=not arguments.quiet,
        )
    for dropped in trained.dropped:
        say(f"{dropped.n} {dropped.reason}")
    output = Path(arguments.output) if arguments.output else path.parent
    trained.checkpoint.save_pretrained(output, half_precision=recipe.training.half_precision)
    say(f"model written to {output}")
    return 0
