"""What was tried: trains a row of experiments.toml on the screening split and records its scores.

    python benchmarks/experiments.py ROW [ROW ...] [--seeds 0 1 2] [--runs FOLDER] [--results FILE]
    python benchmarks/experiments.py --table [ROW ...] [--base ROW] [--device NAME] > table.md

A row is a set of changes to ``experiments_base.toml``, or a way to train that stands in ``variants/``. It trains on the
training articles but those of ``[screening]``, is scored on these and dev (written text) and on dev-news, and is
written to ``benchmarks/experiments.jsonl``, one line a run, with everything that is needed to run it again. ``test``,
``real-dev`` and ``edm`` are not looked at.

Thresholds are the best of a grid on the very documents that are scored, alike for every row, so that rows are
compared at their best; the figures are therefore no estimates of the quality on new text.

With ``--base``, every row is also compared with that row, by the seeds that both were run with on the same device: the
difference in micro-F1 with its 95 % interval from a paired bootstrap over documents, whose counts are summed over those
seeds.
"""

from __future__ import annotations

import argparse
import importlib
import json
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from variants import ALMOST_ALL, Run, pipeline_of

from secrel._version import __version__
from secrel.config import Recipe, build, read_toml
from secrel.domain import Document, LabelScheme
from secrel.evaluation import Counts, entity_counts, relation_counts, stance_counts, total
from secrel.evaluation.bootstrap import difference_interval
from secrel.pipeline import Pipeline
from secrel.reading import read_corpus

HERE = Path(__file__).parent
RECIPE = HERE / "experiments_base.toml"
ROWS, RESULTS = HERE / "experiments.toml", HERE / "experiments.jsonl"
GRID = [round(ALMOST_ALL.relation + 0.05 * step, 2) for step in range(17)]
SCORES = ("entities", "relations", "status", "stances", "gold relations", "gold status", "gold stances")


