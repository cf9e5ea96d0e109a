"""A folder of marked articles: label scheme, splits, annotations, and where their texts are.

Layout::

    labels.toml      the label scheme
    splits.toml      [splits] with a list of article names per split; every article in exactly one
    **/NAME.ann      brat stand-off
    **/NAME.txt      the text beside it, or
    **/SHA256SUMS    for articles whose text is not part of the corpus: its checksum, as ``sha256sum`` prints it

Texts outside the corpus are looked up in the folder given, in the folder that the environment variable
``SECREL_ARTICLES`` names, and in ``shared/articles`` beside the project.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from secrel.config import read_scheme, read_toml
from secrel.domain import Document, LabelScheme
from secrel.errors import AnnotationError, ConfigError, InputError, SecrelError
from secrel.reading.article import body_start, decode_text, parse_article
from secrel.reading.checks import Offence, check_standoff
from secrel.reading.sentences import split_sentences
from secrel.reading.standoff import read_standoff, to_document

ARTICLES_VARIABLE = "SECREL_ARTICLES"
CHECKSUMS = "SHA256SUMS"


@dataclass(frozen=True, slots=True)
class Entry:
    """One marked article of a corpus.

    Attributes:
        name: Stem of its files, unique in the corpus.
        annotation: Path of the ``.ann`` file.
        text: Path of the text, or ``None`` if it was found nowhere.
        sha256: Checksum that the text must have, or ``None`` where the text is part of the corpus.
    """

    name: str
    annotation: Path
    text: Path | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Corpus:
    """A corpus folder, read lazily.

    Attributes:
        folder: The folder.
        scheme: Its label scheme.
        splits: Names of the articles of every split.
        entries: The articles by name.
    """

    folder: Path
    scheme: LabelScheme
    splits: Mapping[str, tuple[str, ...]]
    entries: Mapping[str, Entry]

    def names(self, *splits: str) -> tuple[str, ...]:
        """Names of the articles of some splits, or of all articles when none is given.

        Raises:
            ConfigError: If there is no such split.
        """
        if not splits:
            return tuple(self.entries)
        for split in splits:
            if split not in self.splits:
                raise ConfigError(
                    self.folder / "splits.toml",
                    found=f"no split {split!r}",
                    expected=f"one of {', '.join(self.splits)}",
                )
        return tuple(name for split in splits for name in self.splits[split])

    def available(self, *splits: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Names whose text is at hand, and names whose text was found nowhere."""
        names = self.names(*splits)
        here = tuple(name for name in names if self._entry(name).text is not None)
        return here, tuple(name for name in names if name not in here)

    def document(self, name: str) -> Document:
        """One marked article with sentences, entities, relations and stances.

        Raises:
            ConfigError: If the corpus has no such article.
            InputError: If its text is missing or not the text that was marked.
            AnnotationError: If the annotation does not fit.
        """
        entry = self._entry(name)
        document = self.text(name)
        return to_document(read_standoff(entry.annotation), document, where=str(entry.annotation))

    def text(self, name: str) -> Document:
        """One article with sentences and no marks.

        Raises:
            ConfigError: If the corpus has no such article.
            InputError: If its text is missing or not the text that was marked.
        """
        entry = self._entry(name)
        if entry.text is None:
            raise InputError(
                entry.annotation,
                found="no text of this article",
                expected=f"{name}.txt with sha256 {entry.sha256} in a folder named by {ARTICLES_VARIABLE}",
            )
        data = entry.text.read_bytes()
        if entry.sha256 is not None and (actual := hashlib.sha256(data).hexdigest()) != entry.sha256:
            raise InputError(entry.text, found=f"sha256 {actual}", expected=f"{entry.sha256}, the text that was marked")
        text = decode_text(data, where=str(entry.text))
        document = parse_article(text, id=name, source=str(entry.text))
        return document.replace(sentences=tuple(split_sentences(text, start=body_start(text))))

    def documents(self, *splits: str) -> list[Document]:
        """The marked articles of some splits, in the order of the split file.

        Raises:
            InputError: If a text is missing or not the text that was marked.
        """
        return [self.document(name) for name in self.names(*splits)]

    def _entry(self, name: str) -> Entry:
        if name not in self.entries:
            raise ConfigError(self.folder, found=f"no article {name!r}", expected="the stem of an .ann file in it")
        return self.entries[name]

    def check(self) -> list[Offence]:
        """All offences of all articles and of the split file."""
        offences: list[Offence] = []
        split_file = self.folder / "splits.toml"
        counts = Counter(name for names in self.splits.values() for name in names)
        for name, count in counts.items():
            if name not in self.entries:
                offences.append(Offence(str(split_file), "unknown-article", f"found {name!r}, which has no .ann"))
            if count > 1:
                offences.append(Offence(str(split_file), "split-overlap", f"found {name!r} {count} times"))
        for name, entry in self.entries.items():
            if self.splits and name not in counts:
                offences.append(Offence(str(split_file), "no-split", f"expected {name!r} in a split"))
            if entry.text is None:
                continue
            try:
                document = self.text(name)
                standoff = read_standoff(entry.annotation)
            except SecrelError as error:
                offences.append(Offence(str(entry.annotation), "unreadable", str(error)))
                continue
            offences += check_standoff(standoff, document, self.scheme, where=str(entry.annotation))
        return offences


