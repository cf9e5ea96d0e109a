"""Worker processes: what becomes of an article, and of a process that it kills."""

from __future__ import annotations

import pickle
import signal
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from fake_archive import FakeLoader

from secrel.batch import ReadOptions, workers
from secrel.batch.workers import Pool, Row, Task, process, unpack
from secrel.errors import ModelError, PipelineError
from secrel.pipeline import Pipeline

TEXT = "Moscow told Kyiv to go home."
DATED = f"Publication: Avaria Weekly Volume: 3 Issue: 7 July 11, 2006\n\n{TEXT}"
EDM = f"Publication: Eurasia Daily Monitor Volume: 3 Issue: 7\n\n{TEXT}"


def no_pipeline() -> Pipeline:
    raise AssertionError("the pipeline is not needed")


def task(folder: Path, content: str | bytes, *, name: str = "a.txt", known: str | None = None) -> Task:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return Task(name, str(path), known=known)


@pytest.mark.parametrize(
    ("name", "text", "id", "published"),
    [
        ("a.txt", TEXT, "a", None),
        ("2006/07/a.b.txt", DATED, "2006/07/a.b", "2006-07-11"),
        ("x/a.text", EDM, "x/a", "2006-99-99"),
    ],
)
def test_row_of_an_article(tmp_path: Path, name: str, text: str, id: str, published: str | None) -> None:
    given = task(tmp_path, text, name=name)
    loader = FakeLoader(tmp_path)
    row = process(given, loader, ReadOptions())
    assert (row.name, row.status, row.id, row.published, row.reason) == (name, "done", id, published, None)
    assert row.sha256 == sha256(text.encode()).hexdigest()
    assert row.document is not None
    document = unpack(row.document)
    assert (document.id, document.text, document.metadata.source) == (id, text, given.path)
    assert document.entities
    assert document.relations
    assert pickle.loads(pickle.dumps(row)) == row
    # The same once more, and from bytes instead of the file.
    assert process(given, loader, ReadOptions()) == row
    assert process(Task(name, given.path, text.encode()), loader, ReadOptions()) == row


def test_known_content_needs_no_pipeline(tmp_path: Path) -> None:
    digest = sha256(TEXT.encode()).hexdigest()
    row = process(task(tmp_path, TEXT, known=digest), no_pipeline, ReadOptions())
    assert row == Row("a.txt", "unchanged", digest)
    assert process(task(tmp_path, TEXT, known="other"), FakeLoader(tmp_path), ReadOptions()).status == "done"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "found no text; expected at least one sentence"),
        (b"caf\xe9", "found byte 0xe9 at byte 3 (line 1), which is not utf-8; expected a text in utf-8"),
    ],
)
def test_text_that_cannot_be_read(tmp_path: Path, data: bytes, reason: str) -> None:
    row = process(task(tmp_path, data), no_pipeline, ReadOptions())
    assert (row.status, row.sha256, row.document) == ("failed", sha256(data).hexdigest(), None)
    assert row.reason is not None
    # Without the path, which may be another one next time.
    assert row.reason.startswith(reason)


def test_file_that_cannot_be_read_has_no_hash(tmp_path: Path) -> None:
    row = process(Task("a.txt", str(tmp_path / "a.txt")), no_pipeline, ReadOptions())
    assert row == Row("a.txt", "failed", reason="found no such file; expected a file")
    row = process(task(tmp_path, b"12345678"), no_pipeline, ReadOptions(max_bytes=5))
    assert (row.status, row.sha256) == ("failed", None)
    assert (row.reason or "").startswith("found 8 bytes; expected at most 5 bytes;")


def test_standard_input_is_given_as_bytes(tmp_path: Path) -> None:
    row = process(Task("stdin.txt", None, TEXT.encode()), FakeLoader(tmp_path), ReadOptions())
    assert (row.status, row.id) == ("done", "stdin")
    assert row.document is not None
    assert unpack(row.document).metadata.source is None
    row = process(Task("stdin.txt", None, b"123456"), no_pipeline, ReadOptions(max_bytes=5))
    assert row.reason == "found more than 5 bytes; expected fewer, or a higher --max-bytes"


@pytest.mark.parametrize(
    ("text", "reason", "short"),
    [("RAISE Now", "KeyError: 'a fault of the program'", False), ("HUGE Now", "MemoryError", True)],
)
def test_whatever_the_pipeline_raises_is_a_reason(tmp_path: Path, text: str, reason: str, short: bool) -> None:
    row = process(task(tmp_path, text), FakeLoader(tmp_path), ReadOptions())
    assert (row.status, row.reason, row.short_of_memory) == ("failed", reason, short)


def test_what_loading_raises_is_raised(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        process(task(tmp_path, TEXT), FakeLoader(tmp_path, broken="model"), ReadOptions())


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
    tasks = [task(tmp_path, "CRASH Now", name=f"{n}.txt") for n in range(4)]
    with pytest.raises(PipelineError, match=r"found that 2 of them ended one after the other, each in another article"):
        list(run(Pool(FakeLoader(tmp_path), ReadOptions(), 1), tasks))


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
