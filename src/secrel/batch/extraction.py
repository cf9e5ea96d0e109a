"""Extraction from many files: what fails is named, the rest goes on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from secrel.batch.inputs import Source
from secrel.domain import Document
from secrel.errors import InputError, SecrelError
from secrel.pipeline import Pipeline
from secrel.reading import MAX_BYTES, check_language, decode_text, parse_article, read_article


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one source: a document, or the error that it failed with."""

    source: Source
    document: Document | None = None
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How files are read; see :func:`secrel.reading.read_article`."""

    encoding: str = "utf-8"
    max_bytes: int = MAX_BYTES
    any_language: bool = False


def read_source(source: Source, options: ReadOptions) -> Document:
    """Reads one source.

    Raises:
        InputError: As :func:`secrel.reading.read_article` does.
    """
    if source.path is not None:
        return read_article(
            source.path,
            encoding=options.encoding,
            max_bytes=options.max_bytes,
            any_language=options.any_language,
        )
    data = sys.stdin.buffer.read(options.max_bytes + 1)
    if len(data) > options.max_bytes:
        raise InputError(
            "standard input", found=f"more than {options.max_bytes:,} bytes", expected="fewer, or a higher --max-bytes"
        )
    text = decode_text(data, encoding=options.encoding, where="standard input")
    if not options.any_language:
        check_language(text, where="standard input")
    return parse_article(text, id="stdin")


def extract_all(
    pipeline: Pipeline,
    sources: Iterable[Source],
    *,
    options: ReadOptions | None = None,
    batch_size: int = 64,
    on_done: Callable[[Outcome], None] | None = None,
) -> Iterator[Outcome]:
    """Reads sources and runs the pipeline over them, in order.

    Args:
        pipeline: The pipeline.
        sources: The sources.
        options: How to read them.
        batch_size: How many are read ahead; without influence on the result.
        on_done: Called for every outcome, for progress.

    Yields:
        One outcome a source, in the order of the sources. An error of one source never stops the others.
    """
    options = options or ReadOptions()
    batch: list[Source] = []
    for source in sources:
        batch.append(source)
        if len(batch) == batch_size:
            yield from _run(pipeline, batch, options, on_done)
            batch = []
    yield from _run(pipeline, batch, options, on_done)


def _run(
    pipeline: Pipeline, batch: list[Source], options: ReadOptions, on_done: Callable[[Outcome], None] | None
) -> Iterator[Outcome]:
    for source in batch:
        try:
            outcome = Outcome(source, pipeline(read_source(source, options)))
        except SecrelError as error:
            outcome = Outcome(source, error=error)
        except (RuntimeError, MemoryError, ValueError) as error:
            # What the model cannot digest in one article must not lose the others.
            outcome = Outcome(source, error=error)
        if on_done is not None:
            on_done(outcome)
        yield outcome
