"""What is said of worker processes that do not start."""

from __future__ import annotations

import subprocess
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from secrel.batch.diagnosis import last_exception, start_error

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="a process of Windows does not inherit standard error")


def listen(connection: Connection) -> None:
    """Ends when the other end is closed."""
    try:
        connection.recv()
    except EOFError:
        return


def fail(connection: Connection, message: str) -> None:
    raise LookupError(message)


def hang(connection: Connection) -> None:
    time.sleep(60)


@POSIX
def test_the_exception_of_a_process(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert start_error(listen) is None
    assert start_error(fail, "no such thing") == "LookupError: no such thing"
    monkeypatch.setattr("secrel.batch.diagnosis._SECONDS", 0.1)
    assert start_error(hang) is None
    # What this process says itself is heard as before.
    sys.stderr.write("here\n")
    assert capfd.readouterr().err == "here\n"


HEAD = "Traceback (most recent call last):\n"
FRAME = '  File "a.py", line 1, in <module>\n    import b\n'


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", None),
        ("usage: a.py\n", None),
        (HEAD, None),
        (f"{HEAD}{FRAME}ModuleNotFoundError: No module named 'b'\n", "ModuleNotFoundError: No module named 'b'"),
        (f"a warning\n{HEAD}{FRAME}KeyError: 'x'\nmore\n", "KeyError: 'x'"),
        (f"{HEAD}{FRAME}KeyError: 1\n\nDuring handling\n\n{HEAD}{FRAME}a.b.Error: two\n", "a.b.Error: two"),
        (f"{HEAD}{FRAME}AssertionError\n", "AssertionError"),
        (f"{HEAD}{FRAME}RuntimeError: \n        One\n        two.\n\n        Three.\n", "RuntimeError: One two."),
    ],
)
def test_the_last_exception_of_a_text(text: str, found: str | None) -> None:
    assert last_exception(text) == found


RUN = """
from pathlib import Path
from secrel.batch import ReadOptions
from secrel.batch.tasks import Task
from secrel.batch.workers import Pool
from secrel.errors import PipelineError
from fake_archive import FakeLoader

def run():
    folder = Path({folder!r})
    pool = Pool(FakeLoader(folder), ReadOptions(), 1)
    try:
        list(pool.run(iter([Task("a.txt", None, b"Moscow told Kyiv.")])))
    except PipelineError as error:
        print(error)
    finally:
        pool.close()
"""


@POSIX
@pytest.mark.parametrize(
    ("script", "error"),
    [
        (
            'if __name__ != "__main__":\n    import no_such_library\n{run}\nif __name__ == "__main__":\n    run()\n',
            "ModuleNotFoundError: No module named 'no_such_library'",
        ),
        (
            "{run}\nrun()\n",
            "RuntimeError: An attempt has been made to start a new process before the current process has finished its"
            " bootstrapping phase.",
        ),
    ],
    ids=["import", "unguarded"],
)
def test_the_message_says_why_workers_do_not_start(tmp_path: Path, script: str, error: str) -> None:
    path = tmp_path / "script.py"
    path.write_text(script.format(run=RUN.format(folder=str(tmp_path))), encoding="utf-8")
    result = subprocess.run(
        [sys.executable, str(path)],
        env={"PYTHONPATH": str(Path(__file__).parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout == (
        f"worker processes: found that they end while they are starting (with exit status 1): {error}; expected a main"
        " module and a loader that every worker process can import; in a script, calls below"
        ' `if __name__ == "__main__":`, since every worker process imports it\n'
    )
