"""A run folder: extraction from an archive that can be stopped at any moment and goes on where it was."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal, get_args

from secrel.batch.cluster import ClusterPool
from secrel.batch.export import FAILURES, check_place, export, export_failures
from secrel.batch.inputs import Inputs, find_inputs
from secrel.batch.loading import Loader, model_loader
from secrel.batch.ray_data import check_installed
from secrel.batch.readers import STDIN_NAME, ReadOptions
from secrel.batch.store import STORE, Failure, Store
from secrel.batch.tasks import Task
from secrel.batch.workers import Pool
from secrel.errors import InputError
from secrel.output import find_format

READING_OPTIONS = ("encoding", "max_bytes", "any_language")
Engine = Literal["processes", "ray"]
"""What runs workers."""
ENGINES: tuple[Engine, ...] = get_args(Engine)
_SHOWN_FAILURES = 20


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        step: What it is at.
        n_total: Articles of this step; of comparing those that no earlier run has compared.
        n_done: Those that are done with, in whatever way.
        n_unchanged: Those of them that needed no reading again.
        n_failed: Those of them that failed in this run.
        n_outdated: At the start: articles that have results of another model, or of other knowledge, and are read
            again.
        slowest: While reading with processes: the name of the article that a process has been at for longest.
        seconds: For how long.
    """

    step: Literal["reading", "comparing", "writing", "fetching"]
    n_total: int
    n_done: int = 0
    n_unchanged: int = 0
    n_failed: int = 0
    n_outdated: int = 0
    slowest: str | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did.

    Attributes:
        folder: The run folder.
        files: What was written, by format: a file, or a folder of files.
        n_articles: Articles that the run was given.
        n_written: Those that stand in the results.
        n_failed: Those that do not, and paths that lead nowhere.
        n_retryable: Those of them that ``retry_failed`` reads again.
        n_read: Those that were read in this run; all others were unchanged.
        n_reprints: Those of the results that are near-duplicates of another.
        n_absent: Articles of earlier runs that this one was not given: not in the results, but kept in the store.
        failures: The first failures, in the order of ``failures.jsonl``.
    """

    folder: Path
    files: dict[str, Path]
    n_articles: int
    n_written: int
    n_failed: int
    n_retryable: int
    n_read: int
    n_reprints: int
    n_absent: int
    failures: tuple[Failure, ...]

    @property
    def failures_file(self) -> Path:
        """The file that names all failures."""
        return self.folder / FAILURES

    @property
    def store_file(self) -> Path:
        """The store."""
        return self.folder / STORE


def extract_archive(
    paths: str | Path | Iterable[str | Path] | Inputs,
    out: str | Path,
    *,
    model: str | Path | None = None,
    jobs: int = 1,
    engine: Engine = "processes",
    address: str | None = None,
    formats: Sequence[str] = ("jsonl",),
    retry_failed: bool = False,
    min_score: float | None = None,
    knowledge: Sequence[str | Path] = (),
    options: ReadOptions | None = None,
    loader: Loader | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Summary:
    """Extracts from all articles of an archive into a run folder; see ``docs/batch.md``.

    What is read is kept in ``OUT/run.sqlite`` from moment to moment. A run that was stopped, by whatever, goes on when
    it is started again; results are written when all articles are read. Unchanged articles are not read again. In a
    script, call it below ``if __name__ == "__main__":``, since it starts processes.

    Args:
        paths: Files, folders, ``-``; or what :func:`find_inputs` found.
        out: The run folder, made where it is missing.
        model: As for :func:`secrel.load`.
        jobs: Workers. Each holds the model in memory and computes on one thread.
        engine: What runs the workers: processes of this machine, or Ray (``secrel[ray]``), on this machine or on many
            that can all read the files; see ``docs/scaling.md``. Results are the same.
        address: Of a Ray cluster, as for :func:`ray.init`; if not given that of ``RAY_ADDRESS``, if it is set, or a
            Ray that is started on this machine for this run.
        formats: Names of :data:`secrel.output.FORMATS`.
        retry_failed: Whether articles that failed before are read again. The options of reading may differ from those
            of earlier runs then: they hold for these articles, and all others are read as in earlier runs.
        min_score: As for :func:`secrel.load`.
        knowledge: As for :func:`secrel.load`. With other ones than before, all articles are read again.
        options: How files are read.
        loader: Makes the pipeline of a worker, instead of ``model``, ``min_score`` and ``knowledge``.
        on_progress: Called at the start of every step, after every article, and while one takes long.

    Returns:
        What was done. Articles that failed are named in it and in ``OUT/failures.jsonl``.

    Raises:
        ConfigError: If Ray is asked for and not installed, or a file of ``knowledge`` is missing or malformed.
        ModelError: If the model cannot be loaded.
        InputError: If two articles have the same name.
        OutputError: If the folder cannot be written to, is in use, holds results of other options, or lies among pages
            whose texts brat's format is to write there.
        PipelineError: If workers cannot be kept running, or no cluster is at the address.
        ValueError: If ``jobs`` is below 1, or there is no such engine.
    """
    if jobs < 1:
        raise ValueError(f"jobs is at least 1, not {jobs}")
    if engine not in ENGINES:
        raise ValueError(f"engine is one of {', '.join(ENGINES)}, not {engine}")
    if engine == "ray":
        check_installed()
    out = Path(out)
    chosen = [find_format(name) for name in dict.fromkeys(formats)]
    options = options or ReadOptions()
    on_progress = on_progress or _ignore
    loader = loader or model_loader(model, min_score=min_score, knowledge=knowledge)
    if not isinstance(paths, Inputs):
        paths = find_inputs([paths] if isinstance(paths, (str, Path)) else paths, without=out)
    check_place(paths.sources, out, chosen)
    with Store(out) as store, store.explained():
        settled = store.settle(
            asdict(options) | {"min_score": min_score}, may_differ=READING_OPTIONS if retry_failed else ()
        )
        ordinary = ReadOptions(**{name: settled[name] for name in READING_OPTIONS})
        n_articles = store.give(paths.sources)
        reading = _Reading(store, loader.fingerprint, n_articles, on_progress)
        pool: Pool | ClusterPool = Pool(loader, ordinary, jobs, on_pause=reading.pause)
        if engine == "ray":
            pool = ClusterPool(loader, ordinary, jobs, address=address, on_pause=reading.pause)
        tasks = _tasks(store.pending(loader.fingerprint, retry=options if retry_failed else None), ordinary)
        n_read = reading.run(pool, tasks)
        n_reprints = store.mark_reprints(
            lambda n_done, n_new: on_progress(Progress("comparing", n_new, n_done)),
        )
        counter, n_retryable = _Counter(store.count("done"), on_progress), store.count("failed")
        exported = export(store, out, chosen, loader.scheme, on_done=counter)
        export_failures(store, out, paths.failures, exported.problems)
        return Summary(
            folder=out,
            files={entry.name: entry.path(out) for entry in chosen},
            n_articles=n_articles,
            n_written=exported.n_written,
            n_failed=len(paths.failures) + n_retryable + len(exported.problems),
            n_retryable=n_retryable,
            n_read=n_read,
            n_reprints=n_reprints,
            n_absent=store.count_of_others(),
            failures=_first(paths.failures, store.failures(), exported.problems),
        )


class _Reading:
    """Keeps what workers answer, and tells how far they are."""

    def __init__(self, store: Store, model: str, n_total: int, on_progress: Callable[[Progress], None]) -> None:
        self._store, self._model, self._on_progress = store, model, on_progress
        self._progress = Progress("reading", n_total)
        self._pool: Pool | ClusterPool | None = None

    def run(self, pool: Pool | ClusterPool, tasks: Iterator[Task]) -> int:
        """Reads all; returns how many articles were not unchanged."""
        self._pool = pool
        self._on_progress(replace(self._progress, n_outdated=self._store.count_of_other_models(self._model)))
        try:
            for row in pool.run(tasks):
                self._store.put(row, self._model)
                before = self._progress
                self._progress = replace(
                    before,
                    n_done=before.n_done + 1,
                    n_unchanged=before.n_unchanged + (row.status == "unchanged"),
                    n_failed=before.n_failed + (row.status == "failed"),
                )
                self._tell()
        finally:
            # Ctrl-C among others: what came in is kept.
            pool.close()
            self._store.commit()
        return self._progress.n_done - self._progress.n_unchanged

    def pause(self) -> None:
        """Puts away what came so far, and says what is waited for."""
        self._store.commit()
        self._tell()

    def _tell(self) -> None:
        slowest = None if self._pool is None else self._pool.slowest()
        name, seconds = slowest or (None, 0.0)
        self._on_progress(replace(self._progress, slowest=name, seconds=seconds))


def _tasks(pending: Iterator[Task], options: ReadOptions) -> Iterator[Task]:
    for task in pending:
        if task.path is None and task.name == STDIN_NAME:
            # Only this process has it.
            yield replace(task, data=sys.stdin.buffer.read((task.options or options).max_bytes + 1))
        else:
            yield task


def _ignore(progress: Progress) -> None:
    """Nobody watches."""


class _Counter:
    """Tells the progress of writing."""

    def __init__(self, n_total: int, on_progress: Callable[[Progress], None]) -> None:
        self._n_total, self._n_done, self._on_progress = n_total, 0, on_progress
        on_progress(Progress("writing", n_total))

    def __call__(self) -> None:
        self._n_done += 1
        self._on_progress(Progress("writing", self._n_total, self._n_done))


def _first(lost: Iterable[InputError], failed: Iterator[Failure], problems: Iterable[Failure]) -> tuple[Failure, ...]:
    shown = [Failure(None, error.where, f"found {error.found}; expected {error.expected}") for error in lost]
    for failure in failed:
        if len(shown) >= _SHOWN_FAILURES:
            break
        shown.append(failure)
    return (*shown, *problems)[:_SHOWN_FAILURES]
