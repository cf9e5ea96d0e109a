"""A folder of marked articles: label scheme, splits, annotations, and where their texts are.

Layout::

    labels.toml      the label scheme
    splits.toml      [splits] with a list of article names per split; every article in exactly one
                     (:mod:`secrel.reading.splits`)
    corpus.toml      optional: ``sentences = "lines"`` where every line of a text is one sentence; without it,
                     or with ``"rules"``, texts are split by :mod:`secrel.reading.sentences`
    **/NAME.ann      brat stand-off
    **/NAME.txt      the text beside it, or
    **/SHA256SUMS    for articles whose text is not part of the corpus: its checksum, as ``sha256sum`` prints it
    resolved/NAME.tsv  optional: what the marks of an article stand for (:mod:`secrel.reading.resolutions`)
    second/          second, independent marks of some articles, which are not part of the corpus
    **/sources.toml  how such a text is cut out of a public file (:mod:`secrel.reading.sources`)

Texts outside the corpus are looked up in the folder given, in the folder that the environment variable
``SECREL_ARTICLES`` names, in ``shared/articles`` beside the project, and in the public files of ``sources.toml``.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from secrel.config import build, read_scheme, read_toml
from secrel.domain import Document, LabelScheme, Resolutions
from secrel.errors import AnnotationError, ConfigError, InputError, SecrelError
from secrel.reading.article import body_start, decode_text, parse_article
from secrel.reading.checks import Offence, check_standoff
from secrel.reading.remarks import Remarks, contradictions, to_remarks
from secrel.reading.resolutions import RESOLVED, check_resolutions, read_resolutions
from secrel.reading.sentences import SENTENCES
from secrel.reading.sources import SOURCES, SourceText, read_sources
from secrel.reading.splits import read_splits, split_checksum
from secrel.reading.standoff import Standoff, read_standoff, to_document

ARTICLES_VARIABLE = "SECREL_ARTICLES"
CHECKSUMS = "SHA256SUMS"
SETTINGS = "corpus.toml"
SPLITS = "splits.toml"
SECOND = "second"
"""A folder of a corpus with second, independent marks of some articles: not part of the corpus itself."""


@dataclass(frozen=True, slots=True)
class CorpusSettings:
    """What ``corpus.toml`` may say of a corpus.

    Attributes:
        sentences: How its texts part into sentences, a name of :data:`secrel.reading.sentences.SENTENCES`.
    """

    sentences: str = "rules"


@dataclass(frozen=True, slots=True)
class Entry:
    """One marked article of a corpus.

    Attributes:
        name: Stem of its files, unique in the corpus.
        annotation: Path of the ``.ann`` file.
        text: Path of the text, or ``None`` if it was found nowhere.
        sha256: Checksum that the text must have, or ``None`` where the text is part of the corpus.
        source: How the text is cut out of a public file, where it is.
    """

    name: str
    annotation: Path
    text: Path | None
    sha256: str | None
    source: SourceText | None = None

    @property
    def part(self) -> str:
        """Name of the folder that its marks lie in: where its text comes from."""
        return self.annotation.parent.name

    def find(self) -> Path | None:
        """The text, or the public file that it is cut out of, or ``None`` if neither is at hand."""
        return self.text or (self.source.find() if self.source else None)

    def read(self) -> bytes:
        """The bytes of the text, verified.

        Raises:
            InputError: If the text is missing or not the one that was marked.
        """
        path = self.find()
        if path is None:
            raise InputError(
                self.annotation,
                found="no text of this article",
                expected=f"{self.name}.txt with sha256 {self.sha256} in a folder named by {ARTICLES_VARIABLE}"
                + (
                    f", or what 'secrel annotations fetch' downloads from {self.source.file.url}" if self.source else ""
                ),
            )
        data = self.source.read(path) if self.text is None and self.source else path.read_bytes()
        if self.sha256 is not None and (actual := hashlib.sha256(data).hexdigest()) != self.sha256:
            raise InputError(path, found=f"sha256 {actual}", expected=f"{self.sha256}, the text that was marked")
        return data


@dataclass(frozen=True, slots=True)
class Corpus:
    """A corpus folder, read lazily.

    Attributes:
        folder: The folder.
        scheme: Its label scheme.
        splits: Names of the articles of every split.
        entries: The articles by name.
        checksums: Checksums of the splits that are fixed.
        settings: How its texts are read.
    """

    folder: Path
    scheme: LabelScheme
    splits: Mapping[str, tuple[str, ...]]
    entries: Mapping[str, Entry]
    checksums: Mapping[str, str] = field(default_factory=dict)
    settings: CorpusSettings = CorpusSettings()

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
                    self.folder / SPLITS,
                    found=f"no split {split!r}",
                    expected=f"one of {', '.join(self.splits)}",
                )
        return tuple(name for split in splits for name in self.splits[split])

    def available(self, *splits: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Names whose text is at hand, and names whose text was found nowhere."""
        names = self.names(*splits)
        here = tuple(name for name in names if self._entry(name).find() is not None)
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
        data = entry.read()
        path = str(entry.find())
        text = decode_text(data, where=path)
        document = parse_article(text, id=name, source=path)
        split = SENTENCES[self.settings.sentences]
        return document.replace(sentences=tuple(split(text, start=body_start(text))))

    def documents(self, *splits: str) -> list[Document]:
        """The marked articles of some splits, in the order of the split file.

        Raises:
            InputError: If a text is missing or not the text that was marked.
        """
        return [self.document(name) for name in self.names(*splits)]

    def _check_remarks(self, standoff: Standoff, document: Document, where: str) -> list[Offence]:
        try:
            marked = to_document(standoff, document, where=where)
            remarks = to_remarks(standoff, marked, where=where)
        except AnnotationError as error:
            return [Offence(error.where, "remark", f"found {error.found}; expected {error.expected}")]
        return [
            Offence(where, "negative", f"{n.pair.head.text!r} to {n.pair.tail.text!r}, {n.kind}, {fault}")
            for n, fault in contradictions(marked, remarks)
        ]

    def checksum(self, split: str) -> str:
        """The checksum of the names, texts and marks of a split (:mod:`secrel.reading.splits`).

        Raises:
            ConfigError: If there is no such split, or an article of it is not in the corpus.
        """
        articles = []
        for name in self.names(split):
            entry = self._entry(name)
            text = entry.sha256 or hashlib.sha256(entry.read()).hexdigest()
            articles.append((name, text, entry.annotation.read_bytes()))
        return split_checksum(articles)

    def remarks(self, name: str) -> Remarks:
        """The remarks on the marks of one article.

        Raises:
            ConfigError: If the corpus has no such article.
            InputError: If its text is missing or not the text that was marked.
            AnnotationError: If the annotation does not fit.
        """
        entry = self._entry(name)
        return to_remarks(read_standoff(entry.annotation), self.document(name), where=str(entry.annotation))

    def resolutions(self, name: str) -> Resolutions | None:
        """What the marks of one article stand for, or ``None`` where nobody marked it.

        Raises:
            AnnotationError: If its file is malformed.
        """
        path = self.folder / RESOLVED / f"{name}.tsv"
        return read_resolutions(path) if path.exists() else None

    def _check_resolutions(self) -> list[Offence]:
        offences: list[Offence] = []
        for path in sorted((self.folder / RESOLVED).glob("*.tsv")):
            if path.stem not in self.entries:
                offences.append(Offence(str(path), "unknown-article", f"found {path.stem!r}, which has no .ann"))
            elif self.entries[path.stem].find() is not None:
                try:
                    document, resolutions = self.document(path.stem), read_resolutions(path)
                except SecrelError as error:
                    offences.append(Offence(str(path), "unreadable", str(error)))
                else:
                    offences += check_resolutions(resolutions, document, where=str(path))
        return offences

    def _entry(self, name: str) -> Entry:
        if name not in self.entries:
            raise ConfigError(self.folder, found=f"no article {name!r}", expected="the stem of an .ann file in it")
        return self.entries[name]

    def check(self) -> list[Offence]:
        """All offences of all articles and of the split file."""
        offences: list[Offence] = []
        split_file = self.folder / SPLITS
        counts = Counter(name for names in self.splits.values() for name in names)
        for name, count in counts.items():
            if name not in self.entries:
                offences.append(Offence(str(split_file), "unknown-article", f"found {name!r}, which has no .ann"))
            if count > 1:
                offences.append(Offence(str(split_file), "split-overlap", f"found {name!r} {count} times"))
        for split, expected in self.checksums.items():
            if all(name in self.entries for name in self.splits[split]) and self.checksum(split) != expected:
                offences.append(
                    Offence(
                        str(split_file),
                        "split-changed",
                        f"found other names, texts or marks in {split!r} than when it was fixed; expected sha256"
                        f" {expected} (if the change is meant: secrel annotations split {self.folder} --fix {split})",
                    )
                )
        for name, entry in self.entries.items():
            if self.splits and name not in counts:
                offences.append(Offence(str(split_file), "no-split", f"expected {name!r} in a split"))
            if entry.find() is None:
                continue
            try:
                document = self.text(name)
                standoff = read_standoff(entry.annotation)
            except SecrelError as error:
                offences.append(Offence(str(entry.annotation), "unreadable", str(error)))
                continue
            found = check_standoff(standoff, document, self.scheme, where=str(entry.annotation))
            offences += found or self._check_remarks(standoff, document, str(entry.annotation))
        return offences + self._check_resolutions()


