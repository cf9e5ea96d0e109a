"""Files that are either whole or marked as unfinished."""

from __future__ import annotations

from pathlib import Path

import pytest

from secrel.errors import OutputError
from secrel.output.atomic import streamed, write_whole


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
