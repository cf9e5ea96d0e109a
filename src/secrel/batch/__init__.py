"""Many articles at a time."""

from secrel.batch.archive import Progress, Summary, extract_archive
from secrel.batch.extraction import Outcome, extract_all, read_source
from secrel.batch.inputs import Inputs, Source, find_inputs
from secrel.batch.pages import FetchSummary, fetch_pages
from secrel.batch.readers import READERS, Reader, ReadOptions

__all__ = [
    "READERS",
    "FetchSummary",
    "Inputs",
    "Outcome",
    "Progress",
    "ReadOptions",
    "Reader",
    "Source",
    "Summary",
    "extract_all",
    "extract_archive",
    "fetch_pages",
    "find_inputs",
    "read_source",
]
