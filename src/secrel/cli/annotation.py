"""``secrel annotations``: check, count, split and fetch marked articles; further actions in the modules beside."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from secrel.cli import annotation_exchange, annotation_quality, annotation_resolutions
from secrel.cli.arguments import add_articles, say

if TYPE_CHECKING:
    from secrel.domain import LabelScheme
    from secrel.reading import Corpus, Coverage, SourceText, Statistics


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the verb to the command line."""
    parser = verbs.add_parser(
        "annotations",
        help="check, count, compare, convert and export marked articles",
        description="Works on marked articles: checks, counts, compares, converts and exports them.",
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    check = actions.add_parser("check", help="list every offence against text and label scheme; exit 1 if there is any")
    check.set_defaults(run=run_check)
    stats = actions.add_parser("stats", help="print the counts of a corpus, split by split")
    kinds = stats.add_mutually_exclusive_group()
    kinds.add_argument(
        "--coverage",
        action="store_true",
        help="print instead what each part of the corpus covers, and check it against coverage.toml; exit 1 if"
        " anything falls short",
    )
    kinds.add_argument(
        "--names", action="store_true", help="print instead the distinct names and how many were not seen in training"
    )
    stats.set_defaults(run=run_stats)
    split = actions.add_parser(
        "split",
        help="deal articles without a split out, near-duplicates together; or fix splits by their checksums",
        description="Writes splits.toml. Articles that have a split stay there; the others are dealt out to the splits"
        " that no checksum fixes, stratified by the region of articles.toml. Only articles whose text is part of the"
        " corpus are dealt out.",
    )
    split.add_argument("--fix", nargs="+", metavar="SPLIT", help="only write the checksums of these splits anew")
    split.add_argument("--dev", type=float, default=0.1, metavar="SHARE", help="default: 0.1")
    split.add_argument("--test", type=float, default=0.15, metavar="SHARE", help="default: 0.15")
    split.add_argument("--seed", type=int, default=0)
    split.add_argument(
        "--alike",
        type=float,
        default=0.5,
        metavar="COSINE",
        help="articles at least this similar stay together (default: 0.5; see 'similarity')",
    )
    split.set_defaults(run=run_split)
    fetch = actions.add_parser(
        "fetch",
        help="download the public files that texts are cut out of, and verify the texts",
        description="Downloads what sources.toml names and no data folder has, into the user's cache, and verifies"
        " every text against its checksum.",
    )
    fetch.set_defaults(run=run_fetch)
    for action in (check, stats, split, fetch):
        action.add_argument("corpus", metavar="CORPUS", help="corpus folder")
        add_articles(action)
    annotation_quality.add_actions(actions)
    annotation_resolutions.add_actions(actions)
    annotation_exchange.add_actions(actions)


def run_check(arguments: argparse.Namespace) -> int:
    """Runs ``check``."""
    from secrel.reading import read_corpus

    corpus = read_corpus(arguments.corpus, articles=arguments.articles)
    offences = corpus.check()
    for offence in offences:
        print(offence)  # noqa: T201
    here, missing = corpus.available()
    for name in missing:
        say(f"not checked: {name}, whose text is not at hand")
    print(f"{len(offences)} offences in {len(here)} articles")  # noqa: T201
    return 1 if offences else 0


def run_stats(arguments: argparse.Namespace) -> int:
    """Runs ``stats``."""
    from secrel.reading import collect_names, count, names_table, read_corpus

    corpus = read_corpus(arguments.corpus, articles=arguments.articles)
    if arguments.coverage:
        return _coverage(corpus)
    columns = {}
    for split in corpus.splits or ("",):
        here, missing = corpus.available(split) if split else corpus.available()
        for name in missing:
            say(f"not counted: {name}, whose text is not at hand")
        documents = [corpus.document(name) for name in here]
        columns[split or "all"] = documents
    if arguments.names:
        lines = names_table({name: collect_names(documents) for name, documents in columns.items()}, corpus.scheme)
    else:
        lines = statistics_table({name: count(documents) for name, documents in columns.items()}, corpus.scheme)
    for line in lines:
        print(line)  # noqa: T201
    return 0


def _coverage(corpus: Corpus) -> int:
    from secrel.reading import cover, coverage_tables, read_notes, read_plan, requirements

    here, missing = corpus.available()
    for name in missing:
        say(f"not counted: {name}, whose text is not at hand")
    notes = read_notes(corpus.folder / "articles.toml")
    names: dict[str, list[str]] = {}
    for name in here:
        names.setdefault(corpus.entries[name].part, []).append(name)
    parts: dict[str, Coverage] = {
        part: cover((corpus.document(name), corpus.remarks(name), notes.get(name, {})) for name in members)
        for part, members in sorted(names.items())
    }
    lines = coverage_tables(parts, corpus.scheme)
    short = 0
    plan = read_plan(corpus.folder / "coverage.toml")
    if plan is not None:
        lines += ["", f"| `{plan.part}` | found | wanted | |", "|---|---:|---:|---|"]
        coverage = parts.get(plan.part) or cover(())
        for name, found, wanted, met in requirements(coverage, plan, corpus.scheme):
            lines.append(f"| {name} | {found} | {wanted} | {'met' if met else '**short**'} |")
            short += not met
    for line in lines:
        print(line)  # noqa: T201
    if short:
        say(f"{short} minimums of coverage.toml are not met")
    return 1 if short else 0


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


def run_split(arguments: argparse.Namespace) -> int:
    """Runs ``split``."""
    from secrel.output.atomic import write_whole
    from secrel.reading import (
        SPLITS,
        cluster,
        extend_splits,
        format_splits,
        read_corpus,
        read_notes,
        similarity_matrix,
    )

    corpus = read_corpus(arguments.corpus, articles=arguments.articles)
    path = corpus.folder / SPLITS
    if arguments.fix:
        checksums = {**corpus.checksums, **{split: corpus.checksum(split) for split in arguments.fix}}
        write_whole(path, format_splits(corpus.splits, checksums))
        say(f"{path}: {', '.join(arguments.fix)} fixed as they are now")
        return 0
    names = [name for name, entry in corpus.entries.items() if entry.sha256 is None]
    notes = read_notes(corpus.folder / "articles.toml")
    matrix = similarity_matrix([corpus.document(name) for name in names], "words")
    alike = [(names[i], names[j]) for i, j in zip(*(matrix >= arguments.alike).nonzero(), strict=True) if i < j]
    groups: dict[str, list[list[str]]] = {}
    for members in cluster(names, alike):
        groups.setdefault(str(notes.get(members[0], {}).get("region", "")), []).append(members)
    shares = {"train": 1 - arguments.dev - arguments.test, "dev": arguments.dev, "test": arguments.test}
    splits = extend_splits(corpus.splits, groups, shares, fixed=corpus.checksums, seed=arguments.seed)
    write_whole(path, format_splits(splits, corpus.checksums))
    say(f"{path}: " + ", ".join(f"{split} {len(members)}" for split, members in splits.items()))
    return 0


def run_fetch(arguments: argparse.Namespace) -> int:
    """Runs ``fetch``."""
    from secrel.errors import InputError, SecrelError
    from secrel.reading import cache_folder, download, read_corpus

    corpus = read_corpus(arguments.corpus, articles=arguments.articles)
    failed = verified = 0
    tried: set[str] = set()

    def fetch(source: SourceText) -> None:
        if source.file.url not in tried:
            tried.add(source.file.url)
            say(f"{source.file.url} -> {download(source.file)}")

    for name, entry in corpus.entries.items():
        try:
            if entry.source is not None and entry.find() is None:
                fetch(entry.source)
            try:
                corpus.text(name)
            except InputError:
                # What an earlier download left in the cache may be damaged or out of date.
                path = entry.find()
                if entry.source is None or path is None or cache_folder() not in path.parents:
                    raise
                fetch(entry.source)
                corpus.text(name)
            verified += 1
        except SecrelError as error:
            failed += 1
            say(f"failed: {error}")
    say(f"{verified} texts at hand and verified" + (f", {failed} not" if failed else ""))
    return 1 if failed else 0
