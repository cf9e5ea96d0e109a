"""``secrel extract``: from article files to relations and stances."""

from __future__ import annotations

import argparse
import os
import re
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from secrel.cli.arguments import counted, positive
from secrel.cli.progress import shown_progress
from secrel.errors import SecrelError

if TYPE_CHECKING:
    from secrel.batch import Inputs, Progress, ReadOptions, Summary
    from secrel.domain import Document
    from secrel.output import Format, Sink
    from secrel.pipeline import Pipeline

TABLE = "table"
# A folder may well be called out-2.5 or run.2022.
_FILE_ENDING = re.compile(r"\.[A-Za-z]\w{0,7}")


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the verb to the command line."""
    from secrel.output.registry import FORMATS

    parser = verbs.add_parser(
        "extract",
        help="read articles and write relations and stances",
        description="Reads articles and writes their entities, relations and stances. With a folder OUT, a run that was"
        " stopped goes on where it was, and unchanged articles are not read again.",
    )
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="a text or page, a folder of them, or - for a text from standard input"
    )
    parser.add_argument(
        "-o", "--output", metavar="OUT",
        help=f"folder for the results, or a file ending in {_endings()}; standard output if not given",
    )  # fmt: skip
    parser.add_argument(
        "--format", type=_formats, action="extend", metavar="FORMAT[,FORMAT...]",
        help=f"{TABLE} (default on a terminal), {', '.join(FORMATS)} (default otherwise: jsonl, one article a line);"
        " several with a folder OUT",
    )  # fmt: skip
    parser.add_argument("--model", help="model folder, or the name of a model that ships with secrel (default: edm)")
    parser.add_argument(
        "--min-score", type=_probability, metavar="P", help="leave out what is less probable than P (calibrated)"
    )
    parser.add_argument(
        "--knowledge", action="append", default=[], metavar="FILE",
        help="table of actors of your own that goes before the packaged ones, as docs/resolving.md says (repeatable)",
    )  # fmt: skip
    parser.add_argument(
        "--jobs", type=positive, metavar="N", help="processes, each with a copy of the model; needs a folder OUT"
        " (default: 1)",
    )  # fmt: skip
    parser.add_argument(
        "--engine", choices=("processes", "ray"),
        help="what runs them: processes of this machine (default), or Ray, also on many machines; needs a folder OUT",
    )  # fmt: skip
    parser.add_argument(
        "--address", metavar="ADDRESS", help="with --engine ray: of a cluster that runs (default: this machine)"
    )
    parser.add_argument(
        "--retry-failed", action="store_true", help="read again what failed in earlier runs; needs a folder OUT"
    )
    parser.add_argument(
        "--encoding", default="utf-8",
        help="encoding of texts, or auto to find it out (default: utf-8); pages tell theirs, but are read in any other"
        " that is given",
    )  # fmt: skip
    parser.add_argument("--max-bytes", type=positive, metavar="N", help="largest file to read (default: 10,000,000)")
    parser.add_argument("--any-language", action="store_true", help="read text that is not English, too")
    parser.add_argument("--show-text", action="store_true", help="with table: also the text with its entities")
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress and no summary")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Runs the verb."""
    from secrel.batch import ReadOptions, find_inputs
    from secrel.batch.readers import kinds
    from secrel.reading import MAX_BYTES

    if arguments.address and arguments.engine != "ray":
        raise SecrelError("--address", found="no --engine ray", expected="both, or neither")
    destination = _destination(arguments)
    folder = destination.path if destination.is_folder else None
    inputs = find_inputs(arguments.paths, without=folder)
    for failure in inputs.failures:
        _say(f"failed: {failure}")
    if inputs.skipped and not arguments.quiet:
        skipped = counted(len(inputs.skipped), "file that does not end", "files that do not end")
        _say(f"skipped {skipped} in {kinds()}: {_some(inputs.skipped)}")
    if not inputs.sources:
        return 1
    options = ReadOptions(arguments.encoding, arguments.max_bytes or MAX_BYTES, arguments.any_language)
    if folder is not None:
        return _run_folder(arguments, destination.formats, folder, inputs, options)
    return _run_stream(arguments, destination.formats[0], destination.path, inputs, options)


