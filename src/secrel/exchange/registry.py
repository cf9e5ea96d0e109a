"""The formats by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from secrel.domain import Document, LabelScheme
from secrel.errors import AnnotationError
from secrel.exchange import conll, docbin, label_studio, prodigy

Encode = Callable[[Sequence[Document], LabelScheme], bytes]
Decode = Callable[..., list[Document]]


@dataclass(frozen=True, slots=True)
class Format:
    """A format of another tool.

    Attributes:
        name: Its name on the command line.
        suffix: The ending of its files.
        encode: From documents and a scheme to the content of one file.
        decode: From the content of a file and a scheme back to documents; ``where`` names the file in errors.
    """

    name: str
    suffix: str
    encode: Encode
    decode: Decode


FORMATS: dict[str, Format] = {
    entry.name: entry
    for entry in (
        Format("label-studio", ".json", label_studio.encode, label_studio.decode),
        Format("prodigy", ".jsonl", prodigy.encode, prodigy.decode),
        Format("docbin", ".spacy", docbin.encode, docbin.decode),
        Format("conll", ".conllup", conll.encode, conll.decode),
    )
}


def find_format(path: Path) -> Format:
    """The format of a file, by its ending.

    Raises:
        AnnotationError: If no format has it.
    """
    for entry in FORMATS.values():
        if path.suffix == entry.suffix:
            return entry
    endings = ", ".join([".inline", ".ann", *(entry.suffix for entry in FORMATS.values())])
    raise AnnotationError(path, found=f"a file ending in {path.suffix!r}", expected=f"one of {endings}")
