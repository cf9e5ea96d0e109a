"""The formats that documents can be written in: a further one is one line of :data:`FORMATS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from secrel.domain import LabelScheme
from secrel.errors import OutputError
from secrel.output.database import DuckDbSink
from secrel.output.graph import GexfSink, GraphMlSink
from secrel.output.parquet import ParquetSink
from secrel.output.plover import PloverSink
from secrel.output.sinks import BratSink, CsvSink, JsonlSink, Sink


@dataclass(frozen=True, slots=True)
class Format:
    """A format that ``secrel extract`` writes.

    Attributes:
        name: What ``--format`` calls it.
        file: Name of its file (or folder) in a folder of results, or ``None`` if it writes a file an article straight
            into that folder. The suffix of the name also tells the format of a single file that results are to go to.
        sink: Makes the sink: called with the path of the file (of the folder of results, where ``file`` is ``None``),
            and with ``empty``, as :meth:`open` has it, where that is asked for and there is a ``file``.
        streams: Whether ``sink`` also takes an open text stream, such as standard output.
        needs_scheme: Whether ``sink`` is called with the label scheme as second argument.
    """

    name: str
    file: str | None
    sink: Callable[..., Sink]
    streams: bool = False
    needs_scheme: bool = False

    def path(self, folder: Path) -> Path:
        """Where the results lie in a folder of results: a file of it, or the folder itself."""
        return folder / self.file if self.file else folder

    def open(self, target: Path | IO[str], scheme: LabelScheme, *, empty: bool = False) -> Sink:
        """A sink, not yet entered.

        Args:
            target: A file, a folder (where ``file`` is ``None``), or an open stream (where ``streams`` is true).
            scheme: The label scheme of the documents.
            empty: Whether its file is also made if no document comes. If not, an earlier one is left as it was then.
        """
        options = {"empty": True} if empty and self.file else {}
        return self.sink(target, scheme, **options) if self.needs_scheme else self.sink(target, **options)


FORMATS: Mapping[str, Format] = {
    entry.name: entry
    for entry in (
        Format("jsonl", "articles.jsonl", JsonlSink, streams=True),
        Format("csv", "records.csv", CsvSink, streams=True),
        Format("brat", None, BratSink, needs_scheme=True),
        Format("parquet", "records", ParquetSink),
        Format("duckdb", "secrel.duckdb", DuckDbSink, needs_scheme=True),
        Format("graphml", "dyads.graphml", GraphMlSink, needs_scheme=True),
        Format("gexf", "dyads.gexf", GexfSink, needs_scheme=True),
        Format("plover", "plover.jsonl", PloverSink, streams=True, needs_scheme=True),
    )
}
"""The formats by name. Of two whose files have one suffix the first is meant by a file name."""


def find_format(name: str) -> Format:
    """The format of a name.

    Raises:
        OutputError: If there is none.
    """
    if name not in FORMATS:
        raise OutputError(f"format {name!r}", found="no such format", expected=f"one of {', '.join(FORMATS)}")
    return FORMATS[name]


def format_of_file(path: Path) -> Format | None:
    """The format that the suffix of a file name stands for, or ``None``."""
    suffix = path.suffix.lower()
    if not suffix:
        return None
    return next((entry for entry in FORMATS.values() if entry.file and suffix == Path(entry.file).suffix), None)
