"""Workers on Ray, in the place of the processes of :mod:`secrel.batch.workers` (``secrel[ray]``)."""

from __future__ import annotations

import json
import logging
import os
import socket
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from secrel.batch.loading import Loader
from secrel.batch.ray_data import BLOCK, check_installed, extract_tasks
from secrel.batch.readers import ReadOptions
from secrel.batch.tasks import Row, Task
from secrel.errors import PipelineError, SecrelError

if TYPE_CHECKING:
    import pyarrow

SHARES = 4
"""So many blocks a worker gets at least, where there are articles enough: the last one to end is not far behind."""

# Of a Ray that is started here. Results are some kilobytes each, and few are under way.
_OBJECT_STORE_BYTES = 256 * 2**20
_SECONDS_TO_CONNECT = 10.0


class ClusterPool:
    """Workers on Ray that answer tasks, in the place of :class:`secrel.batch.workers.Pool`.

    Where Ray runs in this process already, it is used. Otherwise it is connected to, or started on this machine, and
    left or ended with the run.

    Args:
        loader: Makes the pipeline of a worker.
        options: How to read articles, those of which the tasks do not say so.
        jobs: How many workers there are.
        address: Of the cluster, as for :func:`ray.init`; without it that of ``RAY_ADDRESS``, if it is set, and
            otherwise this machine.
        on_pause: Called whenever all answers of a block are given; they can be put away then.
    """

    def __init__(
        self,
        loader: Loader,
        options: ReadOptions,
        jobs: int,
        *,
        address: str | None = None,
        on_pause: Callable[[], None] = lambda: None,
    ) -> None:
        self._loader = loader
        self._options = options
        self._jobs = jobs
        self._address = address
        self._on_pause = on_pause
        self._running: Generator[Row, None, None] | None = None

    def run(self, tasks: Iterator[Task]) -> Iterator[Row]:
        """Answers to tasks, in the order in which they come.

        Raises:
            ConfigError: If Ray is not installed.
            ModelError: If the pipeline cannot be loaded.
            PipelineError: If there is no such cluster, or workers cannot be kept running.
        """
        self._running = self._run(tasks)
        return self._running

    def slowest(self) -> None:
        """Nothing: what its workers are at is known on their machines only."""

    def close(self) -> None:
        """Ends all workers at once."""
        if self._running is not None:
            self._running.close()

    def _run(self, tasks: Iterator[Task]) -> Generator[Row, None, None]:
        some = list(islice(tasks, BLOCK * SHARES * self._jobs))
        if not some:
            return
        size = min(BLOCK, -(-len(some) // (SHARES * self._jobs)))
        with connected(self._jobs, self._address), _explained():
            import ray.data

            dataset = ray.data.from_arrow(list(_tables(chain(some, tasks), size)))
            results = extract_tasks(dataset, self._loader, self._options, self._jobs, size, packed=True)
            # What is fetched ahead would be lost with this process.
            batches: Iterator[Any] = iter(
                results.iter_batches(batch_size=None, batch_format="pyarrow", prefetch_batches=0)
            )
            for table in batches:
                for values in table.to_pylist():
                    yield Row(**values)
                self._on_pause()


@contextmanager
def connected(workers: int, address: str | None = None) -> Iterator[None]:
    """Ray is there meanwhile: the one that runs in this process, a cluster, or one that is started on this machine.

    Args:
        workers: Processors of a Ray that is started.
        address: As for :class:`ClusterPool`.

    Raises:
        ConfigError: If Ray is not installed.
        PipelineError: If there is no cluster at the address.
    """
    check_installed()
    import ray

    if ray.is_initialized():
        yield
        return
    options: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
    address = address or os.environ.get("RAY_ADDRESS")
    if address is None:
        # Who extracts articles on one machine has not agreed to reports about it.
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        address = "local"
        options |= {"num_cpus": workers, "object_store_memory": _OBJECT_STORE_BYTES, "include_dashboard": False}
    try:
        _check_listening(address)
        ray.init(address=address, **options)
    except (OSError, ValueError, RuntimeError) as error:
        raise PipelineError(
            f"Ray at {address}",
            found=str(error),
            expected="the address of a cluster that runs, and its token in RAY_AUTH_TOKEN, if it has one",
        ) from error
    try:
        with _quiet():
            yield
    finally:
        ray.shutdown()


def _check_listening(address: str) -> None:
    """Fails in seconds where nobody is; Ray itself tries for minutes."""
    host, _, port = address.rpartition(":")
    if port.isdigit() and "/" not in host:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_SECONDS_TO_CONNECT).close()


@contextmanager
def _quiet() -> Iterator[None]:
    """Ray Data says what it does in its file of logs only: what fails is raised."""
    handlers = [one for one in logging.getLogger("ray.data").handlers if isinstance(one, logging.StreamHandler)]
    levels = [handler.level for handler in handlers]
    for handler in handlers:
        handler.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for handler, level in zip(handlers, levels, strict=True):
            handler.setLevel(level)


def _tables(tasks: Iterator[Task], size: int) -> Iterator[pyarrow.Table]:
    import pyarrow

    schema = pyarrow.schema(
        [
            ("name", pyarrow.string()),
            ("path", pyarrow.string()),
            ("bytes", pyarrow.binary()),
            ("known", pyarrow.string()),
            ("options", pyarrow.string()),
        ]
    )
    while page := list(islice(tasks, size)):
        columns = [[getattr(task, name) for task in page] for name in ("name", "path", "data", "known")]
        columns.append([None if task.options is None else json.dumps(asdict(task.options)) for task in page])
        yield pyarrow.table(dict(zip(schema.names, columns, strict=True)), schema=schema)


@contextmanager
def _explained() -> Iterator[None]:
    """Turns what Ray raises into what :class:`secrel.batch.workers.Pool` raises."""
    import ray.exceptions

    try:
        yield
    except ray.exceptions.RayError as error:
        cause = getattr(error, "cause", None)
        if isinstance(cause, SecrelError):
            raise cause from None
        found = str(error).strip().splitlines() or [type(error).__name__]
        raise PipelineError("Ray", found=found[-1], expected="a cluster that keeps its workers running") from error
