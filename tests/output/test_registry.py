"""The table of formats: every one opens, and file names find theirs."""

from __future__ import annotations

import io
from pathlib import Path, PurePath

import pytest

from secrel.domain import Document, LabelScheme
from secrel.errors import OutputError
from secrel.output import FORMATS, BratSink, CsvSink, Format, JsonlSink, find_format, format_of_file
from secrel.output.dyads import dyads

SCHEME = LabelScheme("none", "1", ("X",))


def test_names_are_those_of_the_formats() -> None:
    assert [entry.name for entry in FORMATS.values()] == list(FORMATS)
    assert list(FORMATS)[:3] == ["jsonl", "csv", "brat"]
    files = [entry.file for entry in FORMATS.values() if entry.file]
    assert len(set(files)) == len(files)


@pytest.mark.parametrize(
    ("name", "path", "sink"),
    [("jsonl", "articles.jsonl", JsonlSink), ("csv", "records.csv", CsvSink), ("brat", "", BratSink)],
)
def test_sink_of_a_format(tmp_path: Path, name: str, path: str, sink: type) -> None:
    form = find_format(name)
    assert form.path(tmp_path) == tmp_path / path
    assert isinstance(form.open(form.path(tmp_path), SCHEME), sink)
    assert form.streams == (name != "brat")


@pytest.mark.parametrize("form", [form for form in FORMATS.values() if form.streams], ids=lambda form: form.name)
def test_formats_for_streams_leave_the_stream_open(form: Format) -> None:
    stream = io.StringIO()
    with form.open(stream, SCHEME):
        pass
    assert not stream.closed


@pytest.mark.parametrize("form", [form for form in FORMATS.values() if form.file], ids=lambda form: form.name)
def test_files_of_no_document_where_they_are_asked_for(tmp_path: Path, form: Format) -> None:
    path = form.path(tmp_path)
    with form.open(path, SCHEME):
        pass
    assert list(tmp_path.iterdir()) == []
    with form.open(path, SCHEME, empty=True) as sink:
        sink.write(Document("Nothing."), PurePath("a.txt"))
    one = {found.relative_to(tmp_path): found.stat().st_ino for found in tmp_path.rglob("*")}
    with form.open(path, SCHEME):
        pass
    assert {found.relative_to(tmp_path): found.stat().st_ino for found in tmp_path.rglob("*")} == one
    with form.open(path, SCHEME, empty=True):
        pass
    none = {found.relative_to(tmp_path): found.stat().st_ino for found in tmp_path.rglob("*")}
    assert list(none) == list(one)
    assert none != one
    if form.name in {"duckdb", "jsonl", "csv", "parquet"}:
        assert len(dyads(path)) == 0
    if form.name == "jsonl":
        assert path.read_bytes() == b""


def test_unknown_format() -> None:
    with pytest.raises(OutputError, match=r"^format 'xml': found no such format; expected one of jsonl, csv, brat"):
        find_format("xml")


@pytest.mark.parametrize(
    ("path", "name"), [("x.jsonl", "jsonl"), ("a/X.CSV", "csv"), ("out", None), ("out.d", None), ("records", None)]
)
def test_format_of_a_file_name(path: str, name: str | None) -> None:
    form = format_of_file(Path(path))
    assert (form.name if form else None) == name
