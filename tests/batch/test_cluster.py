"""The same job on a local Ray of two workers: results are those of one process."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fake_archive import FakeLoader

from secrel.batch import cluster, extract_archive
from secrel.batch.cluster import ClusterPool, connected
from secrel.batch.ray_data import extract_dataset, path_dataset, to_records
from secrel.batch.readers import ReadOptions
from secrel.batch.store import STORE
from secrel.batch.tasks import Task
from secrel.errors import ConfigError, ModelError, PipelineError

FORMATS = ("jsonl", "csv", "brat")


@pytest.fixture(scope="module")
def two_workers() -> Iterator[None]:
    """A Ray of this machine, as a run starts it, with a small object store."""
    pytest.importorskip("ray.data", reason="Ray is not installed: pip install 'secrel[ray]'")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cluster, "_OBJECT_STORE_BYTES", 80 * 2**20)
        # Workers import the loader.
        patch.setenv("PYTHONPATH", str(Path(__file__).parent), prepend=os.pathsep)
        with connected(2):
            yield


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    for n in range(20):
        path = folder / str(2000 + n % 3) / f"{n:02d}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Moscow told Kyiv in note {n} to go home by day {n * n}.\n", encoding="utf-8")
    (folder / "copy.txt").write_bytes((folder / "2000" / "00.txt").read_bytes())
    return folder


@pytest.fixture
def loader(tmp_path: Path) -> FakeLoader:
    (tmp_path / "notes").mkdir()
    return FakeLoader(tmp_path / "notes")


def results(out: Path) -> dict[str, bytes]:
    """All that is written but the store."""
    files = (path for path in sorted(out.rglob("*")) if path.is_file())
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files if not path.name.startswith(STORE)}


def test_run_folder_is_that_of_one_process(
    two_workers: None, archive: Path, tmp_path: Path, loader: FakeLoader
) -> None:
    (archive / "bad.txt").write_bytes(b"caf\xe9 in Moscow")
    (archive / "empty.txt").write_bytes(b"")
    (archive / "raise.txt").write_text("RAISE Now", encoding="utf-8")
    one = extract_archive(archive, tmp_path / "one", formats=FORMATS, loader=loader)
    many = extract_archive(archive, tmp_path / "many", jobs=2, engine="ray", formats=FORMATS, loader=loader)
    assert (many.n_articles, many.n_written, many.n_failed, many.n_read, many.n_reprints) == (24, 21, 3, 24, 1)
    assert replace(many, folder=one.folder, files=one.files) == one
    assert results(tmp_path / "many") == results(tmp_path / "one")
    # Eight batches, and two workers at most that load the model.
    first, *others = loader.lines("loaded")
    assert len({first, *others}) == 1 + len(others)
    assert 1 <= len(others) <= 2

    # What Ray has begun, processes go on with.
    read = loader.lines("read")
    (archive / "new.txt").write_text("Ankara asked Baku.", encoding="utf-8")
    assert extract_archive(archive, tmp_path / "many", formats=FORMATS, loader=loader).n_read == 1
    assert loader.lines("read")[len(read) :] == ["new"]


def test_options_and_hashes_of_single_articles_reach_the_workers(
    two_workers: None, archive: Path, tmp_path: Path, loader: FakeLoader
) -> None:
    (archive / "bad.txt").write_bytes(b"caf\xe9 in Moscow")
    (archive / "large.txt").write_text("Moscow said it. " * 10, encoding="utf-8")
    first = {"loader": loader, "options": ReadOptions(max_bytes=100)}
    again = {"loader": loader, "options": ReadOptions("cp1252", max_bytes=1000), "retry_failed": True}
    for out, engine in (("one", "processes"), ("many", "ray")):
        extract_archive(archive, tmp_path / out, engine=engine, formats=FORMATS, **first)  # type: ignore[arg-type]
    (archive / "new.txt").write_text("Café in Kyiv", encoding="utf-8")
    for options, counts in ((again, (24, 0, 3)), (first, (24, 0, 0))):
        for out, engine in (("one", "processes"), ("many", "ray")):
            found = extract_archive(archive, tmp_path / out, engine=engine, formats=FORMATS, **options)  # type: ignore[arg-type]
            assert (found.n_written, found.n_failed, found.n_read) == counts
        assert results(tmp_path / "many") == results(tmp_path / "one")
    texts = [json.loads(line)["text"] for line in (tmp_path / "many" / "articles.jsonl").open(encoding="utf-8")]
    assert {"café in Moscow", "Café in Kyiv"} < set(texts)


def test_pauses_are_told_behind_every_block(two_workers: None, archive: Path, loader: FakeLoader) -> None:
    seen: list[str] = []
    pool = ClusterPool(loader, ReadOptions(), 2, on_pause=lambda: seen.append("pause"))
    tasks = [Task(path.name, str(path)) for path in sorted(archive.rglob("*.txt"))]
    for row in pool.run(iter(tasks)):
        seen.append(row.name)
    pool.close()
    # 21 articles in blocks of three.
    assert [n for n, item in enumerate(seen) if item == "pause"] == list(range(3, 28, 4))


def test_paths_become_results_and_records(two_workers: None, archive: Path, tmp_path: Path, loader: FakeLoader) -> None:
    (archive / "empty.txt").write_bytes(b"")
    dataset = extract_dataset(path_dataset(archive, block_size=2), workers=1, loader=loader, batch_size=2).materialize()
    assert len(loader.lines("loaded")) == 1
    rows = sorted(dataset.take_all(), key=lambda row: row["name"])
    assert [row["name"] for row in rows if row["status"] == "failed"] == ["empty.txt"]
    records = to_records(dataset).take_all()

    extract_archive(archive, tmp_path / "one", loader=loader)
    written = (tmp_path / "one" / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    expected = {line["id"]: line for line in map(json.loads, written)}
    # But for what takes all articles: which reprints which.
    assert expected["copy"]["meta"].pop("duplicate_of") == "2000/00"
    found = [json.loads(row["document"]) for row in rows if row["status"] == "done"]
    assert found[-1]["meta"].pop("duplicate_of") is None
    assert found == list(expected.values())
    assert sorted(row["article"] for row in records) == sorted(expected)


def test_model_that_does_not_load_ends_the_run(two_workers: None, archive: Path, tmp_path: Path) -> None:
    loader = FakeLoader(tmp_path, broken="model")
    with pytest.raises(ModelError, match="fake: found nothing; expected a model"):
        extract_archive(archive, tmp_path / "out", engine="ray", loader=loader)


def test_address_at_which_nobody_is_ends_the_run_at_once(
    archive: Path, tmp_path: Path, loader: FakeLoader, monkeypatch: pytest.MonkeyPatch
) -> None:
    ray = pytest.importorskip("ray", reason="Ray is not installed: pip install 'secrel[ray]'")
    pytest.importorskip("ray.data")
    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    monkeypatch.setattr(ray, "init", None)
    with socket.socket() as taken:
        # Bound and not listening.
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(PipelineError, match=f"Ray at {address}: found .*; expected the address of a cluster that"):
            extract_archive(archive, tmp_path / "out", engine="ray", address=address, loader=loader)


def test_without_articles_ray_is_not_started(loader: FakeLoader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "connected", None)
    pool = ClusterPool(loader, ReadOptions(), 2)
    assert list(pool.run(iter(()))) == []
    pool.close()


def test_missing_extra_is_named(
    archive: Path, tmp_path: Path, loader: FakeLoader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.setitem(sys.modules, "ray.data", None)
    with pytest.raises(ConfigError, match=r"expected pip install 'secrel\[ray\]'"):
        extract_archive(archive, tmp_path / "out", engine="ray", loader=loader)
    assert not (tmp_path / "out").exists()
    with pytest.raises(ConfigError, match=r"expected pip install 'secrel\[ray\]'"):
        path_dataset(archive)


def test_engine_has_to_be_one(archive: Path, tmp_path: Path, loader: FakeLoader) -> None:
    with pytest.raises(ValueError, match="engine is one of processes, ray, not spark"):
        extract_archive(archive, tmp_path / "out", engine="spark", loader=loader)  # type: ignore[arg-type]
