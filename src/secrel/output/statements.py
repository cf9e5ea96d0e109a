"""Relations and stances read back from what the sinks wrote."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from secrel.domain import Document
from secrel.errors import InputError, SecrelError
from secrel.output.tally import Statement

Statements = Iterator[tuple[Statement, Hashable]]
"""Statements, each with what tells its article from others; those of one article come in a row."""

# Rows that say the same of all these are of one article.
_ARTICLE = ("article", "publication", "volume", "issue", "date", "model")
_COLUMNS = tuple(dict.fromkeys((*Statement._fields, *_ARTICLE)))
# What a run keeps beside its results; secrel.batch writes it.
_STORE = "run.sqlite"
_EXPECTED = "what secrel extract wrote: secrel.duckdb, articles.jsonl, records.csv, or a folder of Parquet files"


@dataclass(frozen=True, slots=True)
class Results:
    """Results that were written.

    Attributes:
        form: Their format: ``duckdb``, ``jsonl``, ``csv`` or ``parquet``.
        path: Where they lie.
        older: Others in the same folder that were written before them, and may be of other articles.
    """

    form: str
    path: Path
    older: tuple[Path, ...] = ()


def find_results(source: str | Path) -> Results:
    """The results at a path.

    Args:
        source: A folder of results, or one file of it (``records``, for Parquet, a folder).

    Returns:
        Of several in a folder those that were written last; of those of one run, which have the same time, the first in
        the order ``duckdb``, ``jsonl``, ``csv``, ``parquet``.

    Raises:
        InputError: If nothing is there that secrel wrote.
    """
    path = Path(source)
    if not path.exists():
        raise InputError(path, found="no such file or folder", expected=_EXPECTED)
    if path.is_file():
        form = path.suffix.removeprefix(".")
        if form in {"duckdb", "jsonl", "csv", "parquet"}:
            return Results(form, path)
        raise InputError(path, found=f"a file ending in {path.suffix!r}", expected=_EXPECTED)
    databases = sorted(path.glob("*.duckdb"))
    if len(databases) > 1:
        named = ", ".join(database.name for database in databases)
        raise InputError(path, found=f"several databases: {named}", expected="the path of one of them")
    candidates = (
        *(("duckdb", database) for database in databases),
        ("jsonl", path / "articles.jsonl"),
        ("csv", path / "records.csv"),
        ("parquet", path / "records"),
    )
    written = [(_time(place), form, place) for form, place in candidates if place.exists()]
    if written:
        last, form, place = max(written, key=lambda one: one[0])
        return Results(form, place, tuple(other for time, _, other in written if time < last))
    if any(path.glob("*.parquet")):
        return Results("parquet", path)
    unfinished = sorted(part.name for part in path.glob("*.part"))
    found = f"only unfinished results: {', '.join(unfinished)}" if unfinished else "none of its files"
    if (path / _STORE).exists():
        found = f"a run that is not finished, or that wrote none of these formats ({_STORE}, but {found})"
        raise InputError(path, found=found, expected=f"{_EXPECTED}; the same secrel extract again goes on with the run")
    raise InputError(path, found=found, expected=_EXPECTED)


def read_statements(form: str, path: Path) -> Statements:
    """The statements of results in ``jsonl``, ``csv`` or ``parquet``.

    Args:
        form: The format.
        path: Where they lie.

    Yields:
        Statements in the order in which they were written (Parquet: year by year).

    Raises:
        InputError: If they cannot be read.
    """
    readers: dict[str, Callable[[Path], Statements]]
    readers = {"jsonl": _from_jsonl, "csv": _from_csv, "parquet": _from_parquet}
    try:
        yield from readers[form](path)
    except OSError as error:
        raise InputError(path, found=str(error.strerror or error), expected="a file that can be read") from error
    except UnicodeDecodeError as error:
        raise InputError(path, found=str(error), expected="text in UTF-8") from error


def _from_jsonl(path: Path) -> Statements:
    with path.open(encoding="utf-8", newline="\n") as file:
        for number, line in enumerate(file, 1):
            try:
                document = Document.from_dict(json.loads(line))
            except (ValueError, AttributeError, SecrelError) as error:
                raise InputError(
                    f"{path}, line {number}", found=str(error), expected="an article as secrel extract writes it"
                ) from error
            for record in document.to_records():
                yield Statement.from_record(record), number


def _from_csv(path: Path) -> Statements:
    # A sentence may be longer than what the module takes for a field.
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        _check_columns(path, rows.fieldnames or ())
        for row in rows:
            where = f"{path}, line {rows.line_num}"
            try:
                values: dict[str, Any] = {name: row[name] or None for name in _COLUMNS}
                values["score"] = float(values["score"])
                values["sentence_start"] = int(values["sentence_start"])
                values["year"] = None if values["year"] is None else int(values["year"])
            except (TypeError, ValueError, KeyError) as error:
                raise InputError(where, found=str(error), expected="a row as secrel extract writes it") from error
            yield _statement(values)


def _from_parquet(path: Path) -> Statements:
    import pyarrow
    from pyarrow import parquet

    try:
        for file in _parquet_files(path):
            with parquet.ParquetFile(file) as rows:
                _check_columns(file, rows.schema_arrow.names)
                for batch in rows.iter_batches(columns=list(_COLUMNS)):
                    for row in batch.to_pylist():
                        row["date"] = row["date"].isoformat() if row["date"] else None
                        yield _statement(row)
    except pyarrow.ArrowException as error:
        raise InputError(path, found=str(error), expected="Parquet files as secrel extract writes them") from error


def _parquet_files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    # As other readers do, without what is hidden.
    files = sorted((file for file in path.rglob("*.parquet") if not file.name.startswith((".", "_"))), key=str)
    if not files:
        raise InputError(path, found="no Parquet file", expected=_EXPECTED)
    return files


def _time(place: Path) -> int:
    """When results were written, in nanoseconds."""
    # A folder has the time at which something in it was made or renamed.
    files = [place] if place.is_file() else [file for file in place.rglob("*.parquet") if file.is_file()]
    return max((file.stat().st_mtime_ns for file in files), default=0)


def _statement(row: Mapping[str, Any]) -> tuple[Statement, Hashable]:
    return Statement(*(row[name] for name in Statement._fields)), tuple(row[name] for name in _ARTICLE)


def _check_columns(path: Path, names: Iterable[str]) -> None:
    missing = [name for name in _COLUMNS if name not in set(names)]
    if missing:
        raise InputError(
            path,
            found=f"no column {', '.join(missing)}",
            expected="records as this version of secrel writes them; extract again",
        )
