"""Files that are either whole or marked as unfinished."""

from __future__ import annotations

import os
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
