"""``secrel annotations convert | export``: marked articles in the formats of other tools."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
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
    failed = 0
    names: set[str] = set()
    collected: list[Document] = []
    remarks_lost = 0
    for path in paths:
        target = arguments.to or ("inline" if path.suffix == ".ann" else "brat")
        try:
            items = _read(path, scheme)
            for document, _ in items:
                if document.id in names:
                    raise OutputError(
                        path, found=f"a second article {document.id!r}", expected="names that differ in one OUT"
                    )
            if target in _OWN:
                for document, remarks in items:
                    _write_own(document, remarks, target, output)
            else:
                remarks_lost += sum(len(remarks.forms) + len(remarks.negatives) for _, remarks in items)
                _encode([document for document, _ in items], scheme, target)  # Fails here, and for this file alone.
                collected += [document for document, _ in items]
            names |= {document.id for document, _ in items}
        except SecrelError as error:
            failed += 1
            say(f"failed: {error}")
    if collected:
        _write_other(collected, scheme, arguments.to, output)
    if remarks_lost:
        say(f"left out {remarks_lost} remarks (wording, hard negatives), which {arguments.to} has no place for")
    say(f"{len(paths) - failed} files converted to {output}" + (f", {failed} failed" if failed else ""))
    return 1 if failed else 0


def _read(path: Path, scheme: LabelScheme) -> list[tuple[Document, Remarks]]:
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
        return [(article.document, article.remarks)]
    if path.suffix == ".ann":
        beside = path.with_suffix(".txt")
        text = decode_text(content_of(beside), where=str(beside))
        document = parse_article(text, id=path.stem)
        document = document.replace(sentences=tuple(split_sentences(text, start=body_start(text))))
        standoff = read_standoff(path)
        marked = to_document(standoff, document, where=str(path))
        return [(marked, to_remarks(standoff, marked, where=str(path)))]
    decode = find_format(path).decode
    return [(document, Remarks()) for document in decode(content_of(path), scheme, where=str(path))]


def _write_own(document: Document, remarks: Remarks, target: str, output: Path) -> None:
    from secrel.reading import add_remarks, format_inline, from_document, write_standoff

    stem = document.id
    if Path(stem).name != stem or stem in {"", ".", ".."}:
        raise OutputError(output, found=f"an article called {stem!r}", expected="a name without a folder")
    if target == "inline":
        (output / f"{stem}.inline").write_bytes(format_inline(document, remarks=remarks).encode("utf-8"))
        return
    (output / f"{stem}.txt").write_bytes(document.text.encode("utf-8"))
    write_standoff(add_remarks(from_document(document), document, remarks), output / f"{stem}.ann")


def _encode(documents: Sequence[Document], scheme: LabelScheme, target: str) -> bytes:
    from secrel.exchange import FORMATS

    return FORMATS[target].encode(documents, scheme)


def _write_other(documents: Sequence[Document], scheme: LabelScheme, target: str, output: Path) -> None:
    from secrel.exchange import FORMATS
    from secrel.exchange.label_studio import configuration

    path = output / f"annotations{FORMATS[target].suffix}"
    path.write_bytes(_encode(documents, scheme, target))
    if target == "label-studio":
        (output / "label-studio.xml").write_text(configuration(scheme), encoding="utf-8")
    say(f"{len(documents)} articles written to {path}")


def run_export(arguments: argparse.Namespace) -> int:
    """Runs ``export``."""
    from secrel.exchange.datasets_folder import write_datasets_folder
    from secrel.reading import read_corpus, read_notes

    corpus = read_corpus(arguments.corpus, articles=arguments.articles)
    notes = read_notes(corpus.folder / "articles.toml")
    splits = {}
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
    written = write_datasets_folder(splits, corpus.scheme, Path(arguments.output), card=text)
    say(f"{arguments.output}: " + ", ".join(f"{split} {n}" for split, n in written.items()))
    return 0
