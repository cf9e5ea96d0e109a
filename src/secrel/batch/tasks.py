"""One article: what is to be read, and what becomes of it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePath
from typing import Literal

from secrel.batch.duplicates import signature
from secrel.batch.readers import ReadOptions, read_data
from secrel.domain import Document
from secrel.errors import InputError, SecrelError
from secrel.pipeline import Pipeline
from secrel.reading.article import read_bytes


@dataclass(frozen=True, slots=True)
class Task:
    """One article to read.

    Attributes:
        name: Its name in the run.
        path: Its file, or ``None`` for standard input.
        data: Its bytes, where they are not to be read from ``path``.
        known: The SHA-256 of the content that needs no reading again, or ``None``.
        options: How to read it, where that is not how all are read.
    """

    name: str
    path: str | None
    data: bytes | None = None
    known: str | None = None
    options: ReadOptions | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one article.

    Attributes:
        name: Its name in the run.
        status: ``unchanged`` if its content is the known one.
        sha256: Of its content, or ``None`` if that could not be read.
        reason: Why it failed.
        id: The identifier of the document.
        published: Its ISO 8601 date, ``YYYY-99-99`` where only the year is known, ``None`` where neither is.
        signature: See :func:`secrel.batch.duplicates.signature`.
        document: :meth:`Document.to_dict` as compressed JSON, see :func:`unpack`.
        short_of_memory: Whether it failed for want of memory, which it may get when it is read alone.
    """

    name: str
    status: Literal["done", "failed", "unchanged"]
    sha256: str | None = None
    reason: str | None = None
    id: str | None = None
    published: str | None = None
    signature: bytes | None = None
    document: bytes | None = None
    short_of_memory: bool = False


def process(task: Task, pipeline: Callable[[], Pipeline], options: ReadOptions) -> Row:
    """Reads, hashes and extracts one article; whatever goes wrong with it becomes part of the row.

    A function of its arguments alone, for any way to spread articles over processes or machines.

    Args:
        task: The article.
        pipeline: Gives the pipeline; called only for an article that has to be extracted. What it raises is raised.
        options: How to read the article, if the task does not say so.
    """
    path = None if task.path is None else Path(task.path)
    options = task.options or options
    try:
        data = task.data
        if data is None:
            data = b"" if path is None else read_bytes(path, options.max_bytes)
    except InputError as error:
        # The limit may have been another one when the content was read.
        if task.known is not None and digest_of(task) == task.known:
            return Row(task.name, "unchanged", task.known)
        return Row(task.name, "failed", reason=_reason(error, path))
    digest = sha256(data).hexdigest()
    if digest == task.known:
        return Row(task.name, "unchanged", digest)
    try:
        document = read_data(data, path, options)
        document = document.replace(id=_identifier(task.name, document.id))
    except Exception as error:
        return _failed(task, digest, error, path)
    model = pipeline()
    try:
        return _done(task, digest, model(document))
    except Exception as error:
        # A fault that shows in one article of a hundred thousand must not cost the others; it is in its reason.
        return _failed(task, digest, error, path)


def pack(document: Document) -> bytes:
    """A document as compressed JSON."""
    return zlib.compress(json.dumps(document.to_dict(), ensure_ascii=False, separators=(",", ":")).encode("utf-8"))


def unpack(data: bytes) -> Document:
    """The inverse of :func:`pack`."""
    return Document.from_dict(json.loads(zlib.decompress(data)))


def digest_of(task: Task) -> str | None:
    """The SHA-256 of an article, however large it is, or ``None`` if it cannot be read."""
    if task.data is not None or task.path is None:
        return sha256(task.data or b"").hexdigest()
    digest = sha256()
    try:
        with Path(task.path).open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError:
        return None
    return digest.hexdigest()


def _done(task: Task, digest: str, document: Document) -> Row:
    meta = document.metadata
    published = meta.date or (f"{meta.year:04d}-99-99" if meta.year is not None else None)
    sketch = signature(document.text)
    return Row(task.name, "done", digest, None, document.id, published, sketch, pack(document))


def _failed(task: Task, digest: str, error: Exception, path: Path | None) -> Row:
    short = isinstance(error, MemoryError) or "allocate memory" in str(error) or "out of memory" in str(error).lower()
    return Row(task.name, "failed", digest, _reason(error, path), short_of_memory=short)


def _reason(error: Exception, path: Path | None) -> str:
    # Without the path: it may be another one when the reason is shown.
    if isinstance(error, SecrelError):
        if error.where in {str(path), "standard input"}:
            return f"found {error.found}; expected {error.expected}"
        return str(error)
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _identifier(name: str, id: str) -> str:
    # The stem alone would be the same for files of one name in different folders.
    path = PurePath(name)
    return path.with_suffix("").as_posix() if id == path.stem else id