def _run_folder(
    arguments: argparse.Namespace, formats: tuple[str, ...], folder: Path, inputs: Inputs, options: ReadOptions
) -> int:
    """Extracts into a run folder."""
    from secrel.batch import extract_archive

    seen: list[Progress] = []
    try:
        with shown_progress(hidden=arguments.quiet) as show:

            def watch(progress: Progress) -> None:
                if not seen and progress.n_outdated and not arguments.quiet:
                    outdated = counted(progress.n_outdated, "article has a result", "articles have results")
                    _say(f"{outdated} of another model or other tables of actors, read again now")
                seen[:] = [progress]
                show(progress)

            summary = extract_archive(
                inputs,
                folder,
                model=arguments.model,
                jobs=arguments.jobs or 1,
                engine=arguments.engine or "processes",
                address=arguments.address,
                formats=formats,
                retry_failed=arguments.retry_failed,
                min_score=arguments.min_score,
                knowledge=arguments.knowledge,
                options=options,
                on_progress=watch,
            )
    except KeyboardInterrupt:
        done = "nothing was read yet"
        if seen and seen[0].step == "reading":
            done = f"{seen[0].n_done:,} of {seen[0].n_total:,} articles are done and kept in {folder}"
        elif seen:
            done = f"all articles are done and kept in {folder}; the results are not written yet"
        _say(f"interrupted: {done}; the same command goes on from here")
        return 130
    _report(summary, quiet=arguments.quiet)
    return 1 if summary.n_failed else 0


def _report(summary: Summary, *, quiet: bool) -> None:
    # Paths that lead nowhere were named at the start.
    for failure in summary.failures:
        if failure.name is not None:
            _say(f"failed: {failure}")
    if summary.n_failed > len(summary.failures):
        _say(f"failed: {summary.n_failed - len(summary.failures)} more, all of them in {summary.failures_file}")
    if quiet:
        return
    if summary.n_read < summary.n_articles:
        unchanged = counted(
            summary.n_articles - summary.n_read, "article is unchanged and was", "articles are unchanged and were"
        )
        _say(f"{unchanged} not read again")
    if summary.n_absent:
        absent = f"{counted(summary.n_absent, 'article')} of earlier runs not among the given ones"
        _say(f"{absent}: left out of the results, kept in {summary.store_file}")
    if summary.n_reprints:
        reprints = counted(summary.n_reprints, "article is", "articles are")
        _say(f"{reprints} nearly the text of an earlier one (meta.duplicate_of)")
    if summary.n_retryable:
        retryable = counted(summary.n_retryable, "article in", "articles in")
        _say(f"{retryable} {summary.failures_file} to be read again with --retry-failed")
    where = [str(path) for path in summary.files.values()]
    written = f" to {', '.join(where)}" if summary.n_written else ""
    failed = f", {summary.n_failed} failed" if summary.n_failed else ""
    _say(f"{counted(summary.n_written, 'article')} written{written}{failed}")


def _run_stream(
    arguments: argparse.Namespace, form: str, target: Path | None, inputs: Inputs, options: ReadOptions
) -> int:
    """Extracts to standard output or into a file, article by article."""
    from secrel.batch import Progress, extract_all
    from secrel.pipeline import load

    pipeline = load(arguments.model, min_score=arguments.min_score, knowledge=arguments.knowledge)
    n_failed, n_written = len(inputs.failures), 0
    with (
        _sink(form, target, pipeline, show_text=arguments.show_text) as sink,
        shown_progress(hidden=arguments.quiet or len(inputs.sources) < 2) as show,
    ):
        outcomes = extract_all(pipeline, inputs.sources, options=options)
        for n_done, outcome in enumerate(outcomes, 1):
            error: Exception | None = outcome.error
            if outcome.document is not None:
                try:
                    sink.write(outcome.document, outcome.source.name)
                    n_written += 1
                except SecrelError as problem:
                    error = problem
            if error is not None:
                n_failed += 1
                _say(f"failed: {_explained(error, outcome.source.path)}")
            show(Progress("reading", len(inputs.sources), n_done, n_failed=n_done - n_written))
    if not arguments.quiet and target is not None:
        where = f" to {target}" if n_written else ""
        _say(f"{counted(n_written, 'article')} written{where}" + (f", {n_failed} failed" if n_failed else ""))
    return 1 if n_failed else 0


