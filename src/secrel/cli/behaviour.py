"""``secrel behaviour``: minimal pairs that say which capability a model lacks."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from secrel.cli.arguments import say

if TYPE_CHECKING:
    from secrel.domain import LabelScheme
    from secrel.evaluation import BehaviourScores, System

SECTION = "behaviour"


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the verb to the command line."""
    parser = verbs.add_parser(
        "behaviour",
        help="score a model on minimal pairs, capability by capability",
        description="Runs a model over pairs of sentences that differ in one respect, such as a negation, and prints"
        " how many pairs it reads without a fault, end to end and with gold entities.",
    )
    parser.add_argument("model", metavar="MODEL", help="model folder, or the name of a model that ships with secrel")
    parser.add_argument("folder", metavar="FOLDER", help="folder with one CAPABILITY.toml a capability")
    parser.add_argument(
        "--failures",
        type=_count,
        default=0,
        metavar="N",
        help="also print the first N failing pairs of every capability, with expected and predicted marks",
    )
    parser.add_argument(
        "--write",
        action="store_true",
        help="write the scores into MODEL/metrics.json and the table into its card",
    )
    parser.set_defaults(run=run)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"found {text!r}; expected a whole number from 0")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Runs the verb."""
    from secrel._version import __version__
    from secrel.evaluation import END_TO_END, GOLD_ENTITIES, behaviour_table, score_behaviour
    from secrel.output import record_scores
    from secrel.pipeline import find_model, load
    from secrel.reading import read_cases

    folder = find_model(arguments.model)
    pipeline = load(folder, resolve=False)
    cases = read_cases(arguments.folder, pipeline.scheme)
    systems: dict[str, System] = {END_TO_END: pipeline, GOLD_ENTITIES: pipeline.classify}
    scores = score_behaviour(cases, systems, pipeline.scheme)
    section = {"secrel": __version__, **scores.to_dict()}
    if arguments.write and not record_scores(Path(folder), SECTION, section, behaviour_table):
        say(f"metrics.json is written; {folder}/MODEL_CARD.md has no line '<!-- scores: {SECTION} -->'")
    print(behaviour_table(section))  # noqa: T201
    for line in _failures(scores, arguments.failures, pipeline.scheme):
        print(line)  # noqa: T201
    return 0


def _failures(scores: BehaviourScores, most: int, scheme: LabelScheme) -> list[str]:
    from secrel.evaluation import describe_failure

    lines: list[str] = []
    for setting in scores.outcomes if most else ():
        for capability in scores.capabilities():
            failed = [outcome for outcome in scores.of(setting, capability) if not outcome.passed]
            lines += ["", f"{setting}, {capability}: {len(failed)} failed, {min(most, len(failed))} shown"]
            for outcome in failed[:most]:
                lines += describe_failure(outcome, scheme)
    return lines
