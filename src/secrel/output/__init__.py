"""Output: sinks, tables, displaCy."""

from secrel.output.displacy import to_displacy
from secrel.output.scores import record_scores
from secrel.output.sinks import BratSink, CsvSink, JsonlSink, Sink, format_json_line
from secrel.output.table import document_table, marked_text, to_dataframe

__all__ = [
    "BratSink",
    "CsvSink",
    "JsonlSink",
    "Sink",
    "document_table",
    "format_json_line",
    "marked_text",
    "record_scores",
    "to_dataframe",
    "to_displacy",
]
