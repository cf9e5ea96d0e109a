"""``secrel annotations convert | export``: marked articles in the formats of other tools."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from secrel.cli.arguments import add_articles, say
from secrel.errors import AnnotationError, OutputError, SecrelError

if TYPE_CHECKING:
    from secrel.domain import Document, LabelScheme
    from secrel.reading import Remarks

_OWN = ("brat", "inline")
_FORMATS = (*_OWN, "label-studio", "prodigy", "docbin", "conll")
_SUFFIXES = {".inline", ".ann", ".json", ".jsonl", ".spacy", ".conllup"}


def add_actions(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the actions to ``secrel annotations``."""
    convert = actions.add_parser(
        "convert",
        help="between brat, inline marks, Label Studio, Prodigy, spaCy's DocBin and CoNLL",
        description="Reads an .inline, .ann (with its .txt beside it), .json (Label Studio), .jsonl (Prodigy), .spacy"
        " (DocBin) or .conllup (CoNLL-U Plus) file, or a folder of them. brat and inline marks are written a file an"
        " article, the other formats one file for all.",
    )
    convert.add_argument("input", metavar="IN", help="a file, or a folder of files")
    convert.add_argument("output", metavar="OUT", help="folder for the results")
    convert.add_argument("--labels", required=True, metavar="LABELS", help="the labels.toml of the scheme")
    convert.add_argument("--to", choices=_FORMATS, help="default: inline for .ann files, brat for all others")
    convert.set_defaults(run=run_convert)
    export = actions.add_parser(
        "export",
        help="a folder for datasets.load_dataset, with a card",
        description="Writes a Parquet file a split and a card. Articles whose text is not part of the corpus are left"
        " out, since it is not the corpus's to pass on.",
    )
    export.add_argument("corpus", metavar="CORPUS", help="corpus folder")
    export.add_argument("output", metavar="OUT", help="folder for the result")
    export.add_argument(
        "--all-texts", action="store_true", help="with the texts of others that are at hand, for your own use"
    )
    export.add_argument("--license", metavar="ID", help="licence for the card's metadata, such as apache-2.0")
    add_articles(export)
    export.set_defaults(run=run_export)


def run_convert(arguments: argparse.Namespace) -> int:
    """Runs ``convert``."""
    from secrel.config import read_scheme

    scheme = read_scheme(arguments.labels)
    given = Path(arguments.input)
    paths = sorted(p for p in given.rglob("*") if p.suffix in _SUFFIXES) if given.is_dir() else [given]
    if not paths:
        raise AnnotationError(
            given, found="no marked file", expected=f"at least one ending in {', '.join(sorted(_SUFFIXES))}"
        )
    output = Path(arguments.output)
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(output, found=str(error.strerror), expected="a folder that can be written to") from error
    inputs = {path.resolve() for path in paths}
    names: dict[str, Path] = {}
    collected: list[Document] = []
    failed = lost = 0
    for path in paths:
        target = arguments.to or ("inline" if path.suffix == ".ann" else "brat")
        try:
            items = _read(path, scheme)
            for item in items:
                if item.document.id in names:
                    raise OutputError(
                        path,
                        found=f"a second article {item.document.id!r}",
                        expected=f"names that differ in one OUT; the first is in {names[item.document.id]}",
                    )
                names[item.document.id] = path
            if target in _OWN:
                for item in items:
                    _write_own(item, target, output, inputs)
            else:
                _encode([item.document for item in items], scheme, target)  # Fails here, and for this file alone.
                collected += [item.document for item in items]
            lost += sum(item.lost(target) for item in items)
        except SecrelError as error:
            failed += 1
            say(f"failed: {error}")
    if collected:
        _write_other(collected, scheme, arguments.to, output, inputs)
    if lost:
        say(f"left out {lost} notes, remarks and lines of other kinds, which the result has no place for")
    say(f"{len(paths) - failed} files converted to {output}" + (f", {failed} failed" if failed else ""))
    return 1 if failed else 0


@dataclass(frozen=True, slots=True)
class _Item:
    """An article that was read, with what stands beside its marks.

    Attributes:
        document: The article.
        remarks: Its remarks, which brat and inline marks keep.
        notes: The notes at the top of an inline file, which inline marks keep.
        others: Number of brat lines that neither keeps: somebody's own notes, normalisations, events.
    """

    document: Document
    remarks: Remarks
    notes: dict[str, str]
    others: int = 0

    def lost(self, target: str) -> int:
        """How much of it a format has no place for."""
        n_remarks = 0 if target in _OWN else len(self.remarks.forms) + len(self.remarks.negatives)
        return self.others + n_remarks + (0 if target == "inline" else len(self.notes))


