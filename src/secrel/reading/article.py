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
from secrel.reading.page_header import date_line, is_header_line

MAX_BYTES = 10_000_000
"""Largest file that is read by default. An EDM article has about 8,000 bytes."""

_HEADER = re.compile(
    r"[\s\ufeff]*Publication:[ \t\u00a0]*(?P<publication>[^\r\n]+?)[ \t\u00a0]+Volume:[ \t\u00a0]*(?P<volume>\d+)"
    r"[ \t\u00a0]*,?[ \t\u00a0]*Issue:[ \t\u00a0]*(?P<issue>\d+)[^\S\r\n]*,?[^\S\r\n]*(?P<rest>[^\r\n]*)"
)
_LINE = re.compile(r"[\s\ufeff]*(?P<line>[^\r\n]{4,200}?)[ \t\u00a0]*(?=[\r\n]|$)")
# So many bylines, categories and the like may stand between the header and its date.
_MOST_LINES_BETWEEN = 3
_YEAR = re.compile(r"(?:19|20)\d\d")
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

    The header is ``Publication: NAME Volume: V Issue: N``, on the same or the next line perhaps a date, or a year from
    1900 to 2099; bylines and categories between are passed over.
    Where it says neither, volume V of *Eurasia Daily Monitor* appeared in the year 2003 + V.
    """
    header = _HEADER.match(text)
    if header is None:
        return Document(text, id=id, metadata=Metadata(source=source))
    publication, volume = header["publication"].strip(" \t\u00a0,|–—-"), int(header["volume"])
    date, stated = date_line(header["rest"].strip()), _parse_year(header["rest"])
    line = _date_below(text, header.end())
    if date is None and line is not None:
        date = date_line(line["line"])
        stated = stated or _parse_year(line["line"])
    year = int(date[:4]) if date is not None else stated or year_of_volume(publication, volume)
    return Document(
        text,
        id=id,
        metadata=Metadata(publication, volume, int(header["issue"]), date, year, source),
    )


def year_of_volume(publication: str | None, volume: int | None) -> int | None:
    """Year in which a volume of *Eurasia Daily Monitor* appeared, 2003 + V; ``None`` for another publication."""
    if publication is None or volume is None or publication.casefold() != "eurasia daily monitor":
        return None
    return 2003 + volume


def body_start(text: str) -> int:
    """Offset behind the header and its line of date or year; 0 for a text without a header."""
    header = _HEADER.match(text)
    if header is None:
        return 0
    line = _date_below(text, header.end())
    return line.end() if line else header.end()


def _date_below(text: str, position: int) -> re.Match[str] | None:
    """The line of date or year below a header, if there is one."""
    for _ in range(_MOST_LINES_BETWEEN + 1):
        line = _LINE.match(text, position)
        if line is None or date_line(line["line"]) or _parse_year(line["line"]):
            return line
        if not is_header_line(line["line"], None):
            return None
        position = line.end()
    return None


def _parse_year(text: str) -> int | None:
    text = re.sub(r"^Date:\s*", "", text.strip())
    return int(text) if _YEAR.fullmatch(text) else None


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
