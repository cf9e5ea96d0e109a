"""One article: what becomes of it, whatever it is."""

from __future__ import annotations

import pickle
from hashlib import sha256
from pathlib import Path

import pytest
from fake_archive import FakeLoader

from secrel.batch import ReadOptions
from secrel.batch.tasks import Row, Task, process, unpack
from secrel.errors import ModelError
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


def test_known_content_is_unchanged_whatever_the_limit_is_now(tmp_path: Path) -> None:
    given = task(tmp_path, TEXT, known=sha256(TEXT.encode()).hexdigest())
    assert process(given, no_pipeline, ReadOptions(max_bytes=5)) == Row("a.txt", "unchanged", given.known)
    changed = task(tmp_path, TEXT + " Now.", known=given.known)
    row = process(changed, no_pipeline, ReadOptions(max_bytes=5))
    assert (row.status, row.sha256) == ("failed", None)
    assert (row.reason or "").startswith("found 33 bytes; expected at most 5 bytes;")
    row = process(Task("b.txt", str(tmp_path / "b.txt"), known=given.known), no_pipeline, ReadOptions())
    assert (row.status, row.reason) == ("failed", "found no such file; expected a file")


def test_task_may_have_options_of_its_own(tmp_path: Path) -> None:
    given = task(tmp_path, "Café in Moscow".encode("cp1252"))
    assert process(given, no_pipeline, ReadOptions()).status == "failed"
    own = Task(given.name, given.path, options=ReadOptions(encoding="cp1252"))
    row = process(own, FakeLoader(tmp_path), ReadOptions())
    assert row.document is not None
    assert unpack(row.document).text == "Café in Moscow"


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
