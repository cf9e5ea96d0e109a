"""Files that are either whole or marked as unfinished."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from secrel.errors import OutputError


@contextmanager
def streamed(path: Path, *, keep: Callable[[], bool] = lambda: True) -> Iterator[IO[str]]:
    """A text file in UTF-8 with line feeds that takes its name only when everything is written.

    While it grows it is called ``NAME.part``; if writing is interrupted, that file stays, with all that was written
    until then, and an earlier file of the final name is left as it was.

    Args:
        path: The final name.
        keep: Asked at the end; if it says no, the new file is removed and an earlier one left as it was.

    Raises:
        OutputError: If the file cannot be written.
    """
    part = _part(path)
    with _explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf-8", newline="\n") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if keep():
            part.replace(path)
        else:
            part.unlink()


@contextmanager
def written_aside(path: Path, *, keep: Callable[[], bool] = lambda: True) -> Iterator[Path]:
    """A file or folder that a library writes by itself, under ``NAME.part`` until it is whole.

    What an interrupted run left there is removed first. If writing is interrupted, what was written until then stays
    there, and an earlier file or folder of the final name is left as it was.

    Args:
        path: The final name.
        keep: Asked at the end; if it says no, the new one is removed and an earlier one left as it was.

    Yields:
        The path to write to; nothing is there yet.

    Raises:
        OutputError: If it cannot be written.
    """
    part = _part(path)
    clear(path)
    with _explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        if not keep():
            _remove(part)
            return
        _sync(part)
        aside = _aside(path)
        replaces_folder = part.is_dir() and path.exists()
        if replaces_folder:
            path.replace(aside)
        part.replace(path)
        _sync_folder(path.parent)
        if replaces_folder:
            shutil.rmtree(aside)


def clear(path: Path) -> None:
    """Removes what an interrupted run left beside a file or folder, and puts a folder back that it was to replace.

    Args:
        path: The final name.

    Raises:
        OutputError: If that is not possible.
    """
    aside = _aside(path)
    with _explained(path):
        if aside.is_dir():
            # A folder cannot be replaced in one step; a run was stopped between the two, or behind the second.
            if path.exists():
                shutil.rmtree(aside)
            else:
                aside.replace(path)
        part = _part(path)
        _remove(part)
        # What DuckDB had not yet moved into an interrupted file.
        _remove(part.with_name(part.name + ".wal"))


def write_bytes_whole(path: Path, content: bytes) -> None:
    """Writes a small binary file at once.

    Raises:
        OutputError: If the file cannot be written.
    """
    part = _part(path)
    with _explained(path):
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _sync_folder(path.parent)


def write_whole(path: Path, text: str) -> None:
    """Writes a small file at once.

    Raises:
        OutputError: If the file cannot be written.
    """
    with streamed(path) as file:
        file.write(text)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(
            path, found=str(error.strerror or error), expected="a place that can be written to"
        ) from error


def _part(path: Path) -> Path:
    return path.with_name(path.name + ".part")


def _aside(path: Path) -> Path:
    return path.with_name(path.name + ".replaced")


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Has a file, or a folder and all that is in it, on disk: a name may be there before the content is."""
    if path.is_dir():
        for entry in path.iterdir():
            _sync(entry)
        _sync_folder(path)
    else:
        with path.open("r+b") as file:
            os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    # Windows opens no folders, and some file systems cannot do it; the files themselves are on disk.
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
