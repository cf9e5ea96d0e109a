"""From paths on a command line to article files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path, PurePath

from secrel.batch.readers import READERS, STDIN_NAME, suffixes
from secrel.errors import InputError

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read.

    Attributes:
        path: The file, or ``None`` for standard input.
        name: Its path relative to the folder it was found in, or just its file name.
    """

    path: Path | None
    name: PurePath


@dataclass(frozen=True, slots=True)
class Inputs:
    """What some paths lead to.

    Attributes:
        sources: The files to read, in order: folders sorted by name (of code points, with ``/`` between the parts), no
            file twice.
        skipped: Files in folders that are no articles by their suffix.
        failures: Paths and links that lead nowhere, folders that cannot be read, and files whose names are not UTF-8.
    """

    sources: tuple[Source, ...]
    skipped: tuple[Path, ...]
    failures: tuple[InputError, ...]


def find_inputs(paths: Iterable[str | Path], *, without: Path | None = None) -> Inputs:
    """The article files that files, folders and ``-`` stand for.

    A file is taken whatever its suffix; a folder gives the files in it and below it that :data:`READERS` has a reader
    for. Links to folders are followed, each folder once. What is hidden (``.name``) is left out.

    Args:
        paths: Files, folders and ``-``.
        without: A folder below the given ones that is passed over, such as the one that results are written to.
    """
    search = _Search(without)
    for given in paths:
        search.take(given)
    return Inputs(tuple(search.sources), tuple(search.skipped), tuple(search.failures))


class _Search:
    def __init__(self, without: Path | None) -> None:
        self.sources: list[Source] = []
        self.skipped: list[Path] = []
        self.failures: list[InputError] = []
        self._without = None if without is None else os.path.realpath(without)
        self._seen: set[str] = set()

    def take(self, given: str | Path) -> None:
        if given == STDIN:
            if STDIN not in self._seen:
                self._seen.add(STDIN)
                self.sources.append(Source(None, PurePath(STDIN_NAME)))
            return
        path = Path(given)
        try:
            is_folder, is_there = path.is_dir(), path.exists()
        except OSError as error:
            self._fail(path, found=str(error.strerror), expected="a file or a folder that can be read")
            return
        if is_folder:
            n_failures = len(self.failures)
            if not self._take_folder(path) and len(self.failures) == n_failures:
                self._fail(path, found="no article in this folder", expected=f"files ending in {suffixes()}")
        elif is_there:
            self._take_file(path, path.name, os.path.realpath(path))
        else:
            self._fail(path, found="no such file or folder", expected="a file, a folder or -")

    def _take_folder(self, folder: Path) -> bool:
        some = False
        for entry, name, real in self._walk(str(folder), "", {os.path.realpath(folder)}):
            if Path(name).suffix.lower() in READERS:
                some = True
                self._take_file(Path(entry), name, real)
            else:
                self.skipped.append(Path(entry))
        return some

    def _take_file(self, path: Path, name: str, real: str) -> None:
        if real in self._seen:
            return
        self._seen.add(real)
        try:
            str(path).encode("utf-8")
        except UnicodeEncodeError:
            shown = str(path).encode("utf-8", "backslashreplace").decode("utf-8")
            self._fail(shown, found="a file name that is not UTF-8", expected="a file that is renamed")
        else:
            self.sources.append(Source(path, PurePath(name)))

    def _walk(self, folder: str, prefix: str, entered: set[str]) -> Iterator[tuple[str, str, str]]:
        try:
            with os.scandir(folder) as scan:
                found = sorted((one for one in scan if not one.name.startswith(".")), key=lambda one: one.name)
        except OSError as error:
            self._fail(folder, found=str(error.strerror), expected="a folder that can be read")
            return
        base = os.path.realpath(folder)
        # With "/" behind the names of folders, the order of one folder's entries is that of all names below it.
        entries = [
            (entry.name + "/" * (kind == "folder"), kind, entry) for entry in found if (kind := self._kind(entry))
        ]
        for key, kind, entry in sorted(entries, key=itemgetter(0)):
            real = os.path.realpath(entry.path) if entry.is_symlink() else os.path.join(base, entry.name)  # noqa: PTH118
            if kind == "file":
                yield entry.path, prefix + key, real
            elif real not in entered and real != self._without:
                entered.add(real)
                yield from self._walk(entry.path, prefix + key, entered)

    def _kind(self, entry: os.DirEntry[str]) -> str | None:
        """``folder``, ``file``, or ``None`` for what is neither; what should be an article by its name is a failure."""
        try:
            if entry.is_dir():
                return "folder"
            if entry.is_file():
                return "file"
        except OSError as error:
            # A link that leads to itself, through a file or into a folder of others: it costs nothing beside it.
            self._fail(entry.path, found=str(error.strerror), expected="a file or a folder that can be read")
            return None
        if entry.is_symlink() and Path(entry.name).suffix.lower() in READERS:
            self._fail(entry.path, found="a link that leads nowhere", expected="a file")
        return None

    def _fail(self, where: object, *, found: str, expected: str) -> None:
        self.failures.append(InputError(where, found=found, expected=expected))
