"""Ways to calibrate scores and to choose thresholds, compared on the development splits.

    python benchmarks/thresholds.py [models/edm] [--folds 10] [--articles FOLDER]

Scores are calibrated and thresholds chosen on all folds of the articles but one and scored on that one, so that no way
is scored on what it was chosen on. What the model has stored of either has no influence. The ways are

* ``moderate``: one calibration for all labels; of a grid, of the thresholds whose F1 is within a point of the best the
  one nearest to 0.5;
* ``best``: the same, but the threshold with the best F1;
* ``half``: the same, but half of the best F1, which maximises the F1 of calibrated scores (Lipton, Elkan and
  Naryanaswamy, 2014, *Optimal Thresholding of Classifiers to Maximize F1 Measure*);
* ``thresholds``: one calibration, the best threshold for each label;
* ``calibrations``: a calibration for each relation label that has enough marks, one threshold, chosen as in
  ``moderate``: what the library does.

Printed are micro-F1 in percent, end to end, and the difference from ``moderate`` with its 95 % interval from a paired
bootstrap over documents.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from secrel.checkpoints import Checkpoint
from secrel.config import Calibration
from secrel.domain import Document, LabelScheme
from secrel.evaluation import Counts, relation_counts, stance_counts
from secrel.evaluation.bootstrap import difference_interval
from secrel.pipeline import Pipeline
from secrel.reading import read_corpus
from secrel.training.calibrating import fit_calibration

ROOT = Path(__file__).parents[1]
LEAST = 0.05
"""Marks with a lower score, not yet calibrated, are not looked at."""
GRID = tuple(round(0.05 * step, 2) for step in range(2, 19))
PARTS = {"written": ("dev",), "news": ("dev-news",), "both": ("dev", "dev-news")}

Table = Mapping[str, Mapping[float, Counts]]
"""Counts of one document by label and threshold."""


def main() -> None:
    """Prints the comparison."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", nargs="?", type=Path, default=ROOT / "models" / "edm")
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--articles", action="append", default=[])
    given = parser.parse_args()
    checkpoint = Checkpoint.from_pretrained(given.model)
    decision = replace(checkpoint.decision, relation=LEAST, stance=LEAST)
    open_checkpoint = replace(checkpoint, decision=decision, calibration=Calibration())
    pipeline = Pipeline.from_checkpoint(open_checkpoint, resolve=False)
    corpus = read_corpus(ROOT / "annotations", articles=given.articles)
    print(f"| articles | layer | {' | '.join(WAYS)} |")
    print(f"|---|---|{'---:|' * len(WAYS)}")
    gold_of = {s: [corpus.document(item) for item in corpus.available(s)[0]] for s in PARTS["both"]}
    found_of = {
        split: [pipeline(document.replace(entities=(), relations=(), stances=())) for document in gold]
        for split, gold in gold_of.items()
    }
    for part, splits in PARTS.items():
        gold = [document for split in splits for document in gold_of[split]]
        found = [document for split in splits for document in found_of[split]]
        for layer, cells in compared(gold, found, corpus.scheme, given.folds).items():
            print(f"| {part} | {layer} | {' | '.join(cells)} |")


def compared(
    gold: Sequence[Document], found: Sequence[Document], scheme: LabelScheme, n_folds: int
) -> dict[str, list[str]]:
    """By layer the F1 of every way, with the difference from the first.

    Args:
        gold: Marked documents.
        found: What an uncalibrated pipeline with low thresholds made of them, end to end.
        scheme: The label scheme.
        n_folds: Number of folds.
    """
    layers: dict[str, Callable[[Document, Document], Mapping[str, Counts]]] = {
        "relations": lambda g, p: relation_counts(g, p, scheme),
        "stances": stance_counts,
    }
    units = {layer: {way: [Counts()] * len(gold) for way in WAYS} for layer in layers}
    for fold in range(n_folds):
        inside = [index for index in range(len(gold)) if index % n_folds == fold]
        rest = [index for index in range(len(gold)) if index % n_folds != fold]
        calibration = fit_calibration([gold[n] for n in rest], [found[n] for n in rest], scheme)
        for each_label in (False, True):
            chosen = calibration if each_label else replace(calibration, labels={})
            scaled = [calibrated(document, chosen) for document in found]
            for layer, counts in layers.items():
                tables = [table(g, p, counts) for g, p in zip(gold, scaled, strict=True)]
                known = [tables[n] for n in rest]
                labels = sorted({label for some in known for label in some})
                for way, (by_label, choose) in WAYS.items():
                    if by_label == each_label:
                        thresholds = choose(known, labels)
                        for n in inside:
                            units[layer][way][n] = summed(tables[n], thresholds)
    return {layer: _cells(list(some.values())) for layer, some in units.items()}