def read_corpus(folder: str | Path, *, articles: Iterable[str | Path] = ()) -> Corpus:
    """Opens a corpus folder.

    Args:
        folder: The folder.
        articles: Folders in which to look for texts that are not part of the corpus.

    Raises:
        ConfigError: If the label scheme is missing, or it, the split file or ``corpus.toml`` is malformed.
        AnnotationError: If the folder has no annotation, or two articles of one name.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ConfigError(folder, found="no such folder", expected="a corpus folder with labels.toml")
    scheme = read_scheme(folder / "labels.toml")
    splits, checksums = read_splits(folder / SPLITS)
    settings = _settings(folder / SETTINGS)
    places = [Path(place) for place in articles]
    if os.environ.get(ARTICLES_VARIABLE):
        places.append(Path(os.environ[ARTICLES_VARIABLE]))
    shared = folder.resolve().parent.parent / "shared"
    places.append(shared / "articles")
    sources: dict[Path, dict[str, SourceText]] = {}
    entries: dict[str, Entry] = {}
    for annotation in sorted(folder.rglob("*.ann")):
        if SECOND in annotation.relative_to(folder).parts[:-1]:
            continue
        name = annotation.stem
        if name in entries:
            raise AnnotationError(
                annotation, found=f"a second article {name!r}", expected="names that are unique in the corpus"
            )
        beside = annotation.parent
        if beside not in sources:
            sources[beside] = read_sources(beside / SOURCES, shared=shared / "data")
        entries[name] = _entry(name, annotation, places, sources[beside].get(name))
    if not entries:
        raise AnnotationError(folder, found="no .ann file", expected="at least one")
    return Corpus(folder, scheme, splits, entries, checksums, settings)


def _settings(path: Path) -> CorpusSettings:
    if not path.exists():
        return CorpusSettings()
    settings = build(CorpusSettings, read_toml(path), where=str(path))
    if settings.sentences not in SENTENCES:
        raise ConfigError(
            f"{path}, sentences", found=repr(settings.sentences), expected=f"one of {', '.join(SENTENCES)}"
        )
    return settings


def _entry(name: str, annotation: Path, places: list[Path], source: SourceText | None) -> Entry:
    beside = annotation.with_suffix(".txt")
    if beside.exists():
        return Entry(name, annotation, beside, None)
    sha256 = _checksum(annotation.parent / CHECKSUMS, beside.name)
    for place in places:
        if (place / beside.name).is_file():
            return Entry(name, annotation, place / beside.name, sha256, source)
    return Entry(name, annotation, None, sha256, source)


def _checksum(path: Path, file_name: str) -> str:
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            sha256, _, name = line.partition("  ")
            if name == file_name:
                return sha256
    raise AnnotationError(
        path, found=f"no line for {file_name}", expected=f"{file_name} beside its .ann, or its checksum here"
    )
