"""Articles of *Eurasia Daily Monitor* and other plain text: bytes, header, language.

A text is decoded and otherwise left alone: line ends, byte order mark and odd spaces stay where they are, so that
offsets hold in the file as it lies on disk.
"""

from __future__ import annotations

import math
import re
from pathlib import Path

from secrel.domain import Document, Metadata
from secrel.errors import InputError
from secrel.reading.encodings import AUTO, detect_encoding
from secrel.reading.text_header import read_text_header

MAX_BYTES = 10_000_000
"""Largest file that is read by default. An EDM article has about 8,000 bytes."""

_MIN_WORDS_FOR_LANGUAGE = 20
# From 20 words up, identification of prose is all but certain; below 0.9 it is a list, a table or mixed text.
_MIN_LANGUAGE_SCORE = 0.9


def read_article(
    path: str | Path,
    *,
    encoding: str = "utf-8",
    max_bytes: int = MAX_BYTES,
    any_language: bool = False,
) -> Document:
    """Reads one article from a text file.

    Args:
        path: The file.
        encoding: Its encoding, or ``auto`` to find it out (:func:`secrel.reading.detect_encoding`). A UTF-16 byte order
            mark overrides it.
        max_bytes: Larger files are refused.
        any_language: Whether to accept text that is not English.

    Returns:
        A document with text, identifier (the file's stem) and metadata; no layer is filled.

    Raises:
        InputError: If the file is missing, no file, empty, too large, binary, not in ``encoding`` or not English.
    """
    path = Path(path)
    data = read_bytes(path, max_bytes)
    text = decode_text(data, encoding=encoding, where=str(path))
    document = parse_article(text, id=path.stem, source=str(path))
    if not any_language:
        check_language(text, where=str(path))
    return document


def parse_article(text: str, *, id: str = "text", source: str | None = None) -> Document:
    """A document of ``text`` with the metadata of its header, where it has one.

    A header is a few lines above the first sentence: title, publication line, byline and date, in any order
    (:mod:`secrel.reading.text_header`). It stays in the text. Where it gives neither date nor year, volume V of
    *Eurasia Daily Monitor* appeared in the year 2003 + V.
    """
    header = read_text_header(text)
    year = int(header.date[:4]) if header.date is not None else header.year
    return Document(
        text,
        id=id,
        metadata=Metadata(
            publication=header.publication,
            volume=header.volume,
            issue=header.issue,
            date=header.date,
            year=year or year_of_volume(header.publication, header.volume),
            source=source,
            title=header.title,
            author=header.author,
        ),
    )


def year_of_volume(publication: str | None, volume: int | None) -> int | None:
    """Year in which a volume of *Eurasia Daily Monitor* appeared, 2003 + V; ``None`` for another publication."""
    if publication is None or volume is None or publication.casefold() != "eurasia daily monitor":
        return None
    return 2003 + volume


def body_start(text: str) -> int:
    """Offset behind the header of a text; 0 for a text without one."""
    return read_text_header(text).end


def decode_text(data: bytes, *, encoding: str = "utf-8", where: str = "text") -> str:
    """Decodes bytes strictly; a byte order mark stays in the text as U+FEFF so that offsets hold.

    Args:
        data: The bytes.
        encoding: Their encoding, or ``auto`` to find it out.
        where: Where they come from, for messages.

    Raises:
        InputError: If the bytes are binary, not in ``encoding``, or hold no text.
    """
    if encoding == AUTO:
        encoding = detect_encoding(data) or "utf-8"
    wide = re.match(r"utf[-_]?(16|32)", encoding, re.IGNORECASE)
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"} and not (wide and wide[1] == "32"):
        encoding = "utf-16-le" if data[:2] == b"\xff\xfe" else "utf-16-be"
    elif b"\x00" in data and not wide:
        raise InputError(where, found=f"a NUL byte at byte {data.index(0)}: a binary file", expected="text")
    try:
        text = data.decode(encoding)
    except LookupError as error:
        raise InputError(where, found=f"encoding {encoding!r}", expected="an encoding Python knows") from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            where,
            found=f"byte 0x{data[error.start]:02x} at byte {error.start} (line {line}), which is not {encoding}",
            expected=f"a text in {encoding} throughout; give the encoding (for instance cp1252) if it is another,"
            " or auto to find it out, or convert a file of mixed encodings first",
        ) from error
    if not text.strip("\ufeff\u200b \t\r\n\x0b\x0c\u00a0"):
        raise InputError(where, found="no text", expected="at least one sentence")
    return text


def check_language(text: str, *, where: str = "text") -> None:
    """Refuses text that is surely not English; fewer than 20 words are never refused.

    Raises:
        InputError: If the text is in another language.
    """
    sample = text[:20_000]
    letters = [character for character in sample if character.isalpha()]
    latin = sum(character < "\u0250" for character in letters)
    if len(letters) >= 20 and latin < 0.5 * len(letters):
        raise InputError(
            where,
            found="text in another script than Latin",
            expected="English text (--any-language on the command line reads it all the same)",
        )
    if len(sample.split()) < _MIN_WORDS_FOR_LANGUAGE:
        return
    language, score = _identify(sample)
    if language != "en" and score >= _MIN_LANGUAGE_SCORE:
        raise InputError(
            where,
            found=f"text in another language (identified as {language!r}, probability {score:.2f})",
            expected="English text (--any-language on the command line reads it all the same)",
        )


def _identify(text: str) -> tuple[str, float]:
    import py3langid

    ranking = py3langid.rank(text)
    best, top = ranking[0]
    # Raw scores are log-probabilities up to a constant.
    return str(best), 1.0 / sum(math.exp(float(score) - float(top)) for _, score in ranking)


def read_bytes(path: Path, max_bytes: int) -> bytes:
    """The bytes of a file.

    Raises:
        InputError: If it is missing, no file, not readable or larger than ``max_bytes``.
    """
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise InputError(path, found="a folder", expected="a file")
        if size > max_bytes:
            raise InputError(
                path,
                found=f"{size:,} bytes",
                expected=f"at most {max_bytes:,} bytes; split the file into articles or raise the limit"
                " (--max-bytes on the command line, max_bytes in Python)",
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(path, found="no such file", expected="a file") from error
    except OSError as error:
        raise InputError(path, found=str(error.strerror), expected="a readable file") from error
