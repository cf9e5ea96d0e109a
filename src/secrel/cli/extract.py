"""``secrel extract``: from article files to relations and stances."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from secrel.errors import SecrelError

if TYPE_CHECKING:
    from secrel.batch import Inputs
    from secrel.domain import Document
    from secrel.output import Sink
    from secrel.pipeline import Pipeline

FORMATS = ("table", "jsonl", "csv", "brat")
_FILES = {"jsonl": "articles.jsonl", "csv": "records.csv"}


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the verb to the command line."""
    parser = verbs.add_parser(
        "extract",
        help="read articles and write relations and stances",
        description="Reads articles and writes their entities, relations and stances.",
    )
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a file, a folder, or - for standard input")
    parser.add_argument(
        "-o", "--output", metavar="OUT",
        help="folder for the results, or a file ending in .jsonl or .csv; standard output if not given",
    )  # fmt: skip
    parser.add_argument(
        "--format", choices=FORMATS,
        help="table (default on a terminal), jsonl (one article a line; default otherwise), csv (one relation or"
        " stance a row), brat (one .ann an article; needs OUT)",
    )  # fmt: skip
    parser.add_argument("--model", help="model folder, or the name of a model that ships with secrel (default: edm)")
    parser.add_argument(
        "--min-score", type=_probability, metavar="P", help="leave out what is less probable than P (calibrated)"
    )
    parser.add_argument(
        "--batch-size", type=_positive, default=64, metavar="N", help="articles read ahead (default: 64)"
    )
    parser.add_argument("--encoding", default="utf-8", help="encoding of the files (default: utf-8)")
    parser.add_argument("--max-bytes", type=_positive, metavar="N", help="largest file to read (default: 10,000,000)")
    parser.add_argument("--any-language", action="store_true", help="read text that is not English, too")
    parser.add_argument("--show-text", action="store_true", help="with table: also the text with its entities")
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress bar and no summary")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Runs the verb."""
    from secrel.batch import ReadOptions, extract_all, find_inputs
    from secrel.pipeline import load
    from secrel.reading import MAX_BYTES

    form, target = _destination(arguments)
    inputs = find_inputs(arguments.paths)
    for failure in inputs.failures:
        _say(f"failed: {failure}")
    if inputs.skipped and not arguments.quiet:
        _say(f"skipped {len(inputs.skipped)} files that do not end in .txt: {_some(inputs.skipped)}")
    failed = len(inputs.failures)
    if not inputs.sources:
        return 1
    pipeline = load(arguments.model, min_score=arguments.min_score)
    options = ReadOptions(arguments.encoding, arguments.max_bytes or MAX_BYTES, arguments.any_language)
    written = 0
    with (
        _sink(form, target, pipeline, show_text=arguments.show_text) as sink,
        _progress(inputs, arguments) as advance,
    ):
        for outcome in extract_all(pipeline, inputs.sources, options=options, batch_size=arguments.batch_size):
            error: Exception | None = outcome.error
            if outcome.document is not None:
                try:
                    sink.write(outcome.document, outcome.source.name)
                    written += 1
                except SecrelError as problem:
                    error = problem
            if error is not None:
                failed += 1
                where = "" if isinstance(error, SecrelError) else f"{outcome.source.path or 'standard input'}: "
                _say(f"failed: {where}{error}")
            advance()
    if not arguments.quiet and target is not None:
        where = f" to {target}" if written else ""
        _say(f"{written} articles written{where}" + (f", {failed} failed" if failed else ""))
    return 1 if failed else 0


def _destination(arguments: argparse.Namespace) -> tuple[str, Path | None]:
    form: str | None = arguments.format
    output = Path(arguments.output) if arguments.output else None
    if form is None and output is not None and output.suffix in {".jsonl", ".csv"}:
        form = output.suffix[1:]
    if form is None:
        form = "table" if output is None and sys.stdout.isatty() else "jsonl"
    if form == "brat" and output is None:
        raise SecrelError("--format brat", found="no folder to write to", expected="-o FOLDER")
    if form == "table" and output is not None:
        raise SecrelError("--format table", found="-o", expected="standard output, or another format")
    if output is None:
        return form, None
    if form in _FILES and output.suffix not in {".jsonl", ".csv"}:
        output = output / _FILES[form]
    if form == "brat" and output.is_file():
        raise SecrelError(output, found="a file", expected="a folder")
    return form, output


def _sink(form: str, target: Path | None, pipeline: Pipeline, *, show_text: bool) -> AbstractContextManager[Sink]:
    from secrel.output import BratSink, CsvSink, JsonlSink

    if form == "table":
        return _TableSink(pipeline.scheme.relation_labels, show_text=show_text)
    if form == "brat" and target is not None:
        return BratSink(target, pipeline.scheme)
    if target is None and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    return CsvSink(target or sys.stdout) if form == "csv" else JsonlSink(target or sys.stdout)


class _TableSink:
    """Prints a table an article on standard output."""

    def __init__(self, labels: tuple[str, ...], *, show_text: bool) -> None:
        from rich.console import Console

        # Off a terminal there is no width to fill; wide enough for a whole row.
        self.console = Console() if sys.stdout.isatty() else Console(width=140)
        self.labels, self.show_text = labels, show_text

    def __enter__(self) -> _TableSink:
        return self

    def __exit__(self, *exception: object) -> None:
        """Nothing is left open."""

    def write(self, document: Document, name: PurePath) -> None:  # noqa: ARG002
        """Prints a document."""
        from secrel.output import document_table, marked_text

        self.console.print(document_table(document, labels=self.labels))
        if self.show_text:
            self.console.print(marked_text(document))
        for dropped in document.dropped:
            self.console.print(f"left out {dropped.n}: {dropped.reason}", style="dim")


@contextmanager
def _progress(inputs: Inputs, arguments: argparse.Namespace) -> Iterator[Callable[[], None]]:
    if arguments.quiet or len(inputs.sources) < 2 or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=len(inputs.sources))
        yield lambda: progress.advance(task)


def _some(paths: tuple[Path, ...], most: int = 5) -> str:
    names = ", ".join(str(path) for path in paths[:most])
    return names + (f" and {len(paths) - most} more" if len(paths) > most else "")


def _say(message: str) -> None:
    print(f"secrel: {message}", file=sys.stderr)  # noqa: T201


def _probability(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 1.0:
        raise argparse.ArgumentTypeError(f"found {text!r}; expected a probability from 0 to 1")
    return value


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"found {text!r}; expected a whole number from 1 up")
    return int(text)