def _cells(ways: Sequence[Sequence[Counts]]) -> list[str]:
    first, *others = ways
    cells = [f"{100 * f1(first):.1f}"]
    for units in others:
        interval = difference_interval(units, first)
        difference = f"{100 * (f1(units) - f1(first)):+.1f}"
        cells.append(f"{100 * f1(units):.1f}, {difference} ({100 * interval.low:+.1f} to {100 * interval.high:+.1f})")
    return cells


def calibrated(document: Document, calibration: Calibration) -> Document:
    """The document with calibrated scores of relations and stances."""
    scaling = calibration.labels
    return document.replace(
        relations=tuple(
            replace(r, score=scaling.get(r.label, calibration.relation)(r.score)) for r in document.relations
        ),
        stances=tuple(replace(s, score=calibration.stance(s.score)) for s in document.stances),
    )


def table(
    gold: Document, found: Document, counts: Callable[[Document, Document], Mapping[str, Counts]]
) -> dict[str, dict[float, Counts]]:
    """Counts of a document by label and threshold."""
    by_threshold = {}
    for threshold in GRID:
        kept = found.replace(
            relations=tuple(r for r in found.relations if r.score >= threshold),
            stances=tuple(s for s in found.stances if s.score >= threshold),
        )
        by_threshold[threshold] = counts(gold, kept)
    labels = sorted({label for some in by_threshold.values() for label in some})
    return {label: {t: some.get(label, Counts()) for t, some in by_threshold.items()} for label in labels}


def f1(units: Sequence[Counts]) -> float:
    """Micro-F1 over documents."""
    return sum(units, start=Counts()).f1


def nearest(
    tables: Sequence[Table], labels: Sequence[str], to: Callable[[float], float], *, within: float = 0.01
) -> float:
    """Of the thresholds whose F1 is close to the best the one nearest to what ``to`` says of the best F1."""
    by_threshold = {t: f1([summed(some, dict.fromkeys(labels, t)) for some in tables]) for t in GRID}
    best = max(by_threshold.values())
    near = [t for t in GRID if by_threshold[t] >= best - within]
    return min(near, key=lambda t: (abs(t - to(best)), t))


def half(best: float) -> float:
    """Half of an F1."""
    return best / 2


def common(to: Callable[[float], float], within: float) -> Callable[[Sequence[Table], Sequence[str]], dict[str, float]]:
    """A choice of one threshold for all labels."""
    return lambda known, labels: dict.fromkeys(labels, nearest(known, labels, to, within=within))


def for_each(known: Sequence[Table], labels: Sequence[str]) -> dict[str, float]:
    """The best threshold for each label."""
    return {label: nearest(known, [label], lambda _: 0.5, within=0.0) for label in labels}


WAYS = {
    "moderate": (False, common(lambda _: 0.5, 0.01)),
    "best": (False, common(lambda _: 0.5, 0.0)),
    "half": (False, common(half, 1.0)),
    "thresholds": (False, for_each),
    "calibrations": (True, common(lambda _: 0.5, 0.01)),
}
"""Whether labels are calibrated on their own, and how thresholds are chosen."""


def summed(some: Table, thresholds: Mapping[str, float]) -> Counts:
    """The counts of a document over labels, each at its threshold."""
    return sum((some[label][t] for label, t in thresholds.items() if label in some), start=Counts())


if __name__ == "__main__":
    main()
