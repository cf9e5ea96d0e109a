"""Files that are either whole or marked as unfinished."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf-8", newline="\n") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if keep():
            part.replace(path)
        else:
            part.unlink()
    except OSError as error:
        raise OutputError(
            path, found=str(error.strerror or error), expected="a place that can be written to"
        ) from error


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
    part = path.with_name(path.name + ".part")
    aside = path.with_name(path.name + ".replaced")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if aside.is_dir():
            # A folder cannot be replaced in one step; a run was stopped between the two, or behind the second.
            if path.exists():
                shutil.rmtree(aside)
            else:
                aside.replace(path)
        _remove(part)
        yield part
        if not keep():
            _remove(part)
            return
        replaces_folder = part.is_dir() and path.exists()
        if replaces_folder:
            path.replace(aside)
        part.replace(path)
        if replaces_folder:
            shutil.rmtree(aside)
    except OSError as error:
        raise OutputError(
            path, found=str(error.strerror or error), expected="a place that can be written to"
        ) from error


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def write_bytes_whole(path: Path, content: bytes) -> None:
    """Writes a small binary file at once.

    Raises:
        OutputError: If the file cannot be written.
    """
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise OutputError(
            path, found=str(error.strerror or error), expected="a place that can be written to"
        ) from error


def write_whole(path: Path, text: str) -> None:
    """Writes a small file at once.

    Raises:
        OutputError: If the file cannot be written.
    """
    with streamed(path) as file:
        file.write(text)
