"""``secrel annotations agreement | similarity | suspects``: how good the marks and the splits are."""

from __future__ import annotations

import argparse
import logging
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

from secrel.cli.arguments import add_articles, add_training, say, say_missing
from secrel.domain import Relation
from secrel.errors import AnnotationError

if TYPE_CHECKING:
    from secrel.domain import Document, Entity, LabelScheme, Stance
    from secrel.reading import Corpus


def add_actions(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the actions to ``secrel annotations``."""
    agreement = actions.add_parser(
        "agreement",
        help="F1 and Cohen's kappa between two annotations of the same texts",
        description="Compares NAME.ann in folder A with NAME.ann in folder B for every name that is in both. The texts"
        " and the label scheme are those of the corpus.",
    )
    agreement.add_argument("a", metavar="A", help="folder with .ann files")
    agreement.add_argument("b", metavar="B", help="folder with .ann files of the same names")
    agreement.add_argument("--corpus", required=True, metavar="CORPUS", help="corpus folder with the texts")
    agreement.add_argument("--part", help="only the articles of this part of the corpus, such as authored")
    agreement.add_argument(
        "--differences", action="store_true", help="also list every mark that only one of the two has"
    )
    add_articles(agreement)
    agreement.set_defaults(run=run_agreement)
    similarity = actions.add_parser(
        "similarity",
        help="how much articles resemble one another, within and across splits",
        description="Prints how similar every article is to its nearest neighbour, and how long sentences are. Exit 1"
        " if an article of one split is as similar as MAX, in words, to one of another split.",
    )
    similarity.add_argument("corpus", metavar="CORPUS", help="corpus folder")
    similarity.add_argument("--max", type=float, default=0.5, metavar="MAX", help="default: 0.5")
    similarity.add_argument("--top", type=int, default=5, metavar="N", help="how many of the most similar to name")
    add_articles(similarity)
    similarity.set_defaults(run=run_similarity)
    suspects = actions.add_parser(
        "suspects",
        help="marks that models trained on other articles contradict with high confidence",
        description="Trains once a fold on the articles of the other folds and lists, the most suspect first, the marks"
        " that confident learning doubts. What is listed is for a reader to decide.",
    )
    suspects.add_argument("recipe", metavar="RECIPE", help="a recipe.toml, whose corpus is examined")
    suspects.add_argument("--folds", type=int, default=3, metavar="N", help="default: 3")
    suspects.add_argument("--epochs", type=int, metavar="N", help="passes over the data instead of the recipe's")
    suspects.add_argument(
        "--splits", nargs="+", metavar="SPLIT", help="default: those that the recipe trains and tunes on"
    )
    suspects.add_argument("--most", type=int, default=200, metavar="N", help="how many to list (default: 200)")
    add_training(suspects)
    suspects.set_defaults(run=run_suspects)


def run_agreement(arguments: argparse.Namespace) -> int:
    """Runs ``agreement``."""
    from secrel.evaluation import agree, agreement_table
    from secrel.reading import read_corpus

    corpus = read_corpus(arguments.corpus, articles=arguments.articles)
    folders = [Path(arguments.a), Path(arguments.b)]
    for folder in folders:
        if not folder.is_dir():
            raise AnnotationError(folder, found="no such folder", expected="a folder with .ann files")
    names = [{path.stem for path in folder.glob("*.ann")} for folder in folders]
    shared = sorted(names[0] & names[1])
    if arguments.part:
        shared = [name for name in shared if name in corpus.entries and corpus.entries[name].part == arguments.part]
    if not shared:
        raise AnnotationError(
            f"{folders[0]}, {folders[1]}", found="no .ann file of one name in both", expected="at least one"
        )
    missing = []
    pairs: list[tuple[Document, Document]] = []
    for name in shared:
        if name not in corpus.entries or corpus.entries[name].find() is None:
            missing.append(name)
            continue
        pairs.append((_marked(corpus, name, folders[0]), _marked(corpus, name, folders[1])))
    say_missing("not compared", missing, arguments.corpus)
    if not pairs:
        return 1
    sentences = sum(len(first.sentences or ()) for first, _ in pairs)
    print(f"{len(pairs)} articles, {sentences} sentences. F1 in percent of a against b, exact spans and labels.\n")  # noqa: T201
    for line in agreement_table(agree([a for a, _ in pairs], [b for _, b in pairs], corpus.scheme)):
        print(line)  # noqa: T201
    if arguments.differences:
        for first, second in pairs:
            for line in _differences(first, second, corpus.scheme):
                print(line)  # noqa: T201
    return 1 if missing else 0


def _marked(corpus: Corpus, name: str, folder: Path) -> Document:
    from secrel.reading import read_standoff, to_document

    path = folder / f"{name}.ann"
    return to_document(read_standoff(path), corpus.text(name), where=str(path))


def _differences(first: Document, second: Document, scheme: LabelScheme) -> list[str]:
    facts = {"a": _facts(first, scheme), "b": _facts(second, scheme)}
    lines = [
        (index, side, text)
        for side, other in (("a", "b"), ("b", "a"))
        for index, text in facts[side]
        if (index, text) not in facts[other]
    ]
    return [f"{first.id}\tsentence {index + 1}\tonly {side}\t{text}" for index, side, text in sorted(lines)]


def _facts(document: Document, scheme: LabelScheme) -> set[tuple[int, str]]:
    """Every mark as the index of its sentence, -1 for none, and a text that two equal marks share."""

    def fact(entity: Entity, text: str) -> tuple[int, str]:
        index = document.sentence_index(entity.span)
        return (-1 if index is None else index, text)

    def pair(mark: Relation | Stance) -> str:
        arguments = [mark.pair.head, mark.pair.tail]
        if isinstance(mark, Relation) and scheme.is_symmetric(mark.label):
            arguments.sort(key=lambda entity: entity.span)
        return " → ".join(f"{entity.text!r} {entity.start}" for entity in arguments)

    facts = {fact(e, f"{e.label}\t{e.text!r} {e.start}") for e in document.entities}
    facts |= {fact(r.head, f"{r.label} {r.status}\t{pair(r)}") for r in document.relations}
    return facts | {fact(s.holder, f"stance {s.polarity}\t{pair(s)}") for s in document.stances}


def run_similarity(arguments: argparse.Namespace) -> int:
    """Runs ``similarity``."""
    from secrel.reading import (
        MEASURES,
        neighbours,
        read_corpus,
        sentence_lengths,
        similarity_matrix,
        similarity_table,
    )

    corpus = read_corpus(arguments.corpus, articles=arguments.articles)
    place = {name: split for split, names in corpus.splits.items() for name in names}
    here, missing = corpus.available()
    for name in missing:
        say(f"not compared: {name}, whose text is not at hand")
    documents = [corpus.document(name) for name in here]
    everything = list(range(len(here)))
    leaks = []
    for measure in MEASURES:
        matrix = similarity_matrix(documents, measure)
        rows = {f"{measure}: all to all": neighbours(here, matrix, everything, everything)}
        train = [n for n in everything if place.get(here[n]) == "train"]
        for split in corpus.splits:
            members = [n for n in everything if place.get(here[n]) == split]
            others = [n for n in everything if place.get(here[n]) not in {split, None}]
            if split != "train" and members and train:
                rows[f"{measure}: {split} to train"] = neighbours(here, matrix, members, train)
            if measure == "words" and others:
                leaks += [n for n in neighbours(here, matrix, members, others) if n.similarity >= arguments.max]
        for line in similarity_table(rows):
            print(line)  # noqa: T201
        print()  # noqa: T201
        for found in rows[f"{measure}: all to all"][: arguments.top]:
            print(f"{measure}: {found.name} ~ {found.nearest}: {found.similarity:.2f}")  # noqa: T201
        print()  # noqa: T201
    parts: dict[str, list[Document]] = {}
    for document in documents:
        parts.setdefault(corpus.entries[document.id].part, []).append(document)
    for line in sentence_lengths(parts):
        print(line)  # noqa: T201
    for leak in leaks:
        say(f"across splits: {leak.name} ~ {leak.nearest}: {leak.similarity:.2f}, {arguments.max} is the most allowed")
    return 1 if leaks else 0


def run_suspects(arguments: argparse.Namespace) -> int:
    """Runs ``suspects``."""
    from secrel.config import read_recipe
    from secrel.reading import read_corpus
    from secrel.training.folds import cross_fitted
    from secrel.training.suspects import find_suspects, judge

    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    path = Path(arguments.recipe)
    recipe = read_recipe(path)
    corpus = read_corpus(path.parent / recipe.corpus.folder, articles=arguments.articles)
    splits = arguments.splits or [*recipe.corpus.train, *recipe.corpus.dev]
    here, missing = corpus.available(*splits)
    for name in missing:
        say(f"left aside {name}: its text is not at hand")
    judged = []
    with redirect_stdout(sys.stderr):
        for pipeline, fold in cross_fitted(
            recipe,
            corpus.scheme,
            [corpus.document(name) for name in here],
            n_folds=arguments.folds,
            work_folder=Path(arguments.runs) / f"{recipe.model.name}-suspects",
            recipe_folder=path.parent,
            epochs=arguments.epochs,
            progress=not arguments.quiet,
        ):
            for document in fold:
                judged += judge(pipeline, document)
    found = find_suspects(judged)
    for suspect in found[: arguments.most]:
        print(suspect)  # noqa: T201
    say(f"{len(found)} suspects among {len(judged)} decisions; {min(len(found), arguments.most)} listed")
    return 1 if missing else 0
