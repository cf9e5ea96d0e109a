"""From paths to article files."""

from __future__ import annotations

import os
from pathlib import Path, PurePath
from typing import Any

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
        f"{folder / 'empty'}: found no article in this folder; expected files ending in"
        " .txt, .text, .html, .htm, .xhtml, .mhtml or .mht",
    ]
    assert [source.path for source in inputs.sources] == [folder / "b.txt"]


def test_order_is_that_of_the_whole_names(tmp_path: Path) -> None:
    for name in ("a/b.txt", "a-b.txt", "a.txt", "a/a/c.txt", "B.txt", "é.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    names = [source.name.as_posix() for source in find_inputs([tmp_path]).sources]
    assert names == sorted(names) == ["B.txt", "a-b.txt", "a.txt", "a/a/c.txt", "a/b.txt", "é.txt"]


def test_linked_folder_is_read_once_and_a_circle_ends(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "e.txt").write_text("x", encoding="utf-8")
    (folder / "linked").symlink_to(elsewhere)
    (folder / "twice").symlink_to(elsewhere)
    (folder / "sub" / "circle").symlink_to(folder)
    names = [source.name.as_posix() for source in find_inputs([folder]).sources]
    assert names == ["a.TXT", "b.txt", "c.text", "linked/e.txt", "sub/a.txt", "sub/deep/z.txt"]


def test_link_that_leads_nowhere_is_a_failure(folder: Path) -> None:
    (folder / "gone.txt").symlink_to(folder / "nothing")
    (folder / "gone.md").symlink_to(folder / "nothing")
    (failure,) = find_inputs([folder]).failures
    assert str(failure) == f"{folder / 'gone.txt'}: found a link that leads nowhere; expected a file"


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("bad", "Too many levels of symbolic links"),
        ("../b.txt/x", "Not a directory"),
        ("n" * 300, "File name too long"),
    ],
)
def test_link_that_cannot_be_followed_costs_nothing_beside_it(folder: Path, target: str, found: str) -> None:
    (folder / "sub" / "bad").symlink_to(target)
    # What is hidden is not looked at.
    (folder / "sub" / ".bad").symlink_to(target)
    expected = f"{folder / 'sub' / 'bad'}: found {found}; expected a file or a folder that can be read"
    inputs = find_inputs([folder])
    assert [source.name.as_posix() for source in inputs.sources] == [
        *("a.TXT", "b.txt", "c.text", "sub/a.txt", "sub/deep/z.txt")
    ]
    assert [str(failure) for failure in inputs.failures] == [expected]


def test_path_that_cannot_be_looked_at_is_a_failure(folder: Path) -> None:
    inputs = find_inputs([folder / ("n" * 300), folder / "b.txt"])
    assert [source.name.as_posix() for source in inputs.sources] == ["b.txt"]
    (failure,) = inputs.failures
    assert failure.found == "File name too long"


def test_name_that_is_not_utf8_is_a_failure(folder: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt")).write_text("x", encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes no such name")
    inputs = find_inputs([folder])
    assert len(inputs.sources) == 5
    (failure,) = inputs.failures
    assert (
        str(failure)
        .encode("utf-8")
        .endswith(rb"caf\udce9.txt: found a file name that is not UTF-8; expected a file that is renamed")
    )


def test_folder_that_cannot_be_read_is_a_failure(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scan = os.scandir

    def refusing(path: str) -> Any:
        if path.endswith("deep"):
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", refusing)
    inputs = find_inputs([folder])
    assert [source.name.as_posix() for source in inputs.sources] == ["a.TXT", "b.txt", "c.text", "sub/a.txt"]
    (failure,) = inputs.failures
    assert str(failure) == f"{folder / 'sub' / 'deep'}: found Permission denied; expected a folder that can be read"


def test_folder_of_results_is_passed_over(folder: Path) -> None:
    names = [source.name.as_posix() for source in find_inputs([folder], without=folder / "sub").sources]
    assert names == ["a.TXT", "b.txt", "c.text"]
    assert len(find_inputs([folder], without=folder).sources) == 5
