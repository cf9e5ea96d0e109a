"""Records as Parquet."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path, PurePath
from typing import Any

import pytest

from secrel.domain import Document, Metadata, Record
from secrel.errors import OutputError
from secrel.output import ParquetSink, parquet

pyarrow = pytest.importorskip("pyarrow")
dataset = pytest.importorskip("pyarrow.dataset")

Archive = list[tuple[Document, PurePath]]


def write(folder: Path, archive: Archive) -> Path:
    with ParquetSink(folder) as sink:
        for document, name in archive:
            sink.write(document, name)
    return folder


def read(folder: Path) -> Any:
    return dataset.dataset(folder).to_table()


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_rows_are_the_records_year_by_year(tmp_path: Path, archive: Archive) -> None:
    folder = write(tmp_path / "records", archive)
    assert sorted(files(folder)) == ["2006.parquet", "2007.parquet", "no-year.parquet"]
    rows = read(folder).to_pylist()
    for row in rows:
        for column in ("date", "when_start", "when_end"):
            row[column] = row[column].isoformat() if row[column] else None
    expected = [record.to_dict() for document, _ in archive for record in document.to_records()]
    expected.sort(key=lambda row: (row["year"] is None, row["year"] or 0))
    assert [{name: row[name] for name in Record.columns()} for row in rows] == expected
    assert [row["year"] for row in rows].count(None) == 2


@pytest.mark.parametrize("chosen", [slice(0, None), slice(3, 4), slice(5, 6)])
def test_columns_have_types_whatever_is_missing(tmp_path: Path, archive: Archive, chosen: slice) -> None:
    write(tmp_path / "records", archive[chosen])
    schema = read(tmp_path / "records").schema
    assert schema.names == list(Record.columns())
    types = {name: str(schema.field(name).type) for name in schema.names}
    assert {name for name, kind in types.items() if kind == "date32[day]"} == {"date", "when_start", "when_end"}
    assert {name for name, kind in types.items() if kind == "double"} == {"score", "status_score"}
    assert {types[name] for name in ("volume", "issue", "year", "head_start", "sentence_end")} == {"int32"}
    assert {types[name] for name in ("article", "head_actor", "speaker", "report_date", "duplicate_of")} == {"string"}


def test_without_any_year_there_is_one_file(tmp_path: Path, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "ROWS_HELD", 1)
    folder = write(tmp_path / "records", archive[3:4])
    assert list(files(folder)) == ["no-year.parquet"]
    assert [(row["head_actor"], row["year"]) for row in read(folder).to_pylist()] == [("RUSMIL", None), ("RUS", None)]


@pytest.mark.parametrize("chosen", [slice(0, None), slice(3, 4), slice(0, 2)])
def test_pandas_reads_the_folder_as_one_table(tmp_path: Path, archive: Archive, chosen: slice) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_parquet(write(tmp_path / "records", archive[chosen]), dtype_backend="numpy_nullable")
    assert list(frame.columns) == list(Record.columns())
    years = [record.year for document, _ in archive[chosen] for record in document.to_records()]
    assert sorted(frame["year"].dropna()) == sorted(year for year in years if year is not None)
    assert frame["year"].isna().sum() == years.count(None)
    assert str(frame["year"].dtype) == "Int32"


def test_years_are_numbers_for_a_reader(tmp_path: Path, archive: Archive) -> None:
    duckdb = pytest.importorskip("duckdb")
    folder = write(tmp_path / "records", archive)
    rows = duckdb.sql(
        f"SELECT year, count(*), min(date) FROM read_parquet('{folder}/*.parquet')"
        " GROUP BY year ORDER BY year NULLS LAST"
    ).fetchall()
    assert rows == [(2006, 5, date(2006, 7, 11)), (2007, 6, date(2007, 10, 1)), (None, 2, None)]


def test_rows_are_written_before_the_end(tmp_path: Path, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read(write(tmp_path / "whole", archive)).to_pylist()
    monkeypatch.setattr(parquet, "ROWS_HELD", 3)
    with ParquetSink(tmp_path / "parts") as sink:
        for document, name in archive:
            sink.write(document, name)
            assert sink._n_held < 3
    assert read(tmp_path / "parts").to_pylist() == whole
    file = pyarrow.parquet.ParquetFile(tmp_path / "parts" / "2006.parquet")
    assert file.num_row_groups > 1


def test_same_articles_give_the_same_bytes(tmp_path: Path, archive: Archive) -> None:
    assert files(write(tmp_path / "a", archive)) == files(write(tmp_path / "b", archive))


def test_without_a_document_nothing_is_made_or_replaced(tmp_path: Path, archive: Archive) -> None:
    write(tmp_path / "new", [])
    assert list(tmp_path.iterdir()) == []
    before = files(write(tmp_path / "old", archive))
    write(tmp_path / "old", [])
    assert files(tmp_path / "old") == before


def test_documents_without_records_give_columns_without_rows(tmp_path: Path, archive: Archive) -> None:
    table = read(write(tmp_path / "records", archive[5:6]))
    assert table.num_rows == 0
    assert sorted(table.schema.names) == sorted(Record.columns())


def test_a_later_run_replaces_the_earlier_one_whole(tmp_path: Path, archive: Archive) -> None:
    write(tmp_path / "records", archive)
    write(tmp_path / "records", archive[1:2])
    assert list(files(tmp_path / "records")) == ["2007.parquet"]
    assert [path.name for path in tmp_path.iterdir()] == ["records"]


def test_what_an_earlier_version_wrote_is_replaced(tmp_path: Path, archive: Archive) -> None:
    (tmp_path / "records" / "year=2006").mkdir(parents=True)
    (tmp_path / "records" / "year=2006" / "part-0.parquet").write_bytes(b"")
    assert list(files(write(tmp_path / "records", archive[1:2]))) == ["2007.parquet"]


def test_a_folder_that_holds_something_else_is_not_replaced(tmp_path: Path, archive: Archive) -> None:
    (tmp_path / "out" / "sub").mkdir(parents=True)
    (tmp_path / "out" / "sub" / "articles.jsonl").write_text("{}", encoding="utf-8")
    with pytest.raises(OutputError, match=r"out: found sub/articles.jsonl in it; expected a folder for nothing but"):
        write(tmp_path / "out", archive)
    with pytest.raises(OutputError, match=r"articles.jsonl: found a file; expected a folder"):
        write(tmp_path / "out" / "sub" / "articles.jsonl", archive)
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "sub", "articles.jsonl"]


def test_an_error_leaves_the_earlier_run(tmp_path: Path, archive: Archive) -> None:
    before = files(write(tmp_path / "records", archive[:1]))
    with pytest.raises(RuntimeError), ParquetSink(tmp_path / "records") as sink:
        sink.write(*archive[1])
        raise RuntimeError
    assert files(tmp_path / "records") == before
    assert read(tmp_path / "records.part").num_rows == 3, "what was written until then can be read"


def test_a_bad_date_is_refused_and_leaves_no_row(tmp_path: Path, archive: Archive) -> None:
    document = archive[0][0]
    bad = document.replace(metadata=Metadata(date="2006-07", year=2006))
    with ParquetSink(tmp_path / "records") as sink:
        with pytest.raises(OutputError, match="article spring, date: found '2006-07'; expected a date such as"):
            sink.write(bad, PurePath("bad.txt"))
        sink.write(document, PurePath("good.txt"))
    assert read(tmp_path / "records").num_rows == 3


def test_a_place_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with (
        pytest.raises(OutputError, match="expected a place that can be written to"),
        ParquetSink(tmp_path / "file" / "x"),
    ):
        pass


@pytest.mark.parametrize("field", ["volume", "issue", "year"])
def test_a_number_that_is_too_large_is_refused(tmp_path: Path, archive: Archive, field: str) -> None:
    document = archive[0][0].replace(metadata=Metadata(**{field: 2**31}))  # type: ignore[arg-type]
    with ParquetSink(tmp_path / "records") as sink:
        with pytest.raises(OutputError, match=f"article spring, {field}: found 2147483648"):
            sink.write(document, PurePath("large.txt"))
        sink.write(*archive[1])
    assert (tmp_path / "records").exists()


def test_a_killed_run_leaves_no_half_under_the_final_name(tmp_path: Path, archive: Archive) -> None:
    code = f"""
import os
from pathlib import Path, PurePath
from secrel.output import ParquetSink, parquet
from secrel.domain import *
parquet.ROWS_HELD = 1
a, b = Entity(Span(0, 1), "GPE", "a"), Entity(Span(2, 3), "GPE", "b")
document = Document("a b", relations=(Relation(Pair(a, b), "pressures", "actual"),))
with ParquetSink(Path({str(tmp_path / "records")!r})) as sink:
    sink.write(document, PurePath("a.txt"))
    os._exit(9)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 9
    assert [path.name for path in tmp_path.iterdir()] == ["records.part"]
    write(tmp_path / "records", archive)
    assert [path.name for path in tmp_path.iterdir()] == ["records"]
    assert read(tmp_path / "records").num_rows == 13