@dataclass(frozen=True, slots=True)
class _Destination:
    """Where results go: a folder, a file, or standard output (``path`` is ``None``)."""

    formats: tuple[str, ...]
    path: Path | None
    is_folder: bool = False


def _destination(arguments: argparse.Namespace) -> _Destination:
    from secrel.output import FORMATS, format_of_file

    formats: tuple[str, ...] = tuple(dict.fromkeys(arguments.format or ()))
    output = Path(arguments.output) if arguments.output else None
    if output is None:
        formats = formats or ((TABLE,) if sys.stdout.isatty() else ("jsonl",))
        in_need = next((name for name in formats if name != TABLE and not FORMATS[name].streams), None)
        if in_need:
            raise SecrelError(f"--format {in_need}", found="no folder to write to", expected="-o FOLDER")
        if len(formats) > 1:
            raise SecrelError("--format", found=f"{len(formats)} formats and no folder", expected="-o FOLDER")
        return _without_folder(arguments, _Destination(formats, None))
    if TABLE in formats:
        raise SecrelError("--format table", found="-o", expected="standard output, or another format")
    for folder in output.parents:
        if folder.is_file():
            raise SecrelError(folder, found="a file", expected="a folder")
    # With a slash behind it, a name is that of a folder whatever its ending is.
    named_as_file = not output.is_dir() and not arguments.output.endswith(("/", os.sep))
    by_name = format_of_file(output) if named_as_file else None
    if by_name:
        if len(formats) > 1:
            raise SecrelError(output, found=f"one file for {len(formats)} formats", expected="a folder")
        for name in formats:
            _check_ending(output, FORMATS[name])
        return _without_folder(arguments, _Destination(formats or (by_name.name,), output))
    if output.exists() and not output.is_dir():
        raise SecrelError(output, found="a file", expected="a folder")
    if named_as_file and _FILE_ENDING.fullmatch(output.suffix):
        raise SecrelError(
            output,
            found=f"the ending {output.suffix}",
            expected=f"a file ending in {_endings()}, or a folder ({output}/ if it is to have this name)",
        )
    return _Destination(formats or ("jsonl",), output, is_folder=True)


def _check_ending(output: Path, form: Format) -> None:
    suffix = Path(form.file or "").suffix
    if suffix != output.suffix.lower():
        expected = f"a file ending in {suffix}, or a folder" if suffix else "a folder"
        raise SecrelError(output, found=f"--format {form.name}", expected=expected)


def _endings() -> str:
    from secrel.output import FORMATS

    return ", ".join(sorted({Path(entry.file).suffix for entry in FORMATS.values() if entry.file} - {""}))


def _without_folder(arguments: argparse.Namespace, destination: _Destination) -> _Destination:
    for option in ("jobs", "engine", "retry_failed"):
        if getattr(arguments, option):
            raise SecrelError(f"--{option.replace('_', '-')}", found="no folder for the results", expected="-o FOLDER")
    return destination


def _sink(form: str, target: Path | None, pipeline: Pipeline, *, show_text: bool) -> AbstractContextManager[Sink]:
    from secrel.output import find_format

    if form == TABLE:
        return _TableSink(pipeline.scheme.relation_labels, show_text=show_text)
    if target is None and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    return find_format(form).open(target or sys.stdout, pipeline.scheme)


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


def _explained(error: Exception, path: Path | None) -> str:
    if isinstance(error, SecrelError):
        return str(error)
    # The message of a KeyError, say, is the key alone.
    return f"{path or 'standard input'}: {type(error).__name__}" + (f": {error}" if str(error) else "")


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


def _formats(text: str) -> list[str]:
    from secrel.output.registry import FORMATS

    known = (TABLE, *FORMATS)
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in known:
            raise argparse.ArgumentTypeError(f"invalid choice: {name!r} (choose from {', '.join(known)})")
    return names
