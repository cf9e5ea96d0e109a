"""Many articles at a time."""

from secrel.batch.extraction import Outcome, ReadOptions, extract_all, read_source
from secrel.batch.inputs import Inputs, Source, find_inputs

__all__ = ["Inputs", "Outcome", "ReadOptions", "Source", "extract_all", "find_inputs", "read_source"]
