"""From the store of a run folder to files, each whole or as it was before."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Protocol, cast

from secrel.batch.inputs import Source
from secrel.batch.store import Failure, Store, Stored
from secrel.domain import LabelScheme
from secrel.errors import InputError, OutputError, SecrelError
from secrel.output import FORMATS, Format, Sink
from secrel.output.atomic import clear, streamed
from secrel.reading.web import PAGE_SUFFIXES

FAILURES = "failures.jsonl"
"""Name of the file in a run folder that says which articles failed, and why."""


class _OneFileAnArticle(Sink, Protocol):
    def remove(self, name: PurePath) -> None: ...


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    Attributes:
        n_written: Articles that were written in every format.
        problems: Articles that a format could not take, with the reason.
    """

    n_written: int
    problems: tuple[Failure, ...]


def check_place(sources: Iterable[Source], folder: Path, formats: Iterable[Format]) -> None:
    """Refuses to write the texts of pages among articles, where the next run would read them as such.

    Args:
        sources: The articles.
        folder: The run folder.
        formats: What is to be written.

    Raises:
        OutputError: If a format that writes files beside each other would write texts into a folder of articles.
    """
    if all(entry.file for entry in formats):
        return
    read, written = set(), set()
    for source in sources:
        if source.path is not None:
            read.add(source.path.parent)
            if source.path.suffix.lower() in PAGE_SUFFIXES:
                written.add(folder / source.name.parent)
    both = {os.path.realpath(path) for path in read} & {os.path.realpath(path) for path in written}
    if both:
        raise OutputError(
            min(both),
            found="articles, pages among them, in the folder of the results",
            expected="another folder for --format brat, which writes the texts of pages as NAME.txt",
        )


def export(
    store: Store,
    folder: Path,
    formats: Sequence[Format],
    scheme: LabelScheme,
    *,
    on_done: Callable[[], None] = lambda: None,
) -> Exported:
    """Writes the articles of a run that are done, in the order of their names, in every format at once.

    One document is held at a time. What a format holds does not depend on the other formats. All files get the same
    time: by it those of one run are told from those of others.

    Args:
        store: The store, after :meth:`Store.mark_reprints`.
        folder: The run folder.
        formats: What to write.
        scheme: The label scheme.
        on_done: Called for every article.

    Raises:
        OutputError: If a file cannot be written.
    """
    for left in FORMATS.values():
        # What a killed run was at, whatever this one writes.
        if left.file:
            clear(folder / left.file)
    problems: list[Failure] = []
    n_written = 0
    with ExitStack() as stack:
        sinks = [(entry, stack.enter_context(_sink(store, folder, entry, scheme))) for entry in formats]
        for stored in store.stored():
            reasons = _write(stored, sinks, folder)
            if reasons:
                problems.append(Failure(stored.name, stored.source or "standard input", "; ".join(reasons)))
            else:
                n_written += 1
            on_done()
    _give_same_time(entry.path(folder) for entry in formats if entry.file)
    return Exported(n_written, tuple(problems))


def _write(stored: Stored, sinks: Iterable[tuple[Format, Sink]], folder: Path) -> list[str]:
    """Writes an article in every format.

    Returns:
        The reasons why formats do not have it, each with these formats; empty if all have it.

    Raises:
        OutputError: If a file cannot be written.
    """
    try:
        document = stored.document()
    except SecrelError as error:
        return [str(error)]
    lacking: dict[str, list[str]] = {}
    for entry, sink in sinks:
        try:
            sink.write(document, PurePath(stored.name))
        except SecrelError as error:
            lacking.setdefault(str(error), []).append(entry.name)
        except OSError as error:
            # Here it is known whose it is: all files are open at once.
            raise OutputError(
                entry.path(folder), found=str(error.strerror or error), expected="a place that can be written to"
            ) from error
    return [f"not in {', '.join(names)}: {reason}" for reason, names in lacking.items()]


def _give_same_time(paths: Iterable[Path]) -> None:
    now = time.time_ns()
    for path in paths:
        for file in (path, *path.rglob("*")) if path.is_dir() else (path,):
            # A file system may refuse it; then those that were closed later seem to be of a later run.
            with suppress(OSError):
                os.utime(file, ns=(now, now))


def export_failures(store: Store, folder: Path, lost: Iterable[InputError], problems: Iterable[Failure]) -> None:
    """Writes ``failures.jsonl``: a line each for paths that lead nowhere and articles that failed; empty if none did.

    Args:
        store: The store.
        folder: The run folder.
        lost: Paths that lead nowhere.
        problems: Articles that a format could not take.

    Raises:
        OutputError: If the file cannot be written.
    """
    with streamed(folder / FAILURES) as file:

        def write(failure: Failure) -> None:
            line = {"name": failure.name, "source": failure.source, "reason": failure.reason}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")

        for error in lost:
            write(Failure(None, error.where, f"found {error.found}; expected {error.expected}"))
        for failure in store.failures():
            write(failure)
        for problem in problems:
            write(problem)


def _sink(store: Store, folder: Path, form: Format, scheme: LabelScheme) -> Sink:
    # Without any article, too: an earlier file would hold what is no result any more.
    sink = form.open(form.path(folder), scheme, empty=True)
    if form.file is None:
        for name in store.stale_files(form.name):
            cast("_OneFileAnArticle", sink).remove(name)
        store.forget_files(form.name)
    return sink
