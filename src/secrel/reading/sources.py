"""Texts that are marked but not ours to copy: where they come from, how they are cut out, how they are fetched.

A folder of stand-off marks may hold a ``sources.toml``, which says how each text is made from a public file::

    [files.centcom]
    path = "re3d-docs/CENTCOM/documents.json"    # below a data folder
    url = "https://..."                          # from which the file can be downloaded
    format = "jsonl"                             # or "lines": the first column of a tab-separated file
    # strip = "[]"                               # lines: characters left out, where a file marks words with them

    [documents.re3d-001c9c3f]
    file = "centcom"
    key = "001C9C3F3DFE16B4921B1E906F66E161"     # jsonl: the "_id" of the record whose "text" it is
    # lines = [17, 4]                            # lines: their numbers, joined by blank lines in this order

Data folders are the one that ``SECREL_DATA`` names, ``shared/data`` beside the project, and the cache into which
:func:`download` writes. The texts themselves are verified against ``SHA256SUMS`` beside the marks.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from secrel.config import build, read_toml
from secrel.errors import ConfigError, InputError

DATA_VARIABLE = "SECREL_DATA"
SOURCES = "sources.toml"
_TIMEOUT = 60
_FORMATS = ("jsonl", "lines")
_SCHEMES = ("https", "http", "file")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A public file with texts.

    Attributes:
        path: Where it lies below a data folder.
        url: From where it can be downloaded.
        format: ``jsonl`` or ``lines``.
        strip: Characters that are left out of ``lines``: brackets with which a file marks words.
    """

    path: str
    url: str
    format: str
    strip: str = ""


@dataclass(frozen=True, slots=True)
class _Selection:
    file: str
    key: str | None = None
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceText:
    """How one text is made from a public file.

    Attributes:
        file: The file.
        key: Identifier of its record, for ``jsonl``.
        lines: Numbers of its lines from 1, for ``lines``.
        shared: A data folder beside the project, looked into where it is there.
    """

    file: SourceFile
    key: str | None
    lines: tuple[int, ...]
    shared: Path | None = None

    def find(self) -> Path | None:
        """The file in the first data folder that has it, or ``None``."""
        paths = (folder / self.file.path for folder in data_folders(self.shared))
        return next((path for path in paths if path.is_file()), None)

    def read(self, path: Path) -> bytes:
        """The text, in UTF-8.

        Args:
            path: The file, as :meth:`find` gives it.

        Raises:
            InputError: If the file cannot be read or lacks the record or the lines.
        """
        try:
            content = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(path, found=str(error), expected="a readable file in UTF-8") from error
        # Not splitlines: a text may hold other line separators of Unicode.
        rows = content.split("\n")
        return (self._record(rows, path) if self.file.format == "jsonl" else self._lines(rows, path)).encode("utf-8")

    def _record(self, rows: list[str], path: Path) -> str:
        for number, row in enumerate(rows, 1):
            if self.key and self.key in row:
                try:
                    record = json.loads(row)
                    if record["_id"] == self.key:
                        return str(record["text"])
                except (ValueError, KeyError, TypeError) as error:
                    raise InputError(
                        f"{path}, line {number}", found=f"no record: {error}", expected="JSON with _id and text"
                    ) from error
        raise InputError(path, found=f"no record {self.key}", expected="a line with this _id")

    def _lines(self, rows: list[str], path: Path) -> str:
        for number in self.lines:
            if not 1 <= number <= len(rows):
                raise InputError(path, found=f"{len(rows)} lines", expected=f"a line {number}")
        left_out = str.maketrans("", "", self.file.strip)
        texts = (rows[number - 1].split("\t")[0].rstrip("\r") for number in self.lines)
        return "\n\n".join(text.translate(left_out) for text in texts) + "\n"


def data_folders(shared: Path | None = None) -> list[Path]:
    """The folders in which public files are looked for, in order.

    Args:
        shared: A data folder beside the project.
    """
    named = [Path(os.environ[DATA_VARIABLE])] if os.environ.get(DATA_VARIABLE) else []
    return [*named, *([shared] if shared else []), cache_folder()]


def cache_folder() -> Path:
    """Where downloaded files are kept: ``secrel/data`` below the user's cache folder."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "secrel" / "data"


def read_sources(path: Path, *, shared: Path | None = None) -> dict[str, SourceText]:
    """The texts of a ``sources.toml`` by name; none if there is no such file.

    Args:
        path: The file.
        shared: A data folder beside the project.

    Raises:
        ConfigError: If the file is malformed.
    """
    if not path.exists():
        return {}
    data = read_toml(path)
    for key in data:
        if key not in {"files", "documents"}:
            raise ConfigError(f"{path}, {key}", found="an unknown key", expected="files or documents")
    files = {
        name: build(SourceFile, value, where=f"{path}, files, {name}")
        for name, value in _table(data, "files", path).items()
    }
    for name, file in files.items():
        where = f"{path}, files, {name}"
        if file.format not in _FORMATS:
            raise ConfigError(where, found=file.format, expected=f"one of {', '.join(_FORMATS)}")
        if file.strip and file.format != "lines":
            raise ConfigError(where, found=f"strip {file.strip!r}", expected="no 'strip', which is for lines only")
        # A corpus of somebody else's must not write outside the cache.
        if PurePosixPath(file.path).is_absolute() or ".." in PurePosixPath(file.path).parts or "\\" in file.path:
            raise ConfigError(where, found=f"path {file.path!r}", expected="a relative path without '..'")
        if urlsplit(file.url).scheme not in _SCHEMES:
            raise ConfigError(where, found=f"url {file.url!r}", expected=f"one of {', '.join(_SCHEMES)}")
    texts: dict[str, SourceText] = {}
    for name, value in _table(data, "documents", path).items():
        where = f"{path}, documents, {name}"
        chosen = build(_Selection, value, where=where)
        if chosen.file not in files:
            raise ConfigError(where, found=f"file {chosen.file!r}", expected=f"one of {', '.join(files)}")
        file = files[chosen.file]
        if (chosen.key is None) == (file.format == "jsonl") or bool(chosen.lines) == (file.format == "jsonl"):
            raise ConfigError(where, found=repr(value), expected="'key' for jsonl, 'lines' for lines")
        texts[name] = SourceText(file, chosen.key, chosen.lines, shared)
    return texts


def _table(data: Mapping[str, object], key: str, path: Path) -> Mapping[str, object]:
    value = data.get(key, {})
    if not isinstance(value, Mapping):
        raise ConfigError(f"{path}, {key}", found=repr(value), expected="a table")
    return value


def download(file: SourceFile) -> Path:
    """Downloads a public file into the cache; it takes its name only when it is whole.

    Raises:
        InputError: If it cannot be downloaded.
    """
    # Loading the network code would slow every other verb down.
    import urllib.request
    from http.client import HTTPException

    target = cache_folder() / file.path
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with urllib.request.urlopen(file.url, timeout=_TIMEOUT) as response, part.open("wb") as output:
            shutil.copyfileobj(response, output)
            announced = response.headers.get("Content-Length")
        if announced is not None and part.stat().st_size != int(announced):
            raise OSError(f"{part.stat().st_size} of {announced} bytes")
        part.replace(target)
    except (OSError, ValueError, HTTPException) as error:
        raise InputError(
            file.url,
            found=str(error),
            expected=f"a file to download, or {file.path} in a folder named by {DATA_VARIABLE}",
        ) from error
    return target
