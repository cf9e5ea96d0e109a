"""``secrel crossvalidate``: hold articles out one by one, train on the rest, score on what was held out."""

from __future__ import annotations

import argparse
import logging
import sys
from contextlib import redirect_stdout
from pathlib import Path

from secrel.cli.arguments import add_training, say


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the verb to the command line."""
    parser = verbs.add_parser(
        "crossvalidate",
        help="leave-one-article-out scores of a recipe",
        description="For every article of the splits that the recipe names under leave_one_out: trains on all training"
        " articles but this one and scores on its sentences, which the model has then never seen.",
    )
    parser.add_argument("recipe", metavar="RECIPE", help="a recipe.toml")
    add_training(parser)
    parser.add_argument(
        "--resume", action="store_true", help="go on from the states of interrupted runs, where there are any"
    )
    parser.add_argument("--write", metavar="MODEL", help="model folder whose metrics.json and card take the scores")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Runs the verb."""
    from secrel.config import read_recipe
    from secrel.training.evaluation import leave_one_out, metrics_table, write_metrics

    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    path = Path(arguments.recipe)
    recipe = read_recipe(path)
    # The Trainer prints its log on standard output, which is for results.
    with redirect_stdout(sys.stderr):
        section, missing = leave_one_out(
            recipe,
            path.parent,
            articles=arguments.articles,
            work_folder=Path(arguments.runs) / f"{recipe.model.name}-leave-one-out",
            resume=arguments.resume,
            progress=not arguments.quiet,
        )
    for name in missing:
        say(f"left aside {name}: its text is not at hand")
    if section is None:
        return 1
    if arguments.write:
        write_metrics(Path(arguments.write), "leave-one-out", section)
    print(metrics_table(section))  # noqa: T201
    return 1 if missing else 0
