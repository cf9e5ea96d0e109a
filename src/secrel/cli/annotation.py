"""``secrel annotations``: check, count and convert marked articles."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from secrel.cli.arguments import add_articles
from secrel.errors import AnnotationError, OutputError, SecrelError

if TYPE_CHECKING:
    from secrel.domain import LabelScheme
    from secrel.reading import Statistics


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the verb to the command line."""
    parser = verbs.add_parser(
        "annotations",
        help="check, count and convert marked articles",
        description="Checks, counts and converts marked articles.",
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    check = actions.add_parser("check", help="list every offence against text and label scheme; exit 1 if there is any")
    stats = actions.add_parser("stats", help="print the counts of a corpus, split by split")
    for action in (check, stats):
        action.add_argument("corpus", metavar="CORPUS", help="corpus folder")
        add_articles(action)
    check.set_defaults(run=run_check)
    stats.set_defaults(run=run_stats)
    convert = actions.add_parser(
        "convert",
        help="between inline marks and brat stand-off",
        description="NAME.inline becomes NAME.txt and NAME.ann in OUT; NAME.ann (with NAME.txt beside it) becomes"
        " NAME.inline. A folder is converted file by file.",
    )
    convert.add_argument("input", metavar="IN", help="an .inline or .ann file, or a folder of them")
    convert.add_argument("output", metavar="OUT", help="folder for the results")
    convert.add_argument("--labels", required=True, metavar="LABELS", help="the labels.toml of the scheme")
    convert.set_defaults(run=run_convert)


def run_check(arguments: argparse.Namespace) -> int:
    """Runs ``check``."""
    from secrel.reading import read_corpus

    corpus = read_corpus(arguments.corpus, articles=arguments.articles)
    offences = corpus.check()
    for offence in offences:
        print(offence)  # noqa: T201
    here, missing = corpus.available()
    for name in missing:
        _say(f"not checked: {name}, whose text is not at hand")
    print(f"{len(offences)} offences in {len(here)} articles")  # noqa: T201
    return 1 if offences else 0


def run_stats(arguments: argparse.Namespace) -> int:
    """Runs ``stats``."""
    from secrel.reading import count, read_corpus

    corpus = read_corpus(arguments.corpus, articles=arguments.articles)
    columns: dict[str, Statistics] = {}
    for split in corpus.splits or ("",):
        here, missing = corpus.available(split) if split else corpus.available()
        for name in missing:
            _say(f"not counted: {name}, whose text is not at hand")
        columns[split or "all"] = count(corpus.document(name) for name in here)
    for line in statistics_table(columns, corpus.scheme):
        print(line)  # noqa: T201
    return 0


def statistics_table(columns: dict[str, Statistics], scheme: LabelScheme) -> list[str]:
    """A Markdown table of the counts of some splits."""
    lines = [f"| | {' | '.join(columns)} |", f"|---|{'---:|' * len(columns)}"]

    def row(name: str, values: list[object]) -> None:
        lines.append(f"| {name} | {' | '.join(map(str, values))} |")

    statistics = list(columns.values())
    row("articles", [s.documents for s in statistics])
    row("sentences", [s.sentences for s in statistics])
    row("sentences without relation or stance", [s.sentences_without_pair for s in statistics])
    for label in scheme.entities:
        row(
            f"`{label}` (distinct)",
            [f"{s.entities[label]} ({len(s.surfaces.get(label, ()))})" for s in statistics],
        )
    for label in scheme.relation_labels:
        for status in scheme.statuses or ("-",):
            row(f"`{label}` {status}", [s.relations[label, status] for s in statistics])
    for polarity in scheme.polarities:
        row(f"stance `{polarity}`", [s.stances[polarity] for s in statistics])
    return lines


def run_convert(arguments: argparse.Namespace) -> int:
    """Runs ``convert``."""
    from secrel.config import read_scheme

    scheme = read_scheme(arguments.labels)
    given = Path(arguments.input)
    paths = sorted(p for p in given.rglob("*") if p.suffix in {".inline", ".ann"}) if given.is_dir() else [given]
    if not paths:
        raise AnnotationError(given, found="no .inline or .ann file", expected="at least one")
    output = Path(arguments.output)
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(output, found=str(error.strerror), expected="a folder that can be written to") from error
    failed = 0
    converted: set[str] = set()
    for path in paths:
        try:
            if path.name in converted:
                raise OutputError(path, found="a second file of this name", expected="names that differ in one OUT")
            _convert(path, output, scheme)
            converted.add(path.name)
        except SecrelError as error:
            failed += 1
            _say(f"failed: {error}")
    _say(f"{len(paths) - failed} files converted to {output}" + (f", {failed} failed" if failed else ""))
    return 1 if failed else 0


def _convert(path: Path, output: Path, scheme: LabelScheme) -> None:
    from secrel.reading import (
        body_start,
        decode_text,
        format_inline,
        from_document,
        parse_article,
        parse_inline,
        read_standoff,
        split_sentences,
        to_document,
        write_standoff,
    )

    def text_of(file: Path) -> str:
        try:
            return decode_text(file.read_bytes(), where=str(file))
        except OSError as error:
            raise AnnotationError(file, found=str(error.strerror), expected="a readable file") from error

    if path.suffix == ".inline":
        document = parse_inline(text_of(path), scheme, id=path.stem, where=str(path)).document
        (output / f"{path.stem}.txt").write_bytes(document.text.encode("utf-8"))
        write_standoff(from_document(document), output / f"{path.stem}.ann")
    elif path.suffix == ".ann":
        text = text_of(path.with_suffix(".txt"))
        document = parse_article(text, id=path.stem)
        document = document.replace(sentences=tuple(split_sentences(text, start=body_start(text))))
        marked = to_document(read_standoff(path), document, where=str(path))
        (output / f"{path.stem}.inline").write_bytes(format_inline(marked).encode("utf-8"))
    else:
        raise AnnotationError(path, found=f"a file ending in {path.suffix!r}", expected="an .inline or .ann file")


def _say(message: str) -> None:
    print(f"secrel: {message}", file=sys.stderr)  # noqa: T201
