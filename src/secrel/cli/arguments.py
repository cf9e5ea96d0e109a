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


def say(message: str) -> None:
    """Prints a line on standard error."""
    print(f"secrel: {message}", file=sys.stderr)  # noqa: T201
