"""Records as Parquet, a file a year."""

from __future__ import annotations

import re
from contextlib import ExitStack
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from secrel.domain import Document, Record
from secrel.errors import OutputError
from secrel.output.atomic import written_aside
from secrel.output.columns import checked_integer, column_types, parse_day

if TYPE_CHECKING:
    import pyarrow
    from typing_extensions import Self

PARTITION = "year"
"""The column by which rows are parted into files."""
NO_YEAR = "no-year"
"""Name of the file of those that have none."""
ROWS_HELD = 16_384
"""Rows that are held before some are written, over all years."""

_SUFFIX, _COMPRESSION = ".parquet", "zstd"
# Also those of earlier versions, which a run replaces.
_OWN = re.compile(r"(-?[0-9]+|no-year|(year=[^/]+/)?part-0)\.parquet")


def record_schema() -> pyarrow.Schema:
    """The columns of :class:`secrel.Record`, with types."""
    import pyarrow

    types = {
        "text": pyarrow.string(),
        "integer": pyarrow.int32(),
        "number": pyarrow.float64(),
        "day": pyarrow.date32(),
    }
    return pyarrow.schema([(name, types[kind]) for name, kind in column_types().items()])


class ParquetSink:
    """One relation or stance a row, in ``FOLDER/2006.parquet``, one file a year.

    Articles whose year is not known go to ``FOLDER/no-year.parquet``. Every file has all columns, the year too: not all
    readers take a folder for a year that is not known. The rows of a year are in the order of the articles. The same
    articles, in the same order, give the same bytes with the same version of pyarrow. Memory holds :data:`ROWS_HELD`
    rows, whatever is written.

    While it grows the folder is called ``FOLDER.part``.

    Args:
        folder: The folder, ``records`` in a folder of results. It is replaced whole, and so may hold nothing else.
        empty: As for :class:`secrel.output.JsonlSink`.
    """

    def __init__(self, folder: Path, *, empty: bool = False) -> None:
        self.folder = folder
        self.empty = empty
        self._stack = ExitStack()
        self._held: dict[str, dict[str, list[Any]]] = {}
        self._n_held = 0
        self._n_written = 0

    def __enter__(self) -> Self:
        self._check_folder()
        self._part = self._stack.enter_context(written_aside(self.folder, keep=self._is_kept))
        self._part.mkdir()
        self._schema = record_schema()
        self._types = column_types()
        self._writers: dict[str, Any] = {}
        # Called first, and after an error, too: what was written until then can be read.
        self._stack.callback(self._close)
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.__exit__(*exception)  # type: ignore[arg-type]

    def write(self, document: Document, name: PurePath) -> None:  # noqa: ARG002
        """Writes the rows of a document.

        Raises:
            OutputError: If a date is no ISO 8601 date, or a number needs more than 32 bits.
        """
        rows = [self._typed(record) for record in document.to_records()]
        for row in rows:
            year = row[PARTITION]
            partition = self._held.setdefault(NO_YEAR if year is None else str(year), _columns(self._schema))
            for column, value in row.items():
                partition[column].append(value)
        self._n_held += len(rows)
        self._n_written += 1
        while self._n_held >= ROWS_HELD:
            self._flush(max(self._held, key=lambda year: len(self._held[year]["article"])))

    def _is_kept(self) -> bool:
        return self.empty or self._n_written > 0

    def _check_folder(self) -> None:
        # It is replaced whole; a folder of results that was named by mistake would be lost.
        if self.folder.is_file():
            raise OutputError(self.folder, found="a file", expected="a folder")
        files = (path for path in sorted(self.folder.rglob("*")) if path.is_file())
        other = next((path for path in files if not _OWN.fullmatch(path.relative_to(self.folder).as_posix())), None)
        if other is not None:
            raise OutputError(
                self.folder,
                found=f"{other.relative_to(self.folder).as_posix()} in it",
                expected="a folder for nothing but these Parquet files, since it is replaced",
            )

    def _typed(self, record: Record) -> dict[str, Any]:
        row: dict[str, Any] = record.to_dict()
        for column, kind in self._types.items():
            where = f"article {record.article}, {column}"
            if kind == "day":
                row[column] = parse_day(row[column], where=where)
            elif kind == "integer":
                row[column] = checked_integer(row[column], where=where)
        return row

    def _flush(self, year: str) -> None:
        import pyarrow
        from pyarrow import parquet

        columns = self._held.pop(year)
        if year not in self._writers:
            path = self._part / (year + _SUFFIX)
            self._writers[year] = parquet.ParquetWriter(path, self._schema, compression=_COMPRESSION)
        self._writers[year].write_table(pyarrow.table(columns, schema=self._schema))
        self._n_held -= len(columns["article"])

    def _close(self) -> None:
        if self._is_kept() and not self._held and not self._writers:
            # No article has any row: a file without rows still says what its columns are.
            self._held[NO_YEAR] = _columns(self._schema)
        for year in sorted(self._held):
            self._flush(year)
        for writer in self._writers.values():
            writer.close()


def _columns(schema: pyarrow.Schema) -> dict[str, list[Any]]:
    return {column: [] for column in schema.names}
