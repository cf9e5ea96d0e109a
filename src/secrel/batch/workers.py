"""Worker processes that read, hash and extract articles, and outlive what an article does to them."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from secrel.batch.diagnosis import start_error
from secrel.batch.loading import Loader
from secrel.batch.readers import ReadOptions
from secrel.batch.tasks import Row, Task, digest_of, process
from secrel.errors import PipelineError, SecrelError
from secrel.pipeline import Pipeline

WINDOW = 4
"""Articles that a worker is given ahead, so that it never waits for the parent process."""
LIFETIME = 5000
"""Articles after which a worker process gives way to a new one: vocabularies and caches of libraries only ever grow."""

_STARTING, _STARTED, _LOADING, _READY = "starting", "started", "loading", "ready"
_IN_A_SCRIPT = 'in a script, calls below `if __name__ == "__main__":`, since every worker process imports it'
# So many worker processes may end at their start before the run is given up, or one after the other in articles before
# it is asked whether it is the machine.
_MOST_FAILED_STARTS, _MOST_DEATHS = 3, 10
_HARMLESS = Task("harmless.txt", None, b"Moscow told Kyiv to go home.", options=ReadOptions())
_SECONDS_TO_A_PAUSE = 0.5


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
    _end_with_parent()
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


def _end_with_parent() -> None:
    """Ends this process when its parent is gone, however that ended, in the middle of an article, too."""
    parent = parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@dataclass(slots=True, eq=False)
class _Worker:
    process: BaseProcess
    connection: Connection
    state: str = _STARTING
    tasks: deque[Task] = field(default_factory=deque)
    n_read: int = 0
    since: float = 0.0
    """When it began with the first of its tasks, on the monotonic clock."""

    def give(self, task: Task) -> None:
        if not self.tasks:
            self.since = time.monotonic()
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

    A process that dies takes no article with it: the one that it was at is read once more when all others are done, or
    when ten processes have died in a row, with no other process beside it, and fails only if that process dies as well.

    Args:
        loader: Makes the pipeline of a process.
        options: How to read articles, those of which the tasks do not say so.
        jobs: How many processes there are.
        on_pause: Called when no answer has come for half a second; what came so far can be put away then.
    """

    def __init__(
        self, loader: Loader, options: ReadOptions, jobs: int, *, on_pause: Callable[[], None] = lambda: None
    ) -> None:
        self._loader = loader
        self._options = options
        self._jobs = jobs
        self._on_pause = on_pause
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
            PipelineError: If processes die at their start, or one after the other in articles and in a few words, too.
        """
        yield from self._run(tasks)
        while self._suspects:
            if self._deaths >= _MOST_DEATHS:
                self._check_machine()
            suspects, self._suspects = self._suspects, deque()
            yield from self._run_alone(suspects)
            # Those behind ten deaths in a row, if that is what it ended with.
            yield from self._run(tasks)

    def _run_alone(self, tasks: Iterable[Task]) -> Iterator[Row]:
        self.close()
        before = self._jobs, self._window, self._waiting
        self._jobs, self._window, self._waiting, self._alone = 1, 1, deque(), True
        yield from self._run(iter(tasks))
        (self._jobs, self._window, self._waiting), self._alone = before, False

    def _check_machine(self) -> None:
        """Reads a text that is not at fault, after many deaths: if a process dies of that as well, no article is."""
        n_deaths, self._deaths = self._deaths, 0
        (row,) = self._run_alone([_HARMLESS])
        if row.status == "failed":
            raise PipelineError(
                "worker processes",
                found=f"that {n_deaths} of them ended one after the other, each in another article, and that a few"
                f" harmless words fail, too ({row.reason})",
                expected="a machine that can run the model, and memory for as many of them (--jobs)",
            )

    def slowest(self) -> tuple[str, float] | None:
        """The name of the article that a process has been at for longest, and for how many seconds."""
        busy = [worker for worker in self._workers if worker.tasks]
        if not busy:
            return None
        worker = min(busy, key=lambda worker: worker.since)
        return worker.tasks[0].name, time.monotonic() - worker.since

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
            ready = wait(list(busy), _SECONDS_TO_A_PAUSE)
            if not ready:
                self._on_pause()
            for connection in ready:
                yield from self._receive(busy[connection])  # type: ignore[index]

    def _feed(self, tasks: Iterator[Task]) -> None:
        while self._deaths < _MOST_DEATHS:
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
        task, worker.since = worker.tasks.popleft(), time.monotonic()
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
            # The hash is made here and not by the process that died: so that it is not tried again in every run.
            yield Row(suspect.name, "failed", digest_of(suspect), f"the process that read it ended twice ({how})")
            return
        self._suspects.append(suspect)
        self._deaths += 1

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
