"""Output: sinks, counts of dyads, tables, displaCy.

``secrel.output.dyads`` is the function; ``from secrel.output.dyads import ...`` takes from the module of its name.
"""

from secrel.output.database import DuckDbSink
from secrel.output.displacy import to_displacy
from secrel.output.dyads import Dyads, dyads
from secrel.output.graph import GexfSink, GraphMlSink
from secrel.output.parquet import ParquetSink
from secrel.output.plover import PloverSink, read_mapping
from secrel.output.registry import FORMATS, Format, find_format, format_of_file
from secrel.output.scores import record_scores
from secrel.output.sinks import BratSink, CsvSink, JsonlSink, Sink, csv_writer, format_json_line
from secrel.output.table import document_table, marked_text, to_dataframe
from secrel.output.tally import Dyad, DyadTally

__all__ = [
    "FORMATS",
    "BratSink",
    "CsvSink",
    "DuckDbSink",
    "Dyad",
    "DyadTally",
    "Dyads",
    "Format",
    "GexfSink",
    "GraphMlSink",
    "JsonlSink",
    "ParquetSink",
    "PloverSink",
    "Sink",
    "csv_writer",
    "document_table",
    "dyads",
    "find_format",
    "format_json_line",
    "format_of_file",
    "marked_text",
    "read_mapping",
    "record_scores",
    "to_dataframe",
    "to_displacy",
]
