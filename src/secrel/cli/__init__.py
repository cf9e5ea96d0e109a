"""The command line: one thin module a verb."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from secrel._version import __version__
from secrel.cli import (
    annotation,
    behaviour,
    calibrate,
    crossvalidate,
    curve,
    dyads,
    evaluate,
    extract,
    fetch,
    info,
    train,
)
from secrel.errors import SecrelError

DONE, SOME_FAILED, BAD_USAGE, INTERRUPTED = 0, 1, 2, 130
_VERBS = (extract, fetch, dyads, train, calibrate, evaluate, behaviour, crossvalidate, curve, annotation, info)


def build_parser() -> argparse.ArgumentParser:
    """The parser of all verbs."""
    parser = argparse.ArgumentParser(
        prog="secrel",
        description="Who cooperates with, pressures, trains or deploys to whom, out of security-affairs articles.",
        epilog="Exit status: 0 done, 1 some inputs failed (named on standard error, the others written), 2 bad usage,"
        " 130 interrupted (by Ctrl-C or SIGTERM; what was finished is kept).",
    )
    parser.add_argument("--version", action="version", version=f"secrel {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for verb in _VERBS:
        verb.add_parser(verbs)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line.

    Args:
        arguments: The arguments; those of the process if not given.

    Returns:
        The exit status.
    """
    # Quiet third-party progress bars and hub look-ups: a model folder has all that is needed.
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    parsed = build_parser().parse_args(arguments)
    try:
        with _ended_by_sigterm():
            status: int = parsed.run(parsed)
    except SecrelError as error:
        print(f"secrel: {error}", file=sys.stderr)  # noqa: T201
        return BAD_USAGE
    except BrokenPipeError:
        # The reader of standard output went away, as `head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        print("secrel: interrupted; what was finished is kept", file=sys.stderr)  # noqa: T201
        return INTERRUPTED
    return status


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """SIGTERM, which would end this process at once, is meanwhile taken as Ctrl-C is."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before or signal.SIG_DFL)