def main() -> None:
    """Runs rows, or prints the table of what was run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", help="names in experiments.toml; with --table, those to print")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    parser.add_argument("--runs", type=Path, default=Path("runs/experiments"))
    parser.add_argument("--results", type=Path, default=RESULTS, help="the file of records")
    parser.add_argument("--articles", action="append", default=[])
    parser.add_argument("--table", action="store_true", help="train nothing, print the table of recorded runs")
    parser.add_argument("--base", metavar="ROW", help="with --table: also the difference of every row from this one")
    parser.add_argument("--device", metavar="NAME", help="with --table: only runs on this device, such as cpu")
    arguments = parser.parse_args()
    plan = read_toml(ROWS)
    if unknown := [name for name in (*arguments.rows, arguments.base) if name and name not in plan["rows"]]:
        parser.error(f"no row {', '.join(unknown)}; expected some of {', '.join(plan['rows'])}")
    for name in () if arguments.table else arguments.rows:
        for seed in arguments.seeds:
            record = run(name, plan["rows"][name], plan["screening"], seed, arguments.runs, arguments.articles)
            with arguments.results.open("a", encoding="utf-8") as file:
                file.write(json.dumps(record) + "\n")
            print(json.dumps(record), flush=True)
    if arguments.table:
        records = [json.loads(line) for line in arguments.results.read_text(encoding="utf-8").splitlines()]
        records = [record for record in records if arguments.device in {None, device_of(record)}]
        rows = {name: plan["rows"][name] for name in arguments.rows or plan["rows"]}
        print(table(records, rows))
        if arguments.base:
            print(comparison(records, rows, arguments.base))


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
    if "variant" in row and recipe.training.replicas > 1:
        raise ValueError(f"row {name!r}: what a variant changes holds in one process; found {recipe.training.replicas}")
    corpus = read_corpus(RECIPE.parent / recipe.corpus.folder, articles=articles)
    documents = [corpus.document(item) for item in corpus.available("train")[0]]
    parts = {
        "written": [corpus.document(item) for item in corpus.available("dev")[0]]
        + [d for d in documents if d.id in screening["written"]],
        "news": [corpus.document(item) for item in corpus.available("dev-news")[0]],
    }
    held_out = {document.id for part in parts.values() for document in part}
    training = [d for d in documents if d.id not in held_out and kept(d, row.get("without", ()))]
    training = random.Random(0).sample(training, round(row.get("share", 1.0) * len(training)))
    start = time.perf_counter()
    job = Run(recipe, corpus.scheme, training, runs / f"{name}-{seed}", RECIPE.parent)
    pipeline = variant(row["variant"])(job, **row.get("options", {})) if "variant" in row else pipeline_of(job.train())
    minutes = (time.perf_counter() - start) / 60
    return {
        "row": name,
        "seed": seed,
        "secrel": __version__,
        "sentences": sum(len(d.sentences or ()) for d in training),
        "minutes": round(minutes, 1),
        "threads": torch.get_num_threads(),
        "device": torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu",
        **measured(pipeline, parts, corpus.scheme),
    }


def device_of(record: Mapping[str, Any]) -> str:
    """What a row was trained on, ``cpu`` or the name of a GPU."""
    return str(record.get("device", "cpu"))


def variant(name: str) -> Callable[..., Pipeline]:
    """What trains a row with ``variant = name``."""
    make: Callable[..., Pipeline] = importlib.import_module(f"variants.{name}").pipeline
    return make


def measured(pipeline: Pipeline, parts: Mapping[str, Sequence[Document]], scheme: LabelScheme) -> dict[str, Any]:
    """F1 by part and score, and under ``units`` the counts of every document: true and false positives, misses."""
    counts = {part: scores(pipeline, gold, scheme) for part, gold in parts.items() if gold}
    f1 = {
        part: {name: round(sum(units, start=Counts()).f1, 4) for name, units in some.items()}
        for part, some in counts.items()
    }
    units = {
        part: {name: [[unit.tp, unit.fp, unit.fn] for unit in units] for name, units in some.items()}
        for part, some in counts.items()
    }
    return {**f1, "units": units}


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


def scores(pipeline: Pipeline, gold: Sequence[Document], scheme: LabelScheme) -> dict[str, list[Counts]]:
    """Counts of every document, strict, for every layer, end to end and with gold entities."""
    found: dict[str, list[Counts]] = {}
    end_to_end = [pipeline(d.replace(entities=(), relations=(), stances=())) for d in gold]
    found["entities"] = units(gold, end_to_end, entity_counts)

    def relations(g: Document, p: Document) -> dict[str, Counts]:
        return relation_counts(g, p, scheme)

    def with_status(g: Document, p: Document) -> dict[str, Counts]:
        return relation_counts(g, p, scheme, with_status=True)

    for prefix, predicted in (("", end_to_end), ("gold ", [pipeline.classify(d) for d in gold])):
        cuts = {t: [above(p, t) for p in predicted] for t in GRID}
        best = max(GRID, key=lambda t: f1(units(gold, cuts[t], relations)))
        found[f"{prefix}relations"] = units(gold, cuts[best], relations)
        found[f"{prefix}status"] = units(gold, cuts[best], with_status)
        best = max(GRID, key=lambda t: f1(units(gold, cuts[t], stance_counts)))
        found[f"{prefix}stances"] = units(gold, cuts[best], stance_counts)
    return found


def above(document: Document, threshold: float) -> Document:
    """The document without relations and stances below a threshold."""
    return document.replace(
        relations=tuple(r for r in document.relations if r.score >= threshold),
        stances=tuple(s for s in document.stances if s.score >= threshold),
    )


def units(
    gold: Sequence[Document], predicted: Sequence[Document], counts: Callable[[Document, Document], dict[str, Counts]]
) -> list[Counts]:
    """The counts of every document, over all labels."""
    return [total(counts(g, p)) for g, p in zip(gold, predicted, strict=True)]


def f1(counts: Sequence[Counts]) -> float:
    """Micro-F1 over documents."""
    return sum(counts, start=Counts()).f1


def table(records: Sequence[Mapping[str, Any]], rows: Mapping[str, Mapping[str, Any]]) -> str:
    """All recorded rows as Markdown: means over seeds, with the lowest and the highest where there are several."""
    lines = []
    several = len({device_of(record) for record in records}) > 1
    for part in ("written", "news"):
        lines += [
            f"| {part} | seeds | sentences | minutes | {' | '.join(SCORES)} |",
            f"|---|{'---:|' * (3 + len(SCORES))}",
        ]
        for name, row in rows.items():
            mine = [record for record in records if record["row"] == name and part in record]
            for device, size in sorted({(device_of(record), record["sentences"]) for record in mine}):
                some = [record for record in mine if (device_of(record), record["sentences"]) == (device, size)]
                minutes = sum(record["minutes"] for record in some) / len(some)
                cells = [_cell([100 * record[part][key] for record in some]) for key in SCORES]
                on = f" ({device})" if several and device != "cpu" else ""
                lines.append(
                    f"| `{name}`{on}: {row['note']} | {len(some)} | {size} | {minutes:.0f} | {' | '.join(cells)} |"
                )
        lines.append("")
    return "\n".join(lines)


def _cell(values: Sequence[float]) -> str:
    mean = f"{sum(values) / len(values):.1f}"
    return mean if len(values) == 1 else f"{mean} ({min(values):.1f}–{max(values):.1f})"


def comparison(records: Sequence[Mapping[str, Any]], rows: Mapping[str, Mapping[str, Any]], base: str) -> str:
    """Every row minus a base row in points of F1, with 95 % intervals, as Markdown.

    Raises:
        ValueError: If no run of the base row is recorded with its counts.
    """
    counted = [record for record in records if "units" in record]
    if not any(record["row"] == base for record in counted):
        raise ValueError(f"no run of {base!r} is recorded with its counts")
    lines = []
    for part in ("written", "news"):
        lines += [
            f"| {part}, minus `{base}` | seeds | {' | '.join(SCORES)} |",
            f"|---|{'---:|' * (1 + len(SCORES))}",
        ]
        for name in rows:
            pairs = [
                (one["units"][part], other["units"][part])
                for one in counted
                for other in counted
                if (one["row"], other["row"]) == (name, base)
                and (one["seed"], one["sentences"]) == (other["seed"], other["sentences"])
                and device_of(one) == device_of(other)
                and part in one["units"]
            ]
            if name != base and pairs:
                cells = [_difference([p[0][key] for p in pairs], [p[1][key] for p in pairs]) for key in SCORES]
                lines.append(f"| `{name}` | {len(pairs)} | {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines)


def _difference(ones: Sequence[Sequence[Sequence[int]]], others: Sequence[Sequence[Sequence[int]]]) -> str:
    one, other = _summed(ones), _summed(others)
    interval = difference_interval(one, other)
    return f"{100 * (f1(one) - f1(other)):+.1f} ({100 * interval.low:+.1f} to {100 * interval.high:+.1f})"


def _summed(runs: Sequence[Sequence[Sequence[int]]]) -> list[Counts]:
    """Counts of every document, summed over runs."""
    return [sum((Counts(*unit) for unit in document), start=Counts()) for document in zip(*runs, strict=True)]


if __name__ == "__main__":
    main()