def _read(path: Path, scheme: LabelScheme) -> list[_Item]:
    from secrel.exchange import find_format
    from secrel.reading import (
        Remarks,
        body_start,
        decode_text,
        parse_article,
        parse_inline,
        read_standoff,
        split_sentences,
        to_document,
        to_remarks,
    )
    from secrel.reading.standoff import Note, OtherLine

    def content_of(file: Path) -> bytes:
        try:
            return file.read_bytes()
        except OSError as error:
            raise AnnotationError(file, found=str(error.strerror), expected="a readable file") from error

    if not path.exists():
        raise AnnotationError(path, found="No such file or directory", expected="a marked file, or a folder of them")
    if path.suffix == ".inline":
        text = decode_text(content_of(path), where=str(path))
        article = parse_inline(text, scheme, id=path.stem, where=str(path))
        return [_Item(article.document, article.remarks, article.notes)]
    if path.suffix == ".ann":
        beside = path.with_suffix(".txt")
        text = decode_text(content_of(beside), where=str(beside))
        document = parse_article(text, id=path.stem)
        document = document.replace(sentences=tuple(split_sentences(text, start=body_start(text))))
        standoff = read_standoff(path)
        marked = to_document(standoff, document, where=str(path))
        remarks = to_remarks(standoff, marked, where=str(path))
        others = sum(isinstance(line, Note | OtherLine) and bool(str(line).strip()) for line in standoff.lines)
        return [_Item(marked, remarks, {}, others - len(remarks.forms) - len(remarks.negatives))]
    decode = find_format(path).decode
    return [_Item(document, Remarks(), {}) for document in decode(content_of(path), scheme, where=str(path))]


def _write_own(item: _Item, target: str, output: Path, inputs: Collection[Path]) -> None:
    from secrel.output.atomic import write_whole
    from secrel.reading import add_remarks, format_inline, format_standoff, from_document

    document, stem = item.document, item.document.id
    if Path(stem).name != stem or stem in {"", ".", ".."}:
        raise OutputError(output, found=f"an article called {stem!r}", expected="a name without a folder")
    path = output / f"{stem}.{'inline' if target == 'inline' else 'ann'}"
    _refuse_input(path, inputs)
    if target == "inline":
        write_whole(path, format_inline(document, item.notes, item.remarks))
        return
    write_whole(path.with_suffix(".txt"), document.text)
    write_whole(path, format_standoff(add_remarks(from_document(document), document, item.remarks)))


def _refuse_input(path: Path, inputs: Collection[Path]) -> None:
    if path.resolve() in inputs:
        raise OutputError(path, found="a file that is read", expected="another folder as OUT")


def _encode(documents: Sequence[Document], scheme: LabelScheme, target: str) -> bytes:
    from secrel.exchange import FORMATS

    return FORMATS[target].encode(documents, scheme)


def _write_other(
    documents: Sequence[Document], scheme: LabelScheme, target: str, output: Path, inputs: Collection[Path]
) -> None:
    from secrel.exchange import FORMATS
    from secrel.exchange.label_studio import configuration
    from secrel.output.atomic import write_bytes_whole, write_whole

    path = output / f"annotations{FORMATS[target].suffix}"
    _refuse_input(path, inputs)
    write_bytes_whole(path, _encode(documents, scheme, target))
    if target == "label-studio":
        write_whole(output / "label-studio.xml", configuration(scheme))
    say(f"{len(documents)} articles written to {path}")


def run_export(arguments: argparse.Namespace) -> int:
    """Runs ``export``."""
    from secrel.exchange.datasets_folder import write_datasets_folder
    from secrel.reading import read_corpus, read_notes

    corpus = read_corpus(arguments.corpus, articles=arguments.articles)
    notes = read_notes(corpus.folder / "articles.toml")
    splits = {}
    placed = {name for names in corpus.splits.values() for name in names}
    for name in corpus.entries:
        if corpus.splits and name not in placed:
            say(f"left out {name}: it is in no split")
    for split in corpus.splits or {"train": tuple(corpus.entries)}:
        names = corpus.names(split) if corpus.splits else corpus.names()
        rows = []
        for name in names:
            entry = corpus.entries[name]
            if entry.find() is None:
                say(f"left out {name}: its text is not at hand")
            elif entry.sha256 is None or arguments.all_texts:
                rows.append((corpus.document(name), corpus.remarks(name), notes.get(name, {})))
            else:
                say(f"left out {name}: its text is not part of the corpus (--all-texts takes it in for your own use)")
        splits[split] = rows
    card = corpus.folder / "DATASHEET.md"
    text = card.read_text(encoding="utf-8") if card.exists() else ""
    written = write_datasets_folder(splits, corpus.scheme, Path(arguments.output), card=text, license=arguments.license)
    say(f"{arguments.output}: " + ", ".join(f"{split} {n}" for split, n in written.items()))
    return 0