def read_corpus(folder: str | Path, *, articles: Iterable[str | Path] = ()) -> Corpus:
    """Opens a corpus folder.

    Args:
        folder: The folder.
        articles: Folders in which to look for texts that are not part of the corpus.

    Raises:
        ConfigError: If label scheme or split file are missing or malformed.
        AnnotationError: If the folder has no annotation, or two articles of one name.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ConfigError(folder, found="no such folder", expected="a corpus folder with labels.toml")
    scheme = read_scheme(folder / "labels.toml")
    splits = _read_splits(folder / "splits.toml")
    places = [Path(place) for place in articles]
    if os.environ.get(ARTICLES_VARIABLE):
        places.append(Path(os.environ[ARTICLES_VARIABLE]))
    places.append(folder.resolve().parent.parent / "shared" / "articles")
    entries: dict[str, Entry] = {}
    for annotation in sorted(folder.rglob("*.ann")):
        name = annotation.stem
        if name in entries:
            raise AnnotationError(
                annotation, found=f"a second article {name!r}", expected="names that are unique in the corpus"
            )
        entries[name] = _entry(name, annotation, places)
    if not entries:
        raise AnnotationError(folder, found="no .ann file", expected="at least one")
    return Corpus(folder, scheme, splits, entries)


def _entry(name: str, annotation: Path, places: list[Path]) -> Entry:
    beside = annotation.with_suffix(".txt")
    if beside.exists():
        return Entry(name, annotation, beside, None)
    sha256 = _checksum(annotation.parent / CHECKSUMS, beside.name)
    for place in places:
        if (place / beside.name).is_file():
            return Entry(name, annotation, place / beside.name, sha256)
    return Entry(name, annotation, None, sha256)


def _checksum(path: Path, file_name: str) -> str:
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            sha256, _, name = line.partition("  ")
            if name == file_name:
                return sha256
    raise AnnotationError(
        path, found=f"no line for {file_name}", expected=f"{file_name} beside its .ann, or its checksum here"
    )


def _read_splits(path: Path) -> dict[str, tuple[str, ...]]:
    if not path.exists():
        return {}
    data = read_toml(path).get("splits")
    if not isinstance(data, dict):
        raise ConfigError(path, found="no table [splits]", expected="[splits] with a list of names per split")
    for split, names in data.items():
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise ConfigError(f"{path}, {split}", found=repr(names), expected="a list of article names")
    return {split: tuple(names) for split, names in data.items()}
