"""``secrel learning-curve``: what a recipe gives with ever more training articles."""

from __future__ import annotations

import argparse
import logging
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

from secrel.cli.arguments import add_training, say
from secrel.errors import ConfigError

if TYPE_CHECKING:
    from secrel.domain import Document


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the verb to the command line."""
    parser = verbs.add_parser(
        "learning-curve",
        help="scores of a recipe with ever more training articles",
        description="Trains on shares of the training articles, with several seeds, and scores on the test splits and"
        " on the articles that the recipe names under leave_one_out, none of which is trained on. Points that OUT has"
        " already are not trained again.",
    )
    parser.add_argument("recipe", metavar="RECIPE", help="a recipe.toml")
    parser.add_argument("-o", "--output", required=True, metavar="OUT", help="JSONL file of the points")
    parser.add_argument("--fractions", type=float, nargs="+", default=[0.25, 0.5, 0.75, 1.0], metavar="SHARE")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], metavar="SEED")
    parser.add_argument("--epochs", type=int, metavar="N", help="passes over all articles instead of the recipe's")
    add_training(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Runs the verb."""
    from dataclasses import replace

    from secrel.config import read_recipe
    from secrel.reading import read_corpus
    from secrel.training.corpus import load_splits
    from secrel.training.curve import curve_table, learning_curve, read_points

    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    path = Path(arguments.recipe)
    recipe = read_recipe(path)
    if arguments.epochs is not None:
        recipe = replace(recipe, training=replace(recipe.training, epochs=arguments.epochs))
    splits = load_splits(recipe, path.parent, articles=arguments.articles)
    corpus = read_corpus(path.parent / recipe.corpus.folder, articles=arguments.articles)
    held_out = {document.id for document in splits.held_out}
    groups: dict[str, list[Document]] = {}
    for document in splits.train:
        if document.id not in held_out:
            groups.setdefault(corpus.entries[document.id].part, []).append(document)
    if not groups:
        raise ConfigError(path, found="no training article whose text is at hand", expected="at least one")
    missing = [*splits.missing, *(name for name in corpus.available(*recipe.corpus.test)[1])]
    judged_on = {name: [corpus.document(n) for n in corpus.available(name)[0]] for name in recipe.corpus.test}
    judged_on["leave-one-out articles"] = list(splits.held_out)
    output = Path(arguments.output)
    with redirect_stdout(sys.stderr):
        for point in learning_curve(
            recipe,
            splits.scheme,
            groups,
            splits.dev,
            judged_on,
            fractions=arguments.fractions,
            seeds=arguments.seeds,
            output=output,
            work_folder=Path(arguments.runs) / f"{recipe.model.name}-curve",
            recipe_folder=path.parent,
            progress=not arguments.quiet,
        ):
            say(f"{point['fraction']:g} of the articles, seed {point['seed']}: {point['scores']}")
    for line in curve_table(read_points(output)):
        print(line)  # noqa: T201
    for name in missing:
        say(f"left aside {name}: its text is not at hand")
    return 1 if missing else 0
