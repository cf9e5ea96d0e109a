"""Extraction from many files: what fails is named, the rest goes on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from secrel.batch.inputs import Source
from secrel.batch.readers import ReadOptions, read_data
from secrel.domain import Document
from secrel.pipeline import Pipeline
from secrel.reading.article import read_bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one source: a document, or the error that it failed with."""

    source: Source
    document: Document | None = None
    error: Exception | None = None


def read_source(source: Source, options: ReadOptions) -> Document:
    """Reads one source, by the reader of its suffix.

    Raises:
        InputError: As :func:`secrel.reading.read_article` does.
    """
    if source.path is None:
        data = sys.stdin.buffer.read(options.max_bytes + 1)
    else:
        data = read_bytes(source.path, options.max_bytes)
    return read_data(data, source.path, options)


def extract_all(
    pipeline: Pipeline,
    sources: Iterable[Source],
    *,
    options: ReadOptions | None = None,
    on_done: Callable[[Outcome], None] | None = None,
) -> Iterator[Outcome]:
    """Reads sources and runs the pipeline over them, one by one, in order.

    Args:
        pipeline: The pipeline.
        sources: The sources.
        options: How to read them.
        on_done: Called for every outcome, for progress.

    Yields:
        One outcome a source, in the order of the sources. An error of one source never stops the others.
    """
    options = options or ReadOptions()
    for source in sources:
        try:
            outcome = Outcome(source, pipeline(read_source(source, options)))
        except Exception as error:
            # What the model cannot digest in one article, or a fault that shows in it, must not lose the others.
            outcome = Outcome(source, error=error)
        if on_done is not None:
            on_done(outcome)
        yield outcome
