"""What was tried: trains a row of experiments.toml on the screening split and records its scores.

    python benchmarks/experiments.py ROW [ROW ...] [--seeds 0 1 2] [--runs FOLDER]
    python benchmarks/experiments.py --table > table.md

A row is a set of changes to ``experiments_base.toml``. It trains on the training articles but those of
``[screening]``, is scored on these and on dev, and is written to ``benchmarks/experiments.jsonl``, one line a run, with
everything that is needed to run it again. ``test``, ``real-dev`` and ``edm`` are not looked at.

Thresholds are the best of a grid on the very documents that are scored, alike for every row, so that rows are
compared at their best; the figures are therefore no estimates of the quality on new text.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from secrel._version import __version__
from secrel.config import Decision, Recipe, build, read_toml
from secrel.domain import Document, LabelScheme
from secrel.evaluation import Counts, entity_counts, relation_counts, stance_counts, total
from secrel.pipeline import Pipeline
from secrel.reading import read_corpus
from secrel.training.trainer import train

HERE = Path(__file__).parent
RECIPE = HERE / "experiments_base.toml"
ROWS, RESULTS = HERE / "experiments.toml", HERE / "experiments.jsonl"
GRID = [round(0.05 * step, 2) for step in range(2, 19)]
SCORES = ("entities", "relations", "status", "stances", "gold relations", "gold status", "gold stances")


def main() -> None:
    """Runs rows, or prints the table of what was run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", help="names in experiments.toml")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    parser.add_argument("--runs", type=Path, default=Path("runs/experiments"))
    parser.add_argument("--articles", action="append", default=[])
    parser.add_argument("--table", action="store_true", help="print the table of all recorded runs")
    arguments = parser.parse_args()
    plan = read_toml(ROWS)
    for name in arguments.rows:
        for seed in arguments.seeds:
            record = run(name, plan["rows"][name], plan["screening"], seed, arguments.runs, arguments.articles)
            with RESULTS.open("a", encoding="utf-8") as file:
                file.write(json.dumps(record) + "\n")
            print(json.dumps(record), flush=True)
    if arguments.table:
        print(table([json.loads(line) for line in RESULTS.read_text().splitlines()], plan["rows"]))


def run(  # noqa: PLR0917
    name: str,
    row: Mapping[str, Any],
    screening: Mapping[str, Sequence[str]],
    seed: int,
    runs: Path,
    articles: Iterable[str],
) -> dict[str, Any]:
    """Trains and scores one row with one seed."""
    recipe = changed(row.get("changes", {}), seed)
    corpus = read_corpus(RECIPE.parent / recipe.corpus.folder, articles=articles)
    documents = [corpus.document(item) for item in corpus.available("train")[0]]
    parts = {
        "written": [corpus.document(item) for item in corpus.available("dev")[0]]
        + [d for d in documents if d.id in screening["written"]],
        "news": [d for d in documents if d.id in screening["news"]],
    }
    held_out = {document.id for part in parts.values() for document in part}
    training = [d for d in documents if d.id not in held_out and kept(d, row.get("without", ()))]
    training = random.Random(0).sample(training, round(row.get("share", 1.0) * len(training)))
    start = time.perf_counter()
    trained = train(
        recipe,
        corpus.scheme,
        training,
        work_folder=runs / f"{name}-{seed}",
        recipe_folder=RECIPE.parent,
        progress=False,
    )
    minutes = (time.perf_counter() - start) / 60
    pipeline = Pipeline.from_checkpoint(replace(trained.checkpoint, decision=Decision(GRID[0], GRID[0])))
    return {
        "row": name,
        "seed": seed,
        "secrel": __version__,
        "sentences": sum(len(d.sentences or ()) for d in training),
        "minutes": round(minutes, 1),
        "threads": torch.get_num_threads(),
        **{part: scores(pipeline, gold, corpus.scheme) for part, gold in parts.items() if gold},
    }


def changed(changes: Mapping[str, Mapping[str, Any]], seed: int) -> Recipe:
    """The base recipe with the changes of a row."""
    data = read_toml(RECIPE)
    for section, values in changes.items():
        data.setdefault(section, {}).update(values)
    data["training"]["seed"] = seed
    return build(Recipe, data, where=str(ROWS))


def kept(document: Document, without: Sequence[str]) -> bool:
    """Whether a row trains on a document; ``without`` lists beginnings of names."""
    return not document.id.startswith(tuple(without)) if without else True


def scores(pipeline: Pipeline, gold: Sequence[Document], scheme: LabelScheme) -> dict[str, float]:
    """Strict micro-F1 of every layer, end to end and with gold entities."""
    found: dict[str, float] = {}
    end_to_end = [pipeline(d.replace(entities=(), relations=(), stances=())) for d in gold]
    found["entities"] = f1(gold, end_to_end, entity_counts)

    def relations(g: Document, p: Document) -> dict[str, Counts]:
        return relation_counts(g, p, scheme)

    def with_status(g: Document, p: Document) -> dict[str, Counts]:
        return relation_counts(g, p, scheme, with_status=True)

    for prefix, predicted in (("", end_to_end), ("gold ", [pipeline.classify(d) for d in gold])):
        cuts = {t: [above(p, t) for p in predicted] for t in GRID}
        best = max(GRID, key=lambda t: f1(gold, cuts[t], relations))
        found[f"{prefix}relations"] = f1(gold, cuts[best], relations)
        found[f"{prefix}status"] = f1(gold, cuts[best], with_status)
        found[f"{prefix}stances"] = max(f1(gold, cuts[t], stance_counts) for t in GRID)
    return {name: round(value, 4) for name, value in found.items()}


def above(document: Document, threshold: float) -> Document:
    """The document without relations and stances below a threshold."""
    return document.replace(
        relations=tuple(r for r in document.relations if r.score >= threshold),
        stances=tuple(s for s in document.stances if s.score >= threshold),
    )


def f1(
    gold: Sequence[Document], predicted: Sequence[Document], counts: Callable[[Document, Document], dict[str, Counts]]
) -> float:
    """Micro-F1 over documents."""
    return sum((total(counts(g, p)) for g, p in zip(gold, predicted, strict=True)), start=Counts()).f1


def table(records: Sequence[Mapping[str, Any]], rows: Mapping[str, Mapping[str, Any]]) -> str:
    """All recorded rows, means over seeds, as Markdown."""
    lines = []
    for part in ("written", "news"):
        lines += [
            f"| {part} | seeds | sentences | minutes | {' | '.join(SCORES)} |",
            f"|---|{'---:|' * (3 + len(SCORES))}",
        ]
        for name, row in rows.items():
            mine = [record for record in records if record["row"] == name and part in record]
            if not mine:
                continue
            means = (100 * sum(record[part][key] for record in mine) / len(mine) for key in SCORES)
            minutes = sum(record["minutes"] for record in mine) / len(mine)
            lines.append(
                f"| `{name}`: {row['note']} | {len(mine)} | {mine[0]['sentences']} | {minutes:.0f} | "
                + " | ".join(f"{value:.1f}" for value in means)
                + " |"
            )
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
