"""``secrel annotations resolutions``: how many mentions, dates and attributions are resolved rightly."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from secrel.cli.arguments import add_articles, say_missing
from secrel.errors import AnnotationError

if TYPE_CHECKING:
    from secrel.domain import Document, Resolutions
    from secrel.evaluation import Counts
    from secrel.reading import Corpus

_Rows = Mapping[str, "Counts"]


def add_actions(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the action to ``secrel annotations``."""
    parser = actions.add_parser(
        "resolutions",
        help="accuracy of actor codes, dates and attribution on marked articles",
        description="Resolves the marked mentions, dates, relations and stances of a split and compares what comes out"
        " with CORPUS/resolved/NAME.tsv. Intervals are of a bootstrap over articles.",
    )
    parser.add_argument("corpus", metavar="CORPUS", help="corpus folder")
    parser.add_argument("--split", nargs="+", default=["test"], metavar="SPLIT", help="default: test")
    parser.add_argument(
        "--second", metavar="FOLDER", help="compare the files of this folder, a second reader's, instead of the rules"
    )
    parser.add_argument("--errors", action="store_true", help="also list what is wrong")
    add_articles(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Runs the action."""
    from secrel.reading import read_corpus

    corpus = read_corpus(arguments.corpus, articles=arguments.articles)
    here, missing = corpus.available(*arguments.split)
    say_missing("not scored", missing, arguments.corpus)
    if missing and not here:
        return 1
    golds = {name: gold for name in here if (gold := corpus.resolutions(name)) is not None}
    if arguments.second:
        golds = {name: gold for name, gold in golds.items() if (Path(arguments.second) / f"{name}.tsv").exists()}
    if not golds:
        raise AnnotationError(
            corpus.folder, found=f"no resolutions of {', '.join(arguments.split)}", expected="resolved/NAME.tsv"
        )
    resolved = {name: _resolved(corpus, name, gold, arguments.second) for name, gold in golds.items()}
    print(f"{len(golds)} articles.\n")  # noqa: T201
    for line in _tables([(gold, resolved[name]) for name, gold in golds.items()]):
        print(line)  # noqa: T201
    if arguments.errors:
        for name, gold in golds.items():
            for line in _errors(name, gold, resolved[name]):
                print(line)  # noqa: T201
    return 1 if missing else 0


def _resolved(corpus: Corpus, name: str, gold: Resolutions, second: str | None) -> Document:
    """The marked article, resolved by the stages or as a second reader has it."""
    from secrel.reading import read_resolutions
    from secrel.stages import resolving_stages

    document = corpus.document(name)
    if second:
        return _as_marked(document, read_resolutions(Path(second) / f"{name}.tsv"))
    if gold.issued and document.metadata.date is None:
        date = gold.issued if len(gold.issued) == len("2006-07-11") else None
        document = document.replace(metadata=replace(document.metadata, date=date, year=int(gold.issued[:4])))
    for stage in resolving_stages().values():
        document = stage(document)
    return document


def _as_marked(document: Document, marked: Resolutions) -> Document:
    from secrel.domain import UNNAMED, Actor, Attribution

    names = {entity.id: entity.text for entity in document.entities} | {UNNAMED: UNNAMED}

    def attribution(id: str) -> Attribution | None:
        source = marked.sources.get(id)
        if source is None:
            return None
        return Attribution(source.outlet, names[source.speaker] if source.speaker else None, source.date)

    entities = [
        replace(e, actor=Actor(code) if (code := marked.actors.get(e.id)) else None, date=marked.dates.get(e.id))
        for e in document.entities
    ]
    document = document.with_entities(entities)
    return document.replace(
        relations=tuple(replace(r, attribution=attribution(r.id)) for r in document.relations),
        stances=tuple(replace(s, attribution=attribution(s.id)) for s in document.stances),
    )


def _tables(pairs: Sequence[tuple[Resolutions, Document]]) -> Iterator[str]:
    from secrel.evaluation import actor_counts, date_counts, source_counts

    yield from _table("actor codes", [actor_counts(*pair) for pair in pairs])
    yield from _table("countries", [actor_counts(*pair, countries_only=True) for pair in pairs])
    yield from _table("dates", [date_counts(*pair) for pair in pairs])
    yield from _table("attribution", [source_counts(*pair) for pair in pairs])


def _table(title: str, documents: Sequence[_Rows]) -> Iterator[str]:
    """One table as Markdown: a row a type and one for all."""
    from secrel.evaluation import Counts, f1_interval, total

    yield f"| {title} | n | right, % | 95 % interval |"
    yield "|---|---:|---:|---:|"
    labels = sorted({label for rows in documents for label in rows})
    for name in [*labels, "all"]:
        units = [rows.get(name, Counts()) if name != "all" else total(rows) for rows in documents]
        counts = sum(units, start=Counts())
        if counts.support:
            interval = f1_interval([unit for unit in units if unit.support])
            cells = f"{100 * counts.f1:.1f} | {100 * interval.low:.1f}–{100 * interval.high:.1f}"
            yield f"| {name} | {counts.support} | {cells} |"
    yield ""


def _errors(name: str, gold: Resolutions, document: Document) -> Iterator[str]:
    from secrel.evaluation import source_counts

    for entity in document.entities:
        code = entity.actor.code if entity.actor else None
        if entity.id in gold.actors and code != gold.actors[entity.id]:
            yield f"{name} {entity.id} {entity.label} {entity.text!r}: {code}, marked {gold.actors[entity.id]}"
        if entity.id in gold.dates and entity.date != gold.dates[entity.id]:
            yield f"{name} {entity.id} {entity.text!r}: {entity.date}, marked {gold.dates[entity.id]}"
    for mark in document.marks:
        alone = replace(gold, sources={mark.id: gold.sources[mark.id]} if mark.id in gold.sources else {})
        if any(counts.fn for counts in source_counts(alone, document).values()):
            yield f"{name} {mark.id}: {mark.attribution}, marked {gold.sources[mark.id]}"
