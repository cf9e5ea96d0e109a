"""Files that are either whole or marked as unfinished."""

from __future__ import annotations

from pathlib import Path

import pytest

from secrel.errors import OutputError
from secrel.output.atomic import streamed, write_whole, written_aside


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
