"""Arguments that several verbs take."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence


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


def counted(n: int, one: str, many: str | None = None) -> str:
    """A number and what it counts: ``1 article``, ``2,000 articles``.

    Args:
        n: The number.
        one: What is counted, where it is one.
        many: Where it is not; ``one`` and an ``s`` if not given.
    """
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def say(message: str) -> None:
    """Prints a line on standard error."""
    print(f"secrel: {message}", file=sys.stderr)  # noqa: T201


def say_missing(what: str, names: Sequence[str], corpus: str) -> None:
    """Names the articles whose texts are not at hand, and says how to get them.

    Args:
        what: What was not done with them, as in "not compared".
        names: The articles.
        corpus: The corpus folder.
    """
    for name in names:
        say(f"{what}: {name}, whose text is not at hand")
    if names:
        say(f"run `secrel annotations fetch {corpus}` to get them, or name their folder by --articles")
