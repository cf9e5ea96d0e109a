"""Files that are either whole or marked as unfinished."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from secrel.errors import OutputError
from secrel.output.atomic import clear, streamed, write_bytes_whole, write_whole, written_aside


def test_whole_file_in_utf8_with_line_feeds(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "out.txt"
    write_whole(path, "a\r\n😀\n")
    assert path.read_bytes() == b"a\r\n\xf0\x9f\x98\x80\n"
    assert [p.name for p in path.parent.iterdir()] == ["out.txt"]


def test_name_is_taken_only_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    with streamed(path) as file:
        file.write("x")
        assert not path.exists()
        assert (tmp_path / "out.txt.part").exists()
    assert path.read_text(encoding="utf-8") == "x"


def test_interrupted_writing_leaves_part_and_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(KeyboardInterrupt), streamed(path) as file:
        file.write("half of it")
        raise KeyboardInterrupt
    assert path.read_text(encoding="utf-8") == "old"
    assert (tmp_path / "out.txt.part").read_text(encoding="utf-8") == "half of it"
    write_whole(path, "new")
    assert path.read_text(encoding="utf-8") == "new"
    assert not (tmp_path / "out.txt.part").exists()


@pytest.mark.parametrize("name", ["file/out.txt", "folder"])
def test_place_that_cannot_be_written_to(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    (tmp_path / "folder" / "full").mkdir(parents=True)
    with pytest.raises(OutputError) as error:
        write_whole(tmp_path / name, "x")
    assert error.value.where == str(tmp_path / name)
    assert error.value.found
    assert error.value.expected == "a place that can be written to"


def make(path: Path, content: str, *, folder: bool) -> None:
    if folder:
        path.mkdir()
        path /= "x"
    path.write_text(content, encoding="utf-8")


def content(path: Path) -> str:
    return (path / "x" if path.is_dir() else path).read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", [False, True])
def test_what_a_library_writes_takes_its_name_at_the_end(tmp_path: Path, folder: bool) -> None:
    path = tmp_path / "new" / "out"
    for n in ("first", "second"):
        with written_aside(path) as part:
            assert not part.exists()
            make(part, n, folder=folder)
            assert not path.exists() or content(path) == "first"
        assert content(path) == n
        assert [found.name for found in path.parent.iterdir()] == ["out"]


@pytest.mark.parametrize("folder", [False, True])
def test_what_a_library_did_not_finish_stays_until_the_next_run(tmp_path: Path, folder: bool) -> None:
    path = tmp_path / "out"
    make(path, "old", folder=folder)
    with pytest.raises(KeyboardInterrupt), written_aside(path) as part:
        make(part, "half", folder=folder)
        raise KeyboardInterrupt
    assert content(path) == "old"
    assert content(tmp_path / "out.part") == "half"
    with written_aside(path, keep=lambda: False) as part:
        make(part, "nothing", folder=folder)
    assert content(path) == "old"
    assert [found.name for found in tmp_path.iterdir()] == ["out"]


def test_a_folder_that_was_about_to_be_replaced_is_put_back(tmp_path: Path) -> None:
    make(tmp_path / "out.replaced", "old", folder=True)
    with pytest.raises(KeyboardInterrupt), written_aside(tmp_path / "out"):
        raise KeyboardInterrupt
    assert content(tmp_path / "out") == "old"
    assert [found.name for found in tmp_path.iterdir()] == ["out"]
    # Stopped behind the second step: only the removal of the old one was left to do.
    make(tmp_path / "out.replaced", "older", folder=True)
    with pytest.raises(KeyboardInterrupt), written_aside(tmp_path / "out"):
        raise KeyboardInterrupt
    assert content(tmp_path / "out") == "old"
    assert [found.name for found in tmp_path.iterdir()] == ["out"]


def test_a_place_where_a_library_cannot_write(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with (
        pytest.raises(OutputError, match="expected a place that can be written to"),
        written_aside(tmp_path / "file" / "x"),
    ):
        pass


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Numbers of the files and folders that were brought to disk (which a new name does not change), in order."""
    numbers: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda opened: numbers.append(os.fstat(opened).st_ino))
    return numbers


def test_what_takes_a_name_is_on_disk_before_and_its_name_behind(tmp_path: Path, synced: list[int]) -> None:
    def number(*names: str) -> int:
        return tmp_path.joinpath(*names).stat().st_ino

    (tmp_path / "folder").mkdir()
    with written_aside(tmp_path / "folder") as part:
        (part / "year").mkdir(parents=True)
        (part / "year" / "file").write_text("x", encoding="utf-8")
    assert synced == [*(number("folder", "year", "file"), number("folder", "year"), number("folder")), number()]
    for write in (lambda path: write_bytes_whole(path, b"x"), lambda path: written(path, "x")):
        synced.clear()
        write(tmp_path / "file")
        assert synced == [number("file"), number()]
    synced.clear()
    write_whole(tmp_path / "text", "x")
    assert synced == [number("text")]


def written(path: Path, text: str) -> None:
    with written_aside(path) as part:
        part.write_text(text, encoding="utf-8")


def test_bytes_are_whole_or_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_bytes_whole(tmp_path / "file", b"old")

    def full(opened: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="file: found No space left on device; expected a place that can be"):
        write_bytes_whole(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"old"


def test_a_folder_that_cannot_be_brought_to_disk_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bring = os.fsync

    def of_files_only(opened: int) -> None:
        if os.fstat(opened).st_ino == tmp_path.stat().st_ino:
            raise OSError(22, "Invalid argument")
        bring(opened)

    monkeypatch.setattr(os, "fsync", of_files_only)
    write_bytes_whole(tmp_path / "file", b"x")
    assert (tmp_path / "file").read_bytes() == b"x"


@pytest.mark.parametrize("folder", [False, True])
def test_what_an_interrupted_run_left_is_cleared(tmp_path: Path, folder: bool) -> None:
    make(tmp_path / "out.part", "half", folder=folder)
    (tmp_path / "out.part.wal").write_text("half", encoding="utf-8")
    clear(tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
    make(tmp_path / "out.replaced", "old", folder=True)
    make(tmp_path / "out.part", "new", folder=folder)
    clear(tmp_path / "out")
    assert [found.name for found in tmp_path.iterdir()] == ["out"]
    assert content(tmp_path / "out") == "old"
    clear(tmp_path / "out")
    assert content(tmp_path / "out") == "old"
