"""Why a worker process does not start: what it says on standard error, which no other process hears."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

_SECONDS = 60.0
_STANDARD_ERROR = 2
_EXCEPTION = re.compile(r"[^\W\d][\w.]*(?::.*)?")


def start_error(target: Callable[..., object], *arguments: Any) -> str | None:
    """Starts a process once more, to hear with what exception it ends.

    A new process first imports the main module of its parent and what its arguments are made of. What that raises
    goes to standard error and nowhere else.

    Args:
        target: What the process calls, with a connection whose other end is closed and the arguments.
        arguments: Are sent to it.

    Returns:
        The exception in a line, as in "ModuleNotFoundError: No module named 'x'"; ``None`` if the process starts, is
        killed, takes longer than a minute, or says nothing that this process can hear (on Windows).
    """
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    ours.close()
    process = context.Process(target=target, args=(theirs, *arguments), daemon=True)
    with tempfile.TemporaryFile() as file:
        try:
            with _standard_error_into(file.fileno()):
                process.start()
        except OSError:
            return None
        finally:
            theirs.close()
        process.join(_SECONDS)
        if process.exitcode is None:
            process.kill()
            process.join()
        if process.exitcode is None or process.exitcode <= 0:
            return None
        file.seek(0)
        return last_exception(file.read().decode("utf-8", errors="replace"))


def last_exception(text: str) -> str | None:
    """The exception of the last traceback in a text, in one line, or ``None`` if there is none.

    Args:
        text: What a process wrote to standard error.
    """
    _, found, traceback = text.rpartition("Traceback (most recent call last):\n")
    lines = traceback.splitlines() if found else []
    first = next((n for n, line in enumerate(lines) if line and not line[0].isspace()), len(lines))
    if first == len(lines) or not _EXCEPTION.fullmatch(lines[first]):
        return None
    message = lines[first].rstrip()
    if message.endswith(":"):
        # The message begins in another line; its first paragraph says what is wrong.
        rest = "\n".join(line.strip() for line in lines[first + 1 :]).strip()
        message += " " + rest.partition("\n\n")[0].replace("\n", " ")
    return message.strip()


@contextmanager
def _standard_error_into(descriptor: int) -> Iterator[None]:
    """Processes that are started meanwhile write to an open file what they write to standard error."""
    before = os.dup(_STANDARD_ERROR)
    try:
        os.dup2(descriptor, _STANDARD_ERROR)
        yield
    finally:
        os.dup2(before, _STANDARD_ERROR)
        os.close(before)
