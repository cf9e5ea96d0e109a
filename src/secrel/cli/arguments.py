"""Arguments that several verbs take."""

from __future__ import annotations

import argparse
import sys


def add_articles(parser: argparse.ArgumentParser) -> None:
    """Adds ``--articles``, the folders with texts that are not part of a corpus."""
    parser.add_argument(
        "--articles",
        action="append",
        default=[],
        metavar="DIR",
        help="folder with texts of stand-off articles (repeatable)",
    )


def add_training(parser: argparse.ArgumentParser) -> None:
    """Adds what every verb takes that trains: ``--runs``, ``--articles`` and ``--quiet``."""
    parser.add_argument(
        "--runs", default="runs", metavar="DIR", help="folder for the state of the runs (default: runs)"
    )
    add_articles(parser)
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress bar")


def positive(text: str) -> int:
    """A whole number from 1 up.

    Raises:
        ArgumentTypeError: If the text is none.
    """
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"found {text!r}; expected a whole number from 1 up")
    return int(text)


def say(message: str) -> None:
    """Prints a line on standard error."""
    print(f"secrel: {message}", file=sys.stderr)  # noqa: T201
