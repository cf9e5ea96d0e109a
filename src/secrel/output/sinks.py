"""Where documents go: JSONL, CSV and brat."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path, PurePath
from typing import IO, TYPE_CHECKING, Protocol

from secrel.domain import Document, LabelScheme, Record
from secrel.errors import OutputError
from secrel.output.atomic import streamed, write_whole
from secrel.reading import annotation_conf, format_standoff, from_document
from secrel.reading.web import PAGE_SUFFIXES

if TYPE_CHECKING:
    from typing_extensions import Self


class Sink(Protocol):
    """Takes documents one by one; used as a context manager."""

    def __enter__(self) -> Self:
        """Opens the sink."""
        ...

    def __exit__(self, *exception: object) -> None:
        """Closes the sink."""
        ...

    def write(self, document: Document, name: PurePath) -> None:
        """Writes a document.

        Args:
            document: The document.
            name: Its path relative to the folder that it was found in, or just its file name.
        """
        ...


def format_json_line(document: Document) -> str:
    """One line of JSONL, without line feed."""
    return json.dumps(document.to_dict(), ensure_ascii=False, separators=(",", ":"))


def csv_writer(file: IO[str], columns: Sequence[str]) -> csv.DictWriter[str]:
    """A writer of CSV with line feeds, in which every field comes back as it was.

    Args:
        file: Where it writes to.
        columns: The columns.
    """
    # Before Python 3.13 a field is quoted for the characters of the writer's own line end only; to readers a lone CR is
    # a line end, too.
    return csv.DictWriter(_LineFeeds(file), fieldnames=columns, lineterminator="\r\n")


class _LineFeeds:
    """Has a line feed behind every row, where the writer has CR LF."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, row: str) -> int:
        return self._file.write(row.removesuffix("\r\n") + "\n")


class _Streamed:
    """A sink into one open file."""

    def __init__(self, target: Path | IO[str], *, empty: bool = False) -> None:
        self.empty = empty
        self._target = target
        self._stack = ExitStack()
        self._file: IO[str]
        self._n_written = 0

    def __enter__(self) -> Self:
        if isinstance(self._target, Path):
            self._file = self._stack.enter_context(
                streamed(self._target, keep=lambda: self.empty or self._n_written > 0)
            )
        else:
            self._file = self._target
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.__exit__(*exception)  # type: ignore[arg-type]


class JsonlSink(_Streamed):
    """One document a line, in the form of :meth:`Document.to_dict`.

    Args:
        target: A path, or an open stream that is left open.
        empty: Whether a file is also made if no document came. If not, one of an earlier run is left as it was then.
    """

    def write(self, document: Document, name: PurePath) -> None:  # noqa: ARG002
        """Writes a document."""
        self._file.write(format_json_line(document) + "\n")
        self._file.flush()
        self._n_written += 1


class CsvSink(_Streamed):
    """One relation or stance a row, with the columns of :class:`Record`.

    Args:
        target: As for :class:`JsonlSink`.
        empty: As for :class:`JsonlSink`.
    """

    def __enter__(self) -> Self:
        super().__enter__()
        self._writer = csv_writer(self._file, Record.columns())
        self._writer.writeheader()
        return self

    def write(self, document: Document, name: PurePath) -> None:  # noqa: ARG002
        """Writes the rows of a document."""
        self._writer.writerows(record.to_dict() for record in document.to_records())
        self._file.flush()
        self._n_written += 1


class BratSink:
    """One ``.ann`` a document, with offsets into its text file as it lies on disk.

    Of a page there is no such file: its text is written beside the ``.ann``, as ``NAME.txt``.

    Args:
        folder: Folder for the ``.ann`` files, the texts of pages and for the ``annotation.conf`` that brat reads.
        scheme: The label scheme of the documents.
    """

    def __init__(self, folder: Path, scheme: LabelScheme) -> None:
        self.folder = folder
        self.scheme = scheme
        self._written: set[Path] = set()

    def __enter__(self) -> Self:
        write_whole(self.folder / "annotation.conf", annotation_conf(self.scheme))
        return self

    def __exit__(self, *exception: object) -> None:
        """Nothing is left open."""

    def write(self, document: Document, name: PurePath) -> None:
        """Writes ``FOLDER/<name>.ann``, and for a page ``FOLDER/<name>.txt``.

        Raises:
            OutputError: If a document of this name was written before, or the text of a page would replace another text
                that lies in the folder without marks.
        """
        path = (self.folder / name).with_suffix(".ann")
        if path in self._written:
            raise OutputError(
                path,
                found="a second article of this name",
                expected="names that differ; extract their folders apart",
            )
        text = _text_file(path, name)
        if text is not None and text.exists() and not path.exists():
            raise OutputError(
                text, found="a text of something else", expected=f"no such file: that of {name} comes here"
            )
        self._written.add(path)
        # In this order: a text without marks is never one of an earlier run that was stopped.
        write_whole(path, format_standoff(from_document(document)))
        if text is not None:
            write_whole(text, document.text)

    def remove(self, name: PurePath) -> None:
        """Removes what an earlier run wrote of an article: its ``.ann``, if it is there, and the text of a page."""
        path = (self.folder / name).with_suffix(".ann")
        text = _text_file(path, name)
        if text is not None and path.exists():
            text.unlink(missing_ok=True)
        path.unlink(missing_ok=True)


def _text_file(annotation: Path, name: PurePath) -> Path | None:
    """The file for the text of a page; plain text has its own."""
    return annotation.with_suffix(".txt") if name.suffix.lower() in PAGE_SUFFIXES else None
