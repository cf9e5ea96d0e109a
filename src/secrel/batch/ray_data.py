"""Datasets of Ray Data: from the paths of articles to results, and from results to records (``secrel[ray]``).

A worker is a Ray actor with a process of its own for the model, the one of :mod:`secrel.batch.workers`: an article
that kills that process costs neither the actor nor the articles beside it, and has the result that it has without Ray.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from secrel.batch.inputs import Inputs, find_inputs
from secrel.batch.loading import Loader, ModelLoader, model_loader
from secrel.batch.readers import ReadOptions
from secrel.batch.tasks import Row, Task
from secrel.batch.workers import Pool
from secrel.domain import Document, Record
from secrel.errors import ConfigError, InputError, ModelError
from secrel.output.columns import checked_integer, column_types, parse_day
from secrel.output.parquet import record_schema

if TYPE_CHECKING:
    import pyarrow
    from ray.data import Dataset

BLOCK = 64
"""Articles in a block at most, if not told otherwise. Ray Data keeps account of every block."""
BATCH = 8
"""Articles that a worker is given at a time, if not told otherwise and blocks are smaller."""
_LEAST_BLOCKS = 256


def check_installed() -> None:
    """Nothing, if Ray Data is there.

    Raises:
        ConfigError: If it is not.
    """
    try:
        import ray.data  # noqa: F401
    except ImportError as error:
        raise ConfigError("Ray", found=str(error), expected="pip install 'secrel[ray]'") from error


def result_schema() -> pyarrow.Schema:
    """The columns of :func:`extract_dataset`, all of them strings.

    ``name``, ``status``, ``reason``, ``id``, ``published`` and ``sha256`` are as in :class:`secrel.batch.tasks.Row`;
    ``document`` is :meth:`secrel.Document.to_dict` as JSON, or null where the article failed.
    """
    import pyarrow

    return pyarrow.schema(
        [(name, pyarrow.string()) for name in ("name", "status", "reason", "id", "published", "sha256", "document")]
    )


def path_dataset(paths: str | Path | Iterable[str | Path] | Inputs, *, block_size: int | None = None) -> Dataset:
    """The dataset of the articles that paths lead to.

    Args:
        paths: Files and folders, as for :func:`secrel.extract_archive`; or what :func:`find_inputs` found.
        block_size: Articles in a block, which is the least that Ray gives a worker; if not given at most 64, and so few
            that there are 256 blocks.

    Returns:
        A dataset with the columns ``name`` (the path relative to the folder, with ``/``) and ``path``.

    Raises:
        ConfigError: If Ray is not installed.
        InputError: If a path leads nowhere, or is standard input.
    """
    check_installed()
    import pyarrow
    import ray.data

    if not isinstance(paths, Inputs):
        paths = find_inputs([paths] if isinstance(paths, (str, Path)) else paths)
    for failure in paths.failures:
        raise failure
    for source in paths.sources:
        if source.path is None:
            raise InputError("standard input", found="-", expected="files, which workers can read")
    names = [source.name.as_posix() for source in paths.sources]
    columns = {"name": names, "path": [str(source.path) for source in paths.sources]}
    table = pyarrow.table(columns, schema=pyarrow.schema([(name, pyarrow.string()) for name in columns]))
    block_size = block_size or min(BLOCK, -(-len(names) // _LEAST_BLOCKS)) or 1
    starts = range(0, len(names) or 1, block_size)
    return ray.data.from_arrow([table.slice(start, block_size) for start in starts])


def extract_dataset(
    dataset: Dataset,
    *,
    workers: int,
    model: str | Path | None = None,
    min_score: float | None = None,
    knowledge: Sequence[str | Path] = (),
    options: ReadOptions | None = None,
    loader: Loader | None = None,
    batch_size: int = BATCH,
) -> Dataset:
    """From a dataset of articles to one of results: a row an article, whatever becomes of it.

    The dataset is lazy, like all of Ray Data. The model is loaded once a worker, before the first article that needs
    it. Rows come in an order of Ray's choice, unless its ``preserve_order`` is set.

    Args:
        dataset: Articles, with the column ``path`` (a file that all workers can read), or with ``bytes`` (the content
            of the file, as :func:`ray.data.read_binary_files` gives it) and ``path`` or ``name``. Where there is a
            column ``name``, it names the articles and gives them their identifiers, otherwise ``path`` does.
        workers: Actors. Each takes one processor and computes on one thread.
        model: As for :func:`secrel.load`. Its folder has to be there on every machine.
        min_score: As for :func:`secrel.load`.
        knowledge: As for :func:`secrel.load`. The files have to be there on every machine.
        options: How files are read.
        loader: Makes the pipeline of a worker, instead of ``model``, ``min_score`` and ``knowledge``; of a module that
            workers can import.
        batch_size: Articles that a worker is given at a time, at least a block of the dataset; without influence on
            the results.

    Returns:
        A dataset with the columns of :func:`result_schema`. Near-duplicates are not looked for, since that takes all
        articles: ``meta.duplicate_of`` is null.

    Raises:
        ConfigError: If Ray is not installed; while the dataset is computed, if it has other columns.
        ModelError: If there is no such model; while the dataset is computed, if it cannot be loaded.
        PipelineError: While the dataset is computed, if processes cannot be kept running.
        ValueError: If ``workers`` is below 1.
    """
    check_installed()
    if workers < 1:
        raise ValueError(f"workers is at least 1, not {workers}")
    loader = loader or model_loader(model, min_score=min_score, knowledge=knowledge)
    return extract_tasks(dataset, loader, options or ReadOptions(), workers, batch_size, packed=False)


def to_records(results: Dataset) -> Dataset:
    """From results to records: one relation or stance a row, such as to write to Parquet.

    Args:
        results: What :func:`extract_dataset` gives, straight or out of Parquet files. Articles that failed are passed
            over; they are rows of ``results``.

    Returns:
        A dataset with the columns of :func:`secrel.output.parquet.record_schema`; ``duplicate_of`` is null throughout.

    Raises:
        OutputError: While the dataset is computed, if a date is no ISO 8601 date, or a number needs more than 32 bits.
    """
    return _explaining(results.map_batches(_records, batch_size=BATCH, batch_format="pyarrow"))


def extract_tasks(
    dataset: Dataset, loader: Loader, options: ReadOptions, workers: int, batch_size: int, *, packed: bool
) -> Dataset:
    """As :func:`extract_dataset`, with the choice of whole rows.

    Args:
        dataset: Articles; if packed, the columns ``known`` and ``options`` are those of
            :class:`secrel.batch.tasks.Task`, options as JSON.
        loader: Makes the pipeline of a worker.
        options: How files are read.
        workers: Actors.
        batch_size: Articles that a worker is given at a time.
        packed: Whether columns are all those of :class:`secrel.batch.tasks.Row`, for a store, or of
            :func:`result_schema`.
    """
    from ray.data import ActorPoolStrategy

    results = dataset.map_batches(
        _Worker,
        fn_constructor_args=(loader, options, packed),
        batch_size=batch_size,
        batch_format="pyarrow",
        compute=ActorPoolStrategy(size=workers),
        num_cpus=1,
    )
    results.context.enable_progress_bars = False
    return _explaining(results)


def _explaining(dataset: Dataset) -> Dataset:
    # So that what is raised in a worker is a SecrelError here, too.
    dataset.context.raise_original_map_exception = True
    return dataset


class _Worker:
    """The actor: it answers batches of articles by batches of results.

    Args:
        loader: Makes the pipeline.
        options: How to read articles.
        packed: As for :func:`extract_tasks`.
    """

    def __init__(self, loader: Loader, options: ReadOptions, packed: bool) -> None:
        self._loader = loader
        self._packed = packed
        self._pool = Pool(loader, options, 1)
        self._checked = False

    def __call__(self, batch: pyarrow.Table) -> pyarrow.Table:
        """Results in the order of the articles."""
        import pyarrow

        if not self._checked:
            # Not at the start: Ray starts actors anew that fail there.
            _check_model(self._loader)
            self._checked = True
        tasks = list(_tasks(batch, packed=self._packed))
        places = {task.name: place for place, task in enumerate(tasks)}
        rows = sorted(self._pool.run(iter(tasks)), key=lambda row: places[row.name])
        schema = _row_schema() if self._packed else result_schema()
        columns = {name: [getattr(row, name) for row in rows] for name in schema.names}
        if not self._packed:
            columns["document"] = [None if data is None else zlib.decompress(data) for data in columns["document"]]
        return pyarrow.table(columns, schema=schema)

    def __del__(self) -> None:
        self._pool.close()


def _row_schema() -> pyarrow.Schema:
    import pyarrow

    types = {"signature": pyarrow.binary(), "document": pyarrow.binary(), "short_of_memory": pyarrow.bool_()}
    return pyarrow.schema([(field.name, types.get(field.name, pyarrow.string())) for field in fields(Row)])


def _tasks(batch: pyarrow.Table, *, packed: bool = False) -> Iterator[Task]:
    names = set(batch.column_names)
    if not ({"path"} <= names or {"bytes", "name"} <= names):
        raise ConfigError(
            "the dataset of articles",
            found=f"the columns {', '.join(batch.column_names)}",
            expected="a column path, or bytes and name",
        )
    for row in batch.to_pylist():
        # Its suffix says what reads it; where there are bytes it need not lead anywhere.
        path = row["path"] if "path" in names else row["name"]
        name = row["name"] if "name" in names else PurePath(path).as_posix()
        # Columns of these names in the dataset of somebody else mean something else.
        known, options = (row.get("known"), row.get("options")) if packed else (None, None)
        yield Task(name, path, row.get("bytes"), known, ReadOptions(**json.loads(options)) if options else None)


def _records(batch: pyarrow.Table) -> pyarrow.Table:
    import pyarrow

    rows = [
        _typed(record)
        for text in batch.column("document").to_pylist()
        if text is not None
        for record in Document.from_dict(json.loads(text)).to_records()
    ]
    return pyarrow.Table.from_pylist(rows, schema=record_schema())


def _typed(record: Record) -> dict[str, Any]:
    row: dict[str, Any] = record.to_dict()
    for column, kind in column_types().items():
        where = f"article {record.article}, {column}"
        if kind == "day":
            row[column] = parse_day(row[column], where=where)
        elif kind == "integer":
            row[column] = checked_integer(row[column], where=where)
    return row


def _check_model(loader: Loader) -> None:
    if isinstance(loader, ModelLoader):
        here = model_loader(loader.folder, knowledge=loader.knowledge).fingerprint
        if here != loader.fingerprint:
            raise ModelError(
                loader.folder,
                found="another model, other knowledge, or another version of secrel, on a machine of the cluster",
                expected="the same on all machines",
            )
