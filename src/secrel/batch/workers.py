"""Worker processes that read, hash and extract articles, and outlive what an article does to them."""

from __future__ import annotations

import json
import os
import signal
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path, PurePath
from typing import Literal

from secrel.batch.diagnosis import start_error
from secrel.batch.duplicates import signature
from secrel.batch.loading import Loader
from secrel.batch.readers import ReadOptions, read_data
from secrel.domain import Document
from secrel.errors import InputError, PipelineError, SecrelError
from secrel.pipeline import Pipeline
from secrel.reading.article import read_bytes

WINDOW = 4
"""Articles that a worker is given ahead, so that it never waits for the parent process."""
LIFETIME = 5000
"""Articles after which a worker process gives way to a new one: vocabularies and caches of libraries only ever grow."""

_STARTING, _STARTED, _LOADING, _READY = "starting", "started", "loading", "ready"
_IN_A_SCRIPT = 'in a script, calls below `if __name__ == "__main__":`, since every worker process imports it'
# So many worker processes may end at their start, or one after the other in articles, before the run is given up.
_MOST_FAILED_STARTS, _MOST_DEATHS = 3, 10


@dataclass(frozen=True, slots=True)
class Task:
    """One article to read.

    Attributes:
        name: Its name in the run.
        path: Its file, or ``None`` for standard input.
        data: Its bytes, where they are not to be read from ``path``.
        known: The SHA-256 of the content that needs no reading again, or ``None``.
    """

    name: str
    path: str | None
    data: bytes | None = None
    known: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one article.

    Attributes:
        name: Its name in the run.
        status: ``unchanged`` if its content is the known one.
        sha256: Of its content, or ``None`` if that could not be read.
        reason: Why it failed.
        id: The identifier of the document.
        published: Its ISO 8601 date, ``YYYY-99-99`` where only the year is known, ``None`` where neither is.
        signature: See :func:`secrel.batch.duplicates.signature`.
        document: :meth:`Document.to_dict` as compressed JSON, see :func:`unpack`.
        short_of_memory: Whether it failed for want of memory, which it may get when it is read alone.
    """

    name: str
    status: Literal["done", "failed", "unchanged"]
    sha256: str | None = None
    reason: str | None = None
    id: str | None = None
    published: str | None = None
    signature: bytes | None = None
    document: bytes | None = None
    short_of_memory: bool = False


def process(task: Task, pipeline: Callable[[], Pipeline], options: ReadOptions) -> Row:
    """Reads, hashes and extracts one article; whatever goes wrong with it becomes part of the row.

    A function of its arguments alone, for any way to spread articles over processes or machines.

    Args:
        task: The article.
        pipeline: Gives the pipeline; called only for an article that has to be extracted. What it raises is raised.
        options: How to read the article.
    """
    path = None if task.path is None else Path(task.path)
    try:
        data = task.data
        if data is None:
            data = b"" if path is None else read_bytes(path, options.max_bytes)
    except InputError as error:
        return Row(task.name, "failed", reason=_reason(error, path))
    digest = sha256(data).hexdigest()
    if digest == task.known:
        return Row(task.name, "unchanged", digest)
    try:
        document = read_data(data, path, options)
        document = document.replace(id=_identifier(task.name, document.id))
    except Exception as error:
        return _failed(task, digest, error, path)
    model = pipeline()
    try:
        return _done(task, digest, model(document))
    except Exception as error:
        # A fault that shows in one article of a hundred thousand must not cost the others; it is in its reason.
        return _failed(task, digest, error, path)


def pack(document: Document) -> bytes:
    """A document as compressed JSON."""
    return zlib.compress(json.dumps(document.to_dict(), ensure_ascii=False, separators=(",", ":")).encode("utf-8"))


def unpack(data: bytes) -> Document:
    """The inverse of :func:`pack`."""
    return Document.from_dict(json.loads(zlib.decompress(data)))


def _done(task: Task, digest: str, document: Document) -> Row:
    meta = document.metadata
    published = meta.date or (f"{meta.year:04d}-99-99" if meta.year is not None else None)
    sketch = signature(document.text)
    return Row(task.name, "done", digest, None, document.id, published, sketch, pack(document))


def _failed(task: Task, digest: str, error: Exception, path: Path | None) -> Row:
    short = isinstance(error, MemoryError) or "allocate memory" in str(error) or "out of memory" in str(error).lower()
    return Row(task.name, "failed", digest, _reason(error, path), short_of_memory=short)


def _reason(error: Exception, path: Path | None) -> str:
    # Without the path: it may be another one when the reason is shown.
    if isinstance(error, SecrelError):
        if error.where in {str(path), "standard input"}:
            return f"found {error.found}; expected {error.expected}"
        return str(error)
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _identifier(name: str, id: str) -> str:
    # The stem alone would be the same for files of one name in different folders.
    path = PurePath(name)
    return path.with_suffix("").as_posix() if id == path.stem else id


@dataclass(frozen=True, slots=True)
class _Unloaded:
    """Says that the pipeline cannot be loaded."""

    error: SecrelError


def serve(connection: Connection, loader: Loader, options: ReadOptions) -> None:
    """The life of a worker process: it answers every :class:`Task` by a :class:`Row`, until the connection is closed.

    The pipeline is loaded before the first article that needs it.
    """
    # The parent process is told to stop and stops its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    loaded: list[Pipeline] = []

    def pipeline() -> Pipeline:
        if not loaded:
            connection.send(_LOADING)
            loaded.append(loader())
            connection.send(_READY)
        return loaded[0]

    try:
        connection.send(_STARTED)
        while True:
            task = connection.recv()
            try:
                answer: Row | _Unloaded = process(task, pipeline, options)
            except SecrelError as error:
                answer = _Unloaded(error)
            except Exception as error:
                found = f"{type(error).__name__}: {error}"
                answer = _Unloaded(PipelineError("the pipeline of a worker", found=found, expected="one that loads"))
            connection.send(answer)
    except (EOFError, ConnectionError):
        # The parent process is gone, killed perhaps: nobody waits for more.
        return


@dataclass(slots=True, eq=False)
class _Worker:
    process: BaseProcess
    connection: Connection
    state: str = _STARTING
    tasks: deque[Task] = field(default_factory=deque)
    n_read: int = 0

    def give(self, task: Task) -> None:
        self.tasks.append(task)
        # If it has died meanwhile, that is seen when its answer is waited for.
        with suppress(OSError):
            self.connection.send(task)

    def stop(self) -> None:
        self.connection.close()
        self.process.terminate()
        self.process.join()


class Pool:
    """Worker processes that answer tasks.

    A process that dies takes no article with it: the one that it was at is read once more when all others are done,
    with no other process beside it, and fails only if that process dies as well.

    Args:
        loader: Makes the pipeline of a process.
        options: How to read articles.
        jobs: How many processes there are.
    """

    def __init__(self, loader: Loader, options: ReadOptions, jobs: int) -> None:
        self._loader = loader
        self._options = options
        self._jobs = jobs
        self._window = WINDOW
        self._alone = False
        self._workers: list[_Worker] = []
        self._waiting: deque[Task] = deque()
        self._suspects: deque[Task] = deque()
        self._failed_starts = self._deaths = 0

    def run(self, tasks: Iterator[Task]) -> Iterator[Row]:
        """Answers to tasks, in the order in which they come. It may be called again when all are there.

        Raises:
            ModelError: If the pipeline cannot be loaded.
            PipelineError: If processes die at their start, or one after the other in articles.
        """
        yield from self._run(tasks)
        if self._suspects:
            self.close()
            before = self._jobs, self._window
            self._jobs, self._window, self._alone = 1, 1, True
            suspects, self._suspects = self._suspects, deque()
            yield from self._run(iter(suspects))
            (self._jobs, self._window), self._alone = before, False

    def close(self) -> None:
        """Ends all processes at once."""
        while self._workers:
            self._workers.pop().stop()

    def _run(self, tasks: Iterator[Task]) -> Iterator[Row]:
        while True:
            self._feed(tasks)
            busy = {worker.connection: worker for worker in self._workers if worker.tasks}
            if not busy:
                return
            for connection in wait(list(busy)):
                yield from self._receive(busy[connection])  # type: ignore[index]

    def _feed(self, tasks: Iterator[Task]) -> None:
        while True:
            room = [w for w in self._workers if len(w.tasks) < self._window and w.n_read < LIFETIME]
            may_start = len(self._workers) < self._jobs
            task = self._next(tasks) if room or may_start else None
            if task is None:
                return
            worker = next((worker for worker in room if not worker.tasks), None)
            if worker is None and may_start:
                worker = self._start()
            if worker is None and task.data is not None:
                # More than a pipe holds: given to a worker that is itself about to answer, both would wait for ever.
                self._waiting.appendleft(task)
                return
            (worker or min(room, key=lambda worker: len(worker.tasks))).give(task)

    def _next(self, tasks: Iterator[Task]) -> Task | None:
        return self._waiting.popleft() if self._waiting else next(tasks, None)

    def _start(self) -> _Worker:
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(theirs, self._loader, self._options), daemon=True)
        with _no_interrupts():
            process.start()
        # Only the process itself may hold its end, so that its death is seen.
        theirs.close()
        worker = _Worker(process, ours)
        self._workers.append(worker)
        return worker

    def _receive(self, worker: _Worker) -> Iterator[Row]:
        try:
            answer = worker.connection.recv()
        except (EOFError, OSError):
            yield from self._bury(worker)
            return
        if isinstance(answer, _Unloaded):
            raise answer.error
        if isinstance(answer, str):
            worker.state = answer
            return
        task = worker.tasks.popleft()
        self._deaths = 0
        worker.n_read += answer.status != "unchanged"
        if worker.n_read >= LIFETIME and not worker.tasks:
            self._workers.remove(worker)
            worker.stop()
        if answer.short_of_memory and not self._alone:
            self._suspects.append(task)
        else:
            yield answer

    def _bury(self, worker: _Worker) -> Iterator[Row]:
        self._workers.remove(worker)
        worker.connection.close()
        worker.process.join()
        how = _how_it_ended(worker.process.exitcode)
        if worker.state not in {_STARTED, _READY}:
            self._waiting.extendleft(reversed(worker.tasks))
            self._failed_starts += 1
            if self._failed_starts >= _MOST_FAILED_STARTS:
                raise self._failed_start(worker, how)
            return
        suspect = worker.tasks.popleft()
        self._waiting.extendleft(reversed(worker.tasks))
        if self._alone:
            yield Row(suspect.name, "failed", _digest(suspect), f"the process that read it ended twice ({how})")
            return
        self._suspects.append(suspect)
        self._deaths += 1
        if self._deaths >= _MOST_DEATHS:
            raise PipelineError(
                "worker processes",
                found=f"that {self._deaths} of them ended one after the other, each in another article ({how})",
                expected="a machine that can run the model, and memory for as many of them (--jobs)",
            )

    def _failed_start(self, worker: _Worker, how: str) -> PipelineError:
        found = f"that they end while they are {worker.state} ({how})"
        error = None
        if worker.state == _STARTING and (worker.process.exitcode or 0) > 0:
            error = start_error(serve, self._loader, self._options)
        if error is None:
            expected = f"memory for as many of them (--jobs); {_IN_A_SCRIPT}"
        else:
            found += f": {error}"
            expected = f"a main module and a loader that every worker process can import; {_IN_A_SCRIPT}"
        return PipelineError("worker processes", found=found, expected=expected)


def _digest(task: Task) -> str | None:
    # Read here and not by the process that died: so that the article is not tried again in every run.
    try:
        data = task.data if task.data is not None else Path(task.path).read_bytes()  # type: ignore[arg-type]
        return sha256(data).hexdigest()
    except OSError:
        return None


def _how_it_ended(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        with suppress(ValueError):
            return f"by {signal.Signals(-exit_code).name}"
    return f"with exit status {exit_code}"


@contextmanager
def _no_interrupts() -> Iterator[None]:
    """Processes that are started meanwhile are deaf to Ctrl-C; this process hears it when they are started."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
