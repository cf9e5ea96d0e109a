"""From paths on a command line to article files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from secrel.errors import InputError

STDIN = "-"
SUFFIXES = frozenset({".txt", ".text"})


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
        sources: The files to read, in order: folders sorted by name, no file twice.
        skipped: Files in folders that are no text files by their suffix.
        failures: Paths that lead nowhere.
    """

    sources: tuple[Source, ...]
    skipped: tuple[Path, ...]
    failures: tuple[InputError, ...]


def find_inputs(paths: Iterable[str]) -> Inputs:
    """The article files that files, folders and ``-`` stand for.

    A file is taken whatever its suffix; a folder gives the ``.txt`` and ``.text`` files in it and below it.
    """
    sources: list[Source] = []
    skipped: list[Path] = []
    failures: list[InputError] = []
    seen: set[Path] = set()
    for given in paths:
        if given == STDIN:
            sources.append(Source(None, PurePath("stdin.txt")))
            continue
        path = Path(given)
        if path.is_dir():
            files = list(_walk(path))
            chosen = [file for file in files if file.suffix.lower() in SUFFIXES]
            skipped += [file for file in files if file.suffix.lower() not in SUFFIXES]
            if not chosen:
                failures.append(
                    InputError(path, found="no text file in this folder", expected="files ending in .txt or .text")
                )
            found = [Source(file, file.relative_to(path)) for file in chosen]
        elif path.exists():
            found = [Source(path, PurePath(path.name))]
        else:
            failures.append(InputError(path, found="no such file or folder", expected="a file, a folder or -"))
            continue
        for source in found:
            resolved = source.path.resolve() if source.path else None
            if resolved is not None and resolved not in seen:
                seen.add(resolved)
                sources.append(source)
    return Inputs(tuple(sources), tuple(skipped), tuple(failures))


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden:
            yield path
