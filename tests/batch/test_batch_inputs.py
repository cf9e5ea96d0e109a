"""From paths to article files."""

from __future__ import annotations

from pathlib import Path, PurePath

import pytest

from secrel.batch import Source, find_inputs


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.txt", "a.TXT", "c.text", "notes.md", ".hidden.txt", "sub/a.txt", "sub/deep/z.txt", ".git/x.txt"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")
    return tmp_path / "in"


def test_folder_gives_its_text_files_and_those_below(folder: Path) -> None:
    inputs = find_inputs([str(folder)])
    assert [source.name for source in inputs.sources] == [
        PurePath(name) for name in ("a.TXT", "b.txt", "c.text", "sub/a.txt", "sub/deep/z.txt")
    ]
    assert all(source.path == folder / source.name for source in inputs.sources)
    assert inputs.skipped == (folder / "notes.md",)
    assert inputs.failures == ()


def test_file_is_taken_whatever_its_suffix(folder: Path) -> None:
    assert find_inputs([str(folder / "notes.md"), str(folder / ".hidden.txt")]).sources == (
        Source(folder / "notes.md", PurePath("notes.md")),
        Source(folder / ".hidden.txt", PurePath(".hidden.txt")),
    )


def test_no_file_twice_and_order_as_given(folder: Path) -> None:
    given = [str(folder / "sub" / "a.txt"), "-", str(folder / "sub"), str(folder / "sub" / ".." / "b.txt"), str(folder)]
    names = [source.name.as_posix() for source in find_inputs(given).sources]
    assert names == ["a.txt", "stdin.txt", "deep/z.txt", "b.txt", "a.TXT", "c.text"]


def test_standard_input() -> None:
    assert find_inputs(["-"]).sources == (Source(None, PurePath("stdin.txt")),)


def test_paths_that_lead_nowhere(folder: Path) -> None:
    (folder / "empty").mkdir()
    inputs = find_inputs([str(folder / "none.txt"), str(folder / "empty"), str(folder / "b.txt")])
    assert [str(failure) for failure in inputs.failures] == [
        f"{folder / 'none.txt'}: found no such file or folder; expected a file, a folder or -",
        f"{folder / 'empty'}: found no text file in this folder; expected files ending in .txt or .text",
    ]
    assert [source.path for source in inputs.sources] == [folder / "b.txt"]
