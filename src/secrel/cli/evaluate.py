"""``secrel evaluate``: score a model and the baselines on marked articles."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from secrel.cli.arguments import add_articles


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the verb to the command line."""
    parser = verbs.add_parser(
        "evaluate",
        help="score a model on marked articles",
        description="Scores a model and the baselines on a split of a corpus and prints the table.",
    )
    parser.add_argument("model", metavar="MODEL", help="model folder, or the name of a model that ships with secrel")
    parser.add_argument("corpus", metavar="CORPUS", help="corpus folder")
    parser.add_argument("--split", default="test", help="split to score on (default: test)")
    parser.add_argument("--unit", choices=("document", "sentence"), default="document", help="what the bootstrap draws")
    add_articles(parser)
    parser.add_argument(
        "--write",
        action="store_true",
        help="write the scores into MODEL/metrics.json and the table into its card",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Runs the verb."""
    from secrel.pipeline import find_model, load
    from secrel.reading import read_corpus
    from secrel.training.evaluation import evaluate_pipeline, metrics_table, write_metrics

    folder = find_model(arguments.model)
    pipeline = load(folder, resolve=False)
    corpus = read_corpus(arguments.corpus, articles=arguments.articles)
    here, missing = corpus.available(arguments.split)
    for name in missing:
        print(f"secrel: not scored: {name}, whose text is not at hand", file=sys.stderr)  # noqa: T201
    if not here:
        return 1
    gold = [corpus.document(name) for name in here]
    trained_on = [corpus.document(name) for name in corpus.available("train")[0]] if "train" in corpus.splits else []
    section = evaluate_pipeline(pipeline, gold, trained_on, unit=arguments.unit)
    if arguments.write:
        write_metrics(Path(folder), arguments.split, section)
    print(metrics_table(section))  # noqa: T201
    return 1 if missing else 0
