"""Worker processes: what becomes of a process that an article kills, and of the others."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from fake_archive import FakeLoader

from secrel.batch import ReadOptions, workers
from secrel.batch.tasks import Row, Task
from secrel.batch.workers import Pool
from secrel.errors import ModelError, PipelineError

TEXT = "Moscow told Kyiv to go home."


def task(folder: Path, content: str | bytes, *, name: str = "a.txt", known: str | None = None) -> Task:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return Task(name, str(path), known=known)


def run(pool: Pool, tasks: list[Task]) -> Iterator[Row]:
    try:
        yield from pool.run(iter(tasks))
    finally:
        pool.close()


def test_processes_that_die_take_no_article_with_them(tmp_path: Path) -> None:
    texts = {f"{n:02d}.txt": TEXT for n in range(12)}
    texts |= {"03.txt": "CRASH Now", "05.txt": "ONCE Upon", "07.txt": "HUGE Now", "11.txt": "CRASH Too"}
    tasks = [task(tmp_path, text, name=name) for name, text in texts.items()]
    tasks.append(Task("stdin.txt", None, b"the army said that it was in the city. " * 10_000))
    loader = FakeLoader(tmp_path)
    rows = list(run(Pool(loader, ReadOptions(), 2), tasks))
    assert sorted(row.name for row in rows) == [given.name for given in tasks]
    failed = {row.name: row for row in rows if row.status == "failed"}
    assert sorted(failed) == ["03.txt", "11.txt"]
    for name, row in failed.items():
        assert row.reason == "the process that read it ended twice (by SIGSEGV)"
        assert row.sha256 == sha256(texts[name].encode()).hexdigest()
    # Tried again alone, when all others were done.
    assert loader.lines("read")[-4:] == [row.name[:2] for row in rows[-4:]]
    assert {row.name for row in rows[-4:]} == {"03.txt", "05.txt", "07.txt", "11.txt"}
    counts = {name: loader.lines("read").count(name[:2]) for name in texts}
    assert {name for name, n in counts.items() if n == 2} == {"03.txt", "05.txt", "07.txt", "11.txt"}


def test_pipeline_is_loaded_once_a_process_and_only_where_it_is_needed(tmp_path: Path) -> None:
    digest = sha256(TEXT.encode()).hexdigest()
    loader = FakeLoader(tmp_path)
    known = [task(tmp_path, TEXT, name=f"{n}.txt", known=digest) for n in range(5)]
    assert {row.status for row in run(Pool(loader, ReadOptions(), 2), known)} == {"unchanged"}
    assert loader.lines("loaded") == []
    fresh = [Task(given.name, given.path) for given in known]
    assert {row.status for row in run(Pool(loader, ReadOptions(), 1), fresh)} == {"done"}
    assert len(loader.lines("loaded")) == 1


def test_processes_give_way_to_new_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "LIFETIME", 3)
    loader = FakeLoader(tmp_path)
    tasks = [task(tmp_path, TEXT, name=f"{n}.txt") for n in range(9)]
    rows = list(run(Pool(loader, ReadOptions(), 1), tasks))
    assert [row.name for row in rows] == [given.name for given in tasks]
    # Whatever it was given ahead it still reads.
    assert 2 <= len(loader.lines("loaded")) <= 3
    assert len(set(loader.lines("loaded"))) == len(loader.lines("loaded"))


@pytest.mark.parametrize(
    ("broken", "error", "message"),
    [
        ("model", ModelError, "fake: found nothing; expected a model"),
        (
            "import",
            PipelineError,
            "the pipeline of a worker: found ImportError: no such library; expected one that loads",
        ),
        (
            "death",
            PipelineError,
            "worker processes: found that they end while they are loading (with exit status 7); exp",
        ),
    ],
)
def test_pipeline_that_cannot_be_loaded_ends_the_run(
    tmp_path: Path, broken: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as found:
        list(run(Pool(FakeLoader(tmp_path, broken=broken), ReadOptions(), 1), [task(tmp_path, TEXT)]))
    assert str(found.value).startswith(message)


def test_machine_on_which_every_process_dies_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_MOST_DEATHS", 2)
    tasks = [task(tmp_path, TEXT, name=f"{n}.txt") for n in range(4)]
    # Whatever the options are that hold for articles.
    pool = Pool(FakeLoader(tmp_path, broken="article"), ReadOptions("utf-16", max_bytes=1000), 1)
    with pytest.raises(PipelineError) as error:
        list(run(pool, [Task(one.name, one.path, options=ReadOptions()) for one in tasks]))
    assert str(error.value).startswith(
        "worker processes: found that 2 of them ended one after the other, each in another article, and that a few"
        " harmless words fail, too (the process that read it ended twice (by SIGSEGV)); expected a machine that"
    )


@pytest.mark.parametrize("jobs", [1, 2])
def test_many_articles_in_a_row_that_kill_their_process_do_not_end_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    monkeypatch.setattr(workers, "_MOST_DEATHS", 3)
    texts = {f"{n}.txt": "CRASH Now" for n in range(8)} | {"1.txt": "ONCE Upon", "8.txt": TEXT, "9.txt": "CRASH Too"}
    tasks = [task(tmp_path, text, name=name) for name, text in sorted(texts.items())]
    rows = {row.name: row for row in run(Pool(FakeLoader(tmp_path), ReadOptions(max_bytes=20), jobs), tasks[:8])}
    assert sorted(rows) == [one.name for one in tasks[:8]]
    assert [name for name, row in rows.items() if row.status == "done"] == ["1.txt"]
    (tmp_path / "read").unlink()
    rows = {row.name: row for row in run(Pool(FakeLoader(tmp_path), ReadOptions(max_bytes=1000), jobs), tasks)}
    assert sorted(rows) == [one.name for one in tasks]
    assert sorted(name for name, row in rows.items() if row.status == "done") == ["1.txt", "8.txt"]
    for name, row in rows.items():
        if row.status == "failed":
            assert row.reason == "the process that read it ended twice (by SIGSEGV)"
            assert row.sha256 == sha256(texts[name].encode()).hexdigest()


def test_pauses_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_SECONDS_TO_A_PAUSE", 0.05)
    seen: list[str] = []
    pool = Pool(FakeLoader(tmp_path, delay=0.5), ReadOptions(), 1, on_pause=lambda: seen.append("pause"))
    for row in run(pool, [task(tmp_path, TEXT, name=f"{n}.txt") for n in range(2)]):
        seen.append(row.name)
    assert "pause" in seen[seen.index("0.txt") : seen.index("1.txt")]


class Gone:
    """A connection at whose other end nobody is."""

    def __init__(self) -> None:
        self.sent: list[object] = []

    def send(self, answer: object) -> None:
        self.sent.append(answer)

    def recv(self) -> Task:
        raise EOFError


def test_worker_whose_parent_is_gone_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signal, "signal", lambda *arguments: None)
    gone = Gone()
    workers.serve(gone, FakeLoader(tmp_path), ReadOptions())  # type: ignore[arg-type]
    assert gone.sent == ["started"]
