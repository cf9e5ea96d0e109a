"""Datasets of articles and results: what a worker makes of a batch, without Ray."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from fake_archive import FakeLoader

pyarrow = pytest.importorskip("pyarrow")

from secrel.batch import ReadOptions, ray_data
from secrel.batch.loading import Loader, model_loader
from secrel.batch.ray_data import result_schema
from secrel.batch.tasks import Row, process, unpack
from secrel.domain import Document, Metadata, Record
from secrel.errors import ConfigError, ModelError, OutputError
from secrel.output.parquet import record_schema

TEXT = "Publication: Avaria Weekly Volume: 3 Issue: 7 July 11, 2006\n\nMoscow told Kyiv to go home."


@pytest.fixture
def workers() -> Iterator[list[ray_data._Worker]]:
    """Those that are put into it are closed."""
    some: list[ray_data._Worker] = []
    yield some
    for worker in some:
        worker._pool.close()


@pytest.fixture
def loader(tmp_path: Path) -> FakeLoader:
    (tmp_path / "notes").mkdir()
    return FakeLoader(tmp_path / "notes")


def worker(
    workers: list[ray_data._Worker], loader: Loader, options: ReadOptions | None = None, *, packed: bool = False
) -> ray_data._Worker:
    workers.append(ray_data._Worker(loader, options or ReadOptions(), packed))
    return workers[-1]


def test_batches_become_results_in_their_order(
    tmp_path: Path, workers: list[ray_data._Worker], loader: FakeLoader
) -> None:
    texts = {"a": "CRASH Now", "b": TEXT, "c": "RAISE Now", "d": "", "e": "ONCE Upon"}
    for name, text in texts.items():
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    names = [f"2006/{name}.txt" for name in texts]
    batch = pyarrow.table({"name": names, "path": [str(tmp_path / f"{name}.txt") for name in texts]})
    one = worker(workers, loader)
    # In two: that an article was tried again, alone, has no effect on those of the next batch.
    table = pyarrow.concat_tables([one(batch.slice(0, 4)), one(batch.slice(4))])
    assert table.schema == result_schema()
    assert table.column("name").to_pylist() == names
    rows = {Path(row["name"]).stem: row for row in table.to_pylist()}
    assert {name: row["status"] for name, row in rows.items()} == dict.fromkeys("acd", "failed") | dict.fromkeys(
        "be", "done"
    )
    assert rows["a"]["reason"] == "the process that read it ended twice (by SIGSEGV)"
    assert rows["c"]["reason"] == "KeyError: 'a fault of the program'"
    assert rows["d"]["reason"] == "found no text; expected at least one sentence"
    assert all(row["document"] is None for row in rows.values() if row["status"] == "failed")
    assert (rows["b"]["id"], rows["b"]["published"]) == ("2006/b", "2006-07-11")
    assert rows["b"]["sha256"] == sha256(TEXT.encode()).hexdigest()


def test_rows_for_a_store_are_those_of_process(
    tmp_path: Path, workers: list[ray_data._Worker], loader: FakeLoader
) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    known = [None, sha256(TEXT.encode()).hexdigest()]
    batch = pyarrow.table({"name": ["a.txt", "b.txt"], "path": [str(tmp_path / "a.txt")] * 2, "known": known})
    rows = [Row(**values) for values in worker(workers, loader, packed=True)(batch).to_pylist()]
    given = list(ray_data._tasks(batch, packed=True))
    assert rows == [process(task, loader, ReadOptions()) for task in given]
    assert [row.status for row in rows] == ["done", "unchanged"]


def test_options_of_single_articles_are_those_of_a_store_only(
    workers: list[ray_data._Worker], loader: FakeLoader
) -> None:
    columns = {"name": ["a.txt", "b.txt"], "path": ["a.txt", "b.txt"], "bytes": [b"caf\xe9 in Baku"] * 2}
    own = json.dumps({"encoding": "cp1252", "max_bytes": 2**70, "any_language": False})
    one = worker(workers, loader, packed=True)
    table = one(pyarrow.table(columns | {"options": pyarrow.array([None, own], pyarrow.string())}))
    assert table.column("status").to_pylist() == ["failed", "done"]
    # In the dataset of somebody else such columns are of no concern.
    other = columns | {"options": ["x", "y"], "known": [sha256(b"caf\xe9 in Baku").hexdigest()] * 2}
    rows = worker(workers, loader)(pyarrow.table(other)).to_pylist()
    assert [row["status"] for row in rows] == ["failed", "failed"]


def test_articles_may_come_as_bytes(workers: list[ray_data._Worker], loader: FakeLoader) -> None:
    one = worker(workers, loader, ReadOptions(max_bytes=200))
    named = one(pyarrow.table({"bytes": [TEXT.encode(), b"x" * 201], "name": ["2006/a.txt", "b.txt"]})).to_pylist()
    assert [row["status"] for row in named] == ["done", "failed"]
    assert named[1]["reason"].startswith("found more than 200 bytes")
    document = Document.from_dict(json.loads(named[0]["document"]))
    assert (document.id, document.text, document.metadata.source) == ("2006/a", TEXT, "2006/a.txt")
    # As `ray.data.read_binary_files(..., include_paths=True)` has them: they need not be files of this machine.
    (row,) = one(pyarrow.table({"bytes": [b"RAISE Now"], "path": ["bucket/2006/a.txt"]})).to_pylist()
    assert (row["name"], row["status"]) == ("bucket/2006/a.txt", "failed")
    assert row["sha256"] == sha256(b"RAISE Now").hexdigest()


def test_other_columns_are_refused(workers: list[ray_data._Worker], loader: FakeLoader) -> None:
    with pytest.raises(ConfigError, match=r"found the columns bytes, item; expected a column path, or bytes and name"):
        worker(workers, loader)(pyarrow.table({"bytes": [b"a"], "item": ["a.txt"]}))


def test_model_of_the_machine_has_to_be_that_of_the_run(
    tmp_path: Path, root: Path, workers: list[ray_data._Worker]
) -> None:
    shutil.copy(root / "annotations" / "labels.toml", tmp_path / "labels.toml")
    config = tmp_path / "config.json"
    config.write_text('{"model": {"name": "x", "version": "1"}}', encoding="utf-8")
    loader = model_loader(tmp_path)
    nothing = pyarrow.table({"path": pyarrow.array([], pyarrow.string())})
    assert worker(workers, loader)(nothing).num_rows == 0
    config.write_text('{"model": {"name": "x", "version": "2"}}', encoding="utf-8")
    with pytest.raises(ModelError, match="found another model, other knowledge, or another version of secrel, on a ma"):
        worker(workers, loader)(nothing)


def test_results_become_records(tmp_path: Path, loader: FakeLoader) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (task,) = ray_data._tasks(pyarrow.table({"name": ["2006/a.txt"], "path": [str(tmp_path / "a.txt")]}))
    packed = process(task, loader, ReadOptions()).document
    assert packed is not None
    document = unpack(packed)
    undated = document.replace(id="b", metadata=Metadata())
    texts = [json.dumps(document.to_dict()), None, json.dumps(undated.to_dict())]
    table = ray_data._records(pyarrow.table({"document": texts}))
    assert table.schema == record_schema()
    assert tuple(table.schema.names) == Record.columns()
    expected = [record.to_dict() for one in (document, undated) for record in one.to_records()]
    assert [row["date"] for row in expected] == ["2006-07-11", None]
    assert table.to_pylist() == [{**row, "date": row["date"] and date(2006, 7, 11)} for row in expected]
    # Types do not depend on what a batch happens to hold.
    assert ray_data._records(pyarrow.table({"document": [None]})).schema == record_schema()

    bad = document.replace(metadata=Metadata(date="July"))
    with pytest.raises(OutputError, match=r"article 2006/a, date: found 'July'; expected a date such as 2006-07-11"):
        ray_data._records(pyarrow.table({"document": [json.dumps(bad.to_dict())]}))
