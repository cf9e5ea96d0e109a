"""From the bytes of a file to a document: which suffix is read by what.

A reader of a further kind of file is one more entry of :data:`READERS`; finding files, hashing them and naming the
kinds in messages follow from it. What is no article by its beginning (PDF, Word, ...) or suffix (tables) is refused.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from secrel.domain import Document
from secrel.errors import InputError
from secrel.reading import AUTO, MAX_BYTES, check_language, decode_text, parse_article, parse_page
from secrel.reading.encodings import check_encoding, document_kind, unmarked_utf16
from secrel.reading.web import PAGE_SUFFIXES

STDIN_NAME = "stdin.txt"
"""The name that standard input has among articles."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How files are read; see :func:`secrel.reading.read_article` and :func:`secrel.reading.read_page`.

    Attributes:
        encoding: Of plain text; ``auto`` finds it out. Pages tell theirs: ``utf-8`` and ``auto`` do not hold for them,
            any other encoding does.
        max_bytes: Larger files are refused.
        any_language: Whether to accept text that is not English.

    Raises:
        ConfigError: If there is no such encoding.
    """

    encoding: str = "utf-8"
    max_bytes: int = MAX_BYTES
    any_language: bool = False

    def __post_init__(self) -> None:
        # Before the first article, rather than in every one.
        check_encoding(self.encoding)


class Reader(Protocol):
    """Turns the bytes of one file into a document without layers."""

    def __call__(self, data: bytes, options: ReadOptions, *, where: str, id: str, source: str | None) -> Document:
        """Reads one article.

        Args:
            data: The whole file.
            options: How to read it.
            where: Where it comes from, for messages.
            id: The identifier of the document.
            source: The path of the file, for its metadata; ``None`` for standard input.

        Raises:
            InputError: If it cannot be read.
        """
        ...


def read_text(data: bytes, options: ReadOptions, *, where: str, id: str, source: str | None) -> Document:
    """Reads plain text, as :func:`secrel.reading.read_article` does."""
    wide = unmarked_utf16(data)
    if wide and options.encoding != AUTO and not codecs.lookup(options.encoding).name.startswith(("utf-16", "utf-32")):
        raise InputError(where, found="UTF-16 without a byte order mark", expected=f"--encoding {wide}, or {AUTO}")
    text = decode_text(data, encoding=options.encoding, where=where)
    document = parse_article(text, id=id, source=source)
    if not options.any_language:
        check_language(text, where=where)
    return document


def read_saved_page(data: bytes, options: ReadOptions, *, where: str, id: str, source: str | None) -> Document:
    """Reads the article of a page, as :func:`secrel.reading.read_page` does."""
    encoding = AUTO if _is_utf8(options.encoding) else options.encoding
    return parse_page(data, id=id, source=source, where=where, encoding=encoding, any_language=options.any_language)


READERS: Mapping[str, Reader] = {
    ".txt": read_text,
    ".text": read_text,
    **dict.fromkeys(PAGE_SUFFIXES, read_saved_page),
}
"""By suffix, in lower case. In a folder only files of these suffixes are articles; any other file is read as text where
it is given by its own path, but for tables."""


_TABLES = frozenset({".csv", ".tsv", ".json", ".jsonl"})


def suffixes() -> str:
    """The suffixes of articles, for messages: ``.txt or .text``."""
    return _joined(list(READERS))


def kinds() -> str:
    """The first suffix of every reader, for messages."""
    first: dict[Reader, str] = {}
    for suffix, reader in READERS.items():
        first.setdefault(reader, suffix)
    return _joined(list(first.values()))


def read_data(data: bytes, path: Path | None, options: ReadOptions) -> Document:
    """The document that the bytes of a file are.

    Args:
        data: The bytes.
        path: The file they were read from, or ``None`` for standard input.
        options: How to read them.

    Raises:
        InputError: If there are more bytes than allowed, they are no text or page by their beginning or their suffix,
            or the reader of the suffix refuses them.
    """
    where = "standard input" if path is None else str(path)
    if len(data) > options.max_bytes:
        raise InputError(
            where, found=f"more than {options.max_bytes:,} bytes", expected="fewer, or a higher --max-bytes"
        )
    kind = document_kind(data)
    if kind is not None:
        raise InputError(where, found=kind[0], expected=kind[1])
    if path is None:
        return read_text(data, options, where=where, id="stdin", source=None)
    if path.suffix.lower() in _TABLES - READERS.keys():
        expected = f"texts or pages, a file an article, ending in {suffixes()}"
        raise InputError(where, found=f"a table by its ending {path.suffix}", expected=expected)
    reader = READERS.get(path.suffix.lower(), read_text)
    return reader(data, options, where=where, id=path.stem, source=where)


def _is_utf8(encoding: str) -> bool:
    return encoding != AUTO and codecs.lookup(encoding).name == "utf-8"


def _joined(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
